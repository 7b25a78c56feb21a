// Both doors with real SDK clients: in-process, and over HTTP on loopback.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateClusterCommand, DescribeServicesCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createWorld,
  Faults,
  loadWorldData,
  networkOf,
  sandboxClientConfig,
  saveWorldData,
  serve,
  snapshot,
  VirtualClock,
  type SandboxClientConfig,
  type ServedSandbox,
  type ServeOptions,
  type ServiceName,
  type World,
} from '../../src/sandbox/index.ts';
import { createKeeper } from '../../src/sandbox/keeper.ts';

const t0 = Date.UTC(2026, 8, 5, 10);
const newWorld = (alias = 'wonderland-prod'): World => createWorld({ clock: new VirtualClock(t0), alias });

interface HttpClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** A call of every client; each must find an account that holds only its alias. */
async function callAll(config: (service: ServiceName) => SandboxClientConfig | HttpClientConfig): Promise<void> {
  const identity = await new STSClient(config('sts')).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/operator' });
  expect(identity.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  const aliases = await new IAMClient(config('iam')).send(new ListAccountAliasesCommand({}));
  expect(aliases).toMatchObject({ AccountAliases: ['wonderland-prod'], IsTruncated: false });
  const ecs = new ECSClient(config('ecs'));
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  await expect(ecs.send(new DescribeServicesCommand({ cluster: 'none', services: ['x'] }))).rejects.toMatchObject({
    name: 'ClusterNotFoundException',
    $metadata: { httpStatusCode: 400, attempts: 1 },
  });
  const elb = new ElasticLoadBalancingV2Client(config('elasticloadbalancing'));
  expect((await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toEqual([]);
  const dynamodb = new DynamoDBClient(config('dynamodb'));
  expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  const route53 = new Route53Client(config('route53'));
  expect((await route53.send(new ListHostedZonesCommand({}))).HostedZones).toEqual([]);
}

describe('The in-process door', () => {
  it('takes the calls of all six clients', async () => {
    const world = newWorld();
    await callAll((service) => sandboxClientConfig(world, service));
  });

  it('takes the region from the client', async () => {
    const world = newWorld();
    const clusters = async (region: string) => {
      const client = new ECSClient(sandboxClientConfig(world, 'ecs', region));
      return (await client.send(new ListClustersCommand({}))).clusterArns;
    };
    await new ECSClient(sandboxClientConfig(world, 'ecs', 'eu-central-1')).send(
      new CreateClusterCommand({ clusterName: 'a' }),
    );
    expect(await clusters('eu-central-1')).toEqual(['arn:aws:ecs:eu-central-1:123456789012:cluster/a']);
    expect(await clusters('eu-west-1')).toEqual([]);
  });

  it('settles within one turn of the event loop, as the virtual clock needs it, whatever the environment says', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_MAX_ATTEMPTS', '7');
    vi.stubEnv('AWS_RETRY_MODE', 'adaptive');
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    vi.stubEnv('AWS_REGION', 'us-gov-west-1');
    try {
      let turned = false;
      setImmediate(() => {
        turned = true;
      });
      await callAll((service) => sandboxClientConfig(newWorld(), service));
      expect(turned).toBe(false);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('a read of a global service leaves the world as it was', async () => {
    const world = newWorld();
    const before = snapshot(world);
    await new STSClient(sandboxClientConfig(world, 'sts')).send(new GetCallerIdentityCommand({}));
    await new Route53Client(sandboxClientConfig(world, 'route53')).send(new ListHostedZonesCommand({}));
    expect(snapshot(world)).toEqual(before);
  });
});

describe('The HTTP door', () => {
  let served: ServedSandbox | undefined;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'relight-sandbox-'));
  });
  afterEach(async () => {
    await served?.close();
    served = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(world: World, options: Partial<ServeOptions> = {}): Promise<string> {
    served = await serve(world, { port: 0, ...options });
    return served.url;
  }

  const clientConfig = (endpoint: string, region = 'eu-west-1'): HttpClientConfig => ({
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });

  it('takes the calls of all six clients, told apart by their signatures', async () => {
    const url = await open(newWorld());
    await callAll(() => clientConfig(url));
  });

  it('marks every answer as its own, with speed and virtual instant', async () => {
    const url = await open(newWorld(), { speed: 60 });
    const answer = await fetch(url, { method: 'POST' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-relight-sandbox')).toBe(`1; speed=60; now=${String(t0)}; dns=${served?.dns ?? ''}`);
    expect(answer.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it('is bound to loopback only, and answers under no foreign host name', async () => {
    await expect(serve(newWorld(), { port: 0, host: '0.0.0.0' })).rejects.toThrow('this machine only');
    const url = await open(newWorld());
    const { port } = new URL(url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path: '/_relight/state', headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  describe('web pages', () => {
    /** A request as a browser sends it, which `fetch` here may not. */
    const send = (
      url: string,
      path: string,
      { method = 'POST', body = '', headers = {} }: { method?: string; body?: string; headers?: object },
    ): Promise<{ status: number | undefined; text: string; headers: object }> =>
      new Promise((resolve, reject) => {
        httpRequest({ host: '127.0.0.1', port: new URL(url).port, path, method, headers: { ...headers } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => {
            resolve({ status: answer.statusCode, text, headers: answer.headers });
          });
        })
          .on('error', reject)
          .end(body);
      });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const json = { 'content-type': 'application/json' };
    const createGroup = 'Action=CreateTargetGroup&Version=2015-12-01&Name=planted';
    const presigned = '/?X-Amz-Credential=a%2F20260905%2Feu-west-1%2Felasticloadbalancing%2Faws4_request';

    it.each([
      [
        'a form that is sent to a presigned address',
        presigned,
        { body: createGroup, headers: { ...form, origin: 'https://evil.example' } },
      ],
      ['an opaque origin', presigned, { body: createGroup, headers: { ...form, origin: 'null' } }],
      [
        'a page of this machine on another port',
        presigned,
        { body: createGroup, headers: { ...form, origin: 'http://localhost:3000' } },
      ],
      ['an image', `${presigned}&${createGroup}`, { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } }],
      ['a reset', '/_relight/reset', { headers: { ...json, origin: 'https://evil.example' } }],
      ['a look at the world', '/_relight/state', { method: 'GET', headers: { 'sec-fetch-site': 'same-site' } }],
      [
        'a preflight',
        '/_relight/reset',
        { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } },
      ],
      [
        'a name that leads here (DNS rebinding)',
        '/_relight/reset',
        { headers: { ...json, host: 'evil.example:4566' } },
      ],
    ])('%s: refused, and nothing is changed', async (_what, path, request) => {
      const world = newWorld();
      const url = await open(world);
      await new ECSClient(clientConfig(url)).send(new CreateClusterCommand({ clusterName: 'a' }));
      const before = JSON.stringify(snapshot(world));
      const answer = await send(url, path, request);
      expect(answer.status).toBe(403);
      expect(answer.text).toMatch(/does not answer (web pages|for host)/);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect({ ...snapshot(world), sequence: 0 }).toEqual({ ...(JSON.parse(before) as object), sequence: 0 });
    });

    it('the same form without a browser: the emulator takes it, as it takes those of any SDK', async () => {
      const world = newWorld();
      const url = await open(world);
      const answer = await send(url, presigned, { body: `${createGroup}&TargetType=lambda`, headers: form });
      expect(answer.status).not.toBe(403);
      expect(answer.text).not.toContain('web pages');
    });

    it.each([form['content-type'], 'text/plain', 'multipart/form-data; boundary=x', 'application/jsonp', ''])(
      'its own endpoints take nothing that a page may send without asking (%s)',
      async (type) => {
        const url = await open(newWorld());
        await new ECSClient(clientConfig(url)).send(new CreateClusterCommand({ clusterName: 'a' }));
        const headers = type === '' ? {} : { 'content-type': type };
        const answer = await send(url, '/_relight/reset', { body: '{}', headers });
        expect(answer).toMatchObject({ status: 415, text: expect.stringContaining('application/json') as string });
        expect((await new ECSClient(clientConfig(url)).send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
      },
    );

    it('an address that somebody typed is answered', async () => {
      const url = await open(newWorld());
      const headers = { 'sec-fetch-site': 'none' };
      expect((await send(url, '/_relight/state', { method: 'GET', headers })).status).toBe(200);
    });
  });

  it('fails to start on a port that is taken', async () => {
    const url = await open(newWorld());
    await expect(serve(newWorld(), { port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('faults: a reset breaks the connection, a hang keeps it open until the client gives up', async () => {
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const clock = {
      now: () => t0,
      sleep: async () => {
        arrived();
      },
    };
    const world = createWorld({ clock });
    const faults = new Faults([{ kind: 'reset-after', operation: 'CreateCluster' }]);
    const outcomes: string[] = [];
    const url = await open(world, { faults, onCall: (call) => outcomes.push(call.outcome.kind) });
    const ecs = new ECSClient(clientConfig(url));
    await expect(ecs.send(new CreateClusterCommand({ clusterName: 'a' }))).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);

    faults.add({ kind: 'latency', latencyMs: 1 });
    faults.add({ kind: 'hang' });
    const controller = new AbortController();
    const pending = ecs.send(new ListClustersCommand({}), { abortSignal: controller.signal });
    await arrival;
    controller.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    faults.clear();
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
    expect(outcomes.filter((kind) => kind !== 'aborted')).toEqual(['reset', 'ok', 'ok']);
  });

  describe('its own endpoints', () => {
    const post = async (url: string, body: unknown) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    it('state: the world as JSON', async () => {
      const world = newWorld();
      const url = await open(world);
      const answer = await fetch(`${url}/_relight/state`);
      expect(await answer.json()).toEqual(snapshot(world));
    });

    it('presume: puts things in, in the region told once or per item', async () => {
      const world = newWorld();
      const url = await open(world);
      const items = [
        { kind: 'vpc', id: 'vpc-1' },
        { kind: 'subnet', id: 'subnet-1', region: 'us-east-1' },
        { kind: 'alias', alias: 'staging' },
      ];
      expect(await post(`${url}/_relight/presume`, { region: 'eu-north-1', items })).toEqual({
        status: 200,
        body: { presumed: 3 },
      });
      expect(Object.keys(networkOf(world.region('eu-north-1')).vpcs)).toEqual(['vpc-1']);
      expect(Object.keys(networkOf(world.region('us-east-1')).subnets)).toEqual(['subnet-1']);
      const aliases = await new IAMClient(clientConfig(url)).send(new ListAccountAliasesCommand({}));
      expect(aliases.AccountAliases).toEqual(['staging']);
    });

    it('lose: takes a presumed thing away', async () => {
      const world = newWorld();
      const url = await open(world);
      await post(`${url}/_relight/presume`, { items: [{ kind: 'vpc', id: 'vpc-1', region: 'eu-north-1' }] });
      const lost = { kind: 'vpc', id: 'vpc-1', region: 'eu-north-1' };
      expect(await post(`${url}/_relight/lose`, lost)).toEqual({ status: 200, body: { lost: true } });
      expect(networkOf(world.region('eu-north-1')).vpcs).toEqual({});
      expect(await post(`${url}/_relight/lose`, lost)).toEqual({
        status: 400,
        body: { error: 'there is no vpc vpc-1 in eu-north-1' },
      });
    });

    it('reset: empties the world', async () => {
      const world = newWorld();
      const url = await open(world);
      await new ECSClient(clientConfig(url)).send(new CreateClusterCommand({ clusterName: 'a' }));
      expect((await post(`${url}/_relight/reset`, {})).body).toEqual({ reset: true });
      expect((await new ECSClient(clientConfig(url)).send(new ListClustersCommand({}))).clusterArns).toEqual([]);
    });

    it('probe: url, dns and tcp', async () => {
      const url = await open(newWorld());
      const probe = (body: unknown) => post(`${url}/_relight/probe`, body);
      expect((await probe({ url: 'http://nowhere.example/' })).body).toMatchObject({ error: 'ENOTFOUND' });
      expect((await probe({ tcp: { host: '192.0.2.1', port: 443 } })).body).toMatchObject({ error: 'ETIMEDOUT' });
      expect((await probe({ dns: { name: 'nowhere.example', type: 'A' } })).body).toMatchObject({ answers: [] });
    });

    it('answers mistakes in JSON', async () => {
      const url = await open(newWorld());
      expect(await post(`${url}/_relight/presume`, { items: [{ kind: 'moon', id: 'm' }] })).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('items[0].kind') as string },
      });
      expect(await post(`${url}/_relight/presume`, { items: [{ kind: 'alias', alias: '-' }] })).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('no account alias') as string },
      });
      const broken = await fetch(`${url}/_relight/probe`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{',
      });
      expect(broken.status).toBe(400);
      expect(await post(`${url}/_relight/none`, {})).toMatchObject({ status: 404 });
      expect(await post(`${url}/_relight/state`, {})).toMatchObject({ status: 405 });
      expect(await post(`${url}/_relight/constructor`, {})).toMatchObject({ status: 404 });
    });
  });

  describe('a token', () => {
    const token = 'a-token-of-some-length';
    const ask = async (url: string, name: string, headers: Record<string, string>, body?: string) => {
      const answer = await fetch(`${url}/_relight/${name}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.status, body: await answer.text() };
    };

    it('its own endpoints answer nobody who does not have it; AWS calls go on as they were', async () => {
      const url = await open(newWorld(), { token });
      await new ECSClient(clientConfig(url)).send(new CreateClusterCommand({ clusterName: 'a' }));
      for (const name of ['state', 'faults']) expect((await ask(url, name, {})).status).toBe(403);
      for (const name of ['reset', 'probe', 'presume', 'faults', 'credentials']) {
        const without = await ask(url, name, {}, '{}');
        expect(without).toEqual({ status: 403, body: expect.stringContaining('x-relight-token') as string });
        expect((await ask(url, name, { 'x-relight-token': `${token}x` }, '{}')).status).toBe(403);
      }
      expect((await ask(url, 'state', { 'x-relight-token': token })).body).toContain('cluster/a');
      expect((await ask(url, 'reset', { 'x-relight-token': token }, '{}')).status).toBe(200);
    });

    it('without one they answer as before', async () => {
      expect((await ask(await open(newWorld()), 'state', {})).status).toBe(200);
    });
  });

  describe('large and deep requests', () => {
    const signed = (service: string) => ({
      authorization: `AWS4-HMAC-SHA256 Credential=a/20260905/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    });
    const post = async (url: string, headers: Record<string, string>, body: string | Buffer, path = '/') => {
      const answer = await fetch(url + path, { method: 'POST', headers, body });
      return { status: answer.status, body: await answer.text() };
    };
    const json = (service: string, target: string) => ({
      ...signed(service),
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.1',
    });
    const createCluster = json('ecs', 'AmazonEC2ContainerServiceV20141113.CreateCluster');
    const putItem = json('dynamodb', 'DynamoDB_20120810.PutItem');

    it.each([1_001, 20_000, 400_000])('JSON %i deep: SerializationException', async (depth) => {
      const url = await open(newWorld());
      const lists = `{"tags":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const maps = `{"settings":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
      for (const body of [lists, depth > 100_000 ? lists : maps]) {
        const answer = await post(url, createCluster, body);
        expect(answer).toEqual({ status: 400, body: expect.stringContaining('SerializationException') as string });
      }
      const item = `{"TableName":"t","Item":{"k":${'{"L":['.repeat(depth)}${']}'.repeat(depth)}}}`;
      expect((await post(url, putItem, item)).body).toContain('SerializationException');
    });

    it('brackets in texts are no nesting', async () => {
      const url = await open(newWorld());
      const body = JSON.stringify({ clusterName: 'a', ignored: '[{"\\'.repeat(5_000) });
      expect((await post(url, createCluster, body)).status).toBe(200);
    });

    it.each([1_001, 100_000])('XML %i deep: MalformedInput', async (depth) => {
      const url = await open(newWorld());
      const body = `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
      const answer = await post(url, signed('route53'), body, '/2013-04-01/hostedzone');
      expect(answer).toEqual({ status: 400, body: expect.stringContaining('<Code>MalformedInput</Code>') as string });
    });

    it('a form name of a hundred thousand parts: MalformedInput', async () => {
      const url = await open(newWorld());
      const headers = { ...signed('elasticloadbalancing'), 'content-type': 'application/x-www-form-urlencoded' };
      const body = `Action=DescribeLoadBalancers&Version=2015-12-01&${'a.'.repeat(100_000)}a=1`;
      expect(await post(url, headers, body)).toEqual({
        status: 400,
        body: expect.stringContaining('<Code>MalformedInput</Code>') as string,
      });
    });

    it('its own endpoints tell a deep document as a mistake', async () => {
      const url = await open(newWorld());
      const body = `{"faults":${'['.repeat(400_000)}${']'.repeat(400_000)}}`;
      const answer = await post(url, { 'content-type': 'application/json' }, body, '/_relight/faults');
      expect(answer.status).toBe(400);
    });

    it.each([
      ['ecs', createCluster, 2],
      ['dynamodb', putItem, 18],
      ['elasticloadbalancing', signed('elasticloadbalancing'), 2],
      ['route53', signed('route53'), 5],
    ])('%s: a body beyond its limit is refused with 413 in its own words', async (service, headers, megabytes) => {
      const url = await open(newWorld());
      const path = service === 'route53' ? '/2013-04-01/hostedzone' : '/';
      const answer = await post(url, headers, Buffer.alloc(megabytes * 1024 * 1024, 'x'), path);
      expect(answer).toEqual({ status: 413, body: expect.stringContaining('RequestEntityTooLarge') as string });
      const unannounced = await fetch(url + path, {
        method: 'POST',
        headers,
        body: new Blob([Buffer.alloc(megabytes * 1024 * 1024, 'x')]).stream(),
        duplex: 'half',
      });
      expect(unannounced.status).toBe(413);
    });

    it('what is announced as too long is refused before it has come', async () => {
      const url = await open(newWorld());
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const asked = httpRequest(
          {
            host: '127.0.0.1',
            port: new URL(url).port,
            method: 'POST',
            headers: { ...createCluster, 'content-length': 50_000_000 },
          },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode);
            asked.destroy();
          },
        );
        asked.on('error', reject);
        asked.write('{');
      });
      expect(status).toBe(413);
    });

    it('a document of a million values holds nobody up', async () => {
      const url = await open(newWorld());
      const body = `{"RequestItems":{${Array.from({ length: 1_000_000 }, (_each, index) => `"a${String(index)}":1`).join(',')}}}`;
      const started = performance.now();
      const huge = post(url, json('dynamodb', 'DynamoDB_20120810.BatchWriteItem'), body);
      const small = new ECSClient(clientConfig(url)).send(new ListClustersCommand({}));
      await small;
      const waited = performance.now() - started;
      expect(await huge).toEqual({ status: 400, body: expect.stringContaining('SerializationException') as string });
      expect(waited).toBeLessThan(3_000);
    });
  });

  describe('the state file', () => {
    it('is written after a change, for the owner only, and nothing is left beside it', async () => {
      const path = join(folder, 'deep', 'sandbox.json');
      const world = newWorld();
      const url = await open(world, { stateFile: path });
      await new ECSClient(clientConfig(url)).send(new ListClustersCommand({}));
      expect(() => statSync(path)).toThrow('ENOENT');
      await new ECSClient(clientConfig(url)).send(new CreateClusterCommand({ clusterName: 'a' }));
      await served?.close();
      served = undefined;
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(join(folder, 'deep'))).toEqual(['sandbox.json']);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(snapshot(world));
    });

    it('is read at the start', async () => {
      const path = join(folder, 'sandbox.json');
      let url = await open(newWorld(), { stateFile: path });
      await new Route53Client(clientConfig(url)).send(
        new CreateHostedZoneCommand({ Name: 'a.example', CallerReference: '1' }),
      );
      await served?.close();
      url = await open(newWorld('other'), { stateFile: path });
      const zones = await new Route53Client(clientConfig(url)).send(new ListHostedZonesCommand({}));
      expect(zones.HostedZones?.map(({ Name }) => Name)).toEqual(['a.example.']);
      const aliases = await new IAMClient(clientConfig(url)).send(new ListAccountAliasesCommand({}));
      expect(aliases.AccountAliases).toEqual(['wonderland-prod']);
    });

    it('is served once at a time, and again after a server that was killed', async () => {
      const path = join(folder, 'sandbox.json');
      await open(newWorld(), { stateFile: path });
      await expect(serve(newWorld(), { port: 0, stateFile: path })).rejects.toThrow('is served by process');
      await served?.close();
      const { pid } = spawnSync(process.execPath, ['--version']);
      writeFileSync(`${path}.lock`, String(pid));
      await open(newWorld(), { stateFile: path });
      await served?.close();
      writeFileSync(`${path}.lock`, String(process.ppid));
      await expect(serve(newWorld(), { port: 0, stateFile: path })).rejects.toThrow(`rm '${path}.lock'`);
      expect(readFileSync(`${path}.lock`, 'utf8')).toBe(String(process.ppid));
      served = undefined;
    });

    it.runIf(process.platform === 'linux')(
      'is not held by a process that has only the number of the one that served it',
      async () => {
        const path = join(folder, 'sandbox.json');
        writeFileSync(`${path}.lock`, `${String(process.ppid)} 1`);
        await open(newWorld(), { stateFile: path });
        expect(readFileSync(`${path}.lock`, 'utf8')).toMatch(new RegExp(`^${String(process.pid)} \\d+$`));
      },
    );

    it('may not come from the future of the world', async () => {
      const path = join(folder, 'sandbox.json');
      saveWorldData(path, { ...snapshot(newWorld()), now: t0 + 1 });
      await expect(serve(newWorld(), { port: 0, stateFile: path })).rejects.toThrow('start the clock there');
    });

    it.each([
      ['no JSON', '{"version": 1,'],
      ['another version', '{"version": 2}'],
      ['no object', '[]'],
      ['a store that is none', JSON.stringify({ ...snapshot(newWorld()), regions: { 'eu-west-1': { ecs: [] } } })],
      ['the store of an account that is none', JSON.stringify({ ...snapshot(newWorld()), route53: 5 })],
      ['accounts that are none', JSON.stringify({ ...snapshot(newWorld()), accounts: [] })],
      ['a damaged account', JSON.stringify({ ...snapshot(newWorld()), accounts: { '210987654321': { version: 1 } } })],
      ['no instant', JSON.stringify({ ...snapshot(newWorld()), now: null })],
    ])('damaged (%s): says which file and what to do', (_what, text) => {
      const path = join(folder, 'sandbox.json');
      writeFileSync(path, text);
      expect(() => loadWorldData(path)).toThrow(`the sandbox's state file ${path} is damaged`);
      expect(() => loadWorldData(path)).toThrow('remove the file to start with an empty world');
    });

    it('missing: there is no world yet; unreadable: an error', () => {
      expect(loadWorldData(join(folder, 'none.json'))).toBeUndefined();
      expect(() => loadWorldData(folder)).toThrow('cannot read');
    });

    it('holds a change before that is answered', async () => {
      const path = join(folder, 'sandbox.json');
      const url = await open(newWorld(), { stateFile: path });
      const ecs = new ECSClient(clientConfig(url));
      const names = Array.from({ length: 40 }, (_each, index) => `cluster-${String(index)}`);
      await Promise.all(
        names.map(async (clusterName) => {
          await ecs.send(new CreateClusterCommand({ clusterName }));
          expect(readFileSync(path, 'utf8')).toContain(`cluster/${clusterName}"`);
        }),
      );
    });

    it('many changes at once go into few saves, and each is answered after the one that holds it', async () => {
      let state = 0;
      let onDisk = 0;
      let saves = 0;
      const keeper = createKeeper(async () => {
        const written = state;
        saves += 1;
        await new Promise<void>((resolve) => setImmediate(resolve));
        onDisk = written;
      });
      const change = async (): Promise<void> => {
        state += 1;
        const own = state;
        keeper.changed();
        await keeper.saved();
        expect(onDisk).toBeGreaterThanOrEqual(own);
      };
      const waves = Array.from({ length: 5 }, async (_each, index) => {
        for (let turn = 0; turn < index; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
        await Promise.all(Array.from({ length: 200 }, change));
      });
      await Promise.all(waves);
      expect([state, saves <= 6]).toEqual([1_000, true]);
    });

    it('that cannot be written: no change is answered as made; the next one that can be is', async () => {
      const path = join(folder, 'state', 'sandbox.json');
      const url = await open(newWorld(), { stateFile: path });
      const ecs = new ECSClient(clientConfig(url));
      rmSync(join(folder, 'state'), { recursive: true });
      writeFileSync(join(folder, 'state'), 'a file where a folder is needed');
      await expect(ecs.send(new CreateClusterCommand({ clusterName: 'a' }))).rejects.toMatchObject({
        name: 'InternalFailure',
        message: expect.stringContaining('cannot save') as string,
        $metadata: { httpStatusCode: 500 },
      });
      rmSync(join(folder, 'state'));
      await ecs.send(new CreateClusterCommand({ clusterName: 'b' }));
      expect(readFileSync(path, 'utf8')).toContain('cluster/b"');
    });

    it('that cannot be written, without durability: it is told, the answer still comes; the last save fails loudly', async () => {
      const world = newWorld();
      const path = join(folder, 'state', 'sandbox.json');
      let told: (error: Error) => void;
      const failure = new Promise<Error>((resolve) => {
        told = resolve;
      });
      const sandbox = await serve(world, {
        port: 0,
        stateFile: path,
        durable: false,
        onSaveError: (error) => {
          told(error);
        },
      });
      rmSync(join(folder, 'state'), { recursive: true });
      writeFileSync(join(folder, 'state'), 'a file where a folder is needed');
      await new ECSClient(clientConfig(sandbox.url)).send(new CreateClusterCommand({ clusterName: 'a' }));
      expect((await failure).message).toContain('cannot save');
      await expect(sandbox.close()).rejects.toThrow('cannot save');
    });
  });
});
