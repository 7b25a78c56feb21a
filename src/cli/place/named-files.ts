// The files that a command line names: one by one, by patterns that no shell has read (`'playbooks/*.yaml'`), or `-` for
// standard input.
import { existsSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';

/** Standard input, as a file's name. */
export const standardInput = '-';

/** More are no fleet but a slip in a pattern, such as one that goes through `node_modules`. */
const mostFiles = 10_000;

/**
 * Files in the order in which they are named, those of a pattern by their names; each once.
 *
 * @throws UserError for a pattern that fits no file
 */
export function namedFiles(words: readonly string[], io: Io): readonly string[] {
  const files = new Map<string, string>();
  for (const word of words) {
    for (const file of filesOf(word, io)) {
      const place = file === standardInput ? file : pathIn(io, file);
      if (!files.has(place)) files.set(place, file);
    }
    if (files.size > mostFiles) throw new UserError(`${word}: more than ${mostFiles} files are named`);
  }
  return [...files.values()];
}

function filesOf(word: string, io: Io): readonly string[] {
  // A file may well be called so.
  if (!/[*?[\]{}]/.test(word) || existsSync(pathIn(io, word))) return [word];
  const found = globSync(word, { cwd: io.cwd, expandDirectories: false, ignore: ['**/node_modules/**'] });
  if (found.length === 0) throw new UserError(`${word}: no file is there`);
  return found.toSorted();
}
