// Things in one region that the sandbox does not manage itself but that its services check for: `sandbox seed` puts them
// in. Members with a question mark are absent in worlds of 0.1.0.
import type { RegionData } from '../../world-data.ts';

type Tagged = {
  /** None unless told. */
  tags?: Record<string, string>;
};

export interface SubnetRecord extends Tagged {
  availabilityZone: string;
  vpc: string;
  cidr?: string;
}

export interface SecurityGroupRecord extends Tagged {
  vpc: string;
  name?: string;
}

export interface VpcRecord extends Tagged {
  cidr?: string;
}

/** [ACM API, CertificateStatus] */
export const certificateStates = [
  'PENDING_VALIDATION',
  'ISSUED',
  'INACTIVE',
  'EXPIRED',
  'VALIDATION_TIMED_OUT',
  'REVOKED',
  'FAILED',
] as const;

export interface CertificateRecord extends Tagged {
  /** `ISSUED` unless told. */
  status?: (typeof certificateStates)[number];
  domain?: string;
  /** Instant from which it is `EXPIRED`; never unless told. */
  notAfter?: number;
}

export interface InterfaceRecord extends Tagged {
  subnet: string;
  securityGroups: string[];
  description: string;
  address: string;
}

export interface NetworkStore {
  /** By subnet id. */
  subnets: Record<string, SubnetRecord>;
  /** By security group id. */
  securityGroups: Record<string, SecurityGroupRecord>;
  /** By VPC id. */
  vpcs: Record<string, VpcRecord>;
  /** By ARN: what a listener may name. */
  certificates: Record<string, CertificateRecord>;
  /** By id: interfaces of nobody that the sandbox knows. */
  interfaces?: Record<string, InterfaceRecord>;
}

export function emptyNetworkStore(): NetworkStore {
  return { subnets: {}, securityGroups: {}, vpcs: {}, certificates: {} };
}

/** A region's networks and certificates. */
export function networkOf(local: RegionData): NetworkStore {
  return local['network'] as NetworkStore;
}

/** What ACM calls a certificate at an instant: one that was issued expires. */
export function certificateState(
  { notAfter, status = 'ISSUED' }: CertificateRecord,
  now: number,
): (typeof certificateStates)[number] {
  return status === 'ISSUED' && notAfter !== undefined && now >= notAfter ? 'EXPIRED' : status;
}

/** The security group that every VPC has, for what names none. */
export function defaultGroupOf(vpc: string): string {
  return `sg-default-${vpc.replace(/^vpc-/, '')}`;
}
