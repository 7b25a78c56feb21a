// Roles: presumed, told by GetRole, assumed through STS.
import { z } from 'zod';
import { AwsError, timestamp, type Operation, type World } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedTags } from '../../presumable.ts';
import { readPolicy } from './policy.ts';
import { iamOf, principalId, roleArn, type Role } from './store.ts';

/** `123456789012`, `arn:aws:iam::123456789012:user/*`, `*`. */
const callerPattern = z.string().regex(/^(\d{12}|\*|arn:[!-~]+)$/, 'an ARN or an account id');

/**
 * By ARN or name. A role of another account is not this IAM's to tell of, and nothing is put in for it. `trusted`: the AWS
 * service that may assume it; `trusts`: callers that may.
 */
export const presumedRole = presumable(
  'role',
  {
    role: presumedArn,
    trusted: z.string().min(1).optional(),
    tags: presumedTags,
    maxSessionDuration: z.int().min(3_600).max(43_200).optional(),
    externalId: z.string().min(2).max(1_224).optional(),
    trusts: z.array(callerPattern).min(1).optional(),
    policy: z.record(z.string(), z.unknown()).optional(),
  },
  (world, { policy, role, tags, trusted, ...item }) => {
    const { account, name, path } = roleName(role);
    if (account !== undefined && account !== world.data.account) return;
    const text = policy === undefined ? undefined : JSON.stringify(policy);
    if (text !== undefined) readPolicy(text);
    const { roles } = iamOf(world.data);
    const known = Object.hasOwn(roles, name) ? roles[name] : undefined;
    roles[name] = {
      ...known,
      ...item,
      name,
      path,
      id: principalId('AROA', roleArn(world, { name, path })),
      createdAt: known?.createdAt ?? world.clock.now(),
      description: known?.description ?? null,
      tags: tags ?? known?.tags ?? {},
      trusted: trusted ?? known?.trusted ?? 'ecs-tasks.amazonaws.com',
      maxSessionDuration: item.maxSessionDuration ?? known?.maxSessionDuration ?? 3_600,
      ...(text === undefined ? {} : { policy: text }),
    };
  },
  (world, id) => loseFrom(iamOf(world.data).roles, roleName(id).name),
);

/** `arn:aws:iam::<account>:role/<path>/<name>`, or a name alone. */
function roleName(role: string): { readonly account?: string; readonly name: string; readonly path: string } {
  const [, account, path = '/', name] = /^arn:[^:]*:iam::(\d{12}):role(\/(?:.*\/)?)([^/]+)$/.exec(role) ?? [];
  if (account === undefined || name === undefined) {
    if (!/^[\w+=,.@-]{1,64}$/.test(role)) throw new Error(`${JSON.stringify(role)} is no role: an ARN or a name`);
    return { name: role, path: '/' };
  }
  return { account, name, path };
}

/** Who may assume it, as IAM tells a policy: percent-encoded [IAM API, Role]. */
function trustOf({ externalId, trusted, trusts }: Role, world: World): string {
  const services = { Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' };
  const callers =
    trusts === undefined && externalId === undefined
      ? []
      : [
          {
            Effect: 'Allow',
            Principal: { AWS: trusts ?? world.data.account },
            Action: 'sts:AssumeRole',
            ...(externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
          },
        ];
  return encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [services, ...callers] }));
}

export const getRole: Operation = (input, { world }) => {
  const name = String(input['RoleName']);
  const { roles } = iamOf(world.data);
  const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return {
    Role: {
      Path: role.path,
      RoleName: role.name,
      RoleId: role.id,
      Arn: roleArn(world, role),
      CreateDate: timestamp(role.createdAt),
      AssumeRolePolicyDocument: trustOf(role, world),
      Description: role.description ?? undefined,
      MaxSessionDuration: role.maxSessionDuration,
      Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
      RoleLastUsed: {},
    },
  };
};
