// Saved plans on disk: the file that `plan --out` writes, and the marker that a plan has been used.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSavedPlan } from '../../plan/saved-check.ts';
import { savedPlanText, type Moved, type SavedPlan } from '../../plan/saved.ts';
import type { Apart } from '../../plan/saved-apart.ts';
import { durationPattern, longestDuration, parseDuration } from '../../playbook/duration.ts';
import { apartLines, movedLines } from '../../report/moved-text.ts';
import { isoNow, type Clock } from '../../util/clock.ts';
import { largestFile, readRegularFile, withRegularFile } from '../../util/storage-read.ts';
import { exitCodes, UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { outFileOf } from '../terminal/out-file.ts';
import { putInPlace } from '../../util/write-whole.ts';
import { runIdsIn } from '../state/run-store.ts';
import { cannotRead, cannotWrite, fileErrorCode, isMissing } from '../state/state-files.ts';
import { shellWord } from '../../util/shell.ts';

export interface SavePlanFlags {
  readonly out?: string;
  readonly planTtl?: string;
}

/** Where a plan is to be kept and for how long it is good; undefined: it is not kept. */
export interface Keeping {
  /** As the user wrote it. */
  readonly file: string;
  readonly path: string;
  /** Milliseconds. */
  readonly ttl: number;
}

const usualTtl = 15 * 60_000;

/** Reads the flags, and makes sure that nothing but a plan would be overwritten before anybody is asked anything. */
export function keepingOf({ out, planTtl }: SavePlanFlags, io: Io): Keeping | undefined {
  if (out === undefined) {
    if (planTtl !== undefined) throw new UserError('--plan-ttl is for a plan that is kept: add --out <file>');
    return undefined;
  }
  const ttl = planTtl === undefined ? usualTtl : parseTtl(planTtl);
  const rules = { only: { what: 'saved plan', is: isSavedPlan }, replaced: true };
  const { path } = outFileOf(out, rules, io);
  return { file: out, path, ttl };
}

function parseTtl(text: string): number {
  const ttl = durationPattern.test(text) ? parseDuration(text) : undefined;
  if (ttl === undefined || ttl <= 0 || ttl > longestDuration) {
    throw new UserError(`--plan-ttl ${text}: expected a duration above 0 and up to a week, such as 15m or 1h30m`);
  }
  return ttl;
}

function isSavedPlan(text: string): boolean {
  return /^\{\s*"kind": "relight\/plan"/.test(text);
}

/** Writes the file whole or not at all, readable by its owner only. */
export function writeSavedPlan({ file, path }: Keeping, saved: SavedPlan): void {
  const draft = `${path}.${saved.id}.tmp`;
  try {
    putInPlace(openSync(draft, 'wx', 0o600), draft, path, savedPlanText(saved));
  } catch (error) {
    throw new UserError(`--out ${file}: ${cannotWrite(error, path)}`);
  }
}

/** Reads a plan's file; refuses one that is not as relight wrote it. */
export function loadSavedPlan(named: NamedPlan, key: string | undefined, io: Io): SavedPlan {
  const result = readSavedPlan(readText(named, io), key);
  if (result.kind === 'refused') throw savedPlanRefusal(named, result.reason, { remedy: result.remedy });
  return result.saved;
}

function readText(named: NamedPlan, io: Io): string {
  const { file } = named;
  const path = pathIn(io, file);
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new UserError(`${file}: is not a file; name a plan that plan --out has written`);
    if (found.size > largestFile) throw new UserError(`${file}: ${found.size} bytes is too large for a saved plan`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readRegularFile(path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof TypeError) throw savedPlanRefusal(named, 'the file is not text: it was damaged');
    throw new UserError(isMissing(error) ? `${file}: no such file` : cannotRead(error, file));
  }
}

/** A plan's file as it was named, with what is needed to type the command that makes it again. */
export interface NamedPlan {
  readonly file: string;
  /** Undefined where neither the command line nor a sound file tells it. */
  readonly playbook: string | undefined;
  /** The options that say where: ` --sandbox` */
  readonly where: string;
}

interface RefusalDetails {
  readonly moved?: readonly Moved[];
  readonly apart?: readonly Apart[];
  /** What to do first. */
  readonly remedy?: string | undefined;
}

/** Says why a saved plan is not run, and what to do. */
export function savedPlanRefusal(
  { file, playbook, where }: NamedPlan,
  reason: string,
  { apart = [], moved = [], remedy }: RefusalDetails = {},
): UserError {
  const first = `refused: saved plan ${file}: ${reason}`;
  const from = playbook === undefined ? '<playbook>' : shellWord(playbook);
  const command = `relight plan ${from} --out ${shellWord(file)}${where}`;
  const again = `Nothing was changed. ${remedy === undefined ? 'Plan' : `${remedy}; or plan`} again: ${command}`;
  const details = {
    reason: first,
    ...(moved.length === 0 ? {} : { moved }),
    ...(apart.length === 0 ? {} : { apart }),
  };
  const lines = [first, ...movedLines(moved), ...apartLines(apart), again];
  return new UserError(lines.join('\n'), exitCodes.refused, details);
}

// --- Once ------------------------------------------------------------------------------------------------------------

function markerOf(stateDirectory: string, saved: SavedPlan): string {
  return join(stateDirectory, 'plans', `${saved.id}.used`);
}

/** Where and when the plan was run before; undefined when it was not. */
export function earlierUse(stateDirectory: string, saved: SavedPlan): string | undefined {
  const run = runOf(join(stateDirectory, 'runs'), saved);
  if (run !== undefined) return `it has been used already, by run ${run}; a plan runs once`;
  const marker = markerOf(stateDirectory, saved);
  return existsSync(marker) ? `it has been used already (${marker}); a plan runs once` : undefined;
}

/** Claims the plan for this run; of two that try, one gets it. Undefined: it is ours. */
export function markUsed(stateDirectory: string, saved: SavedPlan, clock: Clock): string | undefined {
  const marker = markerOf(stateDirectory, saved);
  try {
    mkdirSync(dirname(marker), { recursive: true, mode: 0o700 });
    const descriptor = openSync(marker, 'wx', 0o600);
    try {
      writeFileSync(descriptor, `${JSON.stringify({ id: saved.id, seal: saved.seal, usedAt: isoNow(clock) })}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return undefined;
  } catch (error) {
    // Also where a file stands in the folder's place: then there is no marker.
    if (fileErrorCode(error) !== 'EEXIST' || !existsSync(marker)) {
      throw new UserError(`${cannotWrite(error, marker, stateDirectory)}. Nothing was changed.`);
    }
    return `it has been used already (${marker}); a plan runs once`;
  }
}

/** The run whose journal begins with this plan. */
function runOf(runs: string, { id }: SavedPlan): string | undefined {
  return runIdsIn(runs).find((run) => {
    const line = firstLine(join(runs, run, 'journal.jsonl'));
    // Most journals are of other plans: only one that names the id is parsed.
    if (!line.includes(id)) return false;
    try {
      return (JSON.parse(line) as { savedPlan?: { id?: unknown } } | null)?.savedPlan?.id === id;
    } catch (error) {
      // A line that was cut off names the plan all the same.
      if (error instanceof SyntaxError) return true;
      throw error;
    }
  });
}

/** Empty where it cannot be read: the marker of a plan's use tells of that run too. */
function firstLine(file: string): string {
  try {
    return withRegularFile(file, (descriptor) => {
      const parts: Buffer[] = [];
      for (;;) {
        const part = Buffer.alloc(64 * 1024);
        const length = readSync(descriptor, part);
        const end = part.subarray(0, length).indexOf(10);
        parts.push(part.subarray(0, end < 0 ? length : end));
        if (length === 0 || end >= 0) return Buffer.concat(parts).toString('utf8');
      }
    });
  } catch (error) {
    fileErrorCode(error);
    return '';
  }
}
