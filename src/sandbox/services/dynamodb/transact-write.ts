// TransactWriteItems: all or nothing.
import { createHash } from 'node:crypto';
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Operation } from '../../model.ts';
import { itemUnits } from './capacity.ts';
import { validation } from './errors.ts';
import { checkParameters, checkUpdateTargets, parseExpressions, placeholderShapes } from './expressions.ts';
import type { Expressions } from './expressions.ts';
import { capacityShape, checkCondition, itemTableName, refuseLargeItem, updatedItem } from './items.ts';
import { checkItem, checkKey, primaryKey, refuseEmptyKeys } from './keys.ts';
import { decode, list, oneOf, required, struct, text } from './request/shapes.ts';
import { attributeMap, checkedItem } from './request/values.ts';
import type { RawItem } from './request/values.ts';
import { itemSize } from './size.ts';
import { dynamoDbOf, type DynamoDbStore, type TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import type { Item } from './value.ts';
import { idempotentMismatch, transactionTooLarge } from './unverified.ts';
import { cancelUnless, hasKeys, maxActions, told } from './transaction.ts';
import { writeItem } from './writes.ts';

const maxTransactionBytes = 4 * 1_048_576;
/** "valid for 10 minutes after the first request that uses it is completed" */
const tokenLifetime = 600_000;

const actionMembers = {
  TableName: itemTableName,
  ConditionExpression: text(),
  ReturnValuesOnConditionCheckFailure: oneOf(['ALL_OLD', 'NONE']),
  ...placeholderShapes,
} as const;

export const transactWriteItemsShape = struct({
  ClientRequestToken: text({ min: 1, max: 36 }),
  ReturnConsumedCapacity: capacityShape,
  ReturnItemCollectionMetrics: oneOf(['SIZE', 'NONE']),
  TransactItems: required(
    list(
      struct(
        {
          ConditionCheck: struct(
            { ...actionMembers, Key: required(attributeMap), ConditionExpression: required(text()) },
            'ConditionCheck',
          ),
          Put: struct({ ...actionMembers, Item: required(attributeMap) }, 'Put'),
          Delete: struct({ ...actionMembers, Key: required(attributeMap) }, 'Delete'),
          Update: struct(
            { ...actionMembers, Key: required(attributeMap), UpdateExpression: required(text()) },
            'Update',
          ),
        },
        'TransactWriteItem',
      ),
      { min: 1, max: maxActions },
    ),
  ),
});

type RawAction = ReturnType<typeof transactWriteItemsShape.read>['TransactItems'][number];

/** An action as far as it is known without its table. */
interface Action {
  readonly kind: 'check' | 'put' | 'delete' | 'update';
  readonly tableName: string;
  /** The item of a put, the key of the others. */
  readonly subject: Item;
  readonly expressions: Expressions;
  readonly tellItem: boolean;
}

export const transactWriteItems: Operation = (input, context) => {
  const request = decode(transactWriteItemsShape, input);
  const actions = request.TransactItems.map(parseAction);
  refuseLargeTransaction(actions);
  const located = locate(context, actions, ({ tableName, subject }) => ({ name: tableName, subject }));

  const { transactions } = dynamoDbOf(context.local);
  const token = request.ClientRequestToken;
  const fingerprint = token === undefined ? '' : fingerprintOf(input);
  if (token !== undefined) {
    forgetOldTokens(transactions, context.now);
    const earlier = transactions[`token:${token}`];
    if (earlier !== undefined) {
      if (earlier.fingerprint === fingerprint) return writeAnswer(request, located, 'read');
      throw new AwsError('IdempotentParameterMismatchException', idempotentMismatch);
    }
  }

  // Keys and types of all actions come first: while one of them is wrong, no condition is looked at.
  cancelUnless(
    located,
    ({ action, table }) => {
      checkSubject(action, table);
    },
    'first',
  );
  const after = new Map<Action, Item | undefined>();
  cancelUnless(
    located,
    ({ action, table, before }) => {
      checkCondition(before, action.expressions.condition, action.tellItem);
      after.set(action, result(action, table, before));
    },
    'all',
  );
  for (const { action, table, before } of located) {
    const item = after.get(action);
    if (action.kind !== 'check' && item !== before) writeItem(context, table, before, item);
  }
  if (token !== undefined) transactions[`token:${token}`] = { fingerprint, at: context.now };
  return writeAnswer(request, located, 'write');
};

interface Located {
  readonly action: Action;
  readonly table: TableRecord;
  readonly before: Item | undefined;
}

function parseAction(raw: RawAction): Action {
  const given = Object.values(raw).filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const { ConditionCheck: check, Put: put, Delete: remove, Update: update } = raw;
  if (put !== undefined) {
    const action = parsed('put', put, put.Item, {});
    refuseLargeItem(action.subject);
    return action;
  }
  if (update !== undefined) return parsed('update', update, update.Key, { UpdateExpression: update.UpdateExpression });
  if (check !== undefined) return parsed('check', check, check.Key, {});
  if (remove !== undefined) return parsed('delete', remove, remove.Key, {});
  throw new Error('one action was found before');
}

interface ActionParameters {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: RawItem | undefined;
}

function parsed(
  kind: Action['kind'],
  parameters: ActionParameters,
  subject: RawItem,
  more: { readonly UpdateExpression?: string },
): Action {
  const all = { ...parameters, ...more };
  const allowed =
    kind === 'update' ? (['UpdateExpression', 'ConditionExpression'] as const) : (['ConditionExpression'] as const);
  checkParameters(all, 'TransactWriteItems', allowed);
  return {
    kind,
    tableName: parameters.TableName,
    subject: checkedItem(subject),
    expressions: parseExpressions(all),
    tellItem: parameters.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

function refuseLargeTransaction(actions: readonly Action[]): void {
  const bytes = actions.reduce((sum, { subject }) => sum + itemSize(subject), 0);
  if (bytes > maxTransactionBytes) throw validation(transactionTooLarge);
}

/** Finds the tables, and refuses two actions on one item. */
function locate(
  context: CallContext,
  actions: readonly Action[],
  subjectOf: (action: Action) => { readonly name: string; readonly subject: Item },
): readonly Located[] {
  const seen = new Set<string>();
  return actions.map((action) => {
    const { name, subject } = subjectOf(action);
    const table = itemTable(context, name);
    refuseEmptyKeys(table, subject);
    const key = hasKeys(table, subject) ? primaryKey(table, subject) : undefined;
    if (key === undefined) return { action, table, before: undefined };
    const own = `${table.name}/${key}`;
    if (seen.has(own)) throw validation('Transaction request cannot include multiple operations on one item');
    seen.add(own);
    return { action, table, before: table.items[key] };
  });
}

function checkSubject(action: Action, table: TableRecord): void {
  const { subject, expressions } = action;
  if (action.kind === 'put') checkItem(table, subject);
  else checkKey(table, subject);
  if (expressions.update !== undefined) checkUpdateTargets(table, expressions.update);
}

function result(action: Action, table: TableRecord, before: Item | undefined): Item | undefined {
  switch (action.kind) {
    case 'check':
      return before;
    case 'put':
      return action.subject;
    case 'delete':
      return undefined;
    case 'update':
      return updatedItem(table, before, action.subject, action.expressions.update);
  }
}

/** All parameters but the token count: the same token with others is a mistake of the caller. */
function fingerprintOf(input: Input): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...input, ClientRequestToken: null }))
    .digest('hex');
}

function forgetOldTokens(transactions: DynamoDbStore['transactions'], now: number): void {
  for (const [token, { at }] of Object.entries(transactions)) {
    // Oldest first: the first one that is young enough ends the search.
    if (now - at < tokenLifetime) return;
    Reflect.deleteProperty(transactions, token);
  }
}

/** A transaction writes each item twice; a repeated one reads them. */
function writeAnswer(
  request: { readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined },
  located: readonly Located[],
  kind: 'read' | 'write',
): Readonly<Record<string, unknown>> {
  const units = new Map<string, number>();
  for (const { action, table, before } of located) {
    const more = 2 * itemUnits(kind, [before, action.kind === 'put' ? action.subject : undefined], true);
    units.set(table.name, (units.get(table.name) ?? 0) + more);
  }
  return { ConsumedCapacity: told(request, units) };
}
