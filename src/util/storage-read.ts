// Reading files that others may have put something else in the place of: a pipe would be waited for without an end, and deaf
// to every signal, a device read without an end. A structural rule of the linter holds that nothing else reads whole files.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';

/** Whatever is larger is none of relight's, and is not read into memory. */
export const largestFile = 64 * 1024 * 1024;
/** A long run's journal, and a sandbox's world. */
export const largestRecord = 512 * 1024 * 1024;

/** What is no file, or larger than a file of its kind is. Looks like an error of the system: it has a path and a code. */
export class UnusableFile extends Error {
  readonly code: 'a pipe' | 'a device' | 'a socket' | 'no file' | 'too large';
  readonly path: string;

  constructor(code: UnusableFile['code'], path: string) {
    super(`${path} ${code === 'too large' ? 'is larger than any file of its kind' : `is ${code}`}`);
    this.name = 'UnusableFile';
    this.code = code;
    this.path = path;
  }
}

/**
 * The content of a regular file, never of anything else, also at the end of symbolic links.
 *
 * @throws UnusableFile when it is none, or larger than `most`; otherwise what the system says
 */
export function readRegularFile(path: string, most = largestFile): Buffer {
  return withRegularFile(path, (descriptor, { size }) => readWhole(descriptor, size, most, path));
}

/** The text of a regular file. */
export function readRegularText(path: string, most = largestFile): string {
  return readRegularFile(path, most).toString('utf8');
}

/** Opens a regular file to read of it; never waits for who would write into a pipe. */
export function withRegularFile<Result>(path: string, read: (descriptor: number, stats: Stats) => Result): Result {
  // Windows knows neither flag.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK || 0) | (constants.O_NOCTTY || 0));
  try {
    const stats = fstatSync(descriptor);
    const kind = kindOf(stats);
    if (kind !== undefined) throw new UnusableFile(kind, path);
    return read(descriptor, stats);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The content of what the user names on the command line, which may be a pipe, as `<(...)` of a shell; never more of it
 * than `most`.
 *
 * @throws UnusableFile when there is more; otherwise what the system says
 */
export function readNamedFile(path: string, most = largestFile): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    return readWhole(descriptor, fstatSync(descriptor).size, most, path);
  } finally {
    closeSync(descriptor);
  }
}

/** A folder is told by the system as soon as it is read. */
function kindOf(stats: Stats): UnusableFile['code'] | undefined {
  if (stats.isFile() || stats.isDirectory()) return undefined;
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'a device';
  return stats.isSocket() ? 'a socket' : 'no file';
}

/** @param size as the system tells it: 0 for what has none, and a file may grow while it is read */
function readWhole(descriptor: number, size: number, most: number, path: string): Buffer {
  if (size > most) throw new UnusableFile('too large', path);
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = Buffer.allocUnsafe(length < size ? size - length + 1 : 64 * 1024);
    const read = readSync(descriptor, part);
    if (read === 0) return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, length);
    parts.push(part.subarray(0, read));
    length += read;
    if (length > most) throw new UnusableFile('too large', path);
  }
}
