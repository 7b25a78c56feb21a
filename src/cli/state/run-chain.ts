// Runs that belong together, from their journals: one that did not reach its end, and those that went on with it.
import { changesMadeIn, type Records } from '../../undo/changes-made.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { journalTrouble, storedRuns, type StoredRun } from './run-store.ts';

/**
 * The journals that can be read: of any other nobody knows what it is about.
 *
 * @param io is told of the others; undefined: nobody is
 */
export function readableIn(directory: string, io?: Pick<Io, 'err'>): readonly Records[] {
  return storedRuns(directory).flatMap((run) => {
    const { journal } = run;
    if (journal.kind === 'sound') return [journal.records];
    if (journal.kind !== 'empty') io?.err(`warning: ${journalTrouble(run) ?? ''}\n`);
    return [];
  });
}

/** @throws UserError for a journal that cannot be trusted */
export function recordsOf(run: StoredRun): Records {
  if (run.journal.kind === 'sound') return run.journal.records;
  throw new UserError(journalTrouble(run) ?? '');
}

/** The run, and before it those that it went on with: to who undoes it, or hands it back, they are one. */
export function chainOf(records: Records, others: readonly Records[]): readonly [...Records[], Records] {
  const before = records[0].plan.resumes?.run;
  if (before === undefined) return [records];
  const found = others.find(([first]) => first.runId === before);
  if (found !== undefined) return [...chainOf(found, others), records];
  throw new UserError(
    `run ${records[0].runId} went on with run ${before}, whose journal cannot be read: what that one did is not known. ` +
      'Put its folder back, and try again',
  );
}

/** The newest run after this one that changed a component's piece in the same place; by component. */
export function changedAfter(
  chain: readonly [...Records[], Records],
  all: readonly Records[],
): ReadonlyMap<string, string> {
  const [first] = chain[chain.length - 1] ?? chain[0];
  const { account, region } = first.plan.identity;
  const later = all.filter(
    ([other]) =>
      other.at > first.at &&
      other.plan.playbook.name === first.plan.playbook.name &&
      other.plan.identity.account === account &&
      other.plan.identity.region === region &&
      other.sandbox === first.sandbox &&
      other.endpoint === first.endpoint,
  );
  return new Map(later.flatMap((each) => [...changesMadeIn([each]).keys()].map((id) => [id, each[0].runId] as const)));
}
