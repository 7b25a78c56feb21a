// What becomes of a component when a run is taken back. The playbook given to the plan says what was before the run.
import type { Assessment } from '../assess/assessment.ts';
import { unreachable } from '../util/unreachable.ts';
import { changeFate, fate, type Fate } from './fate.ts';

/** What is to be done about a piece that the run touched. */
export type UndoGoal =
  /** It was there before the run: as the playbook given to the plan says. */
  | { readonly kind: 'restore'; readonly because: string }
  /** It was not there before the run. */
  | { readonly kind: 'remove'; readonly because: string }
  /** It is not touched, for a reason. */
  | { readonly kind: 'refused'; readonly because: string };

/** @param goal undefined: the run did not touch it */
export function undoFate(assessment: Assessment, goal: UndoGoal | undefined): Fate {
  const { id, verdict } = assessment;
  const why = assessment.reasons[0]?.text ?? '';
  if (goal?.kind === 'refused') return fate('blocked', goal.because, id);
  if (verdict === 'unknown') return fate('blocked', `could not be seen: ${why}`, id);
  if (goal === undefined) return fate('keep', 'the run did not touch it');
  if (verdict === 'foreign') return fate('blocked', `belongs to others: ${why}`, id);
  switch (goal.kind) {
    case 'remove':
      if (!assessment.present) return fate('keep', 'already gone');
      if (assessment.settling === 'going') return fate('wait', why);
      return assessment.protected
        ? fate('blocked', `would have to be deleted (${goal.because}), but is protected`, id)
        : fate('delete', goal.because);
    case 'restore':
      if (!assessment.present) return fate('create', goal.because);
      if (assessment.settling === 'going') return fate('create', `on its way out (${why}): made again after`);
      return assessment.differences.length === 0
        ? fate('keep', 'as before the run')
        : changeFate(assessment, goal.because);
    default:
      return unreachable(goal);
  }
}
