// Whether the scans of a schedule fail, as a matter of its own: told when it begins, again while it lasts where that is wanted, and
// when it is over. Pure.
import type { ScanEnd } from './supervisor.ts';

/** Instants in milliseconds since the epoch. */
export interface Failing {
  readonly since: number;
  readonly toldAt: number;
}

export interface FailureStep {
  readonly failing: Failing | undefined;
  /** What somebody is to be told; undefined: nothing has changed. */
  readonly change: 'new' | 'reminder' | 'resolved' | undefined;
}

/** Exit codes of scans that told themselves what they saw, and what they could not see. */
const tellsItself: ReadonlySet<number> = new Set([0, 2, 4]);

/** @param remind milliseconds after which a failure that lasts is told again; undefined: never */
export function failureStep(
  before: Failing | undefined,
  end: ScanEnd,
  at: number,
  remind: number | undefined,
): FailureStep {
  if (end.kind === 'ended' && tellsItself.has(end.code)) {
    return { failing: undefined, change: before === undefined ? undefined : 'resolved' };
  }
  if (before === undefined) return { failing: { since: at, toldAt: at }, change: 'new' };
  if (remind === undefined || at - before.toldAt < remind) return { failing: before, change: undefined };
  return { failing: { ...before, toldAt: at }, change: 'reminder' };
}
