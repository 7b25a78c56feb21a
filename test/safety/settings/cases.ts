// Many cases, one after the other, until one fails, which is then made as small as it can be.
import fc from 'fast-check';
import { caseDrawn, playSettings, type Verdict } from './game.ts';

/** Of all cases together. */
export interface Sum {
  readonly cases: number;
  /** Hands that put something on a piece, and those that AWS refused. */
  readonly put: number;
  readonly refused: number;
  /** Settings held against what they were, and those of them that are gone as the plan said. */
  readonly compared: number;
  readonly named: number;
  /** Changes that the recoveries sent. */
  readonly changes: number;
  /** Recoveries that came to their end. */
  readonly finished: number;
}

export interface Played {
  readonly sum: Sum;
  /** The smallest case that fails, how to play it, and what it lost; undefined where none does. */
  readonly failure: string | undefined;
}

export interface Lots {
  readonly seed: number;
  readonly numRuns: number;
  /** Of one case. */
  readonly path?: string;
}

export async function playCases({ numRuns, path, seed }: Lots): Promise<Played> {
  let sum: Sum = { cases: 0, put: 0, refused: 0, compared: 0, named: 0, changes: 0, finished: 0 };
  const property = fc.asyncProperty(caseDrawn, async (played) => {
    const verdict = await playSettings(played);
    sum = added(sum, verdict);
    if (verdict.broken.length > 0) throw new Error(verdict.broken.join('\n'));
  });
  const details = await fc.check(property, { seed, numRuns, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return { sum, failure: undefined };
  const { counterexample, counterexamplePath, errorInstance } = details;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  const [smallest] = counterexample ?? [];
  return {
    sum,
    failure: `RELIGHT_SEED=${seed} RELIGHT_PATH=${counterexamplePath ?? ''}\n${why}\n${JSON.stringify(smallest)}`,
  };
}

function added(sum: Sum, verdict: Verdict): Sum {
  return {
    cases: sum.cases + 1,
    put: sum.put + verdict.put,
    refused: sum.refused + verdict.refused.length,
    compared: sum.compared + verdict.compared,
    named: sum.named + verdict.named,
    changes: sum.changes + verdict.changes,
    finished: sum.finished + (verdict.end === 'ran' || verdict.end === 'idle' ? 1 : 0),
  };
}
