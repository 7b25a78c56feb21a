// Time and failures of a table beside a recovery: so long is it waited for and no longer, and then nothing of it goes on.
import { classify, ClassifiedError } from '../../aws/errors.ts';
import { createLockTableCommand } from '../../aws/tables/lock-table.ts';
import { setTimer, type Clock } from '../../util/clock.ts';

/** What ends the waits for a table. */
export class TableTimeout extends ClassifiedError {
  constructor(message: string) {
    super('timeout', message, { code: 'TooSlow' });
  }
}

/** How long something may take, and by which clock. */
export interface Limit {
  readonly clock: Clock;
  readonly milliseconds: number;
  /** Aborted when the time is over: nothing of the work goes on then. */
  readonly over: AbortController;
  /** Why, when it is. */
  readonly why: () => string;
}

/** The work, or a failure once its time is over. */
export async function inTime<Result>(
  { clock, milliseconds, over, why }: Limit,
  work: () => Promise<Result>,
): Promise<Result> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const end = (): void => {
      const reason: unknown = over.signal.reason;
      reject(reason instanceof Error ? reason : new TableTimeout('the command is over'));
    };
    if (over.signal.aborted) {
      end();
      return;
    }
    over.signal.addEventListener('abort', end, { once: true });
    const stopTimer = setTimer(clock, milliseconds, () => {
      over.abort(new TableTimeout(why()));
    });
    cancel = () => {
      stopTimer();
      over.signal.removeEventListener('abort', end);
    };
  });
  late.catch(() => undefined);
  try {
    const result = work();
    result.catch(() => undefined);
    return await Promise.race([result, late]);
  } finally {
    cancel();
  }
}

/** Why a table is of no use, with what to do. `unseen`: whether it is there was not told. */
export interface TableTrouble {
  readonly why: string;
  readonly unseen: boolean;
}

/** DynamoDB's words for an item of more than 400 KB [DynamoDB API, PutItem]. */
const tooLarge = /size .*exceeded the maximum allowed size/i;

const staysHere = 'What is too large for one item is kept in the state directory alone';
const keyNeeded = 'The table must have the key LockID, a string, and no sort key';

export function troubleOf(
  error: unknown,
  { place, region, table }: { readonly place: string; readonly table: string; readonly region: string },
): TableTrouble {
  const { class: found, code, message } = classify(error);
  const head = `${place} cannot be used: ${code}: ${message}`;
  switch (found) {
    case 'not-found':
      return { why: `${head}. Make the table: ${createLockTableCommand(table, region)}`, unseen: false };
    case 'denied':
    case 'expired':
      return {
        why:
          `${head}. It needs dynamodb:BatchGetItem and dynamodb:PutItem on the table ` +
          '(relight permissions <playbook> tells all that is needed)',
        unseen: true,
      };
    case 'invalid':
      return { why: `${head}. ${tooLarge.test(message) ? staysHere : keyNeeded}`, unseen: true };
    default:
      return { why: head, unseen: true };
  }
}
