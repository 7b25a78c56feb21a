// What Query and Scan share: the index they read, one page of it, and its answer.
import { capacity, units } from './capacity.ts';
import type { CapacityRequest } from './capacity.ts';
import { inEnvelope } from './envelope.ts';
import { invalidValue, validation } from './errors.ts';
import type { Path } from './expression/ast.ts';
import type { ParsedCondition } from './expression/condition-parser.ts';
import { meets } from './expression/evaluate.ts';
import { project } from './expression/projection.ts';
import { placeholderShapes } from './expressions.ts';
import { capacityShape, itemTableName } from './items.ts';
import { checkKeyAttribute, keyMismatch, keyOf } from './keys.ts';
import { flag, integer, oneOf, text } from './request/shapes.ts';
import { indexName } from './request/table-shapes.ts';
import { attributeMap, checkedValue } from './request/values.ts';
import type { RawItem } from './request/values.ts';
import { itemSize } from './size.ts';
import type { IndexRecord, KeyElement, TableRecord } from './store.ts';
import { attribute } from './value.ts';
import type { AttributeValue, Item } from './value.ts';
import type { Output } from '../../model.ts';
import type { Entry } from './views.ts';

/** A page ends with the item that makes it this large. */
const pageBytes = 1_048_576;

export const pageMembers = {
  Select: oneOf(['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES']),
  IndexName: indexName,
  ReturnConsumedCapacity: capacityShape,
  TableName: itemTableName,
  Limit: integer({ min: 1 }),
  ExclusiveStartKey: attributeMap,
  ConsistentRead: flag,
  FilterExpression: text(),
  ProjectionExpression: text(),
  ...placeholderShapes,
} as const;

export interface PageRequest extends CapacityRequest {
  readonly Select?: 'SPECIFIC_ATTRIBUTES' | 'COUNT' | 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | undefined;
  readonly IndexName?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly Limit?: number | undefined;
}

/**
 * Combinations of Select with other parameters that make no sense. A Query tells them as single writes tell their faults, a Scan
 * bare [observed: moto, tests/test_dynamodb/test_dynamodb_select.py; github.com/nubo-db/dynamodb-conformance].
 */
export function checkSelect(request: PageRequest, operation: 'Query' | 'Scan'): void {
  const problem = selectProblem(request);
  if (problem !== undefined) throw validation(operation === 'Query' ? inEnvelope(problem) : problem);
}

function selectProblem({ Select, IndexName, ProjectionExpression }: PageRequest): string | undefined {
  if (Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES' && ProjectionExpression !== undefined) {
    const what = Select === 'COUNT' ? 'only the Count' : Select;
    return `Cannot specify the ProjectionExpression when choosing to get ${what}`;
  }
  if (Select === 'SPECIFIC_ATTRIBUTES' && ProjectionExpression === undefined) {
    return 'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES';
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    return 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName';
  }
  return undefined;
}

/** @returns undefined for the table itself */
export function findIndex(table: TableRecord, request: PageRequest): IndexRecord | undefined {
  const { IndexName: name } = request;
  if (name === undefined) return undefined;
  const index = table.indexes.find((each) => each.name === name);
  const change = table.indexChange ?? null;
  const going = change !== null && change.index === name;
  if (index === undefined || (going && change.kind === 'delete')) {
    throw validation(`The table does not have the specified index: ${name}`);
  }
  if (going) throw validation(`Cannot read from backfilling global secondary index: ${name}`);
  if (index.scope === 'global' && request.ConsistentRead === true) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  return index;
}

/** A global index cannot fetch from its table what it does not hold; a local one does. */
export function refuseFetch(index: IndexRecord | undefined, { Select }: PageRequest): void {
  if (Select !== 'ALL_ATTRIBUTES' || index?.scope !== 'global' || index.projection === 'ALL') return;
  const why = `is not supported for global secondary index ${index.name} because its projection type is not ALL`;
  throw invalidValue(`Select type ALL_ATTRIBUTES ${why}`);
}

/** Keys of the index and of the table: what tells a place in an index. */
export function startKeys(table: TableRecord, index: IndexRecord | undefined): readonly KeyElement[] {
  if (index === undefined) return table.keys;
  const own = index.keys.filter(({ name }) => !table.keys.some((key) => key.name === name));
  return [...table.keys, ...own];
}

export const invalidStartKey = 'The provided starting key is invalid';

/** The parameter as a value, before anything is known of the table. */
export function checkedStartKey(raw: RawItem | undefined): Item | undefined {
  if (raw === undefined) return undefined;
  const entries: [string, AttributeValue][] = [];
  for (const [name, each] of Object.entries(raw)) {
    const value = checkedValue(each);
    if (typeof value === 'string') {
      const bare = /contains duplicates|number set|numeric value|significant digits|number with magnitude/.test(value);
      throw validation(bare ? value : `${invalidStartKey}: ${value}`);
    }
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

/** The attributes of the index's own key within a start key. */
export function checkIndexStart(table: TableRecord, index: IndexRecord, start: Item): void {
  for (const element of index.keys) {
    if (attribute(start, element.name) === undefined) throw validation(invalidStartKey);
    checkKeyAttribute(table, start, element);
  }
}

/** The attributes of the table's key within a start key. */
export function checkTableStart(table: TableRecord, start: Item): void {
  for (const element of table.keys) {
    try {
      checkKeyAttribute(table, start, element);
    } catch (error) {
      const why = error instanceof Error ? error.message : keyMismatch;
      throw validation(`${invalidStartKey}: ${why}`);
    }
  }
}

export interface PageSource {
  readonly table: TableRecord;
  readonly index: IndexRecord | undefined;
  /** In the order of reading. */
  readonly entries: Iterable<Entry>;
  readonly filter: ParsedCondition | undefined;
  readonly projection: readonly Path[] | undefined;
}

/** Reads up to the limit or the size of a page; what is filtered out counts as read. */
export function readPage(request: PageRequest, source: PageSource): Output {
  const { table, index, filter, projection } = source;
  const limit = request.Limit ?? Number.POSITIVE_INFINITY;
  const whole = request.Select === 'ALL_ATTRIBUTES' && index?.scope === 'local';
  const items: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let last: Entry | undefined;
  let more = false;
  for (const entry of source.entries) {
    if (scanned >= limit || bytes >= pageBytes) {
      more = true;
      break;
    }
    const item = whole ? (table.items[entry.primary] ?? entry.item) : entry.item;
    scanned += 1;
    bytes += itemSize(item);
    last = entry;
    if (filter === undefined || meets(item, filter.condition)) {
      items.push(projection === undefined ? item : project(item, projection));
    }
  }
  // DynamoDB stops at the limit without looking whether anything follows.
  const stopped = more || scanned >= limit || bytes >= pageBytes;
  const end = stopped && last !== undefined ? table.items[last.primary] : undefined;
  return {
    Items: request.Select === 'COUNT' ? undefined : items,
    Count: items.length,
    ScannedCount: scanned,
    LastEvaluatedKey: end === undefined ? undefined : keyOf(startKeys(table, index), end),
    ConsumedCapacity: capacity(request, table.name, units('read', bytes, request.ConsistentRead === true)),
  };
}
