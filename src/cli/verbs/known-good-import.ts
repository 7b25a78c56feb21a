// relight known-good import: what a Terraform state says of pieces, for making them again when they are gone. What relight has seen
// itself counts for more.
import type { StatedResource } from '../../owners/stated.ts';
import { isoNow } from '../../util/clock.ts';
import { toJson } from '../../util/json.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { count } from '../../util/words.ts';
import { table } from '../../report/paint.ts';
import { componentsIn, refuseElsewhere } from '../changing/managers.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { goodHeads, placeOf, tellTroubles } from '../state/known-good.ts';
import { keepKnownGood, newVersionName, type KnownGood, type KnownPieceFile } from '../state/known-good-files.ts';
import { readStateDocument } from '../state/state-document.ts';
import type { Io } from '../terminal/io.ts';
import { openFor } from './known-good.ts';

export interface ImportOptions extends GlobalOptions {
  /** Also of pieces that relight has seen healthy itself. */
  readonly over?: boolean;
}

/** @param stateFile a Terraform state, or what `terraform show -json` printed */
export async function knownGoodImport(
  file: string,
  stateFile: string,
  options: ImportOptions,
  io: Io,
): Promise<ExitCode> {
  const state = readStateDocument(stateFile, io);
  const { cli, keeper } = await openFor(file, options, io);
  const { troubles, versions } = await goodHeads(cli, keeper).finally(keeper.close);
  tellTroubles(troubles, io);
  const { observeContext, playbook } = cli.session;
  const { ambiguous, elsewhere, found } = componentsIn(state, cli.session);
  refuseElsewhere(stateFile, elsewhere);
  const seen = new Set(versions.filter(({ from }) => from === null).flatMap(({ components }) => components));
  const left: { readonly component: string; readonly because: string }[] = [];
  const taken = new Map<string, StatedResource>();
  for (const { id, shared } of playbook.components.values()) {
    if (shared) continue;
    const resource = found.get(id);
    const several = ambiguous.get(id);
    if (several !== undefined) left.push({ component: id, because: `it may be any of ${several.join(', ')}` });
    else if (resource === undefined) left.push({ component: id, because: 'no resource of the state is it' });
    else if (seen.has(id) && options.over !== true) {
      left.push({ component: id, because: 'relight has seen it healthy itself (--over takes the state all the same)' });
    } else taken.set(id, resource);
  }
  const at = isoNow(observeContext.clock);
  const name = newVersionName(at);
  if (taken.size > 0) {
    keepKnownGood(cli.stateDirectory, name, {
      version: 1,
      kind: 'relight/known-good',
      ...placeOf(cli),
      at,
      from: stateFile,
      pieces: Object.fromEntries([...taken].map(([id, each]) => [id, pieceOf(each)])),
      outputs: Object.fromEntries(
        [...taken].map(([id, { piece, type }]) => [
          id,
          JSON.parse(JSON.stringify(type.outputsOf(piece.spec, piece.state, observeContext.scope))) as object,
        ]),
      ) as KnownGood['outputs'],
    });
  }
  const kept = [...taken].map(([component, { address }]) => ({ component, address }));
  if (options.json === true) {
    io.out(jsonText({ version: 1, name: taken.size === 0 ? null : name, from: stateFile, kept, left }));
    return exitCodes.fine;
  }
  const rows = [
    ...kept.map(({ address, component }) => [`  ${component}`, address]),
    ...left.map(({ because, component }) => [`  ${component}`, `not taken: ${because}`]),
  ];
  const head =
    taken.size === 0
      ? `nothing of ${stateFile} was taken`
      : `${name}: what ${stateFile} says of ${count(taken.size, 'component')}`;
  io.out(linesText([head, ...table(rows)]));
  return exitCodes.fine;
}

function pieceOf({ piece: { captured = null, spec, state, tags }, type }: StatedResource): KnownPieceFile {
  return {
    type: type.traits.type,
    spec: toJson(spec) as KnownPieceFile['spec'],
    state: toJson(state) as KnownPieceFile['state'],
    captured: captured as KnownPieceFile['captured'],
    tags: tags === undefined ? null : { ...tags },
    // Of nothing that was seen: the next look that finds all healthy writes it down anew.
    facts: '',
  };
}
