// Circles through a recovery. Services that call each other while they run are none: each of them can be started. Where one
// of them cannot be brought back without the next, and that one leads back to it, nobody can begin.
import type { Playbook } from '../playbook/model.ts';
import { dependencesIn } from './dependences.ts';
import type { Circle, Dependence, Party } from './model.ts';

/**
 * Every circle through a recovery, each by its shortest path, the shortest circle first.
 *
 * @param playbooks those that are looked at together; one by itself may need itself
 */
export function circlesIn(playbooks: readonly Playbook[]): readonly Circle[] {
  return circlesOf(dependencesIn(playbooks));
}

/** Of dependences that are known already. */
export function circlesOf(dependences: readonly Dependence[]): readonly Circle[] {
  const from = new Map<Party, Dependence[]>();
  for (const each of dependences) from.set(each.from, [...(from.get(each.from) ?? []), each]);
  const known = new Set<string>();
  const circles: Circle[] = [];
  for (const first of dependences) {
    if (first.holds !== 'recovery') continue;
    const back = shortestPath(from, first.to, first.from);
    if (back === undefined) continue;
    const steps = [first, ...back];
    const key = keyOf(steps);
    if (known.has(key)) continue;
    known.add(key);
    circles.push({ steps });
  }
  return circles.toSorted((left, right) => left.steps.length - right.steps.length);
}

/** The same for a circle wherever it is begun. */
function keyOf(steps: readonly Dependence[]): string {
  const files = steps.map(({ from }) => from.file);
  const least = files.indexOf([...files].sort()[0] ?? '');
  return JSON.stringify([...files.slice(least), ...files.slice(0, least)]);
}

/** By breadth first; none where both are the same; undefined when there is no way. */
function shortestPath(
  from: ReadonlyMap<Party, readonly Dependence[]>,
  start: Party,
  goal: Party,
): readonly Dependence[] | undefined {
  if (start === goal) return [];
  const by = new Map<Party, Dependence>();
  const queue: Party[] = [start];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const step of from.get(next) ?? []) {
      if (step.to === start || by.has(step.to)) continue;
      by.set(step.to, step);
      if (step.to === goal) return pathTo(by, start, goal);
      queue.push(step.to);
    }
  }
  return undefined;
}

function pathTo(by: ReadonlyMap<Party, Dependence>, start: Party, goal: Party): readonly Dependence[] {
  const path: Dependence[] = [];
  for (let at = goal; at !== start;) {
    const step = by.get(at);
    if (step === undefined) throw new Error('Internal error: a path of dependences is broken');
    path.unshift(step);
    at = step.from;
  }
  return path;
}
