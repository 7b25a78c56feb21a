// What a record leads to. Its own name and zone are what it provides.
import type { Mention } from '../contract.ts';
import { mention } from '../kit/mentions.ts';
import type { RecordSpec } from './schema.ts';

/** Types whose values are, or end with, the name of a host; what a TXT record says leads nobody anywhere. */
const leading: readonly string[] = ['CNAME', 'HTTPS', 'MX', 'NS', 'PTR', 'SRV', 'SVCB'];

const toTarget = { kind: 'record', what: 'record target', reading: 'hosts', holds: 'running' } as const;

export function mentions({ alias, type, values = [] }: RecordSpec): readonly Mention[] {
  return [
    ...(leading.includes(type) ? values.flatMap((value, index) => mention(toTarget, ['values', index], value)) : []),
    ...mention(toTarget, ['alias', 'dnsName'], alias?.dnsName),
  ];
}
