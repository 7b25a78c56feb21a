// What a look at health checks takes.
import { callsFor } from '../kit/look-calls.ts';

/** [Route 53 API, ListTagsForResources] */
export const idsPerCall = 10;

/** Health checks that an account has by its usual quota, and how many go on a page [Route 53 guide, quotas; ListHealthChecks]. */
const [checks, onPage] = [200, 100] as const;

/** All are listed; those that may be meant are told from each other by their tags. */
export function lookCalls(specs: readonly unknown[]): Readonly<Record<string, number>> {
  if (specs.length === 0) return {};
  return {
    'route53:ListHealthChecks': callsFor(checks, onPage),
    'route53:ListTagsForResources': callsFor(checks, idsPerCall),
  };
}
