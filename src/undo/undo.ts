// What an undo is to do about each piece, and what does not come back as it was. Pure.
import type { AsSpec, ComponentType, Scope } from '../components/contract.ts';
import type { Graph } from '../graph/graph.ts';
import type { Observations } from '../observe/observe.ts';
import type { NotRestored, Plan, PlannedComponent, Undone } from '../plan/plan.ts';
import type { UndoGoal } from '../plan/decision.ts';
import { ownerTags, type Observation } from '../components/contract.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { BeforeImage } from '../run/journal/events.ts';
import { memberOf } from '../util/json.ts';
import { isBelow } from '../util/paths.ts';
import { differencesThatCount, generationOf, outputsIn, type PastPiece, type PastRun } from './past.ts';
import { topOf } from './parts.ts';
import { playbookBefore, type PlaybookBefore } from './playbook-before.ts';

export interface UndoInputs {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly past: PastRun;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly scope: Scope;
  /** A look by the playbook of `playbookBefore` without a observations. */
  readonly observations: Observations;
}

export interface Undo extends PlaybookBefore {
  readonly goals: ReadonlyMap<string, UndoGoal>;
  /** Components whose pieces are as the run, or an earlier undo of it, left them. */
  readonly proven: ReadonlySet<string>;
}

/** Decides from what was and what is there now. */
export function undoOf(inputs: UndoInputs): Undo {
  const before = playbookBefore(inputs);
  const goals = new Map<string, UndoGoal>();
  for (const [id, piece] of inputs.past.pieces) {
    const component = inputs.playbook.components.get(id);
    const type = inputs.types.get(component?.type ?? '');
    if (component !== undefined && type !== undefined) goals.set(id, goalOf(component, type, piece, before, inputs));
  }
  return { ...before, goals, proven: provenIn(inputs, goals) };
}

/** Only kinds without tags ask for proof; for all others to be accepted would mean something else. */
function provenIn({ past, playbook, types }: UndoInputs, goals: ReadonlyMap<string, UndoGoal>): ReadonlySet<string> {
  const pieces = [...past.pieces.values()].filter(({ component, after }) => {
    const asksForProof = types.get(playbook.components.get(component)?.type ?? '')?.judging.claim !== undefined;
    const isKnown = after !== undefined || past.halfUndone.has(component);
    return asksForProof && isKnown && goals.get(component)?.kind !== 'refused';
  });
  return new Set(pieces.map((each) => each.component));
}

function goalOf(
  component: Component,
  type: ComponentType,
  piece: PastPiece,
  before: PlaybookBefore,
  inputs: UndoInputs,
): UndoGoal {
  const refused = (because: string): UndoGoal => ({ kind: 'refused', because });
  const { past, observations } = inputs;
  const seen = observations.byId.get(component.id);
  if (piece.before === undefined) {
    const goal: UndoGoal = { kind: 'remove', because: `run ${madeBy(component.id, past)} made it` };
    if (seen?.kind !== 'present' || past.halfUndone.has(component.id)) return goal;
    const moved = movedSince(component, type, piece, seen, inputs);
    if (moved !== undefined) return refused(`is not deleted: ${moved}`);
    const holder = before.lost.find((each) => each.now === component.id && each.becomes === 'held');
    if (holder !== undefined) {
      return refused(`stays: ${holder.component} needs it, since what its ${holder.path} named before is gone`);
    }
    const later = laterDependent(component, inputs);
    return later === undefined ? goal : refused(`is not deleted: ${later}, which was made since, needs it`);
  }
  const speechless = before.speechless.get(component.id);
  if (speechless !== undefined) return refused(`cannot be brought back by a playbook's words: ${speechless}`);
  const goal: UndoGoal = { kind: 'restore', because: reasonOf(piece) };
  if (seen?.kind !== 'present') {
    const lacking = lackingToCreate(component, type, before.playbook);
    return lacking === undefined ? goal : refused(`cannot be made again: no spec can say its ${lacking}`);
  }
  if (past.halfUndone.has(component.id) || isAsBefore(component, type, seen.state, before, inputs)) return goal;
  const moved =
    piece.last === 'delete' && piece.settled
      ? 'it has been made again since, and otherwise than it was'
      : movedSince(component, type, piece, seen, inputs);
  return moved === undefined ? goal : refused(`is not brought back: ${moved}`);
}

function reasonOf({ last, before, after, changedBy }: PastPiece): string {
  if (last === 'delete') return `run ${changedBy} deleted it`;
  return last === 'create' && before !== undefined && after !== undefined
    ? `run ${changedBy} replaced it`
    : `run ${changedBy} changed it`;
}

/** Of the run and those that it went on with, the one that made the piece. */
function madeBy(id: string, { pieces, runId }: PastRun): string {
  const piece = pieces.get(id);
  return piece?.madeBy ?? piece?.changedBy ?? runId;
}

type Present = Extract<Observation<unknown>, { kind: 'present' }>;

/** How the piece is another one than the run left; undefined when it is that one, or nobody can tell. */
function movedSince(
  component: Component,
  type: ComponentType,
  piece: PastPiece,
  seen: Present,
  inputs: UndoInputs,
): string | undefined {
  const { after } = piece;
  if (after === undefined) return unproven(type, component, piece, seen, inputs);
  const spec = specNow(component, inputs.observations);
  if (generationOf(type, after, inputs.scope) !== generationOf(type, { spec, state: seen.state }, inputs.scope)) {
    return 'it is another one than the run left';
  }
  const left = type.undo.specOf(after.spec, after.state, undefined).spec;
  const paths = differencesThatCount(type, component, left, seen.state).map((each) => each.path);
  return paths.length === 0 ? undefined : `it has been changed since: ${paths.join(', ')}`;
}

/** A run that was cut off did not write down what it left. Its tags tell, and without tags only what was there before. */
function unproven(
  type: ComponentType,
  component: Component,
  { before }: PastPiece,
  { state, tags }: Present,
  { past, playbook, observations }: UndoInputs,
): string | undefined {
  if (before !== undefined) return undefined;
  const asWanted = differencesThatCount(
    type,
    component,
    resolveReferences(
      playbook.components.get(component.id)?.spec,
      (id, output) => observations.outputs.get(id)?.[output],
    ),
    state,
  );
  const isOurs = tags === undefined ? asWanted.length === 0 : tags[ownerTags.playbook] === past.playbook.name;
  return isOurs ? undefined : 'the run did not write down that it made it, and nothing tells that it did';
}

function specNow(component: Component, observations: Observations): unknown {
  return resolveReferences(component.spec, (id, output) => observations.outputs.get(id)?.[output]);
}

function isAsBefore(
  component: Component,
  type: ComponentType,
  state: unknown,
  before: PlaybookBefore,
  { observations }: UndoInputs,
): boolean {
  const wanted = before.playbook.components.get(component.id);
  return (
    wanted !== undefined && differencesThatCount(type, component, specNow(wanted, observations), state).length === 0
  );
}

/** A field that must be told to make the piece, and that its description lacks. */
function lackingToCreate(component: Component, type: ComponentType, before: Playbook): string | undefined {
  const spec = before.components.get(component.id)?.spec;
  const isSaid = (name: string): boolean => memberOf(spec, name) !== undefined;
  const lacking = (type.traits.requiredWhenOwned ?? []).find((each) =>
    typeof each === 'string' ? !isSaid(each) : !each.some(isSaid),
  );
  return lacking === undefined ? undefined : typeof lacking === 'string' ? lacking : lacking.join(' or ');
}

/** A piece that needs the component, that was not there when the run began, and that the run did not make. */
function laterDependent(component: Component, { graph, past, observations }: UndoInputs): string | undefined {
  return graph
    .dependentsOf(component.id)
    .find((id) => !past.pieces.has(id) && !past.presentBefore.has(id) && observations.byId.get(id)?.kind === 'present');
}

// --- What does not come back -----------------------------------------------------------------------------------------

/** Tells of a plan of kind `undo` what will not be as it was once it is done. */
export function undoneBy(plan: Plan, undo: Undo, inputs: UndoInputs): Undone {
  const { past, playbook } = inputs;
  return {
    run: past.runId,
    ...(past.earlier.length === 0 ? {} : { earlier: past.earlier }),
    playbookChanged: past.playbook.digest !== playbook.digest,
    notRestored: plan.components.flatMap((each) => notRestoredOf(each, undo, inputs)),
  };
}

function notRestoredOf(planned: PlannedComponent, undo: Undo, inputs: UndoInputs): readonly NotRestored[] {
  const { past, playbook, scope, observations, types } = inputs;
  const component = playbook.components.get(planned.id);
  const wanted = undo.playbook.components.get(planned.id);
  const type = types.get(planned.type);
  const before = past.pieces.get(planned.id)?.before;
  if (component === undefined || wanted === undefined || type === undefined) return [];
  const told = (what: string, because: string): NotRestored => ({ component: planned.id, what, because });
  const seen = observations.byId.get(planned.id);
  const state = seen?.kind === 'present' ? seen.state : undefined;
  const isMade = planned.disposition === 'create' || planned.disposition === 'replace';
  const isNew = (output: string): boolean => {
    const trait = type.traits.outputs[output];
    if (trait?.onReplace !== 'new') return false;
    return isMade || (planned.disposition === 'update' && trait.onUpdate === 'new');
  };

  const then = before === undefined ? undefined : outputsIn(before, type, scope);
  const now = state === undefined ? undefined : type.outputsOf(specNow(wanted, observations), state, scope);
  const outputs = Object.keys(type.traits.outputs).flatMap((name): readonly NotRestored[] => {
    const old = (then ?? now)?.[name];
    if (old === undefined) return [];
    if (isNew(name)) return [told(name, `was ${old}; AWS gives a new one`)];
    const stays = now?.[name];
    return planned.disposition === 'delete' || stays === undefined || stays === old
      ? []
      : [told(name, `was ${old}, is ${stays}`)];
  });
  const changes = planned.disposition !== 'keep' && planned.disposition !== 'excluded';
  const lost = undo.lost
    .filter((each) => each.component === planned.id && (changes || each.becomes !== 'again'))
    .map((each) =>
      told(
        each.path,
        each.becomes === 'again'
          ? `names again what it named before run ${madeBy(each.now, past)} made ${each.now}, which may well be gone`
          : `what it named is gone; it goes on naming the ${each.now} of run ${madeBy(each.now, past)}`,
      ),
    );
  if (before === undefined) return isMade ? [...outputs, ...lost] : lost;
  const asSpec = type.undo.specOf(before.spec, before.state, before.captured ?? undefined);
  if (isMade || state === undefined) {
    return [...outputs, ...beyondSpec(asSpec).map((each) => told(each, 'no spec can say it')), ...lost];
  }
  // Of a piece that is still the same one, only what the run took away is lost.
  const present = type.undo.specOf(specNow(wanted, observations), state, undefined);
  const gone = beyondSpec(asSpec)
    .filter((each) => !beyondSpec(present).includes(each) && !isCapturedOnly(each, type, before))
    .map((each) => told(each, 'no spec can say it'));
  const added = surplus(type, component, before, { spec: present.spec, state }).map((path) =>
    told(path, 'was not there before; a spec that does not name it leaves it alone'),
  );
  return [...outputs, ...gone, ...added, ...lost];
}

/** What only a closer look tells cannot be missed in a look that did not ask for it. */
function isCapturedOnly(what: string, type: ComponentType, before: BeforeImage): boolean {
  return !beyondSpec(type.undo.specOf(before.spec, before.state, undefined)).includes(what);
}

/** Fields that are there now, were not before, and that a spec which does not name them leaves alone. */
function surplus(
  type: ComponentType,
  component: Component,
  before: BeforeImage,
  now: { readonly spec: unknown; readonly state: unknown },
): readonly string[] {
  const then = type.undo.specOf(before.spec, before.state, before.captured ?? undefined).spec;
  // What only `capture` saw is not in the state to compare with.
  const seen = type.undo.specOf(before.spec, before.state, undefined).spec;
  const isCaptured = (path: string): boolean => {
    const top = topOf(path);
    return memberOf(then, top) !== undefined && memberOf(seen, top) === undefined;
  };
  const restored = differencesThatCount(type, component, then, now.state).map((each) => each.path);
  return differencesThatCount(type, component, now.spec, before.state)
    .filter((each) => each.actual === undefined && !isCaptured(each.path))
    .map((each) => each.path)
    .filter((path) => !restored.some((other) => isBelow(path, other) || isBelow(other, path)));
}

/** All that does not come back with the spec. */
function beyondSpec({ notRepresented, parts = [] }: AsSpec<unknown>): readonly string[] {
  return [...notRepresented, ...parts];
}
