// What a load balancer needs of others: its network.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { LoadBalancerSpec } from './schema.ts';
import { subnetsSaid } from './subnets.ts';

export function needsOf(spec: LoadBalancerSpec): readonly Need[] {
  return [...needs('subnet', subnetsSaid(spec) ?? []), ...needs('security-group', spec.securityGroups ?? [])];
}
