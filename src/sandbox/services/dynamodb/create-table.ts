// CreateTable: its many rules, in AWS's order and words.
import type { CallContext, Operation } from '../../model.ts';
import { inUse, invalidValue, validation } from './errors.ts';
import { tableDescription } from './table-description.ts';
import { findTable } from './tables.ts';
import { checkTags, tagsShape } from './tags.ts';
import { decode, flag, integer, list, oneOf, required, struct, text } from './request/shapes.ts';
import type { Decoded } from './request/shapes.ts';
import {
  dynamoDbOf,
  type IndexRecord,
  type KeyElement,
  type KeyType,
  type TableRecord,
  type Throughput,
} from './store.ts';
import { beingDeleted } from './unverified.ts';

const maxThroughput = 1_000_000_000_000;
const maxLocalIndexes = 5;
const maxGlobalIndexes = 20;

export const throughputShape = struct(
  {
    WriteCapacityUnits: required(integer({ min: 1 }, 'Long')),
    ReadCapacityUnits: required(integer({ min: 1 }, 'Long')),
  },
  'ProvisionedThroughput',
);

const keySchemaShape = list(
  struct({ AttributeName: required(text()), KeyType: required(oneOf(['HASH', 'RANGE'])) }, 'KeySchemaElement'),
  { min: 1, max: 2 },
);

const indexMembers = {
  IndexName: required(text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 })),
  KeySchema: required(keySchemaShape),
  Projection: required(
    struct(
      {
        ProjectionType: oneOf(['ALL', 'INCLUDE', 'KEYS_ONLY']),
        NonKeyAttributes: list(text(), { min: 1, max: 20 }),
      },
      'Projection',
    ),
  ),
} as const;

export const encryptionShape = struct(
  { Enabled: flag, SSEType: oneOf(['AES256', 'KMS']), KMSMasterKeyId: text() },
  'SSESpecification',
);
export const tableClassShape = oneOf(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);

const shape = struct({
  AttributeDefinitions: required(
    list(
      struct(
        { AttributeName: required(text()), AttributeType: required(oneOf(['B', 'N', 'S'])) },
        'AttributeDefinition',
      ),
    ),
  ),
  TableName: text({ pattern: '[a-zA-Z0-9_.-]+' }),
  BillingMode: oneOf(['PROVISIONED', 'PAY_PER_REQUEST']),
  ProvisionedThroughput: throughputShape,
  KeySchema: required(keySchemaShape),
  LocalSecondaryIndexes: list(struct(indexMembers, 'LocalSecondaryIndex')),
  GlobalSecondaryIndexes: list(
    struct({ ...indexMembers, ProvisionedThroughput: throughputShape }, 'GlobalSecondaryIndex'),
  ),
  DeletionProtectionEnabled: flag,
  SSESpecification: encryptionShape,
  TableClass: tableClassShape,
  Tags: tagsShape,
});

type Request = Decoded<typeof shape>;
type LocalIndex = NonNullable<Request['LocalSecondaryIndexes']>[number];
type GlobalIndex = NonNullable<Request['GlobalSecondaryIndexes']>[number];

export const createTable: Operation = (input, context) => {
  const name = checkTableName(input['TableName']);
  const request = decode(shape, input);
  checkThroughput(request);
  checkKeySchema(request);
  checkLocalIndexes(request);
  checkGlobalIndexes(request);
  const existing = findTable(context, name);
  if (existing?.status === 'DELETING') throw inUse(`${beingDeleted} ${name}`);
  if (existing !== undefined) throw inUse(`Table already exists: ${name}`);
  const table = record(context, name, request);
  dynamoDbOf(context.local).tables[name] = table;
  return { TableDescription: tableDescription(context, table) };
};

/** The table's name is looked at before everything else. */
export function checkTableName(name: unknown): string {
  if (name === undefined || name === null) {
    throw validation("The parameter 'TableName' is required but was not present in the request");
  }
  if (typeof name === 'string' && !name.startsWith('arn:') && (name.length < 3 || name.length > 255)) {
    throw validation('TableName must be at least 3 characters long and at most 255 characters long');
  }
  // Other types are refused where the request is decoded.
  return typeof name === 'string' ? name : '';
}

export function checkBounds({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
}: Decoded<typeof throughputShape>): void {
  if (read > maxThroughput) throw validation(`Given value ${read} for ReadCapacityUnits is out of bounds`);
  if (write > maxThroughput) throw validation(`Given value ${write} for WriteCapacityUnits is out of bounds`);
}

function checkThroughput({ BillingMode: mode, ProvisionedThroughput: throughput }: Request): void {
  if (mode === 'PAY_PER_REQUEST') {
    if (throughput === undefined) return;
    throw invalidValue(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (throughput === undefined) {
    throw invalidValue(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  checkBounds(throughput);
}

type KeySchema = Request['KeySchema'];

function checkKeySchema(request: Request): void {
  const defined = request.AttributeDefinitions.map((each) => each.AttributeName);
  if (request.KeySchema.length > defined.length) {
    throw validation('Invalid KeySchema: Some index key attribute have no definition');
  }
  checkDefined(request.KeySchema, defined);
  checkRoles(request.KeySchema);
  const indexed = request.LocalSecondaryIndexes ?? request.GlobalSecondaryIndexes;
  if (indexed === undefined && request.KeySchema.length !== defined.length) throw unequalAttributes();
  const schemas = [
    request.KeySchema,
    ...(request.LocalSecondaryIndexes ?? []).map((index) => index.KeySchema),
    ...(request.GlobalSecondaryIndexes ?? []).map((index) => index.KeySchema),
  ];
  const used = new Set(schemas.flat().map((each) => each.AttributeName));
  if (defined.some((name) => !used.has(name))) throw unequalAttributes();
}

function unequalAttributes(): Error {
  const problem = 'Number of attributes in KeySchema does not exactly match number of attributes defined in';
  return invalidValue(`${problem} AttributeDefinitions`);
}

function checkDefined(schema: KeySchema, defined: readonly string[]): void {
  const names = schema.map((each) => each.AttributeName);
  if (names.every((name) => defined.includes(name))) return;
  const lists = `Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`;
  throw invalidValue(`Some index key attributes are not defined in AttributeDefinitions. ${lists}`);
}

function checkRoles([first, second]: KeySchema): void {
  if (first !== undefined && first.AttributeName === second?.AttributeName) {
    throw validation('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (first?.KeyType !== 'HASH') {
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (second !== undefined && second.KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
}

function checkLocalIndexes(request: Request): void {
  const { LocalSecondaryIndexes: indexes } = request;
  if (indexes === undefined) return;
  if (indexes.length === 0) throw invalidValue('List of LocalSecondaryIndexes is empty');
  if (request.KeySchema.length !== 2) {
    const problem = 'Table KeySchema does not have a range key';
    throw invalidValue(`${problem}, which is required when specifying a LocalSecondaryIndex`);
  }
  const names = new Set<string>();
  for (const index of indexes) {
    checkIndexKeys(request, index);
    const [hash, range] = index.KeySchema;
    if (range === undefined) {
      throw invalidValue(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
    }
    const own = hash?.AttributeName ?? '';
    const tables = request.KeySchema[0]?.AttributeName ?? '';
    if (own !== tables) {
      const problem = 'Index KeySchema does not have the same leading hash key as table KeySchema for index';
      throw invalidValue(`${problem}: ${index.IndexName}. index hash key: ${own}, table hash key: ${tables}`);
    }
    checkProjection(index, names);
  }
  if (indexes.length > maxLocalIndexes) {
    throw invalidValue(`Number of LocalSecondaryIndexes exceeds per-table limit of ${maxLocalIndexes}`);
  }
}

function checkGlobalIndexes(request: Request): void {
  const { GlobalSecondaryIndexes: indexes } = request;
  if (indexes === undefined) return;
  if (indexes.length === 0) throw invalidValue('List of GlobalSecondaryIndexes is empty');
  const names = new Set((request.LocalSecondaryIndexes ?? []).map((index) => index.IndexName));
  for (const index of indexes) {
    checkIndexKeys(request, index);
    checkProjection(index, names);
    if (request.BillingMode === 'PAY_PER_REQUEST' && index.ProvisionedThroughput !== undefined) {
      const problem = `ProvisionedThroughput should not be specified for index: ${index.IndexName}`;
      throw invalidValue(`${problem} when BillingMode is PAY_PER_REQUEST`);
    }
    if (request.BillingMode !== 'PAY_PER_REQUEST' && index.ProvisionedThroughput === undefined) {
      throw invalidValue(`ProvisionedThroughput must be specified for index: ${index.IndexName}`);
    }
  }
  if (indexes.length > maxGlobalIndexes) {
    throw invalidValue(`GlobalSecondaryIndex count exceeds the per-table limit of ${maxGlobalIndexes}`);
  }
}

function checkIndexKeys(request: Request, index: LocalIndex | GlobalIndex): void {
  checkDefined(
    index.KeySchema,
    request.AttributeDefinitions.map((each) => each.AttributeName),
  );
  checkRoles(index.KeySchema);
}

function checkProjection(index: LocalIndex | GlobalIndex, names: Set<string>): void {
  const { ProjectionType: type, NonKeyAttributes: attributes } = index.Projection;
  if (type === undefined) throw invalidValue('Unknown ProjectionType: null');
  if (attributes !== undefined && type !== 'INCLUDE') {
    throw invalidValue(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (attributes === undefined && type === 'INCLUDE') {
    throw invalidValue('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  if (names.has(index.IndexName)) throw invalidValue(`Duplicate index name: ${index.IndexName}`);
  names.add(index.IndexName);
}

function record(context: CallContext, name: string, request: Request): TableRecord {
  const { world, now } = context;
  const onDemand = request.BillingMode === 'PAY_PER_REQUEST';
  const types = request.AttributeDefinitions.map((each): [string, KeyType] => [each.AttributeName, each.AttributeType]);
  const tags = request.Tags ?? [];
  checkTags(tags);
  return {
    name,
    id: [8, 4, 4, 4, 12].map((length) => world.hex(length)).join('-'),
    createdAt: now,
    deletedAt: null,
    updatingUntil: now,
    keys: keyElements(request.KeySchema),
    attributes: Object.fromEntries(types),
    indexes: [
      ...(request.LocalSecondaryIndexes ?? []).map((index) => indexRecord('local', index, undefined)),
      ...(request.GlobalSecondaryIndexes ?? []).map((index) =>
        indexRecord('global', index, index.ProvisionedThroughput),
      ),
    ],
    billingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    onDemandSince: onDemand ? now : null,
    throughput: throughputOf(request.ProvisionedThroughput),
    throughputIncreasedAt: null,
    throughputDecreasedAt: null,
    tableClass: request.TableClass ?? null,
    kmsKey: encryptionKey(context, request.SSESpecification),
    deletionProtection: request.DeletionProtectionEnabled === true,
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    timeToLive: null,
    items: {},
    figures: {},
    counted: { at: now, figures: {} },
  };
}

function keyElements(schema: KeySchema): readonly KeyElement[] {
  return schema.map(({ AttributeName: name, KeyType: role }) => ({ name, role }));
}

function indexRecord(
  scope: IndexRecord['scope'],
  index: LocalIndex | GlobalIndex,
  throughput: Decoded<typeof throughputShape> | undefined,
): IndexRecord {
  return {
    name: index.IndexName,
    scope,
    keys: keyElements(index.KeySchema),
    projection: index.Projection.ProjectionType ?? 'ALL',
    nonKeyAttributes: index.Projection.NonKeyAttributes ?? null,
    throughput: throughputOf(throughput),
  };
}

export function throughputOf(given: Decoded<typeof throughputShape> | undefined): Throughput | null {
  return given === undefined ? null : { read: given.ReadCapacityUnits, write: given.WriteCapacityUnits };
}

/** The key of an encryption with KMS; AWS's own key when none is named. Null for the default encryption. */
export function encryptionKey(
  { region, world }: CallContext,
  specification: Decoded<typeof encryptionShape> | undefined,
): string | null {
  if (specification?.Enabled !== true) return null;
  const key = specification.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  return key.startsWith('arn:')
    ? key
    : `arn:aws:kms:${region}:${world.data.account}:${key.includes('/') ? key : `key/${key}`}`;
}
