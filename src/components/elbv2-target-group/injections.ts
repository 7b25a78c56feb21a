// How a target group is brought into each state.
import type { Injections } from '../contract.ts';
import { atOnce, byHand, cannot, denied, foreignTag, noReferences, quoted } from '../kit/injecting.ts';
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
