// Entries of a table that speak of services: their keys and the name, and nothing else of them.
import { DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { ReadContext, StateEntries, StateEntry } from '../contract.ts';
import { allPages } from '../kit/observing.ts';
import type { Attributes } from './values.ts';

/** Reads the whole table, a page of 1 MB at a time [DynamoDB API, Scan]. */
export async function entries(
  { attribute, keyPrefix, table }: StateEntries,
  context: ReadContext,
): Promise<readonly StateEntry[]> {
  const keys = await keysOf(table, context);
  const [partition = ''] = keys;
  const names = [...keys, attribute];
  const items = await allPages(
    (each: Attributes) => JSON.stringify(keys.map((key) => each[key])),
    async (from: Attributes | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(dynamodb).send(
          new ScanCommand({
            TableName: table,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            ProjectionExpression: names.map((_name, index) => `#n${index}`).join(', '),
            ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
            ...(keyPrefix === undefined
              ? {}
              : {
                  FilterExpression: 'begins_with(#n0, :prefix)',
                  ExpressionAttributeValues: { ':prefix': { S: keyPrefix } },
                }),
          }),
        ),
      );
      return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
    },
  );
  return items.flatMap((each): readonly StateEntry[] => {
    const service = each[attribute]?.S;
    if (service === undefined || partition === '') return [];
    return [{ key: Object.fromEntries(keys.map((name) => [name, plainKey(each[name])])), service }];
  });
}

/** A key is a text, a number or bytes [DynamoDB API, AttributeDefinition]. */
function plainKey(value: Attributes[string] | undefined): string {
  const { B: bytes, N: number, S: text } = value ?? {};
  return text ?? number ?? (bytes === undefined ? '' : Buffer.from(bytes).toString('base64'));
}

/** The names of its partition key and, where it has one, of its sort key. */
async function keysOf(table: string, context: ReadContext): Promise<readonly string[]> {
  const answer = await context.limit(() =>
    context.aws.client(dynamodb).send(new DescribeTableCommand({ TableName: table })),
  );
  const schema = answer.Table?.KeySchema ?? [];
  const of = (kind: 'HASH' | 'RANGE'): readonly string[] =>
    schema.flatMap(({ AttributeName, KeyType }) =>
      KeyType === kind && AttributeName !== undefined ? [AttributeName] : [],
    );
  return [...of('HASH'), ...of('RANGE')];
}
