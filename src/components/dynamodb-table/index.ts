// dynamodb/table, assembled.
import { lasting } from '../kit/facts.ts';
import { memberOf } from '../kit/as-spec.ts';
import { canaryName } from '../kit/neighbour.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { isUsualIn } from '../kit/usual.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { hindrances, injections } from './injections.ts';
import { blockers, readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { settingsOf } from './described.ts';
import { owners } from './owners.ts';
import { keys } from './parts.ts';
import { severities } from './severities.ts';
import { traits, type TableSpec, type TableState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const changing = whenUsed(() => import('./change.ts'));
const contents = whenUsed(() => import('./contents.ts'));

/** Seconds [unverified: 5 to 20 s to create, seconds to minutes to delete]. */
const typicalSeconds = { create: 15, update: 15, delete: 15 } as const;

const indexSeconds = 300;

export const table = completeType<TableSpec, TableState>({
  traits,
  identity: (spec) => `table ${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state, scope) => ({
    name: spec.name,
    arn: state?.arn ?? `arn:${scope.partition}:dynamodb:${scope.region}:${scope.account}:table/${spec.name}`,
  }),
  describe: (state) => `${state.status}, about ${state.itemCount} items`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(observing, changing, contents),
  inventory: {
    what: 'tables',
    permissions: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'],
    ...byArn(/^arn:[^:]+:dynamodb:[^:]+:\d+:table\/([^/]+)$/, (name) => ({ name })),
  },
  judging: {
    severities,
    facts: (state) => lasting({ ...settingsOf(state), ...state }, 'itemCount'),
  },
  settings: {
    updates: 'parts',
    keys,
    // Of two ways to pay, the one has no throughput, and the other no limits.
    takenAway: ({ billingMode }) => {
      if (billingMode === undefined) return [];
      return billingMode === 'PROVISIONED'
        ? ['onDemandThroughput', 'globalSecondaryIndexes[*].onDemandThroughput']
        : ['readCapacity', 'writeCapacity', 'globalSecondaryIndexes[*].provisionedThroughput'];
    },
    isUsual: (path, actual) => isUsualIn({ deletionProtection: false, billingMode: 'PAY_PER_REQUEST' }, path, actual),
  },
  safety: {
    blockers,
    holds: contents.call('holds'),
    policyScope,
  },
  time: {
    lookCalls,
    // To fill a new index takes minutes at least [DynamoDB developer guide, "Adding a global secondary index"].
    estimate: (action, spec) =>
      action === 'update' && 'globalSecondaryIndexes' in spec ? indexSeconds : typicalSeconds[action],
  },
  undo: {
    specOf,
    capture: observing.call('capture'),
    generation: ({ arn, description }) =>
      `${arn} ${JSON.stringify(memberOf(description, 'TableId') ?? memberOf(description, 'CreationDateTime'))}`,
  },
  owners,
  rehearsal: {
    letGo: (spec) => (spec.deletionProtection === true ? { ...spec, deletionProtection: false } : undefined),
    injections,
    hindrances,
    subjects,
    neighbour: (spec) => ({ spec: { ...spec, name: canaryName(spec.name) } }),
    // The items of the playbook tell the key of a table of which only the name is given.
    standIn: ({ id, spec }, others) => {
      if (spec.hashKey !== undefined) return spec;
      const own = others.filter(
        (each): each is { type: string; spec: { table: string; key: Record<string, unknown> } } =>
          each.type === 'dynamodb/item' && isItemOf(each.spec, id, spec.name),
      );
      const [hashKey, rangeKey] = Object.entries(own[0]?.spec.key ?? { id: 'text' }).map(([name, value]) => ({
        name,
        type: typeof value === 'number' ? ('N' as const) : ('S' as const),
      }));
      return { ...spec, hashKey, ...(rangeKey === undefined ? {} : { rangeKey }) };
    },
  },
  capturing,
});

function isItemOf(spec: unknown, id: string, name: string): boolean {
  if (typeof spec !== 'object' || spec === null || !('table' in spec) || !('key' in spec)) return false;
  return spec.table === name || spec.table === `\${${id}.name}`;
}
