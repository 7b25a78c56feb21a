// A plan that takes a run back.
import { assess, type Assessments } from '../assess/assess.ts';
import type { Assessment } from '../assess/assessment.ts';
import type { Known } from '../assess/proof.ts';
import type { Playbook } from '../playbook/model.ts';
import type { PastRun } from '../undo/past.ts';
import { playbookBefore } from '../undo/playbook-before.ts';
import { undoOf, undoneBy } from '../undo/undo.ts';
import type { Assessed } from './looking.ts';
import { lookAhead, lookBehind, planFrom, type PlanRequest, type PlannedChange } from './planning.ts';
import type { Session } from './session.ts';

/** The playbook as the world was before a run, for opening a session to take the run back. */
export function playbookBeforeRun(playbook: Playbook, past: PastRun): Playbook {
  const { account, region, arn } = past.identity;
  const scope = { account, region, partition: arn.split(':')[1] ?? 'aws', playbook: playbook.metadata.name };
  return playbookBefore({ playbook, past, types: playbook.types, scope }).playbook;
}

/** A plan that takes a run back, and the session by whose playbook it has to be executed. */
export interface PlannedUndo extends PlannedChange {
  readonly session: Session;
}

/**
 * Plans the inverse of a run. Pure.
 *
 * @param session opened with `playbookBeforeRun`
 * @param playbook as it was read
 */
export function planUndo(
  session: Session,
  assessed: Assessed,
  playbook: Playbook,
  past: PastRun,
  request: Pick<PlanRequest, 'excluded' | 'accepted' | 'allowDowntime'> & { readonly known?: Known } = {},
): PlannedUndo {
  const { graph, types } = session;
  const { scope } = session.observeContext;
  const inputs = { playbook, graph, past, types, scope, observations: assessed.observations };
  const undo = undoOf(inputs);
  const before: Session = { ...session, playbook: undo.playbook };
  const { known, ...asked } = request;
  const assessments = withProven(assess(undo.playbook, graph, assessed.observations, types, known), undo.proven);
  const judged: Assessed = { ...assessed, assessments };
  const plan = planFrom(before, judged, { ...asked, kind: 'undo', goals: undo.goals });
  return { plan: { ...plan, undoes: undoneBy(plan, undo, inputs) }, session: before, assessed: judged };
}

/**
 * Looks at what a plan that takes a run back would take with it, be refused and need, as `planChange` does. Changes nothing.
 *
 * @param drafts the plan as it was asked for, and the same with all accepted
 */
export async function lookBeforeUndo(
  assessed: Assessed,
  drafts: readonly [PlannedUndo, ...PlannedUndo[]],
): Promise<Assessed> {
  const [{ session, plan }] = drafts;
  const plans = drafts.map((each) => each.plan);
  return lookBehind(session, await lookAhead(session, assessed, plans), plan);
}

/** What a run wrote down that it left is proven to be its own, unless another playbook is known to have written it since. */
function withProven(assessments: Assessments, proven: ReadonlySet<string>): Assessments {
  const judged = [...assessments].map(([id, each]): [string, Assessment] => {
    if (!proven.has(id)) return [id, each];
    return [
      id,
      { ...each, reasons: each.reasons.filter(({ kind, owner }) => kind !== 'unproven' || owner !== undefined) },
    ];
  });
  return new Map(judged);
}
