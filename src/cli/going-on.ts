// Which unfinished run a command goes on with.
import { join } from 'node:path';
import type { PlanKind } from '../plan/plan.ts';
import { unfinishedRun, type UnfinishedRun } from '../run/unfinished.ts';
import type { Io } from './io.ts';
import { journalTrouble, readRun, runIdsIn } from './run-store.ts';
import type { CliSession } from './session.ts';

/** A run that was left alone for longer than this is history: what it made is what is there. */
const longestPause = 24 * 60 * 60_000;

/**
 * The last run of this service in this place, when it was of the same kind and did not reach its end. A journal that is
 * damaged or cannot be read is told and not used.
 */
export function runToGoOnWith(
  { session, place, stateDirectory }: CliSession,
  kind: PlanKind,
  io: Io,
): UnfinishedRun | undefined {
  const directory = join(stateDirectory, 'runs');
  const { playbook, identity, viewpoint } = session;
  for (const runId of runIdsIn(directory).toReversed()) {
    const run = readRun(directory, runId);
    const { journal } = run;
    if (journal.kind === 'damaged' || journal.kind === 'unreadable') io.err(`warning: ${journalTrouble(run) ?? ''}\n`);
    if (journal.kind !== 'sound') continue;
    const [first] = journal.records;
    const { plan } = first;
    if (plan.playbook.name !== playbook.metadata.name || first.sandbox !== place.sandbox) continue;
    if (plan.identity.account !== identity.account || plan.identity.region !== identity.region) continue;
    const left = unfinishedRun(journal.records);
    if (left?.strategy !== kind || viewpoint.clock.now() - left.startedAt > longestPause) return undefined;
    return left;
  }
  return undefined;
}
