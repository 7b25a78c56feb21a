// Keeps a second server off a state file: each would write over what the other has saved. The claim is a file beside it
// that names the process and when that began: one of a process that is gone holds nobody off, nor does another process
// that has got its number since.
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readRegularText } from '../util/storage-read.ts';

/**
 * Claims a state file for this process.
 *
 * @returns gives it back
 * @throws Error when another process serves it
 */
export function claimStateFile(path: string): () => void {
  const claim = `${path}.lock`;
  const taken = (holder: number): Error =>
    new Error(
      `the sandbox's state file ${path} is served by process ${String(holder)} already; ` +
        `serve another file, or end that one. If it is no sandbox: rm '${claim}'`,
    );
  if (claimedHere.has(claim)) throw taken(process.pid);
  const own = claimText(process.pid);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    for (let round = 0; ; round += 1) {
      try {
        writeFileSync(claim, own, { flag: 'wx', mode: 0o600 });
        break;
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      }
      const found = textOf(claim);
      if (found === undefined) continue;
      const holder = holderIn(found);
      if (holder !== undefined && (isAlive(holder) || round > 0)) throw taken(holder.pid);
      takeAway(claim, found);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw new Error(`cannot save the sandbox's state file ${path}: ${error.message}`, { cause: error });
    }
    throw error;
  }
  claimedHere.add(claim);
  return () => {
    claimedHere.delete(claim);
    try {
      if (readRegularText(claim) === own) rmSync(claim, { force: true });
    } catch (error) {
      // It went with its folder, or cannot be read any more: the process that it names is about to end.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  };
}

/** Claims of this process. */
const claimedHere = new Set<string>();

/** A process, and when it began in the system's own measure; undefined where the system does not say. */
interface Holder {
  readonly pid: number;
  readonly began: string | undefined;
}

function claimText(pid: number): string {
  const began = beginningOf(pid);
  return began === undefined ? String(pid) : `${String(pid)} ${began}`;
}

/** @returns undefined when it names no process */
function holderIn(text: string): Holder | undefined {
  const [number, began] = text.trim().split(' ');
  const pid = Number(number);
  return Number.isSafeInteger(pid) && pid > 0 ? { pid, began } : undefined;
}

function textOf(claim: string): string | undefined {
  try {
    return readRegularText(claim);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Moved aside before it is deleted: what another process has put there meanwhile is put back. */
function takeAway(claim: string, found: string): void {
  const aside = `${claim}.${String(process.pid)}`;
  try {
    renameSync(claim, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    if (readRegularText(aside) !== found) linkSync(aside, claim);
  } finally {
    rmSync(aside, { force: true });
  }
}

function isAlive({ pid, began }: Holder): boolean {
  // In a container each start may have the same number; what this process claims is in `claimedHere`.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It lives, and belongs to somebody else.
    if (!isCode(error, 'EPERM')) return false;
  }
  const since = beginningOf(pid);
  return began === undefined || since === undefined || since === began;
}

/** When a process began, in ticks since the machine's start: field 22 of its `stat` [proc(5)]; Linux only. */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readRegularText(`/proc/${String(pid)}/stat`);
    // The second field is the program's name in brackets, which may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
