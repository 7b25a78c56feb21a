// Subnets of a load balancer: `subnets` tells which there are, `subnetMappings` what is fixed in some of them; alone, these tell
// both. AWS takes one of both, and tells the addresses with the zones.
import type { Json } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { toInput } from '../kit/members/input.ts';
import { mappingPart } from './parts.ts';
import type { LoadBalancerSpec, LoadBalancerState, SubnetMappingSpec } from './schema.ts';

/** All subnets that a spec wants; undefined where it says nothing of them. */
export function subnetsSaid({ subnetMappings, subnets }: LoadBalancerSpec): readonly string[] | undefined {
  return subnets ?? subnetMappings?.map((each) => each.subnetId);
}

/** A spec that says which subnets there are, as a description of the piece does. */
export function plainly(spec: LoadBalancerSpec): LoadBalancerSpec {
  const subnets = subnetsSaid(spec);
  return subnets === undefined ? spec : { ...spec, subnets: [...subnets] };
}

/** What is fixed in a load balancer's subnets, as AWS tells it; a subnet in which nothing is has no entry. */
export function mappingsOf({ description }: Pick<LoadBalancerState, 'description'>): readonly SubnetMappingSpec[] {
  const zones = memberOf(description, 'AvailabilityZones');
  return (Array.isArray(zones) ? zones : []).flatMap((zone: Json) => {
    const mapping = mappingOf(zone);
    return Object.keys(mapping).length > 1 ? [mapping] : [];
  });
}

/** A network load balancer has one address of each kind in a zone [ELB API, LoadBalancerAddress]. */
function mappingOf(zone: Json): SubnetMappingSpec {
  const addresses = memberOf(zone, 'LoadBalancerAddresses');
  const prefixes = memberOf(zone, 'SourceNatIpv6Prefixes');
  const found: Record<string, unknown> = {};
  for (const address of Array.isArray(addresses) ? addresses : []) {
    if (isMap(address)) Object.assign(found, address);
  }
  const { AllocationId, IPv6Address, PrivateIPv4Address } = found;
  const told = {
    subnetId: memberOf(zone, 'SubnetId'),
    allocationId: AllocationId,
    ipv6Address: IPv6Address,
    privateIPv4Address: PrivateIPv4Address,
    sourceNatIpv6Prefix: Array.isArray(prefixes) ? (prefixes as readonly unknown[])[0] : found['SourceNatIpv6Prefix'],
  };
  return Object.fromEntries(
    Object.entries(told).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as SubnetMappingSpec;
}

/**
 * `Subnets` or `SubnetMappings` of AWS's input: those of the spec, or where it names none, those that are there.
 *
 * @param state of a load balancer that is there: what is fixed in its subnets stays unless the spec says otherwise
 */
export function placesOf(
  spec: LoadBalancerSpec,
  state?: Pick<LoadBalancerState, 'subnets' | 'description'>,
): { readonly Subnets?: string[]; readonly SubnetMappings?: Record<string, unknown>[] } {
  const there = state === undefined ? [] : mappingsOf(state);
  const mappings = (subnetsSaid(spec) ?? state?.subnets ?? []).map((subnetId) => ({
    ...there.find((each) => each.subnetId === subnetId),
    ...spec.subnetMappings?.find((each) => each.subnetId === subnetId),
    subnetId,
  }));
  if (mappings.every((each) => Object.keys(each).length === 1))
    return { Subnets: mappings.map((each) => each.subnetId) };
  return { SubnetMappings: mappings.map((each) => toInput(mappingPart, each)) };
}
