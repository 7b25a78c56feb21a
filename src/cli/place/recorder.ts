// The file of --record: one line for each AWS call, for a recording that the sandbox is held to (docs/sandbox.md).
import { closeSync, openSync, writeSync } from 'node:fs';
import type { AwsExchange } from '../../aws/access.ts';
import type { Redactor } from '../../util/redact.ts';
import { UserError } from '../exit.ts';
import { cannotWrite, fileErrorCode } from '../state/state-files.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { lineMaker } from './recorded.ts';

/**
 * Opens a new file that only its owner may read, and gives what writes into it. Each line is written when its call has
 * ended, so that what was recorded before a failure is there.
 *
 * @throws UserError where the file is there already, or cannot be made
 */
export function recorder(shown: string, redactor: Redactor, io: Io): (exchange: AwsExchange) => void {
  const path = pathIn(io, shown);
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST')
      throw new UserError(`--record ${shown}: it is there already; name a new file`);
    throw new UserError(`--record ${shown}: ${cannotWrite(error, path)}`);
  }
  const lineOf = lineMaker(redactor);
  let stopped = false;
  return (exchange) => {
    if (stopped) return;
    try {
      const descriptor = openSync(path, 'a');
      try {
        writeSync(descriptor, lineOf(exchange));
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      // A recovery does not fail for what is written about it.
      stopped = true;
      io.err(`--record ${shown}: ${cannotWrite(error, path)}; nothing more is recorded\n`);
    }
  };
}
