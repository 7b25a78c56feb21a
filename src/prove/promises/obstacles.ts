// What may stand in the way of a whole recovery, told from the disaster and from what is really there: only these are
// reasons that excuse one that stops short. Pure.
import type { ComponentType } from '../../components/contract.ts';
import { upstreamOf } from '../../graph/graph.ts';
import type { Consents } from '../../plan/consent.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Component } from '../../playbook/model.ts';
import type { Disaster } from '../../rehearse/disaster/disaster.ts';
import type { PromiseContext } from './promise-context.ts';

/** Component to the reason that it gives. */
export type Obstacles = ReadonlyMap<string, string>;

export function obstaclesOf(
  disaster: Disaster,
  context: Pick<PromiseContext, 'playbook' | 'truth' | 'accepted'>,
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
    } else if (verdict === 'foreign') found.set(id, 'it belongs to another playbook');
    else if (assessment.protected && verdict !== 'healthy' && verdict !== 'missing') found.set(id, 'it is protected');
    else if (reasons.some((each) => each.kind === 'unproven') && mayBeOthers(id, accepted)) {
      found.set(id, "what it says is not provably the playbook's");
    }
  }
  return found;
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
  const isWhole = (id: string): boolean => truth.assessments.get(id)?.verdict === 'healthy';
  /** A rebuild takes all down; a repair what is in trouble itself, or what follows something that is. */
  const mayHaveToGo = (id: string): boolean =>
    truth.assessments.get(id)?.present === true &&
    (kind !== 'repair' || [id, ...upstreamOf(graph, [id])].some((each) => !isWhole(each)));
  const isExcused = (component: Component): boolean => {
    const { id, type } = component;
    if (graph.dependenciesOf(id).some((each) => excused.has(each))) return true;
    const owner = truth.assessments.get(id)?.leftover?.owner;
    if (owner !== undefined && excused.has(owner)) return true;
    const holders = graph
      .dependentsOf(id)
      .filter((each) => isHolder(playbook.components.get(each), id, playbook.types.get(type)));
    return holders.some((each) => excused.has(each)) && mayHaveToGo(id);
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
