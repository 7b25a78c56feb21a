// Roles: presumed, created, told, changed, deleted.
import { z } from 'zod';
import { AwsError, timestamp, type Operation, type World } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedTags } from '../../presumable.ts';
import { own, put } from '../../records.ts';
import { optionalText, pageOf, roleNamed, tagsIn, textOf, toldTags, withinTagLimit } from './find.ts';
import { readPolicy, readTrust } from './policy.ts';
import { iamOf, keepRole, principalId, roleArn, type Role } from './store.ts';

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
    if (text !== undefined) readPolicy(text, world.services);
    const { roles } = iamOf(world.data);
    const known = own(roles, name);
    put(roles, name, {
      ...known,
      ...item,
      name,
      path,
      id: known?.id ?? principalId('AROA', roleArn(world, { name, path })),
      createdAt: known?.createdAt ?? world.clock.now(),
      description: known?.description ?? null,
      tags: tags ?? known?.tags ?? {},
      trusted: trusted ?? known?.trusted ?? 'ecs-tasks.amazonaws.com',
      maxSessionDuration: item.maxSessionDuration ?? known?.maxSessionDuration ?? 3_600,
      ...(text === undefined ? {} : { policy: text }),
    });
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
function trustOf({ externalId, trusted, trustPolicy, trusts }: Role, world: World): string {
  if (trustPolicy !== undefined) return encodeURIComponent(trustPolicy);
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

/**
 * In lists neither tags nor the last use are told [IAM API, ListRoles]. Of a new role its tags are told and no other setting, and
 * that there are no tags nowhere [LocalStack, recorded: test_iam_roles.py].
 */
function toldRole(role: Role, world: World, where: 'created' | 'listed' | 'told'): Readonly<Record<string, unknown>> {
  const tags = toldTags(role.tags);
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(world, role),
    CreateDate: timestamp(role.createdAt),
    AssumeRolePolicyDocument: trustOf(role, world),
    ...(where === 'created'
      ? {}
      : { Description: role.description ?? undefined, MaxSessionDuration: role.maxSessionDuration }),
    ...(where === 'listed' || tags.length === 0 ? {} : { Tags: tags }),
    ...(where === 'told' ? { RoleLastUsed: {} } : {}),
  };
}

const getRole: Operation = (input, { world }) => ({ Role: toldRole(roleNamed(world, input), world, 'told') });

const createRole: Operation = (input, { now, world }) => {
  const name = textOf(input, 'RoleName');
  const trusted = trustIn(textOf(input, 'AssumeRolePolicyDocument'), world);
  const { roles } = iamOf(world.data);
  // No two have the same name, whatever the case of its letters [IAM API, CreateRole].
  if (Object.keys(roles).some((each) => each.toLowerCase() === name.toLowerCase())) {
    // Pasted: terraform-aws-modules/terraform-aws-ecs#363.
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  }
  const path = optionalText(input, 'Path') ?? '/';
  const role: Role = {
    ...{ name, path, ...trusted, createdAt: now, isCreated: true },
    // Another one than that of a role of the same name before it.
    id: principalId('AROA', `${roleArn(world, { name, path })} ${world.hex(8)}`),
    description: optionalText(input, 'Description') ?? null,
    tags: withinTagLimit(tagsIn(input)),
    trusted: 'nobody',
    maxSessionDuration: Number(input['MaxSessionDuration'] ?? 3_600),
  };
  keepRole(world, role);
  return { Role: toldRole(role, world, 'created') };
};

/**
 * Roles are trusted as they are now: one that is made anew under the same name is another one [IAM user guide, "Principal"].
 * Pasted: kubeflow/dashboard#29.
 */
function trustIn(text: string, world: World): Pick<Role, 'trustPolicy' | 'trustedIds'> {
  const principals = readTrust(text, world.services).flatMap(({ Principal }) => Principal?.AWS ?? []);
  const length = text.replaceAll(/\s/g, '').length;
  if (length > 2_048) throw new AwsError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048', 409);
  const roles = Object.values(iamOf(world.data).roles).map((role) => [roleArn(world, role), role.id] as const);
  const trustedIds = Object.fromEntries(roles.filter(([arn]) => principals.includes(arn)));
  return { trustPolicy: text, trustedIds };
}

const updateAssumeRolePolicy: Operation = (input, { world }) => {
  keepRole(world, { ...roleNamed(world, input), ...trustIn(textOf(input, 'PolicyDocument'), world) });
  return {};
};

const updateRole: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  keepRole(world, {
    ...role,
    description: optionalText(input, 'Description') ?? role.description,
    maxSessionDuration: Number(input['MaxSessionDuration'] ?? role.maxSessionDuration),
  });
  return {};
};

/** Texts pasted: ansible/ansible#22832, ekristen/aws-nuke#203. */
const deleteRole: Operation = (input, { world }) => {
  const { attached = [], inline = {}, name } = roleNamed(world, input);
  if (attached.length > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
  }
  if (Object.keys(inline).length > 0) {
    throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  }
  loseFrom(iamOf(world.data).roles, name);
  return {};
};

const listRoles: Operation = (input, { world }) => {
  const prefix = optionalText(input, 'PathPrefix') ?? '/';
  const roles = Object.values(iamOf(world.data).roles)
    .filter(({ path }) => path.startsWith(prefix))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return pageOf(
    roles.map((role) => toldRole(role, world, 'listed')),
    input,
    'Roles',
  );
};

const tagRole: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  keepRole(world, { ...role, tags: withinTagLimit({ ...role.tags, ...tagsIn(input) }) });
  return {};
};

const untagRole: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const gone = new Set(Array.isArray(input['TagKeys']) ? input['TagKeys'] : []);
  keepRole(world, { ...role, tags: Object.fromEntries(Object.entries(role.tags).filter(([key]) => !gone.has(key))) });
  return {};
};

const listRoleTags: Operation = (input, { world }) => pageOf(toldTags(roleNamed(world, input).tags), input, 'Tags');

/** None: they are EC2's to use. */
const listInstanceProfilesForRole: Operation = (input, { world }) => {
  roleNamed(world, input);
  return { InstanceProfiles: [], IsTruncated: false };
};

export const roleOperations = {
  CreateRole: createRole,
  DeleteRole: deleteRole,
  GetRole: getRole,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListRoles: listRoles,
  ListRoleTags: listRoleTags,
  TagRole: tagRole,
  UntagRole: untagRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
} as const;
