// A file that is there as a whole or not at all, whenever the process or the machine stops.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a text in a file's place: whoever reads it meanwhile sees the old one or the new one. For its owner only, as is a folder
 * that has to be made for it.
 *
 * @throws the file system's error; of the draft, no file is left then as far as it can be taken away
 */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(4).toString('hex')}.draft`;
  putInPlace(openSync(draft, 'wx', 0o600), draft, file, text);
}

/** Writes a draft that was just opened, and gives it the name of the file; nothing of it is left where that fails. */
export function putInPlace(descriptor: number, draft: string, path: string, text: string): void {
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (error) {
    discard(draft);
    throw error;
  }
}

/** Takes a draft away. That this fails is told to nobody: what made the draft useless says more. */
export function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Whatever keeps it there was told of already.
  }
}
