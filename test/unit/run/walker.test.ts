// Walking a graph: who starts when, and who never does. Each step ends when the test says so.
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../src/graph/graph.ts';
import { walk, type WalkResult } from '../../../src/run/walker.ts';

interface Walk {
  /** Nodes in the order in which they started. */
  readonly started: readonly string[];
  readonly skipped: ReadonlyMap<string, readonly string[]>;
  readonly result: Promise<WalkResult>;
  /** Ends a running node and lets everything that follows from it happen. */
  readonly end: (node: string, how?: 'well' | 'badly' | Error) => Promise<void>;
  readonly stop: () => void;
}

/** `a>b`: b needs a. */
function start(nodes: string, edges: string, onFailure: 'continue' | 'halt' = 'continue'): Walk {
  const started: string[] = [];
  const skipped = new Map<string, readonly string[]>();
  const running = new Map<string, { resolve: (good: boolean) => void; reject: (error: Error) => void }>();
  const stop = new AbortController();
  const pairs = edges.split(' ').filter((each) => each !== '');
  const result = walk({
    graph: buildGraph(
      nodes.split(' '),
      pairs.map((pair) => ({ from: pair.split('>')[0] ?? '', to: pair.split('>')[1] ?? '', because: [] })),
    ),
    run: (node) => {
      started.push(node);
      return new Promise((resolve, reject) => running.set(node, { resolve, reject }));
    },
    skip: (node, rootCauses) => skipped.set(node, rootCauses),
    onFailure,
    stop: stop.signal,
  });
  result.catch(() => undefined);
  return {
    started,
    skipped,
    result,
    stop: () => {
      stop.abort();
    },
    end: async (node, how = 'well') => {
      const ends = running.get(node);
      if (ends === undefined) throw new Error(`${node} is not running`);
      running.delete(node);
      if (how instanceof Error) ends.reject(how);
      else ends.resolve(how === 'well');
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('readiness', () => {
  //  a ── b ── c
  //  x ── y
  test('a ready branch runs while another is held', async () => {
    const walk = start('a b c x y', 'a>b b>c x>y');
    expect(walk.started).toEqual(['a', 'x']);
    await walk.end('x');
    await walk.end('y');
    expect(walk.started).toEqual(['a', 'x', 'y']);
    await walk.end('a');
    await walk.end('b');
    await walk.end('c');
    expect((await walk.result).succeeded).toEqual(new Set(['a', 'b', 'c', 'x', 'y']));
  });

  //  a ─┐
  //     ├─ c
  //  b ─┘
  test('a node waits for all that it needs', async () => {
    const walk = start('a b c', 'a>c b>c');
    await walk.end('a');
    expect(walk.started).toEqual(['a', 'b']);
    await walk.end('b');
    expect(walk.started).toEqual(['a', 'b', 'c']);
  });

  test('an empty graph is done at once', async () => {
    const none = await walk({
      graph: buildGraph([], []),
      run: () => Promise.reject(new Error('nothing to run')),
      skip: () => undefined,
      onFailure: 'continue',
      stop: new AbortController().signal,
    });
    expect(none).toEqual({ succeeded: new Set(), failed: new Set(), skipped: new Set() });
  });
});

describe('failure', () => {
  //  a ── b ── c
  //  x ── y
  test('under continue, what needs the failed one never starts; other branches finish', async () => {
    const walk = start('a b c x y', 'a>b b>c x>y');
    await walk.end('a', 'badly');
    await walk.end('x');
    await walk.end('y');
    const result = await walk.result;
    expect(result.failed).toEqual(new Set(['a']));
    expect(result.succeeded).toEqual(new Set(['x', 'y']));
    expect(walk.skipped).toEqual(
      new Map([
        ['b', ['a']],
        ['c', ['a']],
      ]),
    );
  });

  //  a ── b ── c
  //  x ── y
  test('under halt nothing new starts; what runs is waited for', async () => {
    const walk = start('a b c x y', 'a>b b>c x>y', 'halt');
    await walk.end('a', 'badly');
    await walk.end('x');
    const result = await walk.result;
    expect(walk.started).toEqual(['a', 'x']);
    expect(result.succeeded).toEqual(new Set(['x']));
    expect(walk.skipped).toEqual(
      new Map([
        ['y', []],
        ['b', ['a']],
        ['c', ['a']],
      ]),
    );
  });

  //  a ─┐
  //     ├─ c ── d
  //  b ─┘
  test('a skipped node names every failure that explains it, and the failures only', async () => {
    const walk = start('a b c d', 'a>c b>c c>d');
    await walk.end('a', 'badly');
    await walk.end('b', 'badly');
    await walk.result;
    expect(walk.skipped.get('d')).toEqual(['a', 'b']);
  });
});

describe('stopping', () => {
  //  a ── b
  test('nothing new starts, what runs is waited for, and no failure is blamed', async () => {
    const walk = start('a b', 'a>b');
    walk.stop();
    await walk.end('a');
    const result = await walk.result;
    expect(result.succeeded).toEqual(new Set(['a']));
    expect(walk.skipped).toEqual(new Map([['b', []]]));
  });

  test('stopped before it began, it starts nothing', async () => {
    const stop = new AbortController();
    stop.abort();
    const started: string[] = [];
    const result = await walk({
      graph: buildGraph(['a'], []),
      run: async (node) => started.push(node) > 0,
      skip: () => undefined,
      onFailure: 'continue',
      stop: stop.signal,
    });
    expect(started).toEqual([]);
    expect(result.skipped).toEqual(new Set(['a']));
  });
});

describe('bugs', () => {
  //  a    b ── c
  test('a rejection surfaces after the running ones, and starts nothing more', async () => {
    const walk = start('a b c', 'b>c');
    await walk.end('a', new TypeError('x is undefined'));
    let over = false;
    void walk.result.catch(() => (over = true));
    await Promise.resolve();
    expect(over).toBe(false);
    await walk.end('b');
    await expect(walk.result).rejects.toThrow('x is undefined');
    expect(walk.started).toEqual(['a', 'b']);
  });

  test('of two bugs the first is told', async () => {
    const walk = start('a b', '');
    await walk.end('a', new Error('first'));
    await walk.end('b', new Error('second'));
    await expect(walk.result).rejects.toThrow('first');
  });

  test('a bug that throws at once waits for the running ones too', async () => {
    let release: () => void = () => undefined;
    const slow = new Promise<boolean>((resolve) => {
      release = () => {
        resolve(true);
      };
    });
    let over = false;
    const result = walk({
      graph: buildGraph(['a', 'b'], []),
      run: (node) => {
        if (node === 'b') throw new Error('at once');
        return slow;
      },
      skip: () => undefined,
      onFailure: 'continue',
      stop: new AbortController().signal,
    }).finally(() => (over = true));
    result.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    release();
    await expect(result).rejects.toThrow('at once');
  });
});

test('10,000 nodes in chains are walked quickly, and a failure at the root skips its whole chain', async () => {
  const chains = 10;
  const nodes = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
  const edges = nodes.slice(chains).map((to, index) => ({ from: nodes[index] ?? '', to, because: [] }));
  const graph = buildGraph(nodes, edges);
  let skipped = 0;
  const result = await walk({
    graph,
    run: async (node) => node !== 'n3',
    skip: () => (skipped += 1),
    onFailure: 'continue',
    stop: new AbortController().signal,
  });
  expect(result.succeeded.size).toBe(9_000);
  expect(skipped).toBe(999);
}, 5_000);
