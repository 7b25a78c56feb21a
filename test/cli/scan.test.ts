// relight scan against a served sandbox with two accounts: what is found, what could not be seen, and what the exit code says.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixedSource } from '../../src/aws/credentials/credentials.ts';
import type { GlobalOptions } from '../../src/cli/options.ts';
import { sharedPlaces } from '../../src/cli/place/session.ts';
import { scanEnding } from '../../src/cli/scan/ending.ts';
import { scanTargets } from '../../src/cli/scan/scanning.ts';
import { targetsNamed } from '../../src/cli/scan/targets.ts';
import { shippedTypes } from '../../src/components/index.ts';
import { scanReport } from '../../src/scan/fold.ts';
import { systemClock } from '../../src/util/clock.ts';
import type { Unseen } from '../../src/scan/coverage.ts';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import { scanReportSchema } from '../../src/scan/report/json-schema.ts';
import { noBound } from '../helpers/scan.ts';
import { jsonOf, makeFolder, serveSandbox, type Env, type Outcome, type Server } from './harness.ts';

const folder = makeFolder();
const near = '123456789012';
const far = '210987654321';
const role = `arn:aws:iam::${far}:role/ops`;

const playbook = (name: string, account: string, more = ''): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: eu-west-1 }
${more}components:
  table:
    type: dynamodb/table
    spec: { name: ${name}, hashKey: { name: id }, deletionProtection: true }
  url:
    type: ssm/parameter
    spec: { name: /${name}/url, type: String, value: 'https://${name}.example', description: where it is }
  level:
    type: ssm/parameter
    dependsOn: [url]
    spec: { name: /${name}/level, type: String, value: info }
`;
const names = ['cart', 'search', 'far'] as const;

let server: Server;
let client: { readonly dynamodb: DynamoDBClient; readonly ssm: SSMClient; readonly sts: STSClient };

const admin = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(new URL(`/_relight/${path}`, server.url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
};
const faults = (...all: readonly object[]): Promise<void> => admin('faults', { faults: all });

/** Of the role in the other account. They last an hour, which is soon over by the sandbox's time: each test takes its own. */
async function farEnv(): Promise<Env> {
  const { Credentials: keys } = await client.sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'me' }));
  return {
    ...server.env,
    AWS_ACCESS_KEY_ID: keys?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: keys?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: keys?.SessionToken ?? '',
  };
}

beforeAll(async () => {
  for (const name of names) writeFileSync(folder.file(`${name}.yaml`), playbook(name, name === 'far' ? far : near));
  writeFileSync(folder.file('bad.yaml'), playbook('bad', near).replace('ssm/parameter', 'ssm/parametre'));
  server = await serveSandbox(folder);
  const config = {
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
  client = { dynamodb: new DynamoDBClient(config), ssm: new SSMClient(config), sts: new STSClient(config) };
  await admin('presume', { account: far, items: [{ kind: 'role', role: 'ops' }] });
  for (const name of names) {
    const env = name === 'far' ? await farEnv() : server.env;
    const { code, stderr } = await folder.relight(['recover', `${name}.yaml`, '--yes', '--quiet'], env);
    expect([code, stderr]).toEqual([0, expect.anything()]);
  }
  // What made them is no evidence that the tests rest on.
  rmSync(folder.file('.relight'), { recursive: true });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const scan = (words: readonly string[], env: Env = server.env): Promise<Outcome> =>
  folder.relight(['scan', '--no-memory', ...words], env);

const reportOf = (outcome: Outcome): ScanReport => {
  const value = jsonOf(outcome);
  expect(scanReportSchema.safeParse(value).error).toBeUndefined();
  return value as ScanReport;
};

const told = ({ findings }: ScanReport) =>
  findings.map(({ component, field, kind, playbook: name, severity }) => [severity, name, component, kind, field]);
const seenIn = ({ coverage }: ScanReport): string => `${coverage.seen} of ${coverage.pieces}`;

/** Changes two playbooks by hand, and puts them right again. */
async function troubled(work: () => Promise<void>): Promise<void> {
  const protect = (on: boolean) =>
    client.dynamodb.send(new UpdateTableCommand({ TableName: 'cart', DeletionProtectionEnabled: on }));
  const parameter = { Name: '/cart/url', Type: 'String', Overwrite: true } as const;
  await protect(false);
  await client.ssm.send(new PutParameterCommand({ ...parameter, Value: 'https://cart.example', Description: 'else' }));
  await client.ssm.send(new DeleteParameterCommand({ Name: '/search/level' }));
  try {
    await work();
  } finally {
    await protect(true);
    for (const name of ['cart', 'search']) {
      const { code } = await folder.relight(
        ['recover', `${name}.yaml`, '--yes', '--quiet', '--accept', 'url:ownership'],
        server.env,
      );
      expect(code).toBe(0);
    }
    rmSync(folder.file('.relight'), { recursive: true });
  }
}

describe('a scan of what is well', () => {
  test('says how much it saw, and ends with 0', async () => {
    const { code, stdout, stderr } = await scan(['cart.yaml', 'search.yaml']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^saw all 6 pieces in 1 account\n/)]);
    // Both are in one place: it is told once.
    expect(stderr.match(/SANDBOX account/g)).toHaveLength(1);
    expect(stderr).toMatch(/^2 playbooks in 1 account: at most \d+ calls, .* at half of AWS's rates/m);
  });

  test('leaves nothing behind, in AWS and on disk', async () => {
    const before = await (await fetch(new URL('/_relight/state', server.url))).text();
    expect((await scan(['cart.yaml', 'search.yaml'])).code).toBe(0);
    const after = await (await fetch(new URL('/_relight/state', server.url))).text();
    const still = (text: string): string => text.replaceAll(/"(now|calls|uptime)":[^,}]*/g, '');
    expect(still(after)).toBe(still(before));
    expect(() => readFileSync(folder.file('.relight'))).toThrow('ENOENT');
  });
});

describe('a scan of what is not', () => {
  test('tells losses and drifts by what they mean, with ids that stay, and ends with 2', async () => {
    await troubled(async () => {
      const outcome = await scan([
        '*.yaml',
        '!bad.yaml',
        '!far.yaml',
        '!deployer-api.yaml',
        '!storefront.yaml',
        '--json',
      ]);
      const report = reportOf(outcome);
      expect([outcome.code, seenIn(report)]).toEqual([2, '6 of 6']);
      expect(told(report)).toEqual([
        ['critical', 'cart', 'table', 'drifted', 'deletionProtection'],
        ['critical', 'search', 'level', 'missing', null],
        ['low', 'cart', 'url', 'drifted', 'description'],
      ]);
      expect(report.findings[0]).toMatchObject({
        what: 'its protection against deletion is off: deletionProtection is false, wanted true',
        why: 'root-cause',
        plan: 'relight plan cart.yaml',
        account: near,
      });

      const again = reportOf(await scan(['search.yaml', `${folder.path}/cart.yaml`, '--json']));
      expect(again.findings.map(({ id }) => id).toSorted()).toEqual(report.findings.map(({ id }) => id).toSorted());
    });
  });

  test('denied one API: what needs it is unknown with account, region, API and principal, all the rest is told, 4', async () => {
    await troubled(async () => {
      await faults({ kind: 'access-denied', service: 'dynamodb', operation: 'DescribeTable' });
      try {
        const outcome = await scan(['cart.yaml', 'search.yaml', '--json']);
        const report = reportOf(outcome);
        expect([outcome.code, report.result, seenIn(report)]).toEqual([4, 'incomplete', '4 of 6']);
        expect(told(report)).toEqual([
          ['critical', 'search', 'level', 'missing', null],
          ['low', 'cart', 'url', 'drifted', 'description'],
        ]);
        const wanted: Partial<Unseen> = {
          component: 'table',
          account: near,
          region: 'eu-west-1',
          reason: 'denied',
          api: 'dynamodb:DescribeTable',
          principal: `arn:aws:iam::${near}:user/operator`,
        };
        expect(report.coverage.unseen).toEqual([expect.objectContaining(wanted), expect.objectContaining(wanted)]);
        const { stdout } = await scan(['cart.yaml', 'search.yaml']);
        expect(stdout).toContain(
          `saw 4 of 6 pieces in 1 account; 2 unknown: denied dynamodb:DescribeTable in ${near} eu-west-1\n`,
        );
        expect(stdout).toContain('what has to be allowed: relight permissions cart.yaml --for scan\n');
      } finally {
        await faults();
      }
    });
  });

  test('throttled for good: unknown after patience, and never missing', async () => {
    await faults({ kind: 'throttle', service: 'ssm' });
    try {
      const outcome = await scan(['cart.yaml', '--json']);
      const report = reportOf(outcome);
      expect([outcome.code, seenIn(report), report.findings]).toEqual([4, '1 of 3', []]);
      expect(report.coverage.unseen.map(({ api, reason }) => [reason, api])).toEqual([
        ['throttled', expect.stringMatching(/^ssm:/)],
        ['throttled', expect.stringMatching(/^ssm:/)],
      ]);
    } finally {
      await faults();
    }
  });
});

describe('several accounts', () => {
  test('with the credentials of one: the other is unknown for that reason, and nothing of it is asked', async () => {
    const outcome = await scan(['cart.yaml', 'far.yaml', '--json']);
    const report = reportOf(outcome);
    expect([outcome.code, seenIn(report), report.findings]).toEqual([4, '3 of 6', []]);
    for (const each of report.coverage.unseen) {
      expect(each).toMatchObject({
        playbook: 'far',
        account: far,
        reason: 'place',
        principal: `arn:aws:iam::${near}:user/operator`,
      });
      expect(each.detail).toContain(near);
    }
  });

  test('with credentials for each: both are seen in one scan, each as whom it was looked at', async () => {
    const options: GlobalOptions = {
      ...{
        endpointUrl: server.url,
        stateDir: '.relight',
        param: {},
        types: shippedTypes,
        only: [],
        exclude: [],
        color: false,
      },
    };
    const io = {
      ...{ out: () => undefined, err: () => undefined, block: () => undefined, onInterrupt: () => () => undefined },
      ...{ env: {}, cwd: folder.path, canAsk: false, outIsTerminal: false, canRedraw: false, columns: 80, rows: 24 },
      ask: () => Promise.resolve(undefined),
    };
    const assumed = await farEnv();
    const keys = {
      accessKeyId: assumed['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: assumed['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: assumed['AWS_SESSION_TOKEN'] ?? '',
    };
    const home = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const sources = [fixedSource(home, 'the test'), fixedSource(keys, 'the test')];
    const targets = targetsNamed(['cart.yaml', 'far.yaml'], options, io).targets.flatMap((each, index) => {
      const credentials = sources[index];
      return credentials === undefined ? [] : [{ ...each, credentials }];
    });
    using ending = scanEnding(60_000, systemClock, io);
    const shared = await sharedPlaces(options, io);
    const { calls, outcomes } = await scanTargets(targets, { shared, ending, tell: () => undefined }, io);
    const report = scanReport({
      ...{
        tool: 'relight',
        startedAt: 0,
        endedAt: 1,
        ended: ending.ended(),
        deadline: 60_000,
        outcomes,
        ...{ bound: noBound, calls },
        unread: [],
      },
    });
    expect([report.result, seenIn(report), report.coverage.accounts]).toEqual(['fine', '6 of 6', [near, far]]);
    expect(report.playbooks.map(({ account, principal }) => [account, principal])).toEqual([
      [near, `arn:aws:iam::${near}:user/operator`],
      [far, `arn:aws:sts::${far}:assumed-role/ops/me`],
    ]);
  });
});

test('playbooks that are looked at after others in their place do not wait out the same outage all over again', async () => {
  mkdirSync(folder.file('many'));
  for (let at = 0; at <= 100; at += 1) {
    const [head = ''] = playbook(`many-${String(at)}`, near).split('components:');
    const component = `components:\n  level: { type: ssm/parameter, spec: { name: /many/${String(at)}, type: String, value: a } }\n`;
    writeFileSync(folder.file(`many/${String(at)}.yml`), head + component);
  }
  await faults({ kind: 'error-503', service: 'ssm' });
  try {
    const outcome = await scan(['many/*.yml', '--json']);
    expect([outcome.code, seenIn(reportOf(outcome))]).toEqual([4, '0 of 101']);
    const times = [...outcome.stderr.matchAll(/looking again for up to (.*?);/g)].map(([, time]) => time);
    // A slow machine takes a little of it for itself.
    expect(times).toEqual([expect.stringMatching(/^(2m00s|1m[345]\ds)$/), expect.stringMatching(/^\d s$/)]);
  } finally {
    await faults();
  }
});

describe('what fails in relight itself', () => {
  test('a type from outside that fails at one playbook hides nothing of the others in its place', async () => {
    const type = `
      const safeParse = (value) => ({ success: true, data: value });
      const fails = () => { throw new TypeError('this type is broken'); };
      export const types = [{
        traits: {
          type: 'test/broken', description: 'One that fails.', schema: { parse: (value) => value, safeParse },
          outputs: {}, shareable: true, ownable: true, locators: ['name'], containers: [], immutable: [], reuse: true,
          inert: false, heldBy: [], remedy: 'none', permissions: { read: ['test:Get'], write: ['test:Put'] },
        },
        identity: (spec) => spec.name, observe: fails, readiness: fails, diff: fails, outputsOf: () => ({}),
        describe: fails, create: fails, update: fails, delete: fails,
      }];`;
    writeFileSync(folder.file('broken.mjs'), type);
    const broken = playbook('broken', near).replace(/components:[^]*/, '');
    const component = 'components:\n  one: { type: test/broken, spec: { name: one } }\n';
    writeFileSync(folder.file('broken.yml'), broken + component);
    const words = ['cart.yaml', 'broken.yml', 'search.yaml', '--types', './broken.mjs', '--json'];
    const { stderr, ...outcome } = await scan(words);
    const report = reportOf({ ...outcome, stderr });
    expect([outcome.code, seenIn(report)]).toEqual([4, '6 of 7']);
    expect(report.coverage.unseen).toMatchObject([{ playbook: 'broken', reason: 'failed' }]);
    // Told once.
    expect(stderr.split('this type is broken').length - 1).toBe(1);
  });

  test('journals that cannot be read prove nothing, and what was seen is told all the same', async () => {
    const entry = playbook('entry', near).replace(/components:[^]*/, '');
    const component = `components:
  table: { type: dynamodb/table, shared: true, spec: { name: cart } }
  entry: { type: dynamodb/item, spec: { table: cart, key: { id: one }, attributes: { status: here } } }
`;
    writeFileSync(folder.file('entry.yml'), entry + component);
    const recovered = await folder.relight(['recover', 'entry.yml', '--yes', '--quiet'], server.env);
    expect([recovered.code, recovered.stderr]).toEqual([0, expect.anything()]);
    rmSync(folder.file('.relight'), { recursive: true });
    mkdirSync(folder.file('.relight'));
    writeFileSync(folder.file('.relight/runs'), 'no folder');
    const outcome = await scan(['cart.yaml', 'entry.yml', '--json']);
    rmSync(folder.file('.relight'), { recursive: true });
    expect([outcome.code, seenIn(reportOf(outcome))]).toEqual([0, '5 of 5']);
    expect(outcome.stderr).toMatch(/warning: .*runs cannot be read.*; what earlier runs wrote is not known/);
  });
});

describe('what cannot be read', () => {
  test('is told with its place beside what is well, and ends with 1', async () => {
    const outcome = await scan(['cart.yaml', 'bad.yaml', '--json']);
    const report = reportOf(outcome);
    expect([outcome.code, report.result, seenIn(report)]).toEqual([1, 'error', '3 of 3']);
    expect(report.unread).toMatchObject([{ file: 'bad.yaml', mistakes: [{ line: 10, column: 11 }] }]);
    expect(outcome.stderr).toContain('bad.yaml:10:11: error: unknown component type "ssm/parametre"');
  });

  test('beside something that was not seen: 4, and both are told', async () => {
    const report = reportOf(await scan(['far.yaml', 'bad.yaml', '--json']));
    expect([report.result, report.unread.length, report.coverage.unseen.length]).toEqual(['incomplete', 1, 3]);
  });

  test.each([
    ['a glob that matches nothing', 'nothing/*.yaml', 'nothing/*.yaml: matches no file'],
    ['a file that is not there', 'nowhere.yaml', 'nowhere.yaml: no such file'],
    ['a folder', '.', '.: is a folder'],
  ])('%s is no success', async (_name, word, said) => {
    const alone = await scan([word]);
    expect([alone.code, alone.stdout]).toEqual([1, expect.stringContaining(said)]);
    expect(alone.stdout).toMatch(/^saw no piece at all; 1 file could not be read\n/);
    expect((await scan([word, 'cart.yaml'])).code).toBe(1);
  });

  test('a playbook is scanned once, by whatever names, and another of its name in its place is refused', async () => {
    writeFileSync(folder.file('copy.yml'), playbook('cart', near));
    const report = reportOf(await scan(['cart.yaml', './cart.yaml', 'c*.yaml', 'copy.yml', '--json']));
    expect([report.playbooks.length, seenIn(report)]).toEqual([1, '3 of 3']);
    expect(report.unread).toMatchObject([
      { file: 'copy.yml', mistakes: [{ message: expect.stringContaining('is cart.yaml already') as string }] },
    ]);
  });

  test('a parameter goes to the playbooks that have it; one that none has is a mistake', async () => {
    writeFileSync(folder.file('params.yml'), playbook('params', near, 'params: { size: { type: integer } }\n'));
    const report = reportOf(await scan(['cart.yaml', 'params.yml', '--param', 'size=3', '--json']));
    expect(report.playbooks.map(({ file, plan }) => [file, plan])).toEqual([
      ['cart.yaml', 'relight plan cart.yaml'],
      ['params.yml', 'relight plan params.yml --param size=3'],
    ]);
    const strange = await scan(['cart.yaml', '--param', 'sise=3']);
    expect([strange.code, strange.stderr]).toEqual([1, '--param sise: no playbook has it\n']);
  });
});

describe('the deadline', () => {
  /** Takes calls and answers none. */
  async function hanging(work: (env: Env) => Promise<void>): Promise<void> {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      await work({ ...server.env, AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  }

  test('ends a scan of what never answers: nothing was reached, 4', async () => {
    await hanging(async (env) => {
      const outcome = await scan(['cart.yaml', 'search.yaml', '--deadline', '300ms', '--json'], env);
      const report = reportOf(outcome);
      expect([outcome.code, report.ended, seenIn(report)]).toEqual([4, 'deadline', '0 of 6']);
      expect(new Set(report.coverage.unseen.map(({ reason }) => reason))).toEqual(new Set(['not-reached']));
    });
  });

  test('what was seen by then is told, and what was under way was not reached', async () => {
    await faults({ kind: 'hang', service: 'ssm' });
    try {
      const outcome = await scan(['cart.yaml', '--deadline', '2s', '--json']);
      const report = reportOf(outcome);
      expect([outcome.code, report.ended]).toEqual([4, 'deadline']);
      expect(report.playbooks[0]?.components.find(({ id }) => id === 'table')?.verdict).toBe('healthy');
      expect(report.coverage.unseen.map(({ component, reason }) => [component, reason])).toEqual([
        ['url', 'not-reached'],
        ['level', 'not-reached'],
      ]);
      const { stdout } = await scan(['cart.yaml', '--deadline', '1s']);
      expect(stdout).toContain('it ended at its deadline of 1 s: what follows is what had been seen by then\n');
    } finally {
      await faults();
    }
  });

  test.each(['0s', 'soon', '9999h'])('%s is none', async (word) => {
    const { code, stderr } = await scan(['cart.yaml', '--deadline', word]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`--deadline ${word}: expected a duration`)]);
  });
});

describe('forms', () => {
  test('several go to files in one scan, by the endings of their names or by their own', async () => {
    const files = ['scan.json', 'scan.ndjson', 'scan.sarif', 'scan.xml', 'scan.md', 'scan.html', 'scan.txt'];
    const outs = [...files, 'github=annotations'].flatMap((file) => ['--out', file]);
    const { code, stdout } = await scan(['cart.yaml', ...outs]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^saw all 3 pieces/)]);
    const starts = [
      '{\n  "version": 1',
      '{"version":1,"event":"scan-started"',
      '{\n  "$schema"',
      '<?xml',
      '# Scan',
      '<!DOCTYPE html>',
      'saw all 3 pieces',
    ];
    files.forEach((file, index) => {
      expect(readFileSync(folder.file(file), 'utf8').startsWith(starts[index] ?? '?'), file).toBe(true);
    });
    // The next one takes their place.
    expect((await scan(['cart.yaml', ...outs])).code).toBe(0);
    expect(readFileSync(folder.file('annotations'), 'utf8')).toMatch(/^::notice title=relight scan::saw all 3 pieces/);
  });

  test('annotations reach the log as commands', async () => {
    const { stdout } = await scan(['cart.yaml', '--format', 'github']);
    expect(stdout).toMatch(/^::notice title=relight scan::saw all 3 pieces in 1 account%0Ano findings\n$/);
  });

  test('a stream ends with what came of it', async () => {
    const { stdout } = await scan(['cart.yaml', 'search.yaml', '--format', 'ndjson']);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly event: string }).event);
    expect(events).toEqual(['scan-started', 'playbook', 'playbook', 'scan-ended']);
  });

  test.each([
    [['--format', 'yaml'], '--format yaml: expected text, json, ndjson'],
    [['--out', 'scan.pdf'], '--out scan.pdf: its name does not tell the form'],
    [['--out', 'markdown=bad.yaml'], '--out bad.yaml: it is there already and is no report of a scan as markdown'],
    [['--out', 'json=cart.yaml'], '--out cart.yaml: is what the command reads'],
    [['--out', 'a.json', '--out', './a.json'], 'is named twice'],
    [['--json', '--format', 'html'], '--json and --format html: choose one'],
  ])('%j is a mistake that is told before AWS is asked', async (words, said) => {
    const { code, stderr } = await scan(['cart.yaml', ...words]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(stderr).not.toContain(near);
  });
});
