// How a health check is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import {
  atOnce,
  byHand,
  cannot,
  dangling,
  denied,
  foreignTag,
  guardTag,
  valueAt,
  withValueAt,
} from '../kit/injecting.ts';
import type { HealthCheckSpec, HealthCheckState } from './schema.ts';

export const injections: Injections<HealthCheckSpec, HealthCheckState> = {
  drifted: byHand(
    {
      path: 'path',
      to: (spec) => (spec.path === undefined ? undefined : { ...spec, path: spec.path === '/' ? '/status' : '/' }),
    },
    {
      path: 'failureThreshold',
      to: (spec) => {
        const threshold = spec.failureThreshold;
        if (threshold === undefined) return undefined;
        return { ...spec, failureThreshold: threshold === 10 ? 9 : threshold + 1 };
      },
    },
  ),
  dangling: dangling(['fqdn'], async (operator, path) => {
    await operator.change(withValueAt(operator.spec, path, `before.${String(valueAt(operator.spec, path))}`));
    return `${path} names what is gone`;
  }),
  unhealthy: cannot('whether its endpoint answers is asked after a change, not in each look'),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('route53', ['ListHealthChecks'], () => undefined),
};

export const hindrances: Hindrances<HealthCheckSpec, HealthCheckState> = {
  guarded: guardTag,
};
