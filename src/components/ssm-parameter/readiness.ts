import type { Readiness } from '../contract.ts';

/** A parameter is written when AWS answers; it has no state of its own. */
export function readiness(): Readiness {
  return { kind: 'ready' };
}
