// Where a lock stands. A store keeps one record and exchanges it only if nobody else has in the meantime; all that makes
// it a lease (who may take it, for how long, how it is lost) is the same for every store, in the files beside this one.
import type { LockRecord } from './record.ts';

export interface LockStore {
  /** Where it is, for people: a folder, or a table and a key. */
  readonly place: string;
  /** What stands there; undefined when nothing has ever. @throws LockTrouble */
  readonly read: () => Promise<LockRecord | undefined>;
  /**
   * Puts `next` there if what stands there is still `seen` (told by its stamp; undefined: nothing). `next.fence` is that
   * of `seen`, or one more. @throws LockTrouble; the exchange may then have happened or not
   */
  readonly exchange: (seen: LockRecord | undefined, next: LockRecord) => Promise<'done' | 'moved'>;
  /**
   * What holders leave for the next one, beside the record, which earlier versions would take for damaged if it held more.
   * Nobody's lock hangs on it. May throw anything.
   */
  readonly beside?: { readonly read: () => Promise<unknown>; readonly write: (value: object) => Promise<void> };
}

/** Why nobody can say whether a lock is free. The message names the place and the remedy. */
export class LockTrouble extends Error {
  readonly kind: 'missing' | 'denied' | 'unreachable' | 'damaged';
  /** The message's own lines. A value in one of them may hold a line break, and is no further line for it. */
  readonly lines: readonly string[];

  constructor(kind: LockTrouble['kind'], message: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof message === 'string' ? [message] : message;
    super(lines.join('\n'), options);
    this.lines = lines;
    this.name = 'LockTrouble';
    this.kind = kind;
  }
}
