import type { Readiness } from '../contract.ts';

/** A target group has no state of its own; whether its targets are healthy is told with the service that runs them. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}
