// Receivers for real: HTTP on loopback and programs. Nothing here waits for a clock: what ends an attempt is fired by hand.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../src/notify/deliver/command.ts';
import { post } from '../../../src/notify/deliver/http.ts';
import { retryAfterOf, type Outcome } from '../../../src/notify/deliver/outcome.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { httpReceiver, status, tempFolder, type Answer } from '../../helpers/notices.ts';

const now = Date.UTC(2026, 11, 1);
const forEver = new AbortController().signal;

async function outcomeWith(answer: Answer): Promise<Outcome> {
  await using receiver = await httpReceiver(answer);
  return await post({ url: receiver.url, body: '{}', headers: {} }, forEver, () => now);
}

describe('an answer of HTTP', () => {
  test.each([
    [200, { kind: 'accepted', how: 'HTTP 200' }],
    [202, { kind: 'accepted', how: 'HTTP 202' }],
    [301, { kind: 'failed', unsure: false, lasting: true }],
    [400, { kind: 'refused', why: 'HTTP 400: said so' }],
    [401, { kind: 'failed', unsure: false, lasting: true }],
    [404, { kind: 'failed', unsure: false, lasting: true }],
    [408, { kind: 'failed', unsure: false }],
    [410, { kind: 'failed', unsure: false, lasting: true }],
    [413, { kind: 'refused' }],
    [429, { kind: 'failed', why: 'HTTP 429: said so', unsure: false }],
    [500, { kind: 'failed', unsure: true }],
    [503, { kind: 'failed', unsure: false }],
    [504, { kind: 'failed', unsure: true }],
  ])('%i', async (code, outcome) => {
    expect(await outcomeWith(status(code, 'said so'))).toMatchObject(outcome);
  });

  test('is followed nowhere', async () => {
    await using other = await httpReceiver();
    expect(await outcomeWith(status(307, '', { location: other.url }))).toMatchObject({ kind: 'failed' });
    expect(other.received).toEqual([]);
  });

  test('that asks to wait is heard', async () => {
    expect(await outcomeWith(status(429, '', { 'retry-after': '30' }))).toMatchObject({ retryAfter: 30_000 });
    expect(retryAfterOf(new Date(now + 5_000).toUTCString(), now)).toBe(5_000);
    expect(retryAfterOf('1000000000', now)).toBe(3_600_000);
    expect(retryAfterOf('-1', now)).toBe(0);
    expect(retryAfterOf('soon', now)).toBeUndefined();
  });

  test('without an end is read to a page and no further', async () => {
    const outcome = await outcomeWith((response) => {
      response.writeHead(500);
      const more = (): void => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more);
      };
      more();
    });
    expect(outcome).toMatchObject({ kind: 'failed', unsure: true });
  });

  test('that is lost may have been one', async () => {
    expect(await outcomeWith((response) => response.destroy())).toMatchObject({ kind: 'failed', unsure: true });
  });

  test('that never comes ends with the attempt', async () => {
    await using receiver = await httpReceiver(() => undefined);
    const attempt = new AbortController();
    const outcome = post({ url: receiver.url, body: '{}', headers: {} }, attempt.signal, () => now);
    await receiver.next();
    attempt.abort(new Error('no answer within 10 s'));
    expect(await outcome).toEqual({ kind: 'failed', why: 'no answer within 10 s', unsure: true });
  });
});

test('where nobody listens, nothing has arrived', async () => {
  const receiver = await httpReceiver();
  await receiver[Symbol.asyncDispose]();
  const outcome = await post({ url: receiver.url, body: '{}', headers: {} }, forEver, () => now);
  expect(outcome).toEqual({ kind: 'failed', why: 'ECONNREFUSED', unsure: false });
});

describe('a program', () => {
  const env = { PATH: '/usr/bin:/bin', HOME: '/nowhere', AWS_SECRET_ACCESS_KEY: 'secret', CHANNEL: 'ops' };

  async function run(script: string, signal = forEver, more: readonly string[] = []): Promise<Outcome> {
    using folder = tempFolder();
    const receiver = { name: 'p', kind: 'command', timeout: 1_000, folder: folder.path } as const;
    const command = [process.execPath, '-e', script] as const;
    const kill = (pid: number, by: NodeJS.Signals): void => {
      process.kill(-pid, by);
    };
    const ports = { clock: new VirtualClock(0), env, signalGroup: kill };
    return await runCommand({ ...receiver, command, env: more }, '{"id":"rl_1"}', signal, ports);
  }

  test('gets the notice on its standard input, and few variables', async () => {
    const says = `process.stdin.on('data', (text) => { console.error(String(text), JSON.stringify(process.env)); process.exitCode = 1; })`;
    const outcome = await run(says, forEver, ['CHANNEL']);
    expect(outcome).toMatchObject({ kind: 'failed', unsure: true });
    const { why } = outcome as { readonly why: string };
    expect(why).toContain('exit 1: {"id":"rl_1"}');
    expect(why).toContain('"CHANNEL":"ops"');
    expect(why).not.toContain('AWS_SECRET');
  });

  test('is no shell', async () => {
    using folder = tempFolder();
    const receiver = { name: 'p', kind: 'command', timeout: 1_000, env: [], folder: folder.path } as const;
    const ports = { clock: new VirtualClock(0), env, signalGroup: () => undefined };
    const command = [
      process.execPath,
      '-e',
      "process.exit(process.argv[1] === '; touch mark' ? 0 : 9)",
      '; touch mark',
    ] as const;
    expect(await runCommand({ ...receiver, command }, '', forEver, ports)).toMatchObject({ kind: 'accepted' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test.each([
    ['takes it', 'process.exit(0)', { kind: 'accepted' }],
    ['will never take it', 'process.exit(65)', { kind: 'refused', why: 'exit 65' }],
    ['fails', 'process.exit(3)', { kind: 'failed', why: 'exit 3', unsure: true }],
    ['dies', "process.kill(process.pid, 'SIGKILL')", { kind: 'failed', why: 'ended by SIGKILL' }],
  ])('%s', async (_what, script, outcome) => {
    expect(await run(script)).toMatchObject(outcome);
  });

  test('that is not there will not be there the next time', async () => {
    const receiver = { name: 'p', kind: 'command', timeout: 1_000, env: [], folder: '/' } as const;
    const ports = { clock: new VirtualClock(0), env, signalGroup: () => undefined };
    const outcome = await runCommand({ ...receiver, command: ['/no/such/program'] }, '', forEver, ports);
    expect(outcome).toMatchObject({ kind: 'failed', why: '/no/such/program cannot be run (ENOENT)', lasting: true });
  });

  test('that goes on and on is ended with all that it started, deaf or not', async () => {
    const attempt = new AbortController();
    const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`;
    const outcome = run(deaf, attempt.signal);
    attempt.abort(new Error('no answer within 1 s'));
    expect(await outcome).toEqual({ kind: 'failed', why: 'no answer within 1 s', unsure: true });
  });
});
