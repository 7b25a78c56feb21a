// Runs in the state directory of which no journal tells the end.
import type { LeftoverRun } from '../doctor/findings.ts';
import { storedRuns } from './run-store.ts';

/** @param directory `.relight/runs`; a missing one holds no runs */
export function leftoverRuns(directory: string): readonly LeftoverRun[] {
  const runs = storedRuns(directory);
  const goneOnWith = new Set(
    runs.flatMap(({ journal }) => (journal.kind === 'sound' ? [journal.records[0].plan.resumes?.run] : [])),
  );
  return runs.flatMap(({ runId, journal }): readonly LeftoverRun[] => {
    if (journal.kind !== 'sound') return [{ run: runId, playbook: null }];
    if (goneOnWith.has(runId) || journal.records.some((each) => each.type === 'run-finished')) return [];
    return [{ run: runId, playbook: journal.records[0].plan.playbook.name }];
  });
}
