// Known good: full descriptions of a service's pieces from a look at which all of them were healthy, as files in the state
// directory. They may hold secrets, as before-images do, so nobody else may read them. To lose them costs no recovery anything
// but the knowledge.
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { shellWord } from '../../util/shell.ts';
import { readRegularText, withRegularFile } from '../../util/storage-read.ts';
import { writeWhole } from '../../util/write-whole.ts';
import { UserError } from '../exit.ts';
import { isOfPlace, placeFields, placeKind, type KnownGoodPlace } from './known-good-place.ts';
import { cannotRead, cannotWrite, isMissing } from './state-files.ts';

const pieceSchema = z.object({
  type: z.string(),
  spec: z.json(),
  state: z.json(),
  captured: z.json(),
  tags: z.record(z.string(), z.string()).nullable(),
  /** Digest of what stays the same while nobody touches the piece. */
  facts: z.string(),
});

const fileSchema = z.object({
  version: z.literal(1),
  kind: z.literal('relight/known-good'),
  ...placeFields,
  at: z.iso.datetime(),
  /** The record of somebody else's that it was taken from, as a file was named; left out where relight has seen it itself. */
  from: z.string().optional(),
  pieces: z.record(z.string(), pieceSchema),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});

export type KnownPieceFile = z.infer<typeof pieceSchema>;
export type KnownGood = z.infer<typeof fileSchema>;

/** One version, and where it lies. */
export interface KnownGoodVersion {
  /** `20260101T120000Z-3f2a` */
  readonly name: string;
  readonly file: string;
  readonly known: KnownGood;
}

/** So many versions are kept. */
const versionsKept = 10;

/** Each place has a folder of its own. */
function folderOf(stateDirectory: string, place: KnownGoodPlace): string {
  const { account, playbook, region } = place;
  return join(stateDirectory, 'known-good', playbook, `${account}-${region}-${placeKind(place)}`);
}

/** What is kept of a service in one place. */
export interface KeptVersions {
  /** Newest first. */
  readonly versions: readonly KnownGoodVersion[];
  /** What is wrong with the files, with what to do: a sentence or two each. */
  readonly troubles: readonly string[];
}

/** Never fails: what cannot be used is left out and told, since a recovery goes on without it. */
export function knownGoodVersions(stateDirectory: string, place: KnownGoodPlace): KeptVersions {
  const folder = folderOf(stateDirectory, place);
  let names: readonly string[];
  try {
    names = namesIn(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { versions: [], troubles: [error.message] };
  }
  const read = names.map((name) => readVersion(name, join(folder, `${name}.json`), place));
  return {
    versions: read.flatMap(({ version }) => version ?? []),
    troubles: read.flatMap(({ trouble }) => trouble ?? []),
  };
}

/** Newest first. @throws UserError when the folder cannot be read */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((each) => each.isFile() && /^\d{8}T\d{6}Z-[0-9a-f]{4}\.json$/.test(each.name))
      .map((each) => each.name.replace(/\.json$/, ''))
      .sort()
      .reverse();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(cannotRead(error, folder));
  }
}

function readVersion(
  name: string,
  file: string,
  place: KnownGoodPlace,
): { readonly version?: KnownGoodVersion; readonly trouble?: string } {
  let mode: number;
  let text: string;
  try {
    mode = withRegularFile(file, (_descriptor, stats) => stats.mode);
    text = readRegularText(file);
  } catch (error) {
    return isMissing(error) ? {} : { trouble: cannotRead(error, file) };
  }
  // Windows knows no such modes.
  const others = process.platform === 'win32' ? 0 : mode & 0o077;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  const remedy = `chmod 600 ${shellWord(file)}`;
  if ((others & 0o022) !== 0) {
    return { trouble: `${file} is not used: others may write it (mode ${shown}). Look through it, then: ${remedy}` };
  }
  const known = knownGoodIn(text, place);
  if (known === undefined) return { trouble: `${file} is not used: it is damaged, or of another place. Remove it` };
  const version = { name, file, known };
  if (others === 0) return { version };
  return { version, trouble: `others may read ${file} (mode ${shown}), which may hold secrets: ${remedy}` };
}

function knownGoodIn(text: string, place: KnownGoodPlace): KnownGood | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return undefined;
  return isOfPlace(parsed.data, place) ? parsed.data : undefined;
}

/** @param at ISO 8601 */
export function newVersionName(at: string): string {
  return `${at.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`;
}

/** Writes a version as a whole or not at all, and forgets the oldest ones. @throws UserError */
export function keepKnownGood(stateDirectory: string, name: string, known: KnownGood): void {
  const folder = folderOf(stateDirectory, known);
  try {
    writeWhole(join(folder, `${name}.json`), `${JSON.stringify(known)}\n`);
    for (const each of namesIn(folder).slice(versionsKept)) rmSync(join(folder, `${each}.json`), { force: true });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(cannotWrite(error, folder));
  }
}

/** Forgets one version, or all. Returns the names of those that were there. @throws UserError */
export function forgetKnownGood(stateDirectory: string, place: KnownGoodPlace, only?: string): readonly string[] {
  const folder = folderOf(stateDirectory, place);
  const names = namesIn(folder).filter((each) => only === undefined || each === only);
  try {
    for (const each of names) rmSync(join(folder, `${each}.json`), { force: true });
  } catch (error) {
    throw new UserError(cannotWrite(error, folder));
  }
  return names;
}
