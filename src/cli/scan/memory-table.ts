// Items of a table in which a team remembers scans: what may be asked of it, and for how long. Each item is written whole, and only if it
// is still what was read; none is deleted. What cannot be had or kept is only told.
import { randomBytes, randomInt } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { connect } from '../../aws/connect.ts';
import type { AccessOptions } from '../../aws/access.ts';
import { putItem, readItems, type ItemTable, type Seen } from '../../aws/tables/stamped-items.ts';
import { tableScope } from '../../aws/tables/table-scope.ts';
import { digestOf } from '../../playbook/digest.ts';
import { systemClock } from '../../util/clock.ts';
import { UserError } from '../exit.ts';
import { inTime, troubleOf } from '../state/table-time.ts';

/** What the keys of all its items begin with. */
export const keysOfScans = 'relight-scans/';

/** All that is asked at one time has so many milliseconds. */
const longestWait = 5_000;
/** Somebody else has written meanwhile: so many times what stands there is read again. */
const mostRounds = 6;
/** Milliseconds before the first time; twice as long before each further one. */
const firstPause = 40;
/** An item holds 400 KB, names included [DynamoDB quotas]. */
const largestBody = 390 * 1024;
/** Of what was packed: more is nothing that a scan wrote. */
const largestUnpacked = 64 * 1024 * 1024;

export interface MemoryTable {
  /** `dynamodb://relight` */
  readonly place: string;
  /** Values by their keys, where they are there and ours. @throws UserError */
  readonly read: <Value>(keys: readonly string[], schema: z.ZodType<Value>) => Promise<ReadonlyMap<string, Value>>;
  /**
   * Writes what is made of what stands there; again of what somebody else has written meanwhile.
   *
   * @param change of what stands there; `isNew`: it is not what was read before. Undefined: it is to stay
   * @returns false where what stands there is not ours, and stays
   * @throws UserError
   */
  readonly update: <Value>(
    key: string,
    schema: z.ZodType<Value>,
    change: (before: Value | undefined, isNew: boolean) => Value | undefined,
  ) => Promise<boolean>;
  readonly close: () => void;
}

/** True where one item holds it. */
export function fitsItem(value: unknown): boolean {
  return pack(value).length <= largestBody;
}

/** What stood at a key when it was read. */
interface Standing {
  readonly seen: Seen;
  readonly turn: number;
  readonly body: string | undefined;
  /** Somebody else's, or damaged: it is neither used nor overwritten. */
  readonly isForeign: boolean;
}

const itemSchema = z.object({
  stamp: z.string().min(1),
  turn: z.int().nonnegative(),
  kind: z.literal('relight/scans'),
  body: z.string(),
  seal: z.string(),
});

/**
 * @param access an access of its own, which can do nothing but read and write items of scans in this table
 * @param complain told once of each item that is not used
 */
export function memoryTable(
  table: string,
  access: Omit<AccessOptions, 'mode' | 'scope' | 'signal' | 'callLimit' | 'clock'>,
  complain: (text: string) => void,
): MemoryTable {
  const over = new AbortController();
  const place = `dynamodb://${table}`;
  const aws = connect({
    ...access,
    ...{ mode: 'change', clock: systemClock, wireClock: systemClock, callLimit: longestWait, signal: over.signal },
    scope: tableScope(table, { beginning: keysOfScans }),
  });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  const where: ItemTable = { aws, clock: systemClock, table };
  const known = new Map<string, Standing>();
  const told = new Set<string>();
  let trouble: string | undefined;

  /** After one failure nothing more is asked: whatever it is, it would be waited for again. */
  async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (trouble !== undefined) throw new UserError(trouble);
    const limit = {
      clock: systemClock,
      milliseconds: longestWait,
      over,
      why: () => `no answer within ${longestWait / 1000} s`,
    };
    try {
      return await inTime(limit, work);
    } catch (error) {
      if (error instanceof UserError) throw error;
      trouble = troubleOf(error, { place, table, region: access.region }).why;
      throw new UserError(trouble);
    }
  }

  async function look(keys: readonly string[]): Promise<void> {
    const { items, left } = await readItems(where, keys);
    if (left.length > 0) throw new UserError(`${place}: ${left.length} items were not told: the table is busy`);
    for (const key of keys) known.set(key, standingOf(key, items.get(key)));
  }

  function valueAt<Value>(key: string, schema: z.ZodType<Value>): Value | undefined {
    const standing = known.get(key);
    if (standing?.body === undefined) return undefined;
    const read = schema.safeParse(unpack(standing.body));
    if (read.success) return read.data;
    known.set(key, { ...standing, isForeign: true });
    return undefined;
  }

  function tellForeign(key: string): void {
    if (known.get(key)?.isForeign !== true || told.has(key)) return;
    told.add(key);
    complain(`${place}, item ${key} is not used: it is damaged, or somebody else's. Look through it, and delete it`);
  }

  return {
    place,
    read: (keys, schema) =>
      guarded(async () => {
        await look(keys);
        const values = keys.flatMap((key) => {
          const value = valueAt(key, schema);
          tellForeign(key);
          return value === undefined ? [] : [[key, value] as const];
        });
        return new Map(values);
      }),
    update: (key, schema, change) =>
      guarded(async () => {
        const isKnown = known.has(key);
        if (!isKnown) await look([key]);
        for (let round = 0; round < mostRounds; round += 1) {
          if (round > 0) {
            await systemClock.sleep(firstPause * 2 ** (round - 1) * (0.5 + randomInt(1_000) / 1_000));
            await look([key]);
          }
          const before = valueAt(key, schema);
          tellForeign(key);
          const standing = known.get(key);
          if (standing === undefined || standing.isForeign) return false;
          const after = change(before, round > 0 || !isKnown);
          if (after === undefined) return true;
          const body = pack(after);
          if (body.length > largestBody) throw new UserError(`${place}, item ${key}: it takes more than an item holds`);
          const stamp = randomBytes(12).toString('hex');
          const turn = standing.turn + 1;
          const item = { stamp, turn, kind: 'relight/scans', body, seal: sealOf(key, turn, body) };
          if ((await putItem(where, key, standing.seen, item)) === 'moved') continue;
          known.set(key, { seen: { kind: 'stamp', stamp }, turn, body, isForeign: false });
          return true;
        }
        throw new UserError(`${place}: others were writing at the same time`);
      }),
    close: () => {
      over.abort(new Error('the command is over'));
    },
  };
}

function standingOf(key: string, value: unknown): Standing {
  if (value === undefined) return { seen: { kind: 'nothing' }, turn: 0, body: undefined, isForeign: false };
  const { data } = itemSchema.safeParse(value);
  if (data === undefined || data.seal !== sealOf(key, data.turn, data.body)) {
    return { seen: { kind: 'whatever' }, turn: 0, body: undefined, isForeign: true };
  }
  const { body, stamp, turn } = data;
  return { seen: { kind: 'stamp', stamp }, turn, body, isForeign: false };
}

/** By which damage shows. */
function sealOf(key: string, turn: number, body: string): string {
  return digestOf({ key, turn, body });
}

/** What scans remember says much the same many times. */
function pack(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString('base64');
}

function unpack(body: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(body, 'base64'), { maxOutputLength: largestUnpacked }).toString('utf8'));
  } catch {
    return undefined;
  }
}
