// What one region's Application Auto Scaling holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

export interface ScalableTargetRecord {
  readonly arn: string;
  readonly namespace: string;
  readonly resource: string;
  readonly dimension: string;
  min: number;
  max: number;
  role: string;
  suspended: Record<string, boolean>;
  createdAt: number;
  tags: Record<string, string>;
}

export interface ScalingPolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly namespace: string;
  readonly resource: string;
  readonly dimension: string;
  type: string;
  /** The configuration of its type, as it was given. */
  configuration: Record<string, unknown>;
  alarms: { name: string; arn: string }[];
  createdAt: number;
}

export interface AutoScalingStore {
  /** By `<namespace> <resource> <dimension>`. */
  targets: Record<string, ScalableTargetRecord>;
  /** By ARN. */
  policies: Record<string, ScalingPolicyRecord>;
}

export function emptyAutoScalingStore(): AutoScalingStore {
  return { targets: {}, policies: {} };
}

/** A resource that its own service deletes takes what scales it with it: its targets and their policies. */
export function loseScalingOf(local: RegionData, namespace: string, resource: string): void {
  const store = autoScalingOf(local);
  const stays = ([, each]: [string, { namespace: string; resource: string }]): boolean =>
    each.namespace !== namespace || each.resource !== resource;
  store.targets = Object.fromEntries(Object.entries(store.targets).filter(stays));
  store.policies = Object.fromEntries(Object.entries(store.policies).filter(stays));
}

/** A region's scalable targets and their policies. */
export function autoScalingOf(local: RegionData): AutoScalingStore {
  return local['application-autoscaling'] as AutoScalingStore;
}
