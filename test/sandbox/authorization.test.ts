// What a call asks policies for: actions, resources, condition keys; relight's own policies among them.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListClustersCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreatePolicyCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { policyFor } from '../../src/permissions/policy.ts';
import { policyDocument } from '../../src/permissions/render.ts';
import { callerOf } from '../../src/sandbox/callers.ts';
import { presume, type PresumedItem, type World } from '../../src/sandbox/index.ts';
import { playbookOf, readShipped, seededRig, type Rig } from '../helpers/rig.ts';
import { account, assumed, region, rig, role } from './iam-rig.ts';

/** What stands against a call of a session whose role may do this alone: `action on resource`. */
async function against(world: World, statements: object | readonly object[], [service, operation, input]: Call) {
  const policy = { Version: '2012-10-17', Statement: statements };
  presume(world, [{ kind: 'role', role: 'ops', policy }]);
  const caller = callerOf(world, await assumed(world, 'ops'), undefined);
  const denial = caller.denies?.({ service, operation, input, region, account });
  return denial === undefined ? undefined : `${denial.action} on ${denial.resource}`;
}

type Call = readonly [service: string, operation: string, input: Readonly<Record<string, unknown>>];

const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${account}:${name}`;
const allowed = (Action: string, Resource = '*', Condition: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});

describe('Resources', () => {
  const things: readonly PresumedItem[] = [
    { kind: 'secret', secret: arn('secretsmanager', 'secret:shop/db-AbCdEf') },
    { kind: 'key', key: 'alias/team' },
    { kind: 'key', key: 'k1' },
  ];
  const key = arn('kms', 'key/*');
  it.each<[what: string, call: Call, resource: string, other: string]>([
    [
      'a secret by its name',
      ['secretsmanager', 'DescribeSecret', { SecretId: 'shop/db' }],
      arn('secretsmanager', 'secret:shop/db-*'),
      arn('secretsmanager', 'secret:shop/web-*'),
    ],
    [
      'a secret by a part of its ARN',
      ['secretsmanager', 'DescribeSecret', { SecretId: arn('secretsmanager', 'secret:shop/db') }],
      arn('secretsmanager', 'secret:shop/db-AbCdEf'),
      arn('secretsmanager', 'secret:shop/db'),
    ],
    [
      'an image repository',
      ['ecr', 'DescribeImages', { repositoryName: 'shop/api' }],
      arn('ecr', 'repository/shop/api'),
      arn('ecr', 'repository/shop'),
    ],
    [
      'an image repository of another account',
      ['ecr', 'DescribeImages', { registryId: '210987654321', repositoryName: 'api' }],
      'arn:aws:ecr:*:210987654321:repository/api',
      arn('ecr', 'repository/api'),
    ],
    ['a key by its id', ['kms', 'DescribeKey', { KeyId: 'k1' }], arn('kms', 'key/k1'), arn('kms', 'key/k2')],
    ['a key by its alias', ['kms', 'DescribeKey', { KeyId: 'alias/team' }], key, arn('kms', 'alias/team')],
    [
      'a key by the ARN of its alias',
      ['kms', 'DescribeKey', { KeyId: arn('kms', 'alias/team') }],
      key,
      arn('kms', 'alias/*'),
    ],
    [
      'the log groups',
      ['logs', 'DescribeLogGroups', { logGroupNamePrefix: '/ecs' }],
      arn('logs', 'log-group:*'),
      arn('logs', 'log-group:/ecs*'),
    ],
    [
      'a log group',
      ['logs', 'DeleteLogGroup', { logGroupName: '/ecs' }],
      arn('logs', 'log-group:/ecs:*'),
      arn('logs', 'log-group:/ecs'),
    ],
    [
      'the tags of a log group',
      ['logs', 'ListTagsForResource', { resourceArn: arn('logs', 'log-group:/ecs') }],
      arn('logs', 'log-group:/ecs'),
      arn('logs', 'log-group:/ecs:*'),
    ],
  ])('%s', async (_what, call, resource, other) => {
    const { world } = rig();
    presume(world, things);
    const [service, operation] = call;
    expect(await against(world, allowed(`${service}:*`, resource), call)).toBeUndefined();
    expect(await against(world, allowed(`${service}:*`, other), call)).toContain(`${service}:${operation} on arn:`);
  });

  it('the index of tags is asked under a name of its own', async () => {
    const { world } = rig();
    const call: Call = ['tagging', 'GetResources', {}];
    expect(await against(world, allowed('tag:GetResources'), call)).toBeUndefined();
    expect(await against(world, allowed('tagging:*'), call)).toBe('tag:GetResources on *');
  });
});

describe('Secrets under a key of the account', () => {
  it('are read and written by whoever may use the key', async () => {
    const { config, world } = rig();
    presume(world, [{ kind: 'key', key: 'alias/team' }]);
    const ssm = new SSMClient(config('ssm'));
    const secret = { Type: 'SecureString', Value: 'x' } as const;
    await ssm.send(new PutParameterCommand({ ...secret, Name: '/shop/own', KeyId: 'alias/team' }));
    await ssm.send(new PutParameterCommand({ ...secret, Name: '/shop/plain' }));
    const read = (Name: string, WithDecryption = true): Call => ['ssm', 'GetParameter', { Name, WithDecryption }];
    const write = (more: object): Call => [
      'ssm',
      'PutParameter',
      { ...secret, Name: '/shop/new', KeyId: 'alias/team', ...more },
    ];
    const ssmOnly = allowed('ssm:*');
    expect(await against(world, ssmOnly, read('/shop/own'))).toContain(`kms:Decrypt on ${arn('kms', 'key/')}`);
    expect(await against(world, ssmOnly, read('/shop/own:1'))).toContain('kms:Decrypt');
    expect(
      await against(world, ssmOnly, ['ssm', 'GetParametersByPath', { Path: '/shop', WithDecryption: true }]),
    ).toContain('kms:Decrypt');
    expect(await against(world, ssmOnly, read('/shop/own', false))).toBeUndefined();
    expect(await against(world, ssmOnly, read('/shop/plain'))).toBeUndefined();
    expect(await against(world, ssmOnly, write({}))).toContain('kms:Encrypt');
    expect(await against(world, ssmOnly, write({ Tier: 'Advanced' }))).toContain('kms:GenerateDataKey');
    expect(await against(world, ssmOnly, write({ Type: 'String', KeyId: undefined }))).toBeUndefined();
    const key = (parameter: string): object =>
      allowed('kms:*', arn('kms', 'key/*'), {
        StringEquals: {
          'kms:EncryptionContext:PARAMETER_ARN': arn('ssm', `parameter/${parameter}`),
          'kms:ViaService': `ssm.${region}.amazonaws.com`,
        },
        Bool: { 'aws:ViaAWSService': 'true' },
      });
    expect(await against(world, [ssmOnly, key('shop/own')], read('/shop/own'))).toBeUndefined();
    expect(await against(world, [ssmOnly, key('shop/*')], read('/shop/own'))).toContain('kms:Decrypt');
  });
});

describe('Leading keys', () => {
  const table = { TableName: 'team' };
  const key = (id: string): object => ({ id: { S: id } });
  const query = (id: string, expression = 'id = :id'): object => ({
    ...table,
    KeyConditionExpression: expression,
    ExpressionAttributeValues: { ':id': { S: id } },
  });
  it.each<[operation: string, input: (id: string) => object]>([
    ['GetItem', (id) => ({ ...table, Key: key(id) })],
    ['PutItem', (id) => ({ ...table, Item: { ...key(id), other: { S: 'a' } } })],
    ['BatchGetItem', (id) => ({ RequestItems: { team: { Keys: [key('mine/1'), key(id)] } } })],
    ['BatchWriteItem', (id) => ({ RequestItems: { team: [{ DeleteRequest: { Key: key(id) } }] } })],
    ['TransactWriteItems', (id) => ({ TransactItems: [{ Put: { ...table, Item: key(id) } }] })],
    ['Query', query],
    ['Query', (id) => ({ ...query(id, '#id = :id'), ExpressionAttributeNames: { '#id': 'id' } })],
  ])('%s', async (operation, input) => {
    const { config, world } = rig();
    await new DynamoDBClient(config('dynamodb')).send(
      new CreateTableCommand({
        ...table,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const mine = allowed('dynamodb:*', '*', { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'mine/*' } });
    expect(await against(world, mine, ['dynamodb', operation, { ...input('mine/2') }])).toBeUndefined();
    expect(await against(world, mine, ['dynamodb', operation, { ...input('theirs/2') }])).toContain('dynamodb:');
  });
});

describe('What ECS is asked for', () => {
  const cluster = 'shop';
  it.each<[call: Call, resource: string]>([
    [
      ['ecs', 'DescribeContainerInstances', { cluster, containerInstances: ['one'] }],
      `container-instance/${cluster}/one`,
    ],
    [['ecs', 'PutClusterCapacityProviders', { cluster }], `cluster/${cluster}`],
    [['ecs', 'UpdateClusterSettings', { cluster }], `cluster/${cluster}`],
    [['ecs', 'UpdateCapacityProvider', { name: 'own' }], 'capacity-provider/own'],
    [['ecs', 'DeleteCapacityProvider', { capacityProvider: 'own' }], 'capacity-provider/own'],
    [['ecs', 'DeleteTaskDefinitions', { taskDefinitions: ['web:1'] }], 'task-definition/web:1'],
    [['ecs', 'CreateTaskSet', { cluster, service: 'web' }], `task-set/${cluster}/web/*`],
    [['ecs', 'DescribeTaskSets', { cluster, service: 'web', taskSets: ['s1'] }], `task-set/${cluster}/web/s1`],
    [['ecs', 'UpdateServicePrimaryTaskSet', { cluster, service: 'web' }], `service/${cluster}/web`],
    [['ecs', 'RunTask', { cluster, taskDefinition: 'web' }], 'task-definition/web:2'],
    [['ecs', 'StartTask', { cluster, taskDefinition: 'web', containerInstances: ['one'] }], 'task-definition/web:2'],
    [['ecs', 'RegisterTaskDefinition', { family: 'web' }], 'task-definition/web:*'],
  ])('%j', async (call, resource) => {
    const { config, world } = rig();
    const ecs = new ECSClient(config('ecs'));
    const containerDefinitions = [{ name: 'web', image: 'web:1', memory: 64 }];
    for (let revision = 0; revision < 2; revision += 1) {
      await ecs.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
    }
    expect(await against(world, allowed('ecs:*', arn('ecs', resource)), call)).toBeUndefined();
    expect(await against(world, allowed('iam:*'), call)).toBe(`ecs:${call[1]} on ${arn('ecs', resource)}`);
    if (!('taskDefinition' in call[2])) return;
    const revision = (name: string) =>
      allowed('ecs:*', '*', { ArnLike: { 'ecs:task-definition': arn('ecs', `task-definition/${name}`) } });
    expect(await against(world, revision('web:2'), call)).toBeUndefined();
    expect(await against(world, revision('web'), call)).toContain('ecs:');
  });

  it('StartTask passes roles and tags as RunTask does', async () => {
    const { world } = rig();
    const role = `arn:aws:iam::${account}:role/task`;
    const start = (more: object): Call => [
      'ecs',
      'StartTask',
      { taskDefinition: 'web', containerInstances: ['one'], ...more },
    ];
    const own = allowed('ecs:StartTask');
    expect(await against(world, own, start({}))).toBeUndefined();
    expect(await against(world, own, start({ overrides: { taskRoleArn: role } }))).toBe(`iam:PassRole on ${role}`);
    expect(await against(world, own, start({ tags: [{ key: 'a', value: 'b' }] }))).toBe(
      `ecs:TagResource on ${arn('ecs', 'task/default/*')}`,
    );
  });
});

describe('An empty list of values', () => {
  it('is none', async () => {
    const { world } = rig();
    const key = 'route53:ChangeResourceRecordSetsActions';
    const call: Call = ['route53', 'ChangeResourceRecordSets', { Id: 'Z1', body: { ChangeBatch: { Changes: [] } } }];
    expect(await against(world, allowed('route53:*', '*', { Null: { [key]: 'true' } }), call)).toBeUndefined();
    expect(await against(world, allowed('route53:*', '*', { Null: { [key]: 'false' } }), call)).toContain('route53:');
  });
});

describe('Tags of managed policies', () => {
  it('are asked for as those of roles are', async () => {
    const { iam, world } = rig();
    const document = JSON.stringify({ Version: '2012-10-17', Statement: allowed('ecs:*') });
    const tagged = new CreatePolicyCommand({
      PolicyName: 'kept',
      PolicyDocument: document,
      Tags: [{ Key: 'keep', Value: 'yes' }],
    });
    const { Policy } = await iam.send(tagged);
    const statements = [
      allowed('iam:*'),
      {
        Effect: 'Deny',
        Action: 'iam:DeletePolicy',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/keep': 'yes' } },
      },
    ];
    const remove: Call = ['iam', 'DeletePolicy', { PolicyArn: Policy?.Arn }];
    expect(await against(world, statements, remove)).toContain('iam:DeletePolicy');
    expect(
      await against(world, statements, ['iam', 'DeletePolicy', { PolicyArn: `${String(Policy?.Arn)}2` }]),
    ).toBeUndefined();
  });
});

describe('Whom a role of the same account trusts', () => {
  const target = `arn:aws:iam::${account}:role/target`;
  const by = (AWS: string): object => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  });
  const policyOf = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: statement });
  it.each<[what: string, trusted: string, own: object, may: boolean]>([
    ['its account alone', `arn:aws:iam::${account}:root`, allowed('ecs:*'), false],
    ['its account by its number', account, allowed('ecs:*'), false],
    ['its account, with leave', account, allowed('sts:AssumeRole', target), true],
    ['its account, with leave for another role', account, allowed('sts:AssumeRole', `${target}2`), false],
    ['the role', `arn:aws:iam::${account}:role/ops`, allowed('ecs:*'), true],
    ['the session', `arn:aws:sts::${account}:assumed-role/ops/run`, allowed('ecs:*'), true],
    [
      'the role, which is denied it',
      `arn:aws:iam::${account}:role/ops`,
      { ...allowed('sts:*'), Effect: 'Deny' },
      false,
    ],
    ['another role', `arn:aws:iam::${account}:role/other`, allowed('sts:*'), false],
  ])('%s', async (_what, trusted, own, may) => {
    const { assume, iam, world } = rig();
    presume(world, [{ kind: 'role', role: 'ops', policy: { Version: '2012-10-17', Statement: own } }]);
    await role(iam, 'target', policyOf(by(trusted)));
    const session = await assume('ops');
    const assumed = assume('target', { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AdministratorAccess' }] }, session);
    if (may) expect((await assumed).accessKeyId).toMatch(/^ASIA/);
    else await expect(assumed).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is a role as it was then, not one that is made anew under its name', async () => {
    const { assume, ecs, iam } = rig();
    const ops = await role(iam);
    await role(iam, 'target', policyOf(by(ops)));
    const before = await iam.send(new GetRoleCommand({ RoleName: 'ops' }));
    const old = await assume('ops');
    await assume('target', {}, old);
    await iam.send(new DeleteRoleCommand({ RoleName: 'ops' }));
    await role(iam);
    const after = await iam.send(new GetRoleCommand({ RoleName: 'ops' }));
    expect(after.Role?.RoleId).not.toBe(before.Role?.RoleId);
    await expect(ecs(old).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    const fresh = await assume('ops');
    await expect(assume('target', {}, fresh)).rejects.toMatchObject({ name: 'AccessDenied' });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'target', PolicyDocument: policyOf(by(ops)) }));
    expect((await assume('target', {}, fresh)).accessKeyId).toMatch(/^ASIA/);
  });
});

/** Needs of every kind whose reads a policy limits, and secrets under a key of the team's. */
const needy = `apiVersion: relight/v1
kind: Playbook
metadata: { name: needy }
target: { account: '${account}', region: ${region}, alias: needy }
params: { secret: { type: string, sensitive: true } }
lock: dynamodb://locks
recovery: { knownGood: 'dynamodb://team' }
components:
  password: { type: ssm/parameter, spec: { name: /needy/password, type: SecureString, secretValue: '\${params.secret}', keyId: alias/team } }
  token: { type: ssm/parameter, spec: { name: /needy/token, type: SecureString, tier: Advanced, secretValue: '\${params.secret}', keyId: alias/team } }
  tasks:
    type: ecs/task-definition
    spec:
      family: needy
      executionRole: needy-execution
      containers:
        - name: main
          image: ${account}.dkr.ecr.${region}.amazonaws.com/team/needy:1
          secrets:
            FULL: 'arn:aws:secretsmanager:${region}:${account}:secret:needy/full-AbCdEf'
            PART: 'arn:aws:secretsmanager:${region}:${account}:secret:needy/part'
            PARAMETER: /needy/elsewhere
          logConfiguration:
            logDriver: awslogs
            options: { awslogs-group: /ecs/needy, awslogs-region: ${region}, awslogs-stream-prefix: main }
`;

describe.each([
  ['deployer-api', () => ({ text: readShipped('deployer-api.yaml'), params: {} })],
  ['storefront', () => ({ text: readShipped('storefront.yaml'), params: {} })],
  ['needs of all kinds', () => ({ text: needy, params: { secret: 'x' } })],
])('relight’s own policy for %s', (_what, read) => {
  it('lets a role do a deployment, a rebuild and a teardown, and nothing less', async () => {
    const { params, text } = read();
    const playbook = playbookOf(text, params);
    const document = policyDocument(policyFor(playbook, componentTypes, 'recover')) as unknown as {
      readonly Statement: readonly { readonly Action: readonly string[] }[];
    };
    const { Statement, ...rest } = document;
    const less = { ...rest, Statement: Statement.filter(({ Action }) => !Action.includes('iam:PassRole')) };
    const calls: string[] = [];
    const found = { relight: [] as string[], less: [] as string[] };
    /** Has each call judged in its own world, as it happens. */
    const judge = async ({ witnesses, world }: Rig) => {
      const asked = async (name: keyof typeof found, policy: object) => {
        presume(world, [{ kind: 'role', role: name, policy: { ...policy } }]);
        const arn = `arn:aws:iam::${world.data.account}:role/${name}`;
        return [name, callerOf(world, await assumed(world, arn), undefined)] as const;
      };
      const callers = [await asked('relight', document), await asked('less', less)];
      witnesses.add(({ input, operation, region: at, service }) => {
        calls.push(`${service}:${operation}`);
        for (const [name, { account: of, denies }] of callers) {
          const denial = denies?.({ service, operation, input, region: at, account: of });
          if (denial !== undefined) found[name].push(`${denial.action} on ${denial.resource}`);
        }
      });
    };
    const seeded = await seededRig(playbook);
    await judge(seeded);
    const { report } = await seeded.recover('repair');
    expect(report.result).toBe('succeeded');
    const rebuilt = seeded.fork();
    await judge(rebuilt);
    await rebuilt.recover('rebuild');
    await seeded.recover('teardown', { verify: false });
    expect(calls.length).toBeGreaterThan(50);
    expect([...new Set(found.relight)]).toEqual([]);
    expect(found.less.join()).toContain('iam:PassRole');
  });
});
