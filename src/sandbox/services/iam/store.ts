// What IAM holds besides the account's alias. Plain JSON.
import type { WorldData } from '../../model.ts';

export interface RoleRecord {
  readonly arn: string;
  readonly name: string;
  /** `/`, or with names between slashes. */
  readonly path: string;
  createdAt: number;
  description: string | null;
  tags: Record<string, string>;
  /** Who may assume it: an AWS service's principal. */
  trusted: string;
}

export interface IamStore {
  /** By name: no two of an account have the same, whatever their paths. */
  roles: Record<string, RoleRecord>;
}

export function emptyIamStore(): IamStore {
  return { roles: {} };
}

/** The account's roles. */
export function iamOf(data: WorldData): IamStore {
  return data['iam'] as IamStore;
}
