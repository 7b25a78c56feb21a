// What left the machine, counted: for a whole session, and for the one who sent it. No call is counted twice in a meter,
// and a call that is sent again counts again.
import type { ErrorClass } from './errors.ts';

/** Calls of one operation that were sent again, for one reason. */
export interface RepeatedCalls {
  /** `service:Operation` */
  readonly operation: string;
  readonly class: ErrorClass;
  /** The error's wire code. */
  readonly code: string;
  count: number;
  /** All pauses before these together, in milliseconds. */
  paused: number;
}

/** Why a call is sent, in the order in which a run does it. */
export const callReasons = [
  /** Who are we, and where? */
  'identity',
  /** A look at a piece right before it is changed. */
  'look',
  /** What must be known before a change: who points at it, what goes with it, what it is in full. */
  'check',
  'change',
  /** Is it as wanted by now? */
  'wait',
  /** Has the change spread? */
  'settle',
  /** Does it hold from outside? */
  'verify',
  /** For the run as a whole. */
  'other',
] as const;
export type CallReason = (typeof callReasons)[number];

/** Why a call is sent, and for whom: the ids of steps. */
export interface CallPurpose {
  readonly why: CallReason;
  readonly of: readonly string[];
}

/** Calls of one operation that were sent for one purpose. */
export interface ExplainedCalls extends CallPurpose {
  /** `service:Operation` */
  readonly operation: string;
  readonly count: number;
}

/** Counts what left the machine. */
export interface CallMeter {
  total: number;
  /** Calls by `service:Operation`. */
  readonly byOperation: Map<string, number>;
  /** Changes that AWS made, or may have made: those that it did not refuse. */
  changes: number;
  /** What was sent again by the access itself, below whoever asked. */
  readonly repeated: Map<string, RepeatedCalls>;
  /** What for, where somebody wants to know. */
  explained?: Map<string, ExplainedCalls> | undefined;
}

/** For whom a call is made. */
export interface Asker {
  readonly meter?: CallMeter;
  readonly purpose?: CallPurpose;
}

export function createMeter(): CallMeter {
  return { total: 0, changes: 0, byOperation: new Map(), repeated: new Map() };
}

/** @param operation `service:Operation` */
export function countCall(meter: CallMeter, operation: string): void {
  meter.total += 1;
  meter.byOperation.set(operation, (meter.byOperation.get(operation) ?? 0) + 1);
}

/** Notes what a call was sent for; one call for several of them is one call. */
export function explainCall(meter: CallMeter, operation: string, purposes: readonly CallPurpose[]): void {
  if (meter.explained === undefined) return;
  const [first] = purposes;
  const why = first?.why ?? 'other';
  const of = purposes.length < 2 ? (first?.of ?? []) : [...new Set(purposes.flatMap((each) => each.of))];
  const key = `${operation} ${why} ${of.join(' ')}`;
  const count = (meter.explained.get(key)?.count ?? 0) + 1;
  meter.explained.set(key, { operation, why, of, count });
}

/** @param pause milliseconds until it is sent again */
export function countRepeat(
  meter: CallMeter,
  operation: string,
  failure: { readonly class: ErrorClass; readonly code: string },
  pause: number,
): void {
  const key = `${operation} ${failure.code}`;
  const found = meter.repeated.get(key) ?? { operation, class: failure.class, code: failure.code, count: 0, paused: 0 };
  found.count += 1;
  found.paused += pause;
  meter.repeated.set(key, found);
}

/** A copy of what a meter shows now, to tell later what has come since. */
export function readMeter({ total, changes, byOperation, repeated }: CallMeter): CallMeter {
  return {
    total,
    changes,
    byOperation: new Map(byOperation),
    repeated: new Map([...repeated].map(([key, each]) => [key, { ...each }])),
  };
}

/** What a meter has counted since an earlier reading of it. */
export function since(before: CallMeter, now: CallMeter): CallMeter {
  const byOperation = new Map<string, number>();
  for (const [operation, calls] of now.byOperation) {
    const more = calls - (before.byOperation.get(operation) ?? 0);
    if (more > 0) byOperation.set(operation, more);
  }
  const repeated = new Map<string, RepeatedCalls>();
  for (const [key, each] of now.repeated) {
    const earlier = before.repeated.get(key);
    const more = each.count - (earlier?.count ?? 0);
    if (more > 0) repeated.set(key, { ...each, count: more, paused: each.paused - (earlier?.paused ?? 0) });
  }
  return { total: now.total - before.total, changes: now.changes - before.changes, byOperation, repeated };
}

/** Calls that AWS refused for its rate and that were sent again. */
export function throttledIn({ repeated }: Pick<CallMeter, 'repeated'>): number {
  return [...repeated.values()].reduce((sum, each) => (each.class === 'throttled' ? sum + each.count : sum), 0);
}
