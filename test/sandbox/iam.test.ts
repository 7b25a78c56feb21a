// Roles and policies through the real SDK clients: who may assume a role, and what its policies let it do.
import { CreateClusterCommand, ListClustersCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListEntitiesForPolicyCommand,
  ListRoleTagsCommand,
  paginateListAttachedRolePolicies,
  paginateListPolicies,
  paginateListPolicyVersions,
  paginateListRolePolicies,
  paginateListRoles,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { presume } from '../../src/sandbox/index.ts';
import { account, allow, ofAws, policy, rig, role, trust } from './iam-rig.ts';

describe('Roles', () => {
  it('are created, told, changed, tagged and deleted', async () => {
    const { iam } = rig();
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        ...{ RoleName: 'ops', Path: '/ci/', AssumeRolePolicyDocument: trust(), Description: 'first' },
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    );
    expect(made).toMatchObject({ Arn: `arn:aws:iam::${account}:role/ci/ops`, Path: '/ci/' });
    await expect(role(iam, 'OPS')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name OPS already exists.',
      $metadata: { httpStatusCode: 409 },
    });
    await iam.send(new UpdateRoleCommand({ RoleName: 'ops', MaxSessionDuration: 7_200 }));
    await iam.send(new TagRoleCommand({ RoleName: 'ops', Tags: [{ Key: 'env', Value: 'x' }] }));
    await iam.send(new UntagRoleCommand({ RoleName: 'ops', TagKeys: ['team'] }));
    expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'ops' }))).Tags).toEqual([{ Key: 'env', Value: 'x' }]);
    const newTrust = trust({ Principal: { Service: 'ecs-tasks.amazonaws.com' } });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'ops', PolicyDocument: newTrust }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'ops' }));
    expect(Role).toMatchObject({ Description: 'first', MaxSessionDuration: 7_200, RoleId: made?.RoleId ?? '' });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(newTrust);
    await iam.send(new DeleteRoleCommand({ RoleName: 'ops' }));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'ops' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name ops cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('are listed in pages, by path', async () => {
    const { iam } = rig();
    for (let index = 0; index < 5; index += 1) await role(iam, `r${String(index)}`);
    const names: (string | undefined)[][] = [];
    for await (const { Roles = [] } of paginateListRoles({ client: iam, pageSize: 2 }, {})) {
      names.push(Roles.map((each) => each.RoleName));
    }
    expect(names).toEqual([['r0', 'r1'], ['r2', 'r3'], ['r4']]);
    for await (const { Roles } of paginateListRoles({ client: iam }, { PathPrefix: '/ci/' })) expect(Roles).toEqual([]);
  });

  it('are not deleted with their policies', async () => {
    const { iam } = rig();
    await role(iam);
    const own = { RoleName: 'ops', PolicyName: 'own' };
    await iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument: allow('ecs:*') }));
    const attached = { RoleName: 'ops', PolicyArn: ofAws('AdministratorAccess') };
    await iam.send(new AttachRolePolicyCommand(attached));
    const gone = () => iam.send(new DeleteRoleCommand({ RoleName: 'ops' }));
    await expect(gone()).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must detach all policies first.',
    });
    await iam.send(new DetachRolePolicyCommand(attached));
    await expect(gone()).rejects.toThrow('Cannot delete entity, must delete policies first.');
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(own));
    expect(decodeURIComponent(PolicyDocument)).toBe(allow('ecs:*'));
    await iam.send(new DeleteRolePolicyCommand(own));
    await gone();
  });

  it.each([
    ['no JSON', '{', 'MalformedPolicyDocumentException'],
    ['no principal', policy({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'MalformedPolicyDocumentException'],
    ['a resource', trust({ Resource: '*' }), 'MalformedPolicyDocumentException'],
    ['an action of another service', trust({ Action: 'ecs:RunTask' }), 'MalformedPolicyDocumentException'],
    ['an account of eleven digits', trust({ Principal: { AWS: '12345678901' } }), 'MalformedPolicyDocumentException'],
    ['more than fits', trust({ Sid: 'x'.repeat(2_048) }), 'LimitExceededException'],
    ['what it cannot decide', trust({ Condition: { Bool: { 'x:y': 'true' } } }), 'NotModelledBySandbox'],
  ])('a trust policy with %s is refused', async (_what, document, name) => {
    await expect(role(rig().iam, 'ops', document)).rejects.toMatchObject({ name });
  });

  it('a role that an identity provider is trusted with can be there, whatever is asked of its tokens', async () => {
    const Condition = { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:a/b:*' } };
    const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` };
    const { assume, iam } = rig();
    await role(iam, 'github', trust({ Action: 'sts:AssumeRoleWithWebIdentity', Condition, Principal }));
    await expect(assume('github')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('Trust policies', () => {
  it.each<[what: string, statement: object, more: Partial<AssumeRoleCommandInput>, may: boolean]>([
    ['the account', {}, {}, true],
    ['the caller', { Principal: { AWS: `arn:aws:iam::${account}:user/operator` } }, {}, true],
    ['somebody else', { Principal: { AWS: `arn:aws:iam::${account}:user/other` } }, {}, false],
    ['a service', { Principal: { Service: 'ecs-tasks.amazonaws.com' } }, {}, false],
    ['an external id', { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } }, { ExternalId: 'secret' }, true],
    [
      'another external id',
      { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } },
      { ExternalId: 'no' },
      false,
    ],
    ['a session name', { Condition: { StringLike: { 'sts:RoleSessionName': 'run*' } } }, {}, true],
    ['MFA', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }, {}, false],
    ['tags without leave', {}, { Tags: [{ Key: 'a', Value: 'b' }] }, false],
    ['tags', { Action: ['sts:AssumeRole', 'sts:TagSession'] }, { Tags: [{ Key: 'a', Value: 'b' }] }, true],
    ['a source identity without leave', {}, { SourceIdentity: 'me' }, false],
    [
      'anybody of this network',
      { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } },
      {},
      true,
    ],
    ['anybody of another', { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }, {}, false],
  ])('trust in %s', async (_what, statement, more, may) => {
    const { assume, iam } = rig();
    await role(iam, 'ops', trust(statement));
    if (may) expect(await assume('ops', more)).toHaveProperty('accessKeyId');
    else await expect(assume('ops', more)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('a role is trusted by its own ARN, whatever its session is called', async () => {
    const { assume, iam } = rig();
    const first = await role(iam, 'first');
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'first', PolicyName: 'p', PolicyDocument: allow('sts:AssumeRole') }),
    );
    await role(iam, 'second', trust({ Principal: { AWS: first } }));
    await expect(assume('second')).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await assume('second', {}, await assume('first'))).toHaveProperty('sessionToken');
  });
});

describe('Managed policies', () => {
  it('have up to five versions, of which one is in force', async () => {
    const { iam } = rig();
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'ops', PolicyDocument: allow('ecs:List*') }),
    );
    const PolicyArn = Policy?.Arn ?? '';
    expect(PolicyArn).toBe(`arn:aws:iam::${account}:policy/ops`);
    await expect(
      iam.send(new CreatePolicyCommand({ PolicyName: 'ops', PolicyDocument: allow('ecs:*') })),
    ).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called ops already exists. Duplicate names are not allowed.',
    });
    const next = (SetAsDefault: boolean) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow('ecs:*'), SetAsDefault }));
    expect((await next(true)).PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: true });
    for (let index = 0; index < 3; index += 1) await next(false);
    await expect(next(false)).rejects.toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 409 },
    });
    const removed = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    await expect(removed('v2')).rejects.toThrow('Cannot delete the default version of a policy.');
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v3' }));
    await removed('v2');
    expect((await next(false)).PolicyVersion?.VersionId).toBe('v6');
    const versions: (string | undefined)[] = [];
    for await (const page of paginateListPolicyVersions({ client: iam, pageSize: 2 }, { PolicyArn })) {
      versions.push(...(page.Versions ?? []).map((each) => each.VersionId));
    }
    expect(versions).toEqual(['v6', 'v5', 'v4', 'v3', 'v1']);
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(allow('ecs:List*'));
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toThrow('more than one version');
  });

  it('count without their white space, however long they are with it', async () => {
    const { iam } = rig();
    const create = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    const spaced = allow('ecs:*').replaceAll(',', `,${' '.repeat(10_000)}`);
    expect((await create('spaced', spaced)).Policy?.DefaultVersionId).toBe('v1');
    const long = policy({ Effect: 'Allow', Action: 'ecs:*', Resource: '*', Sid: 'x'.repeat(6_144) });
    await expect(create('long', long)).rejects.toThrow('Cannot exceed quota for PolicySize: 6144');
  });

  it('are not deleted while a role has them, and told by what has them', async () => {
    const { iam } = rig();
    await role(iam);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'ops', PolicyDocument: allow('ecs:*') }));
    const PolicyArn = Policy?.Arn ?? '';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'ops', PolicyArn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'ops', PolicyArn }));
    expect((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(1);
    const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(PolicyRoles).toMatchObject([{ RoleName: 'ops' }]);
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn }))).rejects.toThrow(
      'Cannot delete a policy attached to entities.',
    );
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'ops', PolicyArn }));
    await expect(iam.send(new DetachRolePolicyCommand({ RoleName: 'ops', PolicyArn }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
    await expect(iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toThrow(`Policy ${PolicyArn} was not found.`);
  });

  it('of AWS are there as far as they are known; others are presumed, or refused by name', async () => {
    const { iam, world } = rig();
    await role(iam);
    const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName: 'ops', PolicyArn }));
    await attach(ofAws('service-role/AmazonECSTaskExecutionRolePolicy'));
    await expect(attach(ofAws('AmazonECS_FullAccess'))).rejects.toMatchObject({ name: 'NotModelledBySandbox' });
    await expect(attach(`arn:aws:iam::${account}:policy/none`)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Policy arn:aws:iam::${account}:policy/none does not exist or is not attachable.`,
    });
    presume(world, [
      { kind: 'policy', policy: ofAws('AmazonECS_FullAccess'), document: JSON.parse(allow('ecs:*')) as object },
    ]);
    await attach(ofAws('AmazonECS_FullAccess'));
    const attached: (string | undefined)[] = [];
    for await (const page of paginateListAttachedRolePolicies({ client: iam, pageSize: 1 }, { RoleName: 'ops' })) {
      attached.push(...(page.AttachedPolicies ?? []).map((each) => each.PolicyName));
    }
    expect(attached).toEqual(['AmazonECSTaskExecutionRolePolicy', 'AmazonECS_FullAccess']);
    for await (const { PolicyNames } of paginateListRolePolicies({ client: iam }, { RoleName: 'ops' })) {
      expect(PolicyNames).toEqual([]);
    }
    for await (const { Policies } of paginateListPolicies({ client: iam }, { Scope: 'AWS', OnlyAttached: true })) {
      expect(Policies).toHaveLength(2);
    }
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn: ofAws('AdministratorAccess') }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('What a role may do', () => {
  it('is what its policies say, from the moment on that they say it', async () => {
    const { assume, ecs, iam } = rig();
    await role(iam);
    const session = await assume('ops');
    const list = () => ecs(session).send(new ListClustersCommand({}));
    await expect(list()).rejects.toThrow('because no identity-based policy allows the ecs:ListClusters action');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'ops', PolicyArn: ofAws('AdministratorAccess') }));
    expect((await list()).clusterArns).toEqual([]);
    const own = { RoleName: 'ops', PolicyName: 'no' };
    const PolicyDocument = policy({ Effect: 'Deny', Action: 'ecs:*', Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument }));
    await expect(list()).rejects.toThrow('with an explicit deny in an identity-based policy');
    await iam.send(new DeleteRolePolicyCommand(own));
    expect((await list()).clusterArns).toEqual([]);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'ops', PolicyArn: ofAws('AdministratorAccess') }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'ops' }));
    await expect(list()).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('a session is limited by managed policies too', async () => {
    const { assume, ecs, iam, world } = rig();
    presume(world, [{ kind: 'role', role: 'all' }]);
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'l', PolicyDocument: allow('ecs:List*') }));
    const session = await assume('all', { PolicyArns: [{ arn: Policy?.Arn ?? '' }] });
    expect((await ecs(session).send(new ListClustersCommand({}))).clusterArns).toEqual([]);
    await expect(ecs(session).send(new CreateClusterCommand({ clusterName: 'c' }))).rejects.toThrow(
      'no session policy',
    );
    await expect(assume('all', { PolicyArns: [{ arn: `arn:aws:iam::${account}:policy/none` }] })).rejects.toMatchObject(
      {
        name: 'NoSuchEntity',
      },
    );
  });

  it('roles are passed to ECS by those who may', async () => {
    const { assume, ecs, iam } = rig();
    await role(iam);
    const exec = await role(iam, 'exec');
    const register = async (statements: object[]) => {
      const PolicyDocument = policy({ Effect: 'Allow', Action: 'ecs:*', Resource: '*' }, ...statements);
      await iam.send(new PutRolePolicyCommand({ RoleName: 'ops', PolicyName: 'p', PolicyDocument }));
      return ecs(await assume('ops')).send(
        new RegisterTaskDefinitionCommand({
          ...{ family: 'web', executionRoleArn: exec },
          containerDefinitions: [{ name: 'web', image: 'web:1', memory: 128 }],
        }),
      );
    };
    const pass = { Effect: 'Allow', Action: 'iam:PassRole', Resource: exec };
    const passedTo = (service: string) => ({ Condition: { StringEquals: { 'iam:PassedToService': service } } });
    await expect(register([])).rejects.toThrow(`iam:PassRole on resource: ${exec} because no identity-based policy`);
    await expect(register([{ ...pass, ...passedTo('ec2.amazonaws.com') }])).rejects.toThrow('iam:PassRole');
    const { taskDefinition } = await register([{ ...pass, ...passedTo('ecs-tasks.amazonaws.com') }]);
    expect(taskDefinition?.revision).toBe(1);
  });

  it('what is tagged at its creation needs the permission to tag', async () => {
    const { assume, ecs, iam } = rig();
    await role(iam);
    const create = async (Action: string[], clusterName: string) => {
      await iam.send(new PutRolePolicyCommand({ RoleName: 'ops', PolicyName: 'p', PolicyDocument: allow(Action) }));
      const tags = [{ key: 'team', value: 'a' }];
      return ecs(await assume('ops')).send(new CreateClusterCommand({ clusterName, tags }));
    };
    await expect(create(['ecs:CreateCluster'], 'a')).rejects.toThrow('ecs:TagResource');
    expect((await create(['ecs:CreateCluster', 'ecs:TagResource'], 'a')).cluster?.clusterName).toBe('a');
  });
});
