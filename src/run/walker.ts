// Walks a graph of steps: what is ready runs, with no phases. After a failure nothing that depends on it starts, and
// under `halt` nothing at all.
import { downstreamOf, type Graph } from '../graph/graph.ts';

export interface WalkOptions {
  readonly graph: Graph;
  /** Runs one node; false means failed. A rejection is a bug and ends the walk with it, after the running ones. */
  readonly run: (node: string) => Promise<boolean>;
  /** Told once for each node that will never start: the failed nodes that explain it, none when the walk was stopped. */
  readonly skip: (node: string, rootCauses: readonly string[]) => void;
  readonly onFailure: 'continue' | 'halt';
  /** Once aborted, nothing new starts. */
  readonly stop: AbortSignal;
}

/** What became of each node. */
export interface WalkResult {
  readonly succeeded: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  readonly skipped: ReadonlySet<string>;
}

/** Resolves when nothing runs any more and nothing more can start. */
export async function walk(options: WalkOptions): Promise<WalkResult> {
  const { graph } = options;
  const waitingFor = new Map(graph.nodes.map((node) => [node, graph.dependenciesOf(node).length]));
  const succeeded = new Set<string>();
  const failed = new Set<string>();
  let running = 0;
  let wake: () => void = () => undefined;
  let bug: { readonly error: unknown } | undefined;

  const mayStart = (): boolean =>
    bug === undefined && !options.stop.aborted && (options.onFailure === 'continue' || failed.size === 0);
  const ready = graph.nodes.filter((node) => waitingFor.get(node) === 0);

  const start = (node: string): void => {
    running += 1;
    // Wrapped, so that a bug that throws at once is treated as one that rejects.
    void (async () => options.run(node))()
      .then((good) => {
        if (!good) {
          failed.add(node);
          return;
        }
        succeeded.add(node);
        for (const dependent of graph.dependentsOf(node)) {
          const left = (waitingFor.get(dependent) ?? 0) - 1;
          waitingFor.set(dependent, left);
          if (left === 0) ready.push(dependent);
        }
      })
      .catch((error: unknown) => {
        bug ??= { error };
      })
      .finally(() => {
        running -= 1;
        wake();
      });
  };

  for (;;) {
    while (mayStart()) {
      const node = ready.shift();
      if (node === undefined) break;
      start(node);
    }
    if (running === 0) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  if (bug !== undefined) throw bug.error;

  const begun = new Set([...succeeded, ...failed]);
  const skipped = new Set(graph.nodes.filter((node) => !begun.has(node)));
  const causes = rootCauses(graph, failed);
  for (const node of graph.createOrder) {
    if (skipped.has(node)) options.skip(node, causes.get(node) ?? []);
  }
  return { succeeded, failed, skipped };
}

function rootCauses(graph: Graph, failed: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const causes = new Map<string, string[]>();
  for (const node of failed) {
    for (const dependent of downstreamOf(graph, [node])) {
      const list = causes.get(dependent);
      if (list === undefined) causes.set(dependent, [node]);
      else list.push(node);
    }
  }
  return causes;
}
