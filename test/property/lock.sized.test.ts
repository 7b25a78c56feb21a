// The one promise of a lock, over interleavings: contenders whose clocks drift, whose messages are slow or lost, and who
// are frozen, die, give back or are broken at any instant. Never do two believe, at one instant, that they may change
// something; and no change of a former holder may still be on its way when the next one begins.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { acquire, breakLock } from '../../src/run/lock/acquire.ts';
import type { Lease, LockClocks } from '../../src/run/lock/lease.ts';
import { LockTrouble, type LockStore } from '../../src/run/lock/store.ts';
import { VirtualClock, type Clock } from '../../src/util/clock.ts';
import { claimOf, memoryLockStore, ownerNamed, type MemoryLockStore } from '../helpers/lock.ts';
import { drawn } from '../helpers/sized.ts';

const { numRuns: runs, seed } = drawn({ quick: 40, long: 400 });
const lease = 30_000;
const duration = 400_000;
const lookEvery = 500;

interface Life {
  /** How fast its clocks go. */
  readonly rate: number;
  /** When it begins to want the lock. */
  readonly wants: number;
  /** How long it works once it has it. */
  readonly works: number;
  /** When it freezes, and for how long; for good: it was killed. */
  readonly freezes: number;
  readonly frozenFor: number;
  readonly killed: boolean;
  /** Milliseconds of each message one way, in turn. */
  readonly hops: readonly number[];
  /** Every so manieth message is lost, before or after it was carried out. */
  readonly losesEvery: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  rate: fc.double({ min: 0.98, max: 1.02, noNaN: true }),
  wants: fc.integer({ min: 0, max: 60_000 }),
  works: fc.integer({ min: 1_000, max: 200_000 }),
  freezes: fc.integer({ min: 0, max: 200_000 }),
  frozenFor: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })),
  killed: fc.boolean(),
  hops: fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 25_000 })), {
    minLength: 1,
    maxLength: 20,
  }),
  losesEvery: fc.integer({ min: 2, max: 40 }),
});

class Process {
  lease: Lease | undefined;
  /** True instant until which a change of it may be on its way. */
  busyUntil = 0;
  held = 0;
  readonly #life: Life;
  readonly #world: VirtualClock;
  readonly #name: string;
  #messages = 0;

  constructor(name: string, life: Life, world: VirtualClock) {
    this.#name = name;
    this.#life = life;
    this.#world = world;
  }

  /** Resolves once it runs: never, when it has been killed. */
  async #awake(): Promise<void> {
    const { freezes, frozenFor, killed } = this.#life;
    const now = this.#world.now();
    if (frozenFor === 0 || now < freezes) return;
    if (killed) await new Promise(() => undefined);
    if (now < freezes + frozenFor) await this.#world.sleep(freezes + frozenFor - now);
  }

  clocks(): LockClocks {
    const { rate } = this.#life;
    const clock: Clock = {
      now: () => this.#world.now() * rate,
      sleep: async (ms, signal) => {
        await this.#world.sleep(ms / rate, signal);
        await this.#awake();
      },
    };
    return { holder: clock, contender: clock, wall: this.#world };
  }

  store(place: MemoryLockStore): LockStore {
    const carry = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
      const { hops, losesEvery } = this.#life;
      const number = (this.#messages += 1);
      const lost = number % losesEvery === 0;
      await this.#world.sleep(hops[number % hops.length] ?? 0);
      if (lost && number % 2 === 0) throw new LockTrouble('unreachable', 'lost on the way');
      const answer = await work();
      await this.#world.sleep(hops[(number * 7) % hops.length] ?? 0);
      await this.#awake();
      if (lost) throw new LockTrouble('unreachable', 'the answer was lost');
      return answer;
    };
    return {
      place: 'memory',
      read: () => carry(place.read),
      exchange: (seen, next) => carry(() => place.exchange(seen, next)),
    };
  }

  async live(place: MemoryLockStore): Promise<void> {
    const clocks = this.clocks();
    const store = this.store(place);
    await this.#world.sleep(this.#life.wants);
    while (this.#world.now() < duration) {
      await this.#awake();
      const claim = claimOf(`${this.#name}-${this.#world.now()}`, store, clocks, lease);
      const result = await acquire(claim).catch(() => undefined);
      if (result?.kind !== 'held') {
        await clocks.contender.sleep(7_000);
        continue;
      }
      this.lease = result.lease;
      this.held += 1;
      await clocks.contender.sleep(this.#life.works);
      // Its last change has been answered.
      this.busyUntil = 0;
      this.lease = undefined;
      await result.lease.release();
    }
  }
}

it('no two holders may ever change something at one instant', async () => {
  let turns = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 2, maxLength: 3 }),
      fc.array(fc.integer({ min: 0, max: duration }), { maxLength: 2 }),
      async (lives, breaks) => {
        const world = new VirtualClock(0);
        const place = memoryLockStore();
        const all = lives.map((each, index) => new Process(`p${index}`, each, world));
        for (const each of all) void each.live(place);
        for (const at of breaks) {
          void world.sleep(at).then(() => {
            const claim = claimOf(`breaker-${at}`, place, { holder: world, contender: world, wall: world });
            return breakLock({ ...claim, by: ownerNamed('breaker') });
          });
        }
        while (world.now() < duration) {
          await world.sleep(lookEvery);
          const now = world.now();
          const sure = all.filter((each) => each.lease?.state().kind === 'sure');
          expect(sure.length).toBeLessThanOrEqual(1);
          for (const each of sure) {
            for (const other of all) if (other !== each) expect(other.busyUntil).toBeLessThanOrEqual(now);
            each.busyUntil = now + (each.lease?.left() ?? 0);
          }
        }
        turns += all.reduce((sum, each) => sum + each.held, 0);
      },
    ),
    { seed, numRuns: runs },
  );
  // The property must not hold for want of holders.
  expect(turns).toBeGreaterThan(2 * runs);
});
