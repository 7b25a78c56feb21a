// TransactGetItems: several items as they are at one moment.
import type { Operation } from '../../model.ts';
import { itemUnits } from './capacity.ts';
import { validation } from './errors.ts';
import { project } from './expression/projection.ts';
import { checkParameters, parseExpressions, placeholderShapes, refuseNestedKeys } from './expressions.ts';
import { capacityShape, itemTableName, storedItem } from './items.ts';
import { checkKey, primaryKey, refuseEmptyKeys } from './keys.ts';
import { decode, list, required, struct, text } from './request/shapes.ts';
import { attributeMap, checkedItem } from './request/values.ts';
import { itemTable } from './tables.ts';
import { cancelUnless, hasKeys, maxActions, told } from './transaction.ts';

export const transactGetItemsShape = struct({
  ReturnConsumedCapacity: capacityShape,
  TransactItems: required(
    list(
      struct(
        {
          Get: required(
            struct(
              {
                TableName: itemTableName,
                Key: required(attributeMap),
                ProjectionExpression: text(),
                ExpressionAttributeNames: placeholderShapes.ExpressionAttributeNames,
              },
              'Get',
            ),
          ),
        },
        'TransactGetItem',
      ),
      { min: 1, max: maxActions },
    ),
  ),
});

export const transactGetItems: Operation = (input, context) => {
  const request = decode(transactGetItemsShape, input);
  const gets = request.TransactItems.map(({ Get: get }) => {
    checkParameters(get, 'TransactGetItems');
    return { name: get.TableName, key: checkedItem(get.Key), projection: parseExpressions(get).projection };
  });
  const located = gets.map((get) => {
    const table = itemTable(context, get.name);
    refuseEmptyKeys(table, get.key);
    return { ...get, table };
  });
  const keys = located.filter(({ table, key }) => hasKeys(table, key));
  const distinct = new Set(keys.map(({ table, key }) => `${table.name}/${primaryKey(table, key)}`));
  if (distinct.size < keys.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
  cancelUnless(
    located,
    ({ table, key, projection }) => {
      checkKey(table, key);
      refuseNestedKeys(table, projection);
    },
    'first',
  );
  const units = new Map<string, number>();
  const responses = located.map(({ table, key, projection }) => {
    const item = storedItem(table, key);
    units.set(table.name, (units.get(table.name) ?? 0) + 2 * itemUnits('read', [item], true));
    return { Item: item === undefined || projection === undefined ? item : project(item, projection) };
  });
  return { Responses: responses, ConsumedCapacity: told(request, units) };
};
