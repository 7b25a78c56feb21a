// Notices that wait, as files in the state directory: written and on disk before the first attempt, gone after the receiver has
// taken them. A folder for each receiver, a file for each message, in the order of their numbers. No secret is in them.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRegularText } from '../../util/storage-read.ts';
import { asStorageFailure } from '../../util/storage.ts';
import { putInPlace } from '../../util/write-whole.ts';
import type { Notice } from '../notice.ts';
import { storedSchema, type Stored } from './stored.ts';

/** A message that waits. */
export interface Spooled extends Stored {
  /** Null: it could not be written down, and is in this process alone. */
  readonly file: string | null;
}

/** A file that is no message of this receiver's any more, and where it was put. */
export interface Damaged {
  readonly file: string;
  readonly why: string;
}

export interface Waiting {
  /** In order. */
  readonly entries: readonly Spooled[];
  readonly damaged: readonly Damaged[];
}

export interface Spool {
  readonly directory: string;
  /**
   * Writes a message down. The same id twice for one receiver is one message.
   *
   * @param at ISO 8601
   * @throws StorageFailure when it cannot be
   */
  readonly put: (receiver: string, notice: Notice, at: string) => Spooled;
  /** What waits for a receiver. What is damaged is set aside. @throws StorageFailure when the folder cannot be read */
  readonly waiting: (receiver: string) => Waiting;
  /** Writes down what became of an attempt, or that one begins. @throws StorageFailure */
  readonly update: (entry: Spooled, change: Partial<Stored>) => Spooled;
  /** The receiver has it. @throws StorageFailure */
  readonly remove: (entry: Spooled) => void;
  /** Keeps it where it holds up nothing. Returns its new place. @throws StorageFailure */
  readonly setAside: (entry: Spooled, why: string) => string;
  /** What was set aside. @throws StorageFailure */
  readonly aside: (receiver: string) => readonly Spooled[];
  /** Puts what was set aside back to the end. @throws StorageFailure */
  readonly takeBack: (entry: Spooled, at: string) => Spooled;
  /** Receivers with a folder, those that no file names any more too. @throws StorageFailure */
  readonly receivers: () => readonly string[];
}

const asideFolder = 'aside';

/** @param directory `.relight/notices` */
export function openSpool(directory: string): Spool {
  const folderOf = (receiver: string): string => join(directory, receiver);
  const put = (receiver: string, notice: Notice, at: string): Spooled => {
    const folder = folderOf(receiver);
    makeFolder(folder);
    const names = namesIn(folder);
    const there = names.find((each) => each.endsWith(`-${notice.id}.json`));
    const known = there === undefined ? undefined : readEntry(join(folder, there), receiver);
    if (known?.kind === 'sound') return known.entry;
    const last = Math.max(
      0,
      ...[...names, ...namesIn(join(folder, asideFolder))].map((each) => Number.parseInt(each, 10)),
    );
    const file = join(folder, `${String(last + 1).padStart(12, '0')}-${notice.id}.json`);
    const stored: Stored = {
      version: 1,
      kind: 'relight/notice',
      receiver,
      spooledAt: at,
      attempts: 0,
      underWay: false,
      mayHaveArrived: false,
      notBefore: null,
      why: null,
      notice,
    };
    write(file, stored);
    return { ...stored, file };
  };
  return {
    directory,
    put: (...words) => stored(directory, () => put(...words)),
    waiting: (receiver) =>
      stored(directory, () => {
        const folder = folderOf(receiver);
        const damaged: Damaged[] = [];
        const entries = namesIn(folder).flatMap((name): readonly Spooled[] => {
          const read = readEntry(join(folder, name), receiver);
          if (read.kind === 'sound') return [read.entry];
          // Another process has sent it meanwhile.
          if (read.kind === 'gone') return [];
          damaged.push({ file: move(join(folder, name), join(folder, asideFolder, name)), why: read.why });
          return [];
        });
        return { entries, damaged };
      }),
    update: ({ file, ...entry }, change) =>
      stored(directory, () => {
        const next = { ...entry, ...change };
        if (file !== null) write(file, next);
        return { ...next, file };
      }),
    remove: ({ file }) => {
      if (file === null) return;
      stored(directory, () => {
        rmSync(file, { force: true });
        syncFolder(dirname(file));
      });
    },
    setAside: ({ file, ...entry }, why) =>
      stored(directory, () => {
        if (file === null) return directory;
        const place = join(dirname(file), asideFolder, file.slice(dirname(file).length + 1));
        write(file, { ...entry, underWay: false, why });
        return move(file, place);
      }),
    aside: (receiver) =>
      stored(directory, () => {
        const folder = join(folderOf(receiver), asideFolder);
        return namesIn(folder).flatMap((name) => {
          const read = readEntry(join(folder, name), receiver);
          return read.kind === 'sound' ? [read.entry] : [];
        });
      }),
    takeBack: ({ file, notice, receiver }, at) =>
      stored(directory, () => {
        const back = put(receiver, notice, at);
        if (file !== null) rmSync(file, { force: true });
        return back;
      }),
    receivers: () =>
      stored(directory, () =>
        listed(directory)
          .filter((each) => each.isDirectory())
          .map((each) => each.name)
          .sort(),
      ),
  };
}

/** What the system says of the disk, as a failure of the storage. */
function stored<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw asStorageFailure(error, directory);
  }
}

type Read =
  | { readonly kind: 'sound'; readonly entry: Spooled }
  | { readonly kind: 'gone' }
  | { readonly kind: 'damaged'; readonly why: string };

function readEntry(file: string, receiver: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(readRegularText(file));
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'damaged', why: 'it is no JSON' };
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'gone' };
    throw error;
  }
  const parsed = storedSchema.safeParse(value);
  if (!parsed.success) return { kind: 'damaged', why: 'it is no notice of this version' };
  if (parsed.data.receiver !== receiver) return { kind: 'damaged', why: 'it is of another receiver' };
  return { kind: 'sound', entry: { ...parsed.data, file } };
}

/** Names of messages, in order. */
function namesIn(folder: string): readonly string[] {
  return listed(folder)
    .filter((each) => each.isFile() && /^\d{12}-[A-Za-z0-9_-]+\.json$/.test(each.name))
    .map((each) => each.name)
    .sort();
}

function listed(folder: string): readonly { readonly name: string; isFile(): boolean; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** As a whole or not at all, and on disk when it returns. */
function write(file: string, content: Stored): void {
  const draft = join(dirname(file), `draft-${randomBytes(6).toString('hex')}`);
  putInPlace(openSync(draft, 'wx', 0o600), draft, file, `${JSON.stringify(content)}\n`);
  syncFolder(dirname(file));
}

function move(from: string, to: string): string {
  makeFolder(dirname(to));
  renameSync(from, to);
  syncFolder(dirname(to));
  syncFolder(dirname(from));
  return to;
}

function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let each = folder; each.length >= dirname(first).length && each !== dirname(each); each = dirname(each))
    syncFolder(each);
}

/** That a name stands in a folder is on disk, too. Windows has no such call, and keeps names by itself. */
function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'EPERM')) return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
