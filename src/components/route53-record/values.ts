// A record's values as AWS wants them, and the form in which two spellings of one are equal.
import { canonicalAddress, canonicalName } from '../../util/dns.ts';
import type { RecordState } from './schema.ts';

/** A TXT value is a list of quoted strings of at most 255 characters [Route 53 developer guide, TXT record type]. */
const longestString = 255;

/** The value as it goes to AWS: text without quotes is quoted. */
export function toWire(type: string, value: string): string {
  if ((type !== 'TXT' && type !== 'SPF') || value.startsWith('"')) return value;
  const strings: string[] = [];
  for (let start = 0; start < value.length; start += longestString) {
    strings.push(`"${value.slice(start, start + longestString).replace(/["\\]/g, '\\$&')}"`);
  }
  return strings.join(' ');
}

/** AWS keeps values as they were written [captured], but compares them as DNS does. */
export function canonicalValue(type: string, value: string): string {
  switch (type) {
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return canonicalName(value);
    // Numbers before a domain name.
    case 'MX':
    case 'SRV':
      return value.trim().split(/\s+/).map(canonicalName).join(' ');
    case 'AAAA':
      return canonicalAddress(value);
    default:
      return toWire(type, value);
  }
}

/** An alias target is stored as it was written, by the console with `dualstack.` before it; both mean the same. */
export function canonicalAlias(dnsName: string): string {
  return canonicalName(dnsName).replace(/^dualstack\./, '');
}

/** The values of a record, or the name that it is an alias of. */
export function valuesOf({ description }: RecordState): readonly string[] {
  const { AliasTarget, ResourceRecords = [] } = description;
  return AliasTarget === undefined ? ResourceRecords.map(({ Value = '' }) => Value) : [AliasTarget.DNSName ?? ''];
}
