// Roles and policies through the real SDK clients: who may assume a role, and what its policies let it do.
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  ECSClient,
  ListClustersCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
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
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { presume, servicesWith } from '../../src/sandbox/index.ts';
import { readPolicy as readPolicyWith } from '../../src/sandbox/services/iam/policy.ts';
import { account, allow, ofAws, policy, region, rig, role, trust } from './iam-rig.ts';

const readPolicy = (text: string) => readPolicyWith(text, servicesWith());

describe('Roles', () => {
  it('are created, told, changed, tagged and deleted', async () => {
    const { iam } = rig();
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        ...{ RoleName: 'ops', Path: '/ci/', AssumeRolePolicyDocument: trust(), Description: 'first' },
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    );
    expect(made).toMatchObject({ Arn: `arn:aws:iam::${account}:role/ci/ops`, MaxSessionDuration: 3_600 });
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

describe('Conditions', () => {
  const t0 = '2026-09-05T10:00:00Z';
  const tags = [{ key: 'team', value: 'a' }];
  it.each<[condition: object, may: boolean]>([
    [{ StringEquals: { 'aws:RequestTag/team': ['x', 'a'] } }, true],
    [{ StringEquals: { 'aws:requesttag/team': 'b' } }, false],
    [{ StringEquals: { 'aws:RequestTag/none': 'a' } }, false],
    [{ StringEqualsIfExists: { 'aws:RequestTag/none': 'a' } }, true],
    [{ StringNotEquals: { 'aws:RequestTag/none': 'a' } }, true],
    [{ StringNotEquals: { 'aws:RequestTag/team': ['x', 'a'] } }, false],
    [{ StringEqualsIgnoreCase: { 'aws:RequestTag/team': 'A' } }, true],
    [{ StringLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/o?s` } }, true],
    [{ StringNotLike: { 'aws:PrincipalArn': 'arn:*' } }, false],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:*:role/ops' } }, false],
    [{ ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/ops` } }, false],
    [{ Bool: { 'aws:SecureTransport': true } }, true],
    [{ Bool: { 'aws:ViaAWSService': 'true' } }, false],
    [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, false],
    [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.1/32'] } }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, false],
    [{ DateGreaterThan: { 'aws:CurrentTime': t0 } }, false],
    [{ DateGreaterThanEquals: { 'aws:CurrentTime': t0 } }, true],
    [{ DateLessThan: { 'aws:TokenIssueTime': '2026-09-06T00:00:00Z' } }, true],
    [{ NumericLessThan: { 'aws:EpochTime': String(Date.parse(t0) / 1000 + 1) } }, true],
    [{ NumericGreaterThan: { 'aws:EpochTime': String(Date.parse(t0) / 1000) } }, false],
    [{ Null: { 'aws:TagKeys': 'false' } }, true],
    [{ Null: { 'aws:TagKeys': 'true' } }, false],
    [{ Null: { 'aws:PrincipalTag/none': 'true' } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'env'] } }, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['env'] } }, false],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } }, false],
    [{ 'ForAllValues:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] } }, true],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': account } }, true],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': '1' } }, false],
    [{ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' }, Bool: { 'aws:SecureTransport': 'false' } }, false],
    [{ StringEquals: { 'aws:RequestTag/team': '${aws:PrincipalTag/team}' } }, true],
    [{ StringEquals: { 'aws:RequestTag/team': '${aws:PrincipalTag/none}' } }, false],
    [{ StringEquals: { 'aws:RequestTag/team': "${aws:PrincipalTag/none, 'a'}" } }, true],
    [{ StringLike: { 'aws:RequestTag/team': '${*}' } }, false],
    [{ StringEquals: { 'aws:RequestTag/team': "${ aws:PrincipalTag/none ,'a' }" } }, true],
    [{ StringLike: { 'aws:RequestTag/team': '*${aws:PrincipalTag/team}${aws:PrincipalTag/none' } }, false],
    [{ StringEquals: { 'aws:PrincipalTag/session': 'yes' } }, true],
  ])('%j: %s', async (condition, may) => {
    const { assume, ecs, world } = rig();
    const document = JSON.parse(allow('ecs:*', condition)) as object;
    presume(world, [{ kind: 'role', role: 'ops', policy: document, tags: { team: 'a', session: 'no' } }]);
    const session = await assume('ops', { Tags: [{ Key: 'session', Value: 'yes' }] });
    const made = ecs(session).send(new CreateClusterCommand({ clusterName: 'c', tags }));
    if (may) expect((await made).cluster?.status).toBe('ACTIVE');
    else await expect(made).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('of what a call acts on: its tags, its cluster', async () => {
    const { assume, config, ecs, world } = rig();
    const own = new ECSClient(config('ecs'));
    for (const [clusterName, value] of [
      ['mine', 'a'],
      ['theirs', 'b'],
    ]) {
      await own.send(new CreateClusterCommand({ clusterName, tags: [{ key: 'team', value: value ?? '' }] }));
    }
    const mine = { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/mine` } };
    const statements = [
      {
        Effect: 'Allow',
        Action: 'ecs:DeleteCluster',
        Resource: '*',
        Condition: { StringEquals: { 'ecs:ResourceTag/team': 'a' } },
      },
      { Effect: 'Allow', Action: 'ecs:ListTasks', Resource: '*', Condition: mine },
    ];
    presume(world, [{ kind: 'role', role: 'ops', policy: { Version: '2012-10-17', Statement: statements } }]);
    const session = ecs(await assume('ops'));
    expect((await session.send(new ListTasksCommand({ cluster: 'mine' }))).taskArns).toEqual([]);
    await expect(session.send(new ListTasksCommand({ cluster: 'theirs' }))).rejects.toThrow('ecs:ListTasks');
    await expect(session.send(new DeleteClusterCommand({ cluster: 'theirs' }))).rejects.toThrow('ecs:DeleteCluster');
    expect((await session.send(new DeleteClusterCommand({ cluster: 'mine' }))).cluster?.status).toBe('INACTIVE');
  });

  it('of records: their names and types', async () => {
    const { assume, clock, config, world } = rig();
    const { HostedZone } = await new Route53Client(config('route53')).send(
      new CreateHostedZoneCommand({ Name: 'a.example', CallerReference: '1' }),
    );
    const Condition = {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['www.a.example', '\\052.a.example'],
        'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
      },
    };
    const document = JSON.parse(allow('route53:ChangeResourceRecordSets', Condition)) as object;
    presume(world, [{ kind: 'role', role: 'ops', policy: document }]);
    const route53 = new Route53Client(config('route53', await assume('ops')));
    const change = async (Name: string, Type: RRType, Value: string) => {
      return route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: HostedZone?.Id,
          ChangeBatch: {
            Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name, Type, TTL: 60, ResourceRecords: [{ Value }] } }],
          },
        }),
      );
    };
    clock.advance(60_000);
    expect((await change('WWW.a.example.', 'A', '192.0.2.1')).ChangeInfo?.Status).toBe('PENDING');
    clock.advance(60_000);
    expect((await change('*.a.example', 'A', '192.0.2.1')).ChangeInfo?.Status).toBe('PENDING');
    await expect(change('www.a.example', 'TXT', '"x"')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(change('other.a.example', 'A', '192.0.2.1')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('variables stand in resources, and are no patterns', async () => {
    const { assume, ecs, world } = rig();
    const document = JSON.parse(
      allow('ecs:CreateCluster', undefined, `arn:aws:ecs:*:${account}:cluster/\${aws:PrincipalTag/team}-*`),
    ) as object;
    for (const [name, team] of [
      ['ops', 'a'],
      ['star', '*'],
    ] as const) {
      presume(world, [{ kind: 'role', role: name, policy: document, tags: { team } }]);
    }
    const create = async (name: string, clusterName: string) =>
      ecs(await assume(name)).send(new CreateClusterCommand({ clusterName }));
    expect((await create('ops', 'a-1')).cluster?.status).toBe('ACTIVE');
    await expect(create('ops', 'b-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(create('star', 'b-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it.each(['2008-10-17', undefined])('variables are letters in the language of %s', async (Version) => {
    const { assume, ecs, world } = rig();
    const statement = (Condition: object, Resource = '*') => ({
      Effect: 'Allow',
      Action: 'ecs:CreateCluster',
      Resource,
      Condition,
    });
    const tag = '${aws:PrincipalTag/team}';
    const may = async (policy: object, clusterName: string, value: string) => {
      presume(world, [
        { kind: 'role', role: 'ops', policy: { ...(Version && { Version }), Statement: policy }, tags: { team: 'a' } },
      ]);
      const create = new CreateClusterCommand({ clusterName, tags: [{ key: 'team', value }] });
      return ecs(await assume('ops'))
        .send(create)
        .then(
          () => true,
          (error: unknown) => !(error instanceof Error && error.name === 'AccessDeniedException'),
        );
    };
    const tagging = { Effect: 'Allow', Action: 'ecs:TagResource', Resource: '*' };
    const sameTag = statement({ StringEquals: { 'aws:RequestTag/team': tag } });
    expect(await may([sameTag, tagging], 'one', 'a')).toBe(false);
    expect(await may([statement({}, `arn:aws:ecs:*:*:cluster/${tag}`), tagging], 'a', 'a')).toBe(false);
    expect(() =>
      readPolicy(JSON.stringify({ ...(Version && { Version }), Statement: statement({}, 'arn:${saml:sub}') })),
    ).not.toThrow();
  });

  it.each([{ Action: [] }, { Action: '' }, { NotAction: [], Action: undefined }, { Resource: [] }])(
    'a statement with %j is malformed',
    (members) => {
      const text = policy({ Effect: 'Allow', Action: 'ecs:*', Resource: '*', ...members });
      expect(() => readPolicy(text)).toThrow(expect.objectContaining({ code: 'MalformedPolicyDocument' }));
    },
  );

  it.each([
    ['white space', `\${aws:username${' '.repeat(300_000)}x,}`],
    ['beginnings', '${'.repeat(150_000)],
  ])('variables are read in no time, with many %s too', (_what, text) => {
    const read = () => readPolicy(allow('ecs:*', undefined, text));
    if (text.includes('}')) expect(read).toThrow('does not model');
    else expect(read()).toHaveLength(1);
  });

  it.each([
    [
      'an operator that there is not',
      { StringMatches: { 'aws:RequestTag/a': 'b' } },
      'MalformedPolicyDocumentException',
    ],
    ['a number that is none', { NumericEquals: { 'aws:EpochTime': 'soon' } }, 'MalformedPolicyDocumentException'],
    ['an address that is none', { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }, 'MalformedPolicyDocumentException'],
    ['a truth value that is none', { Bool: { 'aws:SecureTransport': 'perhaps' } }, 'MalformedPolicyDocumentException'],
    ['a range without a length', { IpAddress: { 'aws:SourceIp': '10.0.0.0/' } }, 'MalformedPolicyDocumentException'],
    ['a range of two lengths', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8/8' } }, 'MalformedPolicyDocumentException'],
    ['a date in words', { DateLessThan: { 'aws:CurrentTime': '5 Sep 2026' } }, 'MalformedPolicyDocumentException'],
    [
      'a date without a zone',
      { DateLessThan: { 'aws:CurrentTime': '2026-09-05T10:00' } },
      'MalformedPolicyDocumentException',
    ],
    ['a hexadecimal number', { NumericEquals: { 'aws:EpochTime': '0x10' } }, 'MalformedPolicyDocumentException'],
    ['a number in white space', { NumericEquals: { 'aws:EpochTime': ' 1 ' } }, 'MalformedPolicyDocumentException'],
    ['a key without a service', { StringEquals: { team: 'a' } }, 'MalformedPolicyDocumentException'],
    ['Null of what may be missing', { NullIfExists: { 'aws:TagKeys': 'true' } }, 'MalformedPolicyDocumentException'],
    ['a key that nothing is known of', { StringEquals: { 's3:prefix': 'a' } }, 'NotModelledBySandbox'],
    ['a variable of that kind', { StringEquals: { 'aws:RequestTag/a': '${saml:sub}' } }, 'NotModelledBySandbox'],
  ])('%s is refused', async (_what, condition, name) => {
    const { iam } = rig();
    await role(iam);
    const PolicyDocument = allow('ecs:*', condition);
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName: 'ops', PolicyName: 'p', PolicyDocument })),
    ).rejects.toMatchObject({ name });
  });
});
