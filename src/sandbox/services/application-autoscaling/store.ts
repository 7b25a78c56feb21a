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

/** A region's scalable targets and their policies. */
export function autoScalingOf(local: RegionData): AutoScalingStore {
  return local['application-autoscaling'] as AutoScalingStore;
}
