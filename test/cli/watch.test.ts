// relight watch as the process that it is: scans that hang in every way are given up and told, the others go on, and somebody outside
// hears of it, or of nothing at all.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { once } from 'node:events';
import { CreateHealthCheckCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setTimer, systemClock } from '../../src/util/clock.ts';
import { begin } from '../helpers/command.ts';
import { bin, cleanEnv, eventually, makeFolder, serveSandbox, type Server } from './harness.ts';

const folder = makeFolder();
const account = '123456789012';

const playbook = `apiVersion: relight/v1
kind: Playbook
metadata: { name: cart }
target: { account: '${account}', region: eu-west-1 }
components:
  url:
    type: ssm/parameter
    spec: { name: /cart/url, type: String, value: 'https://cart.example' }
`;

let server: Server;
let outside: HttpServer;
let silent: TcpServer;
/** Of the pings that came: `start busy`. */
let pings: string[] = [];
const started: ChildProcess[] = [];

/** Loaded into each process by NODE_OPTIONS: a scan of a schedule of that name hangs in that way. */
const hangs = (silentPort: number): string => `
const at = process.argv.indexOf('--schedule');
const name = process.argv.includes('scan') && at !== -1 ? process.argv[at + 1] : '';
if (name === 'busy') for (;;);
if (name === 'stopped') process.kill(process.pid, 'SIGSTOP');
if (name === 'fifo') require('node:fs').readFileSync('pipe');
if (name === 'silent') process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:${silentPort}';
if (name === 'dies') process.kill(process.pid, 'SIGKILL');
`;

const port = (of: { address: () => unknown }): number => (of.address() as AddressInfo).port;
const url = (name: string): string => `http://127.0.0.1:${port(outside)}/${name}`;

/** What is to end by itself does so on a slow machine too. */
const deadlineOf = (name: string): string => (['well', 'other'].includes(name) ? '60s' : '1s');

const fleet = (names: readonly string[], every: string): string => `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
accounts: [{ id: '${account}' }]
playbooks: [cart.yaml]
schedules:
${names.map((name) => `  - { name: ${name}, cron: '${every}', deadline: ${deadlineOf(name)}, ping: '${url(name)}' }`).join('\n')}
`;

beforeAll(async () => {
  server = await serveSandbox(folder);
  outside = createServer((request, response) => {
    const [, name = '', kind = 'success'] = new URL(request.url ?? '', 'http://x').pathname.split('/');
    pings.push(`${kind} ${name}`);
    request.resume().on('end', () => response.end('OK'));
  });
  silent = createTcpServer(() => undefined);
  for (const each of [outside, silent]) {
    each.listen(0, '127.0.0.1');
    await once(each, 'listening');
  }
  writeFileSync(folder.file('cart.yaml'), playbook);
  writeFileSync(folder.file('hangs.cjs'), hangs(port(silent)));
  execFileSync('mkfifo', [folder.file('pipe')]);
  mkdirSync(folder.file('state'));
  expect((await folder.relight(['recover', 'cart.yaml', '--yes', '--quiet'], server.env)).code).toBe(0);
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started.length = 0;
  pings = [];
});
afterAll(async () => {
  outside.closeAllConnections();
  outside.close();
  silent.close();
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Milliseconds, after which a test that hangs says why. */
const longestWait = 60_000;

interface Daemon {
  readonly child: ChildProcess;
  readonly text: () => string;
  /** Resolves when it has said so. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly door: () => string;
  readonly ended: Promise<number | null>;
}

async function watchFleet(file: string, ...words: readonly string[]): Promise<Daemon> {
  const env = cleanEnv(folder.path, { ...server.env, NODE_OPTIONS: '--require ./hangs.cjs' });
  const child = spawn(process.execPath, [bin, 'watch', file, '--listen', '0', ...words], { cwd: folder.path, env });
  started.push(child);
  let text = '';
  const waiting = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const each of waiting) each();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const daemon: Daemon = {
    child,
    ended,
    text: () => text,
    door: () => /at (http:\S+)/.exec(text)?.[1] ?? '',
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        setTimer(systemClock, longestWait, () => {
          reject(new Error(`it has not said ${String(pattern)}:\n${text}`));
        });
        void ended.then(() => {
          reject(new Error(`it ended without saying ${String(pattern)}:\n${text}`));
        });
      }),
  };
  await daemon.says(/watching .* at http:/);
  return daemon;
}

const healthOf = async (daemon: Daemon): Promise<number> => (await fetch(`${daemon.door()}/healthz`)).status;

describe('scans that hang', () => {
  test('in a loop, stopped, in the kernel, or with a server that never answers: each is given up and told, the others go on', async () => {
    const names = ['busy', 'stopped', 'fifo', 'silent', 'dies', 'well'];
    writeFileSync(folder.file('fleet.yaml'), fleet(names, '*/2 * * * * *'));
    const daemon = await watchFleet('fleet.yaml');
    for (const name of ['busy', 'stopped', 'fifo'])
      await daemon.says(new RegExp(`${name}: the scan did not end, and was given up`));
    await daemon.says(/silent: (not all could be seen|the scan did not end)/);
    await daemon.says(/dies: the scan's process died: it was killed by SIGKILL/);
    // The next one comes, although the one before hung.
    await daemon.says(/busy: scan began[\s\S]*busy: the scan did not end[\s\S]*busy: scan began/);
    await daemon.says(/well: all is well[\s\S]*well: all is well/);
    const metrics = await (await fetch(`${daemon.door()}/metrics`)).text();
    expect(metrics).toMatch(/relight_scans_total\{schedule="busy",result="given_up"\} [1-9]/);
    expect(metrics).toMatch(
      /relight_playbook_last_seen_timestamp_seconds\{playbook="cart",account="123456789012",region="eu-west-1"\} \d/,
    );
    expect(await healthOf(daemon)).toBe(200);
    for (const name of ['busy', 'stopped', 'fifo', 'dies']) {
      expect(pings).toContain(`start ${name}`);
      expect(pings).toContain(`fail ${name}`);
      expect(pings).not.toContain(`success ${name}`);
    }
    expect(pings).toContain('success well');
    expect(pings).not.toContain('fail well');
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    // Nothing of it is left: neither a scan nor what it started.
    const left = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
    expect(left.split('\n').filter((line) => line.includes(folder.path) && line.includes(' scan '))).toEqual([]);
  });
});

describe('as a daemon', () => {
  test('frozen it is silent, and whoever listens outside hears nothing; it goes on when it may', async () => {
    writeFileSync(folder.file('fleet.yaml'), fleet(['well'], '* * * * * *'));
    const daemon = await watchFleet('fleet.yaml');
    await daemon.says(/well: all is well/);
    daemon.child.kill('SIGSTOP');
    const socket = connect(Number(new URL(daemon.door()).port), '127.0.0.1');
    await once(socket, 'connect');
    let answered = false;
    socket.on('data', () => {
      answered = true;
    });
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    const heard = pings.filter((each) => each.endsWith(' well')).length;
    // Another one tells the time: it scans by the same seconds.
    writeFileSync(folder.file('other.yaml'), fleet(['other'], '* * * * * *').replace('wonderland', 'elsewhere'));
    const other = await watchFleet('other.yaml');
    await other.says(/(other: all is well[\s\S]*){2}/);
    other.child.kill('SIGTERM');
    await other.ended;
    // A scan that was running ends; whoever would tell of it does not.
    expect([answered, pings.filter((each) => each.endsWith(' well')).length]).toEqual([false, heard]);
    socket.destroy();
    daemon.child.kill('SIGCONT');
    const before = daemon.text().length;
    await daemon.says(new RegExp(`^[\\s\\S]{${before},}well: all is well`));
    daemon.child.kill('SIGINT');
    expect(await daemon.ended).toBe(0);
  });

  test('a schedule that says so looks beyond the playbooks, and others do not', async () => {
    const route53 = new Route53Client({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    });
    await route53.send(
      new CreateHealthCheckCommand({
        CallerReference: 'idle',
        HealthCheckConfig: { Type: 'TCP', IPAddress: '192.0.2.1', Port: 80 },
      }),
    );
    const text = fleet(['well', 'other'], '*/2 * * * * *').replace('name: other,', 'name: other, beyond: true,');
    writeFileSync(folder.file('fleet.yaml'), text);
    const daemon = await watchFleet('fleet.yaml', '--state-dir', 'beyond');
    await daemon.says(/well: all is well/);
    await daemon.says(/other: there are findings/);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(daemon.text()).not.toMatch(/well: there are findings|other: all is well/);
  });

  test('SIGHUP has it read its file again; what is wrong with it is told, and what was in force stays so', async () => {
    writeFileSync(folder.file('fleet.yaml'), fleet(['well'], '* * * * * *'));
    const daemon = await watchFleet('fleet.yaml');
    await daemon.says(/well: all is well/);
    writeFileSync(folder.file('fleet.yaml'), fleet(['other'], '* * * *'));
    daemon.child.kill('SIGHUP');
    await daemon.says(/fleet\.yaml is not taken/);
    const before = daemon.text().length;
    await daemon.says(new RegExp(`^[\\s\\S]{${before},}well: all is well`));
    writeFileSync(folder.file('fleet.yaml'), fleet(['other'], '* * * * * *'));
    daemon.child.kill('SIGHUP');
    await daemon.says(/fleet\.yaml was read again/);
    await daemon.says(/other: all is well/);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
  });

  test('that a fleet names nobody who is to be told is said when it begins; where it names somebody it is not', async () => {
    const receivers =
      'apiVersion: relight/v1\nkind: Notifications\nreceivers: { out: { kind: command, command: [cat] } }\n';
    writeFileSync(folder.file('receivers.yaml'), receivers);
    const never = fleet(['well'], '0 0 1 1 *');
    for (const [text, isSaid] of [
      [never, true],
      [`${never}notify: receivers.yaml\n`, false],
    ] as const) {
      writeFileSync(folder.file('fleet.yaml'), text);
      const daemon = begin(folder.path, ['watch', 'fleet.yaml', '--listen', '0'], cleanEnv(folder.path, server.env));
      await eventually(() => /watching .* at http:/.test(daemon.err()), 'it watches');
      daemon.interrupt();
      expect(await daemon.code).toBe(0);
      expect(/fleet\.yaml has no notify/.test(daemon.err()), daemon.err()).toBe(isSaid);
    }
  });

  test.each([
    ['no schedule', (): string => fleet([], '* * * * * *').replace('schedules:\n', ''), /it has no schedules/],
    [
      'a ping of which a part is not set',
      (): string => fleet(['well'], '* * * * * *').replace(/ping: '[^']*'/, "ping: 'https://x/${env:NOSUCH}'"),
      /NOSUCH is not set/,
    ],
    ['no fleet', (): string => playbook, /no fleet file/],
  ])('%s is a mistake before anything is begun', async (_what, text, told) => {
    writeFileSync(folder.file('wrong.yaml'), text());
    const { code, stderr } = await folder.relight(['watch', 'wrong.yaml', '--listen', '0'], server.env);
    expect([code, stderr]).toEqual([1, expect.stringMatching(told)]);
  });

  test('an address that cannot be listened on is told', async () => {
    writeFileSync(folder.file('fleet.yaml'), fleet(['well'], '0 0 1 1 *'));
    const taken = port(outside);
    const { code, stderr } = await folder.relight(
      ['watch', 'fleet.yaml', '--listen', `127.0.0.1:${taken}`],
      server.env,
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
    expect((await folder.relight(['watch', 'fleet.yaml', '--listen', 'here'], server.env)).stderr).toMatch(
      /--listen here: expected/,
    );
  });
});
