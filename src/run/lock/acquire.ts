// How a lock is taken, and broken. Whether a holder lives is never told by instants in a record, nor by process ids: a
// contender looks until it has seen the same stamp for a whole lease of its own clock, or another one, which is life.
import { setMaxListeners } from 'node:events';
import { holdLease, type Lease, type LockClocks } from './lease.ts';
import type { LockOwner, LockPerson, LockRecord } from './record.ts';
import type { LockStore } from './store.ts';

export interface Contender {
  readonly store: LockStore;
  readonly clocks: LockClocks;
  /** A new random stamp. */
  readonly stamp: () => string;
  /** Told once when somebody else holds it and signs of life are waited for, for at most so many milliseconds. */
  readonly onWait?: (holder: LockRecord, milliseconds: number) => void;
}

export interface Claim extends Contender {
  readonly owner: LockOwner;
  readonly leaseMs: number;
}

export type Acquired =
  /** `after`: the holder who was given up for dead. */
  | { readonly kind: 'held'; readonly lease: Lease; readonly after: LockRecord | null }
  | { readonly kind: 'refused'; readonly holder: LockRecord };

/** How often a contender looks in one lease of the holder. */
const looks = 10;

/** Takes a lock, or finds its holder alive. @throws LockTrouble */
export async function acquire(claim: Claim): Promise<Acquired> {
  const { clocks, leaseMs, owner, stamp, store } = claim;
  for (;;) {
    const watched = await watch(claim);
    if (watched.kind === 'alive') return { kind: 'refused', holder: watched.holder };
    const { record: before } = watched;
    const record: LockRecord = {
      version: 1,
      fence: (before?.fence ?? 0) + 1,
      stamp: stamp(),
      leaseMs,
      state: 'held',
      owner,
      touchedAt: new Date(clocks.wall.now()).toISOString(),
      breaker: null,
    };
    const sentAt = clocks.holder.now();
    if (await exchanged(store, before, record)) {
      const lease = holdLease({ store, record, sentAt, clocks, stamp });
      setMaxListeners(0, lease.lost);
      return { kind: 'held', lease, after: watched.kind === 'dead' ? watched.record : null };
    }
  }
}

/** When the answer gets lost, what stands there tells. */
async function exchanged(store: LockStore, before: LockRecord | undefined, next: LockRecord): Promise<boolean> {
  try {
    return (await store.exchange(before, next)) === 'done' || (await store.read())?.stamp === next.stamp;
  } catch (error) {
    if ((await store.read())?.stamp === next.stamp) return true;
    throw error;
  }
}

type Watched =
  | { readonly kind: 'free'; readonly record: LockRecord | undefined }
  | { readonly kind: 'dead'; readonly record: LockRecord }
  | { readonly kind: 'alive'; readonly holder: LockRecord };

/** Looks at a lock until it is known to be free, dead or alive. */
async function watch({ clocks, onWait, store }: Contender): Promise<Watched> {
  let first: { readonly record: LockRecord; readonly since: number } | undefined;
  for (;;) {
    const record = await store.read();
    // After the answer: who counts from before it may count too much.
    const now = clocks.contender.now();
    if (record === undefined || record.state === 'free') return { kind: 'free', record };
    if (first?.record.stamp !== record.stamp) {
      if (first === undefined) onWait?.(record, record.leaseMs);
      // Asked to stop is no sign of life; anything else that has changed is.
      else if (record.state === 'held') return { kind: 'alive', holder: record };
      first = { record, since: now };
    }
    const left = first.since + record.leaseMs - now;
    if (left <= 0) return { kind: 'dead', record };
    await clocks.contender.sleep(Math.min(left, record.leaseMs / looks));
  }
}

export type Broken =
  /** Nobody held it. */
  | { readonly kind: 'free'; readonly last: LockRecord | undefined }
  /** The holder noticed, stopped and gave it back. */
  | { readonly kind: 'stopped'; readonly holder: LockRecord }
  /** The holder gave no sign for a whole lease. */
  | { readonly kind: 'dead'; readonly holder: LockRecord }
  /** While it was being broken another run took it, or the one that was asked does not stop. */
  | { readonly kind: 'taken'; readonly holder: LockRecord };

/**
 * Asks the holder of a lock to stop and waits until it has, or until its lease has run out. It is never pulled away from
 * under a holder that may still be sending a change. @throws LockTrouble
 */
export async function breakLock(contender: Contender & { readonly by: LockPerson }): Promise<Broken> {
  const { clocks, stamp, store } = contender;
  const { user, host, pid } = contender.by;
  const now = (): string => new Date(clocks.wall.now()).toISOString();
  let asked: LockRecord | undefined;
  for (;;) {
    const found = await store.read();
    if (found === undefined || found.state === 'free' || (asked !== undefined && found.fence !== asked.fence)) {
      if (asked === undefined) return { kind: 'free', last: found };
      if (found?.state === 'free' && found.fence === asked.fence) return { kind: 'stopped', holder: asked };
      return found?.state === 'free' ? { kind: 'dead', holder: asked } : { kind: 'taken', holder: found ?? asked };
    }
    if (found.state === 'held') {
      const breaking: LockRecord = {
        ...found,
        state: 'breaking',
        stamp: stamp(),
        breaker: { user, host, pid, at: now() },
      };
      if (await exchanged(store, found, breaking)) asked = breaking;
      continue;
    }
    asked ??= found;
    const watched = await watch(contender);
    if (watched.kind === 'dead' && watched.record.fence === asked.fence) {
      const free: LockRecord = { ...watched.record, state: 'free', fence: asked.fence + 1, stamp: stamp() };
      if (await exchanged(store, watched.record, free)) return { kind: 'dead', holder: asked };
    }
  }
}
