// Conditions and variables of policies, through the real SDK clients.
import { CreateClusterCommand, DeleteClusterCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { presume, servicesWith } from '../../src/sandbox/index.ts';
import { readPolicy as readPolicyWith } from '../../src/sandbox/services/iam/policy.ts';
import { account, allow, policy, region, rig, role } from './iam-rig.ts';

const readPolicy = (text: string) => readPolicyWith(text, servicesWith());

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
    [{ StringNotEquals: { 'ecs:CreateAction': 'CreateCluster' } }, false],
    // Another service's key: this call has nothing for it.
    [{ StringNotEquals: { 'elasticloadbalancing:CreateAction': 'CreateCluster' } }, true],
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
      readPolicy(
        JSON.stringify({
          ...(Version && { Version }),
          Statement: statement({}, 'arn:aws:ecs:*:*:cluster/${saml:sub}'),
        }),
      ),
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
    const read = () => readPolicy(allow('ecs:*', undefined, `arn:aws:ecs:*:*:cluster/${text}`));
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
    // AWS takes it [verified by LocalStack: VALID_POLICY_DOCUMENTS].
    ['a key without a service', { StringEquals: { team: 'a' } }, 'NotModelledBySandbox'],
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
