// Journal -> Report: what happened, as one value that every renderer works from. Pure.
import type { Verdict } from '../assess/assessment.ts';
import type { DecisionKind, Plan, PlanIdentity, PlanKind, Undone } from '../plan/plan.ts';
import { consentWord } from '../plan/consent.ts';
import { digestOf } from '../playbook/digest.ts';
import type { Approval, CallCounts, JournalRecord, RunResult } from '../run/journal/events.ts';
import {
  chainOf,
  leftUndone,
  longestWaits,
  objectiveOf,
  outcomeOf,
  removedBy,
  type ComponentOutcome,
  type LeftUndone,
  type LongWait,
  type Objective,
  type Removed,
} from './evidence.ts';
import type { Managed } from '../owners/managers.ts';
import { steadied } from '../util/steadied.ts';
import { forecastOutcome, type ForecastOutcome } from './forecast-outcome.ts';
import { nextStep, pendingStep, secondsBetween, type StepReport } from './step-report.ts';

/** One component of the playbook, and what became of it in the run. */
export interface ComponentReport {
  readonly id: string;
  readonly type: string;
  readonly shared: boolean;
  /** What it was found to be before the run. */
  readonly verdict: Verdict;
  readonly disposition: DecisionKind;
  readonly because: string;
  /** Direct dependencies; none are told by journals of versions that did not write them down. */
  readonly needs: readonly string[];
  readonly outcome: ComponentOutcome;
  /** Once it is back: seconds for which others may go on not finding it. */
  readonly missedSeconds?: number;
  /** Who else keeps a record of it, and what its change was to them; left out where nothing changed, or nobody does. */
  readonly managedBy?: readonly Managed[];
}

export interface BlockedComponent {
  readonly component: string;
  readonly because: string;
  /** What to accept, as it is typed (`dns:ownership`), where that would help. */
  readonly accept?: readonly string[];
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
  /** The run was one in a sandbox, which may go by the account's own number. */
  readonly sandbox: boolean;
  /** Where all calls went that was neither AWS nor a sandbox of relight; null for both. */
  readonly endpoint: string | null;
  readonly strategy: PlanKind;
  /** SHA-256 over the plan as it stands in the journal, in canonical JSON. */
  readonly planHash: string;
  /** The saved plan that was run; null when the plan was made for the run. */
  readonly savedPlan: { readonly id: string; readonly seal: string } | null;
  /** The unfinished run that this one goes on with; null when it began anew. */
  readonly resumes: string | null;
  /** Who said yes and how; null when a program ran the plan and nobody was asked. */
  readonly approval: Approval | null;
  /** What was let happen although something spoke against it: `dns:ownership`. */
  readonly accepted: readonly string[];
  readonly result: RunResult;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Why the run was stopped or refused; null when it went its way. */
  readonly interruption: string | null;
  /** All interruptions, in order. */
  readonly interruptions: readonly { readonly at: string; readonly reason: string }[];
  readonly durationSeconds: number;
  /** The machine's clock was set back so far while the run was under way: durations are at least what they say. */
  readonly clockSetBackSeconds?: number;
  readonly rtoSeconds: number | null;
  readonly objective: Objective;
  readonly estimateSeconds: number;
  /** What was forecast before the run, and how it compares; null when nobody made a forecast. */
  readonly forecast: ForecastOutcome | null;
  /** False: the playbook's probes were left out on request. */
  readonly probed: boolean;
  readonly components: readonly ComponentReport[];
  readonly steps: readonly StepReport[];
  /** Of components with `approval: required`, in the order in which they were asked for. */
  readonly approvals: readonly ApprovalReport[];
  /** The steps that the duration was made of: each began when the one before it had ended. */
  readonly longestChain: readonly string[];
  /** What was waited for longest, at most ten, longest first. */
  readonly longestWaits: readonly LongWait[];
  /** What was there and was taken away. */
  readonly removed: readonly Removed[];
  /** All that was to be done and was not, with the reason. */
  readonly leftUndone: readonly LeftUndone[];
  /** Components that needed something done which could not be done, each with its reason. */
  readonly blocked: readonly BlockedComponent[];
  readonly awsCalls: number;
  /** Null when the journal does not tell. */
  readonly calls: CallCounts | null;
  /** The run that was taken back, and what of that does not come back as it was; only in undos. */
  readonly undoes?: Undone;
}

/** Folds a run's records. Of a run that was cut off, what is there is told: its result is `failed`, no end is known. */
export function foldReport(written: readonly JournalRecord[]): RunReport {
  const { records, setBackSeconds } = steadied(written);
  const first = records[0];
  if (first?.type !== 'run-started') throw new Error('Internal error: a journal begins with run-started');
  const { plan } = first;
  const folded = new Map<string, StepReport>(plan.steps.map((step) => [step.id, pendingStep(step)]));
  const interruptions: { readonly at: string; readonly reason: string }[] = [];
  let end: Extract<JournalRecord, { type: 'run-finished' }> | undefined;
  for (const record of records) {
    if (record.type === 'run-finished') end = record;
    if (record.type === 'run-interrupted') interruptions.push({ at: record.at, reason: record.reason });
    if (!('step' in record)) continue;
    const before = folded.get(record.step);
    if (before !== undefined) folded.set(record.step, nextStep(before, record));
  }
  const steps = [...folded.values()].filter((step) => first.verify || step.action !== 'verify');
  const last = secondsBetween(first.at, (end ?? records.at(-1) ?? first).at);
  // Measured by a clock that was set back, it says nothing.
  const durationSeconds = end === undefined || setBackSeconds > 0 ? last : end.durationSeconds;
  return {
    version: 1,
    runId: first.runId,
    tool: first.tool,
    playbook: plan.playbook,
    identity: plan.identity,
    environment: plan.environment,
    sandbox: first.sandbox,
    endpoint: first.endpoint ?? null,
    strategy: plan.strategy,
    planHash: digestOf(plan),
    savedPlan: first.savedPlan ?? null,
    resumes: plan.resumes?.run ?? null,
    approval: first.approval ?? null,
    accepted: plan.accepted,
    result: end?.result ?? 'failed',
    startedAt: first.at,
    finishedAt: end?.at ?? null,
    interruption: interruptions.at(-1)?.reason ?? null,
    interruptions,
    durationSeconds,
    ...(setBackSeconds === 0 ? {} : { clockSetBackSeconds: setBackSeconds }),
    rtoSeconds: plan.rtoSeconds,
    objective: objectiveOf(plan, steps, first.at, durationSeconds),
    estimateSeconds: plan.totals[plan.strategy]?.seconds ?? 0,
    forecast: forecastOutcome(records, end?.result, durationSeconds),
    probed: first.verify,
    approvals: approvalsIn(records),
    components: plan.components.map((each) => ({
      id: each.id,
      type: each.type,
      shared: each.shared,
      verdict: each.verdict,
      disposition: each.disposition,
      because: each.because,
      needs: first.needs?.[each.id] ?? [],
      outcome: outcomeOf(each, steps),
      ...(each.missedSeconds === undefined ? {} : { missedSeconds: each.missedSeconds }),
      ...(each.managedBy === undefined ? {} : { managedBy: each.managedBy }),
    })),
    steps,
    longestChain: chainOf(steps),
    longestWaits: longestWaits(steps),
    removed: removedBy(plan, steps),
    leftUndone: leftUndone(plan, steps),
    blocked: plan.components
      .filter((each) => each.disposition === 'blocked')
      .map((each): BlockedComponent => {
        const words = (each.consents ?? [])
          .filter(({ given }) => !given)
          .map(({ reason }) => consentWord(each.id, reason));
        return {
          component: each.id,
          because: each.because,
          ...(words.length === 0 ? {} : { accept: [...new Set(words)] }),
        };
      }),
    awsCalls: end?.awsCalls ?? 0,
    calls: end?.calls ?? null,
    ...(plan.undoes === undefined ? {} : { undoes: plan.undoes }),
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
