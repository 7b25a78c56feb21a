// The files that a command line names: one by one, by patterns that no shell has read (`'playbooks/*.yaml'`), or `-` for
// standard input.
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import { UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';

/** Standard input, as a file's name. */
export const standardInput = '-';

/** More are no fleet but a slip in a pattern. */
const mostFiles = 10_000;

export interface FilesNamed {
  /** In the order in which they are named, those of a pattern by their names; each once, by whatever name. */
  readonly files: readonly string[];
  /** Patterns that fit no file. */
  readonly unmatched: readonly string[];
}

/**
 * Files as they are named, patterns as what they fit; `!pattern` takes away from what patterns fit. What is in `node_modules` is
 * nobody's playbook.
 *
 * @throws UserError for more files than anybody means
 */
export function filesNamed(words: readonly string[], io: Pick<Io, 'cwd'>): FilesNamed {
  const ignore = words.filter((each) => each.startsWith('!')).map((each) => each.slice(1));
  const files = new Map<string, string>();
  const unmatched: string[] = [];
  for (const word of words.filter((each) => !each.startsWith('!'))) {
    const found = filesOf(word, ignore, io);
    if (found.length === 0) unmatched.push(word);
    for (const file of found) {
      const place = file === standardInput ? file : realFile(file, io);
      if (!files.has(place)) files.set(place, file);
    }
    if (files.size > mostFiles) throw new UserError(`${word}: more than ${mostFiles} files are named`);
  }
  return { files: [...files.values()], unmatched };
}

function filesOf(word: string, ignore: readonly string[], io: Pick<Io, 'cwd'>): readonly string[] {
  // A file may well be called so.
  if (word === standardInput || isThere(pathIn(io, word)) || !isDynamicPattern(word)) return [word];
  return globSync(word, {
    cwd: io.cwd,
    ignore: ['**/node_modules/**', ...ignore],
    absolute: isAbsolute(word),
    expandDirectories: false,
  }).toSorted();
}

/** As the file system calls it; where it is not there, as it is named. */
export function realFile(file: string, io: Pick<Io, 'cwd'>): string {
  const path = pathIn(io, file);
  return isThere(path) ? realpathSync(path) : path;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
