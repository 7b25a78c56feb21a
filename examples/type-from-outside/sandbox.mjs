// CloudWatch Logs as far as the embedded AWS needs it. Facts: CloudWatch Logs API reference.
import { AwsError } from 'relight/component';

const groupsIn = (local) => local.logs.groups;

function groupIn(local, name) {
  const group = groupsIn(local)[name];
  if (group !== undefined) return group;
  throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

const arnOf = (name, { region, world }) => `arn:aws:logs:${region}:${world.data.account}:log-group:${name}`;

export const logsService = {
  name: 'logs',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'Logs_20140328',
  errorNamespace: '',
  operations: {
    CreateLogGroup: ({ logGroupName: name, tags = {} }, { local, now }) => {
      if (groupsIn(local)[name] !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      groupsIn(local)[name] = { name, tags, retention: null, createdAt: now };
      return {};
    },
    DescribeLogGroups: ({ limit = 50, logGroupNamePrefix: prefix = '' }, context) => {
      const found = Object.values(groupsIn(context.local)).filter(({ name }) => name.startsWith(prefix));
      found.sort((left, right) => (left.name < right.name ? -1 : 1));
      return {
        logGroups: found.slice(0, limit).map(({ createdAt, name, retention }) => ({
          logGroupName: name,
          arn: `${arnOf(name, context)}:*`,
          logGroupArn: arnOf(name, context),
          creationTime: createdAt,
          retentionInDays: retention ?? undefined,
          metricFilterCount: 0,
          storedBytes: 0,
          logGroupClass: 'STANDARD',
        })),
      };
    },
    ListTagsForResource: ({ resourceArn }, { local }) => ({
      tags: groupIn(local, String(resourceArn).split(':').slice(6).join(':')).tags,
    }),
    PutRetentionPolicy: ({ logGroupName, retentionInDays }, { local }) => {
      groupIn(local, logGroupName).retention = retentionInDays;
      return {};
    },
    DeleteLogGroup: ({ logGroupName }, { local }) => {
      delete groupsIn(local)[groupIn(local, logGroupName).name];
      return {};
    },
  },
  store: { name: 'logs', empty: () => ({ groups: {} }) },
  errorCodes: { internal: 'ServiceUnavailableException' },
  // What carries tags: counted after a recovery, and compared, to see that a neighbour was left alone.
  pieces: ({ data, local, region }) =>
    Object.values(groupsIn(local)).map((group) => ({
      id: arnOf(group.name, { region, world: { data } }),
      title: `log group ${group.name}`,
      tags: group.tags,
      settings: () => ({ retention: group.retention, tags: group.tags }),
      putTag: (key, value) => {
        group.tags = { ...group.tags, [key]: value };
      },
    })),
};
