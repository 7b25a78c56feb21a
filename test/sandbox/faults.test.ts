import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { GetHostedZoneCountCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  createWorld,
  ecsOf,
  Faults,
  fork,
  sandboxClientConfig,
  snapshot,
  VirtualClock,
  type TransportOptions,
  type FaultKind,
  type ObservedCall,
  type ServiceName,
  type World,
} from '../../src/sandbox/index.ts';

const t0 = Date.UTC(2026, 8, 5, 10);
const newWorld = (): World => createWorld({ clock: new VirtualClock(t0) });

/** One harmless call of each service. */
const reads = {
  ecs: (world, options) => new ECSClient(config(world, 'ecs', options)).send(new ListClustersCommand({})),
  dynamodb: (world, options) => new DynamoDBClient(config(world, 'dynamodb', options)).send(new ListTablesCommand({})),
  elasticloadbalancing: (world, options) =>
    new ElasticLoadBalancingV2Client(config(world, 'elasticloadbalancing', options)).send(
      new DescribeLoadBalancersCommand({}),
    ),
  route53: (world, options) =>
    new Route53Client(config(world, 'route53', options)).send(new ListHostedZonesCommand({})),
  sts: (world, options) => new STSClient(config(world, 'sts', options)).send(new GetCallerIdentityCommand({})),
  iam: (world, options) => new IAMClient(config(world, 'iam', options)).send(new ListAccountAliasesCommand({})),
} satisfies Record<string, (world: World, options: TransportOptions) => Promise<unknown>>;

function config(world: World, service: ServiceName, options: TransportOptions) {
  return sandboxClientConfig(world, service, 'eu-west-1', options);
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('the call succeeded'),
    (error: unknown) => error,
  );
}

async function outcomeOf(service: keyof typeof reads, kind: FaultKind): Promise<unknown> {
  return thrownBy(reads[service](newWorld(), { faults: new Faults([{ kind }]) }));
}

const caller = 'arn:aws:iam::123456789012:user/operator';

describe('Injected errors, in the words of each service', () => {
  it.each([
    ['ecs', 'ThrottlingException'],
    ['dynamodb', 'ThrottlingException'],
    ['elasticloadbalancing', 'Throttling'],
    ['route53', 'Throttling'],
    ['iam', 'Throttling'],
    ['sts', 'Throttling'],
  ] as const)('throttle: %s says %s', async (service, name) => {
    expect(await outcomeOf(service, 'throttle')).toMatchObject({
      name,
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it.each([
    ['ecs', 'AccessDeniedException', 400, 'ecs:ListClusters'],
    ['dynamodb', 'AccessDeniedException', 400, 'dynamodb:ListTables'],
    ['elasticloadbalancing', 'AccessDenied', 403, 'elasticloadbalancing:DescribeLoadBalancers'],
    ['route53', 'AccessDenied', 403, 'route53:ListHostedZones'],
    ['iam', 'AccessDenied', 403, 'iam:ListAccountAliases'],
  ] as const)('access-denied: %s says %s with HTTP %i', async (service, name, httpStatusCode, action) => {
    expect(await outcomeOf(service, 'access-denied')).toMatchObject({
      name,
      message: `User: ${caller} is not authorized to perform: ${action} on resource: *`,
      $metadata: { httpStatusCode },
    });
  });

  it.each([
    ['ecs', 'ExpiredTokenException', 400],
    ['dynamodb', 'ExpiredTokenException', 400],
    ['elasticloadbalancing', 'ExpiredToken', 403],
    ['route53', 'ExpiredToken', 403],
    ['sts', 'ExpiredToken', 403],
  ] as const)('expired-token: %s says %s', async (service, name, httpStatusCode) => {
    const error = await outcomeOf(service, 'expired-token');
    // The STS client turns this code into its modelled class, ExpiredTokenException.
    expect((error as { Code?: string; name: string }).Code ?? (error as Error).name).toBe(name);
    expect(error).toMatchObject({
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode },
    });
  });

  it.each([
    ['ecs', 'ServerException'],
    ['dynamodb', 'InternalServerError'],
    ['elasticloadbalancing', 'InternalFailure'],
    ['route53', 'InternalFailure'],
  ] as const)('error-500: %s says %s', async (service, name) => {
    expect(await outcomeOf(service, 'error-500')).toMatchObject({ name, $metadata: { httpStatusCode: 500 } });
  });

  it.each(['ecs', 'route53'] as const)('error-503: %s', async (service) => {
    const error = await outcomeOf(service, 'error-503');
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect((error as Error).name).toMatch(/^ServiceUnavailable/);
  });

  it('takes another text when told', async () => {
    const faults = new Faults([{ kind: 'throttle', message: 'slow down' }]);
    expect(await thrownBy(reads.sts(newWorld(), { faults }))).toMatchObject({ message: 'slow down' });
  });
});

describe('Which calls a rule hits', () => {
  const create = (world: World, faults: Faults, clusterName: string): Promise<string> =>
    new ECSClient(config(world, 'ecs', { faults })).send(new CreateClusterCommand({ clusterName })).then(
      () => 'ok',
      (error: unknown) => (error as Error).name,
    );

  it('the nth matching one', async () => {
    const world = newWorld();
    const faults = new Faults([{ service: 'ecs', operation: 'CreateCluster', nth: 2, kind: 'throttle' }]);
    await reads.ecs(world, { faults });
    expect([
      await create(world, faults, 'a'),
      await create(world, faults, 'b'),
      await create(world, faults, 'c'),
    ]).toEqual(['ok', 'ThrottlingException', 'ok']);
  });

  it('so many in a row, from the nth on', async () => {
    const world = newWorld();
    const faults = new Faults([
      { operation: 'CreateCluster', times: 1, kind: 'throttle' },
      { operation: 'CreateCluster', nth: 3, times: 2, kind: 'error-500' },
    ]);
    const outcomes = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) outcomes.push(await create(world, faults, name));
    expect(outcomes).toEqual(['ThrottlingException', 'ok', 'ServerException', 'ServerException', 'ok']);
  });

  it('those that name a resource', async () => {
    const world = newWorld();
    const faults = new Faults([{ resource: 'wonder', kind: 'access-denied' }]);
    expect(await create(world, faults, 'wonderland')).toBe('AccessDeniedException');
    expect(await create(world, faults, 'other')).toBe('ok');
  });

  it('no other service or operation; none once cleared', async () => {
    const world = newWorld();
    const faults = new Faults([{ service: 'sts', kind: 'throttle' }]);
    faults.add({ operation: 'ListAccountAliases', kind: 'throttle' });
    await reads.ecs(world, { faults });
    await expect(reads.sts(world, { faults })).rejects.toThrow('Rate exceeded');
    await expect(reads.iam(world, { faults })).rejects.toThrow('Rate exceeded');
    faults.clear();
    await reads.sts(world, { faults });
    await reads.iam(world, { faults });
  });

  it('leaves no trace in the world', async () => {
    const world = newWorld();
    const before = snapshot(world);
    await thrownBy(reads.sts(world, { faults: new Faults([{ kind: 'throttle' }]) }));
    expect(snapshot(world)).toEqual(before);
  });
});

describe('Broken connections', () => {
  const clusters = (world: World): string[] => Object.keys(ecsOf(world.region('eu-west-1')).clusters);

  it('reset-before: the operation was not carried out', async () => {
    const world = newWorld();
    const faults = new Faults([{ operation: 'CreateCluster', kind: 'reset-before' }]);
    const client = new ECSClient(config(world, 'ecs', { faults }));
    const error = await thrownBy(client.send(new CreateClusterCommand({ clusterName: 'a' })));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(clusters(world)).toEqual([]);
  });

  it('reset-after: the operation was carried out, and the caller cannot know', async () => {
    const world = newWorld();
    const calls: ObservedCall[] = [];
    const faults = new Faults([{ operation: 'CreateCluster', kind: 'reset-after' }]);
    const client = new ECSClient(config(world, 'ecs', { faults, onCall: (call) => calls.push(call) }));
    const error = await thrownBy(client.send(new CreateClusterCommand({ clusterName: 'a' })));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(clusters(world)).toEqual(['a']);
    expect(calls.map((call) => call.outcome)).toEqual([{ kind: 'reset', applied: true }]);
  });
});

describe('Silence and delay', () => {
  it('hang: never answers until the caller gives up', async () => {
    const world = newWorld();
    const calls: ObservedCall[] = [];
    const options = { faults: new Faults([{ kind: 'hang' }]), onCall: (call: ObservedCall) => calls.push(call) };
    const client = new STSClient(config(world, 'sts', options));
    const controller = new AbortController();
    const pending = client.send(new GetCallerIdentityCommand({}), { abortSignal: controller.signal });
    void world.clock.sleep(60_000).then(() => {
      controller.abort();
    });
    expect(await thrownBy(pending)).toMatchObject({ name: 'AbortError' });
    expect(world.clock.now()).toBe(t0 + 60_000);
    expect(calls.map((call) => call.outcome.kind)).toEqual(['aborted']);
  });

  it('latency: passes on the virtual clock, and adds up with the latency of the door', async () => {
    const world = newWorld();
    const faults = new Faults([{ kind: 'latency', latencyMs: 1_500 }]);
    await reads.sts(world, { faults, latencyMs: 20 });
    expect(world.clock.now()).toBe(t0 + 1_520);
  });

  it('latency together with another fault: late, and then that one', async () => {
    const world = newWorld();
    const faults = new Faults([{ kind: 'latency', latencyMs: 700 }, { kind: 'throttle' }]);
    expect(await thrownBy(reads.sts(world, { faults }))).toMatchObject({ name: 'Throttling' });
    expect(world.clock.now()).toBe(t0 + 700);
  });

  it('a call that is given up during the latency is not carried out', async () => {
    const world = newWorld();
    const client = new ECSClient(config(world, 'ecs', { latencyMs: 10_000 }));
    const controller = new AbortController();
    const pending = client.send(new CreateClusterCommand({ clusterName: 'a' }), { abortSignal: controller.signal });
    void world.clock.sleep(5_000).then(() => {
      controller.abort();
    });
    expect(await thrownBy(pending)).toMatchObject({ name: 'AbortError' });
    expect(ecsOf(world.region('eu-west-1')).clusters).toEqual({});
  });

  it('a signal that is aborted beforehand stops the call at once', async () => {
    const client = new STSClient(config(newWorld(), 'sts', {}));
    const abortSignal = AbortSignal.abort();
    expect(await thrownBy(client.send(new GetCallerIdentityCommand({}), { abortSignal }))).toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('Observing calls', () => {
  it('tells service, operation, input, instant and outcome of every call', async () => {
    const world = newWorld();
    const calls: ObservedCall[] = [];
    const options: TransportOptions = { onCall: (call) => calls.push(call) };
    const client = new ECSClient(config(world, 'ecs', options));
    await client.send(new CreateClusterCommand({ clusterName: 'a' }));
    await reads.sts(world, { ...options, faults: new Faults([{ kind: 'access-denied' }]) }).catch(() => undefined);
    expect(calls).toEqual([
      {
        service: 'ecs',
        operation: 'CreateCluster',
        mutating: true,
        region: 'eu-west-1',
        at: t0,
        input: { clusterName: 'a' },
        outcome: { kind: 'ok' },
      },
      {
        service: 'sts',
        operation: 'GetCallerIdentity',
        mutating: false,
        region: 'eu-west-1',
        at: t0,
        input: {},
        outcome: { kind: 'error', code: 'AccessDenied', status: 403 },
      },
    ]);
  });
});

describe('Request rates', () => {
  /** How many of `count` calls at one instant pass. */
  async function passing(count: number, call: () => Promise<unknown>): Promise<number> {
    let passed = 0;
    for (let index = 0; index < count; index += 1)
      passed += await call().then(
        () => 1,
        () => 0,
      );
    return passed;
  }

  it('are not enforced unless asked for', async () => {
    const world = newWorld();
    expect(await passing(30, () => reads.route53(world, {}))).toBe(30);
  });

  it('Route 53: five a second for the whole account, whatever the operation, client and region', async () => {
    const clock = new VirtualClock(t0);
    const world = createWorld({ clock });
    const options = { throttling: true };
    const other = new Route53Client(sandboxClientConfig(world, 'route53', 'us-east-1', options));
    expect(await passing(4, () => reads.route53(world, options))).toBe(4);
    expect(await passing(4, () => other.send(new GetHostedZoneCountCommand({})))).toBe(1);
    clock.advance(400);
    expect(await passing(4, () => reads.route53(world, options))).toBe(2);
    clock.advance(60_000);
    expect(await passing(8, () => reads.route53(world, options))).toBe(5);
  });

  it('ECS: buckets of their own per kind of call and region', async () => {
    const clock = new VirtualClock(t0);
    const world = createWorld({ clock });
    const options = { throttling: true };
    const create = (region: string) => () =>
      new ECSClient(sandboxClientConfig(world, 'ecs', region, options)).send(
        new CreateClusterCommand({ clusterName: 'a' }),
      );
    expect(await passing(30, create('eu-west-1'))).toBe(20);
    expect(await passing(30, create('us-east-1'))).toBe(20);
    expect(await passing(60, () => reads.ecs(world, options))).toBe(50);
    clock.advance(3_000);
    expect(await passing(30, create('eu-west-1'))).toBe(3);
  });

  it('ELBv2: 40 Describe calls at once, then 10 a second', async () => {
    const clock = new VirtualClock(t0);
    const world = createWorld({ clock });
    const describeAll = () => reads.elasticloadbalancing(world, { throttling: true });
    expect(await passing(50, describeAll)).toBe(40);
    clock.advance(1_000);
    expect(await passing(20, describeAll)).toBe(10);
  });

  it('a fork starts with full buckets', async () => {
    const world = newWorld();
    const options = { throttling: true };
    expect(await passing(6, () => reads.route53(world, options))).toBe(5);
    const copy = fork(world, new VirtualClock(t0));
    expect(await passing(6, () => reads.route53(copy, options))).toBe(5);
  });
});
