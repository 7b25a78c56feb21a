// What a target group needs of others: its network.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { TargetGroupSpec } from './schema.ts';

export function needsOf({ vpc }: TargetGroupSpec): readonly Need[] {
  return needs('vpc', [vpc]);
}
