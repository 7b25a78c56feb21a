// What relight must know of Amazon CloudWatch Logs, so that gate, pacing, meters and proofs hold for its calls.
import { awsService, rules } from 'relight/component';

const { always, bears, each, has, lists, pagesBy } = rules;
const noGroup = { ResourceNotFoundException: always };

export const logs = awsService({
  name: 'logs',
  signingName: 'logs',
  settingsName: 'cloudwatch_logs',
  protocol: 'json',
  accountWide: false,
  load: async () => {
    const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
    return (settings) => new CloudWatchLogsClient(settings);
  },
  // [CloudWatch Logs quotas]; bursts are unverified and modest.
  rates: { all: { burst: 10, refill: 10 } },
  bucketOf: () => 'all',
  // Whatever is not here is a change: it needs the gate open, and the playbook's lock.
  reads: new Set(['DescribeLogGroups', 'ListTagsForResource']),
  errorCodes: {
    ResourceAlreadyExistsException: 'conflict',
    OperationAbortedException: 'conflict',
    LimitExceededException: 'invalid',
  },
  proofs: {
    DescribeLogGroups: {
      rules: [lists('logGroups', 'logGroupName', 'logGroupArn'), each('logGroups', has('creationTime', 'storedBytes'))],
      paging: pagesBy('nextToken', 'nextToken'),
    },
    ListTagsForResource: { rules: [bears('tags')], missing: noGroup },
    CreateLogGroup: { rules: [] },
    PutRetentionPolicy: { rules: [], missing: noGroup },
    DeleteLogGroup: { rules: [], missing: noGroup },
  },
  identifyingMembers: { DescribeLogGroups: ['logGroups.logGroupArn'] },
  identifyNothing: new Set(['ListTagsForResource', 'CreateLogGroup', 'PutRetentionPolicy', 'DeleteLogGroup']),
});
