// What may stand in the way of a whole recovery, told from the disaster and from what is really there: only these are
// reasons that excuse one that stops short. Pure.
import { upstreamOf } from '../graph/graph.ts';
import type { Disaster } from '../rehearse/disaster.ts';
import type { PromiseContext } from './rules.ts';

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
    else if (reasons.some((each) => each.kind === 'unproven') && !accepted.has(id)) {
      found.set(id, "what it says is not provably the playbook's");
    }
  }
  return found;
}

/** Components that a plan may rightly name as standing in the way: the obstacles, and what is judged through them. */
export function blockersIn(obstacles: Obstacles, { graph, playbook }: PromiseContext): ReadonlySet<string> {
  const blockers = new Set(obstacles.keys());
  for (const id of playbook.components.keys()) {
    if ([...upstreamOf(graph, [id])].some((each) => obstacles.has(each))) blockers.add(id);
  }
  return blockers;
}
