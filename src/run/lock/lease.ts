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
  const lease = new HeldLease(parts);
  void lease.live().catch(() => undefined);
  return lease;
}

/** What a {@link Lease} has is handed on without it, so its functions are bound. */
class HeldLease implements Lease {
  readonly place: string;
  readonly owner: LockOwner;
  readonly fence: number;
  readonly #parts: LeaseParts;
  readonly #leaseMs: number;
  #record: LockRecord;
  #sentAt: number;
  #trouble = 'no sign of life was answered';
  #loss: LeaseLost | undefined;
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  /** Stamps of exchanges whose answers got lost. */
  readonly #doubtful = new Set<string>();

  constructor(parts: LeaseParts) {
    this.place = parts.store.place;
    this.owner = parts.record.owner;
    this.fence = parts.record.fence;
    this.#parts = parts;
    this.#leaseMs = parts.record.leaseMs;
    this.#record = parts.record;
    this.#sentAt = parts.sentAt;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  readonly state = (): LeaseState => {
    const passed = this.#passed();
    if (this.#loss === undefined && passed >= share.own * this.#leaseMs) {
      this.#lose(`it could not be renewed for ${secondsText(passed)} (${this.#trouble}), so another run may have it`);
    }
    if (this.#loss !== undefined) return { kind: 'lost', why: this.#loss.message };
    if (passed < share.sure * this.#leaseMs) return { kind: 'sure' };
    return { kind: 'shaky', why: `the lock has not been renewed for ${secondsText(passed)} (${this.#trouble})` };
  };

  readonly untilSure = async (stop: AbortSignal): Promise<void> => {
    for (;;) {
      const now = this.state();
      if (now.kind === 'sure') return;
      if (now.kind === 'lost') throw this.#loss ?? new LeaseLost(now.why);
      await this.#parts.clocks.contender.sleep(this.#leaseMs / (4 * beats), stop);
    }
  };

  readonly left = (): number => {
    return Math.max(0, share.own * this.#leaseMs - this.#passed());
  };

  readonly release = async (): Promise<string | undefined> => {
    const { clocks, stamp, store } = this.#parts;
    this.#released.abort(over);
    this.#lose('it was given back');
    try {
      await giveBack(store, this.fence, stamp, clocks);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  /** A sign of life now and then, until it is released or lost. */
  async live(): Promise<void> {
    const { contender } = this.#parts.clocks;
    for (;;) {
      await contender.sleep(this.#leaseMs / beats, this.#released.signal);
      if (this.state().kind === 'lost') return;
      const timer = new AbortController();
      try {
        // One that hangs must not keep the next one from being sent.
        await Promise.race([
          this.#beat(),
          contender.sleep(this.#leaseMs / 3, timer.signal).then(() => {
            throw new Error('no answer');
          }),
        ]);
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
      } finally {
        timer.abort(over);
      }
      if (this.#released.signal.aborted || this.state().kind === 'lost') return;
    }
  }

  async #beat(): Promise<void> {
    const { clocks, stamp, store } = this.#parts;
    const at = clocks.holder.now();
    const next = { ...this.#record, stamp: stamp(), touchedAt: new Date(clocks.wall.now()).toISOString() };
    this.#doubtful.add(next.stamp);
    if ((await store.exchange(this.#record, next)) === 'done') {
      this.#doubtful.clear();
      this.#record = next;
      this.#sentAt = Math.max(this.#sentAt, at);
      return;
    }
    this.#judge(await store.read());
  }

  /** What stands there although the exchange was refused. */
  #judge(found: LockRecord | undefined): void {
    if (found?.fence !== this.fence)
      this.#lose(found === undefined ? 'it has disappeared' : `it is now held by ${personText(found.owner)}`);
    else if (found.state === 'breaking')
      this.#lose(`it was broken${found.breaker === null ? '' : ` by ${personText(found.breaker)}`}`);
    else if (found.state === 'free') this.#lose('it was given up for dead');
    // An earlier sign of life had arrived after all. When it did is not known: the next one counts.
    else if (found.stamp === this.#record.stamp || this.#doubtful.has(found.stamp)) this.#record = found;
    else this.#lose('somebody else changed it');
  }

  #lose(why: string): void {
    if (this.#loss !== undefined) return;
    this.#loss = new LeaseLost(why);
    this.#lost.abort(this.#loss);
  }

  #passed(): number {
    return this.#parts.clocks.holder.now() - this.#sentAt;
  }
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
