// What must not be deleted after all, whatever its own verdict and the strategy say: because of what points at it, is deleted
// with it, needs it, or would be lost with it. Pure.
import type { Assessment } from '../assess/assessment.ts';
import { upstreamOf } from '../graph/graph.ts';
import { typeOf } from '../observe/look.ts';
import type { Component } from '../playbook/model.ts';
import { isLifted } from './consent.ts';
import { deleteDoubts, doubtedFate, obstaclesIn, refersTo } from './doubts.ts';
import { fate, follows, isTakenAway, willBeNew, type Fate, type FateInputs } from './fate.ts';
import type { PlanKind } from './plan.ts';
import { pointersAt } from './pointers.ts';

/** Deletes that something in the way forbids, and why: first what nobody can lift, then what consent would lift. */
export function heldBack(inputs: FateInputs, fates: ReadonlyMap<string, Fate>): ReadonlyMap<string, Fate> {
  const result = new Map<string, Fate>();
  for (const [id, own] of fates) {
    const component = inputs.playbook.components.get(id);
    if (component === undefined || !isTakenAway(own)) continue;
    const why =
      pointedAt(component, inputs, fates) ??
      cascades(component, inputs, fates) ??
      neededBy(component, inputs, fates) ??
      doubted(component, own, inputs, fates);
    if (why !== undefined) result.set(id, why);
  }
  return result;
}

function doubted(
  component: Component,
  own: Fate,
  inputs: FateInputs,
  fates: ReadonlyMap<string, Fate>,
): Fate | undefined {
  const unmet = deleteDoubts(component, inputs, fates).filter((each) => !isLifted(inputs.accepted, component.id, each));
  return unmet.length === 0 ? undefined : doubtedFate(component.id, own, unmet);
}

/** A dependent that stays although it holds the piece or could not follow its new outputs, or that nobody saw. */
function neededBy(component: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { id } = component;
  for (const dependent of inputs.graph.dependentsOf(id)) {
    const other = inputs.playbook.components.get(dependent);
    const otherFate = fates.get(dependent);
    const assessment = inputs.assessments.get(dependent);
    if (other === undefined || otherFate === undefined || assessment === undefined) continue;
    const held = refersTo(other, id) && typeOf(component, inputs.types).heldBy.includes(other.type);
    const needs = held || isLeftBehind(other, otherFate, id, inputs, fates);
    const why = obstacleOf(assessment, otherFate, needs, inputs.kind);
    if (why !== undefined) {
      return fate('blocked', `cannot be deleted while ${dependent}, which ${why}, needs it`, dependent);
    }
  }
  return undefined;
}

/** Records that would lead to a name that is free again, or name a health check that is gone: they go first. */
function pointedAt(component: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { graph, playbook, survey, types } = inputs;
  const { id } = component;
  const observed = survey.observations.get(id);
  for (const { component: pointing, from } of pointersAt(component, observed, survey.pointers, types)) {
    if (pointing === undefined) continue;
    const goesFirst = isTakenAway(fates.get(pointing)) && !upstreamOf(graph, [id]).has(pointing);
    const other = playbook.components.get(pointing);
    if (goesFirst || (other !== undefined && refersTo(other, id))) continue;
    return fate('blocked', `cannot be deleted while ${pointing} (${from}) points at it`, pointing);
  }
  return undefined;
}

/** What AWS would delete with it and nobody may take away, and what nobody can see. */
function cascades(component: Component, inputs: FateInputs, fates: ReadonlyMap<string, Fate>): Fate | undefined {
  const { id } = component;
  const cascade = inputs.survey.cascades?.get(id);
  if (cascade?.kind === 'unknown') {
    return fate(
      'blocked',
      `cannot be deleted while nobody can see what would be deleted with it: ${cascade.detail}`,
      id,
    );
  }
  const obstacle = obstaclesIn(component, inputs, fates).find((each) => each.acceptable === undefined);
  if (obstacle === undefined) return undefined;
  return fate('blocked', `cannot be deleted: ${obstacle.what}, would be deleted with it`, obstacle.component ?? id);
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
