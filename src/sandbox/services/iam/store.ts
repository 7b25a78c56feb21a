// What IAM keeps of an account besides its alias: the roles that it is told to hold. Plain JSON.
import type { World, WorldData } from '../../model.ts';

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
  /** What it may do, as JSON; everything unless told. */
  readonly policy?: string | undefined;
}

export interface IamStore {
  /** By name: no two of an account have the same, whatever their paths. */
  roles: Record<string, Role>;
}

export function emptyIamStore(): IamStore {
  return { roles: {} };
}

/** An account's IAM. */
export function iamOf(data: WorldData): IamStore {
  return data['iam'] as IamStore;
}

/** An id such as IAM gives out: `AROA` or `AIDA` and 17 letters or digits; the same for the same ARN. */
export function principalId(prefix: 'AIDA' | 'AROA', arn: string): string {
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
export function roleArn(world: World, { name, path }: Pick<Role, 'name' | 'path'>): string {
  return `arn:aws:iam::${world.data.account}:role${path}${name}`;
}
