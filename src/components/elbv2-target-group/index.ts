// elbv2/target-group, assembled.

import { inAnyOrder, lasting } from '../kit/facts.ts';
import { componentType } from '../kit/type.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { tunables } from './tunables.ts';
import { cascade, capture, observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

/** A deleted listener holds on to it for 1 to 10 s [captured]. */
const typicalSeconds = { create: 2, update: 2, delete: 10 } as const;

export const targetGroup = componentType<TargetGroupSpec, TargetGroupState>({
  traits,
  identity: (spec) => `target group ${spec.name}`,
  observe,
  readiness,
  diff,
  outputsOf: (spec, state) => ({ arn: state?.arn, name: spec.name }),
  describe: (state) =>
    `${state.protocol ?? 'no protocol'}:${state.port ?? 'no port'}, ${
      state.loadBalancers.length === 0 ? 'no load balancer forwards to it' : 'behind a load balancer'
    }`,
  create,
  update,
  delete: remove,
  judging: {
    facts: (state) => lasting({ ...state, loadBalancers: inAnyOrder(state.loadBalancers) }),
  },
  safety: {
    cascade,
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
    tunables,
  },
  undo: {
    specOf,
    capture,
  },
  rehearsal: {
    presumes: (spec) => (spec.vpc === undefined ? [] : [{ kind: 'vpc', id: spec.vpc }]),
    standIn: ({ spec }) => ({
      ...spec,
      port: spec.port ?? 80,
      protocol: spec.protocol ?? 'HTTP',
      vpc: spec.vpc ?? 'vpc-presumed',
    }),
  },
});
