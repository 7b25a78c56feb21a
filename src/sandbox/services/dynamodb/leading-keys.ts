// The partition keys that a call names, as policies ask for them with `dynamodb:LeadingKeys` [DynamoDB, "Using IAM policy
// conditions"]. Asked before an input is checked: it may say anything.
import type { PlacedCall } from '../../authorization.ts';
import type { Input } from '../../model.ts';
import type { WorldData } from '../../world-data.ts';
import { parseExpressions } from './expressions.ts';
import { keyConditions } from './key-condition.ts';
import { queryShape } from './query.ts';
import { decode } from './request/shapes.ts';
import { dynamoDbOf, type KeyElement, type TableRecord } from './store.ts';
import { tableName } from './tables.ts';

/** Undefined for a call that names none: a Scan, or one that cannot be read. */
export function leadingKeys({ input, operation, region }: PlacedCall, data: WorldData): readonly string[] | undefined {
  const local = data.regions[region];
  if (local === undefined) return undefined;
  const { tables } = dynamoDbOf(local);
  const tableOf = (name: unknown): TableRecord | undefined => {
    const own = typeof name === 'string' ? tableName(name) : '';
    return Object.hasOwn(tables, own) ? tables[own] : undefined;
  };
  const found =
    operation === 'Query'
      ? queried(input, tableOf(input['TableName']))
      : keysIn(input).map(([name, item]) => ofItem(item, tableOf(name)?.keys));
  const texts = found.flatMap((value) => textOf(value) ?? []);
  return texts.length === 0 ? undefined : texts;
}

type Named = readonly [table: unknown, item: unknown];

/** The keys and items of a call, each with its table. */
function keysIn(input: Input): readonly Named[] {
  const { TableName, Key, Item } = input;
  if (TableName !== undefined) return [[TableName, Key ?? Item]];
  const batched = Object.entries(objectOf(input['RequestItems'])).flatMap(([table, asked]): readonly Named[] =>
    Array.isArray(asked)
      ? asked.flatMap((each) =>
          Object.values(objectOf(each)).map((one): Named => [table, objectOf(one)['Key'] ?? objectOf(one)['Item']]),
        )
      : listOf(objectOf(asked)['Keys']).map((key): Named => [table, key]),
  );
  const transacted = listOf(input['TransactItems']).flatMap((each) =>
    Object.values(objectOf(each)).map((one): Named => [
      objectOf(one)['TableName'],
      objectOf(one)['Key'] ?? objectOf(one)['Item'],
    ]),
  );
  return [...batched, ...transacted];
}

function queried(input: Input, table: TableRecord | undefined): readonly unknown[] {
  const index = table?.indexes.find(({ name }) => name === input['IndexName']);
  const [partition] = (index ?? table)?.keys ?? [];
  if (partition === undefined) return [];
  try {
    const { keyCondition } = parseExpressions(decode(queryShape, input));
    return keyCondition === undefined ? [] : [keyConditions(keyCondition.condition).get(partition.name)?.value];
  } catch {
    return [];
  }
}

function ofItem(item: unknown, [partition]: readonly KeyElement[] = []): unknown {
  return partition === undefined ? undefined : objectOf(item)[partition.name];
}

/** Of any type, as it travels. */
function textOf(value: unknown): string | undefined {
  const [text] = Object.values(objectOf(value));
  return typeof text === 'string' ? text : undefined;
}

function objectOf(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
