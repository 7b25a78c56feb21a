// One step as it went: the fold of its records. Live progress, report and every renderer use the same one. Pure.
import type { Effect, Testimony } from '../components/contract.ts';
import type { Plan, StepAction } from '../plan/plan.ts';
import type { JournalRecord, StepCalls, StepError } from '../run/journal/events.ts';

export type StepStatus = 'succeeded' | 'failed' | 'skipped' | 'running' | 'pending';

/**
 * What a step did for a while.
 *
 * `looking`: at the piece, to decide. `waiting`: something must pass before it can act. `acting`: the change is on its
 * way to AWS. `pausing`: the change was refused or its answer lost; before the next try. `settling`: AWS has accepted the
 * change and carries it out. `verifying`: does it hold from outside? A probe does nothing else.
 */
export type PhaseKind = 'looking' | 'waiting' | 'acting' | 'pausing' | 'settling' | 'verifying';

export interface Phase {
  readonly kind: PhaseKind;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Null when the journal ends before it does. */
  readonly seconds: number | null;
  /** What was waited for; null when nothing was told. */
  readonly detail: string | null;
}

/** A change that was refused, or whose answer was lost, and what was done about it. */
export interface Retry {
  /** ISO 8601. */
  readonly at: string;
  readonly error: StepError;
  /** Until the next try. */
  readonly pauseSeconds: number;
}

export interface StepReport {
  readonly id: string;
  readonly component: string;
  readonly action: StepAction;
  readonly because: string;
  /** Steps that had to succeed before. */
  readonly after: readonly string[];
  /** Takes something away that was there. */
  readonly destructive: boolean;
  /** What it does to those who are served. */
  readonly effect: Effect;
  readonly estimateSeconds: number;
  readonly status: StepStatus;
  /** ISO 8601; null when it never began. */
  readonly startedAt: string | null;
  /** ISO 8601; null when it never began or nobody wrote how it ended. */
  readonly finishedAt: string | null;
  readonly seconds: number | null;
  /** From its start to its end without gaps; those shorter than a millisecond are left out. */
  readonly phases: readonly Phase[];
  /** Mutating calls that were sent, counting repetitions. */
  readonly attempts: number;
  readonly retries: readonly Retry[];
  /** Null until it has ended, and for probes, which ask the service and not AWS. */
  readonly calls: StepCalls | null;
  /** What was found or waited for last; why it was skipped. */
  readonly detail: string | null;
  /** Why there was nothing left to do, or what could not be checked; null when all was done. */
  readonly note: string | null;
  readonly error: StepError | null;
  /** What was found from outside, beside AWS's own word; left out where nobody else was asked. */
  readonly evidence?: readonly Testimony[];
  /** The failed steps that explain a skipped one. */
  readonly rootCauses: readonly string[];
  /** File of the before-image, relative to the run's folder. */
  readonly beforeImage: string | null;
}

/** Journals of version 0.1.0 tell none. */
function toldEffect({ effect }: { readonly effect?: Effect }): Effect {
  return effect ?? 'none';
}

/** A step before anything has happened to it. */
export function pendingStep(step: Plan['steps'][number]): StepReport {
  return {
    id: step.id,
    component: step.component,
    action: step.action,
    because: step.because,
    after: step.after,
    destructive: step.destructive,
    effect: toldEffect(step),
    estimateSeconds: step.estimateSeconds,
    status: 'pending',
    startedAt: null,
    finishedAt: null,
    seconds: null,
    phases: [],
    attempts: 0,
    retries: [],
    calls: null,
    detail: null,
    note: null,
    error: null,
    rootCauses: [],
    beforeImage: null,
  };
}

type StepRecord = Extract<JournalRecord, { step: string }>;

/** One record's effect on its step. */
export function nextStep(before: StepReport, record: StepRecord): StepReport {
  switch (record.type) {
    case 'step-started':
      return { ...enter(before, firstPhase(before.action), record.at), status: 'running', startedAt: record.at };
    case 'before-image':
      // What was there before the change, not what a try has left of it.
      return record.halfway === true && before.beforeImage !== null ? before : { ...before, beforeImage: record.file };
    case 'step-intended':
      return {
        ...enter(before, 'acting', record.at),
        attempts: record.attempt,
        detail: `${record.action} sent`,
      };
    case 'step-acted':
      return {
        ...enter(before, 'settling', record.at),
        detail: record.seen === true ? 'found to be done' : 'accepted by AWS',
      };
    case 'step-retrying': {
      const detail = `${record.error.code}: ${record.error.message}`;
      const retry: Retry = { at: record.at, error: record.error, pauseSeconds: record.inSeconds };
      return {
        ...enter(before, 'pausing', record.at, detail),
        retries: [...before.retries, retry],
        detail: `${detail}; again in ${record.inSeconds} s`,
      };
    }
    case 'step-waiting':
      return { ...enter(before, waitingPhase(before), record.at, record.detail), detail: record.detail };
    case 'step-verified': {
      const { detail, evidence, unchecked } = record;
      const isNoted = unchecked === true || evidence?.at(-1)?.outcome === 'differs';
      const found = evidence === undefined ? {} : { evidence };
      return { ...before, detail, note: isNoted ? detail : before.note, ...found };
    }
    case 'step-settled':
      return enter(before, 'verifying', record.at);
    case 'step-succeeded':
      return { ...ended(before, record), status: 'succeeded', note: record.note ?? before.note };
    case 'step-failed':
      return { ...ended(before, record), status: 'failed', error: record.error };
    case 'step-skipped':
      return { ...before, status: 'skipped', detail: record.because, rootCauses: record.rootCauses };
  }
}

function ended(
  before: StepReport,
  record: Extract<StepRecord, { type: 'step-succeeded' | 'step-failed' }>,
): StepReport {
  return {
    ...before,
    phases: closed(before.phases, record.at),
    finishedAt: record.at,
    seconds: before.startedAt === null ? 0 : secondsBetween(before.startedAt, record.at),
    calls: record.calls ?? null,
  };
}

function firstPhase(action: StepAction): PhaseKind {
  switch (action) {
    case 'verify':
      return 'verifying';
    case 'wait':
      return 'settling';
    case 'create':
    case 'update':
    case 'delete':
      return 'looking';
  }
}

/** Before a change has been made a wait holds the step up; afterwards it is AWS at work, or the check that follows. */
function waitingPhase(step: StepReport): PhaseKind {
  const kind = step.phases.at(-1)?.kind;
  return kind === 'settling' || kind === 'verifying' ? kind : 'waiting';
}

function enter(step: StepReport, kind: PhaseKind, at: string, detail: string | null = null): StepReport {
  const last = step.phases.at(-1);
  if (last?.kind === kind && last.detail === detail) return step;
  return { ...step, phases: [...closed(step.phases, at), { kind, startedAt: at, seconds: null, detail }] };
}

/** The last phase ends at an instant; one that took no time is dropped. */
function closed(phases: readonly Phase[], at: string): readonly Phase[] {
  const last = phases.at(-1);
  if (last?.seconds !== null) return phases;
  const seconds = secondsBetween(last.startedAt, at);
  const earlier = phases.slice(0, -1);
  return seconds === 0 ? earlier : [...earlier, { ...last, seconds }];
}

/** Never negative: what seems to end before it began was written by two clocks. @param from @param to ISO 8601 */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
