// ecs/cluster, assembled.
import { toJson } from '../kit/compare.ts';
import { lasting } from '../kit/facts.ts';
import { canaryName } from '../kit/neighbour.ts';
import { memberOf } from '../kit/as-spec.ts';
import { nameIn } from '../kit/ecs.ts';
import { hasReference } from '../kit/schema.ts';
import { byArn } from '../kit/by-arn.ts';
import { completeType } from '../kit/type.ts';
import { loading, whenUsed } from '../kit/when-used.ts';
import { lookCalls } from './calls.ts';
import { capturing } from './capturing.ts';
import { diff } from './diff.ts';
import { hindrances, injections } from './injections.ts';
import { readiness } from './readiness.ts';
import { subjects } from './subjects.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { owners } from './owners.ts';
import { keys } from './parts.ts';
import { settingsOf } from './words.ts';
import { severities } from './severities.ts';
import { traits, type ClusterSpec, type ClusterState } from './schema.ts';

const observing = whenUsed(() => import('./observe.ts'));
const changing = whenUsed(() => import('./change.ts'));
const blocking = whenUsed(() => import('./blockers.ts'));

/** Without capacity providers of its own a cluster is there at once [unverified: 1 to 5 s]. */
const typicalSeconds = { create: 5, update: 5, delete: 5 } as const;

export const cluster = completeType<ClusterSpec, ClusterState>({
  traits,
  identity: (spec) => `cluster ${spec.name}`,
  observe: observing.call('observe'),
  readiness,
  diff,
  outputsOf: (spec, state, scope) => ({
    arn: state?.arn ?? `arn:${scope.partition}:ecs:${scope.region}:${scope.account}:cluster/${spec.name}`,
    name: spec.name,
  }),
  describe: (state) => `${state.status}, services: ${state.activeServices}, tasks running: ${state.runningTasks}`,
  create: changing.call('create'),
  update: changing.call('update'),
  delete: changing.call('remove'),
  load: loading(observing, changing, blocking),
  inventory: {
    what: 'clusters',
    permissions: ['ecs:DescribeClusters'],
    ...byArn(/^arn:[^:]+:ecs:[^:]+:\d+:cluster\/([^/]+)$/, (name) => ({ name })),
  },
  judging: {
    severities,
    facts: (state) => toJson({ ...settingsOf(state), ...(lasting(state, 'activeServices', 'runningTasks') as object) }),
  },
  settings: { updates: 'fields', keys },
  safety: {
    blockers: blocking.call('blockers'),
    policyScope,
  },
  time: {
    lookCalls,
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
  },
  owners,
  rehearsal: {
    presumes: (spec) => {
      const named: unknown = memberOf(spec, 'capacityProviders');
      const names = Array.isArray(named) ? named.filter((each) => typeof each === 'string') : [];
      // AWS's own two are there [ECS API, CreateCluster].
      const made = names.filter((name) => name !== 'FARGATE' && name !== 'FARGATE_SPOT' && !hasReference(name));
      return made.map((name) => ({ kind: 'capacity-provider', name }) as const);
    },
    injections,
    hindrances,
    subjects,
    // Such as the console makes them: services may name either [ECS developer guide, Fargate capacity providers].
    standIn: ({ spec }) => ({ capacityProviders: ['FARGATE', 'FARGATE_SPOT'], ...spec }),
    neighbour: (spec) => ({ spec: { ...spec, name: canaryName(spec.name) } }),
    // ECS deletes no cluster while it has services [ECS API, DeleteCluster].
    lodgers: {
      type: 'ecs/service',
      livesIn: ({ name }, { cluster }) => typeof cluster === 'string' && nameIn(cluster) === name,
    },
  },
  capturing,
});
