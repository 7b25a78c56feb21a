// The lease: who may take a lock, when, and how a holder learns that it is one no more. All on a virtual clock.
import { describe, expect, it } from 'vitest';
import { acquire, breakLock, type Acquired, type Claim } from '../../../src/run/lock/acquire.ts';
import { LeaseLost, type Lease } from '../../../src/run/lock/lease.ts';
import { personText } from '../../../src/run/lock/record.ts';
import { LockTrouble, type LockStore } from '../../../src/run/lock/store.ts';
import { VirtualClock, type Clock } from '../../../src/util/clock.ts';
import { claimOf, clocksOn, memoryLockStore, ownerNamed } from '../../helpers/lock.ts';

const beginning = Date.UTC(2026, 0, 2, 3, 4, 5);
const lease = 30_000;

async function taken(claim: Claim): Promise<Lease> {
  const result = await acquire(claim);
  if (result.kind !== 'held') throw new Error(`not taken: held by ${personText(result.holder.owner)}`);
  return result.lease;
}

/** A store whose holder has been killed: what it wrote stays as it is. */
async function leftBehind(clock: VirtualClock): Promise<ReturnType<typeof memoryLockStore>> {
  const store = memoryLockStore();
  const dead = memoryLockStore();
  const held = await taken(claimOf('alice', dead, clocksOn(clock)));
  store.current = dead.current;
  await held.release();
  return store;
}

describe('a lock that is free', () => {
  it('is taken at once, and its fence grows with each holder and never shrinks', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const fences: number[] = [];
    for (const user of ['alice', 'bob', 'alice']) {
      const held = await taken(claimOf(user, store, clocksOn(clock)));
      fences.push(held.fence);
      expect(store.current).toMatchObject({ state: 'held', fence: held.fence, owner: ownerNamed(user) });
      expect(await held.release()).toBeUndefined();
      expect(store.current).toMatchObject({ state: 'free', fence: held.fence });
    }
    expect(fences).toEqual([1, 2, 3]);
    expect(clock.now()).toBe(beginning);
  });

  it('goes to one of two who want it at once; the other is told whose it is', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const results = await Promise.all(['alice', 'bob'].map((user) => acquire(claimOf(user, store, clocksOn(clock)))));
    expect(results.map((each) => each.kind).sort()).toEqual(['held', 'refused']);
    const refused = results.find((each) => each.kind === 'refused');
    expect(refused).toMatchObject({ holder: { owner: ownerNamed('alice') } });
  });

  it('is ours also when the answer to the exchange was lost', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const deaf: LockStore = {
      ...store,
      read: store.read,
      exchange: async (seen, next) => {
        await store.exchange(seen, next);
        if (next.fence === 1 && seen === undefined) throw new LockTrouble('unreachable', 'reset');
        return 'done';
      },
    };
    const held = await taken(claimOf('alice', deaf, clocksOn(clock)));
    expect(held.fence).toBe(1);
    await held.release();
  });
});

describe('a lock whose holder lives', () => {
  it('is refused at the first sign of life, and naming the holder', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const held = await taken(claimOf('alice', store, clocksOn(clock)));
    const before = clock.now();
    const told: number[] = [];
    const result = await acquire({
      ...claimOf('bob', store, clocksOn(clock)),
      onWait: (_, milliseconds) => told.push(milliseconds),
    });
    expect(result).toMatchObject({ kind: 'refused', holder: { owner: ownerNamed('alice') } });
    // A sixth of the lease until the next sign of life, and a look every tenth.
    expect(clock.now() - before).toBeLessThanOrEqual(lease / 6 + lease / 10);
    expect(told).toEqual([lease]);
    expect(held.state()).toEqual({ kind: 'sure' });
    await held.release();
  });

  it('is kept for hours, and sure all the time', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const held = await taken(claimOf('alice', store, clocksOn(clock)));
    for (let minute = 0; minute < 180; minute += 1) {
      await clock.sleep(60_000);
      expect(held.state()).toEqual({ kind: 'sure' });
    }
    expect(store.current?.fence).toBe(1);
    await held.release();
  });
});

describe('a lock whose holder is dead', () => {
  it('is taken over after a whole lease of an unchanged stamp by the contender’s clock, and not before', async () => {
    const clock = new VirtualClock(beginning);
    const store = await leftBehind(clock);
    // However long it has been dead: nobody believes instants in a record.
    clock.advance(3_600_000);
    const before = clock.now();
    const result = await acquire(claimOf('bob', store, clocksOn(clock)));
    expect(clock.now() - before).toBe(lease);
    expect(result).toMatchObject({ kind: 'held', after: { owner: ownerNamed('alice') }, lease: { fence: 2 } });
    await released(result);
  });

  it('waits by the lease that the holder had, not by its own', async () => {
    const clock = new VirtualClock(beginning);
    const store = await leftBehind(clock);
    const before = clock.now();
    await released(await acquire(claimOf('bob', store, clocksOn(clock), 1_000)));
    expect(clock.now() - before).toBe(lease);
  });

  it('goes to one of two who have waited; the other sees the new holder’s sign of life', async () => {
    const clock = new VirtualClock(beginning);
    const store = await leftBehind(clock);
    const results = await Promise.all(['bob', 'carol'].map((user) => acquire(claimOf(user, store, clocksOn(clock)))));
    expect(results.map((each) => each.kind).sort()).toEqual(['held', 'refused']);
    await Promise.all(results.map(released));
  });
});

async function released(result: Acquired): Promise<void> {
  if (result.kind === 'held') await result.lease.release();
}

describe('a holder', () => {
  it('whose signs of life are not answered is shaky after half the lease, and has lost it before it ends', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    let cut = false;
    const flaky: LockStore = {
      ...store,
      exchange: (seen, next) =>
        cut ? Promise.reject(new LockTrouble('unreachable', 'no route to host')) : store.exchange(seen, next),
    };
    const held = await taken(claimOf('alice', flaky, clocksOn(clock)));
    cut = true;
    await clock.sleep(0.49 * lease);
    expect(held.state().kind).toBe('sure');
    await clock.sleep(0.02 * lease);
    expect(held.state()).toEqual({
      kind: 'shaky',
      why: 'the lock has not been renewed for 15.3 s (no route to host)',
    });
    await clock.sleep(0.45 * lease);
    expect(held.state().kind).toBe('lost');
    expect(held.lost.aborted).toBe(true);
    expect(held.lost.reason).toBeInstanceOf(LeaseLost);
    await expect(held.untilSure(new AbortController().signal)).rejects.toThrow('it could not be renewed for');
    // For good, also when the store answers again.
    cut = false;
    await clock.sleep(lease);
    expect(held.state().kind).toBe('lost');
  });

  it('is sure again when a sign of life is answered in time, and changes wait until then', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    let cut = false;
    const flaky: LockStore = {
      ...store,
      read: store.read,
      exchange: (seen, next) =>
        cut ? Promise.reject(new LockTrouble('unreachable', 'no route to host')) : store.exchange(seen, next),
    };
    const held = await taken(claimOf('alice', flaky, clocksOn(clock)));
    cut = true;
    await clock.sleep(0.6 * lease);
    const waiting = held.untilSure(new AbortController().signal).then(() => clock.now());
    await clock.sleep(0.05 * lease);
    cut = false;
    expect(await waiting).toBeGreaterThan(beginning + 0.65 * lease);
    expect(held.state()).toEqual({ kind: 'sure' });
    await held.release();
  });

  it('that was frozen past its lease has lost it at the first look, before anything tells it', async () => {
    const clock = new VirtualClock(beginning);
    const frozen = { ahead: 0 };
    const holder: Clock = { now: () => clock.now() + frozen.ahead, sleep: (ms, signal) => clock.sleep(ms, signal) };
    const held = await taken(claimOf('alice', memoryLockStore(), clocksOn(clock, holder)));
    expect(held.state().kind).toBe('sure');
    frozen.ahead = lease;
    expect(held.state().kind).toBe('lost');
    expect(held.left()).toBe(0);
  });

  it('notices that another has the lock, and does not touch what that one wrote', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const held = await taken(claimOf('alice', store, clocksOn(clock)));
    const other = await leftBehind(clock);
    store.current = other.current && { ...other.current, owner: ownerNamed('bob'), fence: 2, stamp: 'bob-1' };
    const theirs = store.current;
    await clock.sleep(lease / 6 + 1);
    expect(held.state()).toEqual({
      kind: 'lost',
      why: 'the lock was lost: it is now held by bob@laptop (pid 4711)',
    });
    await held.release();
    expect(store.current).toBe(theirs);
  });

  it('goes on when a sign of life was applied and its answer lost', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    let lose = false;
    const deaf: LockStore = {
      ...store,
      read: store.read,
      exchange: async (seen, next) => {
        const answer = await store.exchange(seen, next);
        if (lose) throw new LockTrouble('unreachable', 'reset');
        return answer;
      },
    };
    const held = await taken(claimOf('alice', deaf, clocksOn(clock)));
    lose = true;
    await clock.sleep(lease / 6 + 1);
    lose = false;
    await clock.sleep(3 * lease);
    expect(held.state()).toEqual({ kind: 'sure' });
    await held.release();
  });

  it('whose sign of life hangs sends another one', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    let hang = true;
    const slow: LockStore = {
      ...store,
      read: store.read,
      exchange: (seen, next) => {
        if (seen === undefined || !hang) return store.exchange(seen, next);
        hang = false;
        return new Promise(() => undefined);
      },
    };
    const held = await taken(claimOf('alice', slow, clocksOn(clock)));
    await clock.sleep(2 * lease);
    expect(held.state()).toEqual({ kind: 'sure' });
    await held.release();
  });
});

describe('breaking a lock', () => {
  const by = { user: 'bob', host: 'desk', pid: 1 };

  it('makes the holder notice within a heartbeat; it is free once that one has given it back, not before', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const held = await taken(claimOf('alice', store, clocksOn(clock)));
    const breaking = breakLock({ ...claimOf('bob', store, clocksOn(clock)), by });
    await clock.sleep(lease / 6 + 1);
    expect(held.state()).toEqual({ kind: 'lost', why: 'the lock was lost: it was broken by bob@desk (pid 1)' });
    expect(store.current?.state).toBe('breaking');
    // It finishes the calls that are under way.
    await clock.sleep(2_000);
    expect(store.current?.state).toBe('breaking');
    await held.release();
    expect(await breaking).toMatchObject({ kind: 'stopped', holder: { owner: ownerNamed('alice') } });
    expect(store.current).toMatchObject({ state: 'free', fence: 1 });
  });

  it('of a dead holder waits for the lease, and the fence grows', async () => {
    const clock = new VirtualClock(beginning);
    const store = await leftBehind(clock);
    const before = clock.now();
    const broken = await breakLock({ ...claimOf('bob', store, clocksOn(clock)), by });
    expect(broken).toMatchObject({ kind: 'dead', holder: { owner: ownerNamed('alice') } });
    expect(clock.now() - before).toBe(lease);
    expect(store.current).toMatchObject({ state: 'free', fence: 2 });
  });

  it('that nobody holds changes nothing', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    expect(await breakLock({ ...claimOf('bob', store, clocksOn(clock)), by })).toEqual({
      kind: 'free',
      last: undefined,
    });
    expect(store.exchanges).toBe(0);
  });

  it('lets a contender in only when the holder has stopped', async () => {
    const clock = new VirtualClock(beginning);
    const store = memoryLockStore();
    const held = await taken(claimOf('alice', store, clocksOn(clock)));
    const breaking = breakLock({ ...claimOf('bob', store, clocksOn(clock)), by });
    const contender = acquire(claimOf('carol', store, clocksOn(clock)));
    await clock.sleep(lease / 2);
    expect(held.state().kind).toBe('lost');
    expect(store.current?.state).toBe('breaking');
    await held.release();
    expect(await contender).toMatchObject({ kind: 'held', lease: { fence: 2 } });
    expect(['stopped', 'taken']).toContain((await breaking).kind);
    await released(await contender);
  });
});
