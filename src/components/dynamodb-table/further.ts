// What DescribeTable does not tell of a table, each by an operation of its own: asked for where a playbook speaks of it, and
// before the table is changed or deleted.
import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb';
import { classify, isNotOffered } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { Json, ReadContext } from '../contract.ts';
import { furtherWords, type Further, type FurtherWord } from './schema.ts';

type Named = Pick<{ readonly name: string; readonly arn: string }, 'name' | 'arn'>;

/**
 * In the words of a spec; null for what the table does not have.
 *
 * @throws AWS's errors, but for "there is none" and for operations that an emulator does not offer
 */
export async function readFurther(table: Named, words: readonly FurtherWord[], context: ReadContext): Promise<Further> {
  const answers = await Promise.all(
    words.map(async (word) => [word, await orNone(() => readers[word](table, context))] as const),
  );
  return Object.fromEntries(answers);
}

/** All that can be read, and the words of what cannot. */
export async function readAllFurther(
  table: Named,
  context: ReadContext,
): Promise<{ readonly further: Further; readonly unread: readonly string[] }> {
  const unread: string[] = [];
  const answers = await Promise.all(
    furtherWords.map(async (word) => {
      try {
        return await readFurther(table, [word], context);
      } catch (error) {
        classify(error);
        unread.push(word);
        return {};
      }
    }),
  );
  return { further: Object.assign({}, ...answers) as Further, unread };
}

/** Streams into which its changes go: told, as no input of a table has them. */
export async function kinesisStreams({ name }: Named, context: ReadContext): Promise<readonly string[]> {
  const answer = await orNone(async () => {
    const { KinesisDataStreamDestinations: streams = [] } = await context.limit(() =>
      context.aws.client(dynamodb).send(new DescribeKinesisStreamingDestinationCommand({ TableName: name })),
    );
    const active = streams.filter(({ DestinationStatus: status }) => status === 'ACTIVE' || status === 'ENABLING');
    return active.map(({ StreamArn }) => StreamArn ?? '');
  });
  return Array.isArray(answer) ? (answer as readonly string[]) : [];
}

async function orNone(read: () => Promise<Json>): Promise<Json> {
  try {
    return await read();
  } catch (error) {
    const problem = classify(error);
    if (problem.code === 'PolicyNotFound' || problem.code === 'PolicyNotFoundException' || isNotOffered(problem))
      return null;
    throw error;
  }
}

const readers: Readonly<Record<FurtherWord, (table: Named, context: ReadContext) => Promise<Json>>> = {
  timeToLive: async ({ name }, { aws, limit }) => {
    const { TimeToLiveDescription: told } = await limit(() =>
      aws.client(dynamodb).send(new DescribeTimeToLiveCommand({ TableName: name })),
    );
    const isOn = told?.TimeToLiveStatus === 'ENABLED' || told?.TimeToLiveStatus === 'ENABLING';
    return isOn ? { enabled: true, attributeName: told.AttributeName ?? '' } : null;
  },
  pointInTimeRecovery: async ({ name }, { aws, limit }) => {
    const { ContinuousBackupsDescription: told } = await limit(() =>
      aws.client(dynamodb).send(new DescribeContinuousBackupsCommand({ TableName: name })),
    );
    const { PointInTimeRecoveryStatus: status, RecoveryPeriodInDays: days } =
      told?.PointInTimeRecoveryDescription ?? {};
    if (status !== 'ENABLED') return null;
    return { pointInTimeRecoveryEnabled: true, ...(days === undefined ? {} : { recoveryPeriodInDays: days }) };
  },
  resourcePolicy: async ({ arn }, { aws, limit }) => {
    const { Policy } = await limit(() => aws.client(dynamodb).send(new GetResourcePolicyCommand({ ResourceArn: arn })));
    return Policy ?? null;
  },
  contributorInsights: async ({ name }, { aws, limit }) => {
    const { ContributorInsightsMode: mode, ContributorInsightsStatus: status } = await limit(() =>
      aws.client(dynamodb).send(new DescribeContributorInsightsCommand({ TableName: name })),
    );
    const isOn = status === 'ENABLED' || status === 'ENABLING';
    return isOn ? { enabled: true, ...(mode === undefined ? {} : { mode }) } : null;
  },
};
