// A record as Terraform and CloudFormation know it: by zone, name, type and set identifier, which stay.
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { canonicalName } from '../../util/dns.ts';
import type { Owners, StatedPiece, TerraformAttributes, TerraformNeighbours } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, blocksIn, flagIn, numberIn, textIn, textsIn, told } from '../kit/terraform.ts';
import type { RecordSpec, RecordState } from './schema.ts';

export const owners: Owners<RecordSpec, RecordState> = {
  by: 'name',
  terraform: {
    resources: ['aws_route53_record'],
    pieceOf,
    // [AWS provider docs, aws_route53_record, "Import"]: `ZONEID_RECORDNAME_TYPE_SET-IDENTIFIER`.
    importId: ({ state: { description, zone } }) => {
      const { Name, SetIdentifier, Type } = description;
      if (Name === undefined || Type === undefined) return undefined;
      // Route 53 tells an asterisk as \052.
      const name = canonicalName(Name).replace(/^\\052/, '*');
      return [zone.id, name, Type, SetIdentifier ?? []].flat().join('_');
    },
  },
  // Its names stay, so nothing of it is ever imported.
  cloudFormation: { type: 'AWS::Route53::RecordSet' },
};

function pieceOf(
  attributes: TerraformAttributes,
  others: TerraformNeighbours,
): StatedPiece<RecordSpec, RecordState> | undefined {
  const id = textIn(attributes, 'zone_id');
  const type = textIn(attributes, 'type');
  const zone = id === undefined ? undefined : others.find(['aws_route53_zone'], 'zone_id', id);
  // A name may be written without its zone; `fqdn` is whole.
  const name = textIn(attributes, 'fqdn') ?? textIn(attributes, 'name');
  if (id === undefined || type === undefined || name === undefined) return undefined;
  const alias = blockIn(attributes, 'alias');
  const setIdentifier = textIn(attributes, 'set_identifier');
  const values = textsIn(attributes, 'records');
  const weight = numberIn(blockIn(attributes, 'weighted_routing_policy') ?? {}, 'weight');
  const place = blockIn(attributes, 'geolocation_routing_policy');
  const description = toJson({
    Name: name,
    Type: type,
    SetIdentifier: setIdentifier,
    TTL: alias === undefined ? numberIn(attributes, 'ttl') : undefined,
    // Texts longer than 255 characters stand between quotes, with `""` where they are split [AWS provider docs].
    ResourceRecords: values.length === 0 ? undefined : values.map((each) => ({ Value: valueOf(each, type) })),
    AliasTarget: alias && {
      DNSName: textIn(alias, 'name'),
      HostedZoneId: textIn(alias, 'zone_id'),
      EvaluateTargetHealth: flagIn(alias, 'evaluate_target_health') ?? false,
    },
    Weight: weight,
    Failover: textIn(blockIn(attributes, 'failover_routing_policy') ?? {}, 'type'),
    Region: textIn(blockIn(attributes, 'latency_routing_policy') ?? {}, 'region'),
    GeoLocation:
      place &&
      told({
        ContinentCode: textIn(place, 'continent'),
        CountryCode: textIn(place, 'country'),
        SubdivisionCode: textIn(place, 'subdivision'),
      }),
    GeoProximityLocation: nearOf(blockIn(attributes, 'geoproximity_routing_policy')),
    CidrRoutingConfig: blocksOf(blockIn(attributes, 'cidr_routing_policy')),
    MultiValueAnswer: flagIn(attributes, 'multivalue_answer_routing_policy') === true ? true : undefined,
    HealthCheckId: textIn(attributes, 'health_check_id'),
  }) as unknown as ResourceRecordSet;
  const spec = {
    zone: (zone && textIn(zone, 'name')) ?? id,
    name,
    type: type as RecordSpec['type'],
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
  };
  return { spec, state: { zone: { id, isPrivate: false }, description }, tags: undefined };
}

/** The provider writes texts without the quotes that Route 53 has around them. */
function valueOf(value: string, type: string): string {
  return type === 'TXT' || type === 'SPF' ? `"${value}"` : value;
}

function nearOf(block: TerraformAttributes | undefined): object | undefined {
  if (block === undefined) return undefined;
  const [coordinates] = blocksIn(block, 'coordinates');
  return told({
    AWSRegion: textIn(block, 'aws_region'),
    LocalZoneGroup: textIn(block, 'local_zone_group'),
    Bias: numberIn(block, 'bias'),
    Coordinates:
      coordinates && told({ Latitude: textIn(coordinates, 'latitude'), Longitude: textIn(coordinates, 'longitude') }),
  });
}

function blocksOf(block: TerraformAttributes | undefined): object | undefined {
  return block && told({ CollectionId: textIn(block, 'collection_id'), LocationName: textIn(block, 'location_name') });
}
