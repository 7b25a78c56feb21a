// ecs/service, assembled.
import { hasReference } from '../kit/schema.ts';
import type { Json, Scope } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { toJson } from '../kit/compare.ts';
import { memberOf } from '../kit/as-spec.ts';
import { canaryName, canaryTasks, isKnown } from '../kit/neighbour.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { isUsualIn } from '../kit/usual.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { blockers, refuses } from './controllers.ts';
import { harms } from './harms.ts';
import { estimate, tunables, settingSeconds } from './estimate.ts';
import { hindrances, injections } from './injections.ts';
import { policyScope } from './policy.ts';
import { needsOf } from './needs.ts';
import { subjects } from './subjects.ts';
import { keys } from './parts.ts';
import { passing, plainly, specOf, usual } from './as-spec.ts';
import { owners } from './owners.ts';
import { describeState, readiness, remarks, serves } from './readiness.ts';
import { settingsOf } from './words.ts';
import { severities } from './severities.ts';
import { traits, type ServiceSpec, type ServiceState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const scaling = whenUsed(() => import('./scaling.ts'));
const listing = whenUsed(() => import('./inventory.ts'));
const changing = whenUsed(() => import('./change.ts'));

export const service = completeType<ServiceSpec, ServiceState>({
  traits,
  identity: (spec) => `service ${nameIn(spec.cluster)}/${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state, scope) => ({ arn: state?.arn ?? predictedArn(spec, scope), name: spec.name }),
  describe: describeState,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(listing, observing, changing, scaling),
  inventory: {
    what: 'services',
    services: true,
    permissions: ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices'],
    list: listing.call('list'),
    ...byArn(/^arn:[^:]+:ecs:[^:]+:\d+:service\/([^/]+)\/([^/]+)$/, (cluster, name) => ({ cluster, name })),
  },
  judging: {
    severities,
    facts,
    serves,
    backends: ({ runningCount }) => runningCount,
    remarks,
    harms,
  },
  settings: {
    updates: 'fields',
    keys,
    alternatives: [['launchType', 'capacityProviderStrategy']],
    plainly,
    passing,
    isUsual: (path, actual, state) => isUsualIn(usual(state), path, actual),
  },
  needs: { of: needsOf },
  safety: {
    blockers,
    cascade: scaling.call('cascade'),
    refuses,
    policyScope,
  },
  time: {
    lookCalls,
    estimate,
    settingSeconds,
    tunables,
  },
  undo: {
    specOf,
    generation: ({ arn, description }) => `${arn} ${JSON.stringify(memberOf(description, 'createdAt'))}`,
  },
  owners,
  rehearsal: {
    injections,
    hindrances,
    subjects,
    neighbour: ({ cluster, name, network }) => {
      if (!isKnown(cluster)) return undefined;
      const canary = canaryName(name);
      return {
        spec: { cluster, name: canary, desiredCount: 0, network },
        beside: {
          type: 'ecs/task-definition',
          spec: canaryTasks(`${canary}-tasks`),
          output: 'arn',
          field: 'taskDefinition',
        },
      };
    },
    presumes: (spec) => [
      ...(spec.network?.subnets ?? []).map((id) => ({ kind: 'subnet', id }) as const),
      ...(spec.network?.securityGroups ?? []).map((id) => ({ kind: 'security-group', id }) as const),
    ],
  },
  capturing,
});

/**
 * Counts, targets (tasks by their addresses) and deployments go up and down while ECS keeps a service running, and why something
 * could not be seen is told in other words each time; what was asked of it stays.
 */
function facts(described: ServiceState): Json {
  const { network, ...state } = described;
  const inOrder = network && {
    ...network,
    subnets: inAnyOrder(network.subnets),
    securityGroups: inAnyOrder(network.securityGroups),
  };
  const changing = ['runningCount', 'pendingCount', 'deployments', 'targets', 'lastEvent', 'untold'] as const;
  const asked = lasting({ ...state, network: inOrder }, ...changing);
  return toJson({ ...settingsOf(described), ...(asked as object) });
}

function predictedArn(spec: ServiceSpec, scope: Scope): string | undefined {
  const cluster = nameIn(spec.cluster);
  if (hasReference(cluster) || hasReference(spec.name)) return undefined;
  return `arn:${scope.partition}:ecs:${scope.region}:${scope.account}:service/${cluster}/${spec.name}`;
}
