// Health checks have no names. What stands for one is the caller reference: chosen once, told in every listing, and,
// unlike tags, there from the first instant.
import { createHash } from 'node:crypto';
import type { Owner } from '../contract.ts';

const beginning = 'relight/';

/** A check of relight's own making, of whatever component. */
export function isByRelight(callerReference: string): boolean {
  return callerReference.startsWith(beginning);
}

/**
 * What the caller references of a component's health checks begin with. At most 64 characters are allowed [Route 53 API],
 * and a token has up to 36, which leaves 27 for this: 8 of `relight/`, 16 of the hash, a slash.
 */
export function referencePrefix({ component, playbook }: Owner): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([playbook, component]))
    .digest('hex');
  return `${beginning}${hash.slice(0, 16)}/`;
}

/**
 * The token makes a repeated step meet the check that it made, and a later one make its own: AWS remembers the reference
 * of a deleted check for days and refuses it [Route 53 API, CreateHealthCheck].
 */
export function callerReference(owner: Owner, token: string): string {
  return referencePrefix(owner) + token;
}
