// An item of a DynamoDB table that is exchanged only if nobody else has in the meantime: what a lock among machines needs.
// The item is never deleted, and no TTL may be set on it, so that its fence only grows.
import type { Clock } from '../../util/clock.ts';
import type { AwsAccess } from '../access.ts';
import { classify } from '../errors.ts';
import { dynamodb } from '../services/dynamodb.ts';
import { tableCommands } from './table-commands.ts';
import { keyName } from './table-scope.ts';

/** Any JSON with a stamp, by which two states are told apart, and a fence, which grows. */
export interface LockItem {
  readonly stamp: string;
  readonly fence: number;
}

/** A consistent read; undefined when there is no such item. @throws what the SDK throws */
export async function readLockItem(aws: AwsAccess, table: string, key: string): Promise<unknown> {
  const { GetItemCommand, marshall, unmarshall } = await tableCommands();
  const { Item } = await aws
    .client(dynamodb)
    .send(new GetItemCommand({ TableName: table, Key: marshall({ [keyName]: key }), ConsistentRead: true }));
  return Item === undefined ? undefined : withoutKey(unmarshall(Item));
}

/**
 * Writes `next` if the item's stamp is still that of `seen`, or if there is none and `seen` is undefined. The fence is
 * added to, never set. @throws what the SDK throws; the write may then have been applied or not
 */
export async function exchangeLockItem(
  aws: AwsAccess,
  table: string,
  key: string,
  seen: LockItem | undefined,
  next: LockItem,
): Promise<'done' | 'moved'> {
  const { fence, ...fields } = next;
  const names = Object.keys(fields);
  const { ConditionalCheckFailedException, UpdateItemCommand, marshall, unmarshall } = await tableCommands();
  try {
    await aws.client(dynamodb).send(
      new UpdateItemCommand({
        TableName: table,
        Key: marshall({ [keyName]: key }),
        UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')} ADD #fence :step`,
        ConditionExpression: seen === undefined ? 'attribute_not_exists(#key)' : '#stamp = :seen',
        ExpressionAttributeNames: {
          '#fence': 'fence',
          ...(seen === undefined ? { '#key': keyName } : { '#stamp': 'stamp' }),
          ...Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        },
        ExpressionAttributeValues: {
          ...marshall(
            {
              ':step': fence - (seen?.fence ?? 0),
              ...(seen === undefined ? {} : { ':seen': seen.stamp }),
              ...Object.fromEntries(Object.values(fields).map((value, index) => [`:v${index}`, value])),
            },
            { removeUndefinedValues: true },
          ),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return 'done';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // An earlier try whose answer was lost has written it.
    const found = error.Item === undefined ? undefined : (unmarshall(error.Item) as { readonly stamp?: unknown });
    return found?.stamp === next.stamp ? 'done' : 'moved';
  }
}

/** Whatever stands there is replaced. @throws what the SDK throws */
export async function writeBesideLock(aws: AwsAccess, table: string, key: string, text: string): Promise<void> {
  const { UpdateItemCommand, marshall } = await tableCommands();
  await aws.client(dynamodb).send(
    new UpdateItemCommand({
      TableName: table,
      Key: marshall({ [keyName]: key }),
      UpdateExpression: 'SET #left = :left',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: marshall({ ':left': text }),
    }),
  );
}

/** Makes a table for locks, where there is none, and returns when it can be used. @throws what the SDK throws */
export async function createLockTable(aws: AwsAccess, table: string, clock: Clock): Promise<void> {
  const { CreateTableCommand, DescribeTableCommand } = await tableCommands();
  try {
    await aws.client(dynamodb).send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: keyName, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: keyName, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } catch (error) {
    // There already.
    if (classify(error).class !== 'conflict') throw error;
  }
  const end = clock.now() + longestCreation;
  for (;;) {
    const { Table } = await aws.client(dynamodb).send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    if (clock.now() > end) throw new Error(`table ${table} is still ${Table?.TableStatus ?? 'not there'}`);
    await clock.sleep(1_000);
  }
}

const longestCreation = 5 * 60_000;

/** The command that makes such a table by hand. */
export function createLockTableCommand(table: string, region: string): string {
  return (
    `aws dynamodb create-table --region ${region} --table-name ${table} --billing-mode PAY_PER_REQUEST ` +
    `--attribute-definitions AttributeName=${keyName},AttributeType=S --key-schema AttributeName=${keyName},KeyType=HASH`
  );
}

function withoutKey(item: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== keyName));
}
