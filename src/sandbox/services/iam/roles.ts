// Roles: presumed, and told by GetRole.
import { z } from 'zod';
import { fixedLetters } from '../../fixed-id.ts';
import { AwsError, timestamp, type Operation } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedTags } from '../../presumable.ts';
import { iamOf, type RoleRecord } from './store.ts';

/** By ARN or name. A role of another account is not this IAM's to tell of, and nothing is put in for it. */
export const presumedRole = presumable(
  'role',
  { role: presumedArn, trusted: z.string().min(1).optional(), tags: presumedTags },
  (world, item) => {
    const { account, name, path } = roleName(item.role);
    if (account !== undefined && account !== world.data.account) return;
    const { roles } = iamOf(world.data);
    const known = roles[name];
    roles[name] = {
      arn: `arn:aws:iam::${world.data.account}:role${path}${name}`,
      name,
      path,
      createdAt: known?.createdAt ?? world.clock.now(),
      description: known?.description ?? null,
      tags: item.tags ?? known?.tags ?? {},
      trusted: item.trusted ?? known?.trusted ?? 'ecs-tasks.amazonaws.com',
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

function trustOf({ trusted }: RoleRecord): string {
  const statement = { Effect: 'Allow', Principal: { Service: trusted }, Action: 'sts:AssumeRole' };
  // IAM answers with policies that are percent-encoded [IAM API, Role].
  return encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
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
      RoleId: `AROA${fixedLetters(role.arn, 17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
      Arn: role.arn,
      CreateDate: timestamp(role.createdAt),
      AssumeRolePolicyDocument: trustOf(role),
      Description: role.description ?? undefined,
      MaxSessionDuration: 3_600,
      Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
      RoleLastUsed: {},
    },
  };
};
