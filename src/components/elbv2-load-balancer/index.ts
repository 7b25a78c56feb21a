// elbv2/load-balancer, assembled.

import { inAnyOrder, lasting } from '../kit/facts.ts';
import { componentType } from '../kit/type.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { cascade, capture, observe, readiness } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './as-spec.ts';
import { traits, type LoadBalancerSpec, type LoadBalancerState } from './schema.ts';

/** An ALB takes 95 to 180 s to become active [measured on AWS]; deleting it is seen at once. */
const typicalSeconds = { create: 120, update: 5, delete: 2 } as const;

export const loadBalancer = componentType<LoadBalancerSpec, LoadBalancerState>({
  traits,
  identity: (spec) => `load balancer ${spec.name}`,
  observe,
  readiness,
  diff,
  outputsOf: (spec, state) => ({
    arn: state?.arn,
    name: spec.name,
    dnsName: state?.dnsName,
    hostedZoneId: state?.hostedZoneId,
  }),
  describe: (state) => `${state.status}, ${state.dnsName}`,
  create,
  update,
  delete: remove,
  judging: {
    facts: (state) =>
      lasting({ ...state, subnets: inAnyOrder(state.subnets), securityGroups: inAnyOrder(state.securityGroups) }),
    // As records may spell it: a referrer's name has lost its `dualstack.` [ELB guide, DNS names].
    aliases: (state) => [state.dnsName.toLowerCase()],
  },
  safety: {
    cascade,
    policyScope,
  },
  time: {
    estimate: (action) => typicalSeconds[action],
  },
  undo: {
    specOf,
    capture,
  },
  rehearsal: {
    presumes: (spec) => [
      ...(spec.subnets ?? []).map((id) => ({ kind: 'subnet', id }) as const),
      ...(spec.securityGroups ?? []).map((id) => ({ kind: 'security-group', id }) as const),
    ],
    standIn: ({ spec }) => ({ ...spec, subnets: spec.subnets ?? ['subnet-a1', 'subnet-b1'] }),
  },
});
