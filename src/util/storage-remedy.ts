// What to do about a place that cannot be written to, or not any more: in a sentence or two, by the system's word for it.
import type { StorageFailure } from './storage.ts';

/**
 * @param whole what is to be handed over: the path, or the folder that it is a part of
 * @returns a sentence or two, without a full stop at the end
 */
export function storageRemedy(code: string, whole: string): string {
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
    case 'a pipe':
    case 'a device':
    case 'a socket':
    case 'no file':
      return 'It stands where a file is needed: move it away, or name another place';
    case 'too large':
      return 'It is larger than any file of its kind: move it away, or name another place';
    case 'EISDIR':
      return 'A folder stands where a file is needed: move it away, or name another place';
    case 'ENOENT':
      return 'Its folder is not there: make it, or name another place';
    case 'EROFS':
      return 'The file system is read-only: name another place';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk, or what you may use of it, is full: make room';
    case 'EFBIG':
      return 'A file may not be that large here: raise the limit (ulimit -f), or name another place';
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: close some programs, or raise the limit (ulimit -n)';
    case 'ENOMEM':
      return 'The machine is out of memory: close some programs';
    case 'EIO':
    case 'ENXIO':
    case 'ENODEV':
      return 'The disk does not work, or is gone: look at it (dmesg), or name another place';
    case 'ESTALE':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
      return 'The server that keeps it does not answer, or has lost it: mount it again, or name another place';
    default:
      return 'Look at it, or name another place';
  }
}

/** `/x/journal.jsonl cannot be written to (ENOSPC). The disk, or what you may use of it, is full: make room` */
export function storageText({ code, path }: StorageFailure, whole = path): string {
  if (code === 'ENOENT') return `${path} is gone: it, or a folder above it, was removed or moved away. Put it back`;
  return `${path} cannot be written to (${code}). ${storageRemedy(code, whole)}`;
}
