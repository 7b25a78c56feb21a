// Who plays the cases: this thread, or a worker thread on each core with a environment of its own. Cases are handed out in
// order, a few at a time, and what comes back does not depend on who played it.
import { Worker } from 'node:worker_threads';
import type { Playbook } from '../playbook/model.ts';
import type { Parts } from '../rehearse/world/attempt.ts';
import { openEnvironment } from '../rehearse/world/environment.ts';
import type { Case } from './cases/case.ts';
import { openBench, tryCase, type Bench } from './one.ts';
import { outcomeOf, type Outcome } from './promises/outcome.ts';

/** What a worker needs to read the playbook again. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
  /** Modules with the types from outside, as absolute paths. */
  readonly modules: readonly string[];
  /** Each recovery is played from its beginning to its end. */
  readonly exhaustive: boolean;
}

export interface Pool {
  readonly workers: number;
  /**
   * Plays cases; tells each outcome as it comes, and returns them in the order of the cases. Once `enough` says so, no
   * more are begun: those before the last one that was played have all been played.
   */
  readonly run: (
    cases: readonly Case[],
    onOutcome: (outcome: Outcome) => void,
    enough: () => boolean,
  ) => Promise<readonly Outcome[]>;
  readonly close: () => Promise<void>;
}

/** Scenes that are kept for the disasters that begin with the same disruptions. */
const keptScenes = 60;
/** Neighbours share scenes, so they go to the same worker. */
const handful = 8;

/** @param exhaustive each recovery is played from its beginning to its end, whatever others have shown */
export async function openBenchFor(playbook: Playbook, parts?: Parts, exhaustive = false): Promise<Bench> {
  const environment = await openEnvironment(playbook, { kept: keptScenes, richer: true, sharing: !exhaustive });
  return openBench(environment, parts, exhaustive);
}

/** Megabytes. */
const youngGeneration = 128;

/** In this thread. */
export function poolHere(bench: Bench): Pool {
  return {
    workers: 1,
    run: async (cases, onOutcome, enough) => {
      const outcomes: Outcome[] = [];
      for (const each of cases) {
        if (enough()) break;
        const outcome = outcomeOf(await tryCase(bench, each));
        outcomes.push(outcome);
        onOutcome(outcome);
      }
      return outcomes;
    },
    close: () => Promise.resolve(),
  };
}

/** Worker threads can only be made from JavaScript: false when these sources run as they are. */
export const canHaveWorkers = import.meta.url.endsWith('.js');

/** To a worker. */
export interface Handful {
  readonly cases: readonly Case[];
}

/** From a worker. */
export type Answer =
  | { readonly kind: 'outcomes'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'bug'; readonly message: string };

export function openWorkers(source: Source, count: number): Pool {
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: source,
      // What it has to say is in its answers; Node would pass on to the terminal whatever else is written in it.
      stdout: true,
      stderr: true,
      // A recovery leaves a lot behind that nobody needs: fewer, larger sweeps.
      resourceLimits: { maxYoungGenerationSizeMb: youngGeneration },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    return worker;
  });
  const ask = (worker: Worker, cases: readonly Case[]): Promise<readonly Outcome[]> =>
    new Promise((resolve, reject) => {
      const onMessage = (answer: Answer): void => {
        worker.off('error', onError);
        if (answer.kind === 'outcomes') resolve(answer.outcomes);
        else reject(new Error(answer.message));
      };
      const onError = (error: Error): void => {
        worker.off('message', onMessage);
        reject(error);
      };
      worker.once('message', onMessage);
      worker.once('error', onError);
      worker.postMessage({ cases } satisfies Handful);
    });
  return {
    workers: count,
    run: async (cases, onOutcome, enough) => {
      const found = new Map<number, Outcome>();
      let next = 0;
      await Promise.all(
        workers.map(async (worker) => {
          while (next < cases.length && !enough()) {
            const from = next;
            next += handful;
            const outcomes = await ask(worker, cases.slice(from, from + handful));
            outcomes.forEach((outcome, index) => {
              found.set(from + index, outcome);
              onOutcome(outcome);
            });
          }
        }),
      );
      return [...found].sort(([left], [right]) => left - right).map(([, outcome]) => outcome);
    },
    close: async () => {
      await Promise.all(workers.map((each) => each.terminate()));
    },
  };
}
