// GetItem, PutItem, UpdateItem and DeleteItem; their parts serve batches and transactions too.
import { AwsError } from '../../model.ts';
import type { Operation } from '../../model.ts';
import { consumed } from './capacity.ts';
import { requestOnly } from './envelope.ts';
import { validation } from './errors.ts';
import type { Condition } from './expression/ast.ts';
import { meets } from './expression/evaluate.ts';
import { project } from './expression/projection.ts';
import { attributeUpdates, parseAttributeUpdates } from './attribute-updates.ts';
import { applyUpdate } from './expression/update.ts';
import type { ParsedUpdate } from './expression/update-parser.ts';
import {
  checkParameters,
  checkUpdateTargets,
  parseExpressions,
  placeholderShapes,
  refuseNestedKeys,
} from './expressions.ts';
import { checkItem, checkKey, keyType, primaryKey } from './keys.ts';
import { decode, flag, oneOf, required, struct, text } from './request/shapes.ts';
import { tableNameShape } from './request/table-shapes.ts';
import { attributeMap, checkedItem } from './request/values.ts';
import { itemSize, maxItemSize } from './size.ts';
import type { TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import { attribute, typeOf } from './value.ts';
import type { Item } from './value.ts';
import { writeItem } from './writes.ts';

export const itemTableName = tableNameShape(1);
export const capacityShape = oneOf(['INDEXES', 'TOTAL', 'NONE']);
const metricsShape = oneOf(['SIZE', 'NONE']);
const onFailure = oneOf(['ALL_OLD', 'NONE']);
const returnValues = oneOf(['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW']);

export const getItemShape = struct({
  TableName: itemTableName,
  Key: required(attributeMap),
  ConsistentRead: flag,
  ProjectionExpression: text(),
  ReturnConsumedCapacity: capacityShape,
  ExpressionAttributeNames: placeholderShapes.ExpressionAttributeNames,
});

export const getItem: Operation = (input, context) => {
  const request = decode(getItemShape, input);
  checkParameters(request, 'GetItem');
  const key = checkedItem(request.Key);
  const { projection } = parseExpressions(request);
  const table = itemTable(context, request.TableName);
  checkKey(table, key);
  refuseNestedKeys(table, projection);
  const item = storedItem(table, key);
  return {
    Item: item === undefined || projection === undefined ? item : project(item, projection),
    ConsumedCapacity: consumed(request, table.name, 'read', [item]),
  };
};

export function storedItem(table: TableRecord, key: Item): Item | undefined {
  return table.items[primaryKey(table, key)];
}

const writeMembers = {
  TableName: itemTableName,
  ConditionExpression: text(),
  ReturnConsumedCapacity: capacityShape,
  ReturnItemCollectionMetrics: metricsShape,
  ReturnValues: returnValues,
  ReturnValuesOnConditionCheckFailure: onFailure,
  ...placeholderShapes,
} as const;

export const putItemShape = struct({ ...writeMembers, Item: required(attributeMap) });

export const putItem: Operation = (input, context) => {
  const request = decode(putItemShape, input);
  const item = requestOnly(() => {
    checkParameters(request, 'PutItem');
    const checked = checkedItem(request.Item);
    oldValuesOnly(request.ReturnValues);
    return checked;
  });
  refuseLargeItem(item);
  const { condition } = requestOnly(() => parseExpressions(request));
  const table = itemTable(context, request.TableName);
  checkItem(table, item);
  const before = storedItem(table, item);
  checkCondition(before, condition, request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  writeItem(context, table, before, item);
  return {
    Attributes: request.ReturnValues === 'ALL_OLD' ? before : undefined,
    ConsumedCapacity: consumed(request, table.name, 'write', [before, item]),
  };
};

export const deleteItemShape = struct({ ...writeMembers, Key: required(attributeMap) });

export const deleteItem: Operation = (input, context) => {
  const request = decode(deleteItemShape, input);
  const { condition, key } = requestOnly(() => {
    checkParameters(request, 'DeleteItem');
    const checked = checkedItem(request.Key);
    oldValuesOnly(request.ReturnValues);
    return { key: checked, condition: parseExpressions(request).condition };
  });
  const table = itemTable(context, request.TableName);
  checkKey(table, key);
  const before = storedItem(table, key);
  checkCondition(before, condition, request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  if (before !== undefined) writeItem(context, table, before, undefined);
  return {
    Attributes: request.ReturnValues === 'ALL_OLD' ? before : undefined,
    ConsumedCapacity: consumed(request, table.name, 'write', [before]),
  };
};

export const updateItemShape = struct({
  ...writeMembers,
  AttributeUpdates: attributeUpdates,
  Key: required(attributeMap),
  UpdateExpression: text(),
});

export const updateItem: Operation = (input, context) => {
  const request = decode(updateItemShape, input);
  const { condition, key, update } = requestOnly(() => {
    checkParameters(request, 'UpdateItem');
    const checked = checkedItem(request.Key);
    const older = request.AttributeUpdates;
    // They never come together with an expression.
    return {
      key: checked,
      ...parseExpressions(request),
      ...(older === undefined ? {} : { update: parseAttributeUpdates(older) }),
    };
  });
  const table = itemTable(context, request.TableName);
  checkKey(table, key);
  if (update !== undefined) checkUpdateTargets(table, update);
  const before = storedItem(table, key);
  checkCondition(before, condition, request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
  const after = updatedItem(table, before, key, update);
  if (after !== undefined) writeItem(context, table, before, after);
  return {
    Attributes: updateAnswer(request.ReturnValues, before, after, update),
    ConsumedCapacity: consumed(request, table.name, 'write', [before, after]),
  };
};

function updateAnswer(
  wanted: string | undefined,
  before: Item | undefined,
  after: Item | undefined,
  update: ParsedUpdate | undefined,
): Item | undefined {
  const targets = update?.targets ?? [];
  switch (wanted) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before === undefined ? undefined : nonEmpty(project(before, targets));
    case 'UPDATED_NEW':
      return after === undefined ? undefined : nonEmpty(project(after, targets));
    default:
      return undefined;
  }
}

/** AWS leaves the member out when no attribute is left to be told. */
function nonEmpty(item: Item): Item | undefined {
  return Object.keys(item).length === 0 ? undefined : item;
}

function oldValuesOnly(wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== 'ALL_OLD' && wanted !== 'NONE') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
}

export function refuseLargeItem(item: Item): void {
  if (itemSize(item) > maxItemSize) throw validation('Item size has exceeded the maximum allowed size');
}

/** @throws AwsError when the condition does not hold, with the item if it is wanted */
export function checkCondition(item: Item | undefined, condition: Condition | undefined, tell: boolean): void {
  if (condition === undefined || meets(item ?? {}, condition)) return;
  const fields = tell && item !== undefined ? { Item: item } : {};
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, fields);
}

/**
 * The item after an update, which creates it when there is none. Undefined when there is none and there is nothing to
 * create it for: AWS then ignores removals altogether, paths that lead nowhere included.
 */
export function updatedItem(
  table: TableRecord,
  before: Item | undefined,
  key: Item,
  update: ParsedUpdate | undefined,
): Item | undefined {
  if (update === undefined) return before ?? key;
  const removesOnly = update.actions.every(({ kind }) => kind === 'remove' || kind === 'delete');
  if (before === undefined && removesOnly) return undefined;
  const after = applyUpdate(before ?? key, update.actions);
  checkIndexKeys(table, after);
  if (itemSize(after) > maxItemSize) throw validation('Item size to update has exceeded the maximum allowed size');
  return after;
}

/** Types that only the item tells, as in `SET indexed = other`. */
function checkIndexKeys(table: TableRecord, after: Item): void {
  for (const index of table.indexes) {
    for (const { name } of index.keys) {
      const value = attribute(after, name);
      if (value === undefined) continue;
      const empty = ('S' in value && value.S === '') || ('B' in value && value.B === '');
      if (empty) {
        const what = `an empty ${'S' in value ? 'string' : 'binary'} value`;
        throw validation(
          'One or more parameter values are not valid. The update expression attempted to update a secondary index key ' +
            `to a value that is not supported. The AttributeValue for a key attribute cannot contain ${what}.`,
        );
      }
      if (typeOf(value) !== keyType(table, name)) {
        throw validation('The update expression attempted to update the secondary index key to unsupported type');
      }
    }
  }
}
