// relight runs verify: is what runs left on disk as they wrote it? Journals by their chain, images by the journal.
import { join } from 'node:path';
import { integrityText } from '../../report/integrity-text.ts';
import { table, type Paint } from '../../report/paint.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { readImage, type ImageMention } from '../../run/journal/images.ts';
import type { RunStarted } from '../../run/journal/read-journal.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { unreachable } from '../../util/unreachable.ts';
import { count } from '../../util/words.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { findRun, journalTrouble, storedRuns, type StoredRun } from '../state/run-store.ts';
import type { RunsOptions } from './runs.ts';
import { stateDirectoryOf } from '../place/session.ts';

type Verdict =
  /** All of it is as it was written, and nothing is missing. */
  | 'verified'
  /** What is there is as it was written; the run is going on, was cut off, or its end was. */
  | 'open'
  /** From relight 0.1.0. */
  | 'not-verified'
  | 'empty'
  | 'damaged'
  | 'unreadable';

interface Verified {
  readonly runId: string;
  readonly verdict: Verdict;
  /** For people. */
  readonly detail: string;
  /** Digest of the last line; null where there is none that is sure. */
  readonly head: string | null;
  /** Where the journal is damaged: lines count from 1, bytes from 0. */
  readonly line: number | null;
  readonly byte: number | null;
  readonly images: { readonly checked: number; readonly troubles: readonly string[] };
}

/** @param name a run as `runs show` takes it, or `all` */
export function runsVerify(name: string, options: RunsOptions, io: Io): ExitCode {
  const directory = join(stateDirectoryOf(options, io), 'runs');
  const runs = (name === 'all' ? storedRuns(directory) : [findRun(directory, name)]).map(verified);
  if (options.json === true) {
    io.out(jsonText({ version: 1, directory, runs }));
    return exitCodeOf(runs);
  }
  const paint = paintFor(io, options.color, io.outIsTerminal);
  if (runs.length === 0) io.out(linesText([`no runs in ${directory}`]));
  for (const line of table(runs.map((run) => lineOf(run, paint)))) io.out(linesText([line]));
  for (const { images } of runs)
    for (const trouble of images.troubles) io.out(linesText([`${paint.bad('image')} ${trouble}`]));
  return exitCodeOf(runs);
}

/** 1: something was changed since; 4: whether it was cannot be told of all. */
function exitCodeOf(runs: readonly Verified[]): ExitCode {
  if (runs.some((each) => each.verdict === 'damaged')) return exitCodes.error;
  const isSure = runs.every((each) => each.verdict === 'verified' || each.verdict === 'empty');
  return isSure ? exitCodes.fine : exitCodes.incomplete;
}

function verified(run: StoredRun): Verified {
  const { journal, runId } = run;
  const none = { runId, head: null, line: null, byte: null, images: { checked: 0, troubles: [] } };
  switch (journal.kind) {
    case 'empty':
      return { ...none, verdict: 'empty', detail: 'it ended before it wrote anything' };
    case 'unreadable':
      return { ...none, verdict: 'unreadable', detail: journalTrouble(run) ?? '' };
    case 'damaged': {
      const { byte, line, reason } = journal;
      return { ...none, verdict: 'damaged', detail: `journal.jsonl:${line} (byte ${byte}): ${reason}`, line, byte };
    }
    case 'sound': {
      const { integrity, records, torn } = journal;
      const images = imagesOf(run, records);
      const head = integrity.kind === 'chained' ? integrity.head : null;
      const words = integrityText(integrity);
      const tear = torn ? '; its last line was cut off while it was written' : '';
      const broken = images.troubles.length;
      if (broken > 0) {
        const detail = `${words}${tear}; ${count(broken, 'image')} of ${images.checked} cannot be used`;
        return { ...none, verdict: 'damaged', detail, head, images };
      }
      const closed = integrity.kind === 'chained' && integrity.closed;
      const verdict = integrity.kind === 'unchained' ? 'not-verified' : closed ? 'verified' : 'open';
      return { ...none, verdict, detail: `${words}${tear}`, head, images };
    }
    default:
      return unreachable(journal);
  }
}

function imagesOf(
  { place }: StoredRun,
  records: readonly [RunStarted, ...JournalRecord[]],
): { readonly checked: number; readonly troubles: readonly string[] } {
  const [{ plan, runId }] = records;
  const componentOf = new Map(plan.steps.map((step) => [step.id, step.component]));
  const mentions = records.flatMap((record): readonly ImageMention[] => {
    if (record.type !== 'before-image' && record.type !== 'step-settled') return [];
    const { step } = record;
    const image = record.type === 'before-image' ? record : record.after;
    if (image === undefined) return [];
    return [{ runId, step, component: componentOf.get(step) ?? '', file: image.file, digest: image.digest }];
  });
  const troubles = mentions.flatMap((mention) => {
    const read = readImage(place, mention);
    return read.kind === 'sound' ? [] : [read.trouble];
  });
  return { checked: mentions.length, troubles };
}

function lineOf({ detail, images, runId, verdict }: Verified, paint: Paint): readonly string[] {
  const checked = images.checked === 0 ? '' : `, ${count(images.checked, 'image')}`;
  switch (verdict) {
    case 'verified':
      return [runId, paint.good(verdict), `${withoutVerdict(detail)}${checked}`];
    case 'open':
      return [runId, paint.warn(verdict), `${detail}${checked}`];
    case 'not-verified':
      return [runId, paint.warn(verdict), `${withoutVerdict(detail)}${checked}`];
    case 'empty':
      return [runId, paint.dim(verdict), detail];
    case 'damaged':
    case 'unreadable':
      return [runId, paint.bad(verdict), detail];
    default:
      return unreachable(verdict);
  }
}

/** The verdict stands before it already. */
function withoutVerdict(detail: string): string {
  return detail.replace(/^(?:not )?verified[,:] /, '');
}
