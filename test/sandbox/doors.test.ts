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
    expect(answer.headers.get('x-relight-sandbox')).toBe(`1; speed=60; now=${String(t0)}`);
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

    it('that cannot be written is told, and the answer still comes; the last save fails loudly', async () => {
      const world = newWorld();
      const path = join(folder, 'state', 'sandbox.json');
      let told: (error: Error) => void;
      const failure = new Promise<Error>((resolve) => {
        told = resolve;
      });
      const sandbox = await serve(world, {
        port: 0,
        stateFile: path,
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
