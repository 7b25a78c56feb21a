// A plan is a value: ordered steps, each with its reason, differences, risk and estimate. It does nothing by itself.
import type { AssessedDifference, Assessment } from '../assess/assessment.ts';
import type { Effect, Json } from '../components/contract.ts';
import type { Managed } from '../owners/managers.ts';
import type { NeededConsent } from './consent.ts';
import type { BaseSource } from '../settings/base.ts';

export const strategies = ['repair', 'rebuild'] as const;
/** How a recovery decides what may stay. */
export type Strategy = (typeof strategies)[number];
export const planKinds = [...strategies, 'teardown', 'undo'] as const;
/** What a plan is for: one of the recoveries, taking everything down, or taking back what a run did. */
export type PlanKind = (typeof planKinds)[number];

export const stepActions = ['wait', 'delete', 'create', 'update', 'verify'] as const;
export type StepAction = (typeof stepActions)[number];

export interface Step {
  /** `<component>.<action>`; stable for the same plan. */
  readonly id: string;
  /** The component's id; for `verify` steps the probe's name. */
  readonly component: string;
  readonly action: StepAction;
  readonly because: string;
  /** Steps that must have succeeded before. */
  readonly after: readonly string[];
  /** What is there before, in a few words; null when nothing is. */
  readonly before: string | null;
  /** The spec that holds afterwards, references that are not known yet as their text; null when nothing is left. */
  readonly afterImage: Json;
  readonly differences: readonly AssessedDifference[];
  /** Takes something away that was there. */
  readonly destructive: boolean;
  /** What it does to those who are served; the worst of it, where it does several things. */
  readonly effect: Effect;
  readonly estimateSeconds: number;
  /** For `wait`: what the run does where the piece does not get well with what it needs. */
  readonly remedy?: 'update';
}

export const decisionKinds = ['keep', 'wait', 'create', 'update', 'replace', 'delete', 'blocked', 'excluded'] as const;
/** What becomes of a component. `blocked`: something should be done and cannot. */
export type DecisionKind = (typeof decisionKinds)[number];

/** Where the settings of a piece come from that is written whole or anew. */
export interface PlannedSettings {
  /** How many the playbook says. */
  readonly said: number;
  /** Those that it does not say and that stay, by their paths. */
  readonly kept: readonly string[];
  /** Where they stay from; `defaults`: nothing is known of the piece, and AWS's own are used for what is not said. */
  readonly from: BaseSource | 'defaults';
  /** ISO 8601, of what is remembered. */
  readonly knownAt?: string;
  /** What there is and will not be afterwards: paths, or a few words. */
  readonly lost: readonly string[];
  /** What there is and makes way for what the playbook says in its place (a redirect for a forward), by its paths. */
  readonly displaced?: readonly string[];
  /** Those of the kept ones, and those that are gone, that are not as in the known good of the piece. */
  readonly unlike?: readonly string[];
  /** Tags that only AWS may write, and that a new piece does not get from relight. */
  readonly leftOut?: readonly string[];
}

/** A component of the plan: its judgement and what becomes of it. */
export interface PlannedComponent extends Assessment {
  readonly disposition: DecisionKind;
  /** Why it is kept, blocked or excluded; the reason of its steps otherwise. */
  readonly because: string;
  /** For `blocked`: the component that stands in the way. */
  readonly blockedBy: string | null;
  /**
   * What speaks against its change and was lifted by the user; of a blocked one, all that would have to be lifted. Left
   * out where nothing does, and where consent would not help.
   */
  readonly consents?: readonly NeededConsent[];
  /** What becomes of its settings, where it is written whole or made anew. */
  readonly settings?: PlannedSettings;
  /** Seconds for which others that have asked while it was missing may go on not finding it, once it is made. */
  readonly missedSeconds?: number;
  /** What nobody could see of what AWS may refuse, in words. */
  readonly unchecked?: readonly string[];
  /** Who else keeps a record of it, and what its change is to them; left out where nothing changes, or nobody does. */
  readonly managedBy?: readonly Managed[];
}

/** A rule of the playbook that the plan would break: it may be looked at, but never run. */
export interface Refusal {
  readonly rule: 'maxDeletes' | 'allowDowntime';
  readonly text: string;
  /** The components that it is about. */
  readonly components: readonly string[];
}

export interface Totals {
  readonly steps: number;
  readonly deletes: number;
  /** Estimated seconds along the critical path. */
  readonly seconds: number;
  readonly criticalPath: readonly string[];
}

export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly wait: number;
  readonly keep: number;
  /** Components that could not be seen. */
  readonly unknown: number;
  /** Components that need something done which cannot be done, the unknown ones among them. */
  readonly blocked: number;
}

/** Where and as whom the plan was made. */
export interface PlanIdentity {
  readonly account: string;
  readonly alias: string | null;
  readonly region: string;
  readonly arn: string;
}

/** A run that did not reach its end and that a later one goes on with. */
export interface Resumption {
  readonly run: string;
  /** Components that it made, it or a run that it went on with: they are not torn down again. */
  readonly made: readonly string[];
  /** Those of `made` that have their settings from what was known good; none unless told. */
  readonly asKnownGood?: readonly string[];
  /** Steps whose deletes it has sent, it or a run that it went on with: they count for `maxDeletes`. */
  readonly deletes: readonly string[];
  /** Idempotency tokens, by step, of changes that were sent and whose outcome is not known. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Pieces that it deleted and that others may still know; none unless told. */
  readonly lingering?: readonly Propagation[];
}

/** A piece that is gone, and by which others still go for a while: resolvers keep a record for its TTL. */
export interface Propagation {
  readonly component: string;
  /** ISO 8601. */
  readonly until: string;
}

/** True for what is to bring the service back: only there do objective and probes count. */
export function isRecovery(kind: PlanKind): kind is Strategy {
  return strategies.some((each) => each === kind);
}

/** Something that an undo does not bring back as it was. */
export interface NotRestored {
  readonly component: string;
  /** An output (`arn`), a spec path, or a few words on what no spec can say. */
  readonly what: string;
  /** Why, or what becomes of it instead. */
  readonly because: string;
}

/** What an undo takes back. */
export interface Undone {
  readonly run: string;
  /** Unfinished runs that it went on with, oldest first: they are taken back with it. Left out where there are none. */
  readonly earlier?: readonly string[];
  /** The playbook is another than the one the run was made with; what was comes from the run's images all the same. */
  readonly playbookChanged: boolean;
  readonly notRestored: readonly NotRestored[];
}

export interface Plan {
  readonly version: 1;
  readonly playbook: { readonly name: string; readonly digest: string; readonly file: string };
  readonly identity: PlanIdentity;
  readonly environment: string | null;
  readonly strategy: PlanKind;
  /** The unfinished run that this plan goes on with; null when it begins anew. */
  readonly resumes: Resumption | null;
  /** The run that this plan takes back; only in plans of kind `undo`. */
  readonly undoes?: Undone;
  /** ISO 8601. */
  readonly observedAt: string;
  readonly summary: PlanSummary;
  readonly components: readonly PlannedComponent[];
  readonly steps: readonly Step[];
  /** Of the alternatives; for a teardown, of the teardown alone. */
  readonly totals: Readonly<Partial<Record<PlanKind, Totals>>>;
  /** The objective, in seconds; null when the playbook names none. */
  readonly rtoSeconds: number | null;
  readonly refusals: readonly Refusal[];
  /** What the user lets happen although something speaks against it (`--accept`): `dns:ownership`. Sorted. */
  readonly accepted: readonly string[];
  /** Pieces that serve may be taken down (`--allow-downtime`). */
  readonly allowDowntime: boolean;
  /** Components whose first step waits for somebody's approval. */
  readonly approvals: readonly string[];
  readonly awsCalls: number;
}

/** True when something is to be done or stands in the way: what `plan` answers with exit code 2 or 4. */
export function isPending(plan: Plan): boolean {
  return plan.steps.length > 0 || plan.summary.blocked > 0;
}
