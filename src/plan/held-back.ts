// What must not be deleted after all, whatever its own verdict and the strategy say: because of what points at it, is deleted
// with it, needs it, or would be lost with it. Pure.
import type { Assessment } from '../assess/assessment.ts';
import { upstreamOf } from '../graph/graph.ts';
import { typeOf } from '../observe/look.ts';
import type { Component } from '../playbook/model.ts';
import { cascadeObstacle } from './cascade.ts';
import { acceptCommand, fate, follows, isTakenAway, willBeNew, type Fate, type FateInputs } from './fate.ts';
import type { PlanKind } from './plan.ts';
import { pointersAt, unseenListers } from './pointers.ts';

/** Deletes that something in the way forbids, and why. */
export function heldBack(inputs: FateInputs, fates: ReadonlyMap<string, Fate>): ReadonlyMap<string, Fate> {
  const result = new Map<string, Fate>();
  for (const [id, own] of fates) {
    const component = inputs.playbook.components.get(id);
    if (component === undefined || !isTakenAway(own)) continue;
    const why =
      pointedAt(component, inputs, fates) ??
      cascades(component, inputs, fates) ??
      neededBy(component, inputs, fates) ??
      lostWith(component, inputs);
    if (why !== undefined) result.set(id, why);
  }
  return result;
}

/** A dependent that stays although it holds the piece or could not follow its new outputs, or that nobody saw. */
function neededBy(component: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { id } = component;
  for (const dependent of inputs.graph.dependentsOf(id)) {
    const other = inputs.playbook.components.get(dependent);
    const otherFate = fates.get(dependent);
    const assessment = inputs.assessments.get(dependent);
    if (other === undefined || otherFate === undefined || assessment === undefined) continue;
    const held = isReferrer(dependent, id, inputs) && typeOf(component, inputs.types).heldBy.includes(other.type);
    const needs = held || isLeftBehind(other, otherFate, id, inputs, fates);
    const why = obstacleOf(assessment, otherFate, needs, inputs.kind);
    if (why !== undefined) {
      return fate('blocked', `cannot be deleted while ${dependent}, which ${why}, needs it`, dependent);
    }
  }
  return undefined;
}

/** Data that no before-image keeps: once deleted, nobody can put it back. */
function lostWith(component: Component, inputs: FateInputs): Fate | undefined {
  const { accepted, survey, types } = inputs;
  const { id } = component;
  if (typeOf(component, types).holds === undefined || accepted.has(id)) return undefined;
  const contents = survey.contents.get(id) ?? { kind: 'unknown', detail: 'nobody has looked' };
  if (contents.kind === 'none') return undefined;
  const what =
    contents.kind === 'some'
      ? `it holds ${contents.detail}`
      : `nobody could see whether it holds anything (${contents.detail})`;
  const remedy = `If that may be lost: ${acceptCommand(id, inputs)}`;
  return fate('blocked', `cannot be deleted: ${what}, and relight could not put that back. ${remedy}`, id);
}

/** Records that would lead to a name that is free again, or name a health check that is gone: they go first. */
function pointedAt(component: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { accepted, graph, survey, types } = inputs;
  const { id } = component;
  for (const { component: pointing, from } of pointersAt(
    component,
    survey.observations.get(id),
    survey.pointers,
    types,
  )) {
    if (pointing === undefined) {
      if (accepted.has(id)) continue;
      const remedy = `Change that record first, or: ${acceptCommand(id, inputs)}`;
      return fate('blocked', `cannot be deleted while ${from}, which is in no component, points at it. ${remedy}`, id);
    }
    const goesFirst = isTakenAway(fates.get(pointing)) && !upstreamOf(graph, [id]).has(pointing);
    if (goesFirst || isReferrer(pointing, id, inputs)) continue;
    return fate('blocked', `cannot be deleted while ${pointing} (${from}) points at it`, pointing);
  }
  return unseenPointing(component, inputs);
}

/** What could not be listed may well point at it. Those that hold it are judged with the other dependents. */
function unseenPointing(component: Component, inputs: FateInputs): Fate | undefined {
  const { accepted, playbook, survey, types } = inputs;
  const { id } = component;
  const type = typeOf(component, types);
  if (type.answersTo === undefined || accepted.has(id)) return undefined;
  const unseen = unseenListers(playbook, survey.observations, types).find(
    (each) => !(type.heldBy.includes(each.type) && isReferrer(each.id, id, inputs)),
  );
  if (unseen === undefined) return undefined;
  const remedy = `Let it be read, or, if nothing does: ${acceptCommand(id, inputs)}`;
  const why = `${unseen.id} could not be seen, and with it what else may point at this`;
  return fate('blocked', `cannot be deleted: ${why}. ${remedy}`, unseen.id);
}

/** What AWS would delete with it must be the playbook's own, and be going too. */
function cascades({ id }: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { accepted, playbook, survey, types } = inputs;
  const cascade = survey.cascades?.get(id);
  if (cascade === undefined) return undefined;
  if (cascade.kind === 'unknown') {
    return fate(
      'blocked',
      `cannot be deleted while nobody can see what would be deleted with it: ${cascade.detail}`,
      id,
    );
  }
  const obstacle = cascadeObstacle(id, cascade.companions, {
    playbook,
    types,
    outputs: (each) => [survey.outputs.get(each) ?? {}],
    isPresent: (each) => survey.observations.get(each)?.kind === 'present',
    goes: (each) => isTakenAway(fates.get(each)) || fates.get(each)?.disposition === 'create',
    accepted: accepted.has(id),
  });
  if (obstacle === undefined) return undefined;
  const remedy = obstacle.acceptable ? `. Move that elsewhere first, or: ${acceptCommand(id, inputs)}` : '';
  return fate(
    'blocked',
    `cannot be deleted: ${obstacle.what}, would be deleted with it${remedy}`,
    obstacle.component ?? id,
  );
}

/** Those that refer to it are judged with the other dependents. */
function isReferrer(pointing: string, id: string, { playbook }: FateInputs): boolean {
  return playbook.components.get(pointing)?.references.some((each) => each.component === id) === true;
}

/** It names an output that another piece will have, and is not brought to follow: it would go on naming what is gone. */
function isLeftBehind(
  dependent: Component,
  own: Fate,
  id: string,
  inputs: FateInputs,
  fates: ReadonlyMap<string, Fate>,
): boolean {
  if (own.disposition === 'update') return false;
  return dependent.references.some(
    (each) => each.component === id && follows(each, dependent) && willBeNew(each, inputs, fates),
  );
}

function obstacleOf(assessment: Assessment, own: Fate, needs: boolean, kind: PlanKind): string | undefined {
  if (isTakenAway(own) || own.disposition === 'create') return undefined;
  if (assessment.verdict === 'unknown' && (needs || kind === 'teardown')) return 'could not be seen';
  if (!assessment.present || assessment.settling === 'going') return undefined;
  if (!needs && kind !== 'teardown') return undefined;
  if (own.disposition === 'excluded') return 'is left out';
  if (assessment.protected) return 'is protected';
  return 'stays';
}
