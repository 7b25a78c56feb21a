// Items that are told from what they were before by a stamp: read many at once, and written whole, each only if nobody else has written
// it meanwhile. Known good and what scans remember are kept so.
import type { Clock } from '../../util/clock.ts';
import type { AwsAccess } from '../access.ts';
import { dynamodb } from '../services/dynamodb.ts';
import { tableCommands } from './table-commands.ts';
import { keyName } from './table-scope.ts';

/** Where the items are, and by which clock whoever waits for them waits. */
export interface ItemTable {
  readonly aws: AwsAccess;
  readonly table: string;
  readonly clock: Clock;
}

/** An item that is told from what it was before by a stamp, and whose turn it is by a number that only grows. */
export interface StampedItem {
  readonly stamp: string;
  readonly turn: number;
  readonly [name: string]: string | number;
}

/** 16 MB, and none of the items is larger than 400 KB [DynamoDB API, BatchGetItem]. */
const mostAtOnce = 40;
/** An answer may leave keys out while the table is busy; so many times they are asked for again. */
const mostRounds = 4;
/** Milliseconds before the first time; twice as long before each further one. */
const firstPause = 50;

/**
 * The items that there are of these keys, consistently. What is left out of all answers is in `left`.
 *
 * @param fields those that are asked for; all unless told
 * @throws what the SDK throws
 */
export async function readItems(
  { aws, clock, table }: ItemTable,
  keys: readonly string[],
  fields?: readonly string[],
): Promise<{
  readonly items: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly left: readonly string[];
}> {
  const { BatchGetItemCommand, marshall, unmarshall } = await tableCommands();
  const items = new Map<string, Readonly<Record<string, unknown>>>();
  const wanted = fields === undefined ? {} : projectionOf([keyName, ...fields]);
  let left = keys;
  for (let round = 0; left.length > 0 && round < mostRounds; round += 1) {
    if (round > 0) await clock.sleep(firstPause * 2 ** (round - 1));
    const answers = await Promise.all(
      partsOf(left, mostAtOnce).map((part) =>
        aws.client(dynamodb).send(
          new BatchGetItemCommand({
            RequestItems: {
              [table]: { Keys: part.map((each) => marshall({ [keyName]: each })), ConsistentRead: true, ...wanted },
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

/** Some of the names are DynamoDB's own words, and none may be spelled out. */
function projectionOf(fields: readonly string[]) {
  const names = fields.map((each, index) => [`#f${index}`, each] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** What has to stand there for an item to be written: what was seen (nothing, or a stamp), or of an earlier turn. */
export type Seen =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'stamp'; readonly stamp: string }
  /** Whatever has no turn, and what has an earlier one. */
  | { readonly kind: 'earlier-turn' }
  | { readonly kind: 'whatever' };

/**
 * Writes an item if what stands there is still what was seen.
 *
 * @returns `moved` when somebody else has written it meanwhile
 * @throws what the SDK throws; the write may then have been applied or not
 */
export async function putItem(
  { aws, table }: Pick<ItemTable, 'aws' | 'table'>,
  key: string,
  seen: Seen,
  item: StampedItem,
): Promise<'done' | 'moved'> {
  const { ConditionalCheckFailedException, PutItemCommand, marshall, unmarshall } = await tableCommands();
  try {
    await aws.client(dynamodb).send(
      new PutItemCommand({
        TableName: table,
        Item: marshall({ [keyName]: key, ...item }),
        ...conditionOf(seen, item, marshall),
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

function conditionOf(seen: Seen, { turn }: StampedItem, marshall: Marshall) {
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
  switch (seen.kind) {
    case 'nothing':
      return {
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': keyName },
        ReturnValuesOnConditionCheckFailure,
      } as const;
    case 'stamp':
      return {
        ConditionExpression: '#stamp = :seen',
        ExpressionAttributeNames: { '#stamp': 'stamp' },
        ExpressionAttributeValues: marshall({ ':seen': seen.stamp }),
        ReturnValuesOnConditionCheckFailure,
      } as const;
    case 'earlier-turn':
      return {
        ConditionExpression: 'attribute_not_exists(#turn) OR #turn < :turn',
        ExpressionAttributeNames: { '#turn': 'turn' },
        ExpressionAttributeValues: marshall({ ':turn': turn }),
        ReturnValuesOnConditionCheckFailure,
      } as const;
    case 'whatever':
      return {};
  }
}

function partsOf<Each>(list: readonly Each[], size: number): readonly (readonly Each[])[] {
  const parts: (readonly Each[])[] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}
