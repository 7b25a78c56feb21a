// A lock that is held: kept alive by a heartbeat, and given up by its own reckoning before anybody else may take it.
//
//   sent        half                 nine tenths     whole
//    |-- sure ----|-------- shaky -------|--- lost ---|  others may take it
//
// Counted from when the last answered sign of life was sent. While it is sure, changes may leave; the second half is
// for those that are on their way. Others count from when they have seen the sign of life, which is later.
import type { Clock } from '../../util/clock.ts';
import { personText, type LockOwner, type LockRecord } from './record.ts';
import type { LockStore } from './store.ts';

/** May changes leave? `shaky`: not now; `lost`: never again. */
export type LeaseState =
  | { readonly kind: 'sure' }
  | { readonly kind: 'shaky'; readonly why: string }
  | { readonly kind: 'lost'; readonly why: string };

export interface Lease {
  readonly place: string;
  readonly owner: LockOwner;
  readonly fence: number;
  /** Without waiting for anything: by this process's own clock. */
  readonly state: () => LeaseState;
  /** Resolves while it is sure; rejects with {@link LeaseLost}, or with the reason of `stop`. */
  readonly untilSure: (stop: AbortSignal) => Promise<void>;
  /** Milliseconds that a change may take which leaves now: until it counts as lost, if nothing is renewed. */
  readonly left: () => number;
  /** Aborted with a {@link LeaseLost} once it is lost. */
  readonly lost: AbortSignal;
  /** Gives it back, also after it was lost: nothing of this holder is under way any more. Tells what went wrong. */
  readonly release: () => Promise<string | undefined>;
}

/** The lock is somebody else's, or may be. */
export class LeaseLost extends Error {
  constructor(why: string) {
    super(`the lock was lost: ${why}`);
    this.name = 'LeaseLost';
  }
}

export interface LockClocks {
  /** By which a holder counts: never less than what has passed. */
  readonly holder: Clock;
  /** By which a contender counts, and both sleep: never more than what has passed. */
  readonly contender: Clock;
  /** The wall clock, for what people read. */
  readonly wall: Pick<Clock, 'now'>;
}

export interface LeaseParts {
  readonly store: LockStore;
  /** As it stands in the store. */
  readonly record: LockRecord;
  /** When the exchange that put it there was sent, by the holder's clock. */
  readonly sentAt: number;
  readonly clocks: LockClocks;
  /** A new random stamp. */
  readonly stamp: () => string;
}

/** Signs of life in one lease: three may be missed before it gets shaky. */
const beats = 6;
const share = { sure: 0.5, own: 0.9 } as const;

/** Keeps a lock that has just been taken until it is released or lost. */
export function holdLease(parts: LeaseParts): Lease {
  const { store, clocks, stamp } = parts;
  const { fence, leaseMs, owner } = parts.record;
  const clock = clocks.holder;
  let { record, sentAt } = parts;
  let trouble = 'no sign of life was answered';
  let loss: LeaseLost | undefined;
  const lost = new AbortController();
  const released = new AbortController();
  /** Stamps of exchanges whose answers got lost. */
  const doubtful = new Set<string>();

  const lose = (why: string): void => {
    if (loss !== undefined) return;
    loss = new LeaseLost(why);
    lost.abort(loss);
  };
  const state = (): LeaseState => {
    const passed = clock.now() - sentAt;
    if (loss === undefined && passed >= share.own * leaseMs) {
      lose(`it could not be renewed for ${secondsText(passed)} (${trouble}), so another run may have it`);
    }
    if (loss !== undefined) return { kind: 'lost', why: loss.message };
    if (passed < share.sure * leaseMs) return { kind: 'sure' };
    return { kind: 'shaky', why: `the lock has not been renewed for ${secondsText(passed)} (${trouble})` };
  };

  /** One sign of life. */
  const beat = async (): Promise<void> => {
    const at = clock.now();
    const next = { ...record, stamp: stamp(), touchedAt: new Date(clocks.wall.now()).toISOString() };
    doubtful.add(next.stamp);
    if ((await store.exchange(record, next)) === 'done') {
      doubtful.clear();
      record = next;
      sentAt = Math.max(sentAt, at);
      return;
    }
    const found = await store.read();
    if (found?.fence !== fence)
      lose(found === undefined ? 'it has disappeared' : `it is now held by ${personText(found.owner)}`);
    else if (found.state === 'breaking')
      lose(`it was broken${found.breaker === null ? '' : ` by ${personText(found.breaker)}`}`);
    else if (found.state === 'free') lose('it was given up for dead');
    // An earlier sign of life had arrived after all. When it did is not known: the next one counts.
    else if (found.stamp === record.stamp || doubtful.has(found.stamp)) record = found;
    else lose('somebody else changed it');
  };

  const live = async (): Promise<void> => {
    for (;;) {
      await clocks.contender.sleep(leaseMs / beats, released.signal);
      if (state().kind === 'lost') return;
      const timer = new AbortController();
      try {
        // One that hangs must not keep the next one from being sent.
        await Promise.race([
          beat(),
          clocks.contender.sleep(leaseMs / 3, timer.signal).then(() => {
            throw new Error('no answer');
          }),
        ]);
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
      } finally {
        timer.abort(over);
      }
      if (released.signal.aborted || state().kind === 'lost') return;
    }
  };
  void live().catch(() => undefined);

  return {
    place: store.place,
    owner,
    fence,
    state,
    untilSure: async (stop) => {
      for (;;) {
        const now = state();
        if (now.kind === 'sure') return;
        if (now.kind === 'lost') throw loss ?? new LeaseLost(now.why);
        await clocks.contender.sleep(leaseMs / (4 * beats), stop);
      }
    },
    left: () => Math.max(0, share.own * leaseMs - (clock.now() - sentAt)),
    lost: lost.signal,
    release: async () => {
      released.abort(over);
      lose('it was given back');
      try {
        await giveBack(store, fence, stamp, clocks);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

const over = new Error('over');

/** Whatever stands there, if it is still of this fence, becomes free. */
async function giveBack(store: LockStore, fence: number, stamp: () => string, clocks: LockClocks): Promise<void> {
  for (;;) {
    const found = await store.read();
    if (found?.fence !== fence || found.state === 'free') return;
    const touchedAt = new Date(clocks.wall.now()).toISOString();
    if ((await store.exchange(found, { ...found, state: 'free', stamp: stamp(), touchedAt })) === 'done') return;
  }
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
