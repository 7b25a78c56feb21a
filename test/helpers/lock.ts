// Locks without a place to stand in: a store in memory, and claims on a clock that the test holds.
import type { Claim } from '../../src/run/lock/acquire.ts';
import type { LockClocks } from '../../src/run/lock/lease.ts';
import type { LockOwner, LockRecord } from '../../src/run/lock/record.ts';
import type { LockStore } from '../../src/run/lock/store.ts';
import type { Clock } from '../../src/util/clock.ts';

export interface MemoryLockStore extends LockStore {
  /** What stands there. */
  current: LockRecord | undefined;
  /** How often it was exchanged. */
  exchanges: number;
}

export function memoryLockStore(): MemoryLockStore {
  const store: MemoryLockStore = {
    place: 'memory',
    current: undefined,
    exchanges: 0,
    read: () => Promise.resolve(store.current),
    exchange: (seen, next) => {
      if (store.current?.stamp !== seen?.stamp) return Promise.resolve('moved');
      store.current = next;
      store.exchanges += 1;
      return Promise.resolve('done');
    },
  };
  return store;
}

export function ownerNamed(user: string): LockOwner {
  const since = '2026-01-02T03:04:05.000Z';
  return { user, host: 'laptop', pid: 4711, run: `run-of-${user}`, command: 'recover', since };
}

export function clocksOn(clock: Clock, holder: Clock = clock): LockClocks {
  return { holder, contender: clock, wall: clock };
}

export function claimOf(user: string, store: LockStore, clocks: LockClocks, leaseMs = 30_000): Claim {
  let stamps = 0;
  return { store, clocks, leaseMs, owner: ownerNamed(user), stamp: () => `${user}-${(stamps += 1)}` };
}
