// The file that --out names: whether it can be written to, and may be, is found out before the work whose result it takes.
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  realpathSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../exit.ts';
import { pathIn, type Io } from './io.ts';
import { cannotWrite, fileErrorCode } from '../state/state-files.ts';
import { putInPlace } from '../../util/write-whole.ts';
import { largestFile, readRegularText } from '../../util/storage-read.ts';
import { storageRemedy } from '../../util/storage-remedy.ts';

export interface OutFile {
  /** As the user wrote it. */
  readonly shown: string;
  /** Where it leads: the end of symbolic links. */
  readonly path: string;
  /** A device, a pipe, or what a redirection leads to: written into. Everything else is replaced as a whole. */
  readonly into: boolean;
}

export interface OutRules {
  /** What the command reads, as the user wrote it: never written to, by whatever name. */
  readonly inputs?: readonly string[];
  /** What a file that is there already must be; undefined: any file is written over. */
  readonly only?: {
    /** `a saved plan`: the file is told to be none. */
    readonly what: string;
    readonly is: (text: string) => boolean;
  };
  /** The file is not written into, but another one put in its place: devices and pipes will not do. */
  readonly replaced?: boolean;
}

/** @throws UserError with what stands in the way, and what to do */
export function outFileOf(shown: string, { inputs = [], only, replaced = false }: OutRules, io: Io): OutFile {
  const named = pathIn(io, shown);
  const refuse = (why: string): UserError => new UserError(`--out ${shown}: ${why}`);
  const there = statOf(named, refuse);
  if (there === undefined && isLink(named)) throw refuse('is a symbolic link to nowhere; choose another name');
  const into = there !== undefined && !there.isDirectory() && (!there.isFile() || isDevice(named)) && !replaced;
  const path = there === undefined || into || !isLink(named) ? named : realpathSync(named);
  const folder = dirname(path);
  if (there === undefined || replaced) {
    const above = statOf(folder, refuse);
    if (above === undefined) throw refuse(`there is no folder ${dirname(shown)}`);
    if (!above.isDirectory()) throw refuse(`${dirname(shown)} is no folder`);
    insistOnAccess(folder, constants.W_OK | constants.X_OK, refuse);
  }
  if (there === undefined) return { shown, path, into };
  if (there.isDirectory()) throw refuse('is a folder; name a file in it');
  if (inputs.some((input) => isSame(there, pathIn(io, input)))) {
    throw refuse('is what the command reads; choose another name');
  }
  if (only !== undefined && (there.isFile() || replaced) && !isOne(path, there, only.is, refuse)) {
    throw refuse(`it is there already and is no ${only.what}; choose another name`);
  }
  if (!replaced) insistOnAccess(path, constants.W_OK, refuse);
  return { shown, path, into };
}

/**
 * Puts a text in a file's place, whole or not at all: whoever reads it meanwhile sees the old one or the new one.
 *
 * @param mode of the file, also where it takes the place of one that others may read
 */
export function writeOut({ into, path, shown }: OutFile, text: string, mode = 0o666): void {
  try {
    if (into) writeFileSync(path, text);
    else replaceFile(path, text, mode);
  } catch (error) {
    throw new UserError(`--out ${shown}: ${cannotWrite(error, path)}`);
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  let descriptor: number;
  try {
    descriptor = openSync(draft, 'wx', mode);
  } catch (error) {
    // In a folder of others one's own file can still be written into.
    const code = fileErrorCode(error);
    if ((code !== 'EACCES' && code !== 'EPERM') || !existsSync(path)) throw error;
    if (mode === 0o600) chmodSync(path, mode);
    writeFileSync(path, text);
    return;
  }
  putInPlace(descriptor, draft, path, text);
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    // Nothing is there, or a file stands where a folder should be: that is found where the folder is asked for.
    fileErrorCode(error);
    return false;
  }
}

/** `/dev/stdout` may lead to a file that a shell has opened: it goes on with that one, not with another in its place. */
function isDevice(path: string): boolean {
  return /^\/(dev|proc)\//.test(resolve(path));
}

function statOf(path: string, refuse: (why: string) => UserError): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = fileErrorCode(error);
    // With ENOTDIR a file stands where a folder should be: that is found where the folder is asked for.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refuse(cannotWrite(error, path));
  }
}

function insistOnAccess(path: string, mode: number, refuse: (why: string) => UserError): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    throw refuse(cannotWrite(error, path));
  }
}

/** The same file, also by another path or as a hard link. */
function isSame(there: Stats, input: string): boolean {
  try {
    const { dev, ino } = statSync(input);
    return dev === there.dev && ino === there.ino;
  } catch (error) {
    // Whoever reads it says what is wrong with it.
    fileErrorCode(error);
    return false;
  }
}

function isOne(path: string, there: Stats, is: (text: string) => boolean, refuse: (why: string) => UserError): boolean {
  if (!there.isFile()) return false;
  // A redirection has emptied it, or nobody has written it yet.
  if (there.size === 0 || isDevice(path)) return true;
  if (there.size > largestFile) return false;
  try {
    return is(readRegularText(path));
  } catch (error) {
    const code = fileErrorCode(error);
    throw refuse(`it is there already and cannot be read (${code}). ${storageRemedy(code, path)}`);
  }
}
