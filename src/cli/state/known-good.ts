// Known good as commands use it: kept in the state directory, and for a team in a table beside it. Neither is ever in the way of
// a recovery.
import type { ComponentType } from '../../components/contract.ts';
import type { Session } from '../../engine.ts';
import { typeOf } from '../../observe/observe.ts';
import type { Component } from '../../playbook/model.ts';
import { recalledBase, type Memory, type OutputsOf, type Recalled } from '../../settings/base.ts';
import { systemClock } from '../../util/clock.ts';
import { sameJson } from '../../util/json.ts';
import { linesText } from '../../util/shown.ts';
import type { Io } from '../terminal/io.ts';
import type { CliSession } from '../place/session.ts';
import { knownGoodVersions, type KnownGoodVersion } from './known-good-files.ts';
import type { KnownGoodPlace } from './known-good-place.ts';
import type { TableVersion, VersionHead } from './known-good-slots.ts';
import { knownGoodTable, type KnownGoodTable, type TableRead, type Wanted } from './known-good-table.ts';
import { recalledFrom, wordsOf } from './known-good-words.ts';

/** What has to be known of a session to find where known good is kept. */
export type Standing = Pick<CliSession, 'access' | 'embedded' | 'place' | 'told'> & {
  readonly session: Pick<Session, 'identity' | 'observeContext' | 'playbook'>;
};

export function placeOf({
  place,
  session,
}: Pick<Standing, 'place'> & { readonly session: Pick<Session, 'identity' | 'playbook'> }): KnownGoodPlace {
  const { account, region } = session.identity;
  return {
    playbook: session.playbook.metadata.name,
    account,
    region,
    sandbox: place.sandbox,
    endpoint: place.endpoint,
  };
}

// --- Where it is kept ------------------------------------------------------------------------------------------------

/** What a command knows and keeps of known good. */
export interface KnownGoodKeeper {
  /** Undefined where the playbook names none, and in the embedded sandbox, which has no team. */
  readonly table: KnownGoodTable | undefined;
  /** What the table was found to be is told once. */
  readonly told: Set<string>;
}

export interface OpenKnownGood extends KnownGoodKeeper {
  readonly close: () => void;
}

/**
 * Whoever opens it closes it.
 *
 * @param ahead the table is asked at once, beside all else that is looked at
 */
export function openKnownGood(cli: CliSession, { ahead }: { readonly ahead: boolean }): OpenKnownGood {
  const table = tableFor(cli);
  if (ahead) void table?.heads();
  return { table, told: new Set(), close: () => table?.close() };
}

/** The team's table; undefined where there is none. */
export function tableFor(cli: Standing): KnownGoodTable | undefined {
  const { observeContext, playbook } = cli.session;
  const { knownGood } = playbook.recovery;
  if (knownGood === undefined || cli.embedded !== undefined) return undefined;
  // An access of its own: the recovery's calls do not wait for its turn, nor for the pauses that it is told to make. Its keys
  // are the session's, which are there already and are nobody else's.
  const { credentialCache } = observeContext.aws;
  const credentials = async () => ({
    keys: await credentialCache.keys(),
    origin: 'the session',
    remedy: '',
    fixed: false,
  });
  const own = { clock: systemClock, wireClock: systemClock, pacers: undefined, concurrency: undefined, credentials };
  const access = { ...cli.access, ...own, onHeaders: undefined, ...cli.told };
  return knownGoodTable({ table: knownGood.table, place: placeOf(cli), access });
}

/** One version, wherever it is kept, as far as it is told without its pieces. */
export interface GoodHead {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  /** Where it lies on this machine; null: it does not. */
  readonly file: string | null;
  /** `dynamodb://relight`; null: it is in no table. */
  readonly table: string | null;
  /** Who wrote it into the table. */
  readonly by: string | null;
  /** What it was taken from, where relight has not seen it itself; null where it has. */
  readonly from: string | null;
  readonly components: readonly string[];
  /** Why components are not in it, of a version that is in the table alone. */
  readonly notKept: Readonly<Record<string, string>>;
  /** For complaints. */
  readonly shown: string;
}

export interface GoodVersion extends GoodHead {
  readonly pieces: ReadonlyMap<string, { readonly type: string; readonly recalled: Recalled }>;
}

export function fromFile({ file, known, name }: KnownGoodVersion): GoodVersion {
  const outputs = new Map<string, OutputsOf>(Object.entries(known.outputs));
  const at = Date.parse(known.at);
  const pieces = Object.entries(known.pieces).map(([id, { captured, spec, state, tags, type }]) => {
    const recalled = { source: 'known-good', at, spec, state, captured, tags: tags ?? undefined, outputs } as const;
    return [id, { type, recalled }] as const;
  });
  const components = Object.keys(known.pieces);
  const place = { file, table: null, by: null, from: known.from ?? null, notKept: {}, shown: file };
  return { name, at: known.at, components, ...place, pieces: new Map(pieces) };
}

function headFromTable({ at, by, components, item, name, notKept }: VersionHead, table: string): GoodHead {
  return { name, at, file: null, table, by, from: null, components, notKept, shown: item };
}

function fromTable(version: TableVersion, table: string): GoodVersion {
  const { at, outputs, pieces } = version;
  const then = new Map<string, OutputsOf>(Object.entries(outputs));
  const all = Object.entries(pieces).map(
    ([id, each]) => [id, { type: each.type, recalled: recalledFrom(each, Date.parse(at), then) }] as const,
  );
  return { ...headFromTable(version, table), pieces: new Map(all) };
}

/**
 * Newest first. What is in a file and in the table is one version, and the file has all of it. In the table it is the turns that
 * say which is newer; only beside files do clocks, and no version of the table counts as newer than one that came after it.
 */
function joined<Version extends GoodHead>(files: readonly Version[], tables: readonly Version[]): readonly Version[] {
  let latest = Number.POSITIVE_INFINITY;
  const own = new Map(files.map((each) => [each.name, each]));
  const there = tables.map((each) => {
    latest = Math.min(latest, Date.parse(each.at));
    const file = own.get(each.name);
    return { at: latest, version: file === undefined ? each : { ...file, table: each.table, by: each.by } };
  });
  const inTable = new Set(tables.map(({ name }) => name));
  const rest = files
    .filter(({ name }) => !inTable.has(name))
    .map((each) => ({ at: Date.parse(each.at), version: each }));
  // The sort is stable: what stands in the table keeps its order.
  return [...there, ...rest].toSorted((left, right) => right.at - left.at).map(({ version }) => version);
}

/** Versions newest first, and what is wrong. */
export interface GoodFound<Version extends GoodHead> {
  readonly versions: readonly Version[];
  readonly troubles: readonly string[];
}

/** All versions, without the pieces. Never fails: what cannot be used is left out and told. */
export async function goodHeads(cli: CliSession, { table }: KnownGoodKeeper): Promise<GoodFound<GoodHead>> {
  const read = await table?.heads();
  return besideFiles<GoodHead, VersionHead>(cli, read, (each) => headFromTable(each, table?.place ?? ''), filesOf(cli));
}

/** Versions with their pieces: all that lie here, and of the table those that are wanted. Never fails. */
export async function goodVersions(
  cli: CliSession,
  { table }: KnownGoodKeeper,
  wanted: Wanted,
): Promise<GoodFound<GoodVersion>> {
  const read = await table?.read(wanted);
  return besideFiles<GoodVersion, TableVersion>(cli, read, (each) => fromTable(each, table?.place ?? ''), filesOf(cli));
}

function besideFiles<Version extends GoodHead, Found extends VersionHead>(
  cli: CliSession,
  read: TableRead<Found> | undefined,
  versionOf: (found: Found) => Version,
  files: GoodFound<Version>,
): GoodFound<Version> {
  if (read === undefined) return files;
  if (read.kind === 'failed') return { ...files, troubles: [...files.troubles, read.why] };
  const now = cli.session.observeContext.clock.now();
  const others = read.versions.map(versionOf);
  const troubles = [...files.troubles, ...read.troubles, ...others.flatMap((each) => aheadText(each, now))];
  return { versions: joined(files.versions, others), troubles };
}

function filesOf(cli: CliSession): GoodFound<GoodVersion> {
  const { troubles, versions } = knownGoodVersions(cli.stateDirectory, placeOf(cli));
  return { versions: versions.map(fromFile), troubles };
}

/** Clocks of two machines that are so far apart are not set. */
const farAhead = 5 * 60_000;

function aheadText({ at, by, shown }: GoodHead, now: number): readonly string[] {
  if (Date.parse(at) - now < farAhead) return [];
  return [
    `${shown} is of ${at} by ${by ?? ''}, by a clock that is ahead of this machine's: whether a file here is newer cannot be told`,
  ];
}

// --- Reading it ------------------------------------------------------------------------------------------------------

/**
 * What is remembered of the pieces in this place: by component, the newest first. What cannot be used is told.
 *
 * @param isNeeded false where nothing is to be made: then a table is not waited for
 */
export async function rememberedKnownGood(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  isNeeded: boolean,
  io: Io,
): Promise<Memory> {
  const components = [...cli.session.playbook.components.values()].flatMap(({ id, shared }) => (shared ? [] : [id]));
  const found = await goodVersions(cli, isNeeded ? keeper : { ...keeper, table: undefined }, { components });
  const remembered = rememberedIn(found.versions, cli.session);
  tellTroubles([...found.troubles, ...remembered.troubles], io, keeper.told);
  return remembered.memory;
}

/** @param told what has been said already, and is added to */
export function tellTroubles(troubles: readonly string[], io: Pick<Io, 'err'>, told = new Set<string>()): void {
  const fresh = troubles.filter((each) => !told.has(each));
  for (const each of fresh) told.add(each);
  if (fresh.length > 0) io.err(linesText(fresh.map((each) => `warning: known good: ${each}`)));
}

/** @param versions newest first */
export function rememberedIn(
  versions: readonly GoodVersion[],
  { playbook, types }: Pick<Session, 'playbook' | 'types'>,
): { readonly memory: Memory; readonly troubles: readonly string[] } {
  const memory = new Map<string, Recalled[]>();
  const troubles: string[] = [];
  for (const { pieces, shown } of versions) {
    for (const [id, { recalled, type }] of pieces) {
      const component = playbook.components.get(id);
      if (component?.type !== type) continue;
      if (isReadable(typeOf(component, types), recalled)) memory.set(id, [...(memory.get(id) ?? []), recalled]);
      else
        troubles.push(`what ${shown} says of ${id} is not used: another version of relight wrote it, or somebody else`);
    }
  }
  for (const [id, recalled] of memory) {
    const component = playbook.components.get(id);
    if (component === undefined) continue;
    memory.set(id, [...withSecrets(component, typeOf(component, types), recalled, playbook.secrets.redactor)]);
  }
  return { memory, troubles };
}

/** Where the table's says the same as the newest file, but for the secrets that only a file holds, the file's comes first. */
function withSecrets(
  component: Component,
  type: ComponentType,
  recalled: readonly Recalled[],
  redactor: Session['playbook']['secrets']['redactor'],
): readonly Recalled[] {
  const [newest] = recalled;
  if (newest?.worded === undefined || newest.worded.withheld.length === 0) return recalled;
  const whole = recalled.find((each) => each.worded === undefined);
  const worded = whole && wordsOf([{ component, type, recalled: whole }], redactor).get(component.id);
  if (whole === undefined || worded === undefined) return recalled;
  const isSame =
    sameJson(worded.locators, newest.spec) &&
    sameJson(worded.spec, newest.worded.spec) &&
    sameJson(worded.withheld, newest.worded.withheld);
  return isSame ? [whole, ...recalled.filter((each) => each !== whole)] : recalled;
}

/** A state is of the shape that the code had which wrote it, and no schema tells. */
function isReadable(type: ComponentType, recalled: Recalled): boolean {
  try {
    recalledBase(type, recalled);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
