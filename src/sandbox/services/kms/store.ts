// What one region's KMS holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

/** [KMS API, KeyState] */
export const keyStates = [
  'Creating',
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
  'Updating',
] as const;

export interface KeyRecord {
  readonly id: string;
  state: (typeof keyStates)[number];
  createdAt: number;
  tags: Record<string, string>;
}

export interface KmsStore {
  /** By id. */
  keys: Record<string, KeyRecord>;
  /** `alias/<name>` to the id of its key. */
  aliases: Record<string, string>;
}

export function emptyKmsStore(): KmsStore {
  return { keys: {}, aliases: {} };
}

/** A region's keys. */
export function kmsOf(local: RegionData): KmsStore {
  return local['kms'] as KmsStore;
}
