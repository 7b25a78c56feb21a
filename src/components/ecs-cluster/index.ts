// ecs/cluster, assembled.

import { lasting } from '../kit/facts.ts';
import { componentType } from '../kit/type.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type ClusterSpec, type ClusterState } from './schema.ts';

/** Without capacity providers of its own a cluster is there at once [unverified: 1 to 5 s]. */
const typicalSeconds = { create: 5, update: 5, delete: 5 } as const;

export const cluster = componentType<ClusterSpec, ClusterState>({
  traits,
  identity: (spec) => `cluster ${spec.name}`,
  observe,
  readiness,
  diff,
  outputsOf: (spec, state, scope) => ({
    arn: state?.arn ?? `arn:${scope.partition}:ecs:${scope.region}:${scope.account}:cluster/${spec.name}`,
    name: spec.name,
  }),
  describe: (state) => `${state.status}, services: ${state.activeServices}, tasks running: ${state.runningTasks}`,
  create,
  update,
  delete: remove,
  judging: {
    facts: (state) => lasting(state, 'activeServices', 'runningTasks'),
  },
  safety: {
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
  },
});
