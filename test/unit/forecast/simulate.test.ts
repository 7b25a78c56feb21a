import { describe, expect, test } from 'vitest';
import type { StepModel } from '../../../src/forecast/knowledge.ts';
import { quantile, samplesFor, simulate, simulateAgain, type SimulatedStep } from '../../../src/forecast/simulate.ts';

const model = (usual: number, spread: number, more: Partial<StepModel> = {}): StepModel => ({
  setting: 0,
  usual,
  spread,
  begun: false,
  looks: 'steady',
  expected: 0,
  sources: [],
  ...more,
});
const step = (id: string, after: readonly string[], own: StepModel, kind = id): SimulatedStep => ({
  id,
  after,
  kind,
  model: own,
});

describe('a simulated recovery', () => {
  test('is the same each time', () => {
    const steps = [step('a', [], model(60, 0.3)), step('b', ['a'], model(30, 0.3))];
    expect(simulate(steps, 500).totals).toEqual(simulate(steps, 500).totals);
  });

  test('follows a lognormal about the usual value: its percentiles are where they belong', () => {
    const { totals } = simulate([step('a', [], model(100, 0.3))], 2_000);
    expect(quantile(totals, 0.5)).toBeGreaterThan(95);
    expect(quantile(totals, 0.5)).toBeLessThan(105);
    const p95 = 100 * Math.exp(0.3 * 1.645);
    expect(quantile(totals, 0.95) / p95).toBeGreaterThan(0.93);
    expect(quantile(totals, 0.95) / p95).toBeLessThan(1.07);
  });

  test('takes as long as its longest chain, and names it', () => {
    const still = { spread: 0 };
    const steps = [
      step('short', [], { ...model(10, 0), ...still }),
      step('long', [], { ...model(50, 0), ...still }),
      step('last', ['short', 'long'], { ...model(5, 0), ...still }),
      step('aside', ['short'], { ...model(20, 0), ...still }),
    ];
    const run = simulate(steps, 200);
    expect(quantile(run.totals, 0.5)).toBeCloseTo(55);
    expect(run.chain.map((place) => steps[place]?.id)).toEqual(['long', 'last']);
    expect([...run.critical]).toEqual([0, 200, 200, 0]);
  });

  test('steps of one kind share their luck: two of them are hardly slower than one', () => {
    const one = quantile(simulate([step('a', [], model(60, 0.4), 'kind')], 2_000).totals, 0.5);
    const two = simulate([step('a', [], model(60, 0.4), 'kind'), step('b', [], model(60, 0.4), 'kind')], 2_000);
    const strangers = simulate([step('a', [], model(60, 0.4)), step('b', [], model(60, 0.4))], 2_000);
    expect(quantile(two.totals, 0.5) - one).toBeLessThan(quantile(strangers.totals, 0.5) - one);
  });

  test('what is under way already takes between half of its time and all of it', () => {
    const { totals } = simulate([step('a', [], model(100, 0, { begun: true }))], 2_000);
    expect(quantile(totals, 0)).toBeGreaterThanOrEqual(50);
    expect(quantile(totals, 1)).toBeLessThanOrEqual(100);
    expect(Math.abs(quantile(totals, 0.5) - 75)).toBeLessThan(3);
  });

  test('another setting is tried on the very same days: what it does not concern does not move', () => {
    const steps = [step('a', [], model(60, 0.3)), step('b', ['a'], model(30, 0.3, { setting: 300 }))];
    const run = simulate(steps, 500);
    const changed = [steps[0] ?? step('', [], model(0, 0)), step('b', ['a'], model(30, 0.3, { setting: 30 }))];
    const again = simulateAgain(changed, steps, run);
    const saved = [...run.totals].map((total, index) => total - (again.totals[index] ?? 0));
    for (const each of saved) expect(each).toBeCloseTo(270);
  });

  test('large plans are simulated less often, never less than 200 times', () => {
    expect([1, 500, 1_000, 20_000].map(samplesFor)).toEqual([2_000, 2_000, 1_000, 200]);
  });
});
