// Looks at tables one by one, as AWS takes one name a call; their tags need a second call.
import {
  DescribeTableCommand,
  ListTagsOfResourceCommand,
  type KeyType,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { Json, Observation, ReadContext, Tags, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { absent, allPages, observeEach, present, unknownAnswer, type Observations } from '../kit/observing.ts';
import { readAllFurther, readFurther, kinesisStreams } from './further.ts';
import { furtherWords, type FurtherWord, type KeyAttribute, type TableSpec, type TableState } from './schema.ts';

export function observe(
  targets: readonly Target<TableSpec>[],
  context: ReadContext,
): Promise<Observations<TableState>> {
  return observeEach(targets, context, (target) => observeTable(target.spec.name, context, askedFor(target)));
}

/** What the spec says, and what it takes away. */
function askedFor({ spec, takenAway = [] }: Target<TableSpec>): readonly FurtherWord[] {
  const said = spec as Readonly<Record<string, unknown>>;
  return furtherWords.filter(
    (word) => said[word] !== undefined || takenAway.some((path) => path === '' || path.startsWith(word)),
  );
}

/** @param further what of the settings with operations of their own is asked for */
export async function observeTable(
  name: string,
  context: ReadContext,
  further: readonly FurtherWord[] = [],
): Promise<Observation<TableState>> {
  try {
    const { Table: table } = await context.limit(() =>
      context.aws.client(dynamodb).send(new DescribeTableCommand({ TableName: name })),
    );
    if (table === undefined) return unknownAnswer(`DescribeTable said nothing of ${name}`, context);
    const state = stateOf(table);
    // While a table comes or goes AWS tells nothing of them [DynamoDB API, DescribeTimeToLive].
    const asked = state.status === 'ACTIVE' || state.status === 'UPDATING' ? further : [];
    const [tags, told] = await Promise.all([tagsOf(state.arn, context), readFurther(state, asked, context)]);
    return present(asked.length === 0 ? state : { ...state, further: told }, tags, context);
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

/**
 * What DescribeTable does not tell. Of a table that is to be deleted all of it is read, or it is not deleted; of another one
 * what can be.
 */
export async function capture(
  _target: Target<TableSpec>,
  state: TableState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  // A table that is not there yet, or goes already, tells nothing of them.
  if (state.status === 'CREATING' || state.status === 'DELETING')
    return { further: {}, unread: [], kinesisStreams: [] };
  if (!leaves) {
    const { further, unread } = await readAllFurther(state, context);
    return toJson({ further, unread });
  }
  const [further, streams] = await Promise.all([
    readFurther(state, furtherWords, context),
    kinesisStreams(state, context),
  ]);
  return toJson({ further, unread: [], kinesisStreams: streams });
}
