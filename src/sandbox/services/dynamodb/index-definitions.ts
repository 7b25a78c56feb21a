// What definitions of tables and of their indexes have in common: throughput, keys and projections, in AWS's words.
import { invalidValue, notModelled, validation } from './errors.ts';
import type { Decoded } from './request/shapes.ts';
import type {
  attributeDefinitionsShape,
  globalIndexShape,
  keySchemaShape,
  localIndexShape,
  onDemandShape,
  throughputShape,
} from './request/table-shapes.ts';
import type { IndexRecord, KeyElement, OnDemandLimits, Throughput } from './store.ts';

const maxThroughput = 1_000_000_000_000;
export const maxLocalIndexes = 5;
export const maxGlobalIndexes = 20;

export type KeySchema = Decoded<typeof keySchemaShape>;
export type LocalIndex = Decoded<typeof localIndexShape>;
export type GlobalIndex = Decoded<typeof globalIndexShape>;
export type AttributeDefinitions = Decoded<typeof attributeDefinitionsShape>;

export function checkBounds({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
}: Decoded<typeof throughputShape>): void {
  if (read > maxThroughput) throw validation(`Given value ${read} for ReadCapacityUnits is out of bounds`);
  if (write > maxThroughput) throw validation(`Given value ${write} for WriteCapacityUnits is out of bounds`);
}

export function checkDefined(schema: KeySchema, definitions: AttributeDefinitions): void {
  const defined = definitions.map((each) => each.AttributeName);
  const names = schema.map((each) => each.AttributeName);
  if (names.every((name) => defined.includes(name))) return;
  const lists = `Keys: [${names.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`;
  throw invalidValue(`Some index key attributes are not defined in AttributeDefinitions. ${lists}`);
}

export function checkRoles([first, second]: KeySchema): void {
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

export function checkIndexKeys(definitions: AttributeDefinitions, index: LocalIndex | GlobalIndex): void {
  const { KeySchema: schema } = index;
  if (schema.length > 2 || schema[1]?.KeyType === 'HASH') {
    throw notModelled(`keySchema of index ${index.IndexName}`, 'keys of an index have one attribute each');
  }
  checkDefined(schema, definitions);
  checkRoles(schema);
}

export function checkProjection(index: LocalIndex | GlobalIndex, names: Set<string>): void {
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

export function keyElements(schema: KeySchema): readonly KeyElement[] {
  return schema.map(({ AttributeName: name, KeyType: role }) => ({ name, role }));
}

export function indexRecord(scope: IndexRecord['scope'], index: LocalIndex | GlobalIndex): IndexRecord {
  const global: Partial<GlobalIndex> = index;
  return {
    name: index.IndexName,
    scope,
    keys: keyElements(index.KeySchema),
    projection: index.Projection.ProjectionType ?? 'ALL',
    nonKeyAttributes: index.Projection.NonKeyAttributes ?? null,
    throughput: throughputOf(global.ProvisionedThroughput),
    onDemand: onDemandOf(global.OnDemandThroughput),
  };
}

export function throughputOf(given: Decoded<typeof throughputShape> | undefined): Throughput | null {
  return given === undefined ? null : { read: given.ReadCapacityUnits, write: given.WriteCapacityUnits };
}

/** On-demand limits; null where none are given. */
export function onDemandOf(given: Decoded<typeof onDemandShape> | undefined): OnDemandLimits | null {
  if (given === undefined) return null;
  const { MaxReadRequestUnits: read = null, MaxWriteRequestUnits: write = null } = given;
  return read === null && write === null ? null : { read, write };
}
