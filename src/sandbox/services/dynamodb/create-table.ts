// CreateTable: its many rules, in AWS's order and words.
import type { CallContext, Operation } from '../../model.ts';
import { put } from '../../records.ts';
import { inUse, invalidValue, validation } from './errors.ts';
import {
  checkBounds,
  checkDefined,
  checkIndexKeys,
  checkProjection,
  checkRoles,
  indexRecord,
  keyElements,
  maxGlobalIndexes,
  maxLocalIndexes,
  onDemandOf,
  throughputOf,
} from './index-definitions.ts';
import { decode, flag, list, required, struct, text } from './request/shapes.ts';
import type { Decoded } from './request/shapes.ts';
import {
  attributeDefinitionsShape,
  billingModeShape,
  encryptionShape,
  globalIndexShape,
  keySchemaShape,
  localIndexShape,
  onDemandShape,
  streamShape,
  tableClassShape,
  tableNameShape,
  throughputShape,
} from './request/table-shapes.ts';
import { dynamoDbOf, type KeyType, type TableRecord } from './store.ts';
import { checkEncryption, checkNewStream, encryptionKey, newStream, newTableId } from './table-settings.ts';
import { tableDescription } from './table-description.ts';
import { findTable, tableName } from './tables.ts';
import { newPolicy } from './table-attachments.ts';
import { checkTags, tagsShape } from './tags.ts';
import { beingDeleted } from './unverified.ts';

export const createTableShape = struct({
  AttributeDefinitions: required(attributeDefinitionsShape),
  TableName: tableNameShape(3),
  BillingMode: billingModeShape,
  ProvisionedThroughput: throughputShape,
  KeySchema: required(keySchemaShape),
  LocalSecondaryIndexes: list(localIndexShape),
  GlobalSecondaryIndexes: list(globalIndexShape),
  DeletionProtectionEnabled: flag,
  SSESpecification: encryptionShape,
  StreamSpecification: streamShape,
  OnDemandThroughput: onDemandShape,
  TableClass: tableClassShape,
  Tags: tagsShape,
  ResourcePolicy: text(),
});

type Request = Decoded<typeof createTableShape>;

export const createTable: Operation = (input, context) => {
  const request = decode(createTableShape, input);
  const name = tableName(request.TableName);
  checkThroughput(request);
  checkKeySchema(request);
  checkLocalIndexes(request);
  checkGlobalIndexes(request);
  checkEncryption(request.SSESpecification);
  checkNewStream(request.StreamSpecification);
  const existing = findTable(context, name);
  if (existing?.status === 'DELETING') throw inUse(`${beingDeleted} ${name}`);
  if (existing?.status === 'CREATING' && existing.table.restore) throw inUse(`Table is being used: ${name}`);
  if (existing !== undefined) throw inUse(`Table already exists: ${name}`);
  const table = record(context, name, request);
  put(dynamoDbOf(context.local).tables, name, table);
  return { TableDescription: tableDescription(context, table) };
};

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

function checkKeySchema(request: Request): void {
  const defined = request.AttributeDefinitions.map((each) => each.AttributeName);
  if (request.KeySchema.length > defined.length) {
    throw validation('Invalid KeySchema: Some index key attribute have no definition');
  }
  checkDefined(request.KeySchema, request.AttributeDefinitions);
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
    checkIndexKeys(request.AttributeDefinitions, index);
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
    checkIndexKeys(request.AttributeDefinitions, index);
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

function record(context: CallContext, name: string, request: Request): TableRecord {
  const { now } = context;
  const onDemand = request.BillingMode === 'PAY_PER_REQUEST';
  const types = request.AttributeDefinitions.map((each): [string, KeyType] => [each.AttributeName, each.AttributeType]);
  const tags = request.Tags ?? [];
  checkTags(tags);
  return {
    name,
    id: newTableId(context),
    createdAt: now,
    deletedAt: null,
    updatingUntil: now,
    keys: keyElements(request.KeySchema),
    attributes: Object.fromEntries(types),
    indexes: [
      ...(request.LocalSecondaryIndexes ?? []).map((index) => indexRecord('local', index)),
      ...(request.GlobalSecondaryIndexes ?? []).map((index) => indexRecord('global', index)),
    ],
    billingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    onDemandSince: onDemand ? now : null,
    throughput: throughputOf(request.ProvisionedThroughput),
    onDemand: onDemandOf(request.OnDemandThroughput),
    throughputIncreasedAt: null,
    throughputDecreasedAt: null,
    tableClass: request.TableClass ?? null,
    kmsKey: encryptionKey(context, request.SSESpecification),
    stream: newStream(context, request.StreamSpecification),
    deletionProtection: request.DeletionProtectionEnabled === true,
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    timeToLive: null,
    ...(request.ResourcePolicy === undefined ? {} : { policy: newPolicy(request.ResourcePolicy, context) }),
    items: {},
    figures: {},
    counted: { at: now, figures: {} },
  };
}
