// Point-in-time recovery: writes are kept, and taken back from what is there now.
import type { ItemWrite, RecoveryRecord, TableRecord } from './store.ts';
import type { Item } from './value.ts';

const day = 86_400_000;
/** "LatestRestorableDateTime is typically 5 minutes before the current time" */
const lag = 300_000;

/** In milliseconds; the same instant until five minutes have passed [observed]. */
export function restorableBounds({ days, since }: RecoveryRecord, now: number): { earliest: number; latest: number } {
  return { earliest: Math.max(since, now - days * day), latest: Math.max(since, now - lag) };
}

/** The items as they were at an instant. */
export function itemsAt({ items, recovery }: TableRecord, instant: number): Record<string, Item> {
  const then = { ...items };
  const later = (recovery?.writes ?? []).filter(({ at }) => at > instant);
  for (const { before, key } of later.reverse()) {
    if (before === null) Reflect.deleteProperty(then, key);
    else then[key] = before;
  }
  return then;
}

/** Kept as long as they may be wanted. */
export function keepWrite(recovery: RecoveryRecord, write: ItemWrite): void {
  recovery.writes.push(write);
  if (recovery.writes.length % 1000 !== 0) return;
  const oldest = write.at - recovery.days * day;
  recovery.writes = recovery.writes.filter(({ at }) => at >= oldest);
}
