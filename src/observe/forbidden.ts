// A piece that could not be looked at for want of permissions.
import type { Observation } from '../components/contract.ts';

/** Credentials that have run out are denied too; more permissions do not help there. */
export function isForbidden(seen: Observation<unknown>): boolean {
  return seen.kind === 'unknown' && seen.reason === 'denied' && !/^\w*Expired/.test(seen.detail);
}
