// What a look at load balancers takes.
import { callsFor, tagCalls } from '../kit/look-calls.ts';
import type { LoadBalancerSpec } from './schema.ts';

/** [ELB API, DescribeLoadBalancers] */
export const namesPerCall = 20;

/** Where one of several is missing, all are listed: 100 are a region's by its usual quotas, 400 go on a page. */
export function lookCalls(specs: readonly LoadBalancerSpec[]): Readonly<Record<string, number>> {
  const many = specs.length > 1 ? 1 : 0;
  return {
    'elbv2:DescribeLoadBalancers': callsFor(specs.length, namesPerCall) + many,
    'elbv2:DescribeLoadBalancerAttributes': specs.filter((each) => each.attributes !== undefined).length,
    'elbv2:DescribeCapacityReservation': specs.filter((each) => each.minimumLoadBalancerCapacity !== undefined).length,
    ...tagCalls(specs.length),
  };
}
