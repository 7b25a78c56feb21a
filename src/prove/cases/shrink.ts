// A counter-example made as small as it gets: the same promise broken by a smaller disaster.
import type { Case } from './case.ts';
import { tryCase, type Bench, type Tried } from '../one.ts';
import type { BrokenPromise } from '../promises/promises.ts';

export interface CounterExample extends Tried {
  readonly promise: BrokenPromise;
  /** The case by which it was found. */
  readonly foundBy: Case;
  /** Rehearsals that shrinking took. */
  readonly attempts: number;
  /** Of those that were played, how many show it. */
  readonly recoveries: number;
  /** The most deletes that a plan of these has. */
  readonly mostDeletes: number;
}

/** Of a counter-example, what is told of all recoveries that show it. */
export type Spread = Pick<CounterExample, 'recoveries' | 'mostDeletes'>;

/** So many rehearsals at most. */
const most = 120;

/** Takes away what is not needed, piece by piece, until nothing more can be taken. */
export async function shrink(
  bench: Bench,
  found: Case,
  promise: BrokenPromise,
  spread: Spread = { recoveries: 1, mostDeletes: 0 },
): Promise<CounterExample> {
  let best = await tryCase(bench, found);
  let attempts = 1;
  for (let smaller = true; smaller && attempts < most;) {
    smaller = false;
    for (const candidate of smallerThan(best.tried)) {
      if (attempts >= most) break;
      attempts += 1;
      const tried = await tryCase(bench, candidate);
      if (breaking(tried, promise) === undefined) continue;
      best = tried;
      smaller = true;
      break;
    }
  }
  return { ...best, promise: breaking(best, promise) ?? promise, foundBy: found, attempts, ...spread };
}

/** The same promise about the same piece, or else the same promise. */
function breaking({ broken }: Tried, wanted: BrokenPromise): BrokenPromise | undefined {
  const same = broken.filter((each) => each.promise === wanted.promise);
  return same.find((each) => each.components[0] === wanted.components[0]) ?? same[0];
}

/** Simpler ones first. */
function smallerThan(from: Case): readonly Case[] {
  const { accepted, disaster, variation } = from;
  const ids = Object.keys(disaster);
  const without = (id: string): Case => ({
    ...from,
    disaster: Object.fromEntries(Object.entries(disaster).filter(([each]) => each !== id)),
  });
  const simpler = ids.flatMap((id) => {
    const state = disaster[id];
    if (state === undefined || state === 'lost') return [];
    return [{ ...from, disaster: { ...disaster, [id]: 'lost' as const } }];
  });
  const half = ids.slice(0, Math.floor(ids.length / 2));
  const halves =
    ids.length < 4
      ? []
      : [half, ids.slice(half.length)].map((kept) => ({
          ...from,
          disaster: Object.fromEntries(Object.entries(disaster).filter(([id]) => kept.includes(id))),
        }));
  return [
    ...(variation.kind === 'none' ? [] : [{ ...from, variation: { kind: 'none' } as const }]),
    ...(accepted.length === 0 ? [] : [{ ...from, accepted: [] }]),
    ...halves,
    ...ids.map(without),
    ...simpler,
  ];
}
