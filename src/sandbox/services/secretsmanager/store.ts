// What one region's Secrets Manager holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  /** The one version there is, or null for a secret without a value. */
  version: { id: string; value: string; createdAt: number } | null;
  description: string | null;
  createdAt: number;
  /** When it was scheduled for deletion; null while it is not. */
  deletedAt: number | null;
  tags: Record<string, string>;
}

export interface SecretsStore {
  /** By name. */
  secrets: Record<string, SecretRecord>;
}

export function emptySecretsStore(): SecretsStore {
  return { secrets: {} };
}

/** A region's secrets. */
export function secretsOf(local: RegionData): SecretsStore {
  return local['secretsmanager'] as SecretsStore;
}

/**
 * The secret that a name or an ARN means; an ARN may lack its last seven characters [Secrets Manager API, SecretId].
 *
 * @param id without what a task definition adds to an ARN (`:key:stage:version`)
 */
export function secretNamed(local: RegionData, id: string): SecretRecord | undefined {
  const { secrets } = secretsOf(local);
  if (!id.startsWith('arn:')) return Object.hasOwn(secrets, id) ? secrets[id] : undefined;
  return Object.values(secrets).find(({ arn }) => arn === id || arn.slice(0, -7) === id);
}
