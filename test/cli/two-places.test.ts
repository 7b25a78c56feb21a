// Two served sandboxes with different accounts: nothing that is checked at one is done at the other, whoever mixes them:
// environment, profile, or a proxy between. And one place has one lock, however it is spelled.
import { appendFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  jsonOf,
  makeFolder,
  outcomeOf,
  serveSandbox,
  start,
  waitForText,
  type Env,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';
import { startProxy, type Proxy } from './proxy.ts';

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const other = '210987654321';

let folder: Folder;
let a: Server;
let b: Server;
/** In front of B: what it is asked. */
let watched: Proxy;

beforeAll(async () => {
  folder = makeFolder();
  const text = readFileSync(folder.file(playbook), 'utf8');
  writeFileSync(
    folder.file('other.yaml'),
    text.replaceAll('123456789012', other).replaceAll('wonderland-prod', 'other'),
  );
  a = await serveSandbox(folder);
  b = await serveSandbox(folder);
  expect((await folder.relight(['sandbox', 'seed', playbook], a.env)).code).toBe(0);
  expect((await folder.relight(['sandbox', 'seed', 'other.yaml'], b.env)).code).toBe(0);
  watched = await startProxy(b.url);
}, 180_000);
afterAll(async () => {
  await watched[Symbol.asyncDispose]();
  await a[Symbol.asyncDispose]();
  await b[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const services = ['ECS', 'ELASTIC_LOAD_BALANCING_V2', 'ROUTE_53', 'DYNAMODB'];

function credentials(): Env {
  const { AWS_ACCESS_KEY_ID = '', AWS_REGION = '', AWS_SECRET_ACCESS_KEY = '' } = a.env;
  return { AWS_ACCESS_KEY_ID, AWS_REGION, AWS_SECRET_ACCESS_KEY };
}

let configs = 0;
function configured(text: string): Env {
  // A file of its own for each: the SDK reads one only once.
  const file = folder.file(`aws-config-${(configs += 1)}`);
  writeFileSync(file, text);
  return { ...credentials(), AWS_CONFIG_FILE: file };
}

const mixes: readonly (readonly [string, () => Env])[] = [
  [
    'identity at A, the rest at B',
    () => ({ ...a.env, AWS_ENDPOINT_URL: watched.url, AWS_ENDPOINT_URL_STS: a.url, AWS_ENDPOINT_URL_IAM: a.url }),
  ],
  ['all at A, one service at B', () => ({ ...a.env, AWS_ENDPOINT_URL_DYNAMODB: watched.url })],
  ['Route 53 at B, which tells nothing of itself', () => ({ ...a.env, AWS_ENDPOINT_URL_ROUTE_53: watched.url })],
  [
    'a services section of the profile',
    () =>
      configured(
        `[default]\nservices = mixed\nendpoint_url = ${a.url}\n[services mixed]\n` +
          services.map((each) => `${each.toLowerCase()} =\n  endpoint_url = ${watched.url}\n`).join(''),
      ),
  ],
  [
    'a services section of a profile that is named',
    () => ({
      ...configured(`[profile ops]\nservices = mixed\n[services mixed]\necs =\n  endpoint_url = ${watched.url}\n`),
      AWS_PROFILE: 'ops',
      AWS_ENDPOINT_URL_STS: a.url,
      AWS_ENDPOINT_URL_IAM: a.url,
    }),
  ],
];

describe.each(mixes)('%s', (_name, env) => {
  test('recover, teardown, status and doctor refuse with 3, and nobody is asked anything', async () => {
    const calls = watched.seen.length;
    for (const args of [
      ['recover', playbook, ...approval],
      ['teardown', playbook, '--allow-downtime', ...approval],
      ['status', playbook],
      ['plan', playbook],
    ]) {
      const outcome = await folder.relight(args, env());
      expect(outcome.code, outcome.stderr).toBe(3);
      expect(outcome.stderr).toMatch(/refused: wrong place: the endpoints lead to \d places/);
      expect(outcome.stderr).toContain(watched.url);
      expect(outcome.stdout).toBe('');
    }
    const doctor = await folder.relight(['doctor', playbook], env());
    expect(doctor.code).toBe(3);
    expect(doctor.stdout).toMatch(/FAIL endpoints: the endpoints lead to \d places .*: what is checked at one/);
    const json = await folder.relight(['recover', playbook, '--json', ...approval], env());
    expect(jsonOf(json)).toMatchObject({ result: 'refused', exitCode: 3, awsCalls: 0 });
    expect(watched.seen.length).toBe(calls);
  });
});

test('one place that is named in the profile only is used, and told', async () => {
  const outcome = await folder.relight(['doctor', playbook], configured(`[default]\nendpoint_url = ${a.url}\n`));
  expect(outcome.stdout).toContain(`OK   target: a sandbox, served at ${a.url}`);
  expect(outcome.stdout).toContain(`OK   endpoints: all services: ${a.url} (endpoint_url of profile default)`);
});

describe('one endpoint behind which two accounts are', () => {
  /** Identity reads go to A, all else to B; nothing says that a sandbox is there. */
  async function mixer(): Promise<{ readonly url: string; readonly toB: string[]; readonly close: () => void }> {
    const toB: string[] = [];
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        const identity = /Action=(GetCallerIdentity|ListAccountAliases)/.test(body.toString());
        if (!identity) toB.push(String(incoming.headers['x-amz-target'] ?? body.toString().slice(0, 40)));
        const { method, headers } = incoming;
        const url = new URL(incoming.url ?? '/', identity ? a.url : b.url);
        request(url, { method, headers }, (answer) => {
          const rest = Object.entries(answer.headers).filter(([name]) => name !== 'x-relight-sandbox');
          outgoing.writeHead(answer.statusCode ?? 500, Object.fromEntries(rest));
          answer.pipe(outgoing);
        }).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url,
      toB,
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    };
  }

  test('status and recover stop at the first answer that names a piece, and change nothing', async () => {
    const proxy = await mixer();
    try {
      const env: Env = { ...a.env, AWS_ENDPOINT_URL: proxy.url };
      for (const args of [
        ['status', playbook],
        ['recover', playbook, ...approval],
      ]) {
        const outcome = await folder.relight(args, env);
        expect(outcome.code, outcome.stderr).toBe(3);
        expect(outcome.stderr).toContain(`ENDPOINT ${proxy.url} account 123456789012`);
        expect(outcome.stderr).toMatch(
          /refused: wrong place: \w+ was answered from another place: arn:\S+ lies in account 210987654321/,
        );
        expect(outcome.stderr).toContain('the work is in account 123456789012, region eu-west-1');
      }
      const doctor = await folder.relight(['doctor', playbook], env);
      expect(doctor.code).toBe(3);
      expect(doctor.stdout).toMatch(/FAIL answers: \w+ was answered from another place/);
      expect(
        proxy.toB.filter((each) => /\.(Create|Delete|Update|Put|Register)|Action=(Create|Delete|Modify)/.test(each)),
      ).toEqual([]);
    } finally {
      proxy.close();
    }
  });
});

describe('the lock', () => {
  const lease: Env = { RELIGHT_LOCK_LEASE: '6s' };

  test('is one for all spellings of a place, and one that 0.1.0 holds is respected', async () => {
    using own = makeFolder();
    await using slow = await serveSandbox(own, ['--speed', '2']);
    expect((await own.relight(['sandbox', 'seed', playbook], slow.env)).code).toBe(0);
    const spelled = slow.url.replace('127.0.0.1', 'localhost');
    const child = start(own.path, ['recover', playbook, ...approval], { ...slow.env, ...lease });
    const ended = outcomeOf(child);
    await waitForText(child.stderr, /create load-balancer started/);
    const second = await own.relight(['recover', playbook, ...approval, '--state-dir', 'two'], {
      ...slow.env,
      AWS_ENDPOINT_URL: spelled,
      ...lease,
    });
    expect(second.code).toBe(3);
    expect(second.stderr).toContain('refused: another run is at work');

    // As 0.1.0 kept it: the same record under a name with the endpoint's spelling.
    const locks = own.file('.relight/locks');
    const old = join(locks, 'deployer-api@123456789012.eu-west-1+localhost-4566');
    const elsewhere = own.file('elsewhere');
    child.kill('SIGINT');
    await ended;
    const holder = start(own.path, ['recover', playbook, ...approval, '--state-dir', 'three'], {
      ...slow.env,
      ...lease,
      RELIGHT_LOCK_DIR: elsewhere,
    });
    const held = outcomeOf(holder);
    await waitForText(holder.stderr, /(create|update) \S+ (started|waits)/);
    // Whoever holds a lock renews it: the old name leads to the folder of the one that lives.
    symlinkSync(join(elsewhere, 'deployer-api@123456789012.eu-west-1'), old);
    const third = await own.relight(['recover', playbook, ...approval, '--state-dir', 'four'], {
      ...slow.env,
      ...lease,
    });
    expect(third.code).toBe(3);
    expect(third.stderr).toContain('refused: another run is at work');
    expect(third.stderr).toContain(old);
    const shown = await own.relight(['lock', 'show', playbook, '--json'], { ...slow.env });
    expect(jsonOf(shown)).toMatchObject({ state: 'held', owner: { pid: holder.pid } });
    holder.kill('SIGINT');
    await held;
  });
});

describe('the lock of a team', () => {
  const warning = 'WARNING: this is production, and the lock is a file on this machine';
  const count = (outcome: Outcome): number => outcome.stderr.split(warning).length - 1;

  test('a file in production is warned of once by what takes it, and not by what looks', async () => {
    expect(count(await folder.relight(['recover', playbook, ...approval], a.env))).toBe(1);
    expect(count(await folder.relight(['status', playbook], a.env))).toBe(0);
    using own = makeFolder();
    expect(count(await own.relight(['recover', playbook, '--sandbox', ...approval]))).toBe(0);
  });

  test('can be insisted on; going without it needs a word of its own', async () => {
    using own = makeFolder();
    appendFileSync(own.file(playbook), '\nguards: { teamLock: required }\n');
    const contradiction = await own.relight(['validate', playbook, '--json']);
    expect(contradiction.code).toBe(1);
    const { diagnostics } = z
      .object({ diagnostics: z.array(z.object({ code: z.string(), expected: z.string().optional() })) })
      .parse(jsonOf(contradiction));
    expect(diagnostics).toEqual([{ code: 'contradiction', expected: 'lock: dynamodb://<table>' }]);

    appendFileSync(own.file(playbook), 'lock: dynamodb://relight-locks\n');
    expect((await own.relight(['validate', playbook])).code).toBe(0);
    await using server = await serveSandbox(own);
    expect((await own.relight(['sandbox', 'seed', playbook], server.env)).code).toBe(0);
    const refused = await own.relight(['recover', playbook, '--lock', 'file', ...approval], server.env);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("refused: the playbook insists on the team's lock (guards.teamLock: required)");
    expect(refused.stderr).toContain('then add --alone');
    const alone = await own.relight(['recover', playbook, '--lock', 'file', '--alone', ...approval], server.env);
    expect(alone.code, alone.stderr).toBe(0);
    expect(alone.stderr).toContain('sets it aside: runs elsewhere are not kept out');
    expect((await own.relight(['recover', playbook, ...approval], server.env)).code).toBe(0);
  });
});
