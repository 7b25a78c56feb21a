// Where scans are remembered: in the state directory, and for a team in a table beside it. A table that cannot be used costs what it would
// have told; what this machine knows itself is as good as ever.
import { z } from 'zod';
import { readEndpointSettings } from '../../aws/endpoints/endpoint-settings.ts';
import { endpointMap } from '../../aws/endpoints/endpoints.ts';
import { parseTable, tablePattern } from '../../playbook/lock.ts';
import type { Acknowledgement, FindingMemory } from '../../scan/memory.ts';
import { mergedMemory } from '../../scan/memory-merge.ts';
import { scanRecordSchema, type ScanRecord } from '../../scan/record.ts';
import { UserError } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { regionOf, stateDirectoryOf } from '../place/session.ts';
import type { Io } from '../terminal/io.ts';
import {
  complainTo,
  memoryName,
  scanMemoryIn,
  type MemoryKey,
  type ScanFiles,
  type ScanMemory,
} from './memory-files.ts';
import { acknowledgedSchema, keptFor, memorySchema, type DatedMemory } from './memory-shapes.ts';
import { fitsItem, keysOfScans, memoryTable, type MemoryTable } from './memory-table.ts';

export interface MemoryPlace {
  readonly memory: ScanMemory;
  /** Reads what a scan of these needs. Never fails. */
  readonly load: (keysIn: (sandbox: boolean) => readonly MemoryKey[]) => Promise<void>;
  /** Writes to a team what is not there yet. Never fails. */
  readonly flush: () => Promise<void>;
  /** Newest first. */
  readonly records: () => Promise<readonly ScanRecord[]>;
  /** @throws UserError where nobody would know of it */
  readonly acknowledge: (each: Acknowledgement) => Promise<void>;
  /** Takes an acknowledgement back. @returns false where there is none. @throws UserError */
  readonly forget: (finding: string) => Promise<boolean>;
  readonly close: () => void;
}

/** What says where a team's memory is reached. */
export interface MemoryOptions extends Pick<
  GlobalOptions,
  'endpointUrl' | 'profile' | 'region' | 'sandbox' | 'stateDir'
> {
  /** `dynamodb://relight`; false: there is no memory at all. */
  readonly memory?: string | boolean;
}

/** What a fleet file says of it. */
export interface FleetMemory {
  readonly memory: string | undefined;
  readonly region: string | undefined;
}

/** @throws UserError for a place that is none */
export async function memoryPlace(options: MemoryOptions, io: Io, fleet?: FleetMemory): Promise<MemoryPlace> {
  const complain = complainTo(io);
  const files = scanMemoryIn(stateDirectoryOf(options, io), complain);
  const said = typeof options.memory === 'string' ? options.memory : fleet?.memory;
  if (said !== undefined && !tablePattern.test(said)) {
    throw new UserError(`--memory ${said}: expected dynamodb://<table>`);
  }
  // The embedded sandbox has no team.
  if (said === undefined || options.sandbox === true) return inFiles(files);
  const region = options.region ?? fleet?.region ?? regionOf(options, io);
  if (region === undefined) throw new UserError(`--memory ${said}: its region is told by --region, or AWS_REGION`);
  const profile = options.profile ?? (io.env['AWS_PROFILE'] || undefined);
  const settings = await readEndpointSettings({ endpointUrl: options.endpointUrl, profile, env: io.env });
  const endpoints = endpointMap(settings, region);
  const wrong = [...endpoints.mistakes, ...endpoints.problems];
  if (wrong.length > 0) throw new UserError(wrong.join('\n'));
  const table = memoryTable(parseTable(said).table, { region, profile, endpoints }, complain);
  // Whether a sandbox is behind an address, its answers tell.
  const sandboxes = endpoints.elsewhere === undefined ? [false] : [false, true];
  return inTable({ table, files, sandboxes, complain });
}

function inFiles(files: ScanFiles): MemoryPlace {
  return {
    memory: files,
    load: () => Promise.resolve(),
    flush: () => Promise.resolve(),
    records: () => Promise.resolve().then(() => files.records()),
    acknowledge: (each) =>
      Promise.resolve().then(() => {
        files.acknowledge(each);
      }),
    forget: (finding) => Promise.resolve().then(() => files.forget(finding)),
    close: () => undefined,
  };
}

const acknowledgedKey = `${keysOfScans}acknowledged`;

function findingsKey(key: MemoryKey): string {
  return `${keysOfScans}findings/${memoryName(key)}`;
}

/** Days take turns, so that what is older than all of them is written over: nothing has to be deleted. */
const daySlots = 92;
const dayMilliseconds = 24 * 60 * 60_000;
const daySchema: z.ZodType<{
  readonly version: 1;
  readonly day: string;
  readonly records: readonly ScanRecord[];
}> = z.object({ version: z.literal(1), day: z.string(), records: z.array(scanRecordSchema) });

function dayKey(slot: number): string {
  return `${keysOfScans}history/${slot}`;
}

interface TeamParts {
  readonly table: MemoryTable;
  readonly files: ScanFiles;
  readonly sandboxes: readonly boolean[];
  readonly complain: (text: string) => void;
}

function inTable({ complain, files, sandboxes, table }: TeamParts): MemoryPlace {
  const findings = new Map<string, DatedMemory>();
  let acknowledged: readonly Acknowledgement[] | undefined;
  let isLoaded = false;
  const pending = new Map<string, { readonly memory: FindingMemory; readonly at: number }>();
  const records: ScanRecord[] = [];
  const told = new Set<string>();
  const trying = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (!told.has(error.message)) complain(`${error.message}; what this machine remembers of scans is used alone`);
      told.add(error.message);
    }
  };
  const changeAcknowledged = async (
    change: (before: readonly Acknowledgement[]) => readonly Acknowledgement[] | undefined,
  ): Promise<void> => {
    const isOurs = await table.update(acknowledgedKey, acknowledgedSchema, (before) => {
      const after = change(before?.acknowledged ?? []);
      return after === undefined ? undefined : { version: 1 as const, acknowledged: after };
    });
    if (!isOurs) throw new UserError(`${table.place}: nobody would know of it: item ${acknowledgedKey} is not ours`);
  };
  return {
    memory: {
      // Where the table could be read and not be written, what this machine has seen since then counts.
      read: (key) => {
        const [there, own] = [findings.get(findingsKey(key)), files.dated(key)];
        return (there !== undefined && there.at >= (own?.at ?? 0) ? there : own)?.memory;
      },
      write: (key, memory, at, fleet) => {
        pending.set(findingsKey(key), { memory, at });
        files.write(key, memory, at, fleet);
      },
      ofFleet: files.ofFleet,
      // What this machine knew of before there was a table counts too.
      acknowledged: (now) =>
        new Map([
          ...files.acknowledged(now),
          ...(acknowledged ?? []).flatMap((each) => (now < each.until ? [[each.finding, each] as const] : [])),
        ]),
      record: (record) => {
        records.push(record);
        files.record(record);
      },
      claim: files.claim,
    },
    load: (keysIn) =>
      trying(async () => {
        const keys = sandboxes.flatMap(keysIn);
        const [known, acks] = await Promise.all([
          table.read(keys.map(findingsKey), memorySchema),
          table.read([acknowledgedKey], acknowledgedSchema),
        ]);
        for (const [key, { at, memory }] of known) findings.set(key, { at, memory });
        acknowledged = acks.get(acknowledgedKey)?.acknowledged ?? [];
        isLoaded = true;
      }),
    flush: () =>
      trying(async () => {
        // Who does not know what stands there writes nothing over it.
        if (!isLoaded) return;
        const written = [...pending];
        pending.clear();
        await Promise.all(
          written.map(([key, { at, memory }]) =>
            trying(() =>
              table.update(key, memorySchema, (before, isNew) => {
                const whole = isNew && before !== undefined ? mergedMemory(before.memory, memory, at) : memory;
                return { version: 1 as const, at, memory: whole };
              }),
            ),
          ),
        );
        for (const record of records.splice(0)) await keepRecord(table, record);
      }),
    records: async () => {
      const own = files.records();
      const keys = Array.from({ length: daySlots }, (_, slot) => dayKey(slot));
      let others: readonly ScanRecord[] = [];
      await trying(async () => {
        others = [...(await table.read(keys, daySchema)).values()].flatMap((each) => each.records);
      });
      const all = new Map([...own, ...others].map((each) => [each.scan, each]));
      const newest = [...all.values()].toSorted((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
      const oldest = Date.parse(newest[0]?.startedAt ?? '') - keptFor;
      return newest.filter(({ startedAt }) => Date.parse(startedAt) >= oldest);
    },
    acknowledge: (each) =>
      changeAcknowledged((before) => [
        ...before.filter(({ finding, until }) => finding !== each.finding && each.at < until),
        each,
      ]),
    forget: async (finding) => {
      let isThere = files.forget(finding);
      await changeAcknowledged((before) => {
        const left = before.filter((each) => each.finding !== finding);
        isThere ||= left.length < before.length;
        return left.length < before.length ? left : undefined;
      });
      return isThere;
    },
    close: table.close,
  };
}

/** Of a day that has more than an item holds, the oldest are let go of. */
async function keepRecord(table: MemoryTable, record: ScanRecord): Promise<void> {
  const day = record.startedAt.slice(0, 10);
  const slot = Math.floor(Date.parse(record.startedAt) / dayMilliseconds) % daySlots;
  await table.update(dayKey(slot), daySchema, (before) => {
    const earlier = before?.day === day ? before.records.filter(({ scan }) => scan !== record.scan) : [];
    const kept = [...earlier, record];
    while (kept.length > 1 && !fitsItem({ version: 1, day, records: kept })) kept.splice(0, Math.ceil(kept.length / 8));
    return { version: 1 as const, day, records: kept };
  });
}
