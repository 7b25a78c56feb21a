// A scan in a process of its own, which may hang in whatever it likes: it is killed with all that it started, and what cannot be
// killed is let go of.
import { spawn } from 'node:child_process';
import { setTimer, systemClock } from '../../util/clock.ts';
import type { RunningScan, ScanEnd } from '../../watch/supervisor.ts';
import { factsIn } from './facts.ts';

export interface ChildOptions {
  /** The program first. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For its standard input. */
  readonly input: Uint8Array;
  /** Told what it says to people, as it comes. */
  readonly tell: (text: string) => void;
}

/** Of what it prints, so much is kept: the report of a thousand services has some megabytes. */
const mostOutput = 64 * 1024 * 1024;
/** Milliseconds between the polite word and the last one. */
const politeness = 2_000;

/** Starts it; what keeps it from being started is how it ends. */
export function startChild({ command, cwd, env, input, tell }: ChildOptions): RunningScan {
  const [program = '', ...words] = command;
  // In a group of its own, so that what it has started ends with it.
  const child = spawn(program, words, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  // Whoever does not read it has died, or hangs: both are noticed otherwise.
  child.stdin.on('error', () => undefined).end(input);
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= mostOutput) chunks.push(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', tell);
  const ended = new Promise<Extract<ScanEnd, { kind: 'ended' | 'crashed' }>>((resolve) => {
    child.on('error', (error) => {
      resolve({ kind: 'crashed', detail: error.message });
    });
    child.on('close', (code, signal) => {
      if (code === null) resolve({ kind: 'crashed', detail: `it was killed by ${signal ?? 'a signal'}` });
      else {
        const facts = size <= mostOutput ? factsIn(Buffer.concat(chunks).toString('utf8')) : undefined;
        resolve({ kind: 'ended', code, facts });
      }
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // It is gone.
    }
  };
  return {
    ended,
    kill: () => {
      signal('SIGTERM');
      // A process that was stopped hears no polite word before it goes on.
      signal('SIGCONT');
      const cancel = setTimer(systemClock, politeness, () => {
        signal('SIGKILL');
        // What hangs in the kernel keeps its end of these: nobody here waits for it.
        child.stdin.destroy();
        child.stdout.destroy();
        child.stderr.destroy();
        child.unref();
      });
      child.once('exit', () => {
        cancel();
      });
    },
  };
}
