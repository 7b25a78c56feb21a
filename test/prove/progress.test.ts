// What a proof tells while it plays: the cases that come last are counted from the beginning.
import { expect, test } from 'vitest';
import { prove, type Progress } from '../../src/prove/prove.ts';
import { systemClock } from '../../src/util/clock.ts';
import { playbookOf } from '../helpers/rig.ts';
import { plainShop } from '../helpers/shop.ts';

test('the total is about right before the last cases are known, and exact then', async () => {
  const told: Progress[] = [];
  const { outcomes } = await prove(playbookOf(plainShop), {
    source: { file: 'shop.yaml', text: plainShop, params: {}, modules: [], exhaustive: false },
    workers: 1,
    counterExamples: 1,
    seed: 1,
    quick: true,
    clock: systemClock,
    cpuSeconds: () => 0,
    onProgress: (progress) => told.push(progress),
  });
  const estimates = told.filter((each) => each.isEstimate);
  const [first] = estimates;
  expect(first?.total).toBeGreaterThan(estimates.length + 10);
  for (const { total } of estimates) expect(Math.abs(total - outcomes.length) / outcomes.length).toBeLessThan(0.3);
  expect(told.at(-1)).toMatchObject({ done: outcomes.length, total: outcomes.length, isEstimate: false });
});
