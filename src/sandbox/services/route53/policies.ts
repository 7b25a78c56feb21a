// Which record sets of one name and type may stand beside each other: one routing policy, distinct roles.
import { sameProximityPlace } from './matching.ts';
import type { RecordSet } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export type Policy =
  'simple' | 'weighted' | 'latency' | 'failover' | 'geolocation' | 'geoproximity' | 'multivalue answer';

export function policyOf(record: RecordSet): Policy {
  if (record.setIdentifier === undefined) return 'simple';
  if (record.weight !== undefined) return 'weighted';
  if (record.region !== undefined) return 'latency';
  if (record.failover !== undefined) return 'failover';
  if (record.geoLocation !== undefined) return 'geolocation';
  if (record.geoProximity !== undefined) return 'geoproximity';
  return 'multivalue answer';
}

/** Route 53 quota: "Weighted records that have the same name and type: 100". */
const mostOfOneName = 100;

/**
 * Why `record` cannot be written beside `others`.
 *
 * @param others all present record sets of that name and type, the one that is replaced included: an UPSERT may not
 *   change the policy either
 */
export function policyFault(record: RecordSet, others: readonly RecordSet[]): string | undefined {
  const policy = policyOf(record);
  const { name, type } = record;
  const identifier = record.setIdentifier ?? '';
  const place = `RRSet with DNS name ${name}, type ${type}`;
  if (policy === 'simple') {
    return others.some((other) => policyOf(other) !== 'simple')
      ? `${place} cannot be created as other RRSets exist with the same name and type.`
      : undefined;
  }
  const set = `${place}, SetIdentifier ${identifier}`;
  if (others.some((other) => policyOf(other) !== policy)) {
    switch (policy) {
      case 'weighted':
        return `${set} cannot be created as a non-weighted set exists with the same name and type.`;
      case 'multivalue answer':
        return `${set} cannot be created because a non multivalue answer rrset exists with the same name and type.`;
      case 'latency':
      case 'failover':
      case 'geolocation':
      case 'geoproximity':
        return unverifiedTexts.otherPolicyExists(name, type, identifier, policy);
    }
  }
  const siblings = others.filter((other) => other.setIdentifier !== record.setIdentifier);
  if (siblings.length >= mostOfOneName) return unverifiedTexts.tooManyRecordsOfName(name, type);
  switch (policy) {
    case 'weighted':
      return siblings.some((other) => other.ttl !== undefined && record.ttl !== undefined && other.ttl !== record.ttl)
        ? `${set} cannot be created as weighted sets must contain the same TTL.`
        : undefined;
    case 'latency':
      return siblings.some((other) => other.region === record.region)
        ? `${set}, and Region Name=${record.region ?? ''} cannot be created because a latency RRSet with the same name, type and region already exists.`
        : undefined;
    case 'failover':
      return siblings.some((other) => other.failover === record.failover)
        ? unverifiedTexts.failoverRoleTaken(name, type, identifier, record.failover ?? '')
        : undefined;
    case 'geolocation':
      return siblings.some((other) => sameLocation(other, record))
        ? unverifiedTexts.geoLocationTaken(name, type, identifier)
        : undefined;
    case 'geoproximity':
      return siblings.some((other) => sameProximityPlace(other.geoProximity, record.geoProximity))
        ? unverifiedTexts.geoLocationTaken(name, type, identifier)
        : undefined;
    case 'multivalue answer':
      return undefined;
  }
}

function sameLocation(left: RecordSet, right: RecordSet): boolean {
  return (
    left.geoLocation?.continentCode === right.geoLocation?.continentCode &&
    left.geoLocation?.countryCode === right.geoLocation?.countryCode &&
    left.geoLocation?.subdivisionCode === right.geoLocation?.subdivisionCode
  );
}
