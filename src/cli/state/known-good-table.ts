// Known good in a DynamoDB table, for the machines of a team: what may be asked of it, and for how long. Nothing waits for it
// longer than its time, and what cannot be had or kept is only told.
import type { AccessOptions } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import type { ItemTable } from '../../aws/tables/stamped-items.ts';
import { tableScope } from '../../aws/tables/table-scope.ts';
import type { KnownGoodPlace } from './known-good-place.ts';
import {
  beginningOf,
  findSlots,
  readWhole,
  shownItem,
  unread,
  wholeSlots,
  type FoundSlots,
  type Slot,
  type TableVersion,
  type VersionHead,
  type WholeSlot,
} from './known-good-slots.ts';
import { emptySlot, slotFor, turnAfter, written, type ToKeep, type Written } from './known-good-slot-writing.ts';
import { inTime, TableTimeout, troubleOf, type TableTrouble } from './table-time.ts';

/** What is asked of the table, or told to it, has so many milliseconds: all of it together. */
const longestWait = 2_000;
/** But for what somebody waits for who has asked for nothing else. */
const longestForgetting = 30_000;
/** Somebody else wrote into the slot that was chosen: so many times another one is. */
const mostRounds = 3;

export type TableRead<Version> =
  | {
      readonly kind: 'read';
      /** Newest first. */
      readonly versions: readonly Version[];
      /** What is there and is not used, and why: a sentence or two each. */
      readonly troubles: readonly string[];
    }
  | ({ readonly kind: 'failed' } & TableTrouble);

/** Which versions are read with their pieces: one by its name, or of each of these components the newest that has it. */
export type Wanted = { readonly name: string } | { readonly components: readonly string[] };

export type Kept =
  /** `notKept`: why some components are not in it. */
  | { readonly kind: 'kept'; readonly notKept: Readonly<Record<string, string>> }
  /** The newest version there says the same. */
  | { readonly kind: 'same' }
  | { readonly kind: 'failed'; readonly why: string };

/** What came of forgetting. */
export interface Forgotten {
  /** Versions of which nothing is there any more. */
  readonly names: readonly string[];
  /** What may still be there, and why. `name` is null where nobody could tell it. */
  readonly failed: readonly { readonly item: string; readonly name: string | null; readonly why: string }[];
}

export interface KnownGoodTable {
  /** `dynamodb://relight` */
  readonly place: string;
  /** What there is, without the pieces. Asks once, at the first call. Never fails. */
  readonly heads: () => Promise<TableRead<VersionHead>>;
  /** With the pieces. Never fails. */
  readonly read: (wanted: Wanted) => Promise<TableRead<TableVersion>>;
  /** Writes a version in the place of the oldest, unless `isSame` of the newest one. Never fails. */
  readonly keep: (known: ToKeep, isSame: (newest: VersionHead) => boolean) => Promise<Kept>;
  /** Forgets one version, or all that stands in the slots. Never fails. */
  readonly forget: (only?: string) => Promise<Forgotten>;
  /** What is still under way is let go of. */
  readonly close: () => void;
}

export interface TableParts {
  readonly table: string;
  readonly place: KnownGoodPlace;
  /** Calls are timed and paced by its clock; nothing of it but items of known good of this place is ever asked or changed. */
  readonly access: AccessOptions;
}

export function knownGoodTable({ access, place, table }: TableParts): KnownGoodTable {
  const { clock } = access;
  const over = new AbortController();
  const scope = tableScope(table, { beginning: beginningOf(place) });
  const { signal } = over;
  const aws = connect({ ...access, account: place.account, mode: 'change', callLimit: longestWait, scope, signal });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  const where: ItemTable = { aws, clock, table };
  const words = { place: `dynamodb://${table}`, table, region: place.region };
  let trouble: TableTrouble | undefined;
  let left = longestWait;
  /** After one failure nothing more is asked: whatever it is, it would be waited for again. */
  const guarded = async <Result>(work: () => Promise<Result>, milliseconds = left): Promise<Result | undefined> => {
    if (trouble !== undefined) return undefined;
    const begun = clock.now();
    let waitedFor = 'credentials';
    const limit = Math.max(milliseconds, longestWait) / 1000;
    try {
      return await inTime({ clock, milliseconds, over, why: () => `no ${waitedFor} within ${limit} s` }, async () => {
        await aws.credentialCache.keys();
        waitedFor = 'answer';
        return work();
      });
    } catch (error) {
      trouble = troubleOf(error, words);
      return undefined;
    } finally {
      left = Math.max(0, left - (clock.now() - begun));
    }
  };
  const failed = (): { readonly kind: 'failed' } & TableTrouble => ({
    kind: 'failed',
    ...(trouble ?? { why: '', unseen: true }),
  });
  let finding: Promise<FoundSlots | undefined> | undefined;
  const found = (): Promise<FoundSlots | undefined> => (finding ??= guarded(() => findSlots(where, place)));
  return {
    place: words.place,
    close: () => {
      over.abort(new TableTimeout('the command is over'));
    },
    heads: async () => {
      const there = await found();
      if (there === undefined) return failed();
      const versions = wholeSlots(there.slots).map(({ whole }) => whole.head);
      return { kind: 'read', versions, troubles: there.troubles };
    },
    read: async (wanted) => {
      const there = await found();
      const whole = there && (await guarded(() => readWanted(where, there.slots, wanted)));
      if (there === undefined || whole === undefined) return failed();
      return { kind: 'read', versions: whole.versions, troubles: [...there.troubles, ...whole.troubles] };
    },
    keep: async (known, isSame) => {
      const kept = await guarded(async (): Promise<Kept> => {
        const version = written(known, place);
        for (let round = 0; round < mostRounds; round += 1) {
          const there = (round === 0 ? await finding : undefined) ?? (await findSlots(where, place));
          const newest = wholeSlots(there.slots)[0]?.whole.head;
          if (newest !== undefined && isSame(newest)) return { kind: 'same' };
          const slot = await soundSlotFor(where, there.slots, version);
          if (slot === undefined)
            return { kind: 'failed', why: `${words.place}: no item is left to write into, the others are not ours` };
          const outcome = await version.into(slot, turnAfter(there.slots, Date.parse(known.at)), where);
          if (outcome !== 'moved') return { kind: 'kept', notKept: outcome.notKept };
        }
        return { kind: 'failed', why: `${words.place}: others were writing at the same time` };
      });
      return kept ?? failed();
    },
    forget: async (only) => {
      const names: string[] = [];
      const open = new Map<string, { readonly item: string; readonly name: string | null; why: string }>();
      await guarded(async () => {
        const { slots: all } = await findSlots(where, place);
        const turn = turnAfter(all, clock.now());
        const meant = meantBy(all, only);
        for (const { key, name = null } of meant) open.set(key, { item: shownItem(table, key), name, why: '' });
        await Promise.all(
          meant.map(async (slot) => {
            const why = await whyNotEmptied(slot, turn);
            const own = open.get(slot.key);
            if (why !== undefined && own !== undefined) own.why = why;
            if (why !== undefined) return;
            open.delete(slot.key);
            if (slot.name !== undefined) names.push(slot.name);
          }),
        );
      }, longestForgetting);
      if (trouble === undefined || open.size > 0) {
        return { names, failed: [...open.values()].map((each) => ({ ...each, why: each.why || failed().why })) };
      }
      return { names, failed: [{ item: words.place, name: only ?? null, why: failed().why }] };
    },
  };

  async function whyNotEmptied(slot: Slot, turn: number): Promise<string | undefined> {
    if (slot.state === 'unread') return unread(table, slot.key);
    try {
      const outcome = await emptySlot(slot, turn, place, where);
      return outcome === 'done' ? undefined : 'somebody else has written there meanwhile';
    } catch (error) {
      return troubleOf(error, words).why;
    }
  }
}

/** An unread one may be the one that is looked for. */
function meantBy(all: readonly Slot[], only: string | undefined): readonly Slot[] {
  const named = all.filter(({ name }) => name === only);
  if (only !== undefined && named.length > 0) return named;
  return all.filter(({ state }) => (only === undefined ? state !== 'free' : state === 'unread'));
}

/** What was changed by somebody else is overwritten by nobody: the body of a version is proved before another takes its place. */
async function soundSlotFor(where: ItemTable, all: readonly Slot[], version: Written): Promise<Slot | undefined> {
  const slot = slotFor(all, version.inSteps);
  const whole = wholeSlots(all).find((each) => each === slot);
  const [read] = whole === undefined ? [] : await readWhole(where, [whole]);
  if (read?.isDamaged !== true) return slot;
  return soundSlotFor(
    where,
    all.filter((each) => each !== slot),
    version,
  );
}

/** Reads no more than has to be read; where something of a version is damaged, of the one before it. */
async function readWanted(
  where: ItemTable,
  all: readonly Slot[],
  wanted: Wanted,
): Promise<{ readonly versions: readonly TableVersion[]; readonly troubles: readonly string[] }> {
  const candidates = wholeSlots(all);
  /** By their keys; undefined where it is of no use. */
  const read = new Map<string, TableVersion | undefined>();
  const troubles: string[] = [];
  const mayHave = ({ key, whole }: WholeSlot, id: string): boolean =>
    read.has(key) ? read.get(key)?.pieces[id] !== undefined : whole.head.components.includes(id);
  for (;;) {
    const picked =
      'name' in wanted
        ? candidates.filter(({ name }) => name === wanted.name)
        : wanted.components.flatMap((id) => candidates.find((each) => mayHave(each, id)) ?? []);
    const fresh = [...new Set(picked)].filter(({ key }) => !read.has(key));
    if (fresh.length === 0) break;
    const found = await readWhole(where, fresh);
    fresh.forEach(({ key }, index) => {
      read.set(key, found[index]?.version);
      troubles.push(...(found[index]?.troubles ?? []));
    });
  }
  return { versions: candidates.flatMap(({ key }) => read.get(key) ?? []), troubles };
}
