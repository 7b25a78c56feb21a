// A program that is given the notice: by its arguments, without a shell, in a small environment, and not for ever.
import { spawn } from 'node:child_process';
import { setTimer, type Clock } from '../../util/clock.ts';
import { shownName } from '../../util/shown.ts';
import type { CommandReceiver } from '../receivers.ts';
import type { Outcome } from './outcome.ts';

export interface CommandPorts {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends a signal to a program and all that it started. */
  readonly signalGroup: (pid: number, signal: 'SIGTERM' | 'SIGKILL') => void;
}

/** What every program needs; all else is named in the file. */
const usualVariables = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;
/** Between a polite signal and the last one. Milliseconds. */
const grace = 1_000;
/** `EX_DATAERR` of sysexits.h: it will never take this one. */
const refusesInput = 65;
const mostSaid = 400;

/** Runs it to its end; `signal` ends it before. */
export function runCommand(
  { command, env: further, folder }: CommandReceiver,
  input: string,
  signal: AbortSignal,
  { clock, env, signalGroup }: CommandPorts,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const names = [...new Set([...usualVariables, ...further])];
    const own = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
    // In a group of its own, so that what it started ends with it.
    const child = spawn(program, args, { cwd: folder, env: own, stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let said = '';
    let cancelKill = (): void => undefined;
    const stop = (): void => {
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      cancelKill = setTimer(clock, grace, () => {
        signalGroup(pid, 'SIGKILL');
      });
    };
    const end = (outcome: Outcome): void => {
      signal.removeEventListener('abort', stop);
      cancelKill();
      child.stderr.destroy();
      resolve(outcome);
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-mostSaid);
    });
    // A program that reads nothing closes its end early.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      end({ kind: 'failed', why: `${program} cannot be run (${code})`, unsure: false, lasting: true });
    });
    child.once('exit', (code, by) => {
      const words = said.trim() === '' ? '' : `: ${shownName(said.trim(), 200)}`;
      if (code === 0 && !signal.aborted) end({ kind: 'accepted', how: 'exit 0' });
      else if (code === refusesInput) end({ kind: 'refused', why: `exit ${refusesInput}${words}` });
      else end({ kind: 'failed', why: `${endWords(code, by, signal)}${words}`, unsure: true });
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stdin.end(input);
  });
}

function endWords(code: number | null, by: string | null, signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  if (signal.aborted && reason instanceof Error) return reason.message;
  return code === null ? `ended by ${by ?? 'a signal'}` : `exit ${code}`;
}
