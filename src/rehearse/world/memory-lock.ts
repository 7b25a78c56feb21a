// The lock of one performance, kept in memory: the very lease of a run, in a place that never fails.
import { acquire, type Acquired } from '../../run/lock/acquire.ts';
import { usualLease, type LockRecord } from '../../run/lock/record.ts';
import type { LockStore } from '../../run/lock/store.ts';
import type { Clock } from '../../util/clock.ts';

export interface MemoryLock {
  /** For one process of that user, by its clock. */
  readonly take: (user: string, clock: Clock) => Promise<Acquired>;
}

export function memoryLock(): MemoryLock {
  let standing: LockRecord | undefined;
  let stamps = 0;
  const store: LockStore = {
    place: 'memory',
    read: () => Promise.resolve(standing),
    exchange: (seen, next) => {
      if (standing?.stamp !== seen?.stamp) return Promise.resolve('moved');
      standing = next;
      return Promise.resolve('done');
    },
  };
  return {
    take: (user, clock) =>
      acquire({
        store,
        clocks: { holder: clock, contender: clock, wall: clock },
        stamp: () => `stamp-${(stamps += 1)}`,
        owner: {
          user,
          host: 'rehearsal',
          pid: 1,
          run: `run-of-${user}`,
          command: 'recover',
          since: new Date(clock.now()).toISOString(),
        },
        leaseMs: usualLease,
      }),
  };
}
