// Dependency graphs of components and of plan steps: order, waves, critical path, closures. graphlib stores them; its own
// walks are recursive, so every walk here is iterative: a 10,000-deep chain must not overflow the stack.
import { Graph as Storage } from '@dagrejs/graphlib';

/** `to` needs `from`: created after it, deleted before it. `because` says why, once per reason. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly because: readonly string[];
}

/** An acyclic graph. Nodes keep the order in which they were given wherever the edges leave a choice. */
export interface Graph {
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
  /** Direct dependencies, in the order of the nodes' definition. */
  readonly dependenciesOf: (node: string) => readonly string[];
  readonly dependentsOf: (node: string) => readonly string[];
  /** Dependencies first. */
  readonly createOrder: readonly string[];
  /** Dependents first: the reverse. */
  readonly deleteOrder: readonly string[];
}

/** The nodes do not form an order; `path` starts and ends with the same node. */
export class CycleError extends Error {
  readonly path: readonly string[];

  constructor(path: readonly string[]) {
    super(`dependency cycle: ${path.join(' -> ')}`);
    this.name = 'CycleError';
    this.path = path;
  }
}

/**
 * Builds a graph.
 *
 * @throws CycleError when there is no order; Error when an edge names a node that is not given
 */
export function buildGraph(nodes: readonly string[], edges: readonly Edge[]): Graph {
  const storage = new Storage({ directed: true });
  for (const node of nodes) storage.setNode(node);
  for (const edge of edges) {
    if (!storage.hasNode(edge.from) || !storage.hasNode(edge.to)) {
      throw new Error(`Internal error: edge ${edge.from} -> ${edge.to} names a node that is not in the graph`);
    }
    storage.setEdge(edge.from, edge.to, edge);
  }
  // A plan asks for neighbours often, and graphlib makes a new list each time.
  const dependenciesOf = remembered(nodes, (node) => storage.predecessors(node) ?? []);
  const dependentsOf = remembered(nodes, (node) => storage.successors(node) ?? []);
  const createOrder = orderOf(nodes, dependenciesOf, dependentsOf);
  return {
    nodes,
    edges: storage.edges().map((each) => storage.edge(each) as Edge),
    dependenciesOf,
    dependentsOf,
    createOrder,
    deleteOrder: createOrder.toReversed(),
  };
}

type Neighbours = (node: string) => readonly string[];

function remembered(nodes: readonly string[], find: Neighbours): Neighbours {
  const found = new Map(nodes.map((node) => [node, find(node)]));
  return (node) => found.get(node) ?? [];
}

function orderOf(nodes: readonly string[], dependenciesOf: Neighbours, dependentsOf: Neighbours): readonly string[] {
  const waiting = new Map(nodes.map((node) => [node, dependenciesOf(node).length]));
  const order: string[] = nodes.filter((node) => waiting.get(node) === 0);
  // `order` is its own work list: what stands behind the cursor has been placed but not yet looked at.
  for (let cursor = 0; cursor < order.length; cursor += 1) {
    const node = order[cursor];
    if (node === undefined) break;
    for (const dependent of dependentsOf(node)) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) order.push(dependent);
    }
  }
  if (order.length < nodes.length) throw new CycleError(cycleAmong(waiting, dependenciesOf));
  return order;
}

/** Any cycle among the nodes that could not be placed: each of them has a dependency that could not be placed either. */
function cycleAmong(waiting: ReadonlyMap<string, number>, dependenciesOf: Neighbours): readonly string[] {
  const stuck = (node: string): boolean => (waiting.get(node) ?? 0) > 0;
  let node = [...waiting.keys()].find(stuck);
  const seen = new Map<string, number>();
  const path: string[] = [];
  while (node !== undefined && !seen.has(node)) {
    seen.set(node, path.length);
    path.push(node);
    node = dependenciesOf(node).find(stuck);
  }
  const cycle = path.slice(node === undefined ? 0 : seen.get(node));
  return [...cycle, cycle[0] ?? ''];
}

/** Groups of nodes that may go together: a node's wave is one after the last of its dependencies. */
export function wavesOf(graph: Graph): readonly (readonly string[])[] {
  const level = new Map<string, number>();
  const waves: string[][] = [];
  for (const node of graph.createOrder) {
    const own = graph.dependenciesOf(node).reduce((most, each) => Math.max(most, (level.get(each) ?? 0) + 1), 0);
    level.set(node, own);
    (waves[own] ??= []).push(node);
  }
  return waves;
}

/** The longest chain by weight, first node first, and its total. */
export interface CriticalPath {
  readonly path: readonly string[];
  readonly total: number;
}

/** @param weightOf non-negative, in any unit; the total has the same */
export function criticalPathOf(graph: Graph, weightOf: (node: string) => number): CriticalPath {
  const end = new Map<string, number>();
  const before = new Map<string, string>();
  let last: string | undefined;
  for (const node of graph.createOrder) {
    let start = 0;
    for (const dependency of graph.dependenciesOf(node)) {
      const candidate = end.get(dependency) ?? 0;
      if (candidate > start || (candidate === start && !before.has(node))) {
        start = Math.max(start, candidate);
        before.set(node, dependency);
      }
    }
    const own = start + weightOf(node);
    end.set(node, own);
    if (last === undefined || own > (end.get(last) ?? 0)) last = node;
  }
  const path: string[] = [];
  for (let node = last; node !== undefined; node = before.get(node)) path.push(node);
  return { path: path.reverse(), total: last === undefined ? 0 : (end.get(last) ?? 0) };
}

/** All that depends on any of `starts`, directly or not, without the starts themselves unless one depends on another. */
export function downstreamOf(graph: Graph, starts: Iterable<string>): ReadonlySet<string> {
  return closure(starts, graph.dependentsOf);
}

/** All that any of `starts` depends on. */
export function upstreamOf(graph: Graph, starts: Iterable<string>): ReadonlySet<string> {
  return closure(starts, graph.dependenciesOf);
}

function closure(starts: Iterable<string>, next: Neighbours): ReadonlySet<string> {
  const found = new Set<string>();
  const work = [...starts];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    for (const neighbour of next(node)) {
      if (!found.has(neighbour)) {
        found.add(neighbour);
        work.push(neighbour);
      }
    }
  }
  return found;
}
