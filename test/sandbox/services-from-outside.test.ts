// A service that the sandbox does not have is put beside its own, and everything that goes over services goes over it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, describe, expect, it } from 'vitest';
import {
  clearFaults,
  countPieces,
  createWorld,
  Faults,
  faultsOf,
  fork,
  heldUp,
  instantTimings,
  loadWorldData,
  networkOf,
  picturesIn,
  presume,
  putTag,
  randomTimings,
  readFaults,
  reset,
  sandboxClientConfig,
  sandboxRequestHandler,
  saveWorldData,
  serve,
  setFaults,
  snapshot,
  VirtualClock,
  type RegionData,
  type ServicePlug,
  type TransportOptions,
  type World,
  type WorldData,
} from '../../src/sandbox/index.ts';
import { builtInServices } from '../../src/sandbox/services/index.ts';
import { allow, assumed } from './iam-rig.ts';
import { queueService, queuesOf } from './queues.ts';

const t0 = Date.UTC(2026, 8, 5, 10);
const region = 'eu-west-1';
const services = [queueService];
const newWorld = (): World => createWorld({ clock: new VirtualClock(t0), services });

function call(world: World, operation: string, input: object, options: TransportOptions = {}): Promise<string> {
  return sandboxRequestHandler(world, 'queues', region, options)
    .handle({
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify(input),
    })
    .then(({ response }) => `${response.statusCode} ${Buffer.from(response.body).toString()}`);
}

/** Calls in a session of a role that may do what a policy says. */
async function roleWith(world: World, policy: string): Promise<TransportOptions> {
  presume(world, [{ kind: 'role', role: 'ops', policy: JSON.parse(policy) as object }]);
  return { signature: await assumed(world, 'ops') };
}

const folder = mkdtempSync(join(tmpdir(), 'relight-outside-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('Services from outside', () => {
  it('answer calls, in time, and beside the sandbox’s own', async () => {
    const world = newWorld();
    await call(world, 'CreateQueue', { QueueName: 'orders' });
    expect(await call(world, 'ListQueues', {})).toBe('200 {"QueueNames":["orders"]}');
    await call(world, 'DeleteQueue', { QueueName: 'orders' });
    expect(await call(world, 'CreateQueue', { QueueName: 'orders' })).toMatch(
      /^400 .*com\.amazonaws\.sqs#QueueDeletedRecently/,
    );
    await world.clock.sleep(60_000);
    expect(await call(world, 'ListQueues', {})).toBe('200 {"QueueNames":[]}');
    expect(await call(world, 'Nonsense', {})).toMatch(/^400 .*UnknownOperationException/);
    expect(Object.keys(world.region(region))).toEqual(expect.arrayContaining(['ecs', 'elbv2', 'dynamodb', 'queues']));
  });

  it('are not there in a world without them', async () => {
    const world = createWorld({ clock: new VirtualClock(t0) });
    expect(await call(world, 'ListQueues', {})).toMatch(/^404 .*The sandbox has no service queues/);
  });

  it('are served over HTTP, seeded and looked at', async () => {
    const served = await serve(newWorld(), { port: 0 });
    try {
      const ask = async (path: string, body: unknown, headers: object = {}): Promise<string> => {
        const init = {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...headers },
        };
        return (await fetch(`${served.url}${path}`, init)).text();
      };
      expect(await ask('/_relight/presume', { region, items: [{ kind: 'queue', name: 'orders' }] })).toBe(
        '{"presumed":1}\n',
      );
      const scope = `AWS4-HMAC-SHA256 Credential=AKIA/20260905/${region}/sqs/aws4_request`;
      expect(await ask('/', {}, { 'x-amz-target': 'AmazonSQS.ListQueues', authorization: scope })).toBe(
        '{"QueueNames":["orders"]}',
      );
      expect(await ask('/_relight/presume', { items: [{ kind: 'queue', name: 'a', colour: 'red' }] })).toContain(
        'colour',
      );
      expect(await ask('/_relight/faults', { faults: [{ kind: 'queue-lasts', resource: 'orders' }] })).toBe(
        `{"faults":[{"kind":"queue-lasts","resource":"orders","region":"${region}"}]}\n`,
      );
    } finally {
      await served.close();
    }
  });

  it('fail in their own words, by faults that are read with the services at hand', async () => {
    const world = newWorld();
    const said = [
      { kind: 'error-500', service: 'queues', operation: 'List*', times: 1 },
      { kind: 'throttle', service: 'sqs', operation: 'ListQueues', nth: 2 },
    ];
    const read = readFaults(said, world.services);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    const faults = new Faults();
    setFaults(world, faults, read.faults);
    expect(await call(world, 'ListQueues', {}, { faults })).toMatch(/^500 .*InternalError/);
    expect(await call(world, 'ListQueues', {}, { faults })).toMatch(/^400 .*RequestThrottled/);
    expect(await call(world, 'ListQueues', {}, { faults })).toMatch(/^200/);
    expect(readFaults(said)).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('"ecs"'), expect.anything()],
    });
    const slip = readFaults([{ kind: 'throttle', service: 'sqs', operation: 'PurgeQueue' }], world.services);
    expect(slip).toMatchObject({ problems: ['faults[0].operation: sqs in the sandbox has no operation PurgeQueue'] });
  });

  it('are throttled by their own rates, and read stale', async () => {
    const world = newWorld();
    for (let index = 0; index < 3; index += 1) {
      expect(await call(world, 'ListQueues', {}, { throttling: true })).toMatch(/^200/);
    }
    expect(await call(world, 'ListQueues', {}, { throttling: true })).toMatch(/RequestThrottled/);
    const faults = new Faults([{ kind: 'stale', service: 'sqs' }]);
    await call(world, 'CreateQueue', { QueueName: 'orders' }, { faults });
    expect(await call(world, 'ListQueues', {}, { faults })).toBe('200 {"QueueNames":[]}');
    await world.clock.sleep(1_000);
    expect(await call(world, 'ListQueues', {}, { faults })).toBe('200 {"QueueNames":["orders"]}');
  });

  it('tell what policies are asked about their calls, and have condition keys of their own', async () => {
    const world = newWorld();
    const orders = `arn:aws:sqs:${region}:123456789012:orders`;
    const as = (policy: string): Promise<TransportOptions> => roleWith(world, policy);
    const input = { QueueName: 'orders', tags: { team: 'shop' } };
    const invoices = { QueueName: 'invoices' };
    const named = await as(allow('sqs:CreateQueue', undefined, orders));
    expect(await call(world, 'CreateQueue', invoices, named)).toContain(
      `not authorized to perform: sqs:CreateQueue on resource: ${orders.replace('orders', 'invoices')} because`,
    );
    expect(await call(world, 'CreateQueue', input, named)).toMatch(/^200/);
    expect(await call(world, 'ListQueues', {}, named)).toContain('sqs:ListQueues on resource: * because');
    const key = await as(allow('sqs:CreateQueue', { StringEquals: { 'sqs:queuename': 'invoices' } }));
    expect(await call(world, 'CreateQueue', input, key)).toContain('sqs:CreateQueue on resource');
    expect(await call(world, 'CreateQueue', invoices, key)).toMatch(/^200/);
    const tagged = await as(
      allow('sqs:DeleteQueue', { StringEquals: { 'sqs:ResourceTag/team': 'shop', 'aws:ResourceTag/team': 'shop' } }),
    );
    expect(await call(world, 'DeleteQueue', invoices, tagged)).toContain('sqs:DeleteQueue on resource');
    expect(await call(world, 'DeleteQueue', input, tagged)).toMatch(/^200/);
    await expect(as(allow('sqs:*', { StringEquals: { 'sqs:QueueColour': 'red' } }))).rejects.toThrow(
      'does not model the condition key sqs:QueueColour',
    );
  });

  it('are asked by their operation on all resources, and have no condition keys, unless told', async () => {
    const plain: { authorization?: object } & ServicePlug = { ...queueService };
    delete plain.authorization;
    const world = createWorld({ clock: new VirtualClock(t0), services: [plain] });
    const as = (policy: string): Promise<TransportOptions> => roleWith(world, policy);
    const input = { QueueName: 'orders' };
    const named = await as(allow('sqs:CreateQueue', undefined, 'arn:aws:sqs:*:*:orders'));
    expect(await call(world, 'CreateQueue', input, named)).toContain(
      'not authorized to perform: sqs:CreateQueue on resource: * because',
    );
    expect(await call(world, 'CreateQueue', input, await as(allow('sqs:CreateQueue')))).toMatch(/^200/);
    await expect(as(allow('sqs:*', { StringEquals: { 'sqs:QueueName': 'orders' } }))).rejects.toThrow(
      'does not model the condition key sqs:QueueName',
    );
  });

  it('get stuck, count what is held up, and are released', async () => {
    const world = newWorld();
    const lasting = { kind: 'queue-lasts', resource: 'orders', region } as const;
    const faults = new Faults();
    setFaults(world, faults, [lasting]);
    await call(world, 'CreateQueue', { QueueName: 'orders' });
    await call(world, 'DeleteQueue', { QueueName: 'orders' });
    await world.clock.sleep(3_600_000);
    const copy = fork(world, new VirtualClock(world.clock.now()));
    expect(await call(copy, 'ListQueues', {})).toBe('200 {"QueueNames":["orders"]}');
    expect(faultsOf(copy, new Faults())).toEqual([lasting]);
    expect(heldUp(copy, lasting)).toBe(1);
    clearFaults(copy, new Faults());
    expect(await call(copy, 'ListQueues', {})).toBe('200 {"QueueNames":[]}');
    const plain = createWorld({ clock: new VirtualClock(t0) });
    expect(() => {
      setFaults(plain, faults, [lasting]);
    }).toThrow('nothing in this sandbox gets stuck as queue-lasts');
  });

  it('are counted, pictured and tagged', async () => {
    const world = newWorld();
    const tags = { 'relight:playbook': 'shop', 'relight:component': 'orders' };
    await call(world, 'CreateQueue', { QueueName: 'orders', tags });
    expect(countPieces(world, region, 'shop')).toEqual({ 'health checks': 0, orders: 1 });
    expect(putTag(world, region, 'orders', 'owner', 'next-door')).toBe(true);
    expect(picturesIn(world.data, region, { key: 'owner', value: 'next-door' }, world.services)).toEqual({
      'queue orders': JSON.stringify({ ...tags, owner: 'next-door' }),
    });
    expect(putTag(world, region, 'invoices', 'owner', 'next-door')).toBe(false);
  });

  it('have durations: the usual ones unless told, drawn as others are, and no misspelt ones', () => {
    const durations = (timings?: Readonly<Record<string, number>>): number | undefined =>
      createWorld({ clock: new VirtualClock(t0), services, ...(timings && { timings }) }).timings['queueDeletion'];
    expect(durations()).toBe(60_000);
    expect(durations(instantTimings)).toBe(60_000);
    expect(durations({ queueDeletion: 5 })).toBe(5);
    const world = newWorld();
    const drawn = randomTimings(7, world.timings, world.services);
    expect(drawn['queueDeletion']).not.toBe(60_000);
    expect(drawn).toMatchObject(randomTimings(7));
    expect(() => durations({ queueDeletoin: 5 })).toThrow('no service of this sandbox has a duration queueDeletoin');
  });

  it('have an empty store in a world that was saved without them, and keep theirs in one opened without them', () => {
    const path = join(folder, 'sandbox.json');
    const old = createWorld({ clock: new VirtualClock(t0) });
    presume(old, [{ kind: 'vpc', id: 'vpc-1' }]);
    saveWorldData(path, snapshot(old));
    const world = createWorld({ clock: new VirtualClock(t0), services, data: loadWorldData(path) ?? old.data });
    expect(queuesOf(world.region(region))).toEqual({ queues: {}, lasting: [] });
    presume(world, [{ kind: 'queue', name: 'orders' }]);
    const saved = snapshot(world);
    const without = fork(saved, new VirtualClock(t0));
    expect(snapshot(without)).toEqual(saved);
    saveWorldData(path, { ...saved, regions: { [region]: { queues: [] } } });
    expect(() => loadWorldData(path, world.services)).toThrow(`"queues" of region ${region} is no object`);
    reset(world);
    expect(queuesOf(world.region(region)).queues).toEqual({});
  });

  it('may lie at the top of a saved world, when they exist once in an account', () => {
    const once = { ...queueService, scope: 'account', stuck: [], pieces: () => [], presumes: [] } as const;
    const world = createWorld({ clock: new VirtualClock(t0), services: [once] });
    expect(world.data['queues']).toEqual({ queues: {}, lasting: [] });
    world.data['queues'] = { queues: { a: {} }, lasting: [] };
    const path = join(folder, 'account.json');
    saveWorldData(path, snapshot(world));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ queues: { queues: { a: {} } }, route53: {} });
    reset(world);
    expect(world.data['queues']).toEqual({ queues: {}, lasting: [] });
  });

  it.each([
    ['name', { name: 'ecs' }, 'services ecs and ecs of a sandbox have the same name: ecs'],
    ['alias', { alias: 'elbv2' }, 'the same name: elbv2'],
    ['prefix', { authorization: { prefix: 'ecs' } }, 'the same prefix of actions: ecs'],
    ['store', { store: { name: 'dynamodb', empty: () => ({}) } }, 'the same store: dynamodb'],
    ['store of the world', { store: { name: 'account', empty: () => ({}) } }, 'the same store: account'],
    ['duration', { timings: { taskStart: { usual: 1, spread: 0 } } }, 'the same duration: taskStart'],
  ])('may not claim a %s that is taken', (_what, part, text) => {
    expect(() => createWorld({ clock: new VirtualClock(t0), services: [{ ...queueService, ...part }] })).toThrow(text);
  });
});

describe('Saved worlds', () => {
  it('of 0.1.0 are taken as they are, and saved in the same form', () => {
    const path = new URL('../fixtures/0.1.0/state/sandbox.json', import.meta.url).pathname;
    const text = readFileSync(path, 'utf8');
    const data = loadWorldData(path);
    if (data === undefined) throw new Error('the fixture is missing');
    const world = createWorld({ clock: new VirtualClock(data.now), data });
    const saved = JSON.parse(text) as WorldData;
    // Services that came later have empty stores; all else is as it was, in the same order.
    const stores = (builtInServices as readonly ServicePlug[]).flatMap(({ scope, store }) =>
      store === undefined ? [] : [{ scope, ...store }],
    );
    const withoutLater = (place: object, kept: object, where: ServicePlug['scope']): object =>
      Object.fromEntries(
        Object.entries(place).filter(([name, value]) => {
          const store = stores.find((each) => each.name === name && each.scope === where);
          if (name in kept || store === undefined) return true;
          expect(value).toEqual(store.empty());
          return false;
        }),
      );
    const now = withoutLater(snapshot(world), saved, 'account') as WorldData;
    now.regions = Object.fromEntries(
      Object.entries(now.regions).map(([name, local]) => [
        name,
        withoutLater(local, saved.regions[name] ?? {}, 'region') as RegionData,
      ]),
    );
    expect(JSON.stringify(now)).toBe(text.trim());
  });

  it('of 0.1.0 are told of by services that came later', async () => {
    const path = new URL('../fixtures/0.1.0/state/sandbox.json', import.meta.url).pathname;
    const data = loadWorldData(path);
    if (data === undefined) throw new Error('the fixture is missing');
    const world = createWorld({ clock: new VirtualClock(data.now), data });
    const [region = '', subnets = {}] =
      Object.entries(data.regions)
        .map(([name, local]) => [name, networkOf(local).subnets] as const)
        .find(([, each]) => Object.keys(each).length > 0) ?? [];
    const { Subnets = [] } = await new EC2Client(sandboxClientConfig(world, 'ec2', region)).send(
      new DescribeSubnetsCommand({}),
    );
    expect(Subnets.length).toBeGreaterThan(1);
    expect(Subnets.map(({ SubnetId }) => SubnetId)).toEqual(Object.keys(subnets).sort());
  });
});
