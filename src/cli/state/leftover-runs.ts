// Runs in the state directory of which no journal tells the end.
import type { LeftoverRun } from '../../doctor/findings.ts';
import { journalTrouble, storedRuns } from './run-store.ts';

/**
 * @param directory `.relight/runs`; a missing one holds no runs
 * @throws UserError when it cannot be read
 */
export function leftoverRuns(directory: string): readonly LeftoverRun[] {
  const runs = storedRuns(directory);
  const goneOnWith = new Set(
    runs.flatMap(({ journal }) => (journal.kind === 'sound' ? [journal.records[0].plan.resumes?.run] : [])),
  );
  return runs.flatMap((run): readonly LeftoverRun[] => {
    const { journal, runId } = run;
    if (journal.kind === 'empty') return [];
    if (journal.kind !== 'sound') return [{ kind: 'unread', run: runId, trouble: journalTrouble(run) ?? '' }];
    if (goneOnWith.has(runId) || journal.records.some((each) => each.type === 'run-finished')) return [];
    return [{ kind: 'endless', run: runId, playbook: journal.records[0].plan.playbook.name }];
  });
}
