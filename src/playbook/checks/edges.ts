// Dependencies of a playbook as edges with their reasons.
import type { Playbook } from '../model.ts';

/** `to` needs `from`, because of `dependsOn` or a reference at a spec path. */
export interface DependencyEdge {
  readonly from: string;
  readonly to: string;
  readonly because: readonly string[];
}

/** One edge for each pair, in the order of the file. */
export function edgesOf(playbook: Playbook): readonly DependencyEdge[] {
  const edges: DependencyEdge[] = [];
  for (const component of playbook.components.values()) {
    const reasons = new Map<string, string[]>();
    const add = (from: string, because: string): void => {
      const list = reasons.get(from);
      if (list === undefined) reasons.set(from, [because]);
      else list.push(because);
    };
    for (const id of component.dependsOn) add(id, 'dependsOn');
    for (const reference of component.references) add(reference.component, `spec.${reference.path}`);
    for (const [from, because] of reasons) edges.push({ from, to: component.id, because });
  }
  return edges;
}
