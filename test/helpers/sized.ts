// How much of a great suite is tried. `npm test` tries a part that is drawn by a seed, `npm run test:long` all of it, by
// the same code and with the same assertions; where both follow each other, RELIGHT_QUICK_DONE=true leaves to the long run
// what is not in that part. A file that asks for its size here is named `*.sized.test.ts`: by that name the long run finds it.
import { expect } from 'vitest';
import { seededRandom } from '../../src/util/random.ts';

type Size = 'quick' | 'long';

/** Of all that is drawn by lot; RELIGHT_SEED=<n> is another one. */
export const seed = Number(process.env['RELIGHT_SEED'] ?? 20160905);

/** Whatever differs between the two runs: numbers of cases, lists of scenarios. */
export function sized<Value>(values: Readonly<Record<Size, Value>>): Value {
  return values[sizeOf(expect.getState().testPath)];
}

/** @throws Error in a file that the long run would not find */
function sizeOf(file: string | undefined): Size {
  if (file === undefined || !/\.sized(\.alone)?\.test\.ts$/.test(file)) {
    throw new Error(
      `${file ?? 'what is here'} has a size: name it *.sized.test.ts, or npm run test:long leaves it out`,
    );
  }
  return process.env['RELIGHT_TEST_SIZE'] === 'long' ? 'long' : 'quick';
}

/** The quick run has just tried its part, by the same seed. */
const quickDone = process.env['RELIGHT_QUICK_DONE'] === 'true';

/** How many cases are drawn, and from which seed: after the quick run as many fewer, and others. */
export function drawn(runs: Readonly<Record<Size, number>>): { readonly seed: number; readonly numRuns: number } {
  const others = { seed: seed + runs.long, numRuns: runs.long - runs.quick };
  const all = { seed, numRuns: runs.long };
  return sized({ quick: { seed, numRuns: runs.quick }, long: quickDone ? others : all });
}

/**
 * All cases in the long run, or those that the quick run just left out; in the quick one about `quick` of them, in their order. The first and the last of each group
 * are always among them, since what goes wrong goes wrong at the ends; the others are drawn.
 *
 * @param groupOf tells kinds of cases apart, so that none goes untried; undefined: of no kind, and drawn by lot alone
 */
export function sampled<Case>(
  cases: readonly Case[],
  quick: number,
  groupOf: (each: Case) => string | undefined = () => '',
): readonly Case[] {
  const part = partOf(cases, quick, groupOf);
  if (!quickDone) return sized({ quick: part, long: cases });
  const tried = new Set(part);
  return sized({ quick: part, long: cases.filter((each) => !tried.has(each)) });
}

/** A part of a list, drawn by `RELIGHT_SEED`. */
export function partOf<Case>(
  cases: readonly Case[],
  count: number,
  groupOf: (each: Case) => string | undefined,
  random: () => number = seededRandom(seed),
): readonly Case[] {
  const ends = new Map<string, { readonly first: number; last: number }>();
  for (const [index, each] of cases.entries()) {
    const group = groupOf(each);
    if (group === undefined) continue;
    const end = ends.get(group);
    if (end === undefined) ends.set(group, { first: index, last: index });
    else end.last = index;
  }
  const kept = new Set([...ends.values()].flatMap(({ first, last }) => [first, last]));
  const others = [...cases.keys()].filter((index) => !kept.has(index));
  for (let left = count - kept.size; left > 0 && others.length > 0; left -= 1) {
    for (const drawn of others.splice(Math.floor(random() * others.length), 1)) kept.add(drawn);
  }
  return cases.filter((_each, index) => kept.has(index));
}
