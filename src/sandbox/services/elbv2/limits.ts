// Quotas as the service's documentation names them, enforced at create and told by DescribeAccountLimits.
import { AwsError } from '../../model.ts';
import type { Input, Output } from '../../model.ts';
import { pageOf } from './input.ts';
import { unverifiedTexts } from './unverified.ts';

export const limits = {
  'application-load-balancers': 50,
  'network-load-balancers': 50,
  'target-groups': 3000,
  'listeners-per-application-load-balancer': 50,
  'listeners-per-network-load-balancer': 50,
  'rules-per-application-load-balancer': 100,
  'target-groups-per-application-load-balancer': 100,
  'target-groups-per-action-on-application-load-balancer': 5,
  'target-groups-per-action-on-network-load-balancer': 1,
  'targets-per-application-load-balancer': 1000,
  'targets-per-target-group': 1000,
  'certificates-per-application-load-balancer': 25,
  'condition-values-per-alb-rule': 5,
} as const;

/** Refuses one more of what a quota counts. */
export function atMost(limit: keyof typeof limits, count: number, code: string): void {
  if (count > limits[limit]) throw new AwsError(code, unverifiedTexts.tooMany(limit, limits[limit]));
}

export function describeAccountLimits(input: Input): Output {
  const all = Object.entries(limits).map(([Name, Max]) => ({ Name, Max: String(Max) }));
  const page = pageOf(all, (limit) => limit.Name, input);
  return { Limits: page.items, NextMarker: page.next };
}
