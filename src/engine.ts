// The whole story: open, look, judge, plan, ask, run, report. The command line, rehearsals, proofs, saved plans, undo and
// library users call `recover`; each of its stages can be called by itself (src/engine/).
import type { Known } from './assess/proof.ts';
import { asksForProof, judgeWith, look, type Assessed } from './engine/looking.ts';
import { planChange, type PlannedChange, type PlanRequest } from './engine/planning.ts';
import { execute, type ExecuteOptions } from './engine/running.ts';
import type { Session } from './engine/session.ts';
import type { Forecast } from './forecast/forecast.ts';
import type { Patience } from './observe/patient.ts';
import type { RunReport } from './report/report.ts';
import type { Approval } from './run/journal/events.ts';

export * from './engine/doubts.ts';
export {
  asksForProof,
  insistOnPlace,
  judgeWith,
  look,
  lookForNeeds,
  lookForRefusals,
  lookTogether,
  type Assessed,
} from './engine/looking.ts';
export * from './engine/planning.ts';
export * from './engine/running.ts';
export * from './engine/saved-plans.ts';
export * from './engine/services.ts';
export * from './engine/session.ts';
export * from './engine/undoing.ts';

/** How to look and how to plan. */
export interface ProposeOptions<Planned extends PlannedChange = PlannedChange> extends PlanRequest {
  /** What cannot be seen for a passing reason is looked at again; undefined: one look. */
  readonly patience?: Patience | undefined;
  /** What is known of whose the pieces are; asked only where it matters. */
  readonly known?: (assessed: Assessed) => Promise<Known>;
  /** Plans from what was seen; `planChange` of this request unless told. */
  readonly plan?: (assessed: Assessed, known: Known | undefined) => Promise<Planned>;
  /** How long the plan will take; nothing is foretold without it. */
  readonly forecast?: (planned: Planned) => Promise<Forecast | undefined>;
}

/** A plan that can be asked about, and what is foretold of it. */
export type Proposal<Planned extends PlannedChange = PlannedChange> = Planned & {
  readonly forecast: Forecast | undefined;
};

/** Looks, judges and plans. Changes nothing. */
export async function propose<Planned extends PlannedChange = PlannedChange>(
  session: Session,
  options: ProposeOptions<Planned>,
): Promise<Proposal<Planned>> {
  const seen = await look(session, options.patience);
  const known = asksForProof(session, seen) ? await options.known?.(seen) : undefined;
  const assessed = known === undefined ? seen : judgeWith(session, seen, known);
  const planned = await (options.plan?.(assessed, known) ??
    (planChange(session, assessed, options) as Promise<Planned>));
  return { ...planned, forecast: await options.forecast?.(planned) };
}

/** The answer to "may this plan be run?". `approval`: who said so, for the journal. */
export type Answer = { readonly kind: 'yes'; readonly approval?: Approval } | { readonly kind: 'no' };

export interface RecoverOptions<Planned extends PlannedChange = PlannedChange>
  extends ProposeOptions<Planned>, Omit<ExecuteOptions, 'approval' | 'forecast'> {
  /** Told the proposal before anything is asked. */
  readonly tell?: (proposal: Proposal<Planned>) => void;
  /** Asked once, right before the first change; not asked where there is nothing to run. */
  readonly approve: (proposal: Proposal<Planned>) => Promise<Answer>;
}

/** What came of a recovery, a teardown or an undo. */
export type Recovery<Planned extends PlannedChange = PlannedChange> = Proposal<Planned> &
  (
    | /** The plan breaks a rule of the playbook. */ { readonly kind: 'refused' }
    | /** No step: all is in place, or all that is not is blocked. */ { readonly kind: 'idle' }
    | /** Whoever was asked said no. */ { readonly kind: 'declined' }
    | { readonly kind: 'ran'; readonly report: RunReport }
  );

/** Recovers, tears down or takes back, as `kind` says, in a session that was opened for changes. */
export async function recover<Planned extends PlannedChange = PlannedChange>(
  session: Session,
  options: RecoverOptions<Planned>,
): Promise<Recovery<Planned>> {
  const proposal = await propose(session, options);
  options.tell?.(proposal);
  const { forecast, plan } = proposal;
  if (plan.refusals.length > 0) return { ...proposal, kind: 'refused' };
  if (plan.steps.length === 0) return { ...proposal, kind: 'idle' };
  const answer = await options.approve(proposal);
  if (answer.kind === 'no') return { ...proposal, kind: 'declined' };
  const { approval } = answer;
  const report = await execute(proposal.session ?? session, proposal.assessed, plan, {
    ...options,
    forecast,
    ...(approval === undefined ? {} : { approval }),
  });
  return { ...proposal, kind: 'ran', report };
}
