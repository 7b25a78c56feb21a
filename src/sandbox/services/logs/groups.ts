// Log groups: made, told, kept for so many days, deleted. Facts: CloudWatch Logs API reference.
import { AwsError, type CallContext, type Input, type Operation } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { pageOfList } from '../../pages.ts';
import { loseFrom } from '../../presumable.ts';
import { put } from '../../records.ts';
import { logsOf, type LogGroupRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export function arnOfGroup(name: string, region: string, account: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

function groupNamed(local: RegionData, name: string): LogGroupRecord {
  const { groups } = logsOf(local);
  const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (group !== undefined) return group;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** By the ARN of a tagging call, with or without `:*`. */
function groupOfArn({ local }: CallContext, input: Input): LogGroupRecord {
  const arn = textOf(input, 'resourceArn') ?? '';
  return groupNamed(local, arn.split(':').slice(6).join(':').replace(/:\*$/, ''));
}

/** Recorded by LocalStack: test_create_log_group_invalid_name_length. */
export function refuseLongName(operation: string, input: Input): void {
  if (operation !== 'CreateLogGroup' || (textOf(input, 'logGroupName') ?? '').length <= longestName) return;
  throw new AwsError(
    'InvalidParameterException',
    'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
  );
}

const longestName = 512;

export const createLogGroup: Operation = (input, { local, now }) => {
  const { groups } = logsOf(local);
  const name = textOf(input, 'logGroupName') ?? '';
  if (Object.hasOwn(groups, name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  const kmsKeyId = textOf(input, 'kmsKeyId');
  const kind = textOf(input, 'logGroupClass');
  put(groups, name, {
    name,
    tags: { ...(input['tags'] as Record<string, string> | undefined) },
    retention: null,
    createdAt: now,
    ...(kind === undefined || kind === 'STANDARD' ? {} : { class: kind }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
    ...(input['deletionProtectionEnabled'] === true ? { isProtected: true } : {}),
  });
  return {};
};

export const describeLogGroups: Operation = (input, { local, region, world }) => {
  const prefix = textOf(input, 'logGroupNamePrefix');
  const pattern = textOf(input, 'logGroupNamePattern');
  if (prefix !== undefined && pattern !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      // Recorded by LocalStack: test_describe_log_groups_prefix_and_pattern_error.
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  }
  const kind = textOf(input, 'logGroupClass');
  const found = Object.values(logsOf(local).groups)
    .filter(
      (group) =>
        group.name.startsWith(prefix ?? '') &&
        group.name.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
        (kind === undefined || (group.class ?? 'STANDARD') === kind),
    )
    // [CloudWatch Logs API, DescribeLogGroups: "ASCII-sorted by log group name"]
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const size = typeof input['limit'] === 'number' ? input['limit'] : 50;
  const refuse = (): AwsError => new AwsError('InvalidParameterException', unverifiedTexts.nextToken);
  const { items, next } = pageOfList(found, { size, token: input['nextToken'], refuse });
  return {
    logGroups: items.map((group) => {
      const arn = arnOfGroup(group.name, region, world.data.account);
      return {
        logGroupName: group.name,
        creationTime: group.createdAt,
        retentionInDays: group.retention ?? undefined,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        kmsKeyId: group.kmsKeyId,
        logGroupClass: group.class ?? 'STANDARD',
        logGroupArn: arn,
        // A search for a part of the name does not tell these [recorded by LocalStack: test_describe_log_groups_with_pattern].
        ...(pattern === undefined ? { storedBytes: 0, deletionProtectionEnabled: group.isProtected ?? false } : {}),
      };
    }),
    nextToken: next,
  };
};

export const deleteLogGroup: Operation = (input, { local }) => {
  const group = groupNamed(local, textOf(input, 'logGroupName') ?? '');
  if (group.isProtected === true) throw new AwsError('ValidationException', unverifiedTexts.protectedGroup);
  loseFrom(logsOf(local).groups, group.name);
  return {};
};

/** [CloudWatch Logs API, PutRetentionPolicy] */
const retentions: ReadonlySet<number> = new Set([
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
]);

export const putRetentionPolicy: Operation = (input, { local }) => {
  const days = Number(input['retentionInDays']);
  if (!retentions.has(days)) throw new AwsError('InvalidParameterException', unverifiedTexts.retention(days));
  groupNamed(local, textOf(input, 'logGroupName') ?? '').retention = days;
  return {};
};

export const listTagsForResource: Operation = (input, context) => ({ tags: groupOfArn(context, input).tags });

export const tagResource: Operation = (input, context) => {
  const group = groupOfArn(context, input);
  group.tags = { ...group.tags, ...(input['tags'] as Record<string, string>) };
  return {};
};
