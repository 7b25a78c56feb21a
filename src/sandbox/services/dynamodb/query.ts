// Query: the items of one partition, in the order of the sort key.
import type { Operation } from '../../model.ts';
import { unreachable } from '../../../util/unreachable.ts';
import { validation } from './errors.ts';
import { beginsWith } from './expression/evaluate.ts';
import { checkParameters, parseExpressions, refuseNestedKeys } from './expressions.ts';
import { keyCondition, keyConditions } from './key-condition.ts';
import type { KeyCondition, SortCondition } from './key-condition.ts';
import { compareValues, orderText } from './order.ts';
import {
  checkIndexStart,
  checkSelect,
  checkTableStart,
  checkedStartKey,
  findIndex,
  invalidStartKey,
  pageMembers,
  readPage,
  refuseFetch,
  startKeys,
} from './page.ts';
import { decode, flag, integer, struct, text } from './request/shapes.ts';
import type { IndexRecord, KeyElement, TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import { attribute, equalValues } from './value.ts';
import type { Item } from './value.ts';
import { comparePlaces, lowerBound, partitionRange, placeOf, viewOf } from './views.ts';
import type { Entry } from './views.ts';

export const queryShape = struct({
  ...pageMembers,
  // Observed: github.com/nubo-db/dynamodb-conformance, in all regions; a Scan tells the number in most.
  Limit: integer({ min: 1, unquoted: 'Limit' }),
  KeyConditionExpression: text(),
  ScanIndexForward: flag,
});

export const query: Operation = (input, context) => {
  const request = decode(queryShape, input);
  checkParameters(request, 'Query');
  const start = checkedStartKey(request.ExclusiveStartKey);
  if (request.KeyConditionExpression === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const { keyCondition: parsed, filter, projection } = parseExpressions(request);
  const conditions = parsed === undefined ? new Map<string, SortCondition>() : keyConditions(parsed.condition);
  checkSelect(request, 'Query');
  const table = itemTable(context, request.TableName);
  const index = findIndex(table, request);
  const keys = index?.keys ?? table.keys;
  if (start !== undefined) checkStart(table, index, start);
  const condition = keyCondition(table, keys, conditions);
  if (start !== undefined) checkStartWithin(table, keys, start, condition);
  refuseNestedKeys(table, projection);
  for (const { name } of keys) {
    if (filter?.paths.some(([head]) => head === name) === true) {
      const problem = 'Filter Expression can only contain non-primary key attributes';
      throw validation(`${problem}: Primary key attribute: ${name}`);
    }
  }
  refuseFetch(index, request);
  refuseNestedKeys(table, filter?.paths);
  const forward = request.ScanIndexForward !== false;
  const entries = entriesOf(table, index, condition, start, forward);
  return readPage(request, { table, index, entries, filter, projection });
};

function checkStart(table: TableRecord, index: IndexRecord | undefined, start: Item): void {
  if (Object.keys(start).length !== startKeys(table, index).length) throw validation(invalidStartKey);
  if (index !== undefined) checkIndexStart(table, index, start);
  else if (!table.keys.every(({ name }) => attribute(start, name) !== undefined)) throw validation(invalidStartKey);
}

function checkStartWithin(
  table: TableRecord,
  [partitionKey, sortKey]: readonly KeyElement[],
  start: Item,
  { partition, sort }: KeyCondition,
): void {
  checkTableStart(table, start);
  const ownPartition = partitionKey === undefined ? undefined : attribute(start, partitionKey.name);
  const same = ownPartition !== undefined && equalValues(ownPartition, partition);
  if (sort === undefined || sortKey === undefined) {
    if (!same) {
      throw validation('The provided starting key is outside query boundaries based on provided conditions');
    }
    return;
  }
  const ownSort = attribute(start, sortKey.name);
  if (
    ownSort === undefined ||
    !holds(
      sort,
      (value) => compareValues(ownSort, value) ?? 0,
      () => beginsWith(ownSort, sort.value),
    )
  ) {
    throw validation('The provided starting key does not match the range key predicate');
  }
  if (!same) throw validation('The query can return at most one row and cannot be restarted');
}

function holds(
  sort: SortCondition,
  compareTo: (value: SortCondition['value']) => number,
  startsWith: () => boolean,
): boolean {
  switch (sort.kind) {
    case '=':
      return compareTo(sort.value) === 0;
    case '<':
      return compareTo(sort.value) < 0;
    case '<=':
      return compareTo(sort.value) <= 0;
    case '>':
      return compareTo(sort.value) > 0;
    case '>=':
      return compareTo(sort.value) >= 0;
    case 'between':
      return compareTo(sort.value) >= 0 && compareTo(sort.high) <= 0;
    case 'begins_with':
      return startsWith();
    default:
      return unreachable(sort);
  }
}

function* entriesOf(
  table: TableRecord,
  index: IndexRecord | undefined,
  { partition, sort }: KeyCondition,
  start: Item | undefined,
  forward: boolean,
): Generator<Entry> {
  const view = viewOf(table, index);
  let [from, to] = partitionRange(view, partition);
  if (sort !== undefined) [from, to] = sortRange(view, [from, to], sort);
  if (start !== undefined) {
    const place = placeOf(table, index, start);
    const at = lowerBound(view, (entry) => comparePlaces(entry, place), [from, to]);
    const here = view[at];
    const found = here !== undefined && at < to && comparePlaces(here, place) === 0;
    if (forward) from = found ? at + 1 : at;
    else to = at;
  }
  for (let step = 0; step < to - from; step += 1) {
    const entry = view[forward ? from + step : to - 1 - step];
    if (entry !== undefined) yield entry;
  }
}

/** Sort keys that meet a condition lie side by side: the part of the range before, and the part after, is cut off. */
function sortRange(
  view: readonly Entry[],
  range: readonly [number, number],
  sort: SortCondition,
): readonly [number, number] {
  const low = orderText(sort.value) ?? '';
  const notBefore = (text: string): number => lowerBound(view, (entry) => (entry.sort < text ? -1 : 1), range);
  const after = (text: string): number => lowerBound(view, (entry) => (entry.sort <= text ? -1 : 1), range);
  switch (sort.kind) {
    case '=':
      return [notBefore(low), after(low)];
    case '<':
      return [range[0], notBefore(low)];
    case '<=':
      return [range[0], after(low)];
    case '>':
      return [after(low), range[1]];
    case '>=':
      return [notBefore(low), range[1]];
    case 'between':
      return [notBefore(low), after(orderText(sort.high) ?? '')];
    case 'begins_with': {
      const from = notBefore(low);
      return [from, lowerBound(view, (entry) => (entry.sort.startsWith(low) ? -1 : 1), [from, range[1]])];
    }
    default:
      return unreachable(sort);
  }
}
