import type { Difference } from '../contract.ts';
import { field, namedEntries, unordered } from '../kit/compare.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

export function diff(spec: LoadBalancerSpec, state: LoadBalancerState): readonly Difference[] {
  return [
    ...field('type', spec.type, state.type),
    ...field('scheme', spec.scheme, state.scheme),
    ...unordered('subnets', spec.subnets, state.subnets),
    ...unordered('securityGroups', spec.securityGroups, state.securityGroups),
    ...field('ipAddressType', spec.ipAddressType, state.ipAddressType),
    ...namedEntries('attributes', spec.attributes, state.attributes),
  ];
}
