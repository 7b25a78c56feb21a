import type { Readiness } from '../contract.ts';

/** A record has no state of its own; whether a change has reached the name servers is asked of the change. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}
