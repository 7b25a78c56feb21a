// The checks of a load balancer's subnets and security groups against the network the world was seeded with.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { defaultGroupOf, networkOf } from '../network/store.ts';
import { invalid, recordsOf, requiredText, textsOf } from './input.ts';
import type { LoadBalancerRecord, LoadBalancerType } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** `Subnets` or `SubnetMappings`, by id, with the address that each asks for; undefined when neither is given. */
function placesOf(input: Input): Map<string, Record<string, string>> | undefined {
  const plain = textsOf(input, 'Subnets');
  if (plain !== undefined && recordsOf(input, 'SubnetMappings') !== undefined)
    throw invalid(unverifiedTexts.subnetsTwice);
  if (plain !== undefined) return new Map(plain.map((id) => [id, {}]));
  return recordsOf(input, 'SubnetMappings') === undefined
    ? undefined
    : new Map(
        recordsOf(input, 'SubnetMappings')?.map((item) => {
          const address = Object.fromEntries(
            Object.entries(item as Record<string, string>).filter(([name]) => name !== 'SubnetId'),
          );
          return [requiredText(item, 'SubnetId'), address];
        }),
      );
}

export function placement(
  local: RegionData,
  type: LoadBalancerType,
  input: Input,
): { vpc: string; subnets: LoadBalancerRecord['subnets'] } {
  const places = placesOf(input) ?? new Map<string, Record<string, string>>();
  const ids = [...places.keys()];
  if (ids.length === 0) throw invalid('You must specify either subnets or subnet mappings');
  const subnets: LoadBalancerRecord['subnets'] = [];
  const zones = new Set<string>();
  let vpc: string | undefined;
  for (const id of ids) {
    const subnet = networkOf(local).subnets[id];
    if (subnet === undefined) throw new AwsError('SubnetNotFound', unverifiedTexts.subnetNotFound(id));
    vpc ??= subnet.vpc;
    if (subnet.vpc !== vpc) throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.subnetVpc);
    if (zones.has(subnet.availabilityZone)) {
      // Two subnets of one zone alone are refused for the number of zones, as the pasted errors show.
      if (type === 'application' && ids.length === 2) throw twoZonesNeeded();
      throw new AwsError('InvalidConfigurationRequest', sharedZone);
    }
    zones.add(subnet.availabilityZone);
    const address = places.get(id) ?? {};
    if (type === 'application' && Object.keys(address).length > 0) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.addressOfApplication);
    }
    subnets.push({
      subnet: id,
      zone: subnet.availabilityZone,
      ...(Object.keys(address).length === 0 ? {} : { address }),
    });
  }
  if (type === 'application' && zones.size < 2) throw twoZonesNeeded();
  return { vpc: vpc ?? '', subnets: subnets.sort((a, b) => a.zone.localeCompare(b.zone)) };
}

/** [robertdebock/terraform-aws-vault#5, coldbrewcloud/coldbrew-cli#44] */
const sharedZone = 'A load balancer cannot be attached to multiple subnets in the same Availability Zone';

function twoZonesNeeded(): AwsError {
  return invalid('At least two subnets in two different Availability Zones must be specified');
}

/** The text for a group of another VPC: [pulumi/pulumi-awsx#816]. An application load balancer without groups gets its VPC's default one, which every VPC has, a network load balancer none. */
export function securityGroups(local: RegionData, type: LoadBalancerType, vpc: string, input: Input): string[] {
  const ids = [...new Set(textsOf(input, 'SecurityGroups') ?? [])];
  for (const id of ids) {
    if (id === defaultGroupOf(vpc)) continue;
    const group = networkOf(local).securityGroups[id];
    if (group === undefined) throw new AwsError('InvalidSecurityGroup', unverifiedTexts.securityGroupNotFound(id));
    if (group.vpc !== vpc)
      throw new AwsError('InvalidConfigurationRequest', `Security group '${id}' does not belong to VPC '${vpc}'`);
  }
  return ids.length > 0 || type === 'network' ? ids : [defaultGroupOf(vpc)];
}
