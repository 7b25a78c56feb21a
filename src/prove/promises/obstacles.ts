// What may stand in the way of a whole recovery, told from the disaster and from what is really there: only these are
// reasons that excuse one that stops short. Pure.
import type { ComponentType } from '../../components/contract.ts';
import { upstreamOf } from '../../graph/graph.ts';
import type { Consents } from '../../plan/consent.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Component } from '../../playbook/model.ts';
import { missedNeed } from '../../rehearse/disaster/injections.ts';
import { typeNamed } from '../../rehearse/world/operator.ts';
import { isWanting, type Disaster } from '../../rehearse/disaster/disaster.ts';
import type { PromiseContext } from './promise-context.ts';

/** Component to the reason that it gives. */
export type Obstacles = ReadonlyMap<string, string>;

export function obstaclesOf(
  disaster: Disaster,
  kind: PlanKind,
  context: Pick<PromiseContext, 'playbook' | 'graph' | 'truth' | 'accepted'>,
): Obstacles {
  const { accepted, playbook, truth } = context;
  const found = new Map<string, string>();
  const hidden = new Set(
    Object.keys(disaster).flatMap((id) =>
      disaster[id] === 'unreadable' ? (playbook.components.get(id)?.type ?? []) : [],
    ),
  );
  for (const assessment of truth.assessments.values()) {
    const { id, reasons, verdict } = assessment;
    const component = playbook.components.get(id);
    if (component === undefined) continue;
    // AWS is asked for all of a kind at once: who may not list one may list none.
    if (hidden.has(component.type)) found.set(id, 'the caller may not read it');
    else if (component.shared) {
      if (verdict === 'missing') found.set(id, 'it is shared and missing');
      else if (assessment.settling === 'going') found.set(id, 'it is shared and on its way out');
      else if (verdict === 'unknown' || verdict === 'unhealthy') found.set(id, `it is shared and ${verdict}`);
      else if (verdict === 'drifted') found.set(id, 'it is shared and changed');
      else if (isSpent(component, context)) found.set(id, 'it is shared, and nothing new can be made with it');
    } else if (verdict === 'foreign') found.set(id, 'it belongs to another playbook');
    else if (assessment.protected && verdict !== 'missing' && (verdict !== 'healthy' || mayHaveToGo(id, kind, context)))
      found.set(id, 'it is protected');
    else if (reasons.some((each) => each.kind === 'unproven') && mayBeOthers(id, accepted)) {
      found.set(id, "what it says is not provably the playbook's");
    }
  }
  for (const [id, reason] of hindrancesOf(disaster, kind, context)) if (!found.has(id)) found.set(id, reason);
  return found;
}

function isSpent({ id, type }: Component, { playbook, truth }: Pick<PromiseContext, 'playbook' | 'truth'>): boolean {
  const seen = truth.observations.byId.get(id);
  return seen?.kind === 'present' && playbook.types.get(type)?.judging.spent?.(seen.state) !== undefined;
}

/** What the disaster itself put in the way of changes that may have to be made. */
function hindrancesOf(
  disaster: Disaster,
  kind: PlanKind,
  context: Pick<PromiseContext, 'playbook' | 'graph' | 'truth' | 'accepted'>,
): Obstacles {
  const { accepted, playbook, truth } = context;
  const found = new Map<string, string>();
  for (const [id, state] of Object.entries(disaster)) {
    const seen = truth.observations.byId.get(id);
    const isGone = seen?.kind === 'absent';
    if (state === 'held' && mayHaveToGo(id, kind, context)) found.set(id, 'AWS would refuse to delete it');
    if (state === 'handed-over' && mayHaveToGo(id, kind, context)) found.set(id, 'something else deploys it');
    if (state === 'displaced' && isGone && (seen.taken === undefined || mayBeOthers(id, accepted))) {
      found.set(id, "somebody else's piece stands in its place");
    }
    // Put right it may be; nothing proves that it may be taken away.
    if (state === 'displaced' && isUntagged(id, truth) && mayHaveToGo(id, kind, context) && mayBeOthers(id, accepted)) {
      found.set(id, "somebody else's piece stands in its place");
    }
    if (!isWanting(state)) continue;
    const own = playbook.components.get(id);
    const missed = own && missedNeed(typeNamed(own.type, playbook.types).needs.of(own.spec), state);
    for (const component of playbook.components.values()) {
      const needs = typeNamed(component.type, playbook.types).needs.of(component.spec);
      if (!needs.some((each) => each.kind === missed?.kind && each.name === missed.name)) continue;
      const isThere = truth.assessments.get(component.id)?.present === true;
      if (!isThere || mayHaveToGo(component.id, kind, context))
        found.set(component.id, 'something that it needs is gone');
    }
  }
  return found;
}

export function isUntagged(id: string, { assessments }: PromiseContext['truth']): boolean {
  return assessments.get(id)?.reasons.some((each) => each.kind === 'untagged') === true;
}

/** A rebuild takes all down; a repair what is in trouble itself, or what follows something that is. */
function mayHaveToGo(id: string, kind: PlanKind, { graph, truth }: Pick<PromiseContext, 'graph' | 'truth'>): boolean {
  if (truth.assessments.get(id)?.present !== true) return false;
  if (kind !== 'repair') return true;
  return [id, ...upstreamOf(graph, [id])].some((each) => truth.assessments.get(each)?.verdict !== 'healthy');
}

/** What it says may be somebody else's, as far as the operator knows. */
export function mayBeOthers(component: string, accepted: Consents): boolean {
  return accepted.get(component)?.has('ownership') !== true;
}

/**
 * Components that may rightly stay undone, told from the graph and from what was really there, never from a plan's words:
 * the obstacles; what needs one of them; what speaks of an owner that cannot come back; and what has to go although
 * something that cannot be changed still holds it.
 */
export function excusedBy(obstacles: Obstacles, kind: PlanKind, context: PromiseContext): ReadonlySet<string> {
  const { graph, playbook, truth } = context;
  const excused = new Set(obstacles.keys());
  const isExcused = (component: Component): boolean => {
    const { id, type } = component;
    if (graph.dependenciesOf(id).some((each) => excused.has(each))) return true;
    const owner = truth.assessments.get(id)?.leftover?.owner;
    if (owner !== undefined && excused.has(owner)) return true;
    const holders = graph
      .dependentsOf(id)
      .filter((each) => isHolder(playbook.components.get(each), id, playbook.types.get(type)));
    return holders.some((each) => excused.has(each)) && mayHaveToGo(id, kind, context);
  };
  for (let before = -1; before < excused.size;) {
    before = excused.size;
    for (const component of playbook.components.values()) if (isExcused(component)) excused.add(component.id);
  }
  return excused;
}

/** AWS refuses to delete what it holds, or it would go on naming what is gone. */
function isHolder(component: Component | undefined, id: string, type: ComponentType | undefined): boolean {
  return (
    component?.references.some(
      (each) =>
        each.component === id &&
        (type?.traits.heldBy.includes(component.type) === true ||
          type?.traits.outputs[each.output]?.onReplace === 'new'),
    ) === true
  );
}
