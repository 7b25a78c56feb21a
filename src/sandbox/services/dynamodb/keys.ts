// Keys: their rules, and the texts under which items are stored and sorted.
import type { AwsError } from '../../model.ts';
import { invalidValue, validation } from './errors.ts';
import { orderText } from './order.ts';
import { byteLength } from './size.ts';
import type { IndexRecord, KeyElement, KeyType, TableRecord } from './store.ts';
import { attribute, typeOf } from './value.ts';
import type { AttributeValue, Item } from './value.ts';

const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;

export const keyMismatch = 'The provided key element does not match the schema';

/** The type that the table declares for a key attribute. */
export function keyType(table: TableRecord, name: string): KeyType {
  const type = table.attributes[name];
  if (type === undefined) throw new Error(`key attribute ${name} has no definition`);
  return type;
}

/** A text that names an item of the table: different for different keys only. Never the name of a prototype's member. */
export function primaryKey(table: TableRecord, item: Item): string {
  const [partition = '', sort = ''] = table.keys.map((key) => keyOrder(item, key));
  return `${partition.length}:${partition}${sort}`;
}

/** The sortable text of a key attribute that is known to be there. */
export function keyOrder(item: Item, { name }: KeyElement): string {
  const value = attribute(item, name);
  const text = value === undefined ? undefined : orderText(value);
  if (text === undefined) throw new Error(`the item lacks the key ${name}`);
  return text;
}

/** The key attributes of an item, in the order of the schema. */
export function keyOf(keys: readonly KeyElement[], item: Item): Item {
  const entries: [string, AttributeValue][] = [];
  for (const { name } of keys) {
    const value = attribute(item, name);
    if (value !== undefined) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

/** A `Key` parameter: exactly the key attributes, of the right types. */
export function checkKey(table: TableRecord, key: Item, keys: readonly KeyElement[] = table.keys): void {
  if (Object.keys(key).length !== keys.length) throw validation(keyMismatch);
  for (const element of keys) checkKeyAttribute(table, key, element);
}

export function checkKeyAttribute(table: TableRecord, key: Item, element: KeyElement): void {
  const value = attribute(key, element.name);
  if (value === undefined || typeOf(value) !== keyType(table, element.name)) throw validation(keyMismatch);
  checkKeyValue(value, element);
}

/** An item to be put: it has its keys, and what would be the key of an index has the type for it. */
export function checkItem(table: TableRecord, item: Item): void {
  for (const element of table.keys) {
    const value = attribute(item, element.name);
    if (value === undefined) throw invalidValue(`Missing the key ${element.name} in the item`);
    const expected = keyType(table, element.name);
    const actual = typeOf(value);
    if (actual !== expected) {
      throw invalidValue(`Type mismatch for key ${element.name} expected: ${expected} actual: ${actual}`);
    }
    checkKeyValue(value, element);
  }
  for (const index of table.indexes) {
    for (const element of index.keys) {
      const value = attribute(item, element.name);
      if (value === undefined) continue;
      const actual = typeOf(value);
      if (actual !== keyType(table, element.name)) throw indexTypeMismatch(table, index, element.name, actual);
      if (isEmpty(value)) throw emptyIndexKey(index, element.name, value);
    }
  }
}

export function indexTypeMismatch(table: TableRecord, index: IndexRecord, name: string, actual: string): AwsError {
  const types = `Expected: ${keyType(table, name)} Actual: ${actual}`;
  return invalidValue(`Type mismatch for Index Key ${name} ${types} IndexName: ${index.name}`);
}

function emptyIndexKey({ name: index }: IndexRecord, name: string, value: AttributeValue): AwsError {
  const what = `The AttributeValue for a key attribute cannot contain an empty ${emptyType(value)} value.`;
  return validation(
    `One or more parameter values are not valid. A value specified for a secondary index key is not supported. ` +
      `${what} IndexName: ${index}, IndexKey: ${name}`,
  );
}

function checkKeyValue(value: AttributeValue, { name, role }: KeyElement): void {
  if (isEmpty(value)) throw emptyKey(name, value);
  const bytes = 'S' in value ? Buffer.byteLength(value.S) : 'B' in value ? byteLength(value.B) : 0;
  if (role === 'HASH' && bytes > maxPartitionKeyBytes) {
    // AWS leaves the space out.
    throw invalidValue('Size of hashkey has exceeded the maximum size limit of2048 bytes');
  }
  if (role === 'RANGE' && bytes > maxSortKeyBytes) {
    throw invalidValue('Aggregated size of all range keys has exceeded the size limit of 1024 bytes');
  }
}

function emptyKey(name: string, value: AttributeValue): AwsError {
  const what = `The AttributeValue for a key attribute cannot contain an empty ${emptyType(value)} value.`;
  return validation(`One or more parameter values are not valid. ${what} Key: ${name}`);
}

/** Transactions refuse empty keys before they look at anything else. */
export function refuseEmptyKeys(table: TableRecord, keyOrItem: Item): void {
  for (const { name } of table.keys) {
    const value = attribute(keyOrItem, name);
    if (value !== undefined && isEmpty(value)) throw emptyKey(name, value);
  }
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}

function emptyType(value: AttributeValue): string {
  return 'B' in value ? 'binary' : 'string';
}
