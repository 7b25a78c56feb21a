// The append-only record of a run: a line before and after each mutation, on disk before the next thing happens.
// Writes are synchronous on purpose: nothing may overtake its own journal line.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { isoNow, type Clock } from '../../util/clock.ts';
import { asStorageFailure, StorageFailure } from '../../util/storage.ts';
import { discard } from '../../util/write-whole.ts';
import { chainedVersion, chainStart, linkTo } from './chain.ts';
import type { BeforeImage, JournalClosing, JournalRecord, RunEvent, SavedImage } from './events.ts';

export interface Journal {
  readonly runId: string;
  /** Where it is kept, for people; null when only in memory. */
  readonly place: string | null;
  /**
   * Returns when the line is safe.
   *
   * @throws StorageFailure when it cannot be: then nothing of it is in the journal, and what it announces must not happen
   */
  readonly record: (event: RunEvent) => void;
  /** Tells an event to those who watch, and writes nothing: for a journal that takes nothing more. */
  readonly unwritten?: (event: RunEvent) => void;
  /** Saves a before-image and returns its name and digest, which the `before-image` event carries. */
  readonly saveBeforeImage: (image: BeforeImage) => SavedImage;
  /** Saves what a step left behind; the `step-settled` event carries the answer. */
  readonly saveAfterImage: (image: BeforeImage) => SavedImage;
  /** Nothing follows. A closing line that cannot be written stays away: what is there is whole without it. */
  readonly close: () => void;
}

/** A run's id: sorts by time, to the millisecond, and `salt` keeps two runs of one millisecond apart. */
export function newRunId(clock: Clock, salt: string): string {
  const [date = '', time = '', milliseconds = ''] = isoNow(clock).split(/[T.Z]/);
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${milliseconds}${salt}`;
}

/**
 * A journal in `<directory>/<runId>/journal.jsonl`, readable by its owner only.
 *
 * @param onRecord told each line after it is on disk, for live progress
 */
export function openFileJournal(
  directory: string,
  runId: string,
  clock: Clock,
  onRecord?: (record: JournalRecord) => void,
): Journal {
  const place = join(directory, runId);
  const made = mkdirSync(place, { recursive: true, mode: 0o700 }) ?? place;
  for (const folder of ['before', 'after']) mkdirSync(join(place, folder), { recursive: true, mode: 0o700 });
  const path = join(place, 'journal.jsonl');
  const file = openSync(path, 'ax', 0o600);
  syncFolders(resolve(place), dirname(resolve(made)));
  const append = appender(file, path);
  let seq = 0;
  /** Events that were told and not written: they take no number of the chain. */
  let told = 0;
  let digest = chainStart(runId);
  /** The record is one only when its line is on disk: a line that failed leaves its number and its place in the chain. */
  const write = (body: JournalRecord | JournalClosing): void => {
    const link = linkTo(digest, JSON.stringify(body));
    append(`${link.line}\n`);
    seq += 1;
    digest = link.digest;
  };
  return {
    runId,
    place,
    record: (event) => {
      const record: JournalRecord = { seq: seq + 1, at: isoNow(clock), ...inChain(event) };
      write(record);
      onRecord?.(record);
    },
    unwritten: (event) => {
      onRecord?.({ seq: seq + (told += 1), at: isoNow(clock), ...event });
    },
    saveBeforeImage: (image) => saveImage(place, 'before', image),
    saveAfterImage: (image) => saveImage(place, 'after', image),
    close: () => {
      try {
        if (seq > 0) write({ seq: seq + 1, at: isoNow(clock), type: 'journal-closed', records: seq, head: digest });
      } catch (error) {
        if (!(error instanceof StorageFailure)) throw error;
      } finally {
        closeQuietly(file);
      }
    },
  };
}

/** Each line was on disk when it was written: what a system says of the file at its end changes nothing. */
function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** What tells a reader, on the first line, that each one has to be chained. */
function inChain(event: RunEvent): RunEvent {
  return event.type === 'run-started' ? { ...event, version: chainedVersion } : event;
}

/**
 * Appends whole lines to a file. A line that fails is cut back, so that the next one never follows half a line; where it
 * cannot be cut back either, the file takes nothing more.
 */
function appender(file: number, path: string): (text: string) => void {
  let length = 0;
  let broken: Error | undefined;
  return (text) => {
    if (broken !== undefined) throw broken;
    // A file that was removed takes lines still, and nobody will ever read them.
    if (fstatSync(file).nlink === 0) throw new StorageFailure('ENOENT', path);
    const bytes = Buffer.from(text);
    try {
      writeWhole(file, bytes);
      fsyncSync(file);
    } catch (error) {
      const failure = asStorageFailure(error, path);
      try {
        ftruncateSync(file, length);
        fsyncSync(file);
      } catch {
        broken = failure;
      }
      throw failure;
    }
    length += bytes.length;
  };
}

/** The system may take less at once than it is given, as on a disk that is nearly full. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    const taken = writeSync(descriptor, bytes, written);
    // Nothing taken and no reason given: asking on and on would never end.
    if (taken === 0) throw Object.assign(new Error('the system takes no more'), { code: 'EIO' });
    written += taken;
  }
}

/** Each folder from the innermost one up to the one that was there before. */
function syncFolders(innermost: string, outermost: string): void {
  for (let folder = innermost; ; folder = dirname(folder)) {
    syncFolder(folder);
    if (folder === outermost || folder === dirname(folder)) return;
  }
}

/** What a file system answers that keeps its folders safe in its own way, and who may not read the folder. */
const cannotSync: ReadonlySet<unknown> = new Set(['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']);

/** A file is there after a power cut only when its folder is on disk too [fsync(2)]. Windows has no such call. */
function syncFolder(folder: string): void {
  if (sep !== '/') return;
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!cannotSync.has((error as { code?: unknown }).code)) throw error;
  }
}

/** For its owner only, and never over an older one: what was there first is what counts. */
function saveImage(place: string, folder: 'before' | 'after', image: BeforeImage): SavedImage {
  let file = join(folder, `${image.step}.json`);
  for (let copy = 2; existsSync(join(place, file)); copy += 1) file = join(folder, `${image.step}.${copy}.json`);
  const text = imageText(image);
  const path = join(place, file);
  try {
    const descriptor = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } catch (error) {
      // Half an image is none, and would keep its name from a further try.
      discard(path);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    syncFolder(join(place, folder));
  } catch (error) {
    throw asStorageFailure(error, path);
  }
  return { file, digest: imageDigest(text) };
}

function imageText(image: BeforeImage): string {
  return `${JSON.stringify(image, null, 2)}\n`;
}

/** What ties an image to its journal. */
export function imageDigest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A journal that is gone with the process: for rehearsals and tests. */
export interface MemoryJournal extends Journal {
  readonly records: readonly JournalRecord[];
  /** By step; a further one of the same step under `<step>.2`, as in files. */
  readonly beforeImages: ReadonlyMap<string, BeforeImage>;
  readonly afterImages: ReadonlyMap<string, BeforeImage>;
}

export function createMemoryJournal(
  runId: string,
  clock: Clock,
  onRecord?: (record: JournalRecord) => void,
): MemoryJournal {
  const records: JournalRecord[] = [];
  const beforeImages = new Map<string, BeforeImage>();
  const afterImages = new Map<string, BeforeImage>();
  const keep = (folder: string, images: Map<string, BeforeImage>, image: BeforeImage): SavedImage => {
    let name = image.step;
    for (let copy = 2; images.has(name); copy += 1) name = `${image.step}.${copy}`;
    images.set(name, image);
    return { file: `${folder}/${name}`, digest: imageDigest(imageText(image)) };
  };
  return {
    runId,
    place: null,
    records,
    beforeImages,
    afterImages,
    record: (event) => {
      const record: JournalRecord = { seq: records.length + 1, at: isoNow(clock), ...event };
      records.push(record);
      onRecord?.(record);
    },
    saveBeforeImage: (image) => keep('before', beforeImages, image),
    saveAfterImage: (image) => keep('after', afterImages, image),
    close: () => undefined,
  };
}

/** As far as it has come: nothing can be added. */
export function copyOfJournal(journal: MemoryJournal): MemoryJournal {
  const { afterImages, beforeImages, records } = journal;
  const over = (): never => {
    throw new Error('Internal error: the copy of a journal takes nothing more');
  };
  return {
    runId: journal.runId,
    place: null,
    records: [...records],
    beforeImages: new Map(beforeImages),
    afterImages: new Map(afterImages),
    record: over,
    saveBeforeImage: over,
    saveAfterImage: over,
    close: () => undefined,
  };
}
