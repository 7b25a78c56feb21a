// A lock in a DynamoDB table, for the machines of a team.
import type { AwsAccess } from '../../aws/access.ts';
import { classify } from '../../aws/errors.ts';
import {
  createLockTableCommand,
  exchangeLockItem,
  readLockItem,
  writeBesideLock,
} from '../../aws/tables/lock-table.ts';
import { parseRecord } from './record.ts';
import { LockTrouble, type LockStore } from './store.ts';

/** `relight-left/front@...` beside `relight/front@...` */
export function besideKey(key: string): string {
  return key.replace(/^relight\//, 'relight-left/');
}

/**
 * @param aws an access of its own, open for changes: the signs of life must not queue behind a recovery's calls
 * @param key of the item: one for each playbook and target
 * @param without the flags by which a user goes without it, for complaints
 */
export function tableLockStore(aws: AwsAccess, table: string, key: string, without = '--lock file'): LockStore {
  const place = `DynamoDB table ${table}, item ${key}`;
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof LockTrouble ? error : troubleOf(error, place, table, aws.region, without);
    }
  };
  return {
    place,
    read: () =>
      guarded(async () => {
        const item = await readLockItem(aws, table, key);
        if (item === undefined) return undefined;
        const record = parseRecord(item);
        if (typeof record !== 'string') return record;
        throw new LockTrouble(
          'damaged',
          `the lock (${place}) cannot be read: ${record}. Whether a run is at work cannot be told by it. ` +
            'Make sure that none is, then delete the item by hand',
        );
      }),
    exchange: (seen, next) => guarded(() => exchangeLockItem(aws, table, key, seen, next)),
    beside: {
      read: async () => {
        const item = await readLockItem(aws, table, besideKey(key));
        const text = (item as { readonly left?: unknown } | undefined)?.left;
        return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined;
      },
      write: (value) => writeBesideLock(aws, table, besideKey(key), JSON.stringify(value)),
    },
  };
}

function troubleOf(error: unknown, place: string, table: string, region: string, without: string): LockTrouble {
  const { class: found, code, message } = classify(error);
  const head = `the lock (${place}) cannot be used: ${code}: ${message}.`;
  const withoutIt = `Without it: ${without}, which keeps out only runs on this machine`;
  switch (found) {
    case 'not-found':
      return new LockTrouble(
        'missing',
        [`${head} Make the table: ${createLockTableCommand(table, region)}`, withoutIt],
        { cause: error },
      );
    case 'denied':
    case 'expired':
    case 'invalid':
      return new LockTrouble(
        'denied',
        `${head} It needs dynamodb:GetItem and dynamodb:UpdateItem on a table whose key is LockID, a string ` +
          `(relight permissions <playbook> tells all that is needed). ${withoutIt}`,
        { cause: error },
      );
    case 'throttled':
    case 'conflict':
    case 'unavailable':
    case 'timeout':
      return new LockTrouble('unreachable', `${head} ${withoutIt}`, { cause: error });
  }
}
