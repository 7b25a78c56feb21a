// What pieces name of each other without the playbook saying so: settings that stay hold ids as well, and a piece cannot be made
// with the id of one that is not there yet. Pure.
import type { ComponentType } from '../components/contract.ts';
import { buildGraph, CycleError, upstreamOf, type Edge, type Graph } from '../graph/graph.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';
import type { Base } from '../settings/base.ts';
import { indexIds, ownersIn, type IdIndex } from '../settings/ids.ts';

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
  const named: Edge[] = [];
  // Ids as they are, and those that were known when a base was written down, which is the same for many bases.
  const indexes = new Map<Base['outputs'], IdIndex>();
  const indexOf = (known: Base['outputs']): IdIndex => {
    const index = indexes.get(known) ?? indexIds(idsIn(known, playbook, types));
    indexes.set(known, index);
    return index;
  };
  for (const [id, base] of bases ?? []) {
    const texts = textsIn(base.spec);
    if (texts.length === 0) continue;
    const both = [...new Set([base.outputs, outputs])].map(indexOf);
    const others = new Set(both.flatMap((index) => texts.flatMap((text) => [...ownersIn(text, index)])));
    for (const other of others) {
      if (other === id || graph.dependenciesOf(id).includes(other)) continue;
      named.push({ from: other, to: id, because: ['its settings name it'] });
    }
  }
  return named.length === 0 ? graph : withoutCircles(graph, named);
}

/** One by one only where all together would make a circle: each new graph takes as long as the first one. */
function withoutCircles(graph: Graph, named: readonly Edge[]): Graph {
  try {
    return buildGraph(graph.nodes, [...graph.edges, ...named]);
  } catch (error) {
    if (!(error instanceof CycleError)) throw error;
  }
  return named.reduce(
    (result, edge) =>
      upstreamOf(result, [edge.from]).has(edge.to) ? result : buildGraph(result.nodes, [...result.edges, edge]),
    graph,
  );
}

/** Ids that are others once their piece is made again, each with the component that it is. */
function idsIn(
  outputs: Base['outputs'],
  { components }: Playbook,
  types: ReadonlyMap<string, ComponentType>,
): readonly (readonly [id: string, component: string])[] {
  return [...components.values()].flatMap((component) => {
    const known = outputs.get(component.id) ?? {};
    return Object.entries(typeOf(component, types).traits.outputs).flatMap(
      ([name, { onReplace }]): readonly (readonly [string, string])[] => {
        const id = known[name];
        return onReplace === 'same' || id === undefined || id.length < shortestId ? [] : [[id, component.id]];
      },
    );
  });
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
