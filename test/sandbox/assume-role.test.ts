// Roles of several accounts in one world, through the real SDK clients and the HTTP door: who may assume them, for how long,
// and what a session may do.
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  accountWorld,
  createWorld,
  fork,
  presume,
  resolveDns,
  sandboxClientConfig,
  serve,
  snapshot,
  VirtualClock,
  type PresumedItem,
  type ServedSandbox,
} from '../../src/sandbox/index.ts';

const t0 = Date.UTC(2026, 8, 5, 10);
const home = '123456789012';
const other = '210987654321';
const hour = 3_600_000;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
const operator: Credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'x' };

let served: ServedSandbox | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function rig(role: Partial<PresumedItem> = {}) {
  const clock = new VirtualClock(t0);
  const world = createWorld({ clock });
  presume(accountWorld(world, other), [{ kind: 'role', role: 'ops', ...role }]);
  presume(world, [{ kind: 'role', role: 'home-ops', maxSessionDuration: 43_200 }]);
  served = await serve(world, { port: 0 });
  const endpoint = served.url;
  const config = (credentials: Credentials) => ({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const assume = async (
    more: Partial<AssumeRoleCommandInput> = {},
    as: Credentials = operator,
  ): Promise<Credentials & { readonly expiration: Date; readonly arn: string }> => {
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${other}:role/ops`,
      RoleSessionName: 'run-1',
      ...more,
    });
    const { AssumedRoleUser, Credentials: given } = await new STSClient(config(as)).send(command);
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined || given.SessionToken === undefined) {
      throw new Error('no credentials');
    }
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration ?? new Date(0),
      arn: AssumedRoleUser?.Arn ?? '',
    };
  };
  const ecs = (as: Credentials) => new ECSClient(config(as));
  const clusters = async (as: Credentials) => (await ecs(as).send(new ListClustersCommand({}))).clusterArns;
  return { assume, clock, clusters, config, ecs, world, url: endpoint };
}

const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

describe('Roles and accounts', () => {
  it('a session is another caller in another account', async () => {
    const { assume, config } = await rig();
    const session = await assume();
    expect(session.arn).toBe(`arn:aws:sts::${other}:assumed-role/ops/run-1`);
    expect(session.expiration).toEqual(new Date(t0 + hour));
    const identity = await new STSClient(config(session)).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: other,
      Arn: session.arn,
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:run-1$/) as string,
    });
    const own = await new STSClient(config(operator)).send(new GetCallerIdentityCommand({}));
    expect(own.Arn).toBe(`arn:aws:iam::${home}:user/operator`);
  });

  it('accounts have stores of their own in every service, and ARNs that say so', async () => {
    const { assume, clusters, config, ecs, world } = await rig();
    presume(accountWorld(world, other), [{ kind: 'alias', alias: 'the-other-one' }]);
    const session = await assume();
    const made = await ecs(session).send(new CreateClusterCommand({ clusterName: 'a' }));
    expect(made.cluster?.clusterArn).toBe(`arn:aws:ecs:eu-west-1:${other}:cluster/a`);
    await new Route53Client(config(session)).send(
      new CreateHostedZoneCommand({ Name: 'a.example', CallerReference: '1' }),
    );
    const seen = async (as: Credentials) => ({
      clusters: (await clusters(as))?.length,
      zones: (await new Route53Client(config(as)).send(new ListHostedZonesCommand({}))).HostedZones?.length,
      alias: (await new IAMClient(config(as)).send(new ListAccountAliasesCommand({}))).AccountAliases,
      groups: (await new ElasticLoadBalancingV2Client(config(as)).send(new DescribeTargetGroupsCommand({})))
        .TargetGroups?.length,
      tables: (await new DynamoDBClient(config(as)).send(new ListTablesCommand({}))).TableNames?.length,
    });
    expect(await seen(session)).toEqual({ clusters: 1, zones: 1, alias: ['the-other-one'], groups: 0, tables: 0 });
    expect(await seen(operator)).toEqual({ clusters: 0, zones: 0, alias: [], groups: 0, tables: 0 });
  });

  it('accounts and sessions are part of the world: saved, forked, and emptied with it', async () => {
    const { assume, config, ecs, url, world } = await rig();
    const session = await assume();
    await ecs(session).send(new CreateClusterCommand({ clusterName: 'a' }));
    const copy = fork(world, new VirtualClock(t0));
    expect(snapshot(copy)).toEqual(snapshot(world));
    const inside = new ECSClient(sandboxClientConfig(copy, 'ecs', 'eu-west-1', { signature: session }));
    await inside.send(new CreateClusterCommand({ clusterName: 'b' }));
    expect((await inside.send(new ListClustersCommand({}))).clusterArns).toHaveLength(2);
    expect((await ecs(session).send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
    await fetch(`${url}/_relight/reset`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    await expect(new STSClient(config(session)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('the data plane asks nobody for his account: names and health of every account are found', async () => {
    const { assume, clock, config, world } = await rig();
    const route53 = new Route53Client(config(await assume({ DurationSeconds: 3_600 })));
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: 'member.example', CallerReference: 'm' }),
    );
    const HealthCheckConfig = { Type: 'HTTP', FullyQualifiedDomainName: 'nowhere.example' } as const;
    const { HealthCheck } = await route53.send(
      new CreateHealthCheckCommand({ CallerReference: 'c', HealthCheckConfig }),
    );
    const record = (value: string, Failover: 'PRIMARY' | 'SECONDARY') => ({
      Name: 'www.member.example',
      Type: 'A' as const,
      TTL: 60,
      SetIdentifier: Failover,
      Failover,
      ResourceRecords: [{ Value: value }],
      ...(Failover === 'PRIMARY' ? { HealthCheckId: HealthCheck?.Id } : {}),
    });
    const Changes = [record('192.0.2.1', 'PRIMARY'), record('192.0.2.2', 'SECONDARY')].map((ResourceRecordSet) => ({
      Action: 'CREATE' as const,
      ResourceRecordSet,
    }));
    clock.advance(1_000);
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id, ChangeBatch: { Changes } }));
    clock.advance(40_000);
    const answers = () => resolveDns(world, 'www.member.example', 'A').answers;
    expect(answers()).toEqual(['192.0.2.1']);
    clock.advance(60_000);
    expect(answers()).toEqual(['192.0.2.2']);
  });

  it('a role, and what else an account holds, is presumed over HTTP as well', async () => {
    const { assume, url } = await rig();
    const body = JSON.stringify({
      account: '111122223333',
      items: [{ kind: 'role', role: 'arn:aws:iam::111122223333:role/ci/deploy' }],
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/_relight/presume`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ presumed: 1 });
    const session = await assume({ RoleArn: 'arn:aws:iam::111122223333:role/ci/deploy' });
    expect(session.arn).toBe('arn:aws:sts::111122223333:assumed-role/deploy/run-1');
  });

  it('a key that the door was told of acts in the account of its caller', async () => {
    const { clusters, ecs, url } = await rig();
    const body = JSON.stringify({ accessKeyId: 'AKIAMEMBER', callerArn: `arn:aws:iam::${other}:user/member` });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/_relight/credentials`, { method: 'POST', headers, body });
    const member = { accessKeyId: 'AKIAMEMBER', secretAccessKey: 'x' };
    await ecs(member).send(new CreateClusterCommand({ clusterName: 'a' }));
    expect(await clusters(member)).toEqual([`arn:aws:ecs:eu-west-1:${other}:cluster/a`]);
    expect(await clusters(operator)).toEqual([]);
  });
});

describe('AssumeRole', () => {
  const denied = (arn = `arn:aws:iam::${other}:role/ops`, as = `arn:aws:iam::${home}:user/operator`) => ({
    name: 'AccessDenied',
    message: `User: ${as} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    $metadata: { httpStatusCode: 403 },
  });

  it('a role that is not there, in an account or without one, is refused as one that may not be assumed', async () => {
    const { assume, world } = await rig();
    for (const arn of [
      `arn:aws:iam::${other}:role/none`,
      'arn:aws:iam::999999999999:role/ops',
      `arn:aws:iam::${other}:role/x/ops`,
    ]) {
      await expect(assume({ RoleArn: arn })).rejects.toMatchObject(denied(arn));
    }
    expect(Object.keys(world.data.accounts ?? {})).toEqual([other]);
  });

  it('the external id has to be the role’s; one that nobody asked for does no harm', async () => {
    const { assume } = await rig({ externalId: 'the-secret' });
    await expect(assume()).rejects.toMatchObject(denied());
    await expect(assume({ ExternalId: 'another' })).rejects.toMatchObject(denied());
    expect((await assume({ ExternalId: 'the-secret' })).arn).toContain('assumed-role/ops');
    expect((await assume({ RoleArn: `arn:aws:iam::${home}:role/home-ops`, ExternalId: 'any' })).arn).toContain(
      'home-ops',
    );
  });

  it.each([
    [[home], true],
    [[`arn:aws:iam::${home}:root`], true],
    [[`arn:aws:iam::${home}:user/*`], true],
    [['999999999999', `arn:aws:iam::${home}:user/somebody`], false],
  ])('a role that trusts %j', async (trusts, may) => {
    const { assume } = await rig({ trusts });
    if (may) expect((await assume()).arn).toContain('assumed-role/ops');
    else await expect(assume()).rejects.toMatchObject(denied());
  });

  it('lasts as long as asked for, within what the role allows; then ExpiredToken in the words of each service', async () => {
    const { assume, clock, clusters, config } = await rig({ maxSessionDuration: 7_200 });
    const session = await assume({ DurationSeconds: 7_200 });
    expect(session.expiration).toEqual(new Date(t0 + 2 * hour));
    await expect(assume({ DurationSeconds: 7_201 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await expect(assume({ DurationSeconds: 899 })).rejects.toMatchObject({ name: 'ValidationError' });
    clock.advance(2 * hour - 1);
    expect(await clusters(session)).toEqual([]);
    clock.advance(1);
    await expect(clusters(session)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    await expect(new STSClient(config(session)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 403 },
    });
    await expect(new Route53Client(config(session)).send(new ListHostedZonesCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
    await expect(assume({}, session)).rejects.toMatchObject({ name: 'ExpiredToken' });
    expect((await assume()).expiration).toEqual(new Date(t0 + 3 * hour));
  });

  it('a role that a role assumes has an hour, whatever it allows', async () => {
    const { assume } = await rig();
    const first = await assume();
    const RoleArn = `arn:aws:iam::${home}:role/home-ops`;
    await expect(assume({ RoleArn, DurationSeconds: 3_601 }, first)).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
    const second = await assume({ RoleArn, DurationSeconds: 3_600 }, first);
    expect(second.arn).toBe(`arn:aws:sts::${home}:assumed-role/home-ops/run-1`);
    expect((await assume({ RoleArn, DurationSeconds: 43_200 })).expiration).toEqual(new Date(t0 + 12 * hour));
  });

  it('temporary keys need their token; without it, or with another one, nobody knows them', async () => {
    const { assume, clusters, config } = await rig();
    const { accessKeyId, secretAccessKey, sessionToken } = await assume();
    const { sessionToken: strange } = await assume();
    for (const each of [
      { accessKeyId, secretAccessKey },
      { accessKeyId, secretAccessKey, sessionToken: strange ?? '' },
    ]) {
      await expect(clusters(each)).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      });
      await expect(new STSClient(config(each)).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
        name: 'InvalidClientTokenId',
      });
    }
    expect(await clusters({ accessKeyId, secretAccessKey, sessionToken: sessionToken ?? '' })).toEqual([]);
  });

  // As LocalStack recorded them from AWS: tests/aws/services/sts/test_sts.py.
  it.each([
    'nothing-valid-in-here',
    'arn::b:::something/test-role',
    'arn:a::::something/test-role',
    'arn:a:::something/test-role',
    'arn:a:a::aaaaaaaaaa:',
  ])('%s is no ARN', async (arn) => {
    const { assume } = await rig();
    await expect(assume({ RoleArn: arn })).rejects.toMatchObject({
      name: 'ValidationError',
      message: `${arn} is invalid`,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('tags that are transitive are among those given, and stay as they are', async () => {
    const { assume } = await rig();
    const tag = (Key: string) => ({ Key, Value: 'x' });
    const refused = (message: string) => ({ name: 'InvalidParameterValue', message });
    await expect(assume({ Tags: [tag('team')], TransitiveTagKeys: ['Stage'] })).rejects.toMatchObject(
      refused('The specified transitive tag key must be included in the requested tags.'),
    );
    await expect(assume({ Tags: [tag('team'), tag('TEAM')] })).rejects.toMatchObject(
      refused('Duplicate tag keys found. Please note that Tag keys are case insensitive.'),
    );
    const first = await assume({ Tags: [tag('team')], TransitiveTagKeys: ['team'] });
    const RoleArn = `arn:aws:iam::${home}:role/home-ops`;
    for (const key of ['team', 'Team']) {
      await expect(assume({ RoleArn, Tags: [tag(key)] }, first)).rejects.toMatchObject(
        refused(
          "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
        ),
      );
    }
    expect((await assume({ RoleArn, Tags: [tag('stage')] }, first)).arn).toContain('home-ops');
  });

  it('a source identity stays, and no chained session takes on another one', async () => {
    const { assume } = await rig();
    const first = await assume({ SourceIdentity: 'alice' });
    const RoleArn = `arn:aws:iam::${home}:role/home-ops`;
    await expect(assume({ RoleArn, SourceIdentity: 'bob' }, first)).rejects.toMatchObject(denied(RoleArn, first.arn));
    expect((await assume({ RoleArn, SourceIdentity: 'alice' }, first)).arn).toContain('home-ops');
  });

  it.each([
    [
      'managed policies of AWS that nobody presumed',
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
    ],
    ['MFA', { SerialNumber: 'arn:aws:iam::123456789012:mfa/me', TokenCode: '123456' }],
  ])('%s are refused by name', async (_what, more) => {
    const { assume } = await rig();
    await expect(assume(more)).rejects.toMatchObject({ name: 'NotModelledBySandbox' });
  });
});

describe('Session policies', () => {
  it('an action that none allows is refused, and the world stays as it was', async () => {
    const { assume, clusters, ecs } = await rig();
    const readOnly = await assume({
      Policy: policy({ Effect: 'Allow', Action: ['ecs:Describe*', 'ecs:List*'], Resource: '*' }),
    });
    await expect(ecs(readOnly).send(new CreateClusterCommand({ clusterName: 'a' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: ${readOnly.arn} is not authorized to perform: ecs:CreateCluster on resource: ` +
        `arn:aws:ecs:eu-west-1:${other}:cluster/a because no session policy allows the ecs:CreateCluster action`,
    });
    expect(await clusters(readOnly)).toEqual([]);
  });

  it('a deny outweighs every allow; what it does not name goes on', async () => {
    const { assume, ecs } = await rig();
    const session = await assume({
      Policy: policy(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'ECS:delete*', Resource: `arn:aws:ecs:*:${other}:cluster/prod-*` },
      ),
    });
    for (const clusterName of ['prod-1', 'test-1']) await ecs(session).send(new CreateClusterCommand({ clusterName }));
    await ecs(session).send(new DeleteClusterCommand({ cluster: 'test-1' }));
    for (const cluster of ['prod-1', `arn:aws:ecs:eu-west-1:${other}:cluster/prod-1`]) {
      await expect(ecs(session).send(new DeleteClusterCommand({ cluster }))).rejects.toMatchObject({
        message: expect.stringMatching(/with an explicit deny in a session policy$/) as string,
      });
    }
    const { clusters } = await ecs(session).send(new DescribeClustersCommand({ clusters: ['prod-1'] }));
    expect(clusters?.[0]?.status).toBe('ACTIVE');
  });

  it('resources limit a session to what it names', async () => {
    const { assume, config } = await rig();
    const full = await assume();
    const zone = async (Name: string) =>
      (await new Route53Client(config(full)).send(new CreateHostedZoneCommand({ Name, CallerReference: Name })))
        .HostedZone?.Id ?? '';
    const mine = await zone('mine.example');
    const theirs = await zone('theirs.example');
    const session = await assume({
      Policy: policy({
        Effect: 'Allow',
        Action: ['route53:GetHostedZone', 'dynamodb:*Item'],
        Resource: [`arn:aws:route53:::${mine.slice(1)}`, `arn:aws:dynamodb:eu-west-1:${other}:table/locks`],
      }),
    });
    const route53 = new Route53Client(config(session));
    expect((await route53.send(new GetHostedZoneCommand({ Id: mine }))).HostedZone?.Name).toBe('mine.example.');
    await expect(route53.send(new GetHostedZoneCommand({ Id: theirs }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(route53.send(new ListHostedZonesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const dynamodb = new DynamoDBClient(config(session));
    const Key = { id: { S: '1' } };
    await expect(dynamodb.send(new GetItemCommand({ TableName: 'locks', Key }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(dynamodb.send(new PutItemCommand({ TableName: 'others', Item: Key }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('NotAction and NotResource say the opposite', async () => {
    const { assume, ecs } = await rig();
    const session = await assume({
      Policy: policy(
        { Effect: 'Allow', NotAction: 'ecs:Delete*', Resource: '*' },
        { Effect: 'Deny', Action: 'ecs:CreateCluster', NotResource: 'arn:aws:ecs:*:*:cluster/a?' },
      ),
    });
    await ecs(session).send(new CreateClusterCommand({ clusterName: 'a1' }));
    await expect(ecs(session).send(new CreateClusterCommand({ clusterName: 'b' }))).rejects.toThrow('explicit deny');
    await expect(ecs(session).send(new DeleteClusterCommand({ cluster: 'a1' }))).rejects.toThrow('no session policy');
  });

  it('what the role itself may not do, no session policy gives', async () => {
    const { assume, ecs } = await rig({
      policy: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ecs:List*', Resource: '*' } },
    });
    const session = await assume({ Policy: policy({ Effect: 'Allow', Action: '*', Resource: '*' }) });
    await expect(ecs(session).send(new CreateClusterCommand({ clusterName: 'a' }))).rejects.toThrow(
      'because no identity-based policy allows the ecs:CreateCluster action',
    );
  });

  it('nobody can be kept from asking who he is', async () => {
    const { assume, config } = await rig();
    const session = await assume({ Policy: policy({ Effect: 'Deny', Action: '*', Resource: '*' }) });
    const sts = new STSClient(config(session));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(other);
    await expect(assume({}, session)).rejects.toThrow('explicit deny');
  });

  it.each([
    ['no JSON', '{"Version":', 'MalformedPolicyDocumentException'],
    ['no statement', '{"Version":"2012-10-17"}', 'MalformedPolicyDocumentException'],
    [
      'a principal',
      policy({ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }),
      'MalformedPolicyDocumentException',
    ],
    [
      'an action without a service',
      policy({ Effect: 'Allow', Action: 'Describe', Resource: '*' }),
      'MalformedPolicyDocumentException',
    ],
    ['no resource', policy({ Effect: 'Allow', Action: '*' }), 'MalformedPolicyDocumentException'],
    [
      'more than fits',
      policy({ Effect: 'Allow', Action: '*', Resource: '*', Sid: 'x'.repeat(2_048) }),
      'PackedPolicyTooLargeException',
    ],
    [
      'a condition on what is not known',
      policy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { 's3:x': 'true' } } }),
      'NotModelledBySandbox',
    ],
    [
      'a variable that is not known',
      policy({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:x:::${saml:sub}' }),
      'NotModelledBySandbox',
    ],
  ])('%s: refused', async (_what, Policy, name) => {
    const { assume } = await rig();
    await expect(assume({ Policy })).rejects.toMatchObject({ name });
  });
});
