// When all of a service is healthy, what its pieces are is written down: into the state directory, and for a team into a table.
import type { Assessed } from '../../engine.ts';
import { factsIn } from '../../observe/facts.ts';
import { observePieces } from '../../observe/bases.ts';
import { typeOf } from '../../observe/observe.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component } from '../../playbook/model.ts';
import { toJson } from '../../util/json.ts';
import { linesText } from '../../util/shown.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { CliSession } from '../place/session.ts';
import { fromFile, placeOf, tellTroubles, type KnownGoodKeeper } from './known-good.ts';
import {
  keepKnownGood,
  knownGoodVersions,
  newVersionName,
  type KnownGood,
  type KnownPieceFile,
} from './known-good-files.ts';
import type { VersionHead } from './known-good-slots.ts';
import type { KnownGoodTable } from './known-good-table.ts';
import { openFacts, openOutputs, wordsOf, type PieceOf } from './known-good-words.ts';
import { whoAmI } from './who-am-i.ts';

/** What only a closer look tells is asked for again after so long, though nothing else has changed. */
const longestTrust = 24 * 60 * 60_000;

/**
 * Writes down what the pieces are, where all of them are healthy and it is not written down yet. For when all else is said:
 * nothing waits for it. Never fails: what cannot be kept is told.
 *
 * @param onlyWhole a piece of which not all could be read is no reason to write down the others without it
 */
export async function noteKnownGood(
  cli: CliSession,
  keeper: KnownGoodKeeper,
  assessed: Assessed,
  io: Pick<Io, 'err'>,
  { onlyWhole = false }: { readonly onlyWhole?: boolean } = {},
): Promise<Noted> {
  const all = [...assessed.assessments.values()];
  if (all.length === 0 || !all.every((each) => each.verdict === 'healthy')) return { isTableSilent: false };
  const look = lookOf(cli, assessed, onlyWhole);
  const isDone = async (work: () => Promise<boolean>): Promise<boolean | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      io.err(linesText([`warning: known good is not kept: ${error.message}`]));
      // What was not read in full is kept nowhere.
      return error instanceof NotWhole ? undefined : false;
    }
  };
  const inFile = await isDone(() => noteInFile(cli, look));
  if (inFile === undefined) return { isTableSilent: false };
  return { isTableSilent: (await isDone(() => noteInTable(cli, keeper, look, io))) === false };
}

export interface Noted {
  /** The team's table could not be used, and will not be for others. */
  readonly isTableSilent: boolean;
}

/** Not all of the pieces could be looked at closer. */
class NotWhole extends UserError {}

/** What is to be written down, looked at closer only where it has to be. */
interface Look {
  readonly owned: readonly Component[];
  readonly assessed: Assessed;
  readonly known: () => Promise<{ readonly name: string; readonly known: KnownGood }>;
}

function lookOf(cli: CliSession, assessed: Assessed, onlyWhole: boolean): Look {
  const owned = [...cli.session.playbook.components.values()].filter((each) => !each.shared);
  let known: ReturnType<Look['known']> | undefined;
  return { owned, assessed, known: () => (known ??= describe(cli, owned, assessed, onlyWhole)) };
}

async function noteInFile(cli: CliSession, { assessed, known, owned }: Look): Promise<boolean> {
  const { observations } = assessed;
  const newest = knownGoodVersions(cli.stateDirectory, placeOf(cli)).versions[0]?.known;
  const isSame =
    newest !== undefined &&
    owned.length === Object.keys(newest.pieces).length &&
    owned.every((each) => newest.pieces[each.id]?.facts === factsDigest(cli, each, assessed));
  if (isSame && observations.at - Date.parse(newest.at) < longestTrust) return true;
  const { known: whole, name } = await known();
  keepKnownGood(cli.stateDirectory, name, whole);
  return true;
}

async function noteInTable(
  cli: CliSession,
  { table, told }: KnownGoodKeeper,
  { assessed, known, owned }: Look,
  io: Pick<Io, 'err'>,
): Promise<boolean> {
  if (table === undefined) return true;
  const { observeContext, playbook } = cli.session;
  const { redactor } = playbook.secrets;
  const { at, byId } = assessed.observations;
  const facts = openFacts(
    owned.map((component) => ({
      component,
      type: typeOf(component, observeContext.types),
      seen: byId.get(component.id),
    })),
    redactor,
  );
  const isSame = (newest: VersionHead): boolean =>
    newest.facts === facts && Math.abs(at - Date.parse(newest.at)) < longestTrust;
  const read = await table.heads();
  if (read.kind === 'read') {
    tellTroubles(read.troubles, io, told);
    const [newest] = read.versions;
    if (newest !== undefined && isSame(newest)) return true;
  }
  const kept = read.kind === 'failed' ? read : await keep();
  if (kept.kind === 'same') return true;
  if (kept.kind === 'failed') {
    if (!told.has(kept.why)) io.err(linesText([`warning: known good is not kept for the team: ${kept.why}`]));
    told.add(kept.why);
    return false;
  }
  const left = Object.entries(kept.notKept).map(([id, why]) => `${id} (${why})`);
  if (left.length > 0) io.err(linesText([`warning: known good in ${table.place} is without ${left.join(', ')}`]));
  return true;

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
    return (table as KnownGoodTable).keep(
      {
        name,
        at: whole.at,
        facts,
        by: whoAmI(),
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
  onlyWhole: boolean,
): Promise<{ readonly name: string; readonly known: KnownGood }> {
  const { observations } = assessed;
  const unread: string[] = [];
  const captured = await observePieces(owned, observations, cli.session.observeContext, (component, why) => {
    unread.push(`${component} (${why})`);
  });
  if (onlyWhole && unread.length > 0) throw new NotWhole(`not all could be read of ${unread.join(', ')}`);
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
