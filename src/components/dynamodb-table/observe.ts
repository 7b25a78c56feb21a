// Looks at tables one by one, as AWS takes one name a call; their tags need a second call.
import {
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  type KeyType,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { Observation, ReadContext, Tags, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { absent, allPages, observeEach, present, unknownAnswer, type Observations } from '../kit/observing.ts';
import type { KeyAttribute, TableSpec, TableState } from './schema.ts';

export function observe(
  targets: readonly Target<TableSpec>[],
  context: ReadContext,
): Promise<Observations<TableState>> {
  return observeEach(targets, context, (target) => observeTable(target.spec.name, context));
}

export async function observeTable(name: string, context: ReadContext): Promise<Observation<TableState>> {
  try {
    const { Table: table } = await context.limit(() =>
      context.aws.client(dynamodb).send(new DescribeTableCommand({ TableName: name })),
    );
    if (table === undefined) return unknownAnswer(`DescribeTable said nothing of ${name}`, context);
    return present(stateOf(table), await tagsOf(table.TableArn ?? '', context), context);
  } catch (error) {
    if (isNotFound(error)) return absent(context);
    throw error;
  }
}

async function tagsOf(arn: string, context: ReadContext): Promise<Tags> {
  const tags = await allPages(
    (each) => each.Key,
    async (next: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(dynamodb).send(new ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: next })),
      );
      return { items: answer.Tags ?? [], next: answer.NextToken };
    },
  );
  return Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

function stateOf(table: TableDescription): TableState {
  return {
    arn: table.TableArn ?? '',
    name: table.TableName ?? '',
    status: table.TableStatus ?? '',
    hashKey: keyOf(table, 'HASH'),
    rangeKey: keyOf(table, 'RANGE'),
    // The summary is there only for tables that have been PAY_PER_REQUEST at some time [DynamoDB API].
    billingMode: table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
    readCapacity: table.ProvisionedThroughput?.ReadCapacityUnits ?? 0,
    writeCapacity: table.ProvisionedThroughput?.WriteCapacityUnits ?? 0,
    deletionProtection: table.DeletionProtectionEnabled ?? false,
    itemCount: table.ItemCount ?? 0,
    description: toJson(table),
  };
}

function keyOf(table: TableDescription, kind: KeyType): KeyAttribute | undefined {
  const name = table.KeySchema?.find((each) => each.KeyType === kind)?.AttributeName;
  const type = table.AttributeDefinitions?.find((each) => each.AttributeName === name)?.AttributeType;
  return name === undefined || type === undefined ? undefined : { name, type };
}
