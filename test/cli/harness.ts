// Runs the built bin as a child process, in a temp folder with copies of the shipped playbooks and an environment that
// knows no AWS. `npm test` builds first; nothing is built here.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '../../src/util/clock.ts';

/** The bin under test; RELIGHT_BIN names another one, such as that of an installed package. */
export const bin = process.env['RELIGHT_BIN'] ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const playbooks = fileURLToPath(new URL('../../playbooks', import.meta.url));

export type Env = Readonly<Record<string, string>>;

export interface Outcome {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temp folder with the shipped playbooks; removed at the end of the scope (`using`). */
export interface Folder {
  readonly path: string;
  readonly file: (name: string) => string;
  readonly relight: (args: readonly string[], env?: Env) => Promise<Outcome>;
  readonly [Symbol.dispose]: () => void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'relight-cli-'));
  cpSync(playbooks, path, { recursive: true });
  return {
    path,
    file: (name) => join(path, name),
    relight: (args, env) => relight(path, args, env),
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** No credentials, no region, no colour wishes of whoever runs the tests. */
export function cleanEnv(folder: string, env: Env = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LANG: 'C.UTF-8',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...env,
  };
}

/** Runs a command to its end. */
export function relight(folder: string, args: readonly string[], env?: Env): Promise<Outcome> {
  return outcomeOf(start(folder, args, env));
}

/** Starts a command and lets it run. */
export function start(folder: string, args: readonly string[], env?: Env): ChildProcess {
  return spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: cleanEnv(folder, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** Resolves with the text so far as soon as it fits; rejects when the stream ends before. */
export function waitForText(stream: NodeJS.ReadableStream | null, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: unknown): void => {
      text += String(chunk);
      if (pattern.test(text)) {
        stream?.off('data', onData);
        resolve(text);
      }
    };
    stream?.on('data', onData).once('end', () => {
      reject(new Error(`${String(pattern)} never came in: ${text}`));
    });
  });
}

/** A served sandbox as a child process; ended at the end of the scope (`await using`). */
export interface Server {
  readonly url: string;
  /** What a client needs to reach it. */
  readonly env: Env;
  readonly banner: string;
  /** Ends it as Ctrl-C does. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Outcome>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export async function serveSandbox(folder: Folder, args: readonly string[] = ['--speed', '600']): Promise<Server> {
  const child = start(folder.path, ['sandbox', 'serve', '--port', '0', ...args]);
  const ended = outcomeOf(child);
  const banner = await waitForText(child.stdout, /seed <playbook>.*\n/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0];
  if (url === undefined) throw new Error(`no address in: ${banner}`);
  const stop: Server['stop'] = (signal = 'SIGINT') => {
    child.kill(signal);
    return ended;
  };
  return {
    url,
    env: envOf(url),
    banner,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await stop('SIGKILL');
    },
  };
}

/** Environment that leads every AWS client to an endpoint. */
export function envOf(url: string): Env {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_REGION: 'eu-west-1',
    // Version 1 of the aws CLI knows no other.
    AWS_DEFAULT_REGION: 'eu-west-1',
  };
}

/** True when a program starts at all. */
export function has(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

// --- Golden files ----------------------------------------------------------------------------------------------------

/** A command with all that it said, as golden files hold it. */
export function transcript(folder: Folder, args: readonly string[], outcome: Outcome): string {
  const parts = [
    `$ relight ${args.join(' ')}`,
    ...(outcome.stdout === '' ? [] : ['--- stdout', outcome.stdout.trimEnd()]),
    ...(outcome.stderr === '' ? [] : ['--- stderr', outcome.stderr.trimEnd()]),
    `--- exit ${String(outcome.code ?? outcome.signal)}`,
  ];
  return `${normalise(parts.join('\n'), folder)}\n`;
}

/**
 * Replaces what differs from run to run: the temp folder, run ids, instants, milliseconds of real calls, the number in a
 * load balancer's DNS name and ids that AWS makes up. Durations stay: they are the sandbox's own and always the same.
 */
export function normalise(text: string, folder: Folder): string {
  return text
    .replaceAll(folder.path, '<folder>')
    .replaceAll(/\b\d{8}-\d{6}-[0-9a-f]{9}\b/g, '<run>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<instant>')
    .replaceAll(/\b\d+ ms\b/g, '<n> ms')
    .replaceAll(/-\d{8,10}\.eu-west-1\.elb\.amazonaws\.com/g, '-<n>.eu-west-1.elb.amazonaws.com')
    .replaceAll(/\bC[0-9A-F]{20}\b/g, '<change>')
    .replaceAll(/\b(then|now) [0-9a-f]{64}\b/g, '$1 <digest>')
    .replaceAll(/"digest": "[^"]+"/g, '"digest": "<digest>"');
}

/** What a JSON command said, parsed. */
export function jsonOf(outcome: Outcome): unknown {
  return JSON.parse(outcome.stdout);
}

/** Waits until something holds, looking every 50 ms of the clock that is given. */
export async function eventually(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const clock = new VirtualClock(0, 1);
  for (let round = 0; round < 400; round += 1) {
    if (await check()) return;
    await clock.sleep(50);
  }
  throw new Error(`never came true: ${what}`);
}
