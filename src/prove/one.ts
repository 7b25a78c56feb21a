// Plays one case and says which promises it breaks.
import type { Assessed } from '../engine.ts';
import { downstreamOf } from '../graph/graph.ts';
import type { Playbook } from '../playbook/model.ts';
import type { Disaster } from '../rehearse/disaster/disaster.ts';
import { limitedFor } from '../rehearse/disaster/script.ts';
import type { Parts } from '../rehearse/world/attempt.ts';
import { crashesOf, type Crashes } from '../rehearse/disaster/crashes.ts';
import type { Performance } from '../rehearse/disaster/performance.ts';
import { simulate } from '../rehearse/disaster/simulate.ts';
import type { RehearsalEnvironment, Truth } from '../rehearse/world/environment.ts';
import { scriptOf, type Case } from './cases/case.ts';
import { brokenByPerformance } from './promises/rules.ts';
import type { PromiseContext } from './promises/promise-context.ts';
import type { BrokenPromise } from './promises/promises.ts';
import { isDelete } from './promises/subjects.ts';

/** A environment with what is looked at once for many cases. */
export interface Bench {
  readonly environment: RehearsalEnvironment;
  readonly playbook: Playbook;
  /** A look at the healthy world. */
  readonly deployed: Assessed;
  /** What is really there after a disaster; the last answer is kept, since cases of one disaster come together. */
  readonly truthOf: (disaster: Disaster) => Promise<Truth>;
  /** The recovery that crashes, played once for all of its records. The last one is kept, since they come together. */
  readonly crashesOf: ((tried: Case) => Promise<Crashes>) | undefined;
  /** What the recoveries are made of, where that is not what ships. */
  readonly parts: Parts | undefined;
}

/** @param exhaustive each recovery is played from its beginning to its end */
export async function openBench(environment: RehearsalEnvironment, parts?: Parts, exhaustive = false): Promise<Bench> {
  let crashing: { readonly key: string; readonly crashes: Promise<Crashes> } | undefined;
  let last: { readonly key: string; readonly truth: Promise<Truth> } | undefined;
  return {
    environment,
    playbook: environment.playbook,
    deployed: (await environment.truth({})).assessed,
    parts,
    crashesOf: exhaustive
      ? undefined
      : ({ accepted, disaster, strategy }) => {
          const key = JSON.stringify([disaster, strategy, accepted]);
          if (crashing?.key !== key) {
            const whole: Case = { accepted, disaster, strategy, variation: { kind: 'crash', afterRecord: Infinity } };
            crashing = { key, crashes: crashesOf(environment, scriptOf(whole, environment.playbook), parts) };
          }
          return crashing.crashes;
        },
    truthOf: (disaster) => {
      const key = JSON.stringify(disaster);
      if (last?.key !== key) last = { key, truth: environment.truth(disaster) };
      return last.truth;
    },
  };
}

/** Whether the service answered before is asked only where something was taken away, and the watch could not tell. */
function mindsServing({ script, wire, witnessed }: Performance): boolean {
  return (
    witnessed.served === undefined &&
    script.command.kind === 'repair' &&
    wire.some((call) => call.mutating && isDelete(call, script.playbook))
  );
}

/** The first look of a recovery that is made of what ships and that nothing hides from sees what is there. */
function truthIn({ played, script }: Performance, { parts }: Bench): Assessed | undefined {
  if (parts !== undefined || Object.values(script.disaster).includes('unreadable')) return undefined;
  const [first] = played;
  return first !== undefined && 'assessed' in first.attempt ? first.attempt.assessed : undefined;
}

export interface Tried {
  readonly tried: Case;
  readonly performance: Performance;
  readonly broken: readonly BrokenPromise[];
  readonly context: PromiseContext;
  /** The same for recoveries that go on from the same: what comes of it is played once. Null where it is played by itself. */
  readonly future: string | null;
}

export async function tryCase(bench: Bench, tried: Case): Promise<Tried> {
  const { future, performance } = await playedCase(bench, tried);
  const { broken, context } = await judgeOn(bench, performance);
  return { tried, performance, broken, context, future };
}

async function playedCase(bench: Bench, tried: Case): Promise<Pick<Tried, 'performance' | 'future'>> {
  const { crashesOf, environment, parts, playbook } = bench;
  const { variation } = tried;
  if (variation.kind === 'crash' && crashesOf !== undefined) {
    const crashed = await (await crashesOf(tried)).after(variation.afterRecord);
    if (crashed !== undefined) return crashed;
  }
  return { performance: await simulate(environment, scriptOf(tried, playbook), parts), future: null };
}

/** Which promises a performance breaks, and by what that is told. */
export async function judgeOn(bench: Bench, performance: Performance): Promise<Pick<Tried, 'broken' | 'context'>> {
  const { deployed, environment } = bench;
  const { command, disaster, happenings } = performance.script;
  const playbook = limitedFor(command, bench.playbook);
  const seen = truthIn(performance, bench);
  const looked = seen === undefined || mindsServing(performance) ? await bench.truthOf(disaster) : undefined;
  const byHand = Object.keys(command.saved?.set ?? {});
  const later = happenings.flatMap(({ happening }) =>
    happening.kind === 'disruption' ? [happening.disruption.component] : [],
  );
  const lost = [...byHand, ...later];
  const context: PromiseContext = {
    playbook,
    graph: environment.graph,
    deployed,
    truth: seen ?? looked?.assessed ?? deployed,
    serving: performance.witnessed.served ?? looked?.serving === true,
    accepted: command.accepted,
    beyond: environment.beyond,
    standing: { deployed: await environment.standing({}), struck: await environment.standing(disaster) },
    neighbours: await environment.neighbours(disaster),
    // What needs the piece may have had to go before it, or AWS made it go along.
    lostMeanwhile: new Set([...lost, ...downstreamOf(environment.graph, lost)]),
  };
  return { broken: brokenByPerformance(performance, context), context };
}
