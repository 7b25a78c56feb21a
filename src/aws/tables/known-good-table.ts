// Items of known good in a table: read many at once, and written whole, each only if nobody else has written it meanwhile.
import type { AwsAccess } from '../access.ts';
import { dynamodb } from '../services/dynamodb.ts';
import { tableCommands } from './table-commands.ts';
import { keyName } from './table-scope.ts';

/** An item that is told from what it was before by a stamp. */
export interface StampedItem {
  readonly stamp: string;
  readonly [name: string]: string;
}

/** 16 MB, and none of the items is larger than 400 KB [DynamoDB API, BatchGetItem]. */
const mostAtOnce = 40;
/** An answer may leave keys out while the table is busy; so many times they are asked for again. */
const mostRounds = 4;

/**
 * The items that there are of these keys, consistently. What is left out of all answers is in `left`.
 *
 * @throws what the SDK throws
 */
export async function readItems(
  aws: AwsAccess,
  table: string,
  keys: readonly string[],
): Promise<{
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly left: readonly string[];
}> {
  const { BatchGetItemCommand, marshall, unmarshall } = await tableCommands();
  const items = new Map<string, Readonly<Record<string, unknown>>>();
  let left = keys;
  for (let round = 0; left.length > 0 && round < mostRounds; round += 1) {
    const answers = await Promise.all(
      partsOf(left, mostAtOnce).map((part) =>
        aws.client(dynamodb).send(
          new BatchGetItemCommand({
            RequestItems: {
              [table]: { Keys: part.map((each) => marshall({ [keyName]: each })), ConsistentRead: true },
            },
          }),
        ),
      ),
    );
    for (const { Responses } of answers) {
      for (const each of Responses?.[table] ?? []) {
        const { [keyName]: key, ...item } = unmarshall(each) as Readonly<Record<string, unknown>>;
        items.set(String(key), item);
      }
    }
    left = answers.flatMap(({ UnprocessedKeys }) =>
      (UnprocessedKeys?.[table]?.Keys ?? []).map((each) => String(unmarshall(each)[keyName])),
    );
  }
  return { items, left };
}

/**
 * Writes an item if what stands there is still that of `seen` (its stamp; undefined: nothing; null: whatever it is).
 *
 * @returns `moved` when somebody else has written it meanwhile
 * @throws what the SDK throws; the write may then have been applied or not
 */
export async function putItem(
  aws: AwsAccess,
  table: string,
  key: string,
  seen: string | null | undefined,
  item: StampedItem,
): Promise<'done' | 'moved'> {
  const { ConditionalCheckFailedException, PutItemCommand, marshall, unmarshall } = await tableCommands();
  try {
    await aws.client(dynamodb).send(
      new PutItemCommand({
        TableName: table,
        Item: marshall({ [keyName]: key, ...item }),
        ...(seen === null ? {} : conditionOf(seen, marshall)),
      }),
    );
    return 'done';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // An earlier try whose answer was lost has written it.
    const found = error.Item === undefined ? undefined : unmarshall(error.Item);
    return found?.['stamp'] === item.stamp ? 'done' : 'moved';
  }
}

type Marshall = Awaited<ReturnType<typeof tableCommands>>['marshall'];

function conditionOf(seen: string | undefined, marshall: Marshall) {
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
  if (seen === undefined) {
    const ExpressionAttributeNames = { '#key': keyName };
    return {
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames,
      ReturnValuesOnConditionCheckFailure,
    } as const;
  }
  return {
    ConditionExpression: '#stamp = :seen',
    ExpressionAttributeNames: { '#stamp': 'stamp' },
    ExpressionAttributeValues: marshall({ ':seen': seen }),
    ReturnValuesOnConditionCheckFailure,
  } as const;
}

function partsOf<Each>(list: readonly Each[], size: number): readonly (readonly Each[])[] {
  const parts: (readonly Each[])[] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}
