// From the words of a command line to what is to be scanned: files and globs, each playbook once, with the way to its account.
// What cannot be read is told and does not keep the others from being scanned.
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { CredentialSource } from '../../aws/credentials/credentials.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LoadResult } from '../../playbook/playbook.ts';
import type { Unread } from '../../scan/outcome.ts';
import { UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { loadDiagnosed } from '../place/session.ts';
import { paintFor, pathIn, type Io } from '../terminal/io.ts';

/** A playbook, and how its account is reached. */
export interface ScanTarget {
  readonly playbook: Playbook;
  /** Profile, region, endpoint; the parameters that it was read with. For the calls, and for the commands to type next. */
  readonly options: GlobalOptions;
  /** Instead of those that the options lead to: of a role that was assumed. */
  readonly credentials?: CredentialSource;
}

export interface ScanTargets {
  readonly targets: readonly ScanTarget[];
  readonly unread: readonly Unread[];
}

/** A file to be scanned, and the options that reach its account. */
export interface ScanFile {
  readonly file: string;
  readonly options: GlobalOptions;
  readonly credentials?: CredentialSource;
}

/**
 * What the words name: files as they are, globs as what they match, in order of names; `!word` takes away from what globs match.
 *
 * @returns `unread` for globs that match nothing
 */
export function filesNamed(
  words: readonly string[],
  io: Io,
): { readonly files: readonly string[] } & Pick<ScanTargets, 'unread'> {
  const ignore = words.filter((each) => each.startsWith('!')).map((each) => each.slice(1));
  const unread: Unread[] = [];
  const files = words
    .filter((each) => !each.startsWith('!'))
    .flatMap((word): readonly string[] => {
      if (isThere(pathIn(io, word)) || !isDynamicPattern(word)) return [word];
      const found = globSync(word, { cwd: io.cwd, ignore, absolute: isAbsolute(word), expandDirectories: false });
      if (found.length === 0) unread.push(unreadFile(word, `${word}: matches no file`));
      return found.toSorted();
    });
  return { files: eachOnce(files, io), unread };
}

/** As the file system calls them; those that are not there as they are named. */
export function realFiles(files: readonly string[], io: Pick<Io, 'cwd'>): readonly string[] {
  return files.map((file) => {
    const path = pathIn(io, file);
    return isThere(path) ? realpathSync(path) : path;
  });
}

/** By whatever name. */
function eachOnce(files: readonly string[], io: Io): readonly string[] {
  const seen = new Set<string>();
  return files.filter((file) => {
    const path = pathIn(io, file);
    const real = isThere(path) ? realpathSync(path) : path;
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  });
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Reads the playbooks; every mistake is told on stderr with its place, as `validate` does. */
export function loadTargets(files: readonly ScanFile[], io: Io): ScanTargets {
  const targets: ScanTarget[] = [];
  const unread: Unread[] = [];
  const takenParams = new Set<string>();
  for (const each of files) {
    const read = readOne(each, takenParams, io);
    const twin = 'target' in read ? targets.find((other) => keyOf(other) === keyOf(read.target)) : undefined;
    if (!('target' in read)) unread.push(read.unread);
    else if (twin === undefined) targets.push(read.target);
    else {
      const { account, region } = twin.playbook.target;
      const said = `${each.file}: ${twin.playbook.metadata.name} in ${account} ${region} is ${twin.playbook.file} already`;
      unread.push(unreadFile(each.file, said));
    }
  }
  const named = files.flatMap(({ options }) => Object.keys(options.param));
  const strange = named.find((name) => !takenParams.has(name));
  // Where a playbook could not be read, nobody knows what it takes.
  if (strange !== undefined && unread.length === 0) throw new UserError(`--param ${strange}: no playbook has it`);
  return { targets, unread };
}

/** Two of a name in one place would be told as one. */
function keyOf({ playbook: { metadata, target } }: ScanTarget): string {
  return `${metadata.name} ${target.account} ${target.region}`;
}

function readOne(
  { credentials, file, options }: ScanFile,
  takenParams: Set<string>,
  io: Io,
): { readonly target: ScanTarget } | { readonly unread: Unread } {
  try {
    const param = paramsFor(file, options, io);
    const result = loadDiagnosed(file, { ...options, param }, io);
    tellMistakes(result, options, io);
    if (!result.ok) return { unread: unreadPlaybook(file, result) };
    for (const name of Object.keys(param)) takenParams.add(name);
    const way = credentials === undefined ? {} : { credentials };
    return { target: { playbook: result.playbook, options: { ...options, param }, ...way } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(`${error.message}\n`);
    return { unread: unreadFile(file, error.message) };
  }
}

/** Of the parameters on the command line those that the playbook has: others are other playbooks'. */
function paramsFor(file: string, options: GlobalOptions, io: Io): GlobalOptions['param'] {
  if (Object.keys(options.param).length === 0) return options.param;
  const { diagnostics } = loadDiagnosed(file, options, io);
  const strange = diagnostics.filter(({ code }) => code === 'unknown-param').map(({ message }) => message);
  return Object.fromEntries(
    Object.entries(options.param).filter(([name]) => !strange.some((each) => each.startsWith(`--param ${name}:`))),
  );
}

function tellMistakes({ diagnostics, text }: LoadResult, options: GlobalOptions, io: Io): void {
  if (diagnostics.length === 0) return;
  const color = paintFor(io, options.color, io.canRedraw).bad('x') !== 'x';
  io.err(diagnosticsText(diagnostics, text, { color }));
}

function unreadPlaybook(file: string, { diagnostics }: LoadResult): Unread {
  const mistakes = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ column, expected, line, message }) => ({
      line,
      column,
      message: expected === undefined ? message : `${message}; expected ${expected}`,
    }));
  return { file, mistakes };
}

export function unreadFile(file: string, message: string): Unread {
  return { file, mistakes: [{ line: null, column: null, message }] };
}
