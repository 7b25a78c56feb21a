// The virtual clock: who wakes when, and in which order.
import { describe, expect, test } from 'vitest';
import {
  carefulClock,
  isoNow,
  monotonicClock,
  setTimer,
  SwitchableClock,
  type Clock,
  VirtualClock,
} from '../../../src/util/clock.ts';

describe('VirtualClock', () => {
  test('wakes by instant, then in the order of asking, and costs no real time', async () => {
    const clock = new VirtualClock(1_000);
    const woken: string[] = [];
    const nap = (name: string, ms: number): Promise<void> =>
      clock.sleep(ms).then(() => {
        woken.push(`${name}@${clock.now()}`);
      });
    await Promise.all([nap('late', 86_400_000), nap('first', 10), nap('second', 10), nap('now', 0)]);
    expect(woken).toEqual(['now@1000', 'first@1010', 'second@1010', 'late@86401000']);
  });

  test('who wakes and sleeps again goes before those who sleep longer', async () => {
    const clock = new VirtualClock(0);
    const woken: number[] = [];
    const ticker = async (): Promise<void> => {
      for (let tick = 0; tick < 3; tick += 1) {
        await clock.sleep(10);
        woken.push(clock.now());
      }
    };
    await Promise.all([ticker(), clock.sleep(25).then(() => woken.push(25))]);
    expect(woken).toEqual([10, 20, 25, 30]);
  });

  test('does not jump while somebody still works in microtasks', async () => {
    const clock = new VirtualClock(0);
    const far = clock.sleep(1_000);
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    const near = clock.sleep(5).then(() => clock.now());
    expect(await near).toBe(5);
    await far;
    expect(clock.now()).toBe(1_000);
  });

  test('an abort wakes at once with its reason, and the time is not spent', async () => {
    const clock = new VirtualClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(1_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, stop.signal)).rejects.toThrow('enough');
    await clock.sleep(10);
    expect(clock.now()).toBe(10);
  });

  test('an abort without an error becomes one', async () => {
    const stop = new AbortController();
    stop.abort('a text');
    await expect(new VirtualClock(0).sleep(1, stop.signal)).rejects.toThrow('aborted');
  });

  test('advancing by hand wakes who is due', async () => {
    const clock = new VirtualClock(0);
    let awake = false;
    const sleeping = clock.sleep(50).then(() => (awake = true));
    clock.advance(49);
    await Promise.resolve();
    expect(awake).toBe(false);
    clock.advance(1);
    await sleeping;
    expect(clock.now()).toBe(50);
  });

  test('never goes back', () => {
    const clock = new VirtualClock(100);
    clock.advance(-50);
    expect(clock.now()).toBe(100);
  });

  test('with a pace, lets the audience watch', async () => {
    // A hundred thousand virtual seconds for each real one: a minute takes less than a millisecond.
    const clock = new VirtualClock(0, 100_000);
    await clock.sleep(60_000);
    expect(clock.now()).toBe(60_000);
  });

  test('a thousand sleepers wake in order', async () => {
    const clock = new VirtualClock(0);
    const woken: number[] = [];
    const delays = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_009);
    await Promise.all(delays.map((ms) => clock.sleep(ms).then(() => woken.push(ms))));
    expect(woken).toEqual(delays.toSorted((left, right) => left - right));
  });
});

describe('timers', () => {
  const clocks = (): readonly (readonly [string, Clock])[] => {
    const virtual = new VirtualClock(0);
    // A clock that has no timers of its own.
    const plain: Clock = { now: () => virtual.now(), sleep: (ms, signal) => virtual.sleep(ms, signal) };
    return [
      ['virtual', virtual],
      ['plain', plain],
      ['switchable', new SwitchableClock(virtual)],
    ];
  };

  test('act at their time, in the order of the clock', async () => {
    for (const [name, clock] of clocks()) {
      const heard: string[] = [];
      const start = clock.now();
      setTimer(clock, 20, () => heard.push(`second at ${clock.now() - start}`));
      setTimer(clock, 10, () => heard.push(`first at ${clock.now() - start}`));
      await clock.sleep(30);
      expect([name, ...heard]).toEqual([name, 'first at 10', 'second at 20']);
    }
  });

  test('a cancelled one never acts, and time does not wait for it', async () => {
    for (const [name, clock] of clocks()) {
      let acted = false;
      const start = clock.now();
      const cancel = setTimer(clock, 10, () => (acted = true));
      cancel();
      cancel();
      await clock.sleep(5);
      expect([name, clock.now() - start]).toEqual([name, 5]);
      await clock.sleep(20);
      expect([name, acted]).toEqual([name, false]);
    }
  });
});

test('isoNow stamps the clock’s present', () => {
  expect(isoNow(new VirtualClock(Date.parse('2016-09-05T14:00:00Z')))).toBe('2016-09-05T14:00:00.000Z');
});

test('a switchable clock tells the other’s time from now on', async () => {
  const clock = new SwitchableClock(new VirtualClock(10));
  expect(clock.now()).toBe(10);
  clock.switchTo(new VirtualClock(500));
  expect(clock.now()).toBe(500);
  await clock.sleep(5);
  expect(clock.now()).toBe(505);
});

describe('a virtual clock that is held', () => {
  test('goes on with sleeps, never to a limit, until it is let go', async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    clock.timer(60_000, () => fired.push(clock.now()));
    const letGo = clock.hold();
    await clock.sleep(20_000);
    for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
    expect({ now: clock.now(), fired }).toEqual({ now: 20_000, fired: [] });
    letGo();
    letGo();
    // What follows from the answer comes before the limit.
    await clock.sleep(10_000);
    expect({ now: clock.now(), fired }).toEqual({ now: 30_000, fired: [] });
    await clock.sleep(40_000);
    expect(fired).toEqual([60_000]);
  });

  test('passes a limit that lies before what somebody sleeps for', async () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    clock.timer(5_000, () => fired.push(clock.now()));
    const letGo = clock.hold();
    await clock.sleep(8_000);
    letGo();
    expect(fired).toEqual([5_000]);
  });
});

describe('carefulClock', () => {
  test('counts the larger of what the monotonic and the wall clock say, step by step', () => {
    const at = { monotonic: 5_000, wall: 1_000_000 };
    const clock = carefulClock({ monotonic: () => at.monotonic, wall: () => at.wall });
    const passes = (monotonic: number, wall: number): number => {
      const before = clock.now();
      at.monotonic += monotonic;
      at.wall += wall;
      return clock.now() - before;
    };
    expect(passes(100, 100)).toBe(100);
    // The machine slept for an hour: its monotonic clock stood still.
    expect(passes(10, 3_600_000)).toBe(3_600_000);
    // Somebody set the wall clock back.
    expect(passes(2_000, -86_400_000)).toBe(2_000);
    // Never backwards.
    expect(passes(0, -1_000)).toBe(0);
    expect(passes(50, 20)).toBe(50);
  });

  test('and the monotonic clock go on by themselves', () => {
    const clock = carefulClock();
    const [first, other] = [clock.now(), monotonicClock.now()];
    const end = performance.now() + 5;
    while (performance.now() < end);
    expect(clock.now() - first).toBeGreaterThanOrEqual(5);
    expect(monotonicClock.now() - other).toBeGreaterThanOrEqual(5);
  });
});
