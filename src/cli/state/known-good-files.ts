// Known good: full descriptions of a service's pieces from a look at which all of them were healthy, as files in the state
// directory. They may hold secrets, as before-images do, so nobody else may read them. To lose them costs no recovery anything
// but the knowledge.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readRegularText } from '../../util/storage-read.ts';
import { UserError } from '../exit.ts';
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
  playbook: z.string(),
  account: z.string(),
  region: z.string(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
  at: z.iso.datetime(),
  pieces: z.record(z.string(), pieceSchema),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});

export type KnownPieceFile = z.infer<typeof pieceSchema>;
export type KnownGood = z.infer<typeof fileSchema>;
export type KnownGoodPlace = Pick<KnownGood, 'playbook' | 'account' | 'region' | 'sandbox' | 'endpoint'>;

/** One version, and where it lies. */
export interface KnownGoodVersion {
  /** `20260101T120000Z-3f2a` */
  readonly name: string;
  readonly file: string;
  readonly known: KnownGood;
}

/** So many versions are kept. */
const versionsKept = 10;

/** What a sandbox or an emulator showed is never known good for AWS: each place has a folder of its own. */
function folderOf(stateDirectory: string, { account, endpoint, playbook, region, sandbox }: KnownGoodPlace): string {
  const kind = sandbox ? 'sandbox' : endpoint === null ? 'aws' : 'endpoint';
  const where = endpoint === null ? '' : `-${createHash('sha256').update(endpoint).digest('hex').slice(0, 8)}`;
  return join(stateDirectory, 'known-good', playbook, `${account}-${region}-${kind}${where}`);
}

/**
 * The versions of a service in one place, newest first. What is damaged is left out: it tells nothing.
 *
 * @throws UserError when the folder cannot be read
 */
export function knownGoodVersions(stateDirectory: string, place: KnownGoodPlace): readonly KnownGoodVersion[] {
  const folder = folderOf(stateDirectory, place);
  return namesIn(folder).flatMap((name) => {
    const file = join(folder, `${name}.json`);
    const known = readVersion(file, place);
    return known === undefined ? [] : [{ name, file, known }];
  });
}

/** Newest first. */
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

function readVersion(file: string, place: KnownGoodPlace): KnownGood | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readRegularText(file));
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw new UserError(cannotRead(error, file));
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const names = ['playbook', 'account', 'region', 'sandbox', 'endpoint'] as const;
  return names.every((name) => data[name] === place[name]) ? data : undefined;
}

/** Writes a version as a whole or not at all, and forgets the oldest ones. @throws UserError */
export function keepKnownGood(stateDirectory: string, known: KnownGood): void {
  const folder = folderOf(stateDirectory, known);
  const name = `${known.at.replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(2).toString('hex')}`;
  const draft = join(folder, `${name}.draft`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(known)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, join(folder, `${name}.json`));
    for (const each of namesIn(folder).slice(versionsKept)) rmSync(join(folder, `${each}.json`), { force: true });
  } catch (error) {
    if (error instanceof UserError) throw error;
    rmSync(draft, { force: true });
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
