// What becomes of a component when a run is taken back. The playbook given to the plan says what was before the run.
import type { Assessment } from '../assess/assessment.ts';
import { unreachable } from '../util/unreachable.ts';
import { changeDecision, decision, type Decision, type UndoGoal } from './decision.ts';

/** @param goal undefined: the run did not touch it */
export function undoDecision(assessment: Assessment, goal: UndoGoal | undefined): Decision {
  const { id, verdict } = assessment;
  const why = assessment.reasons[0]?.text ?? '';
  if (goal?.kind === 'refused') return decision('blocked', goal.because, id);
  if (verdict === 'unknown') return decision('blocked', `could not be seen: ${why}`, id);
  if (goal === undefined) return decision('keep', 'the run did not touch it');
  if (verdict === 'foreign') return decision('blocked', `belongs to others: ${why}`, id);
  switch (goal.kind) {
    case 'remove':
      if (!assessment.present) return decision('keep', 'already gone');
      if (assessment.settling === 'going') return decision('wait', why);
      return assessment.protected
        ? decision('blocked', `would have to be deleted (${goal.because}), but is protected`, id)
        : decision('delete', goal.because);
    case 'restore':
      if (!assessment.present) return decision('create', goal.because);
      if (assessment.settling === 'going') return decision('create', `on its way out (${why}): made again after`);
      return assessment.differences.length === 0
        ? decision('keep', 'as before the run')
        : changeDecision(assessment, goal.because);
    default:
      return unreachable(goal);
  }
}
