// A component type that does not ship with relight: CloudWatch Logs log groups. What relight loads:
//   relight rehearse playbook.yaml --types ./log-group.mjs
// The zod of this module need not be relight's own copy.
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  absent,
  alwaysReady,
  atOnce,
  byField,
  byHand,
  byId,
  canaryName,
  cannot,
  classify,
  completeType,
  denied,
  field,
  foreignTag,
  isNotFound,
  isOwnWork,
  limited,
  noReferences,
  observeEach,
  present,
  quoted,
  regionalArn,
  spokenOfByAws,
  toJson,
} from 'relight/component';
import { z } from 'zod';
import { logs } from './row.mjs';

/** The periods that PutRetentionPolicy takes [CloudWatch Logs API]; a few of them. */
const periods = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365];

const schema = z.strictObject({
  name: z.string().min(1).max(512).describe('Name of the log group.'),
  retentionDays: z.literal(periods).optional().describe('Days after which events are deleted; never unless told.'),
});

/**
 * @typedef {z.infer<typeof schema>} Spec
 * @typedef {{ arn: string, name: string, retentionDays: number | undefined, storedBytes: number, description: unknown }} State
 */

const typicalSeconds = { create: 2, update: 2, delete: 2 };

/** The prefix finds others, too: the name itself sorts first [CloudWatch Logs API, DescribeLogGroups]. */
async function observe(targets, context) {
  return observeEach(targets, context, async ({ spec: { name } }) => {
    const { logGroups = [] } = await context.limit(() =>
      context.aws.client(logs).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 1 })),
    );
    const [group] = logGroups;
    if (group?.logGroupName !== name) return absent(context);
    const state = {
      arn: group.logGroupArn ?? '',
      name,
      retentionDays: group.retentionInDays,
      storedBytes: group.storedBytes ?? 0,
      description: toJson(group),
    };
    const tags = await context.limit(() => tagsOf(state.arn, context));
    return tags === undefined ? absent(context) : present(state, tags, context);
  });
}

/** Undefined when the group is gone. */
async function tagsOf(resourceArn, context) {
  try {
    return (await context.aws.client(logs).send(new ListTagsForResourceCommand({ resourceArn }))).tags ?? {};
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function create({ spec }, context) {
  const { name: logGroupName } = spec;
  try {
    await context.aws.client(logs).send(new CreateLogGroupCommand({ logGroupName, tags: context.tags }));
  } catch (error) {
    // There already: made by an earlier try of this very step, or somebody else's.
    if (classify(error).class !== 'conflict') throw error;
    if (!isOwnWork(await tagsOf(arnOf(spec, context.scope), context), context.tags)) throw error;
  }
  await keepFor(spec, context);
  return {};
}

async function update({ spec }, _state, _differences, context) {
  await keepFor(spec, context);
  return {};
}

async function keepFor({ name: logGroupName, retentionDays: retentionInDays }, context) {
  if (retentionInDays === undefined) return;
  await context.aws.client(logs).send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}

async function remove({ spec }, _state, context) {
  try {
    await context.aws.client(logs).send(new DeleteLogGroupCommand({ logGroupName: spec.name }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return {};
}

function arnOf({ name }, scope) {
  return regionalArn(scope, 'logs', `log-group:${name}`);
}

const permissions = {
  read: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
  write: ['logs:CreateLogGroup', 'logs:TagResource', 'logs:PutRetentionPolicy', 'logs:DeleteLogGroup'],
};

export const logGroup = completeType({
  traits: {
    type: 'logs/log-group',
    description: 'A CloudWatch Logs log group.',
    schema,
    outputs: {
      name: { description: 'Name', onReplace: 'same' },
      arn: { description: 'ARN, without the `:*` that some policies want', onReplace: 'same' },
    },
    shareable: true,
    ownable: true,
    locators: ['name'],
    containers: [],
    immutable: ['name'],
    reuse: true,
    inert: false,
    heldBy: [],
    remedy: 'none',
    permissions,
  },
  services: [logs],
  identity: ({ name }) => `log group ${name}`,
  observe,
  // It has no status word: what is there takes events.
  readiness: () => ({ kind: 'ready' }),
  diff: (spec, state) => field('retentionDays', spec.retentionDays, state.retentionDays),
  outputsOf: (spec, state, scope) => ({ name: spec.name, arn: state?.arn ?? arnOf(spec, scope) }),
  describe: ({ retentionDays }) => (retentionDays === undefined ? 'kept for ever' : `kept for ${retentionDays} days`),
  create,
  update,
  delete: remove,
  judging: { facts: ({ arn, name, retentionDays }) => toJson({ arn, name, retentionDays }) },
  safety: {
    // No before-image keeps events: a group that has some is not deleted without consent.
    holds: async ({ storedBytes }) => (storedBytes > 0 ? 'log events' : undefined),
    policyScope: (spec, scope) => ({
      actions: limited([...permissions.read, ...permissions.write].slice(1), [
        arnOf(spec, scope),
        `${arnOf(spec, scope)}:*`,
      ]),
    }),
  },
  time: { estimate: (action) => typicalSeconds[action] },
  undo: {
    specOf: ({ name }, { description, retentionDays }) => ({
      spec: retentionDays === undefined ? { name } : { name, retentionDays },
      notRepresented: spokenOfByAws(description, ['kmsKeyId', 'dataProtectionStatus', 'inheritedProperties']),
    }),
  },
  rehearsal: {
    injections: {
      drifted: byHand({
        path: 'retentionDays',
        to: (spec) =>
          spec.retentionDays === undefined ? undefined : { ...spec, retentionDays: spec.retentionDays === 1 ? 3 : 1 },
      }),
      dangling: cannot(noReferences),
      unhealthy: cannot(alwaysReady),
      settling: cannot(atOnce),
      foreign: foreignTag,
      unreadable: denied('logs', ['DescribeLogGroups'], ({ name }) => quoted(name)),
    },
    // How calls name a group, for the judge of a proof: by AWS's own parameters, and no code that is used above.
    subjects: {
      'logs:CreateLogGroup': byField('logGroupName', 'name'),
      'logs:PutRetentionPolicy': byField('logGroupName', 'name'),
      'logs:DeleteLogGroup': byField('logGroupName', 'name'),
      'logs:TagResource': byId('resourceArn'),
    },
    // Its name begins like this one's: a prefix that is taken for a name would strike it.
    neighbour: (spec) => ({ spec: { ...spec, name: `${spec.name}-${canaryName('next-door')}` } }),
  },
});

export const types = [logGroup];
