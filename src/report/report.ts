// Journal -> Report: what happened, as one value that every renderer works from. Pure.
import type { Plan, PlanIdentity, PlanKind, StepAction } from '../plan/plan.ts';
import type { JournalRecord, RunResult, StepError } from '../run/events.ts';

export type StepStatus = 'succeeded' | 'failed' | 'skipped' | 'running' | 'pending';

export interface StepReport {
  readonly id: string;
  readonly component: string;
  readonly action: StepAction;
  readonly because: string;
  readonly status: StepStatus;
  /** ISO 8601; null when it never began. */
  readonly startedAt: string | null;
  readonly seconds: number | null;
  /** Mutating calls that were sent, counting repetitions. */
  readonly attempts: number;
  /** What was found or waited for last; why it was skipped. */
  readonly detail: string | null;
  /** Why there was nothing left to do; null when it was done. */
  readonly note: string | null;
  readonly error: StepError | null;
  /** The failed steps that explain a skipped one. */
  readonly rootCauses: readonly string[];
  /** File of the before-image, relative to the run's folder. */
  readonly beforeImage: string | null;
}

export interface ApprovalReport {
  readonly component: string;
  readonly status: 'requested' | 'granted' | 'refused';
  /** Who decided: `ann@laptop`; null while nobody has, and when the time was over. */
  readonly by: string | null;
  /** ISO 8601, of the latest word. */
  readonly at: string;
  /** How it was granted, or why it was refused; null while it is open. */
  readonly detail: string | null;
}

export interface RunReport {
  readonly version: 1;
  readonly runId: string;
  readonly tool: string;
  readonly playbook: Plan['playbook'];
  readonly identity: PlanIdentity;
  readonly environment: string | null;
  readonly strategy: PlanKind;
  readonly result: RunResult;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Why the run was stopped or refused; null when it went its way. */
  readonly interruption: string | null;
  readonly durationSeconds: number;
  readonly rtoSeconds: number | null;
  readonly estimateSeconds: number;
  /** False: the playbook's probes were left out on request. */
  readonly probed: boolean;
  readonly steps: readonly StepReport[];
  /** Of components with `approval: required`, in the order in which they were asked for. */
  readonly approvals: readonly ApprovalReport[];
  /** Components that needed something done which could not be done, each with its reason. */
  readonly blocked: readonly { readonly component: string; readonly because: string }[];
  readonly awsCalls: number;
}

/** Folds a run's records. Of a run that was cut off, what is there is told: its result is `failed`, no end is known. */
export function foldReport(records: readonly JournalRecord[]): RunReport {
  const first = records[0];
  if (first?.type !== 'run-started') throw new Error('Internal error: a journal begins with run-started');
  const { plan } = first;
  const steps = new Map<string, StepReport>(plan.steps.map((step) => [step.id, pendingStep(step)]));
  let interruption: string | undefined;
  let end: Extract<JournalRecord, { type: 'run-finished' }> | undefined;
  for (const record of records) {
    if (record.type === 'run-finished') end = record;
    if (record.type === 'run-interrupted') interruption = record.reason;
    if (!('step' in record)) continue;
    const before = steps.get(record.step);
    if (before !== undefined) steps.set(record.step, nextStep(before, record));
  }
  return {
    version: 1,
    runId: first.runId,
    tool: first.tool,
    playbook: plan.playbook,
    identity: plan.identity,
    environment: plan.environment,
    strategy: plan.strategy,
    result: end?.result ?? 'failed',
    startedAt: first.at,
    finishedAt: end?.at ?? null,
    interruption: interruption ?? null,
    durationSeconds: end?.durationSeconds ?? (Date.parse(records.at(-1)?.at ?? first.at) - Date.parse(first.at)) / 1000,
    rtoSeconds: plan.rtoSeconds,
    estimateSeconds: plan.totals[plan.strategy]?.seconds ?? 0,
    probed: first.verify,
    steps: [...steps.values()].filter((step) => first.verify || step.action !== 'verify'),
    approvals: approvalsIn(records),
    blocked: plan.components
      .filter((each) => each.disposition === 'blocked')
      .map((each) => ({ component: each.id, because: each.because })),
    awsCalls: end?.awsCalls ?? 0,
  };
}

function approvalsIn(records: readonly JournalRecord[]): readonly ApprovalReport[] {
  const found = new Map<string, ApprovalReport>();
  for (const record of records) {
    const { at } = record;
    switch (record.type) {
      case 'approval-requested':
        found.set(record.component, { component: record.component, status: 'requested', by: null, at, detail: null });
        break;
      case 'approval-granted': {
        const { by, component, how } = record;
        found.set(component, { component, status: 'granted', by, at, detail: how });
        break;
      }
      case 'approval-refused': {
        const { because, by, component } = record;
        found.set(component, { component, status: 'refused', by, at, detail: because });
        break;
      }
      default:
    }
  }
  return [...found.values()];
}

/** A step before anything has happened to it. */
export function pendingStep(step: Plan['steps'][number]): StepReport {
  return {
    id: step.id,
    component: step.component,
    action: step.action,
    because: step.because,
    status: 'pending',
    startedAt: null,
    seconds: null,
    attempts: 0,
    detail: null,
    note: null,
    error: null,
    rootCauses: [],
    beforeImage: null,
  };
}

type StepRecord = Extract<JournalRecord, { step: string }>;

/** One record's effect on its step; live progress uses the same fold. */
export function nextStep(before: StepReport, record: StepRecord): StepReport {
  const secondsUntilNow = before.startedAt === null ? 0 : (Date.parse(record.at) - Date.parse(before.startedAt)) / 1000;
  switch (record.type) {
    case 'step-started':
      return { ...before, status: 'running', startedAt: record.at };
    case 'before-image':
      return { ...before, beforeImage: record.file };
    case 'step-intended':
      return { ...before, attempts: record.attempt, detail: `${record.action} sent` };
    case 'step-acted':
      return { ...before, detail: record.seen === true ? 'found to be done' : 'accepted by AWS' };
    case 'step-retrying':
      return { ...before, detail: `${record.error.code}: ${record.error.message}; again in ${record.inSeconds} s` };
    case 'step-waiting':
    case 'step-verified':
      return { ...before, detail: record.detail };
    case 'step-settled':
      return before;
    case 'step-succeeded':
      return { ...before, status: 'succeeded', seconds: secondsUntilNow, note: record.note ?? null };
    case 'step-failed':
      return { ...before, status: 'failed', seconds: secondsUntilNow, error: record.error };
    case 'step-skipped':
      return { ...before, status: 'skipped', detail: record.because, rootCauses: record.rootCauses };
  }
}
