// Two accounts of one served sandbox, staging and production: what differs between them, what only looks so, and what a
// comparison never does.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { DynamoDBClient, TagResourceCommand as TagTableCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, TagResourceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadPlaybook } from '../../src/engine.ts';
import { presumedBy } from '../../src/rehearse/world/seed.ts';
import {
  jsonOf,
  makeFolder,
  normalise,
  serveSandbox,
  type Env,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';

const accounts = { staging: '210987654321', production: '123456789012' };
type Environment = keyof typeof accounts;

const canary = 'hunter2-of-the-database';

/** As it is in production, but for what is told. */
function playbookOf(environment: Environment, parts: Readonly<Record<string, string>> = {}): string {
  const said = {
    name: 'shop',
    image: `${accounts[environment]}.dkr.ecr.eu-west-1.amazonaws.com/shop:1.42.0`,
    count: '2',
    environment: "{ LEVEL: info, DB_PASSWORD: '${params.password}' }",
    subnets: '[subnet-a1, subnet-b1]',
    healthCheck: '{ path: /health }',
    ttl: '60',
    protection: "'true'",
    further: '',
    expected: '',
    service: 'service',
    ...parts,
  };
  return `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${said.name} }
target: { account: '${accounts[environment]}', alias: shop-${environment}, region: eu-west-1, environment: ${environment} }
params: { password: { type: string, sensitive: true, default: '${canary}-${environment}' } }
components:
  cluster: { type: ecs/cluster, spec: { name: shop } }
  table: { type: dynamodb/table, spec: { name: shop-state, hashKey: { name: id, type: S } } }
  tasks:
    type: ecs/task-definition
    spec:
      family: shop
      cpu: '256'
      memory: '512'
      executionRole: arn:aws:iam::${accounts[environment]}:role/shop-execution
      containers:
        - { name: web, image: '${said.image}', port: 8080, environment: ${said.environment} }
  balancer:
    type: elbv2/load-balancer
    spec:
      name: shop
      subnets: ${said.subnets}
      securityGroups: [sg-web]
      attributes: { deletion_protection.enabled: ${said.protection} }
  group:
    type: elbv2/target-group
    spec: { name: shop, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: ${said.healthCheck} }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${group.arn}' }
  ${said.service}:
    type: ecs/service
    dependsOn: [listener]
    spec:
      cluster: '\${cluster.arn}'
      name: shop
      taskDefinition: '\${tasks.arn}'
      desiredCount: ${said.count}
      loadBalancer: { targetGroup: '\${group.arn}', container: web, port: 8080 }
      network: { subnets: ${said.subnets}, securityGroups: [sg-web] }
  name:
    type: route53/record
    spec:
      zone: ${environment}.example
      name: shop.${environment}.example
      type: CNAME
      ttl: ${said.ttl}
      values: ['\${balancer.dnsName}']
${said.further}${said.expected}`;
}

let folder: Folder;
let server: Server;
let env: Env;

/** The environment in which each account has a profile of its own. */
function profiles(): Env {
  const file = folder.file('aws-config');
  const section = (name: string): string =>
    `[profile ${name}]\naws_access_key_id = AKIA${name.toUpperCase()}\naws_secret_access_key = x\n`;
  writeFileSync(file, section('staging') + section('production'));
  // AWS_REGION is of no account: each playbook names its own.
  return { AWS_ENDPOINT_URL: server.url, AWS_CONFIG_FILE: file, AWS_REGION: 'us-east-1' };
}

async function admin(endpoint: string, body: object): Promise<void> {
  const answer = await fetch(new URL(`/_relight/${endpoint}`, server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
}

async function deploy(environment: Environment): Promise<void> {
  const file = `${environment}.yaml`;
  const loaded = loadPlaybook({ bytes: readFileSync(folder.file(file)), file });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  const account = accounts[environment];
  await admin('presume', { account, region: 'eu-west-1', items: presumedBy(loaded.playbook) });
  await admin('credentials', {
    accessKeyId: `AKIA${environment.toUpperCase()}`,
    callerArn: `arn:aws:iam::${account}:user/ops`,
  });
  const args = ['recover', file, '--yes', '--confirm', 'shop', '--quiet', '--profile', environment];
  const outcome = await folder.relight(args, { ...env, AWS_REGION: 'eu-west-1' });
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
}

const credentials = ['--left-profile', 'staging', '--right-profile', 'production'];

async function compared(more: readonly string[] = [], of = ['staging.yaml', 'production.yaml']): Promise<Outcome> {
  return folder.relight(['compare', ...of, ...credentials, ...more], env);
}

const differenceSchema = z.object({
  component: z.string(),
  field: z.string().nullable(),
  kind: z.string(),
  side: z.string().nullable(),
  severity: z.string(),
  left: z.unknown().optional(),
  right: z.unknown().optional(),
  expected: z.object({ by: z.string(), because: z.string() }).nullable(),
});
const comparisonSchema = z.object({
  version: z.literal(1),
  result: z.string(),
  headline: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  left: z.object({ label: z.string(), identity: z.object({ account: z.string() }) }),
  right: z.object({ label: z.string(), identity: z.object({ account: z.string() }) }),
  components: z.array(z.object({ component: z.string(), status: z.string(), hidden: z.number() })),
  differences: z.array(differenceSchema),
  unseen: z.array(z.object({ component: z.string(), side: z.string(), field: z.string().nullable(), why: z.string() })),
  stale: z.array(z.object({ component: z.string(), field: z.string().nullable() })),
});

async function parsed(
  more: readonly string[] = [],
  of?: string[],
): Promise<z.infer<typeof comparisonSchema> & { code: number | null }> {
  const outcome = await compared([...more, '--json'], of);
  expect(outcome.stdout, outcome.stderr).not.toBe('');
  return { ...comparisonSchema.parse(jsonOf(outcome)), code: outcome.code };
}

function wordOf({ component, field, kind, side }: z.infer<typeof differenceSchema>): string {
  return [component, ...(field === null ? [] : [field]), kind, ...(side === null ? [] : [side])].join(' ');
}

/** What differs by nature: accounts, ids, the order of subnets, DNS zones. */
const alike = { subnets: '[subnet-b1, subnet-a1]' };
const further = `  cache:
    type: ssm/parameter
    spec: { name: /shop/cache, type: String, value: small }
`;
const drifted = {
  ...alike,
  image: `${accounts.staging}.dkr.ecr.eu-west-1.amazonaws.com/shop:1.43.0-rc.1`,
  count: '1',
  environment: "{ LEVEL: debug, EXTRA: 'yes', DB_PASSWORD: '${params.password}' }",
  healthCheck: '{ path: / }',
  ttl: '30',
  protection: "'false'",
};

beforeAll(async () => {
  folder = makeFolder();
  server = await serveSandbox(folder);
  env = profiles();
  writeFileSync(folder.file('production.yaml'), playbookOf('production', { protection: "'true'" }));
  writeFileSync(folder.file('staging.yaml'), playbookOf('staging', alike));
  await deploy('production');
  await deploy('staging');
}, 180_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  writeFileSync(folder.file('production.yaml'), playbookOf('production'));
  writeFileSync(folder.file('staging.yaml'), playbookOf('staging', alike));
});

describe('two accounts that are alike', () => {
  test('are alike, whatever their ids, and exit with 0', async () => {
    const found = await parsed();
    expect(found.differences.map(wordOf)).toEqual([]);
    expect(found).toMatchObject({ code: 0, result: 'alike', headline: null, unseen: [], stale: [] });
    expect(found.components.every(({ status }) => status === 'alike')).toBe(true);
    // That the password is there is compared, not what it is.
    expect(found.components.find(({ component }) => component === 'tasks')?.hidden).toBe(1);
  });

  test('both places are told first, and plainly', async () => {
    const { code, stderr, stdout } = await compared();
    expect(code).toBe(0);
    const [first = '', second = ''] = stdout.split('\n').filter((line) => /account/.test(line));
    expect(first).toMatch(/^staging {5}SANDBOX account 210987654321 \(shop-staging\) · region eu-west-1 · staging/);
    expect(second).toMatch(
      /^production {2}SANDBOX account 123456789012 \(shop-production\) · region eu-west-1 · production/,
    );
    expect(stdout.indexOf(first)).toBe(0);
    expect(stderr).toMatch(
      /left: staging.yaml\nSANDBOX account 210987654321[^]*right: production.yaml\nSANDBOX account 123456789012/,
    );
    expect(stdout).toContain('staging and production: nothing differs that is not expected');
  });

  test('the accounts have colours of their own', async () => {
    const { stdout } = await folder.relight(['compare', 'staging.yaml', 'production.yaml', ...credentials], {
      ...env,
      FORCE_COLOR: '1',
    });
    expect(stdout.split('\n')[0]).toContain('\u001b[36mstaging');
    expect(stdout).toContain('\u001b[31mproduction');
  });
});

describe('what is refused', () => {
  test('one playbook twice, by whatever name, before anybody is asked', async () => {
    writeFileSync(folder.file('copy.yaml'), playbookOf('production', { count: '5' }));
    for (const of of [
      ['production.yaml', 'production.yaml'],
      ['production.yaml', 'copy.yaml'],
    ]) {
      const outcome = await compared(['--endpoint-url', 'http://127.0.0.1:1'], of);
      expect(outcome.code, outcome.stderr).toBe(3);
      expect(outcome.stderr).toContain('both are playbook shop in account 123456789012, region eu-west-1');
      expect(outcome.stdout).toBe('');
    }
    writeFileSync(folder.file('copy.yaml'), playbookOf('production', { name: 'shop-two' }));
    const { code, stdout } = await folder.relight(
      ['compare', 'production.yaml', 'copy.yaml', '--profile', 'production'],
      env,
    );
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('both are in the same account and region');
    expect(stdout).toMatch(/^shop {6}SANDBOX/);
  });

  test('credentials of the other account, on either side', async () => {
    for (const [left, right] of [
      ['production', 'staging'],
      ['staging', 'staging'],
      ['production', 'production'],
    ]) {
      const outcome = await folder.relight(
        ['compare', 'staging.yaml', 'production.yaml', '--left-profile', left ?? '', '--right-profile', right ?? ''],
        env,
      );
      expect(outcome.code).toBe(3);
      expect(outcome.stderr).toMatch(/refused: wrong place: account is \d+, the playbook names \d+/);
    }
    const one = await folder.relight(['compare', 'staging.yaml', 'production.yaml', '--profile', 'staging'], env);
    expect(one.code).toBe(3);
    expect(one.stderr).toContain(
      'Two accounts need credentials for each: --left-profile <name>, --right-profile <name>.',
    );
  });

  test.each([
    [['--map', 'service'], '--map service: expected <left component>=<right component>'],
    [['--map', 'servic=service'], '--map servic: no such component'],
    [['--map', 'service=servce'], 'did you mean --map service=service?'],
    [['--map', 'service=tasks,tasks=tasks'], '--map tasks=tasks: one of the two is matched already'],
    [['--only', 'servce'], '--only servce: no such component'],
    [['--out', 'page.txt'], 'expected a name that ends in .html or .json'],
    [['--out', 'staging.yaml'], 'expected a name that ends in .html or .json'],
    [['--left-param', 'password'], '--left-param password: expected name=value'],
  ])('%s', async (args, text) => {
    const outcome = await compared(args);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(text);
  });
});

describe('after staging went its own way', () => {
  beforeAll(async () => {
    writeFileSync(folder.file('staging.yaml'), playbookOf('staging', { ...drifted, further }));
    await deploy('staging');
    const config = { endpoint: server.url, region: 'eu-west-1' };
    const keys = (accessKeyId: string) => ({ credentials: { accessKeyId, secretAccessKey: 'x' } });
    const service = `arn:aws:ecs:eu-west-1:${accounts.production}:service/shop/shop`;
    await new ECSClient({ ...config, ...keys('AKIAPRODUCTION') }).send(
      new TagResourceCommand({ resourceArn: service, tags: [{ key: 'team', value: 'night' }] }),
    );
    await new DynamoDBClient({ ...config, ...keys('AKIAPRODUCTION') }).send(
      new TagTableCommand({
        ResourceArn: `arn:aws:dynamodb:eu-west-1:${accounts.production}:table/shop-state`,
        Tags: [{ Key: 'relight:protect', Value: 'true' }],
      }),
    );
  }, 180_000);
  const own = { ...drifted, further };
  const write = (parts: Readonly<Record<string, string>> = {}): void => {
    writeFileSync(folder.file('staging.yaml'), playbookOf('staging', { ...own, ...parts }));
  };
  beforeEach(() => {
    write();
  });

  test('each difference is told once, the most severe first', async () => {
    const found = await parsed();
    expect(found.differences.map((each) => `${each.severity} ${wordOf(each)}`)).toEqual([
      'high table tags.relight:protect only right',
      'high balancer attributes.deletion_protection.enabled differs',
      'high cache only left',
      'medium tasks containers[web].image ahead left',
      'medium tasks containers[web].environment.LEVEL differs',
      'medium tasks containers[web].environment.EXTRA only left',
      'medium group healthCheck.path differs',
      'low service desiredCount ahead right',
      'low service tags.team only right',
      'low name ttl ahead right',
    ]);
    expect(found.code).toBe(2);
    expect(found.result).toBe('differs');
    expect(found.headline).toBe(
      'only staging has cache; staging is ahead in image, behind in desiredCount and ttl; 6 more settings differ',
    );
  });

  test('as text of 80 columns, as it stands in the golden file', async () => {
    const { code, stdout } = await folder.watched(
      { columns: 80, answer: () => undefined },
      ['compare', 'staging.yaml', 'production.yaml', ...credentials],
      env,
    );
    expect(code).toBe(2);
    const plain = stdout.replaceAll(/\u001b\[\d+m/g, '').replaceAll('\r', '');
    for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    // How many questions fall together depends on the machine.
    const text = normalise(plain, folder).replaceAll(/\d+ AWS calls/g, '<n> AWS calls');
    await expect(text).toMatchFileSnapshot('../golden/compare.txt');
  });

  test('as JSON, as it stands in the golden file', async () => {
    const { stdout } = await compared(['--json']);
    await expect(
      normalise(stdout, folder)
        .replaceAll(server.url, '<url>')
        .replaceAll(/\/[0-9a-f]{16}\b/g, '/<id>')
        .replaceAll(/"awsCalls": \d+/g, '"awsCalls": <n>'),
    ).toMatchFileSnapshot('../golden/compare.json');
  });

  test('as a page that loads nothing, for its owner alone', async () => {
    const outcome = await compared(['--out', 'page.html', '--quiet']);
    expect(outcome.code).toBe(2);
    const page = readFileSync(folder.file('page.html'), 'utf8');
    expect(statSync(folder.file('page.html')).mode & 0o777).toBe(0o600);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(
      /<(script|link|img|iframe|object|embed|base|form)\b|\bsrc=|url\(|@import|https?:\/\/(?!127)/i,
    );
    for (const text of [accounts.staging, accounts.production, 'staging is ahead', 'tags.relight:protect'])
      expect(page).toContain(text);
    // Over its own kind, and no other file.
    expect((await compared(['--out', 'page.html'])).code).toBe(2);
    writeFileSync(folder.file('other.html'), '<!DOCTYPE html><p>mine</p>');
    expect((await compared(['--out', 'other.html'])).code).toBe(1);
    expect((await compared(['--out', 'found.json'])).code).toBe(2);
    expect(comparisonSchema.parse(JSON.parse(readFileSync(folder.file('found.json'), 'utf8'))).result).toBe('differs');
  });

  test('no secret is in any of it', async () => {
    const all = [await compared(), await compared(['--json']), await compared(['--verbose', '--out', 'page.html'])].map(
      ({ stderr, stdout }) => stdout + stderr,
    );
    for (const text of [...all, readFileSync(folder.file('page.html'), 'utf8')]) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(canary.slice(0, 12));
    }
  });

  test('nothing but reads is sent, and nothing is kept', async () => {
    const { stderr } = await compared(['--verbose', '--state-dir', 'nowhere']);
    const calls = [...stderr.matchAll(/call \w+:(\w+)/g)].map(([, name = '']) => name);
    expect(calls.length).toBeGreaterThan(20);
    expect(calls.filter((name) => !/^(Get|List|Describe|BatchGet|Query|Scan)/.test(name))).toEqual([]);
    expect(() => statSync(folder.file('nowhere'))).toThrow('ENOENT');
  });

  const expected = (...entries: readonly string[]): string =>
    `expected:\n${entries.map((each) => `  - ${each}\n`).join('')}`;

  test('what either playbook says is expected is no longer told as a difference', async () => {
    write({
      expected: expected(
        '{ component: cache, because: tried out there }',
        "{ component: tasks, field: 'containers[*].environment', because: it talks more, with: production }",
        '{ component: tasks, field: containers, is: ahead, because: it goes first }',
        '{ component: service, field: desiredCount, is: behind, because: it is smaller }',
        '{ component: group, field: healthCheck.path, because: not of this comparison, with: elsewhere }',
        '{ component: name, field: ttl, is: ahead, because: it used to be }',
      ),
    });
    writeFileSync(
      folder.file('production.yaml'),
      playbookOf('production', {
        expected: expected(
          "{ component: balancer, field: 'attributes.deletion_protection', because: only production counts }",
          "{ component: table, field: 'tags.*', because: only production counts }",
        ),
      }),
    );
    const found = await parsed();
    expect(found.differences.filter(({ expected: meant }) => meant === null).map(wordOf)).toEqual(
      ['group healthCheck.path differs', 'service tags.team only right', 'name ttl ahead right'].toSorted(
        (one, other) => (one.startsWith('group') ? -1 : other.startsWith('group') ? 1 : 0),
      ),
    );
    expect(found.stale).toEqual([expect.objectContaining({ component: 'name', field: 'ttl' })]);
    expect(found.code).toBe(2);
    const { stdout } = await compared();
    expect(stdout).toContain('= cache: only staging has it: tried out there');
    expect(stdout).toContain(
      '- name ttl (ahead), said by staging (it used to be): nothing differs there, or not in this way',
    );
  });

  test('with all of it expected the two are as they should be', async () => {
    const all = ['cluster', 'table', 'tasks', 'balancer', 'group', 'listener', 'service', 'name'];
    write({
      expected: expected(
        ...all.map((each) => `{ component: ${each}, field: '*', because: all of it }`),
        '{ component: cache, because: tried out there }',
      ),
    });
    const { code, stdout } = await compared();
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(
      'staging and production: nothing differs that is not expected, 10 expected, 2 expectations that no longer fit',
    );
  });

  test('components are compared under other ids, and left out', async () => {
    write({ service: 'web' });
    const apart = await parsed(['--only', 'web,service']);
    expect(apart.differences.map(wordOf)).toEqual(['web only left', 'service only right']);
    const map = await parsed(['--only', 'web,service', '--map', 'web=service']);
    expect(map.differences.map(wordOf)).toEqual(['web desiredCount ahead right', 'web tags.team only right']);
    write({ service: 'web', expected: expected('{ component: web, as: service, because: renamed }') });
    const said = await parsed(['--exclude', 'tasks,balancer,table,group,cache,name']);
    expect(said.differences.map(wordOf)).toEqual(['web desiredCount ahead right', 'web tags.team only right']);
    expect(said.stale).toEqual([]);
  });

  test('what cannot be seen is neither: it is told, and wins over what differs', async () => {
    const denied = (service: string, operation: string) => ({ kind: 'access-denied', service, operation });
    await admin('faults', {
      faults: [denied('ecs', 'DescribeServices'), denied('elbv2', 'DescribeLoadBalancerAttributes')],
    });
    try {
      const found = await parsed();
      expect(found.code).toBe(4);
      expect(found.result).toBe('incomplete');
      expect([...new Set(found.unseen.map(({ component }) => component))]).toEqual(['balancer', 'listener', 'service']);
      expect(found.differences.map(wordOf)).not.toContain('service desiredCount ahead right');
      expect(
        found.differences.some(
          ({ component, field }) => component === 'balancer' && field?.startsWith('attributes') === true,
        ),
      ).toBe(false);
      const { stderr, stdout } = await compared();
      expect(stdout).toMatch(/\? service in production: AccessDenied/);
      expect(stderr).toContain('not allowed to look at');
    } finally {
      await admin('faults', { faults: [] });
    }
  });

  test('what is missing on one side is told, and what lives in it comes last', async () => {
    const broken = await folder.relight(
      ['sandbox', 'break', 'staging.yaml', 'listener', 'service', '--profile', 'staging'],
      { ...env, AWS_REGION: 'eu-west-1' },
    );
    expect(broken.code, broken.stderr).toBe(0);
    const found = await parsed();
    expect(found.differences.map(wordOf)).toContain('listener missing left');
    expect(found.headline).toMatch(/^staging misses listener and service; /);
    write({
      expected: expected('{ component: listener, because: at night }', '{ component: service, because: at night }'),
    });
    expect((await parsed()).headline).not.toContain('misses');
  });
});
