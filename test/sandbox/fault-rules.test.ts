// What a rule can select beyond service, operation and count, and the misfortunes that are drawn or remembered.
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
} from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHostedZoneCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import {
  createWorld,
  ecsOf,
  Faults,
  sandboxClientConfig,
  VirtualClock,
  type TransportOptions,
  type FaultRule,
  type World,
} from '../../src/sandbox/index.ts';
import { deployedRig, readShipped } from '../helpers/rig.ts';

const t0 = Date.UTC(2026, 8, 5, 10);

interface Place {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly ecs: ECSClient;
  readonly faults: Faults;
}

function place(rules: readonly FaultRule[], options: TransportOptions = {}): Place {
  const clock = new VirtualClock(t0);
  const world = createWorld({ clock });
  const faults = new Faults(rules, t0);
  const ecs = new ECSClient(sandboxClientConfig(world, 'ecs', 'eu-west-1', { ...options, faults }));
  return { clock, world, ecs, faults };
}

/** `x` for each call that was hit. */
async function pattern(count: number, call: (index: number) => Promise<unknown>): Promise<string> {
  let text = '';
  for (let index = 0; index < count; index += 1) {
    text += await call(index).then(
      () => '.',
      () => 'x',
    );
  }
  return text;
}

const listing = ({ ecs }: Place) => ecs.send(new ListClustersCommand({}));
const creating = ({ ecs }: Place, clusterName: string) => ecs.send(new CreateClusterCommand({ clusterName }));

describe('Which calls a rule hits', () => {
  it('operations by a pattern of their names', async () => {
    const there = place([{ operation: 'List*', kind: 'throttle' }]);
    await expect(listing(there)).rejects.toThrow('Rate exceeded');
    await creating(there, 'List');
  });

  it('reads only, or changes only', async () => {
    const changes = place([{ calls: 'changes', kind: 'error-500' }]);
    await listing(changes);
    await expect(creating(changes, 'a')).rejects.toThrow();
    const readings = place([{ calls: 'reads', kind: 'error-500' }]);
    await creating(readings, 'a');
    await expect(listing(readings)).rejects.toThrow();
  });

  it('inputs with certain values, at any depth and in lists, and those alone', async () => {
    const there = place([{ where: { 'clusters.0': 'wonderland' }, kind: 'access-denied' }]);
    const describing = (...clusters: string[]) => there.ecs.send(new DescribeClustersCommand({ clusters }));
    await expect(describing('wonderland')).rejects.toThrow('not authorized');
    await describing('wonderland-2');
    await describing('other', 'wonderland');
    await listing(there);
  });

  it('whatever a test decides', async () => {
    const there = place([{ when: ({ input }) => Object.keys(input).length === 0, kind: 'throttle' }]);
    await expect(listing(there)).rejects.toThrow();
    await creating(there, 'a');
  });

  it('a share of them, drawn by lot: alike for the same seed, another for another, about as many as told', async () => {
    const drawn = async (seed: number) => {
      const there = place([{ rate: 0.3, seed, kind: 'throttle' }]);
      return pattern(200, () => listing(there));
    };
    const first = await drawn(7);
    expect(await drawn(7)).toBe(first);
    expect(await drawn(8)).not.toBe(first);
    const hits = first.replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(40);
    expect(hits).toBeLessThan(80);
  });

  it('by lot, until so many were hit', async () => {
    const there = place([{ rate: 0.5, times: 3, kind: 'throttle' }]);
    const text = await pattern(60, () => listing(there));
    expect(text.replaceAll('.', '')).toBe('xxx');
  });

  it('for a time only, counted from when the rule was set', async () => {
    const there = place([{ afterMs: 10_000, forMs: 40_000, kind: 'throttle' }]);
    const text = await pattern(6, async (index) => {
      there.clock.advance(t0 + index * 10_000 - there.clock.now());
      await listing(there);
    });
    expect(text).toBe('.xxxx.');
    there.faults.add({ forMs: 5_000, kind: 'throttle' }, there.clock.now());
    await expect(listing(there)).rejects.toThrow();
    there.clock.advance(5_000);
    await listing(there);
  });
});

describe('Drawn latencies', () => {
  const delays = async (latency: NonNullable<FaultRule['latency']>, seed = 1): Promise<readonly number[]> => {
    const there = place([{ kind: 'latency', latency, seed }]);
    const list: number[] = [];
    for (let index = 0; index < 300; index += 1) {
      const before = there.clock.now();
      await listing(there);
      list.push(there.clock.now() - before);
    }
    return list.toSorted((a, b) => a - b);
  };

  it('uniform: between its ends, all over', async () => {
    const drawn = await delays({ kind: 'uniform', from: 100, to: 200 });
    expect(drawn[0]).toBeGreaterThanOrEqual(100);
    expect(drawn[0]).toBeLessThan(110);
    expect(drawn.at(-1)).toBeLessThanOrEqual(200);
    expect(drawn.at(-1)).toBeGreaterThan(190);
  });

  it('lognormal: its median, a long tail, and no more than the most', async () => {
    const drawn = await delays({ kind: 'lognormal', median: 80, sigma: 0.7, most: 400 });
    expect(drawn[150]).toBeGreaterThan(65);
    expect(drawn[150]).toBeLessThan(95);
    // The 95th percentile of the distribution is 80 * exp(1.645 * 0.7) = 253.
    expect(drawn[285]).toBeGreaterThan(190);
    expect(drawn.at(-1)).toBeLessThanOrEqual(400);
  });

  it('the same seed, the same latencies', async () => {
    const latency = { kind: 'lognormal', median: 80, sigma: 0.5 } as const;
    expect(await delays(latency, 3)).toEqual(await delays(latency, 3));
    expect(await delays(latency, 3)).not.toEqual(await delays(latency, 4));
  });
});

describe('Stale reads', () => {
  const seen = async (there: Place) => (await listing(there)).clusterArns?.length;

  it('answer from before the writes of the last while, then as things are', async () => {
    const there = place([{ kind: 'stale', staleMs: 2_000 }]);
    await creating(there, 'a');
    there.clock.advance(1_500);
    await creating(there, 'b');
    expect(await seen(there)).toBe(0);
    there.clock.advance(500);
    expect(await seen(there)).toBe(1);
    there.clock.advance(1_500);
    expect(await seen(there)).toBe(2);
    await there.ecs.send(new DeleteClusterCommand({ cluster: 'a' }));
    expect(await seen(there)).toBe(2);
    there.clock.advance(2_000);
    expect(await seen(there)).toBe(1);
  });

  it('change nothing: a write that follows sees the present', async () => {
    const there = place([{ kind: 'stale', staleMs: 60_000 }]);
    await creating(there, 'a');
    expect(await seen(there)).toBe(0);
    await there.ecs.send(new DeleteClusterCommand({ cluster: 'a' }));
    expect(ecsOf(there.world.region('eu-west-1')).clusters['a']?.status).toBe('INACTIVE');
  });

  it('last as long as is usual for the service unless told', async () => {
    const there = place([{ kind: 'stale' }]);
    await creating(there, 'a');
    there.clock.advance(1_999);
    expect(await seen(there)).toBe(0);
    there.clock.advance(1);
    expect(await seen(there)).toBe(1);
  });

  it('are of the service that was written to: others show the present', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    rig.faults.add({ kind: 'stale', staleMs: 60_000 });
    const transport = sandboxClientConfig(rig.world, 'ecs', 'eu-west-1', { faults: rig.faults });
    await new ECSClient(transport).send(new CreateClusterCommand({ clusterName: 'a' }));
    const { LoadBalancers } = await rig.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toHaveLength(1);
    expect((await new ECSClient(transport).send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  });

  it('DynamoDB: not where consistency is asked for', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    rig.faults.add({ kind: 'stale', service: 'dynamodb' });
    const session = await rig.open('change');
    const { aws } = session.observeContext;
    aws.gate.openForChanges();
    const key = { service: { S: 'another' } };
    await aws.client(dynamodb).send(new PutItemCommand({ TableName: 'deployer-state', Item: key }));
    const reading = async (ConsistentRead: boolean) =>
      (await aws.client(dynamodb).send(new GetItemCommand({ TableName: 'deployer-state', Key: key, ConsistentRead })))
        .Item;
    expect(await reading(false)).toBeUndefined();
    expect(await reading(true)).toEqual(key);
  });

  it('Route 53: never', async () => {
    const there = place([{ kind: 'stale', staleMs: 60_000 }]);
    const { world, faults } = there;
    const route53 = new Route53Client(sandboxClientConfig(world, 'route53', 'eu-west-1', { faults }));
    await route53.send(new CreateHostedZoneCommand({ Name: 'wonderland.example', CallerReference: '1' }));
    expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toHaveLength(1);
  });
});

describe('Request rates', () => {
  it("as a fault: AWS's own buckets, or the share of them that others leave", async () => {
    const whole = place([{ kind: 'request-rates' }]);
    expect((await pattern(60, () => listing(whole))).replaceAll('x', '').length).toBe(50);
    const fifth = place([{ kind: 'request-rates', share: 0.2 }]);
    expect((await pattern(60, () => listing(fifth))).replaceAll('x', '').length).toBe(10);
    fifth.clock.advance(1_000);
    // 20 a second are refilled, a fifth of them here.
    expect((await pattern(60, () => listing(fifth))).replaceAll('x', '').length).toBe(4);
  });
});
