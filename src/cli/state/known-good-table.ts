// Known good in a DynamoDB table, for the machines of a team. Ten slots, each an item that is written as a whole: whoever reads
// sees one version or the other. Nothing waits for it longer than its time, and what cannot be had or kept is only told.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { AccessOptions, AwsAccess } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import type { Identity } from '../../aws/credentials/identity.ts';
import { classify, ClassifiedError } from '../../aws/errors.ts';
import { putItem, readItems, type StampedItem } from '../../aws/tables/known-good-table.ts';
import { createLockTableCommand } from '../../aws/tables/lock-table.ts';
import { tableScope } from '../../aws/tables/table-scope.ts';
import { digestOf } from '../../playbook/digest.ts';
import { setTimer, type Clock } from '../../util/clock.ts';
import type { KnownGoodPlace } from './known-good-files.ts';
import { wordedSchema, type WordedPiece } from './known-good-words.ts';

/** What is asked of the table, or told to it, has so many milliseconds: all calls for it together. */
const longestWait = 2_000;
/** So many versions are kept. */
const slots = 10;
/** An item holds 400 KB, names included [DynamoDB quotas]; some of it is for what is not counted here. */
const largestItem = 400 * 1024 - 1024;
/** A version of several items that was begun so many milliseconds ago and is not whole was cut off. */
const longestWriting = 10 * 60_000;

const bodySchema = z.object({
  version: z.literal(1),
  kind: z.literal('relight/known-good'),
  playbook: z.string(),
  account: z.string(),
  region: z.string(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
  /** `alice@laptop` */
  by: z.string(),
  pieces: z.record(z.string(), wordedSchema),
  /** Components that are in items of their own, beside this one. */
  apart: z.array(z.string()),
  /** Why others are not kept, by component. */
  notKept: z.record(z.string(), z.string()),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});

type Body = z.infer<typeof bodySchema>;

const itemSchema = z.object({
  stamp: z.string().min(1),
  state: z.enum(['kept', 'writing', 'forgotten']),
  name: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/),
  at: z.iso.datetime(),
  /** Digest of what stays the same while nobody touches the pieces. */
  facts: z.string(),
  body: z.string(),
  seal: z.string(),
});

const partSchema = z.object({ name: z.string(), component: z.string(), body: z.string(), seal: z.string() });

/** One version, as it stands in the table. */
export interface TableVersion extends Pick<Body, 'by' | 'notKept' | 'outputs'> {
  readonly name: string;
  readonly at: string;
  readonly facts: string;
  /** For people: the table and the item. */
  readonly item: string;
  readonly pieces: Readonly<Record<string, WordedPiece>>;
}

export type TableRead =
  | {
      readonly kind: 'read';
      /** Newest first. */
      readonly versions: readonly TableVersion[];
      /** What is there and is not used, and why: a sentence or two each. */
      readonly troubles: readonly string[];
    }
  /** `missing`: the table is not there. */
  | { readonly kind: 'failed'; readonly why: string; readonly unseen: boolean };

/** What is to be kept. */
export interface ToKeep extends Pick<Body, 'by' | 'notKept' | 'outputs'> {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly facts: string;
  readonly pieces: Readonly<Record<string, WordedPiece>>;
}

export type Kept =
  /** `notKept`: why some components are not in it. */
  | { readonly kind: 'kept'; readonly notKept: Readonly<Record<string, string>> }
  /** The newest version there says the same. */
  | { readonly kind: 'same' }
  | { readonly kind: 'failed'; readonly why: string };

export interface KnownGoodTable {
  /** `dynamodb://relight` */
  readonly place: string;
  /** Asks once, at the first call. Never fails. */
  readonly read: () => Promise<TableRead>;
  /** Why it could not be read or written to, as far as that is known by now. */
  readonly trouble: () => string | undefined;
  /** Writes a version in the place of the oldest, unless `isSame` of the newest one. Never fails. */
  readonly keep: (known: ToKeep, isSame: (newest: TableVersion) => boolean) => Promise<Kept>;
  /** Forgets one version, or all that stands in the slots. */
  readonly forget: (only?: string) => Promise<{ readonly names: readonly string[]; readonly why?: string }>;
  /** What is still under way is let go of. */
  readonly close: () => void;
  /** What was asked and written, counted. */
  readonly meter: AwsAccess['meter'];
}

export interface TableParts {
  readonly table: string;
  readonly place: KnownGoodPlace;
  /** Calls are timed and paced by its clock; nothing of it but items of known good of this place is ever asked or changed. */
  readonly access: AccessOptions;
  /** Nobody else may write. */
  readonly identity: Identity | undefined;
}

/** A slot as it was found. */
interface Slot {
  readonly key: string;
  /** Undefined where nothing stands, null where what stands there has none. */
  readonly stamp: string | null | undefined;
  readonly at: number;
  readonly state: 'free' | 'kept' | 'writing' | 'foreign';
  readonly name: string | undefined;
  readonly apart: readonly string[];
}

interface Found {
  readonly slots: readonly Slot[];
  readonly versions: readonly TableVersion[];
  readonly troubles: readonly string[];
}

export function knownGoodTable({ access, identity, place, table }: TableParts): KnownGoodTable {
  const { clock } = access;
  const beginning = beginningOf(place);
  const over = new AbortController();
  const scope = tableScope(table, { beginning });
  const signal = over.signal;
  const aws = connect({ ...access, account: place.account, mode: 'change', callLimit: longestWait, scope, signal });
  if (identity !== undefined) aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  aws.gate.openForChanges();
  const words = { place: `dynamodb://${table}`, table, region: place.region };
  let trouble: { readonly why: string; readonly unseen: boolean } | undefined;
  /** After one failure nothing more is asked: whatever it is, it would be waited for again. */
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    if (trouble !== undefined) return undefined;
    try {
      return await inTime(clock, over, work);
    } catch (error) {
      trouble = troubleOf(error, words);
      return undefined;
    }
  };
  const failed = (): { readonly kind: 'failed'; readonly why: string; readonly unseen: boolean } => ({
    kind: 'failed',
    ...(trouble ?? { why: '', unseen: true }),
  });
  let reading: Promise<Found | undefined> | undefined;
  const found = (): Promise<Found | undefined> => (reading ??= guarded(() => find(aws, table, beginning, place)));
  return {
    place: words.place,
    meter: aws.meter,
    trouble: () => trouble?.why,
    close: () => {
      over.abort(new TableTimeout('the command is over'));
    },
    read: async () => {
      const there = await found();
      return there === undefined ? failed() : { kind: 'read', versions: there.versions, troubles: there.troubles };
    },
    keep: async (known, isSame) => {
      const kept = await guarded(async (): Promise<Kept> => {
        for (let round = 0; round < mostRounds; round += 1) {
          const there = (round === 0 ? await found() : undefined) ?? (await find(aws, table, beginning, place));
          const [newest] = there.versions;
          if (newest !== undefined && isSame(newest)) return { kind: 'same' };
          const slot = slotFor(there.slots, Date.parse(known.at));
          if (slot === undefined)
            return { kind: 'failed', why: `${words.place}: what stands in all of its items is not ours` };
          const notKept = await writeInto(slot, known, place, { aws, table });
          if (notKept !== undefined) return { kind: 'kept', notKept };
        }
        return { kind: 'failed', why: `${words.place}: others were writing at the same time` };
      });
      return kept ?? failed();
    },
    forget: async (only) => {
      const names = await guarded(async () => {
        const { slots: all } = await find(aws, table, beginning, place);
        const meant = all.filter(({ name, state }) => state !== 'free' && (only === undefined || name === only));
        await Promise.all(meant.map((each) => empty(each, { aws, table })));
        return meant.flatMap(({ name }) => name ?? []);
      });
      return names === undefined ? { names: [], why: failed().why } : { names };
    },
  };
}

/** Somebody else wrote into the slot that was chosen: so many times another one is. */
const mostRounds = 3;

/** What ends the waits for a table. */
class TableTimeout extends ClassifiedError {
  constructor(message: string) {
    super('timeout', message, { code: 'TooSlow' });
  }
}

/** The work, or a failure once its time is over: then nothing of it goes on. */
async function inTime<Result>(clock: Clock, over: AbortController, work: () => Promise<Result>): Promise<Result> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const end = (): void => {
      const reason: unknown = over.signal.reason;
      reject(reason instanceof Error ? reason : new TableTimeout('the command is over'));
    };
    if (over.signal.aborted) {
      end();
      return;
    }
    over.signal.addEventListener('abort', end, { once: true });
    const stopTimer = setTimer(clock, longestWait, () => {
      over.abort(new TableTimeout(`no answer within ${longestWait / 1000} s`));
    });
    cancel = () => {
      stopTimer();
      over.signal.removeEventListener('abort', end);
    };
  });
  late.catch(() => undefined);
  try {
    const result = work();
    result.catch(() => undefined);
    return await Promise.race([result, late]);
  } finally {
    cancel();
  }
}

function troubleOf(
  error: unknown,
  { place, region, table }: { readonly place: string; readonly table: string; readonly region: string },
): { readonly why: string; readonly unseen: boolean } {
  const { class: found, code, message } = classify(error);
  const head = `${place} cannot be used: ${code}: ${message}`;
  switch (found) {
    case 'not-found':
      return { why: `${head}. Make the table: ${createLockTableCommand(table, region)}`, unseen: false };
    case 'denied':
    case 'expired':
    case 'invalid':
      return {
        why:
          `${head}. It needs dynamodb:BatchGetItem and dynamodb:PutItem on a table whose key is LockID, a string ` +
          '(relight permissions <playbook> tells all that is needed)',
        unseen: true,
      };
    default:
      return { why: head, unseen: true };
  }
}

// --- Where it stands -------------------------------------------------------------------------------------------------

/** Of all items for a place: what a sandbox or an emulator showed is never known good for AWS. */
export function beginningOf({ account, endpoint, playbook, region, sandbox }: KnownGoodPlace): string {
  const kind = sandbox ? 'sandbox' : endpoint === null ? 'aws' : 'endpoint';
  const where = endpoint === null ? '' : `-${createHash('sha256').update(endpoint).digest('hex').slice(0, 8)}`;
  return `relight-known-good/${playbook}@${account}.${region}/${kind}${where}/`;
}

function partKey(slot: string, component: string): string {
  return `${slot}/${component}`;
}

function sealOf(key: string, item: Readonly<Record<string, unknown>>): string {
  return digestOf({ ...item, key, seal: undefined, stamp: undefined });
}

// --- Reading ---------------------------------------------------------------------------------------------------------

async function find(aws: AwsAccess, table: string, beginning: string, place: KnownGoodPlace): Promise<Found> {
  const keys = Array.from({ length: slots }, (_, index) => `${beginning}${index}`);
  const { items, left } = await readItems(aws, table, keys);
  const judged = keys.map((key) => {
    if (left.includes(key))
      return { slot: { ...freeSlot(key), state: 'foreign' as const }, trouble: unread(table, key) };
    return judgedSlot(key, items.get(key), table, place);
  });
  const heads = judged.flatMap(({ head }) => head ?? []);
  const parts = heads.flatMap(({ body, key }) => body.apart.map((id) => partKey(key, id)));
  const apart = parts.length === 0 ? undefined : await readItems(aws, table, parts);
  const versions = heads.map(({ body, item, key }) => {
    const { name, at, facts } = item;
    const troubles: string[] = [];
    const pieces = { ...body.pieces };
    for (const id of body.apart) {
      const own = partKey(key, id);
      const piece = pieceIn(own, apart?.items.get(own), name, id);
      if (piece === undefined) troubles.push(notUsed(table, own));
      else pieces[id] = piece;
    }
    const { by, notKept, outputs } = body;
    return { version: { name, at, facts, by, notKept, outputs, pieces, item: shownItem(table, key) }, troubles };
  });
  versions.sort((left, right) => compare(right.version, left.version));
  return {
    slots: judged.map(({ slot }) => slot),
    versions: versions.map(({ version }) => version),
    troubles: [...judged.flatMap(({ trouble }) => trouble ?? []), ...versions.flatMap(({ troubles }) => troubles)],
  };
}

function compare(left: TableVersion, right: TableVersion): number {
  const difference = Date.parse(left.at) - Date.parse(right.at);
  return difference === 0 ? (left.name < right.name ? -1 : 1) : difference;
}

interface Judged {
  readonly slot: Slot;
  readonly head?: { readonly key: string; readonly item: z.infer<typeof itemSchema>; readonly body: Body };
  readonly trouble?: string;
}

/** Only what is ours, whole and of this place is used. */
function judgedSlot(key: string, value: unknown, table: string, place: KnownGoodPlace): Judged {
  if (value === undefined) return { slot: freeSlot(key) };
  const stamp = z.object({ stamp: z.string().min(1) }).safeParse(value).data?.stamp ?? null;
  const parsed = itemSchema.safeParse(value);
  const body = parsed.success ? bodyIn(parsed.data.body) : undefined;
  const isForgotten = parsed.success && parsed.data.state === 'forgotten';
  if (!parsed.success || sealOf(key, parsed.data) !== parsed.data.seal || (body === undefined && !isForgotten)) {
    return { slot: { ...freeSlot(key), stamp, state: 'foreign' }, trouble: notUsed(table, key) };
  }
  const { data: item } = parsed;
  const at = Date.parse(item.at);
  if (body === undefined) return { slot: { ...freeSlot(key), stamp } };
  const names = ['playbook', 'account', 'region', 'sandbox', 'endpoint'] as const;
  if (!names.every((name) => body[name] === place[name])) {
    return { slot: { ...freeSlot(key), stamp, state: 'foreign' }, trouble: notUsed(table, key) };
  }
  const slot = { key, stamp, at, name: item.name, apart: body.apart };
  // Cut off, or under way just now: the versions before it are whole.
  if (item.state === 'writing') return { slot: { ...slot, state: 'writing' } };
  return { slot: { ...slot, state: 'kept' }, head: { key, item, body } };
}

function freeSlot(key: string): Slot {
  return { key, stamp: undefined, at: 0, state: 'free', name: undefined, apart: [] };
}

function bodyIn(text: string): Body | undefined {
  return bodySchema.safeParse(jsonIn(text)).data;
}

function pieceIn(key: string, value: unknown, version: string, component: string): WordedPiece | undefined {
  const { data } = partSchema.safeParse(value);
  if (data?.name !== version || data.component !== component || data.seal !== sealOf(key, data)) return undefined;
  return wordedSchema.safeParse(jsonIn(data.body)).data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shownItem(table: string, key: string): string {
  return `dynamodb://${table}, item ${key}`;
}

function notUsed(table: string, key: string): string {
  return `${shownItem(table, key)} is not used: it is damaged, of another place, or somebody else's. Look through it, and delete it`;
}

function unread(table: string, key: string): string {
  return `${shownItem(table, key)} was not told: the table is busy`;
}

// --- Writing ---------------------------------------------------------------------------------------------------------

interface Writer {
  readonly aws: AwsAccess;
  readonly table: string;
}

/** One that is free, else one whose writing was cut off, else the oldest. */
function slotFor(all: readonly Slot[], now: number): Slot | undefined {
  const free = all.find(({ state }) => state === 'free');
  if (free !== undefined) return free;
  const cutOff = all.find(({ at, state }) => state === 'writing' && now - at > longestWriting);
  if (cutOff !== undefined) return cutOff;
  return all.filter(({ state }) => state === 'kept').toSorted((left, right) => left.at - right.at)[0];
}

/** @returns why some components are not kept; undefined where somebody else has written there meanwhile */
async function writeInto(
  slot: Slot,
  known: ToKeep,
  { account, endpoint, playbook, region, sandbox }: KnownGoodPlace,
  { aws, table }: Writer,
): Promise<Readonly<Record<string, string>> | undefined> {
  const { key, stamp } = slot;
  const { at, by, facts, name, outputs, pieces } = known;
  const body: Body = {
    version: 1,
    kind: 'relight/known-good',
    ...{ playbook, account, region, sandbox, endpoint },
    ...{ by, pieces, apart: [], notKept: known.notKept, outputs },
  };
  const head = (state: 'kept' | 'writing', said: Body): StampedItem => {
    const item = { state, name, at, facts, body: JSON.stringify(said) };
    return { ...item, stamp: newStamp(), seal: sealOf(key, item) };
  };
  const whole = head('kept', body);
  if (sizeOf(key, whole) <= largestItem) {
    if ((await putItem(aws, table, key, stamp, whole)) === 'moved') return undefined;
    await emptyParts(slot, slot.apart, { aws, table });
    return known.notKept;
  }
  const parts = Object.entries(pieces).map(([component, piece]) => {
    const own = partKey(key, component);
    const item = { name, component, body: JSON.stringify(piece) };
    return { component, key: own, item: { ...item, stamp: newStamp(), seal: sealOf(own, item) } };
  });
  const tooLarge = parts.filter((each) => sizeOf(each.key, each.item) > largestItem);
  const notKept = {
    ...known.notKept,
    ...Object.fromEntries(
      tooLarge.map((each) => [
        each.component,
        `it takes ${Math.ceil(sizeOf(each.key, each.item) / 1024)} KB, and an item holds no more than 400`,
      ]),
    ),
  };
  const fitting = parts.filter((each) => !tooLarge.includes(each));
  const split: Body = { ...body, pieces: {}, apart: fitting.map((each) => each.component), notKept };
  // Whoever reads leaves it alone until all of it is there.
  const begun = head('writing', split);
  if ((await putItem(aws, table, key, stamp, begun)) === 'moved') return undefined;
  await Promise.all(fitting.map((each) => putItem(aws, table, each.key, null, each.item)));
  if ((await putItem(aws, table, key, begun.stamp, head('kept', split))) === 'moved') return undefined;
  const gone = slot.apart.filter((each) => !split.apart.includes(each));
  await emptyParts(slot, gone, { aws, table });
  return notKept;
}

/** What stood there is gone; the item stays, since nothing but to read and to write is asked of IAM. */
async function empty(slot: Slot, writer: Writer): Promise<void> {
  const { apart, at, key, name = noName, stamp } = slot;
  const item = { state: 'forgotten', name, at: new Date(at).toISOString(), facts: '', body: '' };
  await putItem(writer.aws, writer.table, key, stamp, { ...item, stamp: newStamp(), seal: sealOf(key, item) });
  await emptyParts(slot, apart, writer);
}

/** Of what stands there and cannot be read. */
const noName = '19700101T000000Z-0000';

async function emptyParts(
  { key }: Pick<Slot, 'key'>,
  components: readonly string[],
  { aws, table }: Writer,
): Promise<void> {
  await Promise.all(
    components.map((component) => {
      const own = partKey(key, component);
      const part = { name: noName, component, body: '' };
      return putItem(aws, table, own, null, { ...part, stamp: newStamp(), seal: sealOf(own, part) });
    }),
  );
}

function newStamp(): string {
  return randomBytes(12).toString('hex');
}

/** Bytes of names and values, as DynamoDB counts them. */
function sizeOf(key: string, item: StampedItem): number {
  const texts = Object.entries({ LockID: key, ...item }).flat();
  return texts.reduce((sum, each) => sum + Buffer.byteLength(each, 'utf8'), 0);
}
