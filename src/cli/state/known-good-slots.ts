// The items of known good in a table, and reading them. Ten slots: in each the head of a version, which is read of all of them,
// and its body, which is read of those that are used. What is too large for an item has parts of their own beside it.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readItems, type ItemTable, type Seen, type StampedItem } from '../../aws/tables/stamped-items.ts';
import { digestOf } from '../../playbook/digest.ts';
import { isOfPlace, placeFields, placeKind, type KnownGoodPlace } from './known-good-place.ts';
import { wordedSchema, type WordedPiece } from './known-good-words.ts';

/** So many versions are kept. */
const slots = 10;

const saidSchema = z.object({
  version: z.literal(1),
  kind: z.literal('relight/known-good'),
  ...placeFields,
  /** `alice@laptop` */
  by: z.string(),
  /** Digest of what stays the same while nobody touches the pieces. */
  facts: z.string(),
  components: z.array(z.string()),
  /** Those of them that are in items of their own, beside this one. */
  apart: z.array(z.string()),
  /** Why others are not kept, by component. */
  notKept: z.record(z.string(), z.string()),
});

export type Said = z.infer<typeof saidSchema>;

const bodySchema = z.object({
  pieces: z.record(z.string(), wordedSchema),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});

export type Body = z.infer<typeof bodySchema>;

const headSchema = z.object({
  stamp: z.string().min(1),
  /** Which of the versions is newer: the clocks of two machines need not agree. */
  turn: z.int().nonnegative(),
  state: z.enum(['kept', 'writing', 'forgotten']),
  name: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{4}$/),
  at: z.iso.datetime(),
  said: z.string(),
  bodyDigest: z.string(),
  seal: z.string(),
});

type HeadItem = z.infer<typeof headSchema>;

const headFields = ['stamp', 'turn', 'state', 'name', 'at', 'said', 'bodyDigest', 'seal'];

const partSchema = z.object({
  turn: z.int(),
  name: z.string(),
  component: z.string(),
  body: z.string(),
  seal: z.string(),
});

/** One version, as far as it is told without its pieces. */
export interface VersionHead extends Pick<Said, 'by' | 'facts' | 'components' | 'notKept'> {
  readonly name: string;
  readonly at: string;
  /** For people: the table and the item. */
  readonly item: string;
}

/** One version, as it stands in the table. */
export interface TableVersion extends VersionHead, Body {}

/** A slot as it was found. */
export interface Slot {
  readonly key: string;
  readonly seen: Seen;
  readonly turn: number;
  /** `unread`: the table was too busy to tell. */
  readonly state: 'free' | 'kept' | 'writing' | 'foreign' | 'unread';
  readonly name: string | undefined;
  readonly at: string | undefined;
  /** Components that have items beside it. */
  readonly apart: readonly string[];
  /** Of a version that is whole. */
  readonly whole?: { readonly head: VersionHead; readonly bodyDigest: string };
}

export type WholeSlot = Slot & Required<Pick<Slot, 'whole'>>;

/** All slots, and what is there and not used: a sentence or two each. */
export interface FoundSlots {
  readonly slots: readonly Slot[];
  readonly troubles: readonly string[];
}

// --- Where it stands -------------------------------------------------------------------------------------------------

/** Of the keys of all items for a place. */
export function beginningOf(place: KnownGoodPlace): string {
  const { account, playbook, region } = place;
  return `relight-known-good/${playbook}@${account}.${region}/${placeKind(place)}/`;
}

export function partKey(slot: string, component: string): string {
  return `${slot}/${component}`;
}

/** The item with its seal, by which damage shows, and a stamp of its own. */
export function sealed(
  key: string,
  item: { readonly turn: number; readonly [name: string]: string | number },
): StampedItem {
  return { ...item, stamp: randomBytes(12).toString('hex'), seal: sealOf(key, item) };
}

/** The body has a digest in the head: one is proved without the other. */
export function headItem(
  key: string,
  head: Pick<HeadItem, 'turn' | 'state' | 'name' | 'at'>,
  said: Said | undefined,
  body: Body | undefined,
): StampedItem {
  const bodyText = body === undefined ? '' : JSON.stringify(body);
  const saidText = said === undefined ? '' : JSON.stringify(said);
  const item = sealed(key, { ...head, said: saidText, bodyDigest: sha256(bodyText) });
  return { ...item, body: bodyText };
}

function sealOf(key: string, item: Readonly<Record<string, unknown>>): string {
  return digestOf({ ...item, key, seal: undefined, stamp: undefined });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

// --- Reading ---------------------------------------------------------------------------------------------------------

/** The heads of all versions. @throws what the SDK throws */
export async function findSlots(where: ItemTable, place: KnownGoodPlace): Promise<FoundSlots> {
  const beginning = beginningOf(place);
  const keys = Array.from({ length: slots }, (_, index) => `${beginning}${index}`);
  const { items, left } = await readItems(where, keys, headFields);
  const judged = keys.map((key) =>
    left.includes(key)
      ? { slot: { ...freeSlot(key), state: 'unread' as const }, trouble: unread(where.table, key) }
      : judgedSlot(key, items.get(key), where.table, place),
  );
  return { slots: judged.map(({ slot }) => slot), troubles: judged.flatMap(({ trouble }) => trouble ?? []) };
}

/** Newest first: by their turns, and of two that had the same one by their names. */
export function wholeSlots(all: readonly Slot[]): readonly WholeSlot[] {
  return all
    .filter((each): each is WholeSlot => each.whole !== undefined)
    .toSorted((left, right) => right.turn - left.turn || (left.whole.head.name < right.whole.head.name ? 1 : -1));
}

/** Only what is ours, whole and of this place is used. */
function judgedSlot(
  key: string,
  value: unknown,
  table: string,
  place: KnownGoodPlace,
): { readonly slot: Slot; readonly trouble?: string } {
  if (value === undefined) return { slot: freeSlot(key) };
  const stamp = z.object({ stamp: z.string().min(1) }).safeParse(value).data?.stamp;
  const seen: Seen = stamp === undefined ? { kind: 'whatever' } : { kind: 'stamp', stamp };
  const foreign = { slot: { ...freeSlot(key), seen, state: 'foreign' as const }, trouble: notUsed(table, key) };
  const { data: item } = headSchema.safeParse(value);
  if (item === undefined || sealOf(key, item) !== item.seal) return foreign;
  const { at, name, state, turn } = item;
  if (state === 'forgotten') return { slot: { ...freeSlot(key), seen, turn } };
  const said = saidSchema.safeParse(jsonIn(item.said)).data;
  if (said === undefined || !isOfPlace(said, place)) return foreign;
  const { apart, by, components, facts, notKept } = said;
  const slot = { key, seen, turn, name, at, apart, state };
  // Cut off, or under way just now: the versions before it are whole.
  if (state === 'writing') return { slot: { ...slot, state } };
  const head = { name, at, by, facts, components, notKept, item: shownItem(table, key) };
  return { slot: { ...slot, state, whole: { head, bodyDigest: item.bodyDigest } } };
}

function freeSlot(key: string): Slot {
  return { key, seen: { kind: 'nothing' }, turn: 0, state: 'free', name: undefined, at: undefined, apart: [] };
}

/** A version with its pieces, as far as they are there. */
export interface WholeVersion {
  /** Undefined where its body is damaged, or was not told. */
  readonly version?: TableVersion;
  readonly troubles: readonly string[];
  /** The body is not what was written with the head. */
  readonly isDamaged: boolean;
}

/** The bodies of some versions, and their parts. @throws what the SDK throws */
export async function readWhole(where: ItemTable, all: readonly WholeSlot[]): Promise<readonly WholeVersion[]> {
  if (all.length === 0) return [];
  const keys = all.flatMap(({ apart, key }) => [key, ...apart.map((id) => partKey(key, id))]);
  const { items, left } = await readItems(where, keys, ['turn', 'name', 'component', 'body', 'seal']);
  return all.map(({ apart, key, turn, whole: { bodyDigest, head } }) => {
    if (left.includes(key)) return { troubles: [unread(where.table, key)], isDamaged: false };
    const text = z.object({ body: z.string() }).safeParse(items.get(key)).data?.body ?? '';
    const body = sha256(text) === bodyDigest ? bodySchema.safeParse(jsonIn(text)).data : undefined;
    if (body === undefined) return { troubles: [notUsed(where.table, key)], isDamaged: true };
    const pieces = { ...body.pieces };
    const troubles: string[] = [];
    for (const id of apart) {
      const own = partKey(key, id);
      const piece = pieceIn(own, items.get(own), { name: head.name, component: id, turn });
      if (piece !== undefined) pieces[id] = piece;
      else troubles.push(left.includes(own) ? unread(where.table, own) : notUsed(where.table, own));
    }
    return { version: { ...head, pieces, outputs: body.outputs }, troubles, isDamaged: false };
  });
}

function pieceIn(
  key: string,
  value: unknown,
  wanted: { readonly name: string; readonly component: string; readonly turn: number },
): WordedPiece | undefined {
  const { data } = partSchema.safeParse(value);
  if (data === undefined || data.seal !== sealOf(key, data)) return undefined;
  const isMeant = data.name === wanted.name && data.component === wanted.component && data.turn === wanted.turn;
  return isMeant ? wordedSchema.safeParse(jsonIn(data.body)).data : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function shownItem(table: string, key: string): string {
  return `dynamodb://${table}, item ${key}`;
}

function notUsed(table: string, key: string): string {
  return `${shownItem(table, key)} is not used: it is damaged, of another place, or somebody else's. Look through it, and delete it`;
}

export function unread(table: string, key: string): string {
  return `${shownItem(table, key)} was not told: the table is busy`;
}
