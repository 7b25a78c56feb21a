// What a service needs of others: its tasks' network. What its tasks need is their definition's.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { ServiceSpec } from './schema.ts';

export function needsOf({ network }: ServiceSpec): readonly Need[] {
  return [...needs('subnet', network?.subnets ?? []), ...needs('security-group', network?.securityGroups ?? [])];
}
