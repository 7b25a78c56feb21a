// What a look at records takes.
import { differentIn } from '../kit/look-calls.ts';
import type { RecordSpec } from './schema.ts';

/** Pages of 300 on which the 10,000 records fit that a zone has by its usual quota [Route 53 guide, quotas]. */
const listed = 34;

/** A zone is found by its name once, and listed as a whole. */
export function lookCalls(specs: readonly RecordSpec[]): Readonly<Record<string, number>> {
  const zones = differentIn(specs, ({ zone }) => zone);
  return { 'route53:ListHostedZonesByName': 2 * zones, 'route53:ListResourceRecordSets': listed * zones };
}
