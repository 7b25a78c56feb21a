// Which unfinished run a command goes on with.
import { join } from 'node:path';
import type { PlanKind } from '../../plan/plan.ts';
import type { RunStarted } from '../../run/journal/read-journal.ts';
import { unfinishedRun, type UnfinishedRun } from '../../run/journal/unfinished.ts';
import type { Io } from '../terminal/io.ts';
import { beginningOf, journalTrouble, readRun, runIdsIn } from '../state/run-store.ts';
import { wasHere } from '../state/same-place.ts';
import type { CliSession } from '../place/session.ts';

/** A run that was left alone for longer than this is history: what it made is what is there. */
const longestPause = 24 * 60 * 60_000;

/**
 * The last run of this service in this place, when it was of the same kind and did not reach its end. A journal that is
 * damaged or cannot be read is told and not used; where it is that of the last run, or may be, no older one is gone on
 * with: what it did since is not known.
 */
export function runToGoOnWith(
  { session, place, stateDirectory }: CliSession,
  kind: PlanKind,
  io: Io,
): UnfinishedRun | undefined {
  const directory = join(stateDirectory, 'runs');
  const { playbook, observeContext } = session;
  const isHere = (run: RunStarted): boolean => run.plan.playbook.name === playbook.metadata.name && wasHere(run, place);
  for (const runId of runIdsIn(directory).toReversed()) {
    const run = readRun(directory, runId);
    const { journal } = run;
    if (journal.kind === 'empty') continue;
    const first =
      journal.kind === 'sound' ? journal.records[0] : journal.kind === 'damaged' ? beginningOf(run) : undefined;
    if (first !== undefined && !isHere(first)) continue;
    if (journal.kind !== 'sound') {
      const whose = first === undefined ? 'It may be the last run' : 'It is the last run';
      io.err(
        `warning: ${journalTrouble(run) ?? ''}\n` +
          `${whose} of ${playbook.metadata.name} here, so no earlier run is gone on with: what is there is all that is known\n`,
      );
      return undefined;
    }
    const left = unfinishedRun(journal.records);
    if (left?.strategy !== kind || observeContext.clock.now() - left.startedAt > longestPause) return undefined;
    return left;
  }
  return undefined;
}
