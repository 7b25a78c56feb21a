// File locks of relight 0.1.0 at an endpoint: their names also held its spelling (`shop@123456789012.eu-west-1+localhost-4566`),
// so that one place had as many locks as spellings. Whoever holds one of them is respected, and those that are there are
// held along, so that an old version that comes later is kept out as well.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileLockStore } from '../../run/lock/file-store.ts';
import type { LockRecord } from '../../run/lock/record.ts';
import type { LockStore } from '../../run/lock/store.ts';

/** @param name of the lock as it is called now */
export function earlierLocks(directory: string, name: string, elsewhere: string): readonly LockStore[] {
  let folders: readonly string[];
  try {
    folders = readdirSync(directory);
  } catch {
    // The lock itself lies in there: whatever is wrong is told of it.
    return [];
  }
  return folders
    .filter((each) => each.startsWith(`${name}+`))
    .sort()
    .map((each) => fileLockStore(join(directory, each), elsewhere));
}

export function isHeld(record: LockRecord | undefined): record is LockRecord {
  return record !== undefined && record.state !== 'free';
}

/** Of several locks the one that somebody holds, else the first. @throws LockTrouble */
export async function heldOf(
  store: LockStore,
  others: readonly LockStore[],
): Promise<{ readonly store: LockStore; readonly record: LockRecord | undefined }> {
  const record = await store.read();
  if (isHeld(record)) return { store, record };
  for (const other of others) {
    const found = await other.read();
    if (isHeld(found)) return { store: other, record: found };
  }
  return { store, record };
}
