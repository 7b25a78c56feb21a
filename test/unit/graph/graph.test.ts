// Order, waves, critical path and closures of dependency graphs.
import { describe, expect, test } from 'vitest';
import {
  buildGraph,
  criticalPathOf,
  CycleError,
  downstreamOf,
  upstreamOf,
  wavesOf,
  type Graph,
} from '../../../src/graph/graph.ts';

/** `a>b c>d`: b needs a, d needs c. Nodes in the order in which they are given. */
function graph(nodes: string, edges = ''): Graph {
  const pairs = edges.split(' ').filter((each) => each !== '');
  return buildGraph(
    nodes.split(' ').filter((each) => each !== ''),
    pairs.map((pair) => {
      const [from = '', to = ''] = pair.split('>');
      return { from, to, because: ['dependsOn'] };
    }),
  );
}

/** A chain of `length`, each node needing the one before. */
function chain(length: number): Graph {
  const nodes = Array.from({ length }, (_, index) => `n${index}`);
  return buildGraph(
    nodes.toReversed(),
    nodes.slice(1).map((to, index) => ({ from: `n${index}`, to, because: [] })),
  );
}

// a ── b ── d
//  └── c ──┘    e
const diamond = graph('d c b a e', 'a>b a>c b>d c>d');

describe('order', () => {
  test('dependencies come first, and the given order decides where the edges leave a choice', () => {
    expect(diamond.createOrder).toEqual(['a', 'e', 'b', 'c', 'd']);
    expect(graph('c b a').createOrder).toEqual(['c', 'b', 'a']);
  });

  test('deleting goes the other way round', () => {
    expect(diamond.deleteOrder).toEqual(['d', 'c', 'b', 'e', 'a']);
  });

  test('direct neighbours', () => {
    expect(diamond.dependenciesOf('d')).toEqual(['b', 'c']);
    expect(diamond.dependentsOf('a')).toEqual(['b', 'c']);
    expect(diamond.dependenciesOf('e')).toEqual([]);
  });

  test('an edge keeps its reasons', () => {
    const built = buildGraph(['a', 'b'], [{ from: 'a', to: 'b', because: ['dependsOn', 'spec.x'] }]);
    expect(built.edges).toEqual([{ from: 'a', to: 'b', because: ['dependsOn', 'spec.x'] }]);
  });

  test('an empty graph has empty orders, waves and critical path', () => {
    const empty = graph('');
    expect(empty.createOrder).toEqual([]);
    expect(wavesOf(empty)).toEqual([]);
    expect(criticalPathOf(empty, () => 1)).toEqual({ path: [], total: 0 });
  });

  test('an edge to nowhere is a bug', () => {
    expect(() => graph('a', 'a>b')).toThrow('edge a -> b names a node that is not in the graph');
  });
});

describe('cycles', () => {
  const pathOf = (nodes: string, edges: string): readonly string[] => {
    try {
      graph(nodes, edges);
    } catch (error) {
      if (error instanceof CycleError) return error.path;
      throw error;
    }
    throw new Error('no cycle');
  };

  test('tells the path, from a node to itself', () => {
    expect(pathOf('a b c', 'a>b b>c c>a')).toEqual(['a', 'c', 'b', 'a']);
  });

  test('leaves out what merely leads to the cycle or hangs on it', () => {
    const path = pathOf('before a b after', 'before>a a>b b>a b>after');
    expect(path[0]).toBe(path.at(-1));
    expect(new Set(path)).toEqual(new Set(['a', 'b']));
  });

  test('a node that needs itself', () => {
    expect(pathOf('a', 'a>a')).toEqual(['a', 'a']);
  });

  test('each step of the path is an edge', () => {
    const edges = 'a>b b>c c>d d>b x>a d>y';
    const path = pathOf('x a b c d y', edges);
    for (let at = 1; at < path.length; at += 1) {
      expect(edges.split(' ')).toContain(`${path[at] ?? ''}>${path[at - 1] ?? ''}`);
    }
  });
});

describe('waves', () => {
  test('a node goes one wave after the last of its dependencies', () => {
    expect(wavesOf(diamond)).toEqual([['a', 'e'], ['b', 'c'], ['d']]);
    expect(wavesOf(graph('a b c', 'a>b b>c a>c'))).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('critical path', () => {
  const weigh = (weights: Readonly<Record<string, number>>) => (node: string) => weights[node] ?? 0;

  test('is the heaviest chain, not the longest', () => {
    // a 1 ── b 1 ── c 1
    // x 5 ── c
    const built = graph('a b c x', 'a>b b>c x>c');
    expect(criticalPathOf(built, weigh({ a: 1, b: 1, c: 1, x: 5 }))).toEqual({ path: ['x', 'c'], total: 6 });
  });

  test('of two equal chains takes the first', () => {
    expect(criticalPathOf(diamond, () => 2)).toEqual({ path: ['a', 'b', 'd'], total: 6 });
  });

  test('a chain of no weight is still a chain', () => {
    expect(criticalPathOf(graph('a b', 'a>b'), weigh({ b: 3 }))).toEqual({ path: ['a', 'b'], total: 3 });
  });

  test('may be a single node beside the chain', () => {
    expect(criticalPathOf(diamond, weigh({ a: 1, b: 1, d: 1, e: 9 }))).toEqual({ path: ['e'], total: 9 });
  });
});

describe('closures', () => {
  test('downstream is all that depends on the starts, upstream all that they need', () => {
    expect(downstreamOf(diamond, ['a'])).toEqual(new Set(['b', 'c', 'd']));
    expect(upstreamOf(diamond, ['d'])).toEqual(new Set(['a', 'b', 'c']));
    expect(downstreamOf(diamond, ['e'])).toEqual(new Set());
  });

  test('a start is in the closure only when another start leads to it', () => {
    expect(downstreamOf(diamond, ['a', 'b'])).toEqual(new Set(['b', 'c', 'd']));
  });
});

test('a chain of 10,000 does not overflow the stack', () => {
  const long = chain(10_000);
  expect(long.createOrder[0]).toBe('n0');
  expect(long.createOrder.at(-1)).toBe('n9999');
  expect(wavesOf(long)).toHaveLength(10_000);
  expect(criticalPathOf(long, () => 1).total).toBe(10_000);
  expect(downstreamOf(long, ['n0']).size).toBe(9_999);
});

test('a cycle of 10,000 is told without overflowing the stack', () => {
  const nodes = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
  const edges = nodes.map((to, index) => ({ from: nodes.at(index - 1) ?? '', to, because: [] }));
  expect(() => buildGraph(nodes, edges)).toThrow(CycleError);
});
