// Time for everything that waits or stamps. No other file may read the wall clock or set a timer, so that a rehearsal
// on the virtual clock and a recovery in AWS run the very same code.
import { uptime as machineUptime } from 'node:os';

/** A source of time. All instants are milliseconds since the epoch, all durations milliseconds. */
export interface Clock {
  /** The current instant, in milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` after `ms`, unless the returned function is called before. See {@link setTimer}. */
  timer?(ms: number, action: () => void): () => void;
}

/** Calls `action` after `ms`, unless the returned function is called before: for limits that are seldom reached. */
export function setTimer(clock: Clock, ms: number, action: () => void): () => void {
  if (clock.timer !== undefined) return clock.timer(ms, action);
  const cancelled = new AbortController();
  clock.sleep(ms, cancelled.signal).then(action, () => undefined);
  return () => {
    cancelled.abort(isCancelled);
  };
}

/** With a reason of our own: the default one is a new exception, with a stack trace, for every cancelling. */
const isCancelled = new Error('cancelled');

/** An ISO 8601 stamp of the clock's present, as journals, plans and reports carry it. */
export function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

function wallSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(abortError(signal));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(abortError(signal));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.max(0, ms),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

/** Where a steady clock reads the time, in milliseconds. */
export interface SteadyReadings {
  readonly wall: () => number;
  /** Stands still while the machine sleeps, on some systems. */
  readonly monotonic: () => number;
  /** Since the machine was started, its sleep included; coarse. */
  readonly uptime: () => number;
}

/** Where the system does not tell, no sleep is seen. */
function uptimeOrNothing(): number {
  try {
    return machineUptime() * 1000;
  } catch {
    return Number.NaN;
  }
}

/** By how much uptime must be ahead for the machine to have slept: it is told in whole seconds. */
const leastSleep = 2_000;

/**
 * The time of day as it was at the start, and from there on what has passed: it never goes back and never jumps when
 * somebody sets the machine's clock, so that a difference of two readings is a duration. Time in which the machine slept
 * counts.
 */
export function steadyClock(
  readings: SteadyReadings = {
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    uptime: uptimeOrNothing,
  },
): Clock {
  const wall = readings.wall();
  const monotonic = readings.monotonic();
  const uptime = readings.uptime();
  let slept = 0;
  let last = wall;
  return {
    now: () => {
      const passed = readings.monotonic() - monotonic;
      const ahead = readings.uptime() - uptime - passed;
      if (ahead - slept > leastSleep) slept = ahead;
      // Whole milliseconds, as stamps have them: what is computed from two stamps is what was measured.
      last = Math.max(last, Math.floor(wall + passed + slept));
      return last;
    },
    sleep: wallSleep,
    timer: wallTimer,
  };
}

/** The real clock, which nobody can set while the process runs. */
export const systemClock: Clock = steadyClock();

/** The machine's time of day as it is now: it jumps when somebody sets it. For what falls due by the clock on the wall. */
export const wallClock: Clock = { now: () => Date.now(), sleep: wallSleep, timer: wallTimer };

/**
 * Time that nobody can set: only differences of it mean something. It stands still while the machine sleeps, so whoever
 * waits by it waits too long rather than too short.
 */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: wallSleep,
};

/** Where a careful clock reads the time, in milliseconds. */
export interface Readings {
  readonly monotonic: () => number;
  readonly wall: () => number;
}

/**
 * Time as one counts who must not be late: between two readings, the larger of what the monotonic and the wall clock
 * say has passed. A machine that slept shows on the wall clock, a wall clock that was set back on the monotonic one.
 * Only differences of it mean something.
 */
export function carefulClock(
  readings: Readings = { monotonic: () => performance.now(), wall: () => Date.now() },
): Clock {
  let monotonic = readings.monotonic();
  let wall = readings.wall();
  let passed = 0;
  return {
    now: () => {
      const [nextMonotonic, nextWall] = [readings.monotonic(), readings.wall()];
      passed += Math.max(0, nextMonotonic - monotonic, nextWall - wall);
      [monotonic, wall] = [nextMonotonic, nextWall];
      return passed;
    },
    sleep: wallSleep,
  };
}

/**
 * A clock that runs `speed` times as fast as the wall clock, starting at `startAt`.
 * Used with a served sandbox, so that waits and durations are told in AWS time.
 *
 * @param speed virtual seconds per real second, > 0
 * @param startAt the virtual instant of creation, in milliseconds since the epoch
 */
export function scaledClock(speed: number, startAt: number): Clock {
  const origin = systemClock.now();
  return {
    now: () => startAt + (systemClock.now() - origin) * speed,
    sleep: (ms, signal) => wallSleep(ms / speed, signal),
    timer: (ms, action) => wallTimer(ms / speed, action),
  };
}

function wallTimer(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, Math.max(0, ms));
  return () => {
    clearTimeout(timer);
  };
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  /** A limit that may never be reached, not something that somebody waits for. */
  readonly limit: boolean;
  readonly wake: () => void;
}

/**
 * A clock whose time passes only when everybody is asleep: it then jumps to the next waking time. Waits cost no wall
 * time and the order of waking is deterministic: by instant, then by the order in which the sleeps were asked for.
 *
 * "Everybody is asleep" means that a full turn of the event loop brought no new sleep. Work between two sleeps must
 * therefore finish in microtasks and immediates: the in-process sandbox and synchronous file writes do.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #activity = 0;
  #advancing = false;
  #holds = 0;
  readonly #sleepers: Sleeper[] = [];
  readonly #pace: number;

  /**
   * @param startAt the first instant, in milliseconds since the epoch
   * @param pace virtual seconds that pass per real second, for an audience; `Infinity` (the default) does not wait at all
   */
  constructor(startAt: number, pace = Number.POSITIVE_INFINITY) {
    this.#now = startAt;
    this.#pace = pace;
  }

  now(): number {
    return this.#now;
  }

  /** Moves time forward by hand, without waking in between; for worlds that nobody waits in. */
  advance(ms: number): void {
    this.#now += Math.max(0, ms);
    this.#wakeDue();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        this.#activity += 1;
        reject(abortError(signal));
        return;
      }
      const cancel = this.#add(ms, false, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  timer(ms: number, action: () => void): () => void {
    return this.#add(ms, true, action);
  }

  /**
   * Somebody outside is waited for, such as a person: until the returned function is called, time no longer jumps to a
   * limit (see {@link setTimer}) when nobody sleeps any more. Sleeps go on.
   */
  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds -= 1;
      // What follows from what was waited for may sleep; that comes before any limit.
      this.#activity += 1;
      void this.#advanceWhenIdle();
    };
  }

  #add(ms: number, limit: boolean, action: () => void): () => void {
    this.#activity += 1;
    const sleeper: Sleeper = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), limit, wake: action };
    this.#insert(sleeper);
    void this.#advanceWhenIdle();
    return () => {
      const index = this.#sleepers.lastIndexOf(sleeper);
      if (index >= 0) this.#sleepers.splice(index, 1);
    };
  }

  #insert(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#sleepers[middle];
      if (other !== undefined && (other.at < sleeper.at || (other.at === sleeper.at && other.order < sleeper.order))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    this.#sleepers.splice(low, 0, sleeper);
  }

  async #advanceWhenIdle(): Promise<void> {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#sleepers.length > 0) {
        await this.#idle();
        const next = this.#sleepers[0];
        if (next === undefined) break;
        if (this.#holds > 0 && this.#sleepers.every((each) => each.limit)) break;
        const step = next.at - this.#now;
        if (step > 0) {
          if (Number.isFinite(this.#pace)) await wallSleep(step / this.#pace);
          this.#now = next.at;
        }
        this.#wakeDue();
      }
    } finally {
      this.#advancing = false;
    }
  }

  /** Resolves once a whole turn of the event loop has brought no new sleep. */
  async #idle(): Promise<void> {
    let seen: number;
    do {
      seen = this.#activity;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    } while (seen !== this.#activity);
  }

  #wakeDue(): void {
    for (;;) {
      const next = this.#sleepers[0];
      if (next === undefined || next.at > this.#now) return;
      this.#sleepers.shift();
      this.#activity += 1;
      next.wake();
    }
  }
}

/** A clock that can be exchanged while others hold on to it: who talks to a served sandbox learns its time on the way. */
export class SwitchableClock implements Clock {
  #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on this clock tells the other's time. Sleeps under way end as they began. */
  switchTo(clock: Clock): void {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }

  timer(ms: number, action: () => void): () => void {
    return setTimer(this.#clock, ms, action);
  }
}
