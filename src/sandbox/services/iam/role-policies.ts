// The policies of a role: its own, and managed ones that are attached to it.
import { AwsError, type Operation, type World } from '../../model.ts';
import { own } from '../../records.ts';
import { noSuchEntity, optionalText, pageOf, policyAt, policyNamed, roleNamed, textOf } from './find.ts';
import { readPolicy } from './policy.ts';
import { keepRole, type Role } from './store.ts';

/** [IAM quotas]: without white space, all of a role's together. */
const longestInline = 10_240;
const mostAttached = 10;

/** White space does not count. */
export function lengthOf(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}

const putRolePolicy: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const document = textOf(input, 'PolicyDocument');
  readPolicy(document, world.services);
  const inline = { ...role.inline, [textOf(input, 'PolicyName')]: document };
  const length = Object.values(inline).reduce((sum, each) => sum + lengthOf(each), 0);
  // Pasted: aws-amplify/amplify-backend#2615.
  if (length > longestInline) {
    const text = `Maximum policy size of ${String(longestInline)} bytes exceeded for role ${role.name}`;
    throw new AwsError('LimitExceeded', text, 409);
  }
  keepRole(world, { ...role, inline });
  return {};
};

function inlineOf(role: Role, name: string): string {
  const document = own(role.inline, name);
  // Recorded by LocalStack: test_iam_roles.py, test_role_inline_policy_lifecycle.
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return document;
}

const getRolePolicy: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const name = textOf(input, 'PolicyName');
  return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(inlineOf(role, name)) };
};

const deleteRolePolicy: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const name = textOf(input, 'PolicyName');
  inlineOf(role, name);
  keepRole(world, {
    ...role,
    inline: Object.fromEntries(Object.entries(role.inline ?? {}).filter(([key]) => key !== name)),
  });
  return {};
};

const listRolePolicies: Operation = (input, { world }) =>
  pageOf(Object.keys(roleNamed(world, input).inline ?? {}).toSorted(), input, 'PolicyNames');

const attachRolePolicy: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const arn = textOf(input, 'PolicyArn');
  // Recorded by LocalStack: test_iam.py, test_role_attach_policy.
  if (!arn.startsWith('arn:')) throw new AwsError('InvalidInput', `ARN ${arn} is not valid.`);
  policyNamed(world, arn, (name) => `Policy ${name} does not exist or is not attachable.`);
  const attached = [...new Set([...(role.attached ?? []), arn])];
  if (attached.length > mostAttached) {
    // Pasted: ministryofjustice/cloud-platform-environments#14118.
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${String(mostAttached)}`, 409);
  }
  keepRole(world, { ...role, attached });
  return {};
};

const detachRolePolicy: Operation = (input, { world }) => {
  const role = roleNamed(world, input);
  const arn = textOf(input, 'PolicyArn');
  if (role.attached?.includes(arn) !== true) throw noSuchEntity(`Policy ${arn} was not found.`);
  keepRole(world, { ...role, attached: role.attached.filter((each) => each !== arn) });
  return {};
};

const listAttachedRolePolicies: Operation = (input, { world }) => {
  const prefix = optionalText(input, 'PathPrefix') ?? '/';
  const attached = (roleNamed(world, input).attached ?? [])
    .filter((arn) => (policyAt(world, arn)?.path ?? '/').startsWith(prefix))
    .map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }));
  return pageOf(attached, input, 'AttachedPolicies');
};

/**
 * What a role's policies say together, as JSON; undefined where it may do everything: a role that was presumed, and of which
 * nothing was said.
 */
export function permissionsOf(world: World, role: Role): readonly string[] | undefined {
  const { attached = [], inline = {}, isCreated, policy } = role;
  const said = [
    ...(policy === undefined ? [] : [policy]),
    ...Object.values(inline),
    ...attached.flatMap((arn) => documentOf(world, arn) ?? []),
  ];
  return isCreated !== true && policy === undefined && Object.keys(inline).length + attached.length === 0
    ? undefined
    : said;
}

/** What a managed policy says now. */
export function documentOf(world: World, arn: string): string | undefined {
  const policy = policyAt(world, arn);
  return policy?.versions.find(({ id }) => id === policy.defaultVersion)?.document;
}

export const rolePolicyOperations = {
  AttachRolePolicy: attachRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListRolePolicies: listRolePolicies,
  PutRolePolicy: putRolePolicy,
} as const;
