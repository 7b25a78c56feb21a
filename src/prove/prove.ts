// Proves a playbook: plays every state of its cover, looks which promises are broken, and shrinks what breaks them.
import type { Playbook } from '../playbook/model.ts';
import type { Parts } from '../rehearse/world/attempt.ts';
import type { Clock } from '../util/clock.ts';
import { graphOf } from '../engine.ts';
import type { Case } from './cases/case.ts';
import type { Bench } from './one.ts';
import type { Outcome } from './promises/outcome.ts';
import { canHaveWorkers, openBenchFor, openWorkers, poolHere, type Pool, type Source } from './pool.ts';
import type { BrokenPromise } from './promises/promises.ts';
import { shrink, type CounterExample } from './cases/shrink.ts';
import { coverOf, plainCases, statesOf, type Cover, type CoverOptions } from './cases/states.ts';
import {
  acceptingCases,
  estimateLater,
  refusedCases,
  representativesOf,
  variedCases,
  type VariationCounts,
} from './cases/variations.ts';

export interface ProveOptions extends CoverOptions {
  readonly source: Source;
  /** Threads; 1 plays all in this one. */
  readonly workers: number;
  /** It ends after so many different counter-examples. */
  readonly counterExamples: number;
  /** Real time, for rates. */
  readonly clock: Clock;
  /** Seconds of CPU that this process has used, all of its threads together. */
  readonly cpuSeconds: () => number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** What the recoveries are made of, where that is not what ships; played in this thread. */
  readonly parts?: Parts | undefined;
}

export interface Progress {
  readonly done: number;
  /** Of all cases; while what comes last is not known yet, it is estimated. */
  readonly total: number;
  readonly isEstimate: boolean;
  readonly counterExamples: number;
  /** Real seconds since the first one began. */
  readonly seconds: number;
  readonly phase: 'playing' | 'shrinking';
}

export interface Proof {
  readonly playbook: Playbook;
  readonly cover: Cover;
  readonly twists: VariationCounts;
  /** Cases played again by an operator who accepts what is in doubt. */
  readonly accepting: number;
  readonly outcomes: readonly Outcome[];
  /** There were enough counter-examples before all had been played. */
  readonly endedEarly: boolean;
  readonly counterExamples: readonly CounterExample[];
  /** Less than all that a proof plays. */
  readonly quick: boolean;
  readonly seed: number;
  /** Real seconds, shrinking left out. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly workers: number;
}

/** What is left is estimated anew after so many recoveries. */
const estimatedAfter = 50;

/** @throws CannotDeploy when the playbook cannot even be deployed into an empty world */
export async function prove(playbook: Playbook, options: ProveOptions): Promise<Proof> {
  const { clock, parts, quick, source } = options;
  const graph = graphOf(playbook);
  const { cover, disasters } = statesOf(playbook, graph, options);
  const owned = graph.createOrder.filter((id) => playbook.components.get(id)?.shared === false);
  const alone = options.workers <= 1 || parts !== undefined || !canHaveWorkers;
  const bench = await openBenchFor(playbook, parts, source.exhaustive);
  const pool: Pool = alone ? poolHere(bench) : openWorkers(source, options.workers);
  const began = clock.now();
  const cpuBegan = options.cpuSeconds();
  const outcomes: Outcome[] = [];
  const kinds = new Map<string, Outcome>();
  let done = 0;
  let total = 0;
  let isEstimate = true;
  let later = estimateLater([], playbook, { owned, quick });
  const seen: Outcome[] = [];
  const seconds = (): number => (clock.now() - began) / 1000;
  const tell = (phase: Progress['phase']): void => {
    const counterExamples = kinds.size;
    options.onProgress?.({ done, total: total + later, isEstimate, counterExamples, seconds: seconds(), phase });
  };
  const take = (outcome: Outcome): void => {
    done += 1;
    if (isEstimate && seen.push(outcome) % estimatedAfter === 0) {
      later = estimateLater(seen, playbook, { owned, quick });
    }
    for (const each of outcome.broken) {
      const key = kindOf(each);
      const known = kinds.get(key);
      if (known === undefined || sizeOf(outcome.tried) < sizeOf(known.tried)) kinds.set(key, outcome);
    }
    tell('playing');
  };
  const enough = (): boolean => kinds.size >= options.counterExamples;
  const simulate = async (cases: readonly Case[]): Promise<void> => {
    total += cases.length;
    outcomes.push(...upToEnough(await pool.run(cases, take, enough), outcomes, options.counterExamples));
  };
  try {
    await simulate(plainCases(disasters, playbook));
    const accepting = enough() ? [] : acceptingCases(outcomes);
    const { cases: varied, counts } = variedCases(
      enough() ? [] : representativesOf(outcomes, playbook, quick),
      quick ? [] : owned,
    );
    const refused = refusedCases(enough() ? [] : outcomes);
    [later, isEstimate] = [0, false];
    const cutShort = enough();
    if (!cutShort) await simulate([...accepting, ...varied, ...refused.cases]);
    const played = { seconds: seconds(), cpuSeconds: options.cpuSeconds() - cpuBegan };
    const counterExamples = await shrinkAll(bench, outcomes, options, () => {
      tell('shrinking');
    });
    return {
      playbook,
      cover: coverOf(cover, outcomes),
      twists: { ...counts, ...refused.counts, ...savedPlansIn(outcomes) },
      accepting: accepting.length,
      outcomes,
      endedEarly: cutShort || outcomes.length < total,
      counterExamples,
      quick,
      seed: options.seed,
      ...played,
      workers: pool.workers,
    };
  } finally {
    await pool.close();
  }
}

/** A saved plan that came to no run has shown nothing. */
function savedPlansIn(outcomes: readonly Outcome[]): Pick<VariationCounts, 'savedPlans' | 'savedPlansNotRun'> {
  const count = (what: Outcome['savedPlan']): number => outcomes.filter((each) => each.savedPlan === what).length;
  return { savedPlans: count('tried'), savedPlansNotRun: count('never-run') };
}

/** As many as were played when there were enough counter-examples, whoever was faster. */
function upToEnough(
  outcomes: readonly Outcome[],
  before: readonly Outcome[],
  counterExamples: number,
): readonly Outcome[] {
  const kinds = new Set(before.flatMap((each) => each.broken.map(kindOf)));
  const last = outcomes.findIndex((outcome) => {
    for (const each of outcome.broken) kinds.add(kindOf(each));
    return kinds.size >= counterExamples;
  });
  return last === -1 ? outcomes : outcomes.slice(0, last + 1);
}

/** Counter-examples of one kind break the same promise about the same piece. */
function kindOf({ components, promise }: BrokenPromise): string {
  return `${promise} ${components[0] ?? ''}`;
}

function sizeOf({ accepted, disaster, variation }: Case): number {
  return Object.keys(disaster).length + accepted.length + (variation.kind === 'none' ? 0 : 1);
}

async function shrinkAll(
  bench: Bench,
  outcomes: readonly Outcome[],
  { counterExamples: most }: ProveOptions,
  tell: () => void,
): Promise<readonly CounterExample[]> {
  const smallest = new Map<string, { readonly tried: Case; readonly broken: BrokenPromise }>();
  for (const { broken, tried } of outcomes) {
    for (const each of broken) {
      const known = smallest.get(kindOf(each));
      if (known === undefined || sizeOf(tried) < sizeOf(known.tried))
        smallest.set(kindOf(each), { tried, broken: each });
    }
  }
  const found: CounterExample[] = [];
  for (const { broken, tried } of [...smallest.values()].slice(0, most)) {
    tell();
    const alike = outcomes.filter((each) => each.broken.some((one) => kindOf(one) === kindOf(broken)));
    const spread = { recoveries: alike.length, mostDeletes: Math.max(0, ...alike.map((each) => each.deleted)) };
    const example = await shrink(bench, tried, broken, spread);
    const twin = found.some((each) => kindOf(each.promise) === kindOf(example.promise));
    if (!twin) found.push(example);
  }
  return found;
}
