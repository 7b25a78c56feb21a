// A served sandbox as everybody else sees it: relight through AWS_ENDPOINT_URL, and the SDK (the aws CLI has a file of its
// own). One server, one story; then restarts, refusals that only a proxy can bring about, and interruptions.
import { readFileSync, statSync } from 'node:fs';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteServiceCommand, DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  eventually,
  jsonOf,
  makeFolder,
  outcomeOf,
  serveAsProcess,
  serveSandbox,
  start,
  waitForText,
  type Env,
  type Outcome,
  type Server,
} from './harness.ts';
import { journalOf } from './holders.ts';
import { startProxy } from './proxy.ts';
import { emptyRunJson, planJson, recoverJson, statusJson } from './schemas.ts';

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];

const folder = makeFolder();
let server: Server;
const ask = (verb: string, ...args: string[]): Promise<Outcome> =>
  folder.relight([verb, playbook, ...args], server.env);

function clientOptions(url = server.url) {
  return {
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
}

beforeAll(async () => {
  server = await serveAsProcess(folder, ['--speed', '240', '--state', 'world.json']);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function dnsOf(banner: string): string {
  return /dig @127\.0\.0\.1 -p (\d+) /.exec(banner)?.[1] ?? 'none';
}

describe('a served sandbox', () => {
  test('says how to reach it', () => {
    expect(server.banner).toBe(
      `sandbox AWS on ${server.url}, 240 AWS seconds a second, kept in world.json\n` +
        `  export AWS_ENDPOINT_URL=${server.url} AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1\n` +
        `  dig @127.0.0.1 -p ${dnsOf(server.banner)} <name>    asks its name servers, over UDP and TCP\n` +
        '  relight sandbox seed <playbook>    makes what a playbook presumes\n',
    );
  });

  test('seed, then recover deploys everything and probes the served data plane', async () => {
    const seeded = await folder.relight(['sandbox', 'seed', playbook], server.env);
    expect(seeded.stdout).toBe('seeded for deployer-api: 9 presumed things, shared components: cluster, state-table\n');
    expect(seeded.code).toBe(0);

    const outcome = await ask('recover', '--json', ...approval);
    expect(outcome.stderr).toContain('SANDBOX account 123456789012 (wonderland-prod)');
    expect(outcome.code).toBe(0);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report.result).toBe('succeeded');
    // Told in AWS time, not in the seconds that the test took.
    expect(report.durationSeconds).toBeGreaterThan(120);
    expect(report.steps.filter((each) => each.action === 'create')).toHaveLength(8);
    // Found by itself, and asked over the network as the world outside would.
    expect(report.steps.flatMap(({ evidence = [] }) => evidence)).toEqual([
      {
        source: 'the name servers of wonderland.example',
        outcome: 'agrees',
        detail: expect.stringMatching(/^CNAME deployer-api\.wonderland\.example is answered with .*\.elb\./) as string,
      },
    ]);
    const resolver = new Resolver({ timeout: 5_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${dnsOf(server.banner)}`]);
    expect(await resolver.resolve4('deployer-api.wonderland.example')).not.toEqual([]);
    const probes = report.steps.filter((each) => each.action === 'verify').map((each) => each.detail);
    expect(probes[0]).toBe('GET https://deployer-api.wonderland.example/health: 200');
    expect(probes[1]).toMatch(/^deployer-api\.wonderland\.example CNAME: deployer-api-\d+\.eu-west-1\.elb/);
  });

  test('--verbose tells how long each call took here, the first one too, which finds the sandbox’s own time', async () => {
    const { stderr } = await ask('status', '--verbose');
    const took = [...stderr.matchAll(/call (\S+) (\d+) ms/g)].map(([, call, ms]) => ({ call, ms: Number(ms) }));
    expect(took[0]?.call).toBe('sts:GetCallerIdentity');
    expect(took.filter((each) => each.ms > 10_000)).toEqual([]);
  });

  test('the SDK sees every piece', async () => {
    const options = clientOptions();
    const { Account } = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    expect(Account).toBe('123456789012');
    const { AccountAliases } = await new IAMClient(options).send(new ListAccountAliasesCommand({}));
    expect(AccountAliases).toEqual(['wonderland-prod']);

    const { services } = await new ECSClient(options).send(
      new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }),
    );
    expect(services?.[0]).toMatchObject({ status: 'ACTIVE', runningCount: 2, desiredCount: 2 });
    const { LoadBalancers } = await new ElasticLoadBalancingV2Client(options).send(
      new DescribeLoadBalancersCommand({ Names: ['deployer-api'] }),
    );
    expect(LoadBalancers?.[0]?.State?.Code).toBe('active');
    const { Item } = await new DynamoDBClient(options).send(
      new GetItemCommand({ TableName: 'deployer-state', Key: { service: { S: 'deployer-api' } } }),
    );
    expect(Item).toMatchObject({ status: { S: 'deployed' }, serviceArn: { S: services?.[0]?.serviceArn } });

    const route53 = new Route53Client(options);
    const { HostedZones } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
    const { ResourceRecordSets } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: HostedZones?.[0]?.Id }),
    );
    const record = ResourceRecordSets?.find((each) => each.Type === 'CNAME');
    expect(record?.Name).toBe('deployer-api.wonderland.example.');
    expect(record?.ResourceRecords?.[0]?.Value?.replace(/\.$/, '').toLowerCase()).toBe(LoadBalancers?.[0]?.DNSName);
  });

  test('after delete-service --force by hand: missing and orphaned, each with whether it can stay', async () => {
    await new ECSClient(clientOptions()).send(
      new DeleteServiceCommand({ cluster: 'wonderland', service: 'deployer-api', force: true }),
    );
    await eventually(async () => {
      const { services } = await new ECSClient(clientOptions()).send(
        new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }),
      );
      return services?.[0]?.status === 'INACTIVE';
    }, 'the service is drained');

    const outcome = await ask('status', '--json');
    expect(outcome.code).toBe(2);
    const { components } = statusJson.parse(jsonOf(outcome));
    const verdicts = Object.fromEntries(
      components.map((each) => [each.id, [each.verdict, each.leftover?.disposition ?? null]]),
    );
    expect(verdicts).toEqual({
      cluster: ['healthy', null],
      'state-table': ['healthy', null],
      service: ['missing', null],
      'task-definition': ['orphaned', 'keep'],
      'load-balancer': ['orphaned', 'keep'],
      'target-group': ['orphaned', 'keep'],
      listener: ['orphaned', 'keep'],
      cname: ['orphaned', 'keep'],
      'health-check': ['orphaned', 'keep'],
      'state-entry': ['orphaned', 'replace'],
    });
    const text = await ask('status');
    expect(text.stdout).toMatch(/✗ service .* missing /);
    expect(text.stdout).toMatch(/! state-entry .* orphaned .*cannot stay/);
    expect(text.stdout).toMatch(/! load-balancer .* orphaned .*can stay/);
  });

  test('plan exits 2 with exactly the right steps', async () => {
    const outcome = await ask('plan', '--json');
    expect(outcome.code).toBe(2);
    expect(planJson.parse(jsonOf(outcome)).steps.map((each) => each.id)).toEqual([
      'state-entry.delete',
      'service.create',
      'state-entry.create',
      'verify-1',
      'verify-2',
    ]);
  });

  test('nobody answers for the service until recover restores it; then plan exits 0', async () => {
    expect(await probe('https://deployer-api.wonderland.example/health')).not.toMatchObject({ status: 200 });
    const outcome = await ask('recover', ...approval);
    expect(outcome.stdout).toContain('Done: deployer-api, repair succeeded in');
    expect(outcome.code).toBe(0);
    expect(await probe('https://deployer-api.wonderland.example/health')).toMatchObject({ status: 200 });
    const after = await ask('plan', '--json');
    expect(after.code).toBe(0);
    expect(planJson.parse(jsonOf(after)).steps).toEqual([]);
    expect(emptyRunJson.parse(jsonOf(await ask('recover', '--json'))).result).toBe('succeeded');
  });

  test('break works on a served sandbox, and waits in AWS time', async () => {
    const outcome = await folder.relight(['sandbox', 'break', playbook, 'cname', '--json'], server.env);
    expect(outcome.code).toBe(0);
    expect(jsonOf(outcome)).toMatchObject({ broken: [{ component: 'cname', how: 'deleted' }] });
    expect(statusOf(await ask('status', '--json'))['cname']).toBe('missing');
    expect((await ask('recover', '--quiet', ...approval)).code).toBe(0);
  });

  test('4: a denied read is unknown, named as such, and nothing is planned for it or below it', async () => {
    await using proxy = await startProxy(server.url, {
      operation: 'DescribeServices',
      code: 'AccessDeniedException',
      message: 'User: operator is not authorized to perform: ecs:DescribeServices',
      status: 400,
    });
    const status = await folder.relight(['status', playbook], proxy.env);
    expect(status.code).toBe(4);
    expect(status.stdout).toMatch(
      /\? service +ecs\/service +unknown +.*not authorized to perform: ecs:DescribeServices/,
    );
    const plan = await folder.relight(['plan', playbook, '--json'], proxy.env);
    expect(plan.code).toBe(4);
    const { steps, summary } = planJson.parse(jsonOf(plan));
    expect(summary.unknown).toBeGreaterThan(0);
    expect(steps.map((each) => each.component)).not.toContain('service');
    const recovered = await folder.relight(['recover', playbook, ...approval], proxy.env);
    expect(recovered.code).toBe(4);
    expect(proxy.seen.filter((each) => /^(Create|Delete|Update|Put|Register)/.test(each))).toEqual([]);
  });

  test('5: a create that AWS refuses for good fails the run, names the root cause, and changes nothing behind it', async () => {
    await folder.relight(['sandbox', 'break', playbook, 'service'], server.env);
    await using proxy = await startProxy(server.url, {
      operation: 'CreateService',
      code: 'InvalidParameterException',
      message: 'Unable to assume the service linked role.',
      status: 400,
    });
    const outcome = await folder.relight(['recover', playbook, '--json', ...approval], proxy.env);
    expect(outcome.code).toBe(5);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report.result).toBe('partial');
    const byId = new Map(report.steps.map((each) => [each.id, each]));
    expect(byId.get('service.create')).toMatchObject({
      status: 'failed',
      error: { code: 'InvalidParameterException', message: 'Unable to assume the service linked role.' },
    });
    expect(byId.get('state-entry.create')).toMatchObject({ status: 'skipped', rootCauses: ['service.create'] });
    expect(proxy.seen.filter((each) => each === 'CreateService')).toHaveLength(1);

    const text = await folder.relight(['recover', playbook, ...approval], proxy.env);
    expect(text.code).toBe(5);
    expect(text.stdout).toContain('root cause: service.create');
    expect(text.stdout).toContain('next: relight status deployer-api.yaml');
    expect(text.stderr).toContain('FAILED: InvalidParameterException: Unable to assume the service linked role.');
    expect((await ask('recover', '--quiet', ...approval)).code).toBe(0);
  });

  test('SIGINT ends it with 0 and saves; the next server goes on from the file', async () => {
    const before = statusOf(await ask('status', '--json'));
    const stopped = await server.stop('SIGINT');
    expect(stopped.code).toBe(0);
    expect(stopped.stderr).toBe('');
    const file = folder.file('world.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1, alias: 'wonderland-prod' });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    server = await serveSandbox(folder, ['--speed', '240', '--state', 'world.json']);
    const after = statusOf(await ask('status', '--json'));
    expect(after).toEqual(before);
    expect(after['service']).toBe('healthy');
  });

  test('SIGTERM ends it with 0 as well', async () => {
    const other = await serveAsProcess(folder);
    expect((await other.stop('SIGTERM')).code).toBe(0);
  });

  test('reset empties it', async () => {
    const outcome = await folder.relight(['sandbox', 'reset'], server.env);
    expect(outcome).toMatchObject({ code: 0, stdout: `the sandbox is empty (${server.url})\n` });
    const { services, failures } = await new ECSClient(clientOptions())
      .send(new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }))
      .catch((error: unknown) => ({ services: [], failures: [error] }));
    expect(services).toEqual([]);
    expect(failures).toHaveLength(1);
  });
});

test('killed while its last change spreads: the next command finds all in place, and waits for the answer', async () => {
  using own = makeFolder();
  await using fast = await serveSandbox(own, ['--speed', '120', '--state', 'world.json']);
  expect((await own.relight(['sandbox', 'seed', playbook], fast.env)).code).toBe(0);
  expect((await own.relight(['recover', playbook, ...approval], fast.env)).code).toBe(0);
  expect((await own.relight(['sandbox', 'break', playbook, 'cname'], fast.env)).code).toBe(0);
  await fast.stop();
  await using slow = await serveSandbox(own, ['--speed', '6', '--state', 'world.json']);
  const env = (run: string): Env => ({ ...slow.env, RELIGHT_LOCK_DIR: own.file(`locks-of-${run}`) });

  const child = start(own.path, ['recover', playbook, ...approval], env('killed'));
  const ended = outcomeOf(child);
  await waitForText(child.stderr, /create cname waits: /);
  child.kill('SIGKILL');
  await ended;

  const next = await own.relight(['recover', playbook, ...approval], env('next'));
  // The name servers that are asked may know of the change already, or not: the command waits where they do not.
  expect(next.stdout, next.stderr).toContain('Nothing to do');
  expect(next.stdout).toContain('✓ GET https://deployer-api.wonderland.example/health: 200');
  expect(next.code).toBe(0);
});

test('a second Ctrl-C stops at once, though a call is still under way', async () => {
  using own = makeFolder();
  await using served = await serveSandbox(own);
  expect((await own.relight(['sandbox', 'seed', playbook], served.env)).code).toBe(0);
  await using proxy = await startProxy(served.url, { operation: 'CreateLoadBalancer', hold: true });
  const child = start(own.path, ['recover', playbook, ...approval], proxy.env);
  const ended = outcomeOf(child);
  await eventually(() => proxy.seen.includes('CreateLoadBalancer'), 'the call is under way');
  child.kill('SIGINT');
  await waitForText(child.stderr, /press again to stop at once/);
  child.kill('SIGINT');
  const outcome = await ended;
  expect(outcome.code).toBe(5);
  expect(outcome.stderr).toContain('stopped at once; the journal tells how far it came. Run the same command again');
  // What was sent and not answered stands in the journal as intended, with no outcome.
  const records = journalOf(own);
  expect(records).toContainEqual(expect.objectContaining({ type: 'step-intended', step: 'load-balancer.create' }));
  expect(records).not.toContainEqual(expect.objectContaining({ type: 'step-acted', step: 'load-balancer.create' }));
});

async function probe(url: string): Promise<unknown> {
  const answer = await fetch(`${server.url}/_relight/probe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  return answer.json();
}

function statusOf(outcome: Outcome): Readonly<Record<string, string>> {
  return Object.fromEntries(statusJson.parse(jsonOf(outcome)).components.map((each) => [each.id, each.verdict]));
}
