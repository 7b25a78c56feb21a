// How a target group is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import { atOnce, byHand, cannot, denied, foreignTag, guardTag, noReferences, quoted } from '../kit/injecting.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

export const injections: Injections<TargetGroupSpec, TargetGroupState> = {
  drifted: byHand(
    {
      path: 'healthCheck.path',
      to: (spec) => {
        const path = spec.healthCheck?.path;
        if (path === undefined) return undefined;
        return { ...spec, healthCheck: { ...spec.healthCheck, path: path === '/' ? '/status' : '/' } };
      },
    },
    {
      path: 'deregistrationDelay',
      to: (spec) =>
        spec.deregistrationDelay === undefined
          ? undefined
          : { ...spec, deregistrationDelay: spec.deregistrationDelay + 1 },
    },
  ),
  dangling: cannot(noReferences),
  unhealthy: cannot('whether its targets are healthy is told with the service that runs them'),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('elasticloadbalancing', ['DescribeTargetGroups'], ({ name }) => quoted(name)),
};

export const hindrances: Hindrances<TargetGroupSpec, TargetGroupState> = {
  guarded: guardTag,
  held: {
    kind: 'done',
    unless: ({ spec: { protocol } }) =>
      protocol === undefined || protocol === 'GENEVE' ? 'no other listener could forward to it' : undefined,
    inject: async (operator) => {
      const { component, spec, state } = operator;
      const [loadBalancer] = state.loadBalancers;
      if (loadBalancer === undefined) return undefined;
      const protocol = spec.protocol === 'HTTPS' ? 'HTTP' : spec.protocol;
      const listener = { loadBalancer, port: 8443, protocol, forwardTo: state.arn };
      await operator.make('elbv2/listener', `by-hand-${component.id}`, listener);
      return 'a listener that somebody else made forwards to it';
    },
    until: 'settled',
  },
};
