// What keeps a file or a folder from being read or written: told in one line with the path and what to do about it, since
// a state directory that was used with sudo, or a disk that is full, is no bug.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/**
 * @param whole what is to be handed over: the path, or the folder that it is a part of
 * @returns a sentence or two, without a full stop at the end
 */
export function fileRemedy(code: string, whole: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return (
        'It belongs to another user, or its mode keeps you out: run this as its owner, or make it yours: ' +
        `sudo chown -R "$(id -un)" '${whole}'`
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return 'A file stands where a folder is needed: move it away, or name another place';
    case 'EISDIR':
      return 'A folder stands where a file is needed: move it away, or name another place';
    case 'ENOENT':
      return 'Its folder is not there: make it, or name another place';
    case 'EROFS':
      return 'The file system is read-only: name another place';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk, or what you may use of it, is full: make room';
    default:
      return 'Look at it, or name another place';
  }
}

/** @returns `/x/journal.jsonl cannot be read (EACCES). It belongs to another user ...` */
export function cannotRead(error: unknown, path: string, whole = path): string {
  const code = fileErrorCode(error);
  return `${path} cannot be read (${code}). ${fileRemedy(code, whole)}`;
}

/** @returns `/x cannot be written to (EACCES). It belongs to another user ...` */
export function cannotWrite(error: unknown, path: string, whole = path): string {
  const code = fileErrorCode(error);
  return `${path} cannot be written to (${code}). ${fileRemedy(code, whole)}`;
}

/**
 * Why nothing could be made in a folder, which need not be there yet; undefined when it could. Asks and leaves nothing
 * behind, so what comes up only with the first byte, such as a full disk, is not seen.
 */
export function cannotMakeIn(folder: string): string | undefined {
  for (let place = folder; ; place = dirname(place)) {
    try {
      if (!statSync(place).isDirectory()) return `${place} is no folder. ${fileRemedy('ENOTDIR', place)}`;
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
