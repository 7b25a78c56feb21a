// What a performance of a script was: who typed what when, what happened meanwhile, and how things are in the end.
import type { Fault, ObservedCall } from '../../sandbox/index.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import type { Attempt } from '../world/attempt.ts';
import type { Ending } from '../world/environment.ts';
import type { Witnessed } from '../world/watch.ts';
import type { Waits } from './darkness.ts';
import type { Mark } from './inject.ts';
import type { Script, TimedHappening } from './script.ts';

/** One command that somebody typed, from its first call to its last. Instants in milliseconds since the epoch. */
export interface Simulated {
  /** 0: the first operator; n: who came with the nth command of `when`. */
  readonly operator: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attempt: Attempt;
  readonly records: readonly JournalRecord[];
  /** For each record, how many calls of `Performance.wire` AWS had got before it was written. */
  readonly callsBefore: readonly number[];
  /** How many calls of `Performance.wire` AWS had got when it ended. */
  readonly callsUntil: number;
}

/** One happening, and what came of it. */
export interface Happened extends TimedHappening {
  /** Milliseconds since the epoch; null when the recovery was over before. */
  readonly fellAt: number | null;
  /** What a disruption did, or why it could not fall. */
  readonly detail: string | undefined;
}

/** A fault that was set, and what it did. */
export interface FaultSimulated {
  readonly fault: Fault;
  /** Milliseconds since the epoch. */
  readonly setAt: number;
  /** Calls that a rule did something to; load balancers, services or changes that a stuck state held up. */
  readonly hits: number;
}

export interface Performance {
  readonly script: Script;
  readonly marks: readonly Mark[];
  /** In the order of their beginnings. */
  readonly played: readonly Simulated[];
  readonly happened: readonly Happened[];
  /** Those that the script names, in the order in which they were set. */
  readonly faults: readonly FaultSimulated[];
  /** What has waited for names that are dark. */
  readonly waits: readonly Waits[];
  /** Calls of all operators, those of the looks at the end left out. */
  readonly wire: readonly ObservedCall[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly end: Ending;
  /** What clients on the internet got meanwhile. */
  readonly witnessed: Witnessed;
}
