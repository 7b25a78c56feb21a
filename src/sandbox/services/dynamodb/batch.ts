// BatchGetItem and BatchWriteItem: independent reads and writes in one call, without conditions.
import type { Operation } from '../../model.ts';
import { put } from '../../records.ts';
import { capacity, itemUnits } from './capacity.ts';
import { validation } from './errors.ts';
import { project } from './expression/projection.ts';
import { checkParameters, parseExpressions, placeholderShapes, refuseNestedKeys } from './expressions.ts';
import { capacityShape, refuseLargeItem, storedItem } from './items.ts';
import { checkItem, checkKey, keyMismatch, primaryKey } from './keys.ts';
import { map } from './request/map.ts';
import { decode, flag, list, oneOf, required, struct, text } from './request/shapes.ts';
import { attributeMap, checkedItem } from './request/values.ts';
import { itemSize } from './size.ts';
import type { TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import type { Item } from './value.ts';
import { writeItem } from './writes.ts';

const maxKeys = 100;
const maxResponseBytes = 16 * 1_048_576;
/** Keys of the map are names of tables, or their ARNs. */
const tableKeys = { min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+' } as const;

export const batchGetItemShape = struct({
  ReturnConsumedCapacity: capacityShape,
  RequestItems: required(
    map(
      struct(
        {
          Keys: required(list(attributeMap, { min: 1, max: maxKeys })),
          ConsistentRead: flag,
          ProjectionExpression: text(),
          ExpressionAttributeNames: placeholderShapes.ExpressionAttributeNames,
        },
        'KeysAndAttributes',
      ),
      'KeysAndAttributes',
      { min: 1, keys: tableKeys },
    ),
  ),
});

export const batchGetItem: Operation = (input, context) => {
  const request = decode(batchGetItemShape, input);
  let count = 0;
  const wanted = Object.entries(request.RequestItems).map(([name, each]) => {
    checkParameters(each, 'BatchGetItem');
    const { projection } = parseExpressions(each);
    const keys = each.Keys.map(checkedItem);
    if (new Set(keys.map(fingerprint)).size < keys.length) {
      throw validation('Provided list of item keys contains duplicates');
    }
    count += keys.length;
    if (count > maxKeys) throw validation('Too many items requested for the BatchGetItem call');
    return { name, each, keys, projection };
  });
  const found = wanted.map(({ name, each, keys, projection }) => {
    const table = itemTable(context, name);
    for (const key of keys) checkKey(table, key);
    refuseNestedKeys(table, projection);
    return { name, each, table, keys, projection };
  });

  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, unknown> = {};
  const consumed: (object | undefined)[] = [];
  let bytes = 0;
  for (const { name, each, table, keys, projection } of found) {
    const items: Item[] = [];
    put(responses, name, items);
    const left: Item[] = [];
    let units = 0;
    for (const key of keys) {
      const item = storedItem(table, key);
      const size = item === undefined ? 0 : itemSize(item);
      if (left.length > 0 || bytes + size > maxResponseBytes) {
        left.push(key);
        continue;
      }
      bytes += size;
      units += itemUnits('read', [item], each.ConsistentRead === true);
      if (item !== undefined) items.push(projection === undefined ? item : project(item, projection));
    }
    if (left.length > 0) put(unprocessed, name, { ...each, Keys: left });
    consumed.push(capacity(request, table.name, units));
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ConsumedCapacity: present(consumed) };
};

/** The same for equal keys, whatever the table's schema turns out to be. */
function fingerprint(key: Item): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function present(consumed: readonly (object | undefined)[]): readonly object[] | undefined {
  const told = consumed.filter((each) => each !== undefined);
  return told.length === 0 ? undefined : told;
}

export const batchWriteItemShape = struct({
  ReturnConsumedCapacity: capacityShape,
  ReturnItemCollectionMetrics: oneOf(['SIZE', 'NONE']),
  RequestItems: required(
    map(
      list(
        struct(
          {
            DeleteRequest: struct({ Key: required(attributeMap) }, 'DeleteRequest'),
            PutRequest: struct({ Item: required(attributeMap) }, 'PutRequest'),
          },
          'WriteRequest',
        ),
      ),
      'java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>',
      { min: 1, keys: tableKeys, values: { min: 1, max: 25 } },
    ),
  ),
});

type Write = { readonly kind: 'put'; readonly item: Item } | { readonly kind: 'delete'; readonly key: Item };

export const batchWriteItem: Operation = (input, context) => {
  const request = decode(batchWriteItemShape, input);
  const total = Object.values(request.RequestItems).reduce((sum, writes) => sum + writes.length, 0);
  if (total > 25) throw validation('Too many items requested for the BatchWriteItem call');
  const wanted = Object.entries(request.RequestItems).map(([name, requests]) => ({
    name,
    writes: requests.map(({ PutRequest: put, DeleteRequest: remove }): Write => {
      if ((put === undefined) === (remove === undefined)) {
        const problem = 'Supplied AttributeValue has more than one datatypes set';
        throw validation(`${problem}, must contain exactly one of the supported datatypes`);
      }
      if (remove !== undefined) return { kind: 'delete', key: checkedItem(remove.Key) };
      const item = checkedItem(put?.Item ?? {});
      refuseLargeItem(item);
      return { kind: 'put', item };
    }),
  }));
  const found = wanted.map(({ name, writes }) => {
    const table = itemTable(context, name);
    const keys = new Set<string>();
    for (const write of writes) {
      checkWrite(table, write);
      keys.add(primaryKey(table, keyOf(write)));
    }
    if (keys.size < writes.length) throw validation('Provided list of item keys contains duplicates');
    return { table, writes };
  });

  const consumed = found.map(({ table, writes }) => {
    let units = 0;
    for (const write of writes) {
      const before = storedItem(table, keyOf(write));
      const after = write.kind === 'put' ? write.item : undefined;
      writeItem(context, table, before, after);
      units += itemUnits('write', [before, after], true);
    }
    return capacity(request, table.name, units);
  });
  return { UnprocessedItems: {}, ConsumedCapacity: present(consumed) };
};

function keyOf(write: Write): Item {
  return write.kind === 'put' ? write.item : write.key;
}

/** In a batch, AWS tells faults of an item's key as those of any key. */
function checkWrite(table: TableRecord, write: Write): void {
  if (write.kind === 'delete') {
    checkKey(table, write.key);
    return;
  }
  try {
    checkItem(table, write.item);
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    if (/Missing the key|Type mismatch for key/.test(text)) throw validation(keyMismatch);
    throw error;
  }
}
