// Past runs in the state directory: their journals as they are on disk.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJournal, type ReadJournal, type RunStarted } from '../../run/journal/read-journal.ts';
import { largestRecord, readRegularFile } from '../../util/storage-read.ts';
import { exitCodes, UserError } from '../exit.ts';
import { cannotRead, fileErrorCode, isMissing } from './state-files.ts';

/** What a run's journal says. */
export type StoredJournal =
  | ReadJournal
  /** It may say anything: the file, or its folder, does not let itself be read. `code` is the system's, as EACCES. */
  | { readonly kind: 'unreadable'; readonly code: string; readonly trouble: string };

/** A run's folder and what its journal says. */
export interface StoredRun {
  readonly runId: string;
  /** The run's folder. */
  readonly place: string;
  readonly journal: StoredJournal;
}

/** @param directory `.relight/runs`; a missing one holds no runs. Oldest first. */
export function storedRuns(directory: string): readonly StoredRun[] {
  return runIdsIn(directory).map((runId) => readRun(directory, runId));
}

/**
 * Names of the runs, oldest first, without reading them.
 *
 * @throws UserError when the folder cannot be read: whether it holds runs is not known then
 */
export function runIdsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((each) => each.isDirectory())
      .map((each) => each.name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(cannotRead(error, directory, dirname(directory)));
  }
}

export function readRun(directory: string, runId: string): StoredRun {
  const place = join(directory, runId);
  return { runId, place, journal: journalIn(place, runId) };
}

function journalIn(place: string, runId: string): StoredJournal {
  let reading = join(place, 'journal.jsonl');
  try {
    const journal = readJournal(bytesOf(reading));
    if (journal.kind !== 'empty') return isElsewhere(journal, runId) ?? journal;
    for (const folder of ['before', 'after']) {
      reading = join(place, folder);
      if (holdsSomething(reading)) return emptied;
    }
    return journal;
  } catch (error) {
    return { kind: 'unreadable', code: fileErrorCode(error), trouble: cannotRead(error, reading, place) };
  }
}

/** A chained journal is that of one run: in the folder of another it tells what was never done there. */
function isElsewhere(journal: ReadJournal, runId: string): StoredJournal | undefined {
  if (journal.kind !== 'sound' || journal.integrity.kind === 'unchained') return undefined;
  const [first] = journal.records;
  if (first.runId === runId) return undefined;
  return { kind: 'damaged', line: 1, byte: 0, reason: `it is the journal of run ${first.runId}: it was moved here` };
}

/** A run writes images only after the first lines of its journal: it did something, and what it did is lost. */
const emptied: StoredJournal = {
  kind: 'damaged',
  line: 1,
  byte: 0,
  reason: 'nothing is there, but images of what the run changed are beside it: the journal was emptied or removed',
};

/** A run that was cut off between making its folder and its journal has none. */
function bytesOf(file: string): Uint8Array {
  try {
    return readRegularFile(file, largestRecord);
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
}

function holdsSomething(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** How a run began, whatever its journal says further down; undefined when that cannot be read either. */
export function beginningOf({ place }: Pick<StoredRun, 'place'>): RunStarted | undefined {
  const content = bytesOf(join(place, 'journal.jsonl'));
  const begun = readJournal(content.subarray(0, content.indexOf(10) + 1));
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
    case 'unreadable':
      return `${journal.trouble}. What run ${runId} did is not known until then`;
  }
}
