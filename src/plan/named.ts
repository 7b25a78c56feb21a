// What pieces name of each other without the playbook saying so: settings that stay hold ids as well, and a piece cannot be made
// with the id of one that is not there yet. Pure.
import type { ComponentType } from '../components/contract.ts';
import { buildGraph, upstreamOf, type Edge, type Graph } from '../graph/graph.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';
import type { Base } from '../settings/base.ts';
import { idAt } from '../settings/ids.ts';

/** What is shorter is no id that AWS made, and may stand anywhere by chance. */
const shortestId = 12;

/**
 * The graph, with what the settings name that pieces are written with. What would make a circle is left out: there the playbook's own
 * order is all that is known.
 */
export function withNamed(
  graph: Graph,
  playbook: Playbook,
  types: ReadonlyMap<string, ComponentType>,
  { bases, outputs }: Pick<Observations, 'bases' | 'outputs'>,
): Graph {
  let result = graph;
  for (const [id, base] of bases ?? []) {
    const texts = textsIn(base.spec);
    for (const component of playbook.components.values()) {
      const other = component.id;
      if (other === id || result.dependenciesOf(id).includes(other)) continue;
      const ids = idsOf(base, other, typeOf(component, types), outputs.get(other));
      if (!ids.some((each) => texts.some((text) => idAt(text, each) >= 0))) continue;
      if (upstreamOf(result, [other]).has(id)) continue;
      const edge: Edge = { from: other, to: id, because: ['its settings name it'] };
      result = buildGraph(result.nodes, [...result.edges, edge]);
    }
  }
  return result;
}

/** Ids that are others once the piece is made again, as they are and as they were. */
function idsOf(
  base: Base,
  component: string,
  { traits }: ComponentType,
  now: Readonly<Record<string, string | undefined>> = {},
): readonly string[] {
  const then = base.outputs.get(component) ?? {};
  return Object.entries(traits.outputs).flatMap(([name, { onReplace }]) =>
    onReplace === 'same'
      ? []
      : [then[name], now[name]].flatMap((each) => (each !== undefined && each.length >= shortestId ? [each] : [])),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
