// Everything that happens in a run, as one union. The journal is the list of these; live progress, report and (later)
// resume are folds of it.
import type { ExplainedCalls } from '../../aws/meter.ts';
import type { ErrorClass } from '../../aws/errors.ts';
import type { Testimony, Json, Receipt } from '../../components/contract.ts';
import type { ForecastBrief } from '../../forecast/forecast.ts';
import type { Plan, StepAction } from '../../plan/plan.ts';
import type { Edition } from '../../playbook/edition.ts';

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
    /** Something would be deleted with it that nobody asked to be deleted. */
    | 'cascade'
    /** It holds data that no before-image keeps, and nobody accepted that it is lost. */
    | 'holds-data'
    /** Something that it needs to be made again is not there. */
    | 'lacking'
    /** `recovery.maxDeletes` is used up. */
    | 'limit'
    /** The run was told to stop. */
    | 'interrupted'
    | 'internal';
  readonly code: string;
  readonly message: string;
}

export const approvalWays = ['typed-name', 'typed-yes', 'flags'] as const;

/** Who said yes to a plan, and how. */
export interface Approval {
  /** The playbook's name or a yes, typed on the terminal; or `--yes`, in production with `--confirm <playbook>`. */
  readonly how: (typeof approvalWays)[number];
  /** The user of the machine that the command was given on, and that machine: `ann@laptop`. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Calls that were sent, repetitions included. */
export interface CallCounts {
  /** By `service:Operation`. */
  readonly byOperation: Readonly<Record<string, number>>;
  /** Calls that were sent again at once, below the step: throttled ones, and reads whose answer was lost. */
  readonly repeated: readonly {
    readonly operation: string;
    readonly class: ErrorClass;
    readonly code: string;
    readonly count: number;
    readonly pausedSeconds: number;
  }[];
}

/** Calls made for one step alone, and how often it looked at its piece: looks of several steps go out together. */
export interface StepCalls extends CallCounts {
  readonly looks: number;
}

export const runResults = ['succeeded', 'partial', 'failed', 'refused'] as const;
export type RunResult = (typeof runResults)[number];

export type RunEvent =
  /** The first line: all that a reader needs to make sense of the rest. */
  | {
      readonly type: 'run-started';
      /** Of the journal: 2 where its lines are chained, as in every file. */
      readonly version: 1 | 2;
      readonly runId: string;
      readonly tool: string;
      readonly plan: Plan;
      readonly verify: boolean;
      /** Id and seal of the saved plan that is run; absent where the plan was made for the run. */
      readonly savedPlan?: { readonly id: string; readonly seal: string };
      /** The run is one in a sandbox, which may go by the account's own number. */
      readonly sandbox: boolean;
      /** Where all calls go that is neither AWS nor a sandbox of relight; absent for both. */
      readonly endpoint?: string;
      /** The lock that the run holds: where, and the number of its turn. Absent where none was taken. */
      readonly lock?: { readonly place: string; readonly fence: number };
      /** Absent where a program ran the plan and nobody was asked. */
      readonly approval?: Approval;
      /** What was forecast before it began; absent where nobody made a forecast. */
      readonly forecast?: ForecastBrief;
      /** Where the playbook lay, and digests of it and of the pieces that it owns; absent where a program ran the plan. */
      readonly edition?: Omit<Edition, 'digest'> & { readonly digest?: string };
      /** What each component of the plan needs, as in the playbook; components that need nothing are not listed. */
      readonly needs?: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly type: 'identity-checked'; readonly account: string; readonly arn: string }
  | { readonly type: 'step-started'; readonly step: string }
  /**
   * Written before the first change of a step is sent, and again before each further try that finds something else.
   * `digest`: of the file's bytes, SHA-256 in hex; journals of earlier versions have none. `halfway`: an earlier try may
   * have made some of the change already, so an image before this one shows what was there.
   */
  | {
      readonly type: 'before-image';
      readonly step: string;
      readonly file: string;
      readonly digest?: string;
      readonly halfway?: true;
    }
  /**
   * Written before a mutation is sent. Without an outcome after it, nobody knows whether AWS applied it. `lingerSeconds`: for
   * so long after a delete others may go on as if the piece were there, where its outcome is not known.
   */
  | {
      readonly type: 'step-intended';
      readonly step: string;
      readonly action: StepAction;
      readonly attempt: number;
      readonly token: string;
      readonly lingerSeconds?: number;
    }
  /** The mutation was answered, or seen to have been applied (`seen`). */
  | { readonly type: 'step-acted'; readonly step: string; readonly receipt: Receipt; readonly seen?: true }
  /** The mutation was refused or its answer lost; it will be tried again. */
  | { readonly type: 'step-retrying'; readonly step: string; readonly error: StepError; readonly inSeconds: number }
  /** `until` (ISO 8601): the piece is gone, and for so long others may go on as if it were there. */
  | { readonly type: 'step-waiting'; readonly step: string; readonly detail: string; readonly until?: string }
  /** AWS shows the piece as wanted, or gone. `after`: where it was written down as it was then; absent when gone. */
  | { readonly type: 'step-settled'; readonly step: string; readonly after?: SavedImage }
  /**
   * `unchecked`: nobody could be asked, which says nothing against the change; `detail` tells why. `evidence`: what was found
   * from outside, where more than the piece itself was asked.
   */
  | {
      readonly type: 'step-verified';
      readonly step: string;
      readonly detail: string;
      readonly unchecked?: true;
      readonly evidence?: readonly Testimony[];
    }
  | { readonly type: 'step-succeeded'; readonly step: string; readonly note?: string; readonly calls?: StepCalls }
  /** `unchanged`: AWS refused every change that the step sent, if it sent any; journals of earlier versions do not tell. */
  | {
      readonly type: 'step-failed';
      readonly step: string;
      readonly error: StepError;
      readonly calls?: StepCalls;
      readonly unchanged?: true;
    }
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
      readonly calls?: CallCounts;
      /** The same calls, and what each was for, in the order in which such were sent first. */
      readonly explained?: readonly ExplainedCalls[];
    };

/** A line of the journal: when (ISO 8601), in which place, and what. */
export type JournalRecord = { readonly seq: number; readonly at: string } & RunEvent;

/** The last line of a journal that came to its end: so many records, and the chain's digest up to there. */
export interface JournalClosing {
  readonly seq: number;
  readonly at: string;
  readonly type: 'journal-closed';
  readonly records: number;
  readonly head: string;
}

/** How sure it is that the lines are as they were written. */
export type Integrity =
  /** A journal of relight 0.1.0: whether it was changed since cannot be told. */
  | { readonly kind: 'unchained' }
  /**
   * Each line is as it was written. `head`: the digest of the last one. `closed`: and no line is missing at the end; else the
   * process ended before it could say so, or the end was cut off.
   */
  | { readonly kind: 'chained'; readonly head: string; readonly closed: boolean };

/** A file of an image, relative to the run's folder, and the SHA-256 of its bytes in hex. */
export interface SavedImage {
  readonly file: string;
  readonly digest: string;
}

/**
 * What a before-image holds: enough to make the piece again. An image of what a step left behind has the same form: it
 * tells whether others have changed the piece since.
 */
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
