// When all of a service is healthy, what its pieces are is written down; when a piece is gone, that is what it is made from.
// Kept in the state directory, and for a team in a table beside it: neither is ever in the way of a recovery.
import type { ComponentType } from '../../components/contract.ts';
import type { Assessed, Session } from '../../engine.ts';
import { factsIn } from '../../observe/facts.ts';
import { observePieces } from '../../observe/bases.ts';
import { typeOf } from '../../observe/observe.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component } from '../../playbook/model.ts';
import { recalledBase, type Memory, type OutputsOf, type Recalled } from '../../settings/base.ts';
import { systemClock } from '../../util/clock.ts';
import { sameJson, toJson } from '../../util/json.ts';
import { linesText } from '../../util/shown.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { CliSession } from '../place/session.ts';
import {
  keepKnownGood,
  knownGoodVersions,
  newVersionName,
  type KnownGood,
  type KnownGoodPlace,
  type KnownGoodVersion,
  type KnownPieceFile,
} from './known-good-files.ts';
import { knownGoodTable, type KnownGoodTable, type TableVersion } from './known-good-table.ts';
import { openFacts, openOutputs, recalledFrom, wordsOf, type PieceOf } from './known-good-words.ts';
import { whoAmI } from './locking.ts';

/** What only a closer look tells is asked for again after so long, though nothing else has changed. */
const longestTrust = 24 * 60 * 60_000;

/** What has to be known of a session to find where known good is kept. */
export type Standing = Pick<CliSession, 'access' | 'embedded' | 'place' | 'told'> & {
  readonly session: Pick<Session, 'identity' | 'playbook'>;
};

export function placeOf({ place, session }: Pick<Standing, 'place' | 'session'>): KnownGoodPlace {
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
  if (ahead) void table?.read();
  return { table, told: new Set(), close: () => table?.close() };
}

/** The team's table; undefined where there is none. */
export function tableFor(cli: Standing): KnownGoodTable | undefined {
  const { identity, playbook } = cli.session;
  const { knownGood } = playbook.recovery;
  if (knownGood === undefined || cli.embedded !== undefined) return undefined;
  // An access of its own: the recovery's calls do not wait for its turn, nor for the pauses that it is told to make.
  const own = { clock: systemClock, wireClock: systemClock, pacers: undefined, concurrency: undefined };
  const access = { ...cli.access, ...own, onHeaders: undefined, ...cli.told };
  return knownGoodTable({ table: knownGood.table, place: placeOf(cli), access, identity });
}

/** One version, wherever it is kept. */
export interface GoodVersion {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
  /** Where it lies on this machine; null: it does not. */
  readonly file: string | null;
  /** `dynamodb://relight`; null: it is in no table. */
  readonly table: string | null;
  /** Who wrote it into the table. */
  readonly by: string | null;
  /** Why components are not in it, of a version that is in the table alone. */
  readonly notKept: Readonly<Record<string, string>>;
  readonly pieces: ReadonlyMap<string, { readonly type: string; readonly recalled: Recalled }>;
  /** For complaints. */
  readonly shown: string;
}

function fromFile({ file, known, name }: KnownGoodVersion): GoodVersion {
  const outputs = new Map<string, OutputsOf>(Object.entries(known.outputs));
  const at = Date.parse(known.at);
  const pieces = Object.entries(known.pieces).map(([id, { captured, spec, state, tags, type }]) => {
    const recalled = { source: 'known-good', at, spec, state, captured, tags: tags ?? undefined, outputs } as const;
    return [id, { type, recalled }] as const;
  });
  return { name, at: known.at, file, table: null, by: null, notKept: {}, pieces: new Map(pieces), shown: file };
}

function fromTable({ at, by, item, name, notKept, outputs, pieces }: TableVersion, table: string): GoodVersion {
  const then = new Map<string, OutputsOf>(Object.entries(outputs));
  const all = Object.entries(pieces).map(
    ([id, each]) => [id, { type: each.type, recalled: recalledFrom(each, Date.parse(at), then) }] as const,
  );
  return { name, at, file: null, table, by, notKept, pieces: new Map(all), shown: item };
}

/** Newest first. What is in a file and in the table is one version, and the file has all of it. */
function joined(files: readonly GoodVersion[], tables: readonly GoodVersion[]): readonly GoodVersion[] {
  const byName = new Map(tables.map((each) => [each.name, each]));
  for (const each of files) {
    const there = byName.get(each.name);
    byName.set(each.name, there === undefined ? each : { ...each, table: there.table, by: there.by });
  }
  return [...byName.values()].sort((left, right) => {
    const difference = Date.parse(right.at) - Date.parse(left.at);
    return difference === 0 ? (left.name < right.name ? 1 : -1) : difference;
  });
}

/** All versions, newest first, and what is wrong. Never fails: what cannot be used is left out and told. */
export async function goodVersions(
  cli: CliSession,
  { table }: KnownGoodKeeper,
): Promise<{ readonly versions: readonly GoodVersion[]; readonly troubles: readonly string[] }> {
  const files = knownGoodVersions(cli.stateDirectory, placeOf(cli));
  const read = await table?.read();
  const own = files.versions.map(fromFile);
  if (table === undefined || read === undefined) return { versions: own, troubles: files.troubles };
  if (read.kind === 'failed') return { versions: own, troubles: [...files.troubles, read.why] };
  const others = read.versions.map((each) => fromTable(each, table.place));
  return { versions: joined(own, others), troubles: [...files.troubles, ...read.troubles] };
}

// --- Writing it down -------------------------------------------------------------------------------------------------

/**
 * Writes down what the pieces are, where all of them are healthy and it is not written down yet. For when all else is said:
 * nothing waits for it. Never fails: what cannot be kept is told.
 */
export async function noteKnownGood(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  assessed: Assessed,
  io: Io,
): Promise<void> {
  const all = [...assessed.assessments.values()];
  if (all.length === 0 || !all.every((each) => each.verdict === 'healthy')) return;
  const look = lookOf(cli, assessed);
  try {
    await noteInFile(cli, look);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(linesText([`warning: known good is not kept: ${error.message}`]));
  }
  await noteInTable(cli, keeper, look, io);
}

/** What is to be written down, looked at closer only where it has to be. */
interface Look {
  readonly owned: readonly Component[];
  readonly assessed: Assessed;
  readonly known: () => Promise<{ readonly name: string; readonly known: KnownGood }>;
}

function lookOf(cli: CliSession, assessed: Assessed): Look {
  const owned = [...cli.session.playbook.components.values()].filter((each) => !each.shared);
  let known: ReturnType<Look['known']> | undefined;
  return { owned, assessed, known: () => (known ??= describe(cli, owned, assessed)) };
}

async function noteInFile(cli: CliSession, { assessed, known, owned }: Look): Promise<void> {
  const { observations } = assessed;
  const newest = knownGoodVersions(cli.stateDirectory, placeOf(cli)).versions[0]?.known;
  const isSame =
    newest !== undefined &&
    owned.length === Object.keys(newest.pieces).length &&
    owned.every((each) => newest.pieces[each.id]?.facts === factsDigest(cli, each, assessed));
  if (isSame && observations.at - Date.parse(newest.at) < longestTrust) return;
  const { known: whole, name } = await known();
  keepKnownGood(cli.stateDirectory, name, whole);
}

async function noteInTable(
  cli: CliSession,
  { table, told }: KnownGoodKeeper,
  { assessed, known, owned }: Look,
  io: Io,
): Promise<void> {
  if (table === undefined) return;
  const { observeContext, playbook } = cli.session;
  const { redactor } = playbook.secrets;
  const { at, byId } = assessed.observations;
  const facts = digestOf(
    Object.fromEntries(
      owned.map((each) => {
        const seen = byId.get(each.id);
        const type = typeOf(each, observeContext.types);
        return [each.id, seen === undefined ? '' : openFacts(each, type, seen, redactor)];
      }),
    ),
  );
  const isSame = (newest: TableVersion): boolean =>
    newest.facts === facts && Math.abs(at - Date.parse(newest.at)) < longestTrust;
  const read = await table.read();
  if (read.kind === 'read') {
    tellTroubles(read.troubles, io, told);
    const [newest] = read.versions;
    if (newest !== undefined && isSame(newest)) return;
  }
  const kept = read.kind === 'failed' ? read : await keep();
  if (kept.kind === 'same') return;
  if (kept.kind === 'failed') {
    if (!told.has(kept.why)) io.err(linesText([`warning: known good is not kept for the team: ${kept.why}`]));
    told.add(kept.why);
    return;
  }
  const left = Object.entries(kept.notKept).map(([id, why]) => `${id} (${why})`);
  if (left.length > 0) io.err(linesText([`warning: known good in ${table.place} is without ${left.join(', ')}`]));

  async function keep(): ReturnType<KnownGoodTable['keep']> {
    const { known: whole, name } = await known();
    const version = fromFile({ name, file: '', known: whole });
    const pieces = owned.flatMap((component): readonly PieceOf[] => {
      const piece = version.pieces.get(component.id);
      const type = typeOf(component, observeContext.types);
      return piece === undefined ? [] : [{ component, type, recalled: piece.recalled }];
    });
    const worded = wordsOf(pieces, redactor);
    const notKept = Object.fromEntries(
      [...worded].flatMap(([id, each]) => (each === undefined ? [[id, 'what it is found by is secret']] : [])),
    );
    const { host, user } = whoAmI();
    return (table as KnownGoodTable).keep(
      {
        name,
        at: whole.at,
        facts,
        by: `${user}@${host}`,
        pieces: Object.fromEntries([...worded].flatMap(([id, each]) => (each === undefined ? [] : [[id, each]]))),
        notKept,
        outputs: openOutputs(new Map(Object.entries(whole.outputs)), redactor),
      },
      isSame,
    );
  }
}

async function describe(
  cli: CliSession,
  owned: readonly Component[],
  assessed: Assessed,
): Promise<{ readonly name: string; readonly known: KnownGood }> {
  const { observations } = assessed;
  const captured = await observePieces(owned, observations, cli.session.observeContext);
  const pieces = owned.flatMap((component): readonly (readonly [string, KnownPieceFile])[] => {
    const seen = observations.byId.get(component.id);
    const piece = captured.get(component.id);
    if (seen?.kind !== 'present' || piece === undefined) return [];
    return [
      [
        component.id,
        {
          type: component.type,
          spec: toJson(piece.spec) as KnownPieceFile['spec'],
          state: toJson(seen.state) as KnownPieceFile['state'],
          captured: (piece.captured ?? null) as KnownPieceFile['captured'],
          tags: seen.tags === undefined ? null : { ...seen.tags },
          facts: factsDigest(cli, component, assessed),
        },
      ],
    ];
  });
  const outputs = [...observations.outputs].map(([id, own]) => [id, JSON.parse(JSON.stringify(own)) as object]);
  const at = new Date(observations.at).toISOString();
  return {
    name: newVersionName(at),
    known: {
      version: 1,
      kind: 'relight/known-good',
      ...placeOf(cli),
      at,
      pieces: Object.fromEntries(pieces),
      outputs: Object.fromEntries(outputs) as KnownGood['outputs'],
    },
  };
}

/** With secrets: for files of one's own. */
function factsDigest(cli: CliSession, component: Component, { observations }: Assessed): string {
  const seen = observations.byId.get(component.id);
  if (seen?.kind !== 'present') return '';
  const type = typeOf(component, cli.session.observeContext.types);
  return digestOf({ facts: toJson(factsIn(type, seen)), tags: seen.tags ?? null });
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
  const found = await goodVersions(cli, isNeeded ? keeper : { ...keeper, table: undefined });
  const remembered = rememberedIn(found.versions, cli.session);
  tellTroubles([...found.troubles, ...remembered.troubles], io, keeper.told);
  return remembered.memory;
}

/** @param told what has been said already, and is added to */
export function tellTroubles(troubles: readonly string[], io: Io, told = new Set<string>()): void {
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
