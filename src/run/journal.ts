// The append-only record of a run: a line before and after each mutation, on disk before the next thing happens.
// Writes are synchronous on purpose: nothing may overtake its own journal line.
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isoNow, type Clock } from '../util/clock.ts';
import type { BeforeImage, JournalRecord, RunEvent } from './events.ts';

export interface Journal {
  readonly runId: string;
  /** Where it is kept, for people; null when only in memory. */
  readonly place: string | null;
  /** Returns when the line is safe. */
  readonly record: (event: RunEvent) => void;
  /** Saves a before-image and returns its name, which the `before-image` event carries. */
  readonly saveBeforeImage: (image: BeforeImage) => string;
  readonly close: () => void;
}

/** A run's id: sorts by time, and `salt` keeps two runs of one second apart. */
export function newRunId(clock: Clock, salt: string): string {
  return `${isoNow(clock).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${salt}`;
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
  mkdirSync(join(place, 'before'), { recursive: true, mode: 0o700 });
  const file = openSync(join(place, 'journal.jsonl'), 'ax', 0o600);
  let seq = 0;
  return {
    runId,
    place,
    record: (event) => {
      const record: JournalRecord = { seq: (seq += 1), at: isoNow(clock), ...event };
      writeSync(file, `${JSON.stringify(record)}\n`);
      fsyncSync(file);
      onRecord?.(record);
    },
    saveBeforeImage: (image) => {
      const name = join('before', `${image.step}.json`);
      const descriptor = openSync(join(place, name), 'w', 0o600);
      try {
        writeFileSync(descriptor, `${JSON.stringify(image, null, 2)}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      return name;
    },
    close: () => {
      closeSync(file);
    },
  };
}

/** A journal that is gone with the process: for rehearsals and tests. */
export interface MemoryJournal extends Journal {
  readonly records: readonly JournalRecord[];
  readonly beforeImages: ReadonlyMap<string, BeforeImage>;
}

export function createMemoryJournal(
  runId: string,
  clock: Clock,
  onRecord?: (record: JournalRecord) => void,
): MemoryJournal {
  const records: JournalRecord[] = [];
  const beforeImages = new Map<string, BeforeImage>();
  return {
    runId,
    place: null,
    records,
    beforeImages,
    record: (event) => {
      const record: JournalRecord = { seq: records.length + 1, at: isoNow(clock), ...event };
      records.push(record);
      onRecord?.(record);
    },
    saveBeforeImage: (image) => {
      beforeImages.set(image.step, image);
      return image.step;
    },
    close: () => undefined,
  };
}
