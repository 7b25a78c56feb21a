// What scans remember, in the state directory: of each playbook in each place what was found and since when, a record of each scan,
// and what somebody has acknowledged. Each file is written as a whole or not at all; what is damaged is told, and begun anew.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Acknowledgement, FindingMemory } from '../../scan/memory.ts';
import { scanRecordSchema, type ScanRecord } from '../../scan/record.ts';
import { claimFile } from '../../util/claim.ts';
import type { Clock } from '../../util/clock.ts';
import { StorageFailure } from '../../util/storage.ts';
import { readRegularText } from '../../util/storage-read.ts';
import { linesText } from '../../util/shown.ts';
import { writeWhole } from '../../util/write-whole.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import { isAlive } from '../state/alive.ts';
import { acknowledgedSchema, keptFor, memorySchema, type DatedMemory } from './memory-shapes.ts';
import { cannotRead, cannotWrite, isMissing } from '../state/state-files.ts';

/** Whose memory it is: a playbook's, or that of what an account holds beside its playbooks. */
export interface MemoryKey {
  readonly playbook: string;
  readonly account: string;
  readonly region: string;
  readonly sandbox: boolean;
}

/** As a scan uses it. */
export interface ScanMemory {
  readonly read: (key: MemoryKey) => FindingMemory | undefined;
  /**
   * @param at of the scan, in milliseconds since the epoch
   * @param fleet whose scan it is; as it was before where nobody says it
   */
  readonly write: (key: MemoryKey, memory: FindingMemory, at: number, fleet?: string) => void;
  /** Whose memories this machine keeps for a fleet, also of playbooks that are in it no more. */
  readonly ofFleet: (fleet: string) => readonly MemoryKey[];
  /** By the finding's id; what has ended by itself is left out. */
  readonly acknowledged: (now: number) => ReadonlyMap<string, Acknowledgement>;
  /** Keeps the record of a scan, and lets go of those that are too old. */
  readonly record: (record: ScanRecord) => void;
  /**
   * Waits until no other scan settles what it found, in whatever process of this machine, for some seconds at the most; the returned
   * function lets the next one.
   */
  readonly claim: (clock: Clock) => Promise<() => void>;
}

/** In files, for those who ask later too. */
export interface ScanFiles extends ScanMemory {
  /** With when it was written. */
  readonly dated: (key: MemoryKey) => DatedMemory | undefined;
  readonly acknowledge: (each: Acknowledgement) => void;
  /** Takes an acknowledgement back. @returns false where there is none */
  readonly forget: (finding: string) => boolean;
  /** Newest first. */
  readonly records: () => readonly ScanRecord[];
}

/** Of one, so much is read. */
const largest = 64 * 1024 * 1024;

/** Whose a file is. What is damaged is told by whoever needs what is in it. */
const keySchema = z.object({
  playbook: z.string(),
  account: z.string(),
  region: z.string(),
  sandbox: z.boolean(),
  fleet: z.string().optional(),
});
const ignored = (): void => undefined;

/** @param complain told of what is damaged: it is begun anew */
export function scanMemoryIn(stateDirectory: string, complain: (text: string) => void): ScanFiles {
  const folder = join(stateDirectory, 'scans');
  const findings = join(folder, 'findings');
  const acknowledgedFile = join(folder, 'acknowledged.json');
  const all = (): readonly Acknowledgement[] =>
    readAs(acknowledgedFile, acknowledgedSchema, complain)?.acknowledged ?? [];
  const fileOf = (key: MemoryKey): string => {
    return join(findings, `${memoryName(key)}.json`);
  };
  const history = join(folder, 'history');
  return {
    read: (key) => readAs(fileOf(key), memorySchema, complain)?.memory,
    dated: (key) => readAs(fileOf(key), memorySchema, complain),
    write: (key, memory, at, fleet = readAs(fileOf(key), keySchema, ignored)?.fleet) => {
      writeAs(fileOf(key), { version: 1, at, ...key, fleet, memory });
    },
    ofFleet: (fleet) =>
      filesIn(findings).flatMap((name): readonly MemoryKey[] => {
        const read = readAs(join(findings, name), keySchema, ignored);
        if (read?.fleet !== fleet) return [];
        const { account, playbook, region, sandbox } = read;
        return [{ account, playbook, region, sandbox }];
      }),
    acknowledged: (now) => new Map(all().flatMap((each) => (now < each.until ? [[each.finding, each] as const] : []))),
    acknowledge: (each) => {
      const others = all().filter(({ finding, until }) => finding !== each.finding && each.at < until);
      writeAs(acknowledgedFile, { version: 1, acknowledged: [...others, each] });
    },
    forget: (finding) => {
      const before = all();
      const left = before.filter((each) => each.finding !== finding);
      if (left.length === before.length) return false;
      writeAs(acknowledgedFile, { version: 1, acknowledged: left });
      return true;
    },
    claim: (clock) => claimed(join(folder, 'settling'), clock),
    record: (record) => {
      writeAs(join(history, `${record.scan}.json`), record);
      const names = namesIn(history);
      // Of a clock that ran ahead: what it says is old is not.
      const others = names.filter((name) => name !== `${record.scan}.json`).map(startOf);
      const oldest =
        Math.min(Date.parse(record.startedAt), ...(others.length === 0 ? [] : [Math.max(...others)])) - keptFor;
      for (const name of names) {
        if (startOf(name) < oldest) rmSync(join(history, name), { force: true });
      }
    },
    records: () =>
      namesIn(history)
        .toReversed()
        .flatMap((name) => readAs(join(history, name), scanRecordSchema, complain) ?? []),
  };
}

/** Milliseconds: what is done under a claim takes some, and whoever waited that long goes on without. */
const patience = { most: 10_000, pause: 50 } as const;

async function claimed(file: string, clock: Clock): Promise<() => void> {
  try {
    for (let waited = 0; waited < patience.most; waited += patience.pause) {
      const claim = claimFile(file, { clock, pid: process.pid, isAlive });
      if (claim !== undefined) return claim.release;
      await clock.sleep(patience.pause);
    }
  } catch (error) {
    // Where no claim can be made no memory can be kept either, and of that is told.
    if (!(error instanceof StorageFailure) && !isOfFiles(error)) throw error;
  }
  return () => undefined;
}

/** What stands where a folder is to be, say. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** Short, and another one for each. */
export function memoryName({ account, playbook, region, sandbox }: MemoryKey): string {
  const text = JSON.stringify([playbook, account, region, sandbox]);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${playbook}-${digest}`;
}

/** What is damaged is told as a warning. */
export function complainTo({ err }: Pick<Io, 'err'>): (text: string) => void {
  return (text) => {
    err(linesText([`warning: ${text}`]));
  };
}

/** `20261201-034500-123-ab12`: they sort by time. */
export function scanIdAt(now: number): string {
  const [date = '', time = '', milliseconds = ''] = new Date(now).toISOString().split(/[T.Z]/);
  const salt = randomBytes(2).toString('hex');
  return `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}-${milliseconds}-${salt}`;
}

/** When a scan began, by the name of its record; the end of time where it is no such name. */
function startOf(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-\d{3}-/.exec(name) ?? [];
  if (year === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(`${year}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
}

function namesIn(folder: string): readonly string[] {
  return filesIn(folder).filter((name) => Number.isFinite(startOf(name)));
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UserError(cannotRead(error, folder));
  }
}

function readAs<Value>(file: string, schema: z.ZodType<Value>, complain: (text: string) => void): Value | undefined {
  let text: string;
  try {
    text = readRegularText(file, largest);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UserError(cannotRead(error, file));
  }
  const read = schema.safeParse(jsonIn(text));
  if (read.success) return read.data;
  complain(`${file} does not hold what a scan writes; it is left out`);
  return undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function writeAs(file: string, value: unknown): void {
  try {
    writeWhole(file, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw new UserError(cannotWrite(error, file));
  }
}
