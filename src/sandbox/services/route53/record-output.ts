// A resource record set as answers carry it.
import type { Output } from '../../model.ts';
import type { RecordSet } from './store.ts';

export function recordOutput(record: RecordSet): Output {
  const { alias, geoLocation, geoProximity } = record;
  return {
    Name: record.name,
    Type: record.type,
    SetIdentifier: record.setIdentifier,
    Weight: record.weight,
    Region: record.region,
    GeoLocation: geoLocation && {
      ContinentCode: geoLocation.continentCode,
      CountryCode: geoLocation.countryCode,
      SubdivisionCode: geoLocation.subdivisionCode,
    },
    GeoProximityLocation: geoProximity && {
      AWSRegion: geoProximity.region,
      LocalZoneGroup: geoProximity.localZoneGroup,
      Coordinates:
        geoProximity.latitude === undefined
          ? undefined
          : { Latitude: geoProximity.latitude, Longitude: geoProximity.longitude },
      Bias: geoProximity.bias,
    },
    Failover: record.failover,
    MultiValueAnswer: record.multiValueAnswer,
    TTL: record.ttl,
    ResourceRecords: record.values?.map((value) => ({ Value: value })),
    AliasTarget: alias && {
      HostedZoneId: alias.hostedZoneId,
      DNSName: alias.dnsName,
      EvaluateTargetHealth: alias.evaluateTargetHealth,
    },
    HealthCheckId: record.healthCheckId,
  };
}
