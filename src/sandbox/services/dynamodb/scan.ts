// Scan: everything, partition by partition in the order of a hash, whole or in segments.
import type { Operation } from '../../model.ts';
import { validation } from './errors.ts';
import { checkParameters, parseExpressions, refuseNestedKeys } from './expressions.ts';
import { keyMismatch } from './keys.ts';
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
import { decode, integer, struct } from './request/shapes.ts';
import type { IndexRecord, TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import type { Item } from './value.ts';
import { comparePlaces, lowerBound, placeOf, viewOf } from './views.ts';
import type { Entry } from './views.ts';

export const scanShape = struct({
  ...pageMembers,
  Segment: integer({ min: 0, max: 999_999 }),
  TotalSegments: integer({ min: 1, max: 1_000_000 }),
});

export const scan: Operation = (input, context) => {
  const request = decode(scanShape, input);
  checkParameters(request, 'Scan');
  const start = checkedStartKey(request.ExclusiveStartKey);
  const segment = segmentOf(request.Segment, request.TotalSegments);
  const { filter, projection } = parseExpressions(request);
  checkSelect(request, 'Scan');
  const table = itemTable(context, request.TableName);
  const index = findIndex(table, request);
  if (start !== undefined) checkStart(table, index, start);
  refuseFetch(index, request);
  if (start !== undefined) {
    checkTableStart(table, start);
    checkStartSegment(table, index, start, segment);
  }
  refuseNestedKeys(table, projection);
  refuseNestedKeys(table, filter?.paths);
  return readPage(request, { table, index, entries: entriesOf(table, index, start, segment), filter, projection });
};

interface Segment {
  readonly number: number;
  readonly total: number;
}

function segmentOf(number: number | undefined, total: number | undefined): Segment {
  if (total === undefined) {
    if (number === undefined) return { number: 0, total: 1 };
    const missing = 'The TotalSegments parameter is required but was not present in the request';
    throw validation(`${missing} when Segment parameter is present`);
  }
  if (number === undefined) {
    const missing = 'The Segment parameter is required but was not present in the request';
    throw validation(`${missing} when parameter TotalSegments is present`);
  }
  if (number >= total) {
    const which = `Segment: ${number} is not less than TotalSegments: ${total}`;
    throw validation(`The Segment parameter is zero-based and must be less than parameter TotalSegments: ${which}`);
  }
  return { number, total };
}

const hashes = 0x1_0000_0000;

/** The first hash of a segment; the next one's first is its end. */
function firstHash(number: number, total: number): number {
  return Math.ceil((hashes * number) / total);
}

function checkStart(table: TableRecord, index: IndexRecord | undefined, start: Item): void {
  if (Object.keys(start).length !== startKeys(table, index).length) {
    throw validation(index === undefined ? `${invalidStartKey}: ${keyMismatch}` : invalidStartKey);
  }
  if (index !== undefined) checkIndexStart(table, index, start);
}

function checkStartSegment(
  table: TableRecord,
  index: IndexRecord | undefined,
  start: Item,
  { number, total }: Segment,
): void {
  const { hash } = placeOf(table, index, start);
  if (hash >= firstHash(number, total) && hash < firstHash(number + 1, total)) return;
  const advice = 'Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment.';
  throw validation(`${invalidStartKey}: ${advice} TotalSegments: ${total} Segment: ${number}`);
}

function* entriesOf(
  table: TableRecord,
  index: IndexRecord | undefined,
  start: Item | undefined,
  { number, total }: Segment,
): Generator<Entry> {
  const view = viewOf(table, index);
  const from = firstHash(number, total);
  const to = firstHash(number + 1, total);
  let position = lowerBound(view, (entry) => entry.hash - from);
  if (start !== undefined) {
    const place = placeOf(table, index, start);
    position = lowerBound(view, (entry) => (comparePlaces(entry, place) <= 0 ? -1 : 1));
  }
  for (; position < view.length; position += 1) {
    const entry = view[position];
    if (entry === undefined || entry.hash >= to) return;
    yield entry;
  }
}
