// What scans remember, and a fleet whose accounts are entered by roles: against a served sandbox with two accounts.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import { scanReportSchema } from '../../src/scan/report/json-schema.ts';
import { jsonOf, makeFolder, serveSandbox, type Env, type Outcome, type Server } from './harness.ts';

const folder = makeFolder();
const near = '123456789012';
const far = '210987654321';

const playbook = (name: string, account: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: eu-west-1 }
components:
  url:
    type: ssm/parameter
    spec: { name: /${name}/url, type: String, value: 'https://${name}.example' }
  level:
    type: ssm/parameter
    dependsOn: [url]
    spec: { name: /${name}/level, type: String, value: info }
`;

const fleet = (more = ''): string => `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
accounts:
  - { id: '${near}' }
  - { id: '${far}', role: scan, externalId: relight-7 }
playbooks: ['books/*.yaml']
schedules:
  - { name: near, cron: '*/5 * * * *', accounts: ['${near}'] }
${more}`;

let server: Server;
let ssm: SSMClient;

const admin = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(new URL(`/_relight/${path}`, server.url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
};

beforeAll(async () => {
  folder.file('books');
  mkdirSync(folder.file('books'));
  writeFileSync(folder.file('books/cart.yaml'), playbook('cart', near));
  writeFileSync(folder.file('books/away.yaml'), playbook('away', far));
  writeFileSync(folder.file('fleet.yaml'), fleet());
  server = await serveSandbox(folder);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const config = { endpoint: server.url, region: 'eu-west-1', credentials };
  ssm = new SSMClient(config);
  await admin('presume', {
    account: far,
    items: [
      { kind: 'role', role: 'ops' },
      { kind: 'role', role: 'scan' },
    ],
  });
  const sts = new STSClient(config);
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${far}:role/ops`, RoleSessionName: 'me' }),
  );
  const farEnv: Env = {
    ...server.env,
    AWS_ACCESS_KEY_ID: keys?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: keys?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: keys?.SessionToken ?? '',
  };
  for (const [name, env] of [
    ['cart', server.env],
    ['away', farEnv],
  ] as const) {
    const { code, stderr } = await folder.relight(['recover', `books/${name}.yaml`, '--yes', '--quiet'], env);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  }
});
afterEach(async () => {
  await setLevel('info');
  rmSync(folder.file('.relight'), { recursive: true, force: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const scan = (...words: readonly string[]): Promise<Outcome> => folder.relight(['scan', ...words], server.env);
const relight = (...words: readonly string[]): Promise<Outcome> => folder.relight(words, server.env);

const reportOf = (outcome: Outcome): ScanReport => {
  const value = jsonOf(outcome);
  expect(scanReportSchema.safeParse(value).error).toBeUndefined();
  return value as ScanReport;
};

async function setLevel(value: string | undefined): Promise<void> {
  const Name = '/cart/level';
  if (value === undefined) await ssm.send(new DeleteParameterCommand({ Name }));
  else await ssm.send(new PutParameterCommand({ Name, Type: 'String', Overwrite: true, Value: value }));
}

const cart = 'books/cart.yaml';

describe('from scan to scan', () => {
  test('a finding keeps since when it lasts, and what is over is told once', async () => {
    await setLevel('debug');
    const first = reportOf(await scan(cart, '--json'));
    expect(first.findings.map(({ component, field, isNew }) => [component, field, isNew])).toEqual([
      ['level', 'value', true],
    ]);
    const second = reportOf(await scan(cart, '--json'));
    expect(second.findings.map(({ isNew }) => isNew)).toEqual([false]);
    expect(second.findings.map(({ id }) => id)).toEqual(first.findings.map(({ id }) => id));
    await setLevel('info');
    const third = await scan(cart, '--json');
    expect([third.code, reportOf(third).findings, reportOf(third).resolved.map(({ id }) => id)]).toEqual([
      0,
      [],
      second.findings.map(({ id }) => id),
    ]);
    expect(reportOf(await scan(cart, '--json')).resolved).toEqual([]);
  });

  test('--since last tells what is new alone, and ends with 0 where nothing is', async () => {
    await setLevel('debug');
    expect((await scan(cart, '--since', 'last')).code).toBe(2);
    const again = await scan(cart, '--since', 'last', '--json');
    expect([again.code, reportOf(again).findings]).toEqual([0, []]);
    await setLevel(undefined);
    const worse = reportOf(await scan(cart, '--since', 'last', '--json'));
    expect(worse.findings.map(({ component, kind }) => [component, kind])).toEqual([['level', 'missing']]);
  });

  test('what could not be seen is not over', async () => {
    await setLevel('debug');
    const [found] = reportOf(await scan(cart, '--json')).findings;
    await admin('faults', { faults: [{ service: 'ssm', operation: 'GetParameters', kind: 'access-denied' }] });
    try {
      const blind = await scan(cart, '--json');
      expect([blind.code, reportOf(blind).resolved]).toEqual([4, []]);
    } finally {
      await admin('faults', { faults: [] });
    }
    const after = reportOf(await scan(cart, '--json'));
    expect(after.findings.map(({ firstSeen, id, isNew }) => [id, isNew, firstSeen])).toEqual([
      [found?.id, false, expect.any(String)],
    ]);
  });

  test('the stream says it too, as it goes', async () => {
    await setLevel('debug');
    const findingsIn = ({ stdout }: Outcome): readonly boolean[] =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly event: string; readonly isNew?: boolean })
        .flatMap(({ event, isNew }) => (event === 'finding' && isNew !== undefined ? [isNew] : []));
    expect(findingsIn(await scan(cart, '--format', 'ndjson'))).toEqual([true]);
    expect(findingsIn(await scan(cart, '--format', 'ndjson'))).toEqual([false]);
    expect(findingsIn(await scan(cart, '--format', 'ndjson', '--since', 'last'))).toEqual([]);
  });

  test('a memory that cannot be written costs the memory, and never the answer', async () => {
    await setLevel('debug');
    mkdirSync(folder.file('.relight'), { recursive: true });
    rmSync(folder.file('.relight/scans'), { recursive: true, force: true });
    writeFileSync(folder.file('.relight/scans'), 'no folder');
    const { code, stderr, stdout } = await scan(cart, '--json');
    expect([code, (JSON.parse(stdout) as ScanReport).findings.length]).toEqual([2, 1]);
    expect(stderr).toMatch(/warning: .*scans.*; what is remembered of scans is not complete/);
  });

  test('a memory that is damaged is told, and begun anew', async () => {
    await setLevel('debug');
    await scan(cart);
    const place = folder.file('.relight/scans/findings');
    for (const name of readdirSync(place))
      writeFileSync(`${place}/${name}`, '{"version":1,"memory":{"findings":[{}]}}');
    const { code, stderr } = await scan(cart);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/warning: .* does not hold what a scan writes/)]);
    expect(reportOf(await scan(cart, '--json')).findings.map(({ isNew }) => isNew)).toEqual([false]);
  });

  test('history tells what each scan saw, the newest first', async () => {
    await scan(cart);
    await setLevel('debug');
    await scan(cart);
    const { code, stdout } = await relight('scan', 'history', cart);
    const lines = stdout.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, 3]);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+ +1 finding /);
    expect(lines[1]).toMatch(/^ {2}\+ \w+ level: /);
    expect(lines[2]).toMatch(/all well/);
    const json = jsonOf(await relight('scan', 'history', cart, '--json')) as { scans: { findings: unknown[] }[] };
    expect(json.scans.map(({ findings }) => findings.length)).toEqual([1, 0]);
    expect((await relight('scan', 'history', 'books/away.yaml')).stdout).toMatch(/^no scan of away in /);
  });

  test('without memory nothing is left behind', async () => {
    await setLevel('debug');
    expect((await scan(cart, '--no-memory')).code).toBe(2);
    expect(readdirSync(folder.path)).not.toContain('.relight');
    expect((await scan(cart, '--no-memory', '--since', 'last')).code).toBe(1);
  });
});

describe('ack', () => {
  test('silences a finding for a time: it stays in the list, and alone it is no reason for exit code 2', async () => {
    await setLevel('debug');
    const [found] = reportOf(await scan(cart, '--json')).findings;
    const id = found?.id ?? '';
    const said = await relight('ack', id, '--until', '2h', '--because', 'debugging until noon');
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining(`${id} (level: `)]);
    const text = await scan(cart);
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(/acknowledged until .* by .*: debugging until noon/),
    ]);
    expect((await scan(cart, '--strict')).code).toBe(2);
    const report = reportOf(await scan(cart, '--json'));
    expect(report.findings.map(({ acknowledged }) => acknowledged?.because)).toEqual(['debugging until noon']);
    // Another finding of the same piece is another one.
    await setLevel(undefined);
    expect((await scan(cart)).code).toBe(2);
    await setLevel('debug');
    expect((await relight('ack', id, '--take-back')).code).toBe(0);
    expect((await scan(cart)).code).toBe(2);
  });

  test.each([
    [['nosuch', '--until', '2h', '--because', 'x'], /nosuch: no scan (that )?is remembered here/],
    [['x', '--because', 'x'], /needs an end: --until/],
    [['x', '--until', '2h'], /needs a reason: --because/],
  ])('%j is a mistake', async (words, told) => {
    const { code, stderr } = await relight('ack', ...words);
    expect([code, stderr]).toEqual([1, expect.stringMatching(told)]);
  });

  test.each(['yesterday', '2020-01-01', '2026-02-31', '9000d', '-1h'])(
    'an end such as %s is a mistake',
    async (until) => {
      await setLevel('debug');
      const [found] = reportOf(await scan(cart, '--json')).findings;
      const { code, stderr } = await relight('ack', found?.id ?? '', `--until=${until}`, '--because', 'x');
      expect([code, stderr]).toEqual([1, expect.stringContaining(`--until ${until}: `)]);
    },
  );
});

describe('a fleet', () => {
  test('is entered account by account, each by its role', async () => {
    const outcome = await scan('fleet.yaml', '--json');
    const report = reportOf(outcome);
    expect([outcome.code, report.coverage.seen, report.coverage.accounts]).toEqual([0, 4, [near, far]]);
    expect(report.playbooks.map(({ account, playbook: name, principal }) => [name, account, principal])).toEqual([
      ['away', far, expect.stringContaining('assumed-role/scan/relight-scan-wonderland')],
      ['cart', near, expect.anything()],
    ]);
  });

  test('may look, and no more, whatever its role may do', async () => {
    // The session's policy is what the sandbox's authorization goes by: a call that is not in it is denied.
    const { stdout } = await relight('permissions', 'books/away.yaml', '--for', 'scan');
    expect(stdout).not.toMatch(/ssm:(Put|Delete)/);
  });

  test('a role that cannot be assumed hides its account alone', async () => {
    writeFileSync(folder.file('strange.yaml'), fleet().replace('role: scan', 'role: nosuch'));
    const outcome = await scan('strange.yaml', '--json');
    const report = reportOf(outcome);
    expect([outcome.code, report.coverage.seen]).toEqual([4, 2]);
    expect(report.coverage.unseen.map(({ account, code, playbook: name }) => [name, account, code])).toEqual([
      ['away', far, 'AccessDenied'],
      ['away', far, 'AccessDenied'],
    ]);
  });

  test('a role that expires in the middle of a scan is assumed anew', async () => {
    const expired = { kind: 'expired-token', service: 'ssm', resource: '/away/', nth: 2, times: 1 };
    await admin('faults', { faults: [expired] });
    try {
      const outcome = await scan('fleet.yaml', '--json', '--verbose');
      expect([outcome.code, reportOf(outcome).coverage.seen]).toEqual([0, 4]);
      expect(outcome.stderr).toContain('ExpiredTokenException');
    } finally {
      await admin('faults', { faults: [] });
    }
  });

  test('one that expires and cannot be assumed any more hides what was not seen by then, and that alone', async () => {
    await admin('faults', {
      faults: [
        { kind: 'expired-token', service: 'ssm', resource: '/away/', nth: 2, times: 50 },
        { kind: 'access-denied', service: 'sts', operation: 'AssumeRole', nth: 2, times: 50 },
      ],
    });
    try {
      const outcome = await scan('fleet.yaml', '--json');
      const report = reportOf(outcome);
      expect([outcome.code, report.findings]).toEqual([4, []]);
      expect(report.coverage.unseen.map((each) => [each.playbook, each.code, each.reason])).toEqual([
        ['away', 'CredentialsExpired', 'denied'],
        ['away', 'CredentialsExpired', 'denied'],
      ]);
      expect(report.coverage.unseen[0]?.detail).toMatch(/the credentials have expired: role .*To renew them/);
    } finally {
      await admin('faults', { faults: [] });
    }
  });

  test('a schedule has its own accounts; one that is not there is a mistake', async () => {
    const report = reportOf(await scan('fleet.yaml', '--schedule', 'near', '--json'));
    expect(report.playbooks.map(({ playbook: name }) => name)).toEqual(['cart']);
    const { code, stderr } = await scan('fleet.yaml', '--schedule', 'neer');
    expect([code, stderr]).toEqual([1, expect.stringContaining('did you mean near?')]);
  });

  test('a schedule says whether its scans look beyond the playbooks; whoever types --beyond means it', async () => {
    writeFileSync(
      folder.file('beyond.yaml'),
      fleet()
        .replace("'*/5 * * * *', accounts", "'*/5 * * * *', beyond: true, accounts")
        .concat(`  - { name: plain, cron: '*/5 * * * *', beyond: false }\n`),
    );
    const listed = async (...words: readonly string[]): Promise<readonly string[] | undefined> => {
      const { beyond } = reportOf(await scan('beyond.yaml', '--json', ...words));
      return beyond === null ? undefined : [...new Set(beyond.listings.map(({ account }) => account))];
    };
    expect(await listed()).toBeUndefined();
    expect(await listed('--schedule', 'near')).toEqual([near]);
    expect(await listed('--schedule', 'plain')).toBeUndefined();
    expect(await listed('--schedule', 'plain', '--beyond')).toEqual([near, far]);
  });

  test('an account that nobody entered is told with the place that names it', async () => {
    writeFileSync(folder.file('less.yaml'), fleet().replace(/ {2}- \{ id: '210987654321'.*\n/, ''));
    const outcome = await scan('less.yaml', '--json');
    expect(outcome.code).toBe(1);
    expect(reportOf(outcome).unread).toEqual([
      { file: 'books/away.yaml', mistakes: [{ line: 4, column: 20, message: expect.stringContaining(far) as string }] },
    ]);
  });

  test('what it says of an account holds for playbooks that do not say it, and is not contradicted', async () => {
    writeFileSync(
      folder.file('more.yaml'),
      fleet().replace(`id: '${near}' }`, `id: '${near}', alias: nobody, environment: staging }`),
    );
    const outcome = await scan('more.yaml', '--json');
    const report = reportOf(outcome);
    expect([outcome.code, report.coverage.unseen.map(({ playbook: name, reason }) => `${name} ${reason}`)]).toEqual([
      4,
      ['cart place', 'cart place'],
    ]);
    expect(report.playbooks.find(({ account }) => account === near)?.environment).toBe('staging');
  });

  test('beside playbooks that are named, its roles are the way in as well', async () => {
    const report = reportOf(await scan('books/away.yaml', '--fleet', 'fleet.yaml', '--json'));
    expect(report.playbooks.map(({ principal }) => principal)).toEqual([
      expect.stringContaining('assumed-role/scan/relight-scan-wonderland'),
    ]);
    const twins = await relight('twins', 'fleet.yaml');
    expect([twins.code, twins.stdout]).toEqual([0, 'no twins\n']);
    expect((await relight('strays', 'fleet.yaml')).code).toBe(0);
  });

  test('mistakes in it are told as its own', async () => {
    writeFileSync(folder.file('wrong.yaml'), fleet('share: 7\n'));
    const { code, stderr } = await scan('wrong.yaml');
    expect([code, stderr]).toEqual([1, expect.stringContaining('wrong.yaml:11:8')]);
    expect((await scan('fleet.yaml', cart)).stderr).toContain('scan it alone');
  });
});

describe('--notify', () => {
  let receiver: HttpServer;
  let got: { readonly items: { readonly id: string; readonly state: string }[] }[] = [];
  let status = 200;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (status === 200) {
          const notice = JSON.parse(body) as { groups: { items: { id: string; state: string }[] }[] };
          got.push({ items: notice.groups.flatMap(({ items }) => items.map(({ id, state }) => ({ id, state }))) });
        }
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    writeFileSync(
      folder.file('notify.yaml'),
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
  afterEach(() => {
    got = [];
    status = 200;
  });

  const env = (): Env => ({ ...server.env, HOOK_KEY: `whsec_${Buffer.alloc(32, 7).toString('base64')}` });
  const notified = (...words: readonly string[]): Promise<Outcome> =>
    folder.relight(['scan', ...words, '--notify', 'notify.yaml'], env());
  const states = (): readonly string[] => got.flatMap(({ items }) => items.map(({ state }) => state));

  test('tells changes, each once', async () => {
    await notified(cart);
    expect(got).toEqual([]);
    await setLevel('debug');
    expect((await notified(cart)).code).toBe(2);
    await notified(cart);
    expect(states()).toEqual(['new']);
    await setLevel('info');
    expect((await notified(cart)).code).toBe(0);
    expect(states()).toEqual(['new', 'resolved']);
    expect(new Set(got.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(1);
  });

  test('nothing is lost while the receiver is down, and each change arrives once', async () => {
    status = 503;
    await setLevel('debug');
    expect((await notified(cart)).code).toBe(2);
    await setLevel('info');
    expect((await notified(cart)).code).toBe(0);
    expect(got).toEqual([]);
    status = 200;
    const { code } = await folder.relight(['notify', 'flush', 'notify.yaml'], env());
    expect([code, states()]).toEqual([0, ['new', 'resolved']]);
  });

  test('what is taken out of a fleet is over, and of what is in another schedule nothing is', async () => {
    const extra = folder.file('books/extra.yaml');
    writeFileSync(extra, playbook('extra', near));
    writeFileSync(
      folder.file('fleet-of-two.yaml'),
      fleet(`  - { name: far, cron: '0 * * * *', accounts: ['${far}'] }\n`),
    );
    try {
      expect((await notified('fleet-of-two.yaml')).code).toBe(2);
      expect(states()).toEqual(['new', 'new']);
      const ids = got.flatMap(({ items }) => items.map(({ id }) => id)).toSorted();
      got = [];
      await notified('fleet-of-two.yaml', '--schedule', 'far');
      // A playbook with a mistake is no playbook that is gone.
      writeFileSync(extra, 'apiVersion: nothing');
      await notified('fleet-of-two.yaml');
      expect(got).toEqual([]);
      rmSync(extra);
      const { code, stdout } = await notified('fleet-of-two.yaml', '--schedule', 'far', '--json');
      expect([code, states(), (JSON.parse(stdout) as ScanReport).resolved.length]).toEqual([
        0,
        ['resolved', 'resolved'],
        2,
      ]);
      expect(got.flatMap(({ items }) => items.map(({ id }) => id)).toSorted()).toEqual(ids);
      got = [];
      await notified('fleet-of-two.yaml');
      expect(got).toEqual([]);
    } finally {
      rmSync(extra, { force: true });
    }
  });

  test('what cannot be seen is told too, and that it can be seen again', async () => {
    await admin('faults', { faults: [{ service: 'ssm', operation: 'GetParameters', kind: 'access-denied' }] });
    expect((await notified(cart)).code).toBe(4);
    await notified(cart);
    await admin('faults', { faults: [] });
    expect((await notified(cart)).code).toBe(0);
    expect(states()).toEqual(['new', 'resolved']);
  });
});
