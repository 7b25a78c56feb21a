// A week of a watch over twenty playbooks, by a virtual clock: the watch as it is, with real scans of an embedded AWS in this
// process. Pieces are lost, changed and mended; AWS, receivers, scans and the watch itself are out for a time; the clocks change.
import { expect, test } from 'vitest';
import { tempFolder } from '../helpers/notices.ts';
import { seed, sized } from '../helpers/sized.ts';
import { hour } from '../helpers/week/fleet.ts';
import { judge } from '../helpers/week/oracle.ts';
import { planOf, type Density } from '../helpers/week/plan.ts';
import { runWeek } from '../helpers/week/run.ts';

const day = 24 * hour;

interface Week {
  readonly name: string;
  readonly from: number;
  readonly length: number;
  readonly seed: number;
  readonly density: Density;
}

const usual: Density = { ills: 1, outages: 1 };
/** Of a night. */
const dense: Density = { ills: 9, outages: 3 };

/** Clocks go forward on 28 March 2027, and back on 31 October. */
const weeks = sized<readonly Week[]>({
  quick: [
    { name: 'a night of spring', from: Date.UTC(2027, 2, 27, 20), length: 11 * hour, seed, density: dense },
    { name: 'a night of autumn', from: Date.UTC(2027, 9, 30, 20), length: 11 * hour, seed: seed + 1, density: dense },
  ],
  long: [
    { name: 'a week of spring', from: Date.UTC(2027, 2, 25, 12), length: 7 * day, seed, density: usual },
    { name: 'a week of autumn', from: Date.UTC(2027, 9, 28, 12), length: 7 * day, seed: seed + 1, density: usual },
  ],
});

/** How often each kind of thing was looked for, in all weeks: where nothing happens, nothing is proved. */
const looked = new Map<string, number>();

test.each(weeks)(
  '$name: all is told in time, once, and nothing else is',
  async ({ density, from, length, seed: own }) => {
    using folder = tempFolder();
    const plan = planOf(own, { from, to: from + length }, density);
    const seen = await runWeek(plan, folder.path);
    const { complaints, counts } = judge(plan, seen);
    expect(complaints).toEqual([]);
    for (const [what, count] of Object.entries(counts)) looked.set(what, (looked.get(what) ?? 0) + count);
  },
);

test('there was much that had to be told', () => {
  const needed = [
    'notices',
    'had to be told',
    'had to be over',
    'had to be told unseen',
    'had to be told seen',
    'nights',
  ];
  expect(needed.filter((what) => (looked.get(what) ?? 0) < weeks.length)).toEqual([]);
});
