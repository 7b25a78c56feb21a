// What of a record set a spec says by AWS's names, and the ways of routing, of which a record has one.
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { fromOutput } from '../kit/members/output.ts';
import { partAt } from '../kit/members/part.ts';
import { members } from './members.ts';

/** All but what has short names or another form. A record of a traffic policy is made with the policy, by AWS. */
export const recordPart = partAt(members, '', [
  'Name',
  'Type',
  'SetIdentifier',
  'Weight',
  'Failover',
  'TTL',
  'ResourceRecords',
  'AliasTarget',
  'HealthCheckId',
  'TrafficPolicyInstanceId',
]);

/** One way of routing: all records of a name and type go the same [Route 53 API, ResourceRecordSet]. */
export const routings = [
  ['weight', 'Weight'],
  ['failover', 'Failover'],
  ['region', 'Region'],
  ['geoLocation', 'GeoLocation'],
  ['geoProximityLocation', 'GeoProximityLocation'],
  ['multiValueAnswer', 'MultiValueAnswer'],
  ['cidrRoutingConfig', 'CidrRoutingConfig'],
] as const;

export const routingWords: readonly string[] = routings.map(([word]) => word);

/** The ways of routing that a spec says, by its words; `multiValueAnswer: false` is none. */
export function routedBy(spec: object): readonly string[] {
  const said = spec as Readonly<Record<string, unknown>>;
  return routingWords.filter((word) => said[word] !== undefined && said[word] !== false);
}

/** The way in which a record that is there is routed, in a spec's word; undefined for one without a set identifier. */
export function routingOf(record: ResourceRecordSet): string | undefined {
  return routings.find(([, member]) => record[member] !== undefined && record[member] !== false)?.[0];
}

/** The members that a spec says by AWS's names. An answer without several values may say so or not. */
export function settingsOf(record: ResourceRecordSet): Readonly<Record<string, unknown>> {
  const told = fromOutput(recordPart, record);
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== false));
}
