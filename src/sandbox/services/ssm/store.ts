// What one region's Parameter Store holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

/** What each version has of its own. */
export interface VersionRecord {
  type: ParameterType;
  /** In the clear: the world is an AWS account in a file. */
  value: string;
  /** What is told of a SecureString without decryption; null for other types. */
  ciphertext: string | null;
  /** Null unless it is a SecureString. */
  keyId: string | null;
  tier: 'Standard' | 'Advanced';
  description: string | null;
  allowedPattern: string | null;
  dataType: string;
  policies: readonly PolicyRecord[];
  version: number;
  modifiedAt: number;
  modifiedBy: string;
}

/** A parameter with its current version. */
export interface ParameterRecord extends VersionRecord {
  readonly name: string;
  tags: Record<string, string>;
  /** Versions before the current one, the oldest first. Absent in worlds of earlier versions, as `labels` is. */
  history?: readonly VersionRecord[];
  /** The version that each label stands for. */
  labels?: Readonly<Record<string, number>>;
}

export const parameterTypes = ['String', 'StringList', 'SecureString'] as const;
export type ParameterType = (typeof parameterTypes)[number];

export interface PolicyRecord {
  readonly type: string;
  /** JSON. */
  readonly text: string;
}

export interface SsmStore {
  parameters: Record<string, ParameterRecord>;
  /** Ids of KMS keys that are disabled. */
  disabledKeys: string[];
}

export function emptySsmStore(): SsmStore {
  return { parameters: {}, disabledKeys: [] };
}

/** A region's Parameter Store. */
export function ssmOf(local: RegionData): SsmStore {
  return local['ssm'] as SsmStore;
}
