// CloudWatch Logs as far as log groups go: no streams, no events. The contract is in SPEC.md.
import type { JsonService, Piece } from '../../model.ts';
import { loseFrom, presumable, presumedHome, presumedId, presumedRegion, presumedTags } from '../../presumable.ts';
import { logsAuthorization } from './authorization.ts';
import {
  arnOfGroup,
  createLogGroup,
  deleteLogGroup,
  describeLogGroups,
  listTagsForResource,
  putRetentionPolicy,
  refuseLongName,
  tagResource,
} from './groups.ts';
import { inputs } from './inputs.ts';
import { emptyLogsStore, logsOf } from './store.ts';

const presumedGroup = presumable(
  'log-group',
  { name: presumedId, tags: presumedTags, region: presumedRegion },
  (world, { name, region, tags = {} }) => {
    logsOf(world.region(region ?? presumedHome)).groups[name] ??= {
      ...{ name, tags },
      retention: null,
      createdAt: world.clock.now(),
    };
  },
  (world, name, region) => loseFrom(logsOf(world.region(region)).groups, name),
);

const oneAccount = 'there is one account';

export const logsService = {
  name: 'logs',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'Logs_20140328',
  errorNamespace: '',
  operations: {
    CreateLogGroup: createLogGroup,
    DescribeLogGroups: describeLogGroups,
    DeleteLogGroup: deleteLogGroup,
    PutRetentionPolicy: putRetentionPolicy,
    ListTagsForResource: listTagsForResource,
    TagResource: tagResource,
  },
  store: { name: 'logs', empty: emptyLogsStore },
  // Nothing is documented of how soon a write is seen (unverified).
  stale: { withinMs: 1_000 },
  inputs: {
    model: inputs,
    code: 'InvalidParameterException',
    own: (operation, input) => {
      refuseLongName(operation, input);
      return [];
    },
    notModelled: {
      'DescribeLogGroupsRequest.accountIdentifiers': oneAccount,
      'DescribeLogGroupsRequest.includeLinkedAccounts': oneAccount,
      'DescribeLogGroupsRequest.logGroupIdentifiers': oneAccount,
    },
  },
  authorization: logsAuthorization,
  errorCodes: { internal: 'ServiceUnavailableException' },
  presumes: [presumedGroup],
  pieces: ({ data, local, region }) =>
    Object.values(logsOf(local).groups).map((group): Piece => ({
      id: arnOfGroup(group.name, region, data.account),
      title: `log group ${group.name}`,
      tags: group.tags,
      settings: () => ({ retention: group.retention, tags: group.tags }),
      putTag: (key, value) => {
        group.tags = { ...group.tags, [key]: value };
      },
    })),
} as const satisfies JsonService;
