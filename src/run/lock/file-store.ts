// A lock in a folder, for the processes of one machine. Each change is a new file with the next number, which `link`
// makes whole and only once: of two that try, one gets it, and nobody reads half a file. The highest number counts.
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readRegularText, UnusableFile } from '../../util/storage-read.ts';
import { readRecord, recordText, type LockRecord } from './record.ts';
import { LockTrouble, type LockStore } from './store.ts';

/** Older changes that are kept for readers who have just listed them. */
const kept = 3;

/**
 * @param folder of this lock alone; made when something is first written
 * @param elsewhere how the user names another folder, for complaints
 */
export function fileLockStore(folder: string, elsewhere: string): LockStore {
  // What the last holder left, beside the folder: in it, numbered files alone are the lock.
  const leftFile = `${folder}.left.json`;
  const fileOf = (number: number): string => join(folder, `${String(number).padStart(12, '0')}.json`);
  const read = (): { readonly number: number; readonly record: LockRecord } | undefined => {
    for (;;) {
      const number = Math.max(0, ...numbersIn(folder));
      if (number === 0) return undefined;
      let text: string;
      try {
        text = readRegularText(fileOf(number));
      } catch (error) {
        // Newer ones came and it was cleared away since the folder was listed.
        if (codeOf(error) === 'ENOENT') continue;
        if (error instanceof UnusableFile) throw damaged(fileOf(number), folder, `it is ${error.code}`);
        throw error;
      }
      const record = readRecord(text);
      if (typeof record === 'string') throw damaged(fileOf(number), folder, record);
      return { number, record };
    }
  };
  const exchange = (seen: LockRecord | undefined, next: LockRecord): 'done' | 'moved' => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = read();
    if (found?.record.stamp !== seen?.stamp) return 'moved';
    const number = (found?.number ?? 0) + 1;
    const draft = join(folder, `${next.stamp}.tmp`);
    try {
      write(draft, recordText(next));
      linkSync(draft, fileOf(number));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'moved';
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    const numbers = numbersIn(folder);
    // Whoever was slow may have found a number free again that had been cleared away: it is below the highest.
    if (numbers.some((each) => each > number)) {
      rmSync(fileOf(number), { force: true });
      return 'moved';
    }
    for (const each of numbers) if (each < number - kept) rmSync(fileOf(each), { force: true });
    return 'done';
  };
  return {
    place: folder,
    read: () => guarded(folder, elsewhere, () => read()?.record),
    exchange: (seen, next) => guarded(folder, elsewhere, () => exchange(seen, next)),
    beside: {
      read: () => guarded(folder, elsewhere, () => leftIn(leftFile)),
      write: (value) =>
        guarded(folder, elsewhere, () => {
          const draft = `${folder}.${randomBytes(6).toString('hex')}.tmp`;
          try {
            write(draft, `${JSON.stringify(value)}\n`);
            renameSync(draft, leftFile);
          } finally {
            rmSync(draft, { force: true });
          }
        }),
    },
  };
}

function leftIn(file: string): unknown {
  try {
    return JSON.parse(readRegularText(file)) as unknown;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function guarded<Result>(folder: string, elsewhere: string, work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    if (error instanceof LockTrouble) throw error;
    const code = codeOf(error);
    const kind = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'denied' : 'unreachable';
    const reason = error instanceof Error ? error.message : String(error);
    throw new LockTrouble(
      kind,
      `the lock in ${folder} cannot be used: ${reason}. It needs a folder that can be written to and has hard links: ` +
        `name another one with ${elsewhere}, the same for all runs`,
      { cause: error },
    );
  }
}

function damaged(file: string, folder: string, reason: string): LockTrouble {
  return new LockTrouble(
    'damaged',
    `the lock file ${file} cannot be read: ${reason}. Whether a run is at work cannot be told by it. ` +
      `Make sure that none is, then remove the lock: rm -r '${folder}'`,
  );
}

function numbersIn(folder: string): readonly number[] {
  try {
    return readdirSync(folder).flatMap((name) => (/^\d{12}\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function write(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
