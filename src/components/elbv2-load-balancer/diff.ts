import type { Difference } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { field, namedEntries, said, unordered } from '../kit/compare.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { balancerPart, keys } from './parts.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';
import { enforcement, settingsOf } from './settings.ts';
import { mappingsOf, subnetsSaid } from './subnets.ts';

export function diff(spec: LoadBalancerSpec, state: LoadBalancerState): readonly Difference[] {
  return [
    ...field('type', spec.type, state.type),
    ...field('scheme', spec.scheme, state.scheme),
    ...unordered(spec.subnets === undefined ? 'subnetMappings' : 'subnets', subnetsSaid(spec), state.subnets),
    ...mappingDifferences(spec, state),
    ...unordered('securityGroups', spec.securityGroups, state.securityGroups),
    ...field(
      enforcement,
      spec[enforcement],
      memberOf(state.description, 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'),
    ),
    ...field('ipAddressType', spec.ipAddressType, state.ipAddressType),
    ...saidDiff(balancerPart, '', spec, settingsOf(state), keys),
    ...field(
      'minimumLoadBalancerCapacity.capacityUnits',
      spec.minimumLoadBalancerCapacity?.capacityUnits,
      state.capacityUnits,
    ),
    ...namedEntries('attributes', spec.attributes, state.attributes),
  ];
}

/** By subnet; one of which the spec says nothing stays, and of a subnet that is to go nothing is fixed. */
function mappingDifferences(spec: LoadBalancerSpec, state: LoadBalancerState): readonly Difference[] {
  const there = mappingsOf(state);
  return (spec.subnetMappings ?? []).flatMap((wanted, index) => {
    const { subnetId } = wanted;
    // Of a subnet that is yet to come or is to go, the list of subnets tells.
    if (spec.subnets?.includes(subnetId) === false || !state.subnets.includes(subnetId)) return [];
    const path = `subnetMappings[${index}]`;
    return said(path, wanted, there.find((each) => each.subnetId === subnetId) ?? { subnetId });
  });
}
