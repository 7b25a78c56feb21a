// A terminal for tests: runs a command on a pseudo-terminal by way of Python's pty module, and reads what it was sent
// the way a screen does.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bin, cleanEnv, has, outcomeOf, type Env, type Folder } from './harness.ts';

const script = fileURLToPath(new URL('terminal-host.py', import.meta.url));

/** Python with its pty module is there. */
export const hasTerminal = has('python3', '-c', 'import pty, termios');

export interface TerminalOptions {
  readonly rows?: number;
  readonly columns?: number;
  readonly env?: Env;
  /** What is typed once its pattern has come by: `['[y/N] ', 'y\\r']`. */
  readonly answers?: readonly (readonly [pattern: string, typed: string])[];
}

export interface TerminalOutcome {
  /** Exit code; negative when a signal ended it. */
  readonly code: number;
  /** All that was sent, control sequences included. */
  readonly data: string;
  /** What stands on the screen and in its scrollback at the end. */
  readonly screen: string;
}

export async function onTerminal(
  folder: Folder,
  args: readonly string[],
  options: TerminalOptions = {},
): Promise<TerminalOutcome> {
  const { answers = [], columns = 200, env, rows = 40 } = options;
  const typed = answers.map(([pattern, text]) => `${pattern}=${text}`);
  const child = spawn(
    'python3',
    [script, String(rows), String(columns), ...typed, '--', process.execPath, bin, ...args],
    {
      cwd: folder.path,
      env: {
        PYENV_ROOT: process.env['PYENV_ROOT'],
        PYENV_VERSION: process.env['PYENV_VERSION'],
        TERM: 'xterm-256color',
        ...cleanEnv(folder.path, env),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const outcome = await outcomeOf(child);
  if (outcome.code !== 0) throw new Error(`no terminal: ${outcome.stderr}`);
  const { code, data } = JSON.parse(outcome.stdout) as { code: number; data: string };
  return { code, data, screen: screenOf(data, columns, rows) };
}

/**
 * What a screen shows after `data`, scrollback included, without colours. Knows what relight and readline send: line ends,
 * cursor up and to a column, erase below and to the end of the line; anything else is an error, so that garbage cannot hide.
 */
export function screenOf(data: string, columns: number, rows: number): string {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const lineAt = (index: number): string[] => {
    while (lines.length <= index) lines.push([]);
    return lines[index] ?? [];
  };
  for (const part of data.match(/\u001b\[[?0-9;]*[A-Za-z]|[^]/gu) ?? []) {
    const sequence = /^\u001b\[([?0-9;]*)([A-Za-z])$/.exec(part);
    const number = Number(sequence?.[1] === '' ? 1 : (sequence?.[1] ?? 1));
    switch (sequence === null ? part : `CSI ${sequence[2] ?? ''}`) {
      case '\r':
        column = 0;
        break;
      case '\n':
        row += 1;
        break;
      case '\b':
        column = Math.max(0, column - 1);
        break;
      case 'CSI m':
      case 'CSI h':
      case 'CSI l':
        break;
      case 'CSI A':
        // The cursor stops at the top of the window; what has been scrolled out cannot be reached.
        row = Math.max(row - number, lines.length - rows, 0);
        break;
      case 'CSI G':
        column = number - 1;
        break;
      case 'CSI J':
        lineAt(row).length = Math.min(lineAt(row).length, column);
        lines.length = Math.min(lines.length, row + 1);
        break;
      case 'CSI K':
        lineAt(row).length = Math.min(lineAt(row).length, column);
        break;
      default: {
        if (/[\u0000-\u001f]/u.test(part)) throw new Error(`unknown control sequence ${JSON.stringify(part)}`);
        if (column >= columns) {
          row += 1;
          column = 0;
        }
        const line = lineAt(row);
        while (line.length < column) line.push(' ');
        line[column] = part;
        column += 1;
      }
    }
    lineAt(row);
  }
  return lines.map((line) => line.join('').trimEnd()).join('\n');
}
