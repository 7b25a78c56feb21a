// How a load balancer is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import {
  byHand,
  cannot,
  denied,
  foreignTag,
  guardTag,
  noReferences,
  quoted,
  securityGroupByHand,
} from '../kit/injecting.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

const idleTimeout = 'idle_timeout.timeout_seconds';
const protection = 'deletion_protection.enabled';

export const injections: Injections<LoadBalancerSpec, LoadBalancerState> = {
  drifted: byHand(
    {
      path: 'securityGroups',
      // AWS gives none to a network load balancer that was made without [ELB API, SetSecurityGroups].
      to: (spec, operator) =>
        spec.securityGroups === undefined || (spec.type === 'network' && spec.securityGroups.length === 0)
          ? undefined
          : { ...spec, securityGroups: [securityGroupByHand(operator)] },
    },
    {
      path: 'attributes',
      to: (spec) => {
        const timeout = spec.attributes?.[idleTimeout];
        if (timeout === undefined) return undefined;
        return { ...spec, attributes: { ...spec.attributes, [idleTimeout]: timeout === '7' ? '8' : '7' } };
      },
    },
  ),
  dangling: cannot(noReferences),
  unhealthy: {
    kind: 'done',
    unless: () => undefined,
    inject: ({ sandbox, state }) => {
      const failed = sandbox.afflict('load-balancer-fails', state.arn);
      return Promise.resolve(failed ? 'its state is failed' : undefined);
    },
    until: 'settled',
  },
  settling: {
    kind: 'done',
    unless: ({ spec }) => (spec.subnets === undefined ? 'the playbook does not say how to make it again' : undefined),
    inject: async (operator) => {
      await operator.remove();
      await operator.create();
      return 'deleted and made again by hand a moment ago';
    },
    until: 'begun',
  },
  foreign: foreignTag,
  unreadable: denied('elasticloadbalancing', ['DescribeLoadBalancers'], ({ name }) => quoted(name)),
};

export const hindrances: Hindrances<LoadBalancerSpec, LoadBalancerState> = {
  guarded: guardTag,
  held: {
    kind: 'done',
    unless: ({ spec }) =>
      spec.attributes?.[protection] === undefined ? undefined : 'the playbook says whether it is held',
    inject: async (operator) => {
      const { spec } = operator;
      await operator.change({ ...spec, attributes: { ...spec.attributes, [protection]: 'true' } });
      return 'its deletion protection was switched on';
    },
    until: 'settled',
  },
};
