// Amazon CloudWatch Logs: whether log groups are there.
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { belongs, lists, once, pagesBy } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const logs = awsService({
  name: 'logs',
  signingName: 'logs',
  settingsName: 'cloudwatch_logs',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
    return (settings): CloudWatchLogsClient => new Client(settings);
  },
  // DescribeLogGroups, 10 a second [CloudWatch Logs quotas].
  rates: { all: { burst: 10, refill: 10 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeLogGroups']),
  errorCodes: {},
  proofs: {
    DescribeLogGroups: {
      rules: [
        lists('logGroups', 'logGroupName', 'arn'),
        once('logGroups', 'logGroupName'),
        belongs('logGroupNamePrefix', 'logGroups', 'logGroupName', (own, prefix) => own.startsWith(prefix)),
      ],
      paging: pagesBy('nextToken', 'nextToken'),
    },
  },
  identifyingMembers: { DescribeLogGroups: ['logGroups.arn'] },
  identifyNothing: new Set(),
});
