// Everything that happens in a run, as one union. The journal is the list of these; live progress, report and (later)
// resume are folds of it.
import type { ErrorClass } from '../aws/errors.ts';
import type { Json, Receipt } from '../components/contract.ts';
import type { Plan, StepAction } from '../plan/plan.ts';

/** Why a step failed: an AWS error's class, or one of relight's own reasons. */
export interface StepError {
  readonly class:
    | ErrorClass
    /** What was found is not what the plan was made for. */
    | 'moved'
    /** A wait ran out of time. */
    | 'deadline'
    /** AWS reached a state that waiting does not heal. */
    | 'failed-state'
    | 'protected'
    | 'foreign'
    /** What it says is not provably the playbook's, and nobody accepted that. */
    | 'unproven'
    /** It serves, and nobody allowed downtime. */
    | 'serving'
    /** A record leads to it. */
    | 'pointed-at'
    /** `recovery.maxDeletes` is used up. */
    | 'limit'
    /** The run was told to stop. */
    | 'interrupted'
    | 'internal';
  readonly code: string;
  readonly message: string;
}

export type RunResult = 'succeeded' | 'partial' | 'failed' | 'refused';

export type RunEvent =
  /** The first line: all that a reader needs to make sense of the rest. */
  | {
      readonly type: 'run-started';
      readonly version: 1;
      readonly runId: string;
      readonly tool: string;
      readonly plan: Plan;
      readonly verify: boolean;
      /** Id and seal of the saved plan that is run; absent where the plan was made for the run. */
      readonly savedPlan?: { readonly id: string; readonly seal: string };
      /** The run is one in a sandbox, which may go by the account's own number. */
      readonly sandbox: boolean;
      /** The lock that the run holds: where, and the number of its turn. Absent where none was taken. */
      readonly lock?: { readonly place: string; readonly fence: number };
    }
  | { readonly type: 'identity-checked'; readonly account: string; readonly arn: string }
  | { readonly type: 'step-started'; readonly step: string }
  | { readonly type: 'before-image'; readonly step: string; readonly file: string }
  /** Written before a mutation is sent. Without an outcome after it, nobody knows whether AWS applied it. */
  | {
      readonly type: 'step-intended';
      readonly step: string;
      readonly action: StepAction;
      readonly attempt: number;
      readonly token: string;
    }
  /** The mutation was answered, or seen to have been applied (`seen`). */
  | { readonly type: 'step-acted'; readonly step: string; readonly receipt: Receipt; readonly seen?: true }
  /** The mutation was refused or its answer lost; it will be tried again. */
  | { readonly type: 'step-retrying'; readonly step: string; readonly error: StepError; readonly inSeconds: number }
  | { readonly type: 'step-waiting'; readonly step: string; readonly detail: string }
  /** AWS shows the piece as wanted, or gone. */
  | { readonly type: 'step-settled'; readonly step: string }
  | { readonly type: 'step-verified'; readonly step: string; readonly detail: string }
  | { readonly type: 'step-succeeded'; readonly step: string; readonly note?: string }
  | { readonly type: 'step-failed'; readonly step: string; readonly error: StepError }
  /** Never begun. `rootCauses`: the failed steps that explain it; empty when the run was stopped. */
  | {
      readonly type: 'step-skipped';
      readonly step: string;
      readonly because: string;
      readonly rootCauses: readonly string[];
    }
  /** Before the first step of a component with `approval: required`. */
  | { readonly type: 'approval-requested'; readonly component: string; readonly until: string }
  | {
      readonly type: 'approval-granted';
      readonly component: string;
      readonly by: string;
      readonly how: 'terminal' | 'file' | 'flag';
    }
  /** `by` is null when the time was over, or there was nobody to ask. */
  | {
      readonly type: 'approval-refused';
      readonly component: string;
      readonly by: string | null;
      readonly because: string;
    }
  /** Calls pause until the credentials are renewed, for at most `waitSeconds`. `remedy`: what to type. */
  | {
      readonly type: 'credentials-expired';
      readonly origin: string;
      readonly remedy: string;
      readonly waitSeconds: number;
    }
  /** Calls go on, as the same caller. */
  | { readonly type: 'credentials-renewed'; readonly origin: string; readonly arn: string }
  /** Told to stop, out of time, or without credentials: nothing new begins. */
  | { readonly type: 'run-interrupted'; readonly reason: string }
  | {
      readonly type: 'run-finished';
      readonly result: RunResult;
      readonly awsCalls: number;
      readonly durationSeconds: number;
    };

/** A line of the journal: when (ISO 8601), in which place, and what. */
export type JournalRecord = { readonly seq: number; readonly at: string } & RunEvent;

/** What a before-image holds: enough to make the piece again. */
export interface BeforeImage {
  readonly version: 1;
  readonly runId: string;
  readonly step: string;
  readonly component: string;
  readonly type: string;
  /** ISO 8601. */
  readonly at: string;
  readonly spec: Json;
  readonly tags: Json;
  readonly state: Json;
  /** What the observed state does not hold; null when nothing. */
  readonly captured: Json;
}
