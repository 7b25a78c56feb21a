// The readers of what pieces need: what each answers, and in how many calls.
import { DescribePullThroughCacheRulesCommand } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Need, NeedSeen, ReadContext } from '../../src/components/contract.ts';
import { policy } from '../../src/components/kit/needs/policy.ts';
import { see } from '../../src/components/kit/needs/see.ts';
import { presume, type PresumedItem } from '../../src/sandbox/index.ts';
import { bench, reading, region, scope, type Bench } from '../helpers/aws.ts';

const account = '123456789012';
const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;
const digest = `sha256:${'ab'.repeat(32)}`;

function holding(...items: readonly PresumedItem[]): Bench {
  const own = bench();
  presume(own.world, items);
  own.wire.length = 0;
  return own;
}

function kinds(seen: readonly NeedSeen[]): readonly string[] {
  return seen.map(({ kind }) => kind);
}

function operations({ wire }: Bench): readonly string[] {
  return wire.map(({ operation }) => operation).sort();
}

describe('all kinds together', () => {
  test('are asked for in as few calls as AWS allows, each thing once', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `subnet-${index}`);
    const names = Array.from({ length: 30 }, (_, index) => `/p/${index}`);
    const own = holding(
      ...ids.map((id) => ({ kind: 'subnet', id })),
      ...names.map((parameter) => ({ kind: 'parameter', parameter })),
    );
    const needs = [
      ...[...ids, ...ids, 'subnet-x'].map((name): Need => ({ kind: 'subnet', name })),
      ...names.map((name): Need => ({ kind: 'parameter', name })),
    ];
    const seen = await see(needs, reading(own));
    expect(seen.filter(({ kind }) => kind === 'missing')).toEqual([
      expect.objectContaining({ what: 'subnet subnet-x is not in eu-west-1' }),
    ]);
    expect(seen[500]?.kind).toBe('missing');
    expect(operations(own).filter((each) => each === 'DescribeSubnets')).toHaveLength(2);
    expect(new Set(operations(own))).toEqual(new Set(['DescribeSubnets', 'DescribeParameters']));
  });

  test('fail one by one: what could not be read is unseen, and all else is told', async () => {
    const own = holding({ kind: 'vpc', id: 'vpc-1' }, { kind: 'role', role: 'task' });
    own.faults.add({ kind: 'error-503', operation: 'DescribeVpcs' });
    const seen = await see(
      [
        { kind: 'vpc', name: 'vpc-1' },
        { kind: 'role', name: 'task' },
        { kind: 'role', name: 'other' },
      ],
      reading(own),
    );
    expect(kinds(seen)).toEqual(['unseen', 'there', 'missing']);
    expect(seen[0]).toMatchObject({ detail: expect.stringMatching(/^whether VPC vpc-1 is there: /) as string });
  });
});

describe('what lies elsewhere', () => {
  test.each<readonly [Need, string]>([
    [{ kind: 'secret', name: `arn:aws:secretsmanager:us-east-1:${account}:secret:db-AbCdEf` }, 'it lies in us-east-1'],
    [{ kind: 'parameter', name: `arn:aws:ssm:us-east-1:${account}:parameter/a` }, 'it lies in us-east-1'],
    [
      { kind: 'parameter', name: `arn:aws:ssm:${region}:210987654321:parameter/a` },
      'it is one of account 210987654321',
    ],
    [{ kind: 'image', name: `${account}.dkr.ecr.us-east-1.amazonaws.com/api:1` }, 'it lies in us-east-1'],
    [{ kind: 'log-group', name: '/api', region: 'us-east-1' }, 'it lies in us-east-1'],
    [{ kind: 'role', name: 'arn:aws:iam::210987654321:role/task' }, 'it is one of account 210987654321'],
    [{ kind: 'certificate', name: `arn:aws:iam::${account}:server-certificate/api` }, 'it is one of IAM'],
  ])('%j is not asked for, and not called missing', async (need, why) => {
    const own = holding();
    const [seen] = await see([need], reading(own));
    expect(seen).toMatchObject({ kind: 'unseen', detail: expect.stringContaining(why) as string });
    expect(own.wire).toEqual([]);
  });
});

describe('images', () => {
  const need = (name: string): Need => ({ kind: 'image', name: `${registry}/${name}` });

  test('are told by tag and by digest, those of a repository in one call', async () => {
    const own = holding(
      { kind: 'image', image: `${registry}/shop/api:1` },
      { kind: 'image', image: `${registry}/shop/api:latest@${digest}` },
    );
    const context = reading(own);
    const seen = await see([need('shop/api:1'), need('shop/api'), need(`shop/api:old@${digest}`)], context);
    expect(kinds(seen)).toEqual(['there', 'there', 'there']);
    expect(operations(own)).toEqual(['DescribeImages']);
  });

  test('of a repository that is gone are missing, all of them by one call', async () => {
    const own = holding();
    const seen = await see([need('gone:1'), need('gone:2')], reading(own));
    expect(seen).toMatchObject([
      { what: `image ${registry}/gone:1 is not in ECR: its repository gone does not exist` },
      { kind: 'missing' },
    ]);
    expect(operations(own).filter((each) => each === 'DescribeImages')).toHaveLength(1);
  });

  const cache = { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: 'registry-1.docker.io' };

  test.each([
    ['hub', 'unseen'],
    ['ROOT', 'unseen'],
    ['quay', 'missing'],
  ])('that a cache of %s may fetch first are %s', async (ecrRepositoryPrefix, kind) => {
    const context = withCaches(reading(holding()), [{ ...cache, ecrRepositoryPrefix }]);
    expect(kinds(await see([need('hub/library/nginx:1')], context))).toEqual([kind]);
  });

  test('whose caches may not be looked at are unseen', async () => {
    const context = withCaches(reading(holding()), 'denied');
    expect(await see([need('hub/library/nginx:1')], context)).toMatchObject([
      { kind: 'unseen', detail: expect.stringContaining('AccessDeniedException') as string },
    ]);
  });
});

/** The sandbox has no caches: their listing alone is answered here, everything else by the sandbox. */
function withCaches(context: ReadContext, rules: readonly object[] | 'denied'): ReadContext {
  const client: ReadContext['aws']['client'] = (row, options) => {
    const own = context.aws.client(row, options);
    const send = (command: never): unknown => {
      if (!((command as object) instanceof DescribePullThroughCacheRulesCommand)) return own.send(command);
      if (rules === 'denied') {
        return Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
      }
      return Promise.resolve({ pullThroughCacheRules: rules });
    };
    return { ...own, send };
  };
  return { ...context, aws: { ...context.aws, client } };
}

describe('secrets', () => {
  test('are found by the ARN of a container’s valueFrom, and gone while they wait for their deletion', async () => {
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:db-AbCdEf`;
    const own = holding({ kind: 'secret', secret: arn }, { kind: 'secret', secret: 'old', deleted: true });
    const seen = await see(
      [
        { kind: 'secret', name: `${arn}:password:AWSCURRENT:` },
        { kind: 'secret', name: 'old' },
      ],
      reading(own),
    );
    expect(seen).toMatchObject([{ kind: 'there' }, { what: 'secret old is marked for deletion' }]);
  });
});

describe('keys', () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';

  test.each<readonly [string, PresumedItem, object]>([
    ['alias/shop', { kind: 'key', key: 'alias/shop' }, { kind: 'there' }],
    [`arn:aws:kms:${region}:${account}:key/${id}`, { kind: 'key', key: id }, { kind: 'there' }],
    [id, { kind: 'key', key: id, state: 'PendingDeletion' }, { what: `key ${id} cannot be used (PendingDeletion)` }],
    [
      `arn:aws:kms:us-east-1:${account}:key/${id}`,
      { kind: 'key', key: id },
      { what: `key arn:aws:kms:us-east-1:${account}:key/${id} is not in eu-west-1` },
    ],
  ])('%s', async (name, item, expected) => {
    expect(await see([{ kind: 'key', name }], reading(holding(item)))).toMatchObject([expected]);
  });
});

describe('roles', () => {
  test('of one name and another path are other roles', async () => {
    const own = holding({ kind: 'role', role: `arn:aws:iam::${account}:role/shop/task` });
    const seen = await see(
      [
        { kind: 'role', name: `arn:aws:iam::${account}:role/shop/task` },
        { kind: 'role', name: `arn:aws:iam::${account}:role/task` },
      ],
      reading(own),
    );
    expect(seen).toMatchObject([
      { kind: 'there' },
      { what: expect.stringContaining(`the role of that name is arn:aws:iam::${account}:role/shop/task`) as string },
    ]);
  });
});

describe('log groups', () => {
  test('are not taken for another one that begins alike', async () => {
    const own = holding({ kind: 'log-group', name: '/api-old' });
    expect(kinds(await see([{ kind: 'log-group', name: '/api' }], reading(own)))).toEqual(['missing']);
  });
});

describe('pieces that others make', () => {
  test('are asked for together, and each by itself only where one of them is gone', async () => {
    const own = holding({ kind: 'vpc', id: 'vpc-1' });
    own.aws.gate.openForChanges();
    const containers = own.aws.client(ecs);
    for (const clusterName of ['one', 'two']) await containers.send(new CreateClusterCommand({ clusterName }));
    const task = { family: 'api', containerDefinitions: [{ name: 'api', image: 'api:1', memory: 128 }] };
    await containers.send(new RegisterTaskDefinitionCommand(task));
    const groups = await Promise.all(
      ['a', 'b'].map(async (Name): Promise<Need> => {
        const input = { Name, Port: 80, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' } as const;
        const { TargetGroups = [] } = await own.aws.client(elbv2).send(new CreateTargetGroupCommand(input));
        return { kind: 'target-group', name: TargetGroups[0]?.TargetGroupArn ?? '' };
      }),
    );
    own.wire.length = 0;
    const clusters = ['one', 'two', 'three'].map((name): Need => ({ kind: 'cluster', name }));
    const revisions = ['api', 'api:1', 'api:2'].map((name): Need => ({ kind: 'task-definition', name }));
    const seen = await see([...clusters, ...revisions, ...groups], reading(own));
    expect(kinds(seen)).toEqual(['there', 'there', 'missing', 'there', 'there', 'missing', 'there', 'there']);
    expect(operations(own)).toEqual([
      'DescribeClusters',
      ...['DescribeTargetGroups', 'DescribeTaskDefinition', 'DescribeTaskDefinition', 'DescribeTaskDefinition'],
    ]);
    own.wire.length = 0;
    const gone = `${groups[0]?.name.slice(0, -16) ?? ''}0000000000000000`;
    const again = await see([...groups, { kind: 'target-group', name: gone }], reading(own));
    expect(kinds(again)).toEqual(['there', 'there', 'missing']);
    expect(again[2]).toMatchObject({ what: `target group ${gone} does not exist` });
    expect(operations(own)).toHaveLength(4);
  });

  test('of another region are not asked for', async () => {
    const own = holding();
    const name = `arn:aws:elasticloadbalancing:us-east-1:${account}:targetgroup/a/0123456789abcdef`;
    expect(kinds(await see([{ kind: 'target-group', name }], reading(own)))).toEqual(['unseen']);
    expect(own.wire).toEqual([]);
  });
});

test('the policy of the reads names what each is about, as far as it can be limited', () => {
  const granted = policy(
    [
      { kind: 'subnet', name: 'subnet-1' },
      { kind: 'role', name: 'task' },
      { kind: 'secret', name: `arn:aws:secretsmanager:${region}:${account}:secret:db` },
      { kind: 'image', name: `${registry}/shop/api:1` },
      { kind: 'key', name: 'alias/shop' },
      { kind: 'log-group', name: '/api' },
      { kind: 'parameter', name: '/a' },
      { kind: 'cluster', name: 'one' },
      { kind: 'task-definition', name: 'api:1' },
      { kind: 'listener', name: `arn:aws:elasticloadbalancing:${region}:${account}:listener/app/a/b/c` },
    ],
    scope,
  );
  expect(granted).toEqual({
    'ec2:DescribeSubnets': { resources: ['*'] },
    'iam:GetRole': { resources: [`arn:aws:iam::${account}:role/task`] },
    'secretsmanager:DescribeSecret': { resources: [`arn:aws:secretsmanager:${region}:${account}:secret:db-*`] },
    'ecr:DescribeImages': { resources: [`arn:aws:ecr:${region}:${account}:repository/shop/api`] },
    'ecr:DescribePullThroughCacheRules': { resources: ['*'] },
    'kms:DescribeKey': { resources: [`arn:aws:kms:${region}:${account}:key/*`] },
    'logs:DescribeLogGroups': { resources: [`arn:aws:logs:${region}:${account}:log-group:*`] },
    'ssm:DescribeParameters': { resources: ['*'] },
    'ecs:DescribeClusters': { resources: [`arn:aws:ecs:${region}:${account}:cluster/one`] },
    'ecs:DescribeTaskDefinition': { resources: ['*'] },
    'elasticloadbalancing:DescribeListeners': { resources: ['*'] },
  });
});
