// Sorted views of a table and its indexes for Query and Scan. They are made at the first use, kept up to date by writes,
// and are no part of the saved state: a copied or restored table makes its own.
import { keyOrder, primaryKey } from './keys.ts';
import { orderText } from './order.ts';
import { partitionHash } from './partition-hash.ts';
import type { IndexRecord, KeyElement, TableRecord } from './store.ts';
import { attribute, setAttribute } from './value.ts';
import type { AttributeValue, Item } from './value.ts';

/** One item's place in a view. */
export interface Entry {
  /** Scans go through partitions in the order of a hash, as in DynamoDB: stable, and none that a caller may rely on. */
  readonly hash: number;
  readonly partition: string;
  /** Empty when the view has no sort key. */
  readonly sort: string;
  /** Tells apart the items of an index that have equal keys. */
  readonly primary: string;
  /** With the attributes that the view has. */
  readonly item: Item;
}

/** A place between entries: those that compare less come before it. */
export type Place = Pick<Entry, 'hash' | 'partition' | 'sort' | 'primary'>;

const views = new WeakMap<TableRecord['items'], Map<string, Entry[]>>();
/** Never the name of an index: those have three letters or more. */
const tableView = '';

/** @param index undefined for the table itself */
export function viewOf(table: TableRecord, index: IndexRecord | undefined): readonly Entry[] {
  let ofTable = views.get(table.items);
  if (ofTable === undefined) views.set(table.items, (ofTable = new Map<string, Entry[]>()));
  const name = index?.name ?? tableView;
  let view = ofTable.get(name);
  if (view === undefined) {
    view = [];
    for (const [primary, item] of Object.entries(table.items)) {
      const entry = entryOf(table, index, primary, item);
      if (entry !== undefined) view.push(entry);
    }
    view.sort(comparePlaces);
    ofTable.set(name, view);
  }
  return view;
}

/** To be told of an index that is no more. */
export function forgetView({ items }: TableRecord, index: string): void {
  views.get(items)?.delete(index);
}

/** To be told about every write. */
export function updateViews(
  table: TableRecord,
  primary: string,
  before: Item | undefined,
  after: Item | undefined,
): void {
  const ofTable = views.get(table.items);
  if (ofTable === undefined) return;
  for (const [name, view] of ofTable) {
    const index = table.indexes.find((each) => each.name === name);
    if (before !== undefined) {
      const entry = entryOf(table, index, primary, before);
      if (entry !== undefined) view.splice(firstNotBefore(view, entry), 1);
    }
    if (after !== undefined) {
      const entry = entryOf(table, index, primary, after);
      if (entry !== undefined) view.splice(firstNotBefore(view, entry), 0, entry);
    }
  }
}

/** Where the item with these keys has, or would have, its place. */
export function placeOf(table: TableRecord, index: IndexRecord | undefined, item: Item): Place {
  const [partitionKey, sortKey] = index?.keys ?? table.keys;
  if (partitionKey === undefined) throw new Error('a key schema has a partition key');
  const partition = keyOrder(item, partitionKey);
  const sort = sortKey === undefined ? '' : keyOrder(item, sortKey);
  return { hash: hashOf(item, partitionKey), partition, sort, primary: primaryKey(table, item) };
}

function hashOf(item: Item, { name }: KeyElement): number {
  const value = attribute(item, name);
  if (value === undefined) throw new Error(`the item lacks the key ${name}`);
  return partitionHash(value);
}

/** The entries of one partition: from the first index up to but without the second. */
export function partitionRange(view: readonly Entry[], value: AttributeValue): readonly [number, number] {
  const hash = partitionHash(value);
  const partition = orderText(value) ?? '';
  const start = lowerBound(view, (entry) => compare(entry.hash, hash) || compare(entry.partition, partition));
  let end = lowerBound(view, (entry) => compare(entry.hash, hash) || compare(entry.partition, partition) || -1);
  if (end < start) end = start;
  return [start, end];
}

export function firstNotBefore(view: readonly Entry[], place: Place): number {
  return lowerBound(view, (entry) => comparePlaces(entry, place));
}

export function comparePlaces(a: Place, b: Place): number {
  return (
    compare(a.hash, b.hash) ||
    compare(a.partition, b.partition) ||
    compare(a.sort, b.sort) ||
    compare(a.primary, b.primary)
  );
}

/** The first index whose entry does not compare negative; within the range, when one is given. */
export function lowerBound(
  view: readonly Entry[],
  order: (entry: Entry) => number,
  range: readonly [number, number] = [0, view.length],
): number {
  let [low, high] = range;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = view[middle];
    if (entry !== undefined && order(entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entryOf(table: TableRecord, index: IndexRecord | undefined, primary: string, whole: Item): Entry | undefined {
  const item = heldItem(table, index, whole);
  return item === undefined ? undefined : { ...placeOf(table, index, whole), primary, item };
}

/** What the table or an index of it holds of an item: indexes leave out items without their keys. */
export function heldItem(table: TableRecord, index: IndexRecord | undefined, item: Item | undefined): Item | undefined {
  if (index === undefined || item === undefined) return item;
  if (!index.keys.every(({ name }) => attribute(item, name) !== undefined)) return undefined;
  if (index.projection === 'ALL') return item;
  const names = [...index.keys, ...table.keys].map(({ name }: KeyElement) => name);
  const held: Record<string, AttributeValue> = {};
  for (const name of [...names, ...(index.nonKeyAttributes ?? [])]) {
    const value = attribute(item, name);
    if (value !== undefined) setAttribute(held, name, value);
  }
  return held;
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
