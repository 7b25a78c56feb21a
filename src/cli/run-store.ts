// Past runs in the state directory: their journals as they are on disk.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal, type ReadJournal, type RunStarted } from '../run/read-journal.ts';
import { exitCodes, UserError } from './exit.ts';

/** A run's folder and what its journal says. */
export interface StoredRun {
  readonly runId: string;
  /** The run's folder. */
  readonly place: string;
  readonly journal: ReadJournal;
}

/** @param directory `.relight/runs`; a missing one holds no runs. Oldest first. */
export function storedRuns(directory: string): readonly StoredRun[] {
  return runIdsIn(directory).map((runId) => readRun(directory, runId));
}

/** Names of the runs, oldest first, without reading them. */
export function runIdsIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map((each) => each.name)
    .sort();
}

export function readRun(directory: string, runId: string): StoredRun {
  const place = join(directory, runId);
  const file = join(place, 'journal.jsonl');
  // A run that was cut off between making its folder and its journal.
  const journal = existsSync(file) ? readJournal(readFileSync(file, 'utf8')) : ({ kind: 'empty' } as const);
  return { runId, place, journal };
}

/** How a run began, for one whose journal is damaged further down; undefined when that cannot be read either. */
export function beginningOf({ place }: StoredRun): RunStarted | undefined {
  const content = readFileSync(join(place, 'journal.jsonl'), 'utf8');
  const begun = readJournal(content.slice(0, content.indexOf('\n') + 1));
  return begun.kind === 'sound' ? begun.records[0] : undefined;
}

/**
 * The run that is meant: its id, the beginning of one, or `last`.
 *
 * @throws UserError when there is none, or several
 */
export function findRun(directory: string, name: string): StoredRun {
  const ids = runIdsIn(directory);
  const last = ids.at(-1);
  if (name === 'last' && last !== undefined) return readRun(directory, last);
  const meant = ids.includes(name) ? [name] : ids.filter((each) => each.startsWith(name));
  const [runId, ...others] = meant;
  if (runId !== undefined && others.length === 0) return readRun(directory, runId);
  throw new UserError(
    runId === undefined
      ? `no run ${name} in ${directory}; list them: relight runs list`
      : `${name} may be any of ${meant.join(', ')}: give more of it`,
    exitCodes.error,
  );
}

/** Why a journal cannot be used, and what to do; undefined when it can. */
export function journalTrouble({ runId, place, journal }: StoredRun): string | undefined {
  switch (journal.kind) {
    case 'sound':
      return undefined;
    case 'empty':
      return `run ${runId} ended before it wrote anything: it changed nothing`;
    case 'damaged':
      return (
        `${join(place, 'journal.jsonl')}:${journal.line}: ${journal.reason}. The journal of run ${runId} is not used; ` +
        'its before-images are in the folder beside it'
      );
  }
}
