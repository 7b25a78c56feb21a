import type { Readiness } from '../contract.ts';

/** A rule has no state of its own. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}
