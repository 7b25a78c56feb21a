// Runs commands in a temp folder with copies of the shipped playbooks and an environment that knows no AWS: in this process
// (`relight`), or as the built bin (`spawned`, `start`), where the process is what is tried. `npm test` builds first;
// nothing is built here. Why: docs/decisions/0029-commands-in-process.md.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '../../src/util/clock.ts';
import { begin, type Watcher } from '../helpers/command.ts';

const namedBin = process.env['RELIGHT_BIN'];
/** The bin under test. RELIGHT_BIN names another one, such as that of an installed package; then it runs all commands. */
export const bin = namedBin ?? fileURLToPath(new URL('../../dist/main.js', import.meta.url));
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
  /** Runs a command to its end in this process; one at a time. */
  readonly relight: Run;
  /** Runs a command to its end by the bin. */
  readonly spawned: Run;
  /** Runs a command to its end in this process, whatever RELIGHT_BIN says, before somebody who watches. */
  readonly watched: (watcher: Watcher, ...command: Parameters<Run>) => Promise<Outcome>;
  readonly [Symbol.dispose]: () => void;
}

type Run = (args: readonly string[], env?: Env) => Promise<Outcome>;

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'relight-cli-'));
  cpSync(playbooks, path, { recursive: true });
  return {
    path,
    file: (name) => join(path, name),
    relight: (args, env) =>
      namedBin === undefined ? inThisProcess(path, args, env) : outcomeOf(start(path, args, env)),
    spawned: (args, env) => outcomeOf(start(path, args, env)),
    watched: (watcher, args, env) => inThisProcess(path, args, env, watcher),
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

/** What runs here now. The SDK reads the environment of the process, which can be that of one command only. */
let running: string | undefined;

async function inThisProcess(folder: string, args: readonly string[], env?: Env, watcher?: Watcher): Promise<Outcome> {
  const line = `relight ${args.join(' ')}`;
  if (running !== undefined) {
    throw new Error(`${running} is still running in this process: run ${line} beside it with start() or spawned()`);
  }
  running = line;
  const clean = cleanEnv(folder, env);
  const restore = replaceEnvironment(clean);
  try {
    const { code, err, out } = begin(folder, args, clean, watcher);
    return { code: await code, signal: null, stdout: out(), stderr: err() };
  } finally {
    restore();
    running = undefined;
  }
}

/** All that the SDK may look at; returns what puts it back. */
function replaceEnvironment(env: Env): () => void {
  const before = process.env;
  const rest = Object.entries(before).filter(([name]) => name !== 'HOME' && !name.startsWith('AWS_'));
  // The setting of `command.ts`, which `vitest.config.ts` has too.
  const quiet = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  process.env = { ...Object.fromEntries(rest), [quiet]: before[quiet], ...env };
  return () => {
    process.env = before;
  };
}

/** Starts the bin and lets it run. */
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

/** A served sandbox; ended at the end of the scope (`await using`). */
export interface Server {
  readonly url: string;
  /** What a client needs to reach it. */
  readonly env: Env;
  readonly banner: string;
  /** Ends it as Ctrl-C does, or, where it is a process, by another signal. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Outcome>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const serving = ['sandbox', 'serve', '--port', '0'];
/** Fast, and with time for a slow machine: a recovery has seven seconds for the half hour that its playbook allows it. */
const usualSpeed = ['--speed', '240'];

/** Serves a sandbox in this process. Whoever asks it by a process must not wait for that one synchronously. */
export async function serveSandbox(folder: Folder, args: readonly string[] = usualSpeed): Promise<Server> {
  if (namedBin !== undefined) return serveAsProcess(folder, args);
  const { answered, code, err, interrupt, out } = begin(folder.path, [...serving, ...args], cleanEnv(folder.path));
  const ended = code.then((each): Outcome => ({ code: each, signal: null, stdout: out(), stderr: err() }));
  await Promise.race([answered, ended]);
  const stop = (): Promise<Outcome> => {
    interrupt();
    return ended;
  };
  return serverOf(out() + err(), stop, stop);
}

/** Serves a sandbox by the bin. */
export async function serveAsProcess(folder: Folder, args: readonly string[] = usualSpeed): Promise<Server> {
  const child = start(folder.path, [...serving, ...args]);
  const ended = outcomeOf(child);
  const banner = await waitForText(child.stdout, /seed <playbook>.*\n/);
  const stop: Server['stop'] = (signal = 'SIGINT') => {
    child.kill(signal);
    return ended;
  };
  return serverOf(banner, stop, async () => child.exitCode ?? (await stop('SIGKILL')));
}

function serverOf(banner: string, stop: Server['stop'], dispose: () => Promise<unknown>): Server {
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0];
  if (url === undefined) throw new Error(`no address in: ${banner}`);
  return {
    url,
    env: envOf(url),
    banner,
    stop,
    [Symbol.asyncDispose]: async () => {
      await dispose();
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

/** Waits until something holds, for two minutes at the most: the machine may be busy. Looks every 50 ms. */
export async function eventually(check: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const clock = new VirtualClock(0, 1);
  for (let round = 0; round < 2_400; round += 1) {
    if (await check()) return;
    await clock.sleep(50);
  }
  throw new Error(`never came true: ${what}`);
}
