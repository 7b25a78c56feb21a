// When all of a service is healthy, what its pieces are is written down; when a piece is gone, that is what it is made from.
import type { ComponentType } from '../../components/contract.ts';
import type { Assessed, Session } from '../../engine.ts';
import { factsIn } from '../../observe/facts.ts';
import { observePieces } from '../../observe/bases.ts';
import { typeOf } from '../../observe/observe.ts';
import { digestOf } from '../../playbook/digest.ts';
import type { Component } from '../../playbook/model.ts';
import { recalledBase, type Memory, type OutputsOf, type Recalled } from '../../settings/base.ts';
import { toJson } from '../../util/json.ts';
import { linesText } from '../../util/shown.ts';
import { UserError } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { CliSession } from '../place/session.ts';
import {
  keepKnownGood,
  knownGoodVersions,
  type KnownGood,
  type KnownGoodPlace,
  type KnownGoodVersion,
  type KnownPieceFile,
} from './known-good-files.ts';

/** What only a closer look tells is asked for again after so long, though nothing else has changed. */
const longestTrust = 24 * 60 * 60_000;

export function placeOf({ place, session }: CliSession): KnownGoodPlace {
  const { account, region } = session.identity;
  return {
    playbook: session.playbook.metadata.name,
    account,
    region,
    sandbox: place.sandbox,
    endpoint: place.endpoint,
  };
}

/**
 * Writes down what the pieces are, where all of them are healthy and it is not written down yet. Never fails: what cannot be
 * kept is told.
 */
export async function noteKnownGood(cli: CliSession, assessed: Assessed, io: Io): Promise<void> {
  const all = [...assessed.assessments.values()];
  if (all.length === 0 || !all.every((each) => each.verdict === 'healthy')) return;
  try {
    await note(cli, assessed);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.err(linesText([`warning: known good is not kept: ${error.message}`]));
  }
}

async function note(cli: CliSession, { observations }: Assessed): Promise<void> {
  const { playbook, observeContext } = cli.session;
  const owned = [...playbook.components.values()].filter((each) => !each.shared);
  const facts = new Map(owned.map((each) => [each.id, factsDigest(each)]));
  const place = placeOf(cli);
  const newest = knownGoodVersions(cli.stateDirectory, place).versions[0]?.known;
  const isSame =
    newest !== undefined &&
    owned.length === Object.keys(newest.pieces).length &&
    owned.every(({ id }) => newest.pieces[id]?.facts === facts.get(id));
  if (isSame && observations.at - Date.parse(newest.at) < longestTrust) return;
  const captured = await observePieces(owned, observations, observeContext);
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
          facts: facts.get(component.id) ?? '',
        },
      ],
    ];
  });
  const outputs = [...observations.outputs].map(([id, own]) => [id, JSON.parse(JSON.stringify(own)) as object]);
  keepKnownGood(cli.stateDirectory, {
    version: 1,
    kind: 'relight/known-good',
    ...place,
    at: new Date(observations.at).toISOString(),
    pieces: Object.fromEntries(pieces),
    outputs: Object.fromEntries(outputs) as KnownGood['outputs'],
  });

  function factsDigest(component: Component): string {
    const seen = observations.byId.get(component.id);
    if (seen?.kind !== 'present') return '';
    return digestOf({ facts: toJson(factsIn(typeOf(component, observeContext.types), seen)), tags: seen.tags ?? null });
  }
}

/** What is remembered of the pieces in this place: by component, the newest first. What cannot be used is told. */
export function rememberedKnownGood(cli: CliSession, io: Io): Memory {
  const { troubles, versions } = knownGoodVersions(cli.stateDirectory, placeOf(cli));
  const remembered = rememberedIn(versions, cli.session);
  tellTroubles([...troubles, ...remembered.troubles], io);
  return remembered.memory;
}

export function tellTroubles(troubles: readonly string[], io: Io): void {
  if (troubles.length > 0) io.err(linesText(troubles.map((each) => `warning: known good: ${each}`)));
}

/** @param versions newest first */
export function rememberedIn(
  versions: readonly KnownGoodVersion[],
  { playbook, types }: Pick<Session, 'playbook' | 'types'>,
): { readonly memory: Memory; readonly troubles: readonly string[] } {
  const memory = new Map<string, Recalled[]>();
  const troubles: string[] = [];
  for (const { file, known } of versions) {
    const outputs = new Map<string, OutputsOf>(Object.entries(known.outputs));
    for (const [id, { captured, spec, state, tags, type }] of Object.entries(known.pieces)) {
      const component = playbook.components.get(id);
      if (component?.type !== type) continue;
      const recalled: Recalled = {
        source: 'known-good',
        at: Date.parse(known.at),
        spec,
        state,
        captured,
        tags: tags ?? undefined,
        outputs,
      };
      if (isReadable(typeOf(component, types), recalled)) memory.set(id, [...(memory.get(id) ?? []), recalled]);
      else
        troubles.push(`what ${file} says of ${id} is not used: another version of relight wrote it, or somebody else`);
    }
  }
  return { memory, troubles };
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
