// Entries of a table that speak of a service: by its name, or by what AWS calls it.
import { DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { Nearby, ReadContext } from '../contract.ts';
import { allPages } from '../kit/observing.ts';
import { fromAttributes, type Attributes } from './values.ts';
import { wordsOf } from './words.ts';

/**
 * Reads the whole table, a page of 1 MB at a time [DynamoDB API, Scan].
 *
 * @param texts one of which an attribute is, whole
 */
export async function entries(
  table: string,
  texts: readonly string[],
  context: ReadContext,
): Promise<readonly Nearby[]> {
  const answer = await context.limit(() =>
    context.aws.client(dynamodb).send(new DescribeTableCommand({ TableName: table })),
  );
  const keys = (answer.Table?.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
  const wanted = new Set(texts);
  const items = await allPages(
    (each: Attributes) => JSON.stringify(keys.map((key) => each[key])),
    async (from: Attributes | undefined) => {
      const page = await context.limit(() =>
        context.aws
          .client(dynamodb)
          .send(new ScanCommand({ TableName: table, ...(from === undefined ? {} : { ExclusiveStartKey: from }) })),
      );
      return { items: page.Items ?? [], next: page.LastEvaluatedKey };
    },
  );
  return items
    .filter((each) => Object.values(each).some(({ S: text }) => text !== undefined && wanted.has(text)))
    .map((each) => {
      const told = fromAttributes(each);
      const key = Object.fromEntries(keys.map((name) => [name, wordsOf(told[name] ?? null)]));
      return { type: 'dynamodb/item', spec: { table, key: key } };
    });
}
