// What must not be deleted after all, whatever its own verdict and the strategy say: because of what points at it, is deleted
// with it, needs it, or would be lost with it. Pure.
import type { Assessment } from '../assess/assessment.ts';
import { upstreamOf } from '../graph/graph.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { barred, inVain } from './blockers.ts';
import { isLifted } from './consent.ts';
import { deleteDoubts, doubtedDecision, obstaclesIn, refersTo } from './doubts.ts';
import { decision, follows, isTakenAway, willBeNew, type Decision, type DecisionInputs } from './decision.ts';
import type { PlanKind } from './plan.ts';
import { referrersOf } from './referrers.ts';

/** Deletes that something in the way forbids, and why: first what nobody can lift, then what consent would lift. */
export function heldBack(
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): ReadonlyMap<string, Decision> {
  const result = new Map<string, Decision>();
  for (const [id, own] of decisions) {
    const component = inputs.playbook.components.get(id);
    if (component === undefined || !isTakenAway(own)) continue;
    const why =
      barred(component, own, inputs) ??
      inVain(component, own, inputs, decisions) ??
      pointedAt(component, inputs, decisions) ??
      cascades(component, inputs, decisions) ??
      neededBy(component, inputs, decisions) ??
      doubted(component, own, inputs, decisions);
    if (why !== undefined) result.set(id, why);
  }
  return result;
}

function doubted(
  component: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  const unmet = deleteDoubts(component, inputs, decisions).filter(
    (each) => !isLifted(inputs.accepted, component.id, each),
  );
  return unmet.length === 0 ? undefined : doubtedDecision(component.id, own, unmet);
}

/** A dependent that stays although it holds the piece or could not follow its new outputs, or that nobody saw. */
function neededBy(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  const { id } = component;
  for (const dependent of inputs.graph.dependentsOf(id)) {
    const other = inputs.playbook.components.get(dependent);
    const otherDecision = decisions.get(dependent);
    const assessment = inputs.assessments.get(dependent);
    if (other === undefined || otherDecision === undefined || assessment === undefined) continue;
    const held = refersTo(other, id) && typeOf(component, inputs.types).traits.heldBy.includes(other.type);
    const needs = held || isLeftBehind(other, otherDecision, id, inputs, decisions);
    const why = obstacleOf(assessment, otherDecision, needs, inputs.kind);
    if (why !== undefined) {
      return decision('blocked', `cannot be deleted while ${dependent}, which ${why}, needs it`, dependent);
    }
  }
  return undefined;
}

/** Records that would lead to a name that is free again, or name a health check that is gone: they go first. */
function pointedAt(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  const { graph, playbook, observations, types } = inputs;
  const { id } = component;
  const observed = observations.byId.get(id);
  for (const { component: pointing, from } of referrersOf(component, observed, observations.referrers, types)) {
    if (pointing === undefined) continue;
    const goesFirst = isTakenAway(decisions.get(pointing)) && !upstreamOf(graph, [id]).has(pointing);
    const other = playbook.components.get(pointing);
    if (goesFirst || (other !== undefined && refersTo(other, id))) continue;
    const way = `let the playbook say so of ${pointing}, which is changed with it then`;
    return decision('blocked', `cannot be deleted while ${pointing} (${from}) points at it: ${way}`, pointing);
  }
  return undefined;
}

/** What AWS would delete with it and nobody may take away, and what nobody can see. */
function cascades(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  const { id } = component;
  const cascade = inputs.observations.cascades?.get(id);
  if (cascade?.kind === 'unknown') {
    return decision(
      'blocked',
      `cannot be deleted while nobody can see what would be deleted with it: ${cascade.detail}`,
      id,
    );
  }
  const obstacle = obstaclesIn(component, inputs, decisions).find((each) => each.acceptable === undefined);
  if (obstacle === undefined) return undefined;
  return decision('blocked', `cannot be deleted: ${obstacle.what}, would be deleted with it`, obstacle.component ?? id);
}

/** It names an output that another piece will have, and is not brought to follow: it would go on naming what is gone. */
function isLeftBehind(
  dependent: Component,
  own: Decision,
  id: string,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): boolean {
  if (own.kind === 'update') return false;
  return dependent.references.some(
    (each) => each.component === id && follows(each, dependent) && willBeNew(each, inputs, decisions),
  );
}

function obstacleOf(assessment: Assessment, own: Decision, needs: boolean, kind: PlanKind): string | undefined {
  if (isTakenAway(own) || own.kind === 'create') return undefined;
  if (assessment.verdict === 'unknown' && (needs || kind === 'teardown')) return 'could not be seen';
  if (!assessment.present || assessment.settling === 'going') return undefined;
  if (!needs && kind !== 'teardown') return undefined;
  if (own.kind === 'excluded') return 'is left out';
  if (assessment.protected) return 'is protected';
  return 'stays';
}
