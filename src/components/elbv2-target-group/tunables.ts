// elbv2/target-group: the settings that decide how long the services behind it take to come and to go.
import type { Tunable } from '../contract.ts';
import { drainKey, healthyThreshold, targetTiming } from '../kit/target-timing.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

/** Seconds. */
const shortInterval = 10;
const shortDrain = 30;

/** AWS takes no fewer [ELB API, CreateTargetGroup]. */
const fewPassed = 2;

export const tunables: readonly Tunable<TargetGroupSpec, TargetGroupState>[] = [
  {
    path: 'healthCheck.interval',
    unit: 's',
    cost: 'each target answers more checks; a target that fails is taken out sooner too',
    suggest: (spec, state) => {
      const from = targetTiming(spec, state).interval;
      // AWS wants the timeout to be shorter than the interval [ELB API, CreateTargetGroup].
      const timeout = spec.healthCheck?.timeout ?? state?.healthCheck.timeout ?? 5;
      return from > shortInterval && timeout < shortInterval ? { from, to: shortInterval } : undefined;
    },
    set: (to, spec, state) => ({ spec: { ...spec, healthCheck: { ...spec.healthCheck, interval: to } }, state }),
  },
  {
    // Of no effect on new targets, which have to pass one check [ELB guide, "Target health status"]: it is told where
    // a recovery waits for targets that were unhealthy.
    path: 'healthCheck.healthyThreshold',
    unit: 'checks',
    cost: 'a target that answers only now and then is taken for healthy sooner',
    suggest: (spec, state) => {
      const from = healthyThreshold(spec, state);
      return from > fewPassed ? { from, to: fewPassed } : undefined;
    },
    set: (to, spec, state) => ({
      spec: { ...spec, healthCheck: { ...spec.healthCheck, healthyThreshold: to } },
      state,
    }),
  },
  {
    path: 'deregistrationDelay',
    unit: 's',
    cost: 'requests that take longer than this are cut off when a task is stopped',
    suggest: (spec, state) => {
      const from = targetTiming(spec, state).drain;
      return from > shortDrain ? { from, to: shortDrain } : undefined;
    },
    set: (to, spec, state) => ({
      spec: { ...spec, attributes: { ...spec.attributes, [drainKey]: String(to) }, deregistrationDelay: to },
      state,
    }),
  },
];
