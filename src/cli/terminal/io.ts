// The terminal as the commands see it: where text goes, whether somebody watches, how to ask. Commands have it behind the
// filter (redacting-output.ts), which lets nothing through that steers a terminal but relight's own colours.
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Redactor } from '../../util/redact.ts';
import { plainPaint, type Paint } from '../../report/paint.ts';
import { cleanText } from './clean-text.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { shown } from '../../util/shown.ts';
import { styled } from '../../util/style.ts';
import type { WorkflowCommand } from '../../util/workflow-command.ts';

export interface Io {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and complaints; a block on the screen stays below them. */
  readonly err: (text: string) => void;
  /** Lines that stay at the bottom of the terminal until others, or none, replace them. Only where `canRedraw`. */
  readonly block: (lines: readonly string[]) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Somebody can answer questions. */
  readonly canAsk: boolean;
  /** Results go to a terminal. */
  readonly outIsTerminal: boolean;
  /** Progress can be redrawn in place. */
  readonly canRedraw: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Asks on the terminal; undefined when the answer was an end of input, or when the question was taken back. */
  readonly ask: (question: string, takenBack?: AbortSignal) => Promise<string | undefined>;
  /** All that comes by standard input, at most so many bytes and one. Without it there is none. */
  readonly input?: (most: number) => Promise<Uint8Array>;
  /** Something was changed: an output that cannot be written is a failure of a run, and no mere error. */
  readonly changed?: () => void;
  /** From now on, no text with these secret values is written. */
  readonly hide?: (redactor: Redactor) => void;
  /** Writes commands to GitHub Actions among the results: no other text is taken for one. */
  readonly outCommands?: (commands: readonly WorkflowCommand[]) => void;
  /** Calls back on Ctrl-C, a polite kill, or a lost terminal; returns a function that stops listening. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** As a daemon hears it: Ctrl-C and a polite kill stop it, SIGHUP has it read its file again. Returns how not to listen any more. */
  readonly onDaemonSignals?: (told: { readonly stop: () => void; readonly reload: () => void }) => () => void;
}

/** The path of a file as the user names it: from where they are. */
export function pathIn({ cwd }: Pick<Io, 'cwd'>, path: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}

/** The process's own terminal. */
export function processIo(): Io {
  let lost: ExitCode = exitCodes.error;
  let unwritten = false;
  process.stdout.on('error', (error: Error) => {
    if (isUnread(error)) return;
    // Nobody gets the result: that is told once, and by the exit code where all else went well.
    unwritten = true;
    if (process.exitCode === undefined || process.exitCode === 0) process.exitCode = lost;
    process.stderr.write(cleanText(`the output could not be written: ${shown(error.message)}\n`));
  });
  process.stderr.on('error', () => undefined);
  let drawn: readonly string[] = [];
  // To the first column first: a typed ^C is echoed behind the block.
  const erased = (): string => (drawn.length === 0 ? '' : `\r\u001b[${drawn.length}A\u001b[J`);
  const blockText = (): string => drawn.map((line) => `${line}\n`).join('');
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(erased() + text + blockText()),
    block: (lines) => {
      const before = erased();
      drawn = lines;
      process.stderr.write(before + blockText());
    },
    env: process.env,
    cwd: process.cwd(),
    changed: () => {
      lost = exitCodes.failed;
      // It may have been found out before.
      if (unwritten && process.exitCode === exitCodes.error) process.exitCode = lost;
    },
    canAsk: process.stdin.isTTY && process.stderr.isTTY,
    outIsTerminal: process.stdout.isTTY,
    canRedraw: process.stderr.isTTY,
    // Asked anew each time, since windows are resized; a terminal that knows no size says 0.
    get columns() {
      return process.stderr.isTTY ? process.stderr.columns || 80 : 120;
    },
    get rows() {
      return process.stderr.isTTY ? process.stderr.rows || 24 : 24;
    },
    ask: async (question, takenBack) => {
      if (takenBack?.aborted === true) return undefined;
      const reader = createInterface({ input: process.stdin, output: process.stderr });
      const close = (): void => {
        reader.close();
      };
      takenBack?.addEventListener('abort', close, { once: true });
      // While a line is read, the terminal's Ctrl-C comes here and not to the process.
      reader.on('SIGINT', () => {
        close();
        if (process.listenerCount('SIGINT') > 0) process.emit('SIGINT');
      });
      try {
        return await Promise.race([
          reader.question(question),
          new Promise<undefined>((resolve) => {
            reader.once('close', () => {
              // Nobody pressed Enter: what is said next starts on a line of its own.
              process.stderr.write('\n');
              resolve(undefined);
            });
          }),
        ]);
      } finally {
        takenBack?.removeEventListener('abort', close);
        reader.close();
      }
    },
    input: async (most) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > most) break;
      }
      return Buffer.concat(chunks);
    },
    onDaemonSignals: ({ reload, stop }) => {
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
      process.on('SIGHUP', reload);
      return () => {
        process.off('SIGINT', stop);
        process.off('SIGTERM', stop);
        process.off('SIGHUP', reload);
      };
    },
    onInterrupt: (listener) => {
      // Shell and kernel may both tell of a lost terminal: that is one press.
      let hungUp = false;
      const onHangUp = (): void => {
        if (!hungUp) listener();
        hungUp = true;
      };
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      process.on('SIGHUP', onHangUp);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
        process.off('SIGHUP', onHangUp);
      };
    },
  };
}

/**
 * `relight plan ... | head -1`, or a terminal that is gone: nobody reads on. A run goes on all the same, also with a full
 * disk under its log; its journal is what counts.
 */
function isUnread(error: Error): boolean {
  return ['EPIPE', 'EIO'].includes(String((error as { code?: unknown }).code));
}

const colours: Paint = {
  bold: (text) => styled('bold', text),
  dim: (text) => styled('dim', text),
  bad: (text) => styled('red', text),
  warn: (text) => styled('yellow', text),
  good: (text) => styled('green', text),
  change: (text) => styled('cyan', text),
};

/** Colour for a terminal, unless `--no-color` or NO_COLOR (https://no-color.org) asks for none. */
export function paintFor(io: Io, wanted: boolean, isTerminal: boolean): Paint {
  const refused = !wanted || (io.env['NO_COLOR'] ?? '') !== '';
  const forced = (io.env['FORCE_COLOR'] ?? '') !== '';
  return refused || !(isTerminal || forced) ? plainPaint : colours;
}
