// What IAM keeps of an account besides its alias: roles and policies. Plain JSON.
import type { World } from '../../model.ts';
import type { WorldData } from '../../world-data.ts';
import { own, put } from '../../records.ts';

export interface Role {
  readonly name: string;
  /** With a slash at both ends. */
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** The AWS service that may assume it: `ecs-tasks.amazonaws.com`. */
  readonly trusted: string;
  /** Seconds, 3,600 to 43,200. */
  readonly maxSessionDuration: number;
  /** What a caller has to say; undefined when nothing. */
  readonly externalId?: string | undefined;
  /** ARNs or account ids that may assume it, with `*` for any letters; anybody unless told. */
  readonly trusts?: readonly string[] | undefined;
  /** What it may do, as JSON; everything unless told, for one that was presumed. */
  readonly policy?: string | undefined;
  /** Who may assume it, as JSON, where a call said so: it decides in place of what was presumed. */
  readonly trustPolicy?: string | undefined;
  /** Roles of the account that this policy names, as they were when it was written: ids by ARN. */
  readonly trustedIds?: Readonly<Record<string, string>> | undefined;
  /** Of one that a call created: it may do what its policies say, and nothing without them. */
  readonly isCreated?: boolean | undefined;
  /** Its own policies by name, as JSON. */
  readonly inline?: Readonly<Record<string, string>> | undefined;
  /** ARNs of managed policies, in the order in which they came. */
  readonly attached?: readonly string[] | undefined;
}

export interface PolicyVersion {
  readonly id: string;
  /** JSON. */
  readonly document: string;
  readonly createdAt: number;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly description: string | null;
  tags: Readonly<Record<string, string>>;
  /** Newest last. */
  versions: readonly PolicyVersion[];
  defaultVersion: string;
  /** Numbers are never given twice. */
  lastVersion: number;
}

export interface IamStore {
  /** By name: no two of an account have the same, whatever their paths. */
  roles: Record<string, Role>;
  /** By ARN; absent in worlds that are older than it. */
  policies?: Record<string, ManagedPolicy>;
}

export function emptyIamStore(): IamStore {
  return { roles: {}, policies: {} };
}

/** An account's IAM. */
export function iamOf(data: WorldData): IamStore {
  return data['iam'] as IamStore;
}

export function keepRole(world: World, role: Role): void {
  put(iamOf(world.data).roles, role.name, role);
}

export function policiesOf(data: WorldData): Readonly<Record<string, ManagedPolicy>> {
  return iamOf(data).policies ?? {};
}

export function keepPolicy(data: WorldData, policy: ManagedPolicy): void {
  (iamOf(data).policies ??= {})[policy.arn] = policy;
}

/** An id such as IAM gives out: `AROA` or `AIDA` and 17 letters or digits; the same for the same ARN. */
export function principalId(prefix: 'AIDA' | 'AROA' | 'ANPA', arn: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = 0x811c9dc5;
  let id: string = prefix;
  for (let index = 0; index < 17; index += 1) {
    for (const character of `${String(index)}${arn}`)
      bits = Math.imul(bits ^ character.charCodeAt(0), 0x01000193) >>> 0;
    id += letters.charAt(bits >>> 27);
  }
  return id;
}

/** @param name with its path: `/ops/deployer` and `deployer` are both told */
export function roleArn(world: Pick<World, 'data'>, { name, path }: Pick<Role, 'name' | 'path'>): string {
  return `arn:aws:iam::${world.data.account}:role${path}${name}`;
}

/** The ARN of a role that is named by ARN or name; its own path, or the one that is told. */
export function arnOfRole(data: WorldData, role: string, path?: string): string {
  if (role.startsWith('arn:')) return role;
  const { roles } = iamOf(data);
  return roleArn({ data }, { name: role, path: path ?? own(roles, role)?.path ?? '/' });
}
