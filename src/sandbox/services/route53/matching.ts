// When a record set of a request is the stored one: names and values are compared as DNS sees them, not as text.
import { parseValue } from './rdata.ts';
import type { GeoProximity, RecordSet } from './store.ts';

/**
 * Whether a DELETE names the stored record set in full. Case, a trailing dot and the order of the values do not matter
 * (captured answer: `target.example.test.` matches the stored `TARGET.EXAMPLE.TEST`).
 */
export function sameRecord(left: RecordSet, right: RecordSet): boolean {
  return (
    left.ttl === right.ttl &&
    left.weight === right.weight &&
    left.region === right.region &&
    left.failover === right.failover &&
    (left.multiValueAnswer ?? false) === (right.multiValueAnswer ?? false) &&
    left.healthCheckId === right.healthCheckId &&
    left.geoLocation?.continentCode === right.geoLocation?.continentCode &&
    left.geoLocation?.countryCode === right.geoLocation?.countryCode &&
    left.geoLocation?.subdivisionCode === right.geoLocation?.subdivisionCode &&
    sameProximity(left.geoProximity, right.geoProximity) &&
    left.alias?.hostedZoneId === right.alias?.hostedZoneId &&
    left.alias?.dnsName === right.alias?.dnsName &&
    left.alias?.evaluateTargetHealth === right.alias?.evaluateTargetHealth &&
    canonicalValues(left) === canonicalValues(right)
  );
}

/** Places and bias; a bias that is left out is none. */
export function sameProximity(left: GeoProximity | undefined, right: GeoProximity | undefined): boolean {
  return sameProximityPlace(left, right) && (left?.bias ?? 0) === (right?.bias ?? 0);
}

export function sameProximityPlace(left: GeoProximity | undefined, right: GeoProximity | undefined): boolean {
  return (
    left?.region === right?.region &&
    left?.localZoneGroup === right?.localZoneGroup &&
    left?.latitude === right?.latitude &&
    left?.longitude === right?.longitude
  );
}

function canonicalValues(record: RecordSet): string {
  return (record.values ?? [])
    .map((value) => canonicalValue(record.type, value))
    .sort()
    .join('\n');
}

/** Text that is equal for values which DNS cannot tell apart. */
export function canonicalValue(type: string, value: string): string {
  const parsed = parseValue(type, value);
  return parsed.kind === 'value' ? parsed.canonical : value;
}
