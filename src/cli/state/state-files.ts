// What keeps a file or a folder from being read or written: told in one line with the path and what to do about it, since
// a state directory that was used with sudo, or a disk that is full, is no bug.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { storageRemedy } from '../../util/storage-remedy.ts';

/** The system's word for what went wrong, such as EACCES. @throws the error when it does not come from the file system */
export function fileErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  throw error;
}

/** Nothing is there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @returns `/x/journal.jsonl cannot be read (EACCES). It belongs to another user ...` */
export function cannotRead(error: unknown, path: string, whole = path): string {
  const code = fileErrorCode(error);
  return `${path} cannot be read (${code}). ${storageRemedy(code, whole)}`;
}

/** @returns `/x cannot be written to (EACCES). It belongs to another user ...` */
export function cannotWrite(error: unknown, path: string, whole = path): string {
  const code = fileErrorCode(error);
  return `${path} cannot be written to (${code}). ${storageRemedy(code, whole)}`;
}

/**
 * Why nothing could be made in a folder, which need not be there yet; undefined when it could. Asks and leaves nothing
 * behind, so what comes up only with the first byte, such as a full disk, is not seen.
 */
export function cannotMakeIn(folder: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    try {
      if (!statSync(place).isDirectory()) return `${place} is no folder. ${storageRemedy('ENOTDIR', place)}`;
      accessSync(place, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      // The nearest that is there decides; a file on the way is found when it is come to.
      const code = fileErrorCode(error);
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || place === dirname(place)) return cannotWrite(error, place);
    }
  }
}

/**
 * Why no run could be begun for want of a place to write it down; undefined when one could.
 *
 * @param embedded the world of `--sandbox` is written too
 */
export function cannotKeepRuns(stateDirectory: string, embedded: boolean): string | undefined {
  return cannotMakeIn(join(stateDirectory, 'runs')) ?? (embedded ? cannotMakeIn(stateDirectory) : undefined);
}

/**
 * Who else may change what is kept in a state directory, and what to do; undefined when nobody may. Journals decide what a
 * later run goes on with, and images hold secrets.
 */
export function othersMayWrite(
  stateDirectory: string,
  user: { readonly uid: number; readonly sudoUid?: number } | undefined,
): string | undefined {
  const stat = statSync(stateDirectory, { throwIfNoEntry: false });
  // Windows knows no such owners and modes.
  if (stat === undefined || user === undefined) return undefined;
  if (stat.uid !== user.uid && stat.uid !== 0 && stat.uid !== user.sudoUid) {
    return (
      `the state directory ${stateDirectory} belongs to another user (uid ${stat.uid}), who can change what is kept there. ` +
      `Use one of your own (--state-dir), or make it yours: sudo chown -R "$(id -un)" '${stateDirectory}'`
    );
  }
  if ((stat.mode & 0o022) === 0) return undefined;
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  return (
    `others may write to the state directory ${stateDirectory} (mode ${mode}), and so change what is kept there. ` +
    `Look through it, then: chmod go-w '${stateDirectory}'`
  );
}
