// The token of a served sandbox, in a file that only its user can read: `sandbox serve` makes it, the other commands find it.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { tokenHeader } from '../../sandbox/door-token.ts';
import { readRegularText, withRegularFile } from '../../util/storage-read.ts';
import { shellWord } from '../../util/shell.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { cannotRead, cannotWrite, isMissing } from '../state/state-files.ts';
import { pathIn, type Io } from '../terminal/io.ts';

/** Where the commands look for it unless they are told. */
export const tokenVariable = 'RELIGHT_SANDBOX_TOKEN_FILE';

/** The token of a file that is made when there is none. @throws UserError when others can read it, or it holds none */
export function makeToken(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const token = randomBytes(32).toString('hex');
    writeFileSync(path, `${token}\n`, { flag: 'wx', mode: 0o600 });
    return token;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw new UserError(cannotWrite(error, path));
    return readToken(path);
  }
}

/** What the sandbox behind an endpoint is to be asked with, by option or environment; undefined when neither names a file. */
export function tokenOf(options: Pick<GlobalOptions, 'sandboxTokenFile'>, io: Io): string | undefined {
  const named = options.sandboxTokenFile ?? io.env[tokenVariable];
  return named === undefined || named === '' ? undefined : readToken(pathIn(io, named));
}

function readToken(path: string): string {
  let text: string;
  let mode: number;
  try {
    mode = withRegularFile(path, (_descriptor, stats) => stats.mode);
    text = readRegularText(path, longestToken).trim();
  } catch (error) {
    throw new UserError(
      isMissing(error) ? `${path}: no such file; relight sandbox serve --token-file makes it` : cannotRead(error, path),
    );
  }
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new UserError(
      `refused: others can read the token in ${path}: chmod 600 ${shellWord(path)}`,
      exitCodes.refused,
    );
  }
  if (!/^[\x21-\x7e]{16,}$/.test(text)) {
    throw new UserError(`${path} holds no token: 16 characters or more, in one line`);
  }
  return text;
}

const longestToken = 4096;

/** The header that bears it; none without a token. */
export function tokenHeaders(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { [tokenHeader]: token };
}
