// Watches over a fleet: starts a scan when its schedule falls due, gives up the one that does not end, and goes on with all others.
// It looks at nothing itself: whatever may hang is in the scan, which is another process, and behind ports that are never waited for.
import type { FleetSchedule } from '../fleet/model.ts';
import { setTimer, type Clock } from '../util/clock.ts';
import { dueAfter } from './schedule.ts';

/** What came of one scan. */
export type ScanEnd =
  /** It ended by itself. */
  | { readonly kind: 'ended'; readonly code: number; readonly facts: ScanFacts | undefined }
  /** Its process died, or could not be started. */
  | { readonly kind: 'crashed'; readonly detail: string }
  /** It had not ended by its deadline, whatever held it. */
  | { readonly kind: 'given-up'; readonly seconds: number };

/** What a scan tells of itself in the end. */
export interface ScanFacts {
  readonly findings: Readonly<Record<string, number>>;
  readonly unknown: number;
  readonly calls: number;
  readonly throttled: number;
  /**
   * When the first finding that alarms nobody yet will have lasted long enough to, in milliseconds since the epoch; undefined where
   * nothing waits for that.
   */
  readonly alarmDue: number | undefined;
  /** Of each playbook, whether all of it was seen. */
  readonly playbooks: readonly {
    readonly playbook: string;
    readonly account: string;
    readonly region: string;
    readonly seen: boolean;
  }[];
}

export interface ScanOrder {
  /** Of the run: pings, reports and messages bear it. */
  readonly id: string;
  readonly schedule: FleetSchedule;
  /** When it fell due, in milliseconds since the epoch. */
  readonly due: number;
  /** Between two times of its schedule, since what the last scan found will have lasted long enough to alarm somebody. */
  readonly again: boolean;
}

/** A scan that has been started. */
export interface RunningScan {
  readonly ended: Promise<Extract<ScanEnd, { kind: 'ended' | 'crashed' }>>;
  /** Ends it by force. Returns at once: what cannot be killed is not waited for either. */
  readonly kill: () => void;
}

export interface ScanEnded extends ScanOrder {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly end: ScanEnd;
}

/** Nobody is waited for here: whoever listens may hang. */
export interface Listeners {
  readonly started: (order: ScanOrder & { readonly startedAt: number }) => void;
  readonly ended: (ended: ScanEnded) => void;
  /** It fell due while its last scan was still running. */
  readonly skipped: (order: ScanOrder) => void;
  /** One of the above threw: a bug there, and no reason not to watch. */
  readonly failed: (error: unknown) => void;
}

/** What outlives the process: when each schedule was last begun. */
export interface WatchMemory {
  readonly lastDue: (schedule: string) => number | undefined;
  readonly remember: (schedule: string, due: number) => void;
}

export interface SupervisorOptions {
  readonly schedules: readonly FleetSchedule[];
  /** The wall clock, which people set. */
  readonly clock: Clock;
  readonly start: (order: ScanOrder) => RunningScan;
  readonly listeners: Listeners;
  readonly memory: WatchMemory;
  readonly running: Running;
  /** In [0, 1), for jitter and ids. */
  readonly random: () => number;
}

export interface ScheduleState {
  readonly schedule: string;
  /** Milliseconds since the epoch; undefined: never again. */
  readonly nextDue: number | undefined;
  readonly running: boolean;
  readonly lastEndedAt: number | undefined;
  readonly lastSucceededAt: number | undefined;
  readonly isLate: boolean;
}

/** Scans that run now, by schedule: a supervisor that takes the place of another one begins none beside them. */
export type Running = Map<string, { readonly kill: () => void; readonly over: Promise<void> }>;

/** Milliseconds in which a process that can be killed is gone. */
const dying = 5_000;

/** Ends all of them, by force. What cannot be killed is not waited for. */
export async function killAll(running: Running, clock: Clock): Promise<void> {
  const all = [...running.values()];
  for (const { kill } of all) kill();
  const ended = new AbortController();
  const over = Promise.all(all.map((each) => each.over)).then(() => {
    ended.abort(new Error('all have ended'));
  });
  await Promise.race([over, clock.sleep(dying, ended.signal).catch(() => undefined)]);
}

export interface Supervisor {
  /** Resolves when it was stopped: it begins no scan any more, and scans that run go on. */
  readonly run: (stop: AbortSignal) => Promise<void>;
  readonly states: () => readonly ScheduleState[];
}

/** The wall clock is read that often, in milliseconds: a machine that slept, or whose clock was set, is noticed by then. */
const slice = 30_000;
/** After its deadline a scan has this long to tell what it has, in milliseconds: half of it, and from 5 to 15 s. */
export function graceAfter(deadline: number): number {
  return Math.min(15_000, Math.max(5_000, deadline / 2));
}

/** Exit codes of scans that saw all there is: nothing found, or something. */
const succeeds: ReadonlySet<number> = new Set([0, 2]);

/** Whoever heard of it knows how things are: all was looked at. */
export function hasSucceeded(end: ScanEnd): boolean {
  return end.kind === 'ended' && succeeds.has(end.code);
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const began = options.clock.now();
  const watched = options.schedules.map((schedule) => new WatchedSchedule(schedule, began, options));
  return {
    run: async (stop) => {
      await Promise.all(watched.map((each) => each.run(stop)));
    },
    states: () => watched.map((each) => each.state()),
  };
}

class WatchedSchedule {
  readonly #schedule: FleetSchedule;
  readonly #options: SupervisorOptions;
  #nextDue: number | undefined;
  /** The instant after which it is the first due time. */
  #dueFrom: number;
  #lastEndedAt: number | undefined;
  #lastSucceededAt: number | undefined;
  /** When a scan is worth its while before the next due time, by what the last one of the schedule found. */
  #againAt: number | undefined;
  /** Since when nothing was heard of it that should have been: its first due time, or the one after the last end. */
  #expected: number | undefined;

  constructor(schedule: FleetSchedule, began: number, options: SupervisorOptions) {
    this.#schedule = schedule;
    this.#options = options;
    this.#nextDue = this.#firstDue(began);
    this.#dueFrom = began;
    this.#expected = this.#nextDue;
  }

  state(): ScheduleState {
    const { name } = this.#schedule;
    return {
      schedule: name,
      nextDue: this.#nextDue,
      running: this.#options.running.has(name),
      lastEndedAt: this.#lastEndedAt,
      lastSucceededAt: this.#lastSucceededAt,
      isLate: this.#isLate(),
    };
  }

  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!stop.aborted && this.#nextDue !== undefined) {
      const due = this.#nextDue;
      const woken = await this.#sleepUntil(due, due + this.#jitter(), stop);
      if (woken === 'stopped') break;
      const now = clock.now();
      if (woken === 'due') this.#begin(due);
      // What fell due meanwhile, of a machine that slept, has just been made up for.
      this.#dueFrom = woken === 'due' ? Math.max(due, now) : now;
      this.#nextDue = dueAfter(this.#schedule, this.#dueFrom);
    }
  }

  /** What was missed while nobody watched is made up for once, unless it is to be let go. */
  #firstDue(now: number): number | undefined {
    const { catchUp, name } = this.#schedule;
    const last = this.#options.memory.lastDue(name);
    const next = dueAfter(this.#schedule, now);
    if (catchUp === 'none' || last === undefined) return next;
    const missed = dueAfter(this.#schedule, last);
    return missed !== undefined && missed <= now ? now : next;
  }

  #jitter(): number {
    return Math.floor(this.#options.random() * this.#schedule.jitter);
  }

  /** `sooner`: the clock was set back, so that it falls due before. */
  async #sleepUntil(due: number, at: number, stop: AbortSignal): Promise<'due' | 'sooner' | 'stopped'> {
    const { clock } = this.#options;
    for (let left = at - clock.now(); left > 0; left = at - clock.now()) {
      try {
        await clock.sleep(Math.min(left, slice, this.#untilAgain()), stop);
      } catch {
        return 'stopped';
      }
      // A clock that goes on tells of none before: it is asked only where it was set back.
      const now = clock.now();
      this.#beginAgain(now);
      if (now < this.#dueFrom && (dueAfter(this.#schedule, now) ?? due) < due) return 'sooner';
    }
    return stop.aborted ? 'stopped' : 'due';
  }

  /**
   * What has to last before it alarms is told when it has, and not when its schedule falls due next. No such scan follows another
   * one: whatever the one finds anew, the next one of the schedule comes soon enough.
   */
  #beginAgain(now: number): void {
    const due = this.#againAt;
    if (due === undefined || now < due || this.#options.running.has(this.#schedule.name)) return;
    this.#begin(due, true);
  }

  /** A second at the least: it may have to wait for a scan that runs. */
  #untilAgain(): number {
    if (this.#againAt === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(1_000, this.#againAt - this.#options.clock.now());
  }

  #begin(due: number, again = false): void {
    const { clock, listeners, memory, random, running, start } = this.#options;
    const schedule = this.#schedule;
    const order: ScanOrder = { id: idOf(random), schedule, due, again };
    this.#againAt = undefined;
    if (!again) memory.remember(schedule.name, due);
    if (running.has(schedule.name)) {
      this.#tell(() => {
        listeners.skipped(order);
      });
      return;
    }
    const startedAt = clock.now();
    this.#tell(() => {
      listeners.started({ ...order, startedAt });
    });
    const { ended, kill } = started(start, order);
    const over = this.#endOf(ended, kill).then((end) => {
      running.delete(schedule.name);
      const endedAt = clock.now();
      this.#lastEndedAt = endedAt;
      if (hasSucceeded(end)) this.#lastSucceededAt = endedAt;
      if (!again && end.kind === 'ended') this.#againAt = end.facts?.alarmDue;
      this.#expected = dueAfter(schedule, Math.max(endedAt, due));
      this.#tell(() => {
        listeners.ended({ ...order, startedAt, endedAt, end });
      });
    });
    running.set(schedule.name, { kill, over });
  }

  /** Whoever listens has no say in what is watched. */
  #tell(say: () => void): void {
    try {
      say();
    } catch (error) {
      this.#options.listeners.failed(error);
    }
  }

  /** By its own word, or by the clock's. */
  #endOf(ended: RunningScan['ended'], kill: () => void): Promise<ScanEnd> {
    const { deadline } = this.#schedule;
    return new Promise((resolve) => {
      const cancel = setTimer(this.#options.clock, deadline + graceAfter(deadline), () => {
        kill();
        resolve({ kind: 'given-up', seconds: (deadline + graceAfter(deadline)) / 1000 });
      });
      const settle = (end: ScanEnd): void => {
        cancel();
        resolve(end);
      };
      ended.then(settle, (error: unknown) => {
        settle({ kind: 'crashed', detail: error instanceof Error ? error.message : String(error) });
      });
    });
  }

  /** Nothing was heard although it fell due, had its deadline, and some time more. */
  #isLate(): boolean {
    const { deadline, jitter } = this.#schedule;
    if (this.#expected === undefined) return false;
    return this.#options.clock.now() > this.#expected + jitter + deadline + graceAfter(deadline) + slice;
  }
}

function started(start: SupervisorOptions['start'], order: ScanOrder): RunningScan {
  try {
    return start(order);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { ended: Promise.resolve({ kind: 'crashed', detail }), kill: () => undefined };
  }
}

/** A version 4 UUID, as dead-man services take it for the id of a run. */
function idOf(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  digits[12] = '4';
  digits[16] = '89ab'[Math.floor(random() * 4)] ?? '8';
  const text = digits.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
