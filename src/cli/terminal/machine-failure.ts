// What the machine could not do, told by its path and remedy, wherever in a command it comes up: no bug, and nothing that a
// report of one would help with.
import { StorageFailure } from '../../util/storage.ts';
import { storageRemedy, storageText } from '../../util/storage-remedy.ts';
import { UnusableFile } from '../../util/storage-read.ts';
import { exitCodes, UserError } from '../exit.ts';
import { cannotRead } from '../state/state-files.ts';

/** The error as a failure of the machine; undefined when it is none. */
export function machineFailure(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof StorageFailure) return new UserError(storageText(error), exitCodes.error);
  if (error instanceof UnusableFile) return new UserError(cannotRead(error, error.path));
  // Buffers and typed arrays that the system has no room for [Node.js, ERR_MEMORY_ALLOCATION_FAILED; V8].
  if (isOutOfMemory(error)) {
    return new UserError(
      `the machine is out of memory (${error.message}). Close some programs, or give relight more: NODE_OPTIONS=--max-old-space-size=4096`,
    );
  }
  const { code, path, syscall } = error as {
    readonly code?: unknown;
    readonly path?: unknown;
    readonly syscall?: unknown;
  };
  // Every error of a system call has both [Node.js, SystemError]; those of calls about files name the path as well.
  if (typeof code !== 'string' || typeof syscall !== 'string') return throughCause(error);
  const what = typeof path === 'string' ? path : fileCalls.has(syscall) ? 'a file' : undefined;
  if (what !== undefined) {
    return new UserError(`${what} cannot be used (${syscall}: ${code}). ${storageRemedy(code, what)}`);
  }
  return shortages.has(code)
    ? new UserError(`the machine could not do what was asked of it (${syscall}: ${code}). ${storageRemedy(code, '')}`)
    : undefined;
}

/** Who caught it has said already what it was about. */
function throughCause({ cause, message }: Error): UserError | undefined {
  if (!(cause instanceof Error) || machineFailure(cause) === undefined) return undefined;
  const { code } = cause as { readonly code?: unknown };
  return new UserError(`${message}. ${storageRemedy(String(code), '')}`);
}

/** Calls on an open file do not say which. */
const fileCalls: ReadonlySet<string> = new Set([
  'write',
  'read',
  'fsync',
  'close',
  'ftruncate',
  'fstat',
  'rename',
  'link',
]);

/** What may come up with any call. */
const shortages: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EAGAIN']);

function isOutOfMemory(error: Error): boolean {
  const { code } = error as { readonly code?: unknown };
  return (
    code === 'ERR_MEMORY_ALLOCATION_FAILED' ||
    code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    (error instanceof RangeError && /^(Array buffer allocation failed|Invalid string length)/.test(error.message))
  );
}
