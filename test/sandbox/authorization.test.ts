// What a call asks policies for: actions, resources, condition keys; relight's own policies among them.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { policyFor } from '../../src/permissions/policy.ts';
import { policyDocument } from '../../src/permissions/render.ts';
import { callerOf } from '../../src/sandbox/callers.ts';
import { presume, type PresumedItem, type World } from '../../src/sandbox/index.ts';
import { playbookOf, readShipped, seededRig, type Rig } from '../helpers/rig.ts';
import { account, assumed, region, rig } from './iam-rig.ts';

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
