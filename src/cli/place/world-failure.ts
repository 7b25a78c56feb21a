// The embedded world could not be kept on disk. Apart from the world: who tells of it need not load one.
import { storageRemedy } from '../../util/storage-remedy.ts';
import { UserError } from '../exit.ts';
import { fileErrorCode } from '../state/state-files.ts';

/** @throws the error when it is not one of the machine's */
export function asWorldFailure(error: unknown): UserError {
  if (error instanceof UserError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = fileErrorCode(cause);
  const message = error instanceof Error ? error.message : '';
  return new UserError(`${message}. ${storageRemedy(code, '')}`);
}
