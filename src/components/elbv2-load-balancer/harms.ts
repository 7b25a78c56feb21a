// What an update does to those who are served through a load balancer.
import { takenAway } from '../kit/harms.ts';
import type { Difference, Harm } from '../contract.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

export function harms(
  { name }: LoadBalancerSpec,
  _state: LoadBalancerState,
  differences: readonly Difference[],
): readonly Harm[] {
  return differences.flatMap((each) =>
    ['subnets', 'subnetMappings', 'securityGroups'].includes(each.path) ? takenAway(each, `load balancer ${name}`) : [],
  );
}
