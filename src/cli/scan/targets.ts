// From the words of a command line to what is to be scanned: files and globs, each playbook once, with the way to its account.
// What cannot be read is told and does not keep the others from being scanned.
import type { CredentialSource } from '../../aws/credentials/credentials.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LoadResult } from '../../playbook/playbook.ts';
import type { Unread } from '../../scan/outcome.ts';
import { UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { filesNamed } from '../place/named-files.ts';
import { loadDiagnosed } from '../place/session.ts';
import { paintFor, type Io } from '../terminal/io.ts';

/** A playbook, and how its account is reached. */
export interface ScanTarget {
  readonly playbook: Playbook;
  /** Profile, region, endpoint; the parameters that it was read with. For the calls, and for the commands to type next. */
  readonly options: GlobalOptions;
  /** Instead of those that the options lead to: of a role that was assumed. */
  readonly credentials?: CredentialSource;
}

export interface ScanTargets {
  /** All that the words name, in their order. */
  readonly files: readonly string[];
  readonly targets: readonly ScanTarget[];
  readonly unread: readonly Unread[];
}

/** What words of a command line, or of a fleet file, name: files and globs, each playbook once. */
export function targetsNamed(words: readonly string[], options: GlobalOptions, io: Io): ScanTargets {
  const { files, unmatched } = filesNamed(words, io);
  const missed = unmatched.map((word) => unreadFile(word, `${word}: matches no file`));
  const { targets, unread } = loadTargets(files, options, io);
  return { files, targets, unread: [...missed, ...unread] };
}

/** Reads the playbooks; every mistake is told on stderr with its place, as `validate` does. */
function loadTargets(files: readonly string[], options: GlobalOptions, io: Io): Omit<ScanTargets, 'files'> {
  const targets: ScanTarget[] = [];
  const unread: Unread[] = [];
  const takenParams = new Set<string>();
  for (const each of files) {
    const read = readOne(each, options, takenParams, io);
    const twin = 'target' in read ? targets.find((other) => keyOf(other) === keyOf(read.target)) : undefined;
    if (!('target' in read)) unread.push(read.unread);
    else if (twin === undefined) targets.push(read.target);
    else {
      const { account, region } = twin.playbook.target;
      const said = `${each}: ${twin.playbook.metadata.name} in ${account} ${region} is ${twin.playbook.file} already`;
      unread.push(unreadFile(each, said));
    }
  }
  const strange = Object.keys(options.param).find((name) => !takenParams.has(name));
  // Where a playbook could not be read, nobody knows what it takes.
  if (strange !== undefined && unread.length === 0) throw new UserError(`--param ${strange}: no playbook has it`);
  return { targets, unread };
}

/** Two of a name in one place would be told as one. */
function keyOf({ playbook: { metadata, target } }: ScanTarget): string {
  return `${metadata.name} ${target.account} ${target.region}`;
}

function readOne(
  file: string,
  options: GlobalOptions,
  takenParams: Set<string>,
  io: Io,
): { readonly target: ScanTarget } | { readonly unread: Unread } {
  try {
    const param = paramsFor(file, options, io);
    const result = loadDiagnosed(file, { ...options, param }, io);
    tellMistakes(result, options, io);
    if (!result.ok) return { unread: unreadPlaybook(file, result) };
    for (const name of Object.keys(param)) takenParams.add(name);
    return { target: { playbook: result.playbook, options: { ...options, param } } };
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
