// TransactWriteItems and TransactGetItems: all or nothing.
import { createHash } from 'node:crypto';
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Operation } from '../../model.ts';
import { capacity, itemUnits } from './capacity.ts';
import { validation } from './errors.ts';
import { project } from './expression/projection.ts';
import {
  checkParameters,
  checkUpdateTargets,
  parseExpressions,
  placeholderShapes,
  refuseNestedKeys,
} from './expressions.ts';
import type { Expressions } from './expressions.ts';
import { capacityShape, checkCondition, itemTableName, refuseLargeItem, storedItem, updatedItem } from './items.ts';
import { checkItem, checkKey, primaryKey, refuseEmptyKeys } from './keys.ts';
import { decode, list, oneOf, required, struct, text } from './request/shapes.ts';
import { attributeMap, checkedItem } from './request/values.ts';
import type { RawItem } from './request/values.ts';
import { itemSize } from './size.ts';
import type { DynamoDbStore, TableRecord } from './store.ts';
import { itemTable } from './tables.ts';
import type { Item } from './value.ts';
import { idempotentMismatch, transactionTooLarge } from './unverified.ts';
import { writeItem } from './writes.ts';

const maxActions = 100;
const maxTransactionBytes = 4 * 1_048_576;
/** "valid for 10 minutes after the first request that uses it is completed" */
const tokenLifetime = 600_000;

const actionMembers = {
  TableName: itemTableName,
  ConditionExpression: text(),
  ReturnValuesOnConditionCheckFailure: oneOf(['ALL_OLD', 'NONE']),
  ...placeholderShapes,
} as const;

const writeShape = struct({
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

type RawAction = ReturnType<typeof writeShape.read>['TransactItems'][number];

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
  const request = decode(writeShape, input);
  const actions = request.TransactItems.map(parseAction);
  refuseLargeTransaction(actions);
  const located = locate(context, actions, ({ tableName, subject }) => ({ name: tableName, subject }));

  const { transactions } = context.local.dynamodb;
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
  checkParameters(all, {}, allowed, []);
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

/** Whether there is a value of the right type for each part of the key. */
function hasKeys(table: TableRecord, subject: Item): boolean {
  return table.keys.every(({ name }) => {
    const type = table.attributes[name];
    return Object.hasOwn(subject, name) && type !== undefined && type in (subject[name] ?? {});
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

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/**
 * Cancels the transaction when a step fails for one of the actions, with a reason for each action.
 *
 * @param upTo whether to go on after a failure: AWS tells all failed conditions, but only the first invalid action
 */
function cancelUnless<T>(actions: readonly T[], step: (action: T) => void, upTo: 'first' | 'all'): void {
  const reasons: Reason[] = [];
  let failures = 0;
  for (const action of actions) {
    const failure = failures > 0 && upTo === 'first' ? undefined : failureOf(action, step);
    if (failure !== undefined) failures += 1;
    reasons.push(failure ?? { Code: 'None' });
  }
  if (failures === 0) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function failureOf<T>(action: T, step: (action: T) => void): Reason | undefined {
  try {
    step(action);
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = error.code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    return { Code: code, Message: error.message, ...error.fields };
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

function told(
  request: { readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined },
  units: ReadonlyMap<string, number>,
): readonly object[] | undefined {
  const all = [...units].map(([name, total]) => capacity(request, name, total)).filter((each) => each !== undefined);
  return all.length === 0 ? undefined : all;
}

const getShape = struct({
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
  const request = decode(getShape, input);
  const gets = request.TransactItems.map(({ Get: get }) => {
    checkParameters(get, {}, ['ProjectionExpression'], []);
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
