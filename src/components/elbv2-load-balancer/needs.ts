// What a load balancer needs of others: its network.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { LoadBalancerSpec } from './schema.ts';

export function needsOf({ securityGroups = [], subnets = [] }: LoadBalancerSpec): readonly Need[] {
  return [...needs('subnet', subnets), ...needs('security-group', securityGroups)];
}
