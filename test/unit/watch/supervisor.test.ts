import { expect, test } from 'vitest';
import type { FleetSchedule } from '../../../src/fleet/model.ts';
import { VirtualClock, type Clock } from '../../../src/util/clock.ts';
import { seededRandom } from '../../../src/util/random.ts';
import { dueAfter, longestPause } from '../../../src/watch/schedule.ts';
import {
  createSupervisor,
  hasSucceeded,
  killAll,
  type Listeners,
  type Running,
  type RunningScan,
  type ScanEnded,
  type ScanOrder,
  type Supervisor,
} from '../../../src/watch/supervisor.ts';

const minute = 60_000;
const hour = 60 * minute;
const began = Date.UTC(2026, 2, 1, 12);

function schedule(name: string, more: Partial<FleetSchedule> = {}): FleetSchedule {
  return {
    name,
    cron: '*/15 * * * *',
    timeZone: 'UTC',
    jitter: 0,
    deadline: 5 * minute,
    accounts: undefined,
    beyond: undefined,
    catchUp: 'once',
    ping: undefined,
    position: { line: 1, column: 1 },
    ...more,
  };
}

interface Watched {
  readonly clock: Clock;
  readonly supervisor: Supervisor;
  readonly orders: ScanOrder[];
  readonly ends: ScanEnded[];
  readonly skips: ScanOrder[];
  readonly killed: string[];
  readonly memory: Map<string, number>;
  /** Lets so much time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Scan = (order: ScanOrder, clock: Clock) => RunningScan['ended'];

const quick: Scan = async (_order, clock) => {
  await clock.sleep(minute);
  return { kind: 'ended', code: 0, facts: undefined };
};
const never: Scan = () => new Promise(() => undefined);

function watchOver(
  schedules: readonly FleetSchedule[],
  scan: Scan = quick,
  {
    clock = new VirtualClock(began),
    listeners = {},
    memory = new Map<string, number>(),
  }: {
    readonly clock?: Clock;
    readonly listeners?: Partial<Listeners>;
    readonly memory?: Map<string, number>;
  } = {},
): Watched {
  const [orders, ends, skips, killed] = [[] as ScanOrder[], [] as ScanEnded[], [] as ScanOrder[], [] as string[]];
  const running: Running = new Map();
  const supervisor = createSupervisor({
    running,
    schedules,
    clock,
    random: seededRandom(7),
    memory: {
      lastDue: (name) => memory.get(name),
      remember: (name, due) => {
        memory.set(name, due);
      },
    },
    start: (order) => {
      orders.push(order);
      return { ended: scan(order, clock), kill: () => killed.push(order.schedule.name) };
    },
    listeners: {
      started: () => undefined,
      ended: (each) => ends.push(each),
      skipped: (each) => skips.push(each),
      failed: (error) => {
        throw error;
      },
      ...listeners,
    },
  });
  const end = new AbortController();
  const over = supervisor.run(end.signal);
  return {
    clock,
    supervisor,
    orders,
    ends,
    skips,
    killed,
    memory,
    pass: (ms) => clock.sleep(ms),
    stop: async () => {
      end.abort(new Error('stopped'));
      await over;
      await killAll(running, clock);
    },
  };
}

function timesOf(orders: readonly ScanOrder[]): readonly string[] {
  return orders.map(({ due }) => new Date(due).toISOString().slice(11, 16));
}

test('each scan begins when its schedule falls due', async () => {
  const watched = watchOver([schedule('often'), schedule('hourly', { cron: '0 * * * *' })]);
  await watched.pass(hour + minute);
  await watched.stop();
  const of = (name: string): readonly ScanOrder[] => watched.orders.filter((each) => each.schedule.name === name);
  expect(timesOf(of('often'))).toEqual(['12:15', '12:30', '12:45', '13:00']);
  expect(timesOf(of('hourly'))).toEqual(['13:00']);
  expect(new Set(watched.orders.map(({ id }) => id)).size).toBe(watched.orders.length);
});

test('what does not end is given up at its deadline and the next one comes in time; other schedules do not notice', async () => {
  const hang: Scan = (order, clock) => (order.schedule.name === 'hangs' ? never(order, clock) : quick(order, clock));
  const watched = watchOver([schedule('hangs'), schedule('well')], hang);
  await watched.pass(40 * minute);
  await watched.stop();
  const hangs = watched.ends.filter((each) => each.schedule.name === 'hangs');
  expect(hangs.map(({ end }) => end)).toEqual([
    { kind: 'given-up', seconds: 315 },
    { kind: 'given-up', seconds: 315 },
  ]);
  expect(hangs.map(({ endedAt, startedAt }) => endedAt - startedAt)).toEqual([315_000, 315_000]);
  expect(watched.killed).toEqual(['hangs', 'hangs']);
  expect(watched.ends.filter(({ schedule: { name } }) => name === 'well')).toHaveLength(2);
});

test('no scan begins beside another one of its schedule', async () => {
  const long = schedule('long', { deadline: 40 * minute });
  const watched = watchOver([long], async (_order, clock) => {
    await clock.sleep(35 * minute);
    return { kind: 'ended', code: 2, facts: undefined };
  });
  await watched.pass(hour + 20 * minute);
  await watched.stop();
  expect(timesOf(watched.orders)).toEqual(['12:15', '13:00']);
  expect(timesOf(watched.skips)).toEqual(['12:30', '12:45', '13:15']);
});

test('what was missed while nobody watched is made up for once', async () => {
  const memory = new Map([
    ['once', began - 5 * hour],
    ['none', began - 5 * hour],
  ]);
  const watched = watchOver([schedule('once'), schedule('none', { catchUp: 'none' })], quick, { memory });
  await watched.pass(20 * minute);
  await watched.stop();
  const of = (name: string): readonly string[] => timesOf(watched.orders.filter((each) => each.schedule.name === name));
  expect(of('once')).toEqual(['12:00', '12:15']);
  expect(of('none')).toEqual(['12:15']);
  expect(watched.memory.get('once')).toBe(began + 15 * minute);
});

test('a machine that slept makes up for it once', async () => {
  const clock = new VirtualClock(began);
  const watched = watchOver([schedule('often')], quick, { clock });
  await watched.pass(16 * minute);
  // Nothing runs while it sleeps: what fell due in three hours is due now.
  clock.advance(3 * hour);
  await watched.pass(10 * minute);
  await watched.stop();
  expect(timesOf(watched.orders)).toEqual(['12:15', '12:30']);
  expect(watched.ends.at(-1)?.startedAt).toBe(began + 3 * hour + 16 * minute);
});

test('a clock that is set back leaves nothing out', async () => {
  const machine = new VirtualClock(began);
  let back = 0;
  // What people set is not what passes.
  const wall: Clock = {
    now: () => machine.now() - back,
    sleep: (ms, signal) => machine.sleep(ms, signal),
    timer: (ms, action) => machine.timer(ms, action),
  };
  const watched = watchOver([schedule('hourly', { cron: '0 * * * *' })], quick, { clock: wall });
  await machine.sleep(hour + 10 * minute);
  back = 2 * hour;
  await machine.sleep(3 * hour);
  await watched.stop();
  expect(timesOf(watched.orders)).toEqual(['13:00', '12:00', '13:00', '14:00']);
});

test('whoever listens may throw: that is told, and the watch goes on', async () => {
  const failed: unknown[] = [];
  const watched = watchOver([schedule('often')], quick, {
    listeners: {
      ended: () => {
        throw new Error('a full disk');
      },
      failed: (error) => failed.push(error),
    },
  });
  await watched.pass(40 * minute);
  await watched.stop();
  expect([watched.orders.length, failed.length]).toEqual([2, 2]);
});

test('what cannot be killed does not keep the watch from its end', async () => {
  const watched = watchOver([schedule('hangs', { deadline: hour })], never);
  await watched.pass(16 * minute);
  const before = watched.clock.now();
  await watched.stop();
  expect([watched.killed, watched.clock.now() - before]).toEqual([['hangs'], 5_000]);
});

test('jitter delays a start by no more than it says, and never the time that is due', async () => {
  const watched = watchOver([schedule('late', { jitter: 2 * minute })]);
  const starts: number[] = [];
  await watched.pass(3 * hour);
  await watched.stop();
  for (const { due, startedAt } of watched.ends) starts.push(startedAt - due);
  expect(starts.length).toBeGreaterThan(9);
  expect(Math.max(...starts)).toBeLessThanOrEqual(2 * minute);
  expect(Math.max(...starts)).toBeGreaterThan(minute);
  expect(timesOf(watched.orders).every((each) => /:(00|15|30|45)$/.test(each))).toBe(true);
});

test('a process that dies or cannot be started is told, and the next one comes', async () => {
  const ends = [
    (): RunningScan['ended'] => Promise.reject(new Error('spawn ENOMEM')),
    (): RunningScan['ended'] => Promise.resolve({ kind: 'crashed', detail: 'killed by SIGKILL' }),
    (): RunningScan['ended'] => Promise.resolve({ kind: 'ended', code: 4, facts: undefined }),
  ];
  const watched = watchOver([schedule('often')], (order, clock) => ends.shift()?.() ?? never(order, clock));
  await watched.pass(46 * minute);
  await watched.stop();
  expect(watched.ends.map(({ end }) => end)).toEqual([
    { kind: 'crashed', detail: 'spawn ENOMEM' },
    { kind: 'crashed', detail: 'killed by SIGKILL' },
    { kind: 'ended', code: 4, facts: undefined },
  ]);
  expect(watched.ends.some(({ end }) => hasSucceeded(end))).toBe(false);
});

test('a schedule is late when nothing was heard of it for longer than its scan may take', async () => {
  const watched = watchOver([schedule('often', { deadline: 20 * minute })], never);
  await watched.pass(16 * minute);
  expect(watched.supervisor.states()).toMatchObject([{ running: true, isLate: false, lastEndedAt: undefined }]);
  await watched.pass(26 * minute);
  expect(watched.supervisor.states()).toMatchObject([{ isLate: false }]);
  await watched.stop();
});

const pending = (alarmDue: number | undefined): RunningScan['ended'] =>
  Promise.resolve({
    kind: 'ended',
    code: 2,
    facts: { findings: { high: 1 }, unknown: 0, calls: 1, throttled: 0, alarmDue, playbooks: [] },
  });

test('what has to last before it alarms is looked at again when it has, and once', async () => {
  const hourly = [schedule('hourly', { cron: '0 * * * *' })];
  const watched = watchOver(hourly, ({ due }) => pending(due + 25 * minute));
  await watched.pass(2 * hour + 50 * minute);
  await watched.stop();
  expect(timesOf(watched.orders)).toEqual(['13:00', '13:25', '14:00', '14:25']);
  expect(watched.ends.map(({ again }) => again)).toEqual([false, true, false, true]);
  for (const { due, startedAt } of watched.ends) expect(startedAt - due).toBeLessThanOrEqual(30_000);
  // What was missed is counted by the schedule.
  expect(watched.memory.get('hourly')).toBe(began + 2 * hour);
});

test('a look again is left to the schedule where that comes first, and to nobody where nothing waits', async () => {
  const watched = watchOver([schedule('often')], ({ due }) => pending(due + 20 * minute));
  await watched.pass(50 * minute);
  await watched.stop();
  expect(timesOf(watched.orders)).toEqual(['12:15', '12:30', '12:45']);
  const calm = watchOver([schedule('hourly', { cron: '0 * * * *' })], () => pending(undefined));
  await calm.pass(2 * hour + minute);
  await calm.stop();
  expect(timesOf(calm.orders)).toEqual(['13:00', '14:00']);
});

test('when the clocks change, no time of the night is left out or met twice', () => {
  const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  const days = (from: number, count: number): readonly string[] => {
    const found: string[] = [];
    for (let at: number | undefined = from; found.length < count;) {
      at = dueAfter(nightly, at);
      if (at === undefined) break;
      found.push(new Date(at).toISOString());
    }
    return found;
  };
  expect(days(Date.UTC(2026, 2, 27, 12), 3)).toEqual([
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
  expect(days(Date.UTC(2026, 9, 23, 12), 3)).toEqual([
    '2026-10-24T00:30:00.000Z',
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
  expect(longestPause({ cron: '0 8 * * 1-5', timeZone: 'UTC' }, began)).toBe(72 * hour);
});
