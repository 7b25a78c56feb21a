// How a target group is brought into each state.
import type { Hindrances, Injections, RehearsedPlaybook } from '../contract.ts';
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
    // A listener of TLS would need a certificate.
    unless: ({ spec: { protocol } }) =>
      protocol === undefined || protocol === 'GENEVE' || protocol === 'TLS'
        ? 'no other listener could forward to it'
        : undefined,
    inject: async (operator) => {
      const { component, spec, state } = operator;
      const [loadBalancer] = state.loadBalancers;
      if (loadBalancer === undefined) return undefined;
      const protocol = spec.protocol === 'HTTPS' ? 'HTTP' : spec.protocol;
      const listener = { loadBalancer, port: freePort(operator.playbook), protocol, forwardTo: state.arn };
      await operator.make('elbv2/listener', `by-hand-${component.id}`, listener);
      return 'a listener that somebody else made forwards to it';
    },
    until: 'settled',
  },
};

/** One on which no listener of the playbook's own listens. */
function freePort({ components }: RehearsedPlaybook): number {
  const taken = new Set([...components.values()].map(({ spec }) => (spec as { readonly port?: unknown }).port));
  let port = 8443;
  while (taken.has(port)) port += 1;
  return port;
}
