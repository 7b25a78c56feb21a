// Things in one region that the sandbox does not manage itself but that its services check for: `sandbox seed` puts them in.
import type { RegionData } from '../../model.ts';

export interface NetworkStore {
  /** Subnet id to its availability zone and VPC. */
  subnets: Record<string, { availabilityZone: string; vpc: string }>;
  /** Security group id to its VPC. */
  securityGroups: Record<string, { vpc: string }>;
  vpcs: Record<string, Record<string, never>>;
  /** ARNs of certificates that a listener may name. */
  certificates: Record<string, Record<string, never>>;
}

export function emptyNetworkStore(): NetworkStore {
  return { subnets: {}, securityGroups: {}, vpcs: {}, certificates: {} };
}

/** A region's networks and certificates. */
export function networkOf(local: RegionData): NetworkStore {
  return local['network'] as NetworkStore;
}
