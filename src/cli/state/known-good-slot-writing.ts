// Writing a version into one of the slots of a table, and emptying them. Whoever reads sees one version or the other; what is
// written in steps is nobody's version until its last one, and whoever is overtaken touches nothing that is another's.
import { putItem, type ItemTable, type StampedItem } from '../../aws/tables/stamped-items.ts';
import type { KnownGoodPlace } from './known-good-place.ts';
import { headItem, partKey, sealed, wholeSlots, type Body, type Said, type Slot } from './known-good-slots.ts';
import type { WordedPiece } from './known-good-words.ts';

/** An item holds 400 KB, names included [DynamoDB quotas]; some of it is for what is not counted here. */
const largestItem = 400 * 1024 - 1024;
/** Of an item that holds a whole version: beside its texts there are a key of at most 2,048 bytes, names, digests and a seal. */
const largestTexts = largestItem - 3 * 1024;

/** What is to be kept. */
export interface ToKeep extends Pick<Said, 'by' | 'facts' | 'notKept'>, Pick<Body, 'outputs'> {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  readonly pieces: Readonly<Record<string, WordedPiece>>;
}

/**
 * One that is free, else the oldest. What was cut off comes first, so that there is never a second one: a version that never
 * gets whole costs no more than one of those that are.
 *
 * @param inSteps then the last whole version is not overwritten, since there would be none until the last step
 */
export function slotFor(all: readonly Slot[], inSteps: (slot: Slot) => boolean): Slot | undefined {
  const byTurn = all.toSorted((left, right) => left.turn - right.turn);
  const unfinished = byTurn.find(({ state }) => state === 'writing');
  if (unfinished !== undefined) return unfinished;
  const free = all.find(({ state }) => state === 'free');
  if (free !== undefined) return free;
  const whole = wholeSlots(all);
  const oldest = whole.at(-1);
  return oldest !== undefined && whole.length === 1 && inSteps(oldest) ? undefined : oldest;
}

/** Later than all that stands there, and than that instant: an order that a clock which is wrong does not turn round. */
export function turnAfter(all: readonly Slot[], now: number): number {
  return all.reduce((latest, { turn }) => Math.max(latest, turn + 1), now);
}

/** A version as items: a head, and a part for each component where one item does not hold all. */
export interface Written {
  readonly inSteps: (slot: Slot) => boolean;
  /** @returns why some components are not kept; `moved` where somebody else has taken the slot meanwhile */
  readonly into: (
    slot: Slot,
    turn: number,
    table: ItemTable,
  ) => Promise<{ readonly notKept: Readonly<Record<string, string>> } | 'moved'>;
}

export function written(known: ToKeep, place: KnownGoodPlace): Written {
  const { at, by, facts, name, outputs, pieces } = known;
  const { account, endpoint, playbook, region, sandbox } = place;
  const said = (components: readonly string[], apart: readonly string[], notKept: Said['notKept']): Said => ({
    version: 1,
    kind: 'relight/known-good',
    ...{ playbook, account, region, sandbox, endpoint, by, facts },
    ...{ components: [...components], apart: [...apart], notKept },
  });
  const head = (slot: Slot, turn: number, state: 'kept' | 'writing', about: Said, body?: Body): StampedItem =>
    headItem(slot.key, { state, turn, name, at }, about, body);
  const ids = Object.keys(pieces);
  const texts = [said(ids, [], known.notKept), { pieces, outputs }].map((each) => JSON.stringify(each));
  const isSplit = Buffer.byteLength(texts.join(''), 'utf8') > largestTexts;
  return {
    inSteps: ({ apart }) => isSplit || apart.length > 0,
    into: async (slot, turn, table) => {
      const { key, seen } = slot;
      const parts = !isSplit ? [] : partsOf(key, turn, name, pieces);
      const tooLarge = parts.filter((each) => sizeOf(each.key, each.item) > largestItem);
      const fitting = parts.filter((each) => !tooLarge.includes(each));
      const notKept = {
        ...known.notKept,
        ...Object.fromEntries(tooLarge.map((each) => [each.component, reason(each)])),
      };
      const apart = fitting.map((each) => each.component);
      const body = { pieces: isSplit ? {} : pieces, outputs };
      const whole = head(slot, turn, 'kept', said(isSplit ? apart : ids, apart, notKept), body);
      const gone = slot.apart.filter((each) => !apart.includes(each));
      if (apart.length + gone.length === 0) {
        return (await putItem(table, key, seen, whole)) === 'moved' ? 'moved' : { notKept };
      }
      // Whoever reads leaves it alone until all of it is there. What it names of parts stays known wherever this is cut off.
      const begun = head(slot, turn, 'writing', said([], [...apart, ...gone], {}));
      if ((await putItem(table, key, seen, begun)) === 'moved') return 'moved';
      const put = [...fitting, ...gone.map((component) => emptyPart(key, turn, component))];
      const outcomes = await Promise.all(put.map((each) => putItem(table, each.key, earlier, each.item)));
      if (outcomes.includes('moved')) return 'moved';
      const last = await putItem(table, key, { kind: 'stamp', stamp: begun.stamp }, whole);
      return last === 'moved' ? 'moved' : { notKept };
    },
  };
}

/** Parts belong to turns: of whoever came later nothing is overwritten. */
const earlier = { kind: 'earlier-turn' } as const;

interface Part {
  readonly component: string;
  readonly key: string;
  readonly item: StampedItem;
}

function partsOf(slot: string, turn: number, name: string, pieces: ToKeep['pieces']): readonly Part[] {
  return Object.entries(pieces).map(([component, piece]) => {
    const key = partKey(slot, component);
    return { component, key, item: sealed(key, { turn, name, component, body: JSON.stringify(piece) }) };
  });
}

function reason({ item, key }: Part): string {
  return `it takes ${Math.ceil(sizeOf(key, item) / 1024)} KB, and an item holds no more than 400`;
}

/**
 * Empties a slot and its parts; the items stay, since nothing but to read and to write is asked of IAM. Claimed first, so that
 * no part of whoever writes there meanwhile is emptied.
 *
 * @returns `moved` where somebody else has written there meanwhile, and nothing of that is forgotten
 */
export async function emptySlot(
  { apart, at, key, name = noName, seen }: Slot,
  turn: number,
  place: KnownGoodPlace,
  table: ItemTable,
): Promise<'done' | 'moved'> {
  const about = { turn, name, at: at ?? new Date(0).toISOString() };
  const forgotten = headItem(key, { ...about, state: 'forgotten' }, undefined, undefined);
  if (apart.length === 0) return putItem(table, key, seen, forgotten);
  const { account, endpoint, playbook, region, sandbox } = place;
  const claim = headItem(
    key,
    { ...about, state: 'writing' },
    {
      version: 1,
      kind: 'relight/known-good',
      ...{ playbook, account, region, sandbox, endpoint, by: '', facts: '' },
      ...{ components: [], apart: [...apart], notKept: {} },
    },
    undefined,
  );
  if ((await putItem(table, key, seen, claim)) === 'moved') return 'moved';
  const outcomes = await Promise.all(
    apart.map((component) => {
      const part = emptyPart(key, turn, component);
      return putItem(table, part.key, earlier, part.item);
    }),
  );
  if (outcomes.includes('moved')) return 'moved';
  return putItem(table, key, { kind: 'stamp', stamp: claim.stamp }, forgotten);
}

/** Of what stands there and cannot be read. */
const noName = '19700101T000000Z-0000';

function emptyPart(slot: string, turn: number, component: string): Part {
  const key = partKey(slot, component);
  return { component, key, item: sealed(key, { turn, name: noName, component, body: '' }) };
}

/** Bytes of names and values, as DynamoDB counts them; a number takes no more than it has digits, and one. */
function sizeOf(key: string, item: StampedItem): number {
  const texts = Object.entries({ LockID: key, ...item }).flat();
  return texts.reduce<number>((sum, each) => sum + Buffer.byteLength(String(each), 'utf8') + 1, 0);
}
