// A command in this process, in a folder, with nobody to ask and no terminal unless one is given: what it printed and its
// exit code. All that is behind `main.ts` and `command.ts` is the same as in the bin; what a process of its own costs is saved.
import { EventEmitter, once } from 'node:events';
import type { Io } from '../../src/cli/terminal/io.ts';
import { runCli } from '../../src/cli/program.ts';

/** A command that was begun here. */
export interface Begun {
  readonly code: Promise<number>;
  /** Resolves with its first result. */
  readonly answered: Promise<void>;
  /** What it printed until now. */
  readonly out: () => string;
  readonly err: () => string;
  /** As Ctrl-C, for commands that listen. */
  readonly interrupt: () => void;
}

/** Somebody who watches and answers. Keys, windows and what is redrawn in place need a real one: test/cli/terminal.ts. */
export interface Watcher {
  readonly columns: number;
  /** What is answered to a question, once it is asked; undefined: an end of input. */
  readonly answer: (question: string) => string | undefined;
}

/** Begins a command; nothing of the real terminal is used. With a watcher, `err` holds its blocks and questions too. */
export function begin(folder: string, words: readonly string[], env: Io['env'] = {}, watcher?: Watcher): Begun {
  let out = '';
  let err = '';
  const watched = watcher !== undefined;
  const results = new EventEmitter();
  const answered = once(results, 'one');
  const listeners = new Set<() => void>();
  const code = runCli(words, {
    out: (text) => {
      out += text;
      results.emit('one');
    },
    err: (text) => {
      err += text;
    },
    block: (lines) => {
      err += lines.map((line) => `${line}\n`).join('');
    },
    env,
    cwd: folder,
    canAsk: watched,
    outIsTerminal: watched,
    canRedraw: watched,
    columns: watcher?.columns ?? 120,
    rows: 24,
    ask: async (question) => {
      err += question;
      return watcher?.answer(question);
    },
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDaemonSignals: ({ stop }) => {
      listeners.add(stop);
      return () => listeners.delete(stop);
    },
  });
  return {
    code,
    answered: answered.then(() => undefined),
    out: () => out,
    err: () => err,
    interrupt: () => {
      for (const each of [...listeners]) each();
    },
  };
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a line such as `prove shop.yaml --quick`; nothing of the real environment is used, so it has no credentials. */
export async function relightIn(folder: string, line: string, env: Io['env'] = {}): Promise<Said> {
  const words = line.split(' ').filter((word) => word !== '');
  const { code, err, out } = begin(folder, words, env);
  return { code: await code, out: out(), err: err() };
}
