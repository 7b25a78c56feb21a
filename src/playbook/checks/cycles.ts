// Cycles among components. Chains may be ten thousand long, so nothing here recurses.

/** `from` needs `to`, because of `reason`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `dependsOn`, `spec.values[0]`. */
  readonly reason: string;
}

export type EdgesOf = ReadonlyMap<string, readonly Edge[]>;

/**
 * True when nothing needs itself, directly or through others: the quick question, asked before anybody wants to see the
 * circles. Needs that are no nodes count for nothing.
 */
export function isAcyclic<Node>(nodes: ReadonlyMap<string, Node>, needsOf: (node: Node) => readonly string[]): boolean {
  // 1 while what a node needs is being walked, 2 when that has turned out well.
  const seen = new Map<string, 1 | 2>();
  const path: { readonly id: string; readonly needs: readonly string[]; next: number }[] = [];
  const enter = (id: string, node: Node): void => {
    const needs = needsOf(node);
    seen.set(id, needs.length === 0 ? 2 : 1);
    if (needs.length > 0) path.push({ id, needs, next: 0 });
  };
  for (const [start, first] of nodes) {
    if (!seen.has(start)) enter(start, first);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = top.needs[top.next];
      top.next += 1;
      if (need === undefined) {
        seen.set(top.id, 2);
        path.pop();
        continue;
      }
      const mark = seen.get(need);
      if (mark === 1) return false;
      const node = mark === undefined ? nodes.get(need) : undefined;
      if (node !== undefined) enter(need, node);
    }
  }
  return true;
}

/**
 * For every set of components that reach each other in a circle, its shortest cycle through the member that comes
 * first in the file, as edges. `members` counts the whole set.
 */
export function findCycles(edges: EdgesOf): readonly { readonly cycle: readonly Edge[]; readonly members: number }[] {
  return tangles(edges).flatMap((tangle) => {
    const inside = new Set(tangle);
    const first = [...edges.keys()].find((id) => inside.has(id));
    const cycle = first === undefined ? [] : shortestCycle(edges, first, inside);
    return cycle.length === 0 ? [] : [{ cycle, members: inside.size }];
  });
}

/** Strongly connected components of more than one member, by Tarjan's algorithm with a stack of its own. */
function tangles(edges: EdgesOf): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open = new Set<string>();
  const path: string[] = [];
  const found: string[][] = [];
  const lower = (id: string, value: number): void => {
    low.set(id, Math.min(low.get(id) ?? value, value));
  };
  const enter = (id: string): { readonly id: string; next: number } => {
    order.set(id, order.size);
    lower(id, order.size - 1);
    open.add(id);
    path.push(id);
    return { id, next: 0 };
  };
  for (const start of edges.keys()) {
    if (order.has(start)) continue;
    const frames = [enter(start)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const edge = edges.get(frame.id)?.[frame.next];
      frame.next += 1;
      if (edge !== undefined) {
        const seen = order.get(edge.to);
        if (seen === undefined) frames.push(enter(edge.to));
        else if (open.has(edge.to)) lower(frame.id, seen);
        continue;
      }
      frames.pop();
      const lowest = low.get(frame.id) ?? 0;
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.id, lowest);
      if (lowest !== order.get(frame.id)) continue;
      const members = path.splice(path.lastIndexOf(frame.id));
      for (const id of members) open.delete(id);
      if (members.length > 1) found.push(members);
    }
  }
  return found;
}

/** Breadth first from `start` back to it, staying inside a set. */
function shortestCycle(edges: EdgesOf, start: string, inside: ReadonlySet<string>): readonly Edge[] {
  const cameBy = new Map<string, Edge>();
  const queue = [start];
  for (const id of queue) {
    for (const edge of edges.get(id) ?? []) {
      if (!inside.has(edge.to) || cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to !== start) {
        queue.push(edge.to);
        continue;
      }
      const cycle: Edge[] = [];
      for (
        let at: Edge | undefined = edge;
        at !== undefined;
        at = at.from === start ? undefined : cameBy.get(at.from)
      ) {
        cycle.push(at);
      }
      return cycle.reverse();
    }
  }
  return [];
}

/** `a -> b -> a`, the middle of a long one left out. */
export function cycleText(cycle: readonly Edge[]): string {
  const ids = cycle.map((edge) => edge.from);
  const shown = ids.length > 12 ? [...ids.slice(0, 6), `(${ids.length - 9} more)`, ...ids.slice(-3)] : ids;
  return [...shown, ids[0] ?? ''].join(' -> ');
}
