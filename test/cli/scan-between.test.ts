// What a scan finds of several playbooks together, by the command, against a served sandbox with two accounts: circles through a
// recovery, and services that a fleet file wants to be alike; remembered, told and over like everything else.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/scan/finding.ts';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import { scanReportSchema } from '../../src/scan/report/json-schema.ts';
import { jsonOf, makeFolder, serveSandbox, type Env, type Outcome, type Server } from './harness.ts';

const folder = makeFolder();
const near = '123456789012';
const far = '210987654321';

const playbook = (name: string, account: string, more = ''): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: eu-west-1 }
components:
  version:
    type: ssm/parameter
    spec: { name: /shop/version, type: String, value: 1.42.0 }
  url:
    type: ssm/parameter
    spec: { name: /shop/url, type: String, value: 'https://shop.example' }
${more}`;
const service = (name: string, needs: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name}, owner: ${name} team }
target: { account: '${near}', region: eu-west-1 }
provides: [${name}.example.org]
recovery: { needs: [${needs}] }
components:
  url:
    type: ssm/parameter
    spec: { name: /${name}/url, type: String, value: x }
`;
const needing = (name: string): string => `{ name: ${name}.example.org, because: it is asked for the way }`;

const fleet = (more: string): string => `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
accounts:
  - { id: '${near}', environment: production }
  - { id: '${far}', environment: staging, role: scan }
playbooks: ['books/*.yaml']
schedules:
  - { name: near, cron: '*/5 * * * *', accounts: ['${near}'] }
${more}`;
const alike = 'compare:\n  - { left: books/staging.yaml, right: books/production.yaml }\n';

let server: Server;
let production: SSMClient;

const admin = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(new URL(`/_relight/${path}`, server.url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
};
const write = (name: string, text: string): void => {
  writeFileSync(folder.file(name), text);
};

beforeAll(async () => {
  mkdirSync(folder.file('books'));
  write('books/production.yaml', playbook('shop', near));
  write('books/staging.yaml', playbook('shop', far));
  write('books/orders.yaml', service('orders', ''));
  write('books/licence.yaml', service('licence', ''));
  write('fleet.yaml', fleet(alike));
  server = await serveSandbox(folder);
  const config = {
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
  production = new SSMClient(config);
  await admin('presume', {
    account: far,
    items: [
      { kind: 'role', role: 'ops' },
      { kind: 'role', role: 'scan' },
    ],
  });
  const credentials = await farCredentials();
  const farEnv: Env = {
    ...server.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  for (const [name, env] of [
    ['production', server.env],
    ['orders', server.env],
    ['licence', server.env],
    ['staging', farEnv],
  ] as const) {
    const { code, stderr } = await folder.relight(['recover', `books/${name}.yaml`, '--yes', '--quiet'], env);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  }
});
beforeEach(async () => {
  await set('staging', '1.42.0');
  await set('production', '1.42.0');
  write('books/production.yaml', playbook('shop', near));
  write('books/staging.yaml', playbook('shop', far));
  write('books/orders.yaml', service('orders', ''));
  write('books/licence.yaml', service('licence', ''));
  rmSync(folder.file('.relight'), { recursive: true, force: true });
});
afterEach(async () => {
  await admin('faults', { faults: [] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The sandbox's hour is short: keys of a session are used at once. */
async function farCredentials() {
  const sts = new STSClient({
    ...{ endpoint: server.url, region: 'eu-west-1' },
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${far}:role/ops`, RoleSessionName: 'me' }),
  );
  return {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken ?? '',
  };
}

async function set(side: 'staging' | 'production', Value: string): Promise<void> {
  const ssm =
    side === 'production'
      ? production
      : new SSMClient({ endpoint: server.url, region: 'eu-west-1', credentials: await farCredentials() });
  await ssm.send(new PutParameterCommand({ Name: '/shop/version', Type: 'String', Overwrite: true, Value }));
}

const scan = (...words: readonly string[]): Promise<Outcome> => folder.relight(['scan', ...words], server.env);
const reportOf = (outcome: Outcome): ScanReport => {
  const value = jsonOf(outcome);
  expect(scanReportSchema.safeParse(value).error).toBeUndefined();
  return value as ScanReport;
};
const between = ({ findings }: Pick<ScanReport, 'findings'>): readonly Finding[] =>
  findings.filter(({ kind }) => kind === 'recovery-circle' || kind === 'difference');

/** Makes orders and licence need each other. */
const circle = (): void => {
  write('books/orders.yaml', service('orders', needing('licence')));
  write('books/licence.yaml', service('licence', needing('orders')));
};

describe('a circle through a recovery', () => {
  test('is a finding, whichever playbook comes first, with the path and its lines', async () => {
    circle();
    const outcome = await scan('books/orders.yaml', 'books/licence.yaml', '--json');
    const [found, ...others] = between(reportOf(outcome));
    expect([outcome.code, others]).toEqual([2, []]);
    expect(found).toMatchObject({
      ...{ kind: 'recovery-circle', severity: 'high', playbook: 'licence', file: 'books/licence.yaml', line: 6 },
      ...{ component: 'licence and orders', isNew: true },
      plan: 'relight validate books/licence.yaml books/orders.yaml',
    });
    expect(found?.evidence).toEqual([
      expect.stringMatching(/^licence needs orders to be recovered .*books\/licence\.yaml:6: .*books\/orders\.yaml:5 /),
      expect.stringMatching(/^orders needs licence to be recovered .*books\/orders\.yaml:6: .*books\/licence\.yaml:5 /),
    ]);
    // The command that it names tells the same.
    const validated = await folder.relight(['validate', 'books/licence.yaml', 'books/orders.yaml'], server.env);
    expect([validated.code, validated.stdout]).toEqual([2, expect.stringContaining(found?.evidence[0] ?? 'nothing')]);
    const again = reportOf(await scan('books/licence.yaml', 'books/orders.yaml', '--json'));
    expect(between(again).map(({ id, isNew }) => [id, isNew])).toEqual([[found?.id, false]]);
  });

  test('is remembered while one of its playbooks is not looked at, and over where it leads nowhere', async () => {
    circle();
    const [found] = between(reportOf(await scan('books/orders.yaml', 'books/licence.yaml', '--json')));
    const alone = reportOf(await scan('books/licence.yaml', '--json'));
    expect([between(alone), alone.resolved]).toEqual([[], []]);
    write('books/orders.yaml', service('orders', ''));
    const after = await scan('books/orders.yaml', 'books/licence.yaml', '--json');
    expect([after.code, reportOf(after).resolved.map(({ id }) => id)]).toEqual([0, [found?.id]]);
    expect(reportOf(await scan('books/orders.yaml', 'books/licence.yaml', '--json')).resolved).toEqual([]);
  });

  test('of a fleet is over where one of its playbooks is no part of it any more', async () => {
    circle();
    const [found] = between(reportOf(await scan('fleet.yaml', '--json')));
    expect(found?.kind).toBe('recovery-circle');
    write('less.yaml', fleet(alike).replace("['books/*.yaml']", "['books/*.yaml', '!books/orders.yaml']"));
    expect(reportOf(await scan('less.yaml', '--json')).resolved.map(({ id }) => id)).toEqual([found?.id]);
  });

  test('can be acknowledged, and then it is no reason for exit code 2', async () => {
    circle();
    const [found] = between(reportOf(await scan('fleet.yaml', '--json')));
    const words = ['ack', found?.id ?? '', '--until', '2h', '--because', 'orders is being taken apart'];
    expect((await folder.relight(words, server.env)).code).toBe(0);
    const after = await scan('fleet.yaml', '--json');
    expect([after.code, between(reportOf(after)).map(({ acknowledged }) => acknowledged?.because)]).toEqual([
      0,
      ['orders is being taken apart'],
    ]);
  });

  test('is in every form', async () => {
    circle();
    const forms = ['txt', 'json', 'ndjson', 'xml', 'sarif', 'md', 'html'].map((each) => `all.${each}`);
    const words = [...forms.filter((each) => !each.endsWith('txt')), 'text=all.txt', 'github=all.github'];
    const { code } = await scan('fleet.yaml', ...words.flatMap((each) => ['--out', each]));
    expect(code).toBe(2);
    for (const name of [...forms, 'all.github']) {
      const text = readFileSync(folder.file(name), 'utf8');
      expect([name, text]).toEqual([name, expect.stringContaining('licence and orders')]);
      expect([name, text]).toEqual([
        name,
        expect.stringMatching(/books\/licence.yaml(:6|[^\n]*line=6|[^]*"line": ?6)/),
      ]);
    }
  });
});

describe('services that are to be alike', () => {
  test('are, while they are, and that is said', async () => {
    const outcome = await scan('fleet.yaml', '--json');
    const report = reportOf(outcome);
    expect([outcome.code, between(report)]).toEqual([0, []]);
    expect(report.compared).toEqual([
      {
        left: {
          ...{ playbook: 'shop', file: 'books/staging.yaml', account: far },
          region: 'eu-west-1',
          label: 'staging',
        },
        right: {
          ...{ playbook: 'shop', file: 'books/production.yaml', account: near },
          ...{ region: 'eu-west-1', label: 'production' },
        },
        ...{ result: 'alike', differences: 0, expected: 0, cannotTell: [] },
      },
    ]);
    expect((await scan('fleet.yaml')).stdout).toContain('✓ shop (staging) and shop (production): alike');
  });

  test('one that is ahead is a finding with both values, as bad as its type says, and over when it is not', async () => {
    await set('staging', '1.43.0');
    const outcome = await scan('fleet.yaml', '--json');
    const [found, ...others] = between(reportOf(outcome));
    expect([outcome.code, others]).toEqual([2, []]);
    expect(found).toMatchObject({
      ...{ kind: 'difference', severity: 'high', component: 'version', field: 'value', playbook: 'shop' },
      what: 'value: staging is ahead of production',
      evidence: ['staging (books/staging.yaml:6): 1.43.0', 'production (books/production.yaml:6): 1.42.0'],
      plan: 'relight compare books/staging.yaml books/production.yaml',
    });
    // The other way around it is the same thing, told of the other one.
    write('turned.yaml', fleet('compare: [{ left: books/production.yaml, right: books/staging.yaml }]\n'));
    const [turned] = between(reportOf(await scan('turned.yaml', '--json')));
    expect([turned?.id, turned?.isNew, turned?.what]).toEqual([
      found?.id,
      false,
      'value: production is behind staging',
    ]);
    await set('production', '1.43.0');
    expect(reportOf(await scan('fleet.yaml', '--json')).resolved.map(({ id }) => id)).toEqual(
      expect.arrayContaining([found?.id]),
    );
  });

  test('what a playbook expects is no finding, and its count is told', async () => {
    await set('staging', '1.43.0');
    write(
      'books/staging.yaml',
      playbook(
        'shop',
        far,
        'expected:\n  - { component: version, field: value, is: ahead, because: it comes first }\n',
      ),
    );
    const report = reportOf(await scan('fleet.yaml', '--json'));
    expect([between(report), report.compared.map(({ expected, result }) => [result, expected])]).toEqual([
      [],
      [['alike', 1]],
    ]);
    // It may be ahead, and not behind.
    await set('staging', '1.41.0');
    expect(between(reportOf(await scan('fleet.yaml', '--json'))).map(({ what }) => what)).toEqual([
      'value: staging is behind production',
    ]);
  });

  test('what could not be seen is a gap and no difference, and what was one stays', async () => {
    await set('staging', '1.43.0');
    const [found] = between(reportOf(await scan('fleet.yaml', '--json')));
    await admin('faults', { faults: [{ service: 'ssm', operation: 'GetParameters', kind: 'access-denied' }] });
    const blind = await scan('fleet.yaml', '--json');
    const report = reportOf(blind);
    expect([blind.code, between(report), report.resolved]).toEqual([4, [], []]);
    expect(report.compared.map(({ result }) => result)).toEqual(['not-seen']);
    expect(report.compared[0]?.cannotTell.length).toBeGreaterThan(0);
    await admin('faults', { faults: [] });
    const after = between(reportOf(await scan('fleet.yaml', '--json')));
    expect(after.map(({ firstSeen, id, isNew }) => [id, isNew, firstSeen])).toEqual([
      [found?.id, false, expect.any(String)],
    ]);
  });

  test('are not called alike where one has lost what the other has, and what differed before is not over', async () => {
    await set('staging', '1.43.0');
    const [found] = between(reportOf(await scan('fleet.yaml', '--json')));
    await production.send(new DeleteParameterCommand({ Name: '/shop/version' }));
    const report = reportOf(await scan('fleet.yaml', '--json'));
    expect(between(report)).toEqual([]);
    expect(report.resolved.filter(({ kind }) => kind === 'difference')).toEqual([]);
    expect(report.compared.map(({ cannotTell, result }) => [result, cannotTell])).toEqual([
      ['not-seen', ['version of production: it is missing']],
    ]);
    await set('production', '1.42.0');
    expect(between(reportOf(await scan('fleet.yaml', '--json'))).map(({ id, isNew }) => [id, isNew])).toEqual([
      [found?.id, false],
    ]);
  });

  test('by a schedule that has one of them alone nothing is told of the two, and nothing is over', async () => {
    await set('staging', '1.43.0');
    await scan('fleet.yaml');
    const report = reportOf(await scan('fleet.yaml', '--schedule', 'near', '--json'));
    expect([report.compared, between(report), report.resolved]).toEqual([[], [], []]);
  });

  test('two that nobody wants to be alike any more are over', async () => {
    await set('staging', '1.43.0');
    const [found] = between(reportOf(await scan('fleet.yaml', '--json')));
    write('loose.yaml', fleet(''));
    expect(reportOf(await scan('loose.yaml', '--json')).resolved.map(({ id }) => id)).toEqual([found?.id]);
  });

  test('asks AWS nothing that a scan without them does not ask', async () => {
    write('loose.yaml', fleet(''));
    const calls = async (file: string): Promise<number> => reportOf(await scan(file, '--json')).awsCalls;
    expect(await calls('fleet.yaml')).toBe(await calls('loose.yaml'));
  });

  test('may be said by their names, beside playbooks that are named too', async () => {
    await set('staging', '1.43.0');
    write('books/staging.yaml', playbook('shop-staging', far));
    write('named.yaml', fleet('compare: [{ left: shop-staging, right: shop }]\n'));
    for (const words of [['named.yaml'], ['books/staging.yaml', 'books/production.yaml', '--fleet', 'named.yaml']]) {
      const report = reportOf(await scan(...words, '--json'));
      expect(report.findings.flatMap(({ kind, what }) => (kind === 'difference' ? [what] : []))).toEqual([
        'value: staging is ahead of production',
      ]);
    }
  });

  test.each([
    [
      '{ left: books/stagin.yaml, right: books/production.yaml }',
      /compare: no playbook of wrong\.yaml is .*did you mean/,
    ],
    ['{ left: shop, right: books/orders.yaml }', /compare: shop is the name of .* and .*: say which file/],
    ['{ left: orders, right: books/orders.yaml }', /compare: orders and books\/orders\.yaml are one playbook/],
  ])('%s is a mistake with its line', async (pair, told) => {
    write('wrong.yaml', fleet(`compare:\n  - ${pair}\n`));
    const outcome = await scan('wrong.yaml', '--json');
    expect([outcome.code, reportOf(outcome).unread]).toEqual([
      1,
      [{ file: 'wrong.yaml', mistakes: [{ line: 12, column: 5, message: expect.stringMatching(told) as string }] }],
    ]);
  });

  test.each([
    ['{ left: a.yaml, right: a.yaml }', 'which is always alike'],
    ['{ left: a, right: b }\n  - { left: b, right: a }', 'compare[0] has these two already'],
  ])('%s is no fleet file', async (pairs, told) => {
    write('wrong.yaml', fleet(`compare:\n  - ${pairs}\n`));
    const { code, stderr } = await scan('wrong.yaml');
    expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
  });
});

describe('--notify', () => {
  let receiver: HttpServer;
  let got: { text: string; state: string; playbook: string | null; details: string[] }[] = [];

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const notice = JSON.parse(body) as { groups: { playbook: string | null; items: (typeof got)[number][] }[] };
        got.push(
          ...notice.groups.flatMap(({ items, playbook: name }) => items.map((each) => ({ ...each, playbook: name }))),
        );
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    write(
      'notify.yaml',
      `apiVersion: relight/v1
kind: Notifications
receivers:
  hook: { kind: webhook, url: 'http://127.0.0.1:${port}/', secret: '\${env:HOOK_KEY}', timeout: 2s }
`,
    );
  });
  afterAll(() => {
    receiver.closeAllConnections();
    receiver.close();
  });

  test('tells them once each, with whom to ask, and that they are over', async () => {
    const env: Env = { ...server.env, HOOK_KEY: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
    const notified = async (): Promise<number | null> =>
      (await folder.relight(['scan', 'fleet.yaml', '--notify', 'notify.yaml'], env)).code;
    const loud: string[] = [];
    write('fleet.yaml', fleet(`${alike}alerts: { severity: high }\n`));
    await set('staging', '1.43.0');
    circle();
    expect(await notified()).toBe(2);
    await notified();
    loud.push(
      ...got
        .filter(({ text }) => !text.includes('wanted'))
        .map(({ playbook: name, state, text }) => `${name} ${state} ${text}`),
    );
    expect(loud.toSorted()).toEqual([
      'licence new licence and orders: they need each other to be recovered, so that none of them can be the first',
      'shop new version: value: staging is ahead of production',
    ]);
    expect(got.find(({ playbook: name }) => name === 'licence')?.details).toContain('whom to ask: licence team');
    got = [];
    await set('staging', '1.42.0');
    write('books/orders.yaml', service('orders', ''));
    expect(await notified()).toBe(0);
    expect(got.map(({ playbook: name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'licence resolved',
      'shop resolved',
      'shop resolved',
    ]);
    write('fleet.yaml', fleet(alike));
  });
});
