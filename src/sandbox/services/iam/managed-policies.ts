// Managed policies and their versions: the account's own, which calls make, and those that were presumed.
import { z } from 'zod';
import { AwsError, timestamp, type Operation, type World } from '../../model.ts';
import { loseFrom, presumable, presumedArn } from '../../presumable.ts';
import { awsManaged } from './aws-managed.ts';
import {
  noSuchEntity,
  optionalText,
  pageOf,
  policyAt,
  policyNamed,
  tagsIn,
  textOf,
  toldTags,
  withinTagLimit,
} from './find.ts';
import { currentVersion } from './policy-form.ts';
import { readPolicy } from './policy.ts';
import { lengthOf } from './role-policies.ts';
import { iamOf, keepPolicy, policiesOf, principalId, type ManagedPolicy, type PolicyVersion } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const mostVersions = 5;
/** [IAM quotas] */
const longestManaged = 6_144;

/** One of AWS's that is not among those the sandbox knows, or one that is there from the start. */
export const presumedPolicy = presumable(
  'policy',
  { policy: presumedArn, document: z.record(z.string(), z.unknown()) },
  (world, { document, policy: arn }) => {
    const [, owner, path, name] = /^arn:aws:iam::(aws|\d{12}):policy(\/(?:.*\/)?)([\w+=,.@-]+)$/.exec(arn) ?? [];
    if (owner === undefined || path === undefined || name === undefined) {
      throw new Error(`${JSON.stringify(arn)} is no managed policy: arn:aws:iam::<account, or aws>:policy/<name>`);
    }
    if (owner !== 'aws' && owner !== world.data.account) return;
    const text = JSON.stringify(document);
    readPolicy(text, world.services);
    const now = policiesOf(world.data)[arn]?.createdAt ?? world.clock.now();
    keepPolicy(world.data, begun(arn, path, name, text, now));
  },
  (world, id) => loseFrom((iamOf(world.data).policies ??= {}), id),
);

function begun(arn: string, path: string, name: string, document: string, now: number): ManagedPolicy {
  return {
    ...{ arn, path, name, createdAt: now, updatedAt: now, description: null, tags: {} },
    id: principalId('ANPA', arn),
    versions: [{ id: 'v1', document, createdAt: now }],
    ...{ defaultVersion: 'v1', lastVersion: 1 },
  };
}

function entitiesOf(world: World, arn: string) {
  return Object.values(iamOf(world.data).roles).filter(({ attached }) => attached?.includes(arn));
}

/**
 * In lists neither description nor tags are told [IAM API, Policy]; a new policy's tags only where it has some, and that it has
 * none is told by GetPolicy [LocalStack, recorded: test_iam_policies.py].
 */
function toldPolicy(
  policy: ManagedPolicy,
  world: World,
  where: 'created' | 'listed' | 'told',
): Readonly<Record<string, unknown>> {
  const tags = toldTags(policy.tags);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: entitiesOf(world, policy.arn).length,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: timestamp(policy.createdAt),
    UpdateDate: timestamp(policy.updatedAt),
    ...(where === 'listed' ? {} : { Description: policy.description ?? undefined }),
    ...(where === 'told' || (where === 'created' && tags.length > 0) ? { Tags: tags } : {}),
  };
}

function documentIn(text: string, { services }: World): string {
  readPolicy(text, services, currentVersion);
  if (lengthOf(text) > longestManaged) {
    // Pasted: ministryofjustice/cloud-platform-environments#14473.
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${String(longestManaged)}`, 409);
  }
  return text;
}

const createPolicy: Operation = (input, { now, world }) => {
  const name = textOf(input, 'PolicyName');
  const path = optionalText(input, 'Path') ?? '/';
  const document = documentIn(textOf(input, 'PolicyDocument'), world);
  const taken = Object.values(policiesOf(world.data)).some(
    (each) => !isOfAws(each.arn) && each.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) {
    // Pasted: konstructio/kubefirst#855.
    const text = `A policy called ${name} already exists. Duplicate names are not allowed.`;
    throw new AwsError('EntityAlreadyExists', text, 409);
  }
  const policy: ManagedPolicy = {
    ...begun(`arn:aws:iam::${world.data.account}:policy${path}${name}`, path, name, document, now),
    description: optionalText(input, 'Description') ?? null,
    tags: withinTagLimit(tagsIn(input)),
  };
  keepPolicy(world.data, policy);
  return { Policy: toldPolicy(policy, world, 'created') };
};

const isOfAws = (arn: string): boolean => arn.startsWith('arn:aws:iam::aws:');

/** One that this account may change. */
function ownPolicy(world: World, arn: string, missing?: (name: string) => string): ManagedPolicy {
  const policy = policyNamed(world, arn, missing);
  if (isOfAws(arn)) throw new AwsError('AccessDenied', unverifiedTexts.ownPolicy(arn), 403);
  return policy;
}

const getPolicy: Operation = (input, { world }) => ({
  Policy: toldPolicy(policyNamed(world, textOf(input, 'PolicyArn')), world, 'told'),
});

const listPolicies: Operation = (input, { world }) => {
  const scope = optionalText(input, 'Scope') ?? 'All';
  const prefix = optionalText(input, 'PathPrefix') ?? '/';
  const aws = [...awsManaged.keys()].flatMap((path) => policyAt(world, `arn:aws:iam::aws:policy${path}`) ?? []);
  const own = Object.values(policiesOf(world.data));
  const all = [...own, ...aws.filter(({ arn }) => !own.some((each) => each.arn === arn))].filter(
    ({ arn, path }) =>
      path.startsWith(prefix) &&
      (scope === 'All' || (scope === 'AWS') === isOfAws(arn)) &&
      (input['OnlyAttached'] !== 'true' || entitiesOf(world, arn).length > 0) &&
      input['PolicyUsageFilter'] !== 'PermissionsBoundary',
  );
  return pageOf(
    all.map((policy) => toldPolicy(policy, world, 'listed')),
    input,
    'Policies',
  );
};

/** Texts pasted: rebuy-de/aws-nuke#1, rebuy-de/aws-nuke#294. */
const deletePolicy: Operation = (input, { world }) => {
  const { arn, versions } = ownPolicy(world, textOf(input, 'PolicyArn'));
  if (entitiesOf(world, arn).length > 0)
    throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
  if (versions.length > 1) {
    const text =
      'This policy has more than one version. Before you delete a policy, you must delete the ' +
      "policy's versions. The default version is deleted with the policy.";
    throw new AwsError('DeleteConflict', text, 409);
  }
  loseFrom((iamOf(world.data).policies ??= {}), arn);
  return {};
};

function toldVersion(policy: ManagedPolicy, { createdAt, document, id }: PolicyVersion, withDocument: boolean) {
  return {
    ...(withDocument ? { Document: encodeURIComponent(document) } : {}),
    VersionId: id,
    IsDefaultVersion: id === policy.defaultVersion,
    CreateDate: timestamp(createdAt),
  };
}

const createPolicyVersion: Operation = (input, { now, world }) => {
  const policy = ownPolicy(world, textOf(input, 'PolicyArn'));
  const document = documentIn(textOf(input, 'PolicyDocument'), world);
  if (policy.versions.length >= mostVersions) {
    // Pasted: 99designs/iamy#21.
    const text =
      `A managed policy can have up to ${String(mostVersions)} versions. Before you create a new version, ` +
      'you must delete an existing version.';
    throw new AwsError('LimitExceeded', text, 409);
  }
  policy.lastVersion += 1;
  const version = { id: `v${String(policy.lastVersion)}`, document, createdAt: now };
  policy.versions = [...policy.versions, version];
  policy.updatedAt = now;
  if (input['SetAsDefault'] === 'true') policy.defaultVersion = version.id;
  return { PolicyVersion: toldVersion(policy, version, false) };
};

function versionOf(policy: ManagedPolicy, id: string): PolicyVersion {
  const version = policy.versions.find((each) => each.id === id);
  if (version === undefined) throw noSuchEntity(versionMissing(policy.arn, id));
  return version;
}

/** Recorded by LocalStack, for a policy that is not there too: test_iam_policies.py, test_policy_version_errors. */
const versionMissing = (arn: string, version: string): string =>
  `Policy ${arn} version ${version} does not exist or is not attachable.`;

const getPolicyVersion: Operation = (input, { world }) => {
  const id = textOf(input, 'VersionId');
  const policy = policyNamed(world, textOf(input, 'PolicyArn'), (arn) => versionMissing(arn, id));
  return { PolicyVersion: toldVersion(policy, versionOf(policy, id), true) };
};

const listPolicyVersions: Operation = (input, { world }) => {
  const policy = policyNamed(world, textOf(input, 'PolicyArn'));
  const all = policy.versions.toReversed().map((each) => toldVersion(policy, each, false));
  return pageOf(all, input, 'Versions');
};

const deletePolicyVersion: Operation = (input, { world }) => {
  const policy = ownPolicy(world, textOf(input, 'PolicyArn'));
  const { id } = versionOf(policy, textOf(input, 'VersionId'));
  if (id === policy.defaultVersion) {
    // Pasted: redradrat/aws-iam-operator#13.
    throw new AwsError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
  }
  policy.versions = policy.versions.filter((each) => each.id !== id);
  return {};
};

const setDefaultPolicyVersion: Operation = (input, { now, world }) => {
  const id = textOf(input, 'VersionId');
  const policy = ownPolicy(world, textOf(input, 'PolicyArn'), (arn) => versionMissing(arn, id));
  policy.defaultVersion = versionOf(policy, id).id;
  policy.updatedAt = now;
  return {};
};

const listEntitiesForPolicy: Operation = (input, { world }) => {
  const { arn } = policyNamed(world, textOf(input, 'PolicyArn'));
  const prefix = optionalText(input, 'PathPrefix') ?? '/';
  const isAsked =
    ['Role', 'LocalManagedPolicy', undefined].includes(optionalText(input, 'EntityFilter')) &&
    input['PolicyUsageFilter'] !== 'PermissionsBoundary';
  const roles = entitiesOf(world, arn)
    .filter(({ path }) => isAsked && path.startsWith(prefix))
    .map(({ id, name }) => ({ RoleName: name, RoleId: id }));
  return { PolicyGroups: [], PolicyUsers: [], ...pageOf(roles, input, 'PolicyRoles') };
};

const tagPolicy: Operation = (input, { world }) => {
  const policy = ownPolicy(world, textOf(input, 'PolicyArn'));
  policy.tags = withinTagLimit({ ...policy.tags, ...tagsIn(input) });
  return {};
};

const untagPolicy: Operation = (input, { world }) => {
  const policy = ownPolicy(world, textOf(input, 'PolicyArn'));
  const gone = new Set(Array.isArray(input['TagKeys']) ? input['TagKeys'] : []);
  policy.tags = Object.fromEntries(Object.entries(policy.tags).filter(([key]) => !gone.has(key)));
  return {};
};

const listPolicyTags: Operation = (input, { world }) =>
  pageOf(toldTags(policyNamed(world, textOf(input, 'PolicyArn')).tags), input, 'Tags');

export const managedPolicyOperations = {
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListPolicies: listPolicies,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  TagPolicy: tagPolicy,
  UntagPolicy: untagPolicy,
} as const;
