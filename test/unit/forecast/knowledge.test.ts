import { describe, expect, test } from 'vitest';
import { modelOf, seenAfter, type Measurement, type StepFacts } from '../../../src/forecast/knowledge.ts';

const measured = (seconds: number, estimateSeconds: number | null = 60): Measurement => ({
  type: 'test/piece',
  action: 'create',
  seconds,
  estimateSeconds,
});
const facts: StepFacts = { estimateSeconds: 60, settingSeconds: 0, rehearsed: [], past: [], begun: false };
const often = (seconds: number, times: number, estimateSeconds?: number): readonly Measurement[] =>
  Array.from({ length: times }, () => measured(seconds, estimateSeconds));

describe('what an estimate rests on', () => {
  test('without a measurement it is the default, widely spread', () => {
    const model = modelOf(facts);
    expect(model.usual).toBe(60);
    expect(model.sources).toEqual([{ kind: 'defaults', observations: 0, share: 1 }]);
    expect(model.spread).toBeGreaterThan(modelOf({ ...facts, rehearsed: often(60, 3) }).spread);
  });

  test('past runs win as they grow, and narrow the spread when they agree', () => {
    const models = [0, 1, 5, 30].map((times) =>
      modelOf({ ...facts, rehearsed: often(60, 2), past: often(207.5, times) }),
    );
    const usual = models.map((model) => model.usual);
    expect(usual).toEqual(usual.toSorted((a, b) => a - b));
    expect(usual[0]).toBeLessThan(65);
    expect(usual[3]).toBeGreaterThan(170);
    expect(models[3]?.sources.at(-1)).toEqual({ kind: 'history', observations: 30, share: 30 / 35 });
    const even = [5, 30].map((times) => modelOf({ ...facts, past: often(67.5, times) }).spread);
    expect(even[1]).toBeLessThan(even[0] ?? 0);
  });

  test('past runs that disagree widen it', () => {
    const uneven = modelOf({ ...facts, past: [...often(20, 10), ...often(240, 10)] });
    expect(uneven.spread).toBeGreaterThan(modelOf(facts).spread);
  });

  test('what a setting decides is not left to chance', () => {
    const model = modelOf({ ...facts, estimateSeconds: 340, settingSeconds: 300 });
    expect(model).toMatchObject({ setting: 300, usual: 40 });
  });

  test('a measurement made with other settings counts as if it had been made with those of today', () => {
    const then = modelOf({ ...facts, estimateSeconds: 340, settingSeconds: 300, past: often(347.5, 10, 340) });
    const now = modelOf({ ...facts, estimateSeconds: 340, settingSeconds: 300, past: often(647.5, 10, 640) });
    expect(now.usual).toBeCloseTo(then.usual);
    expect(now.usual).toBeCloseTo(40);
  });

  test('what another version of the tool expected is not compared with', () => {
    const model = modelOf({ ...facts, past: [measured(67.5, null)] });
    expect(model.usual).toBeCloseTo(60);
  });
});

test('what has happened is seen at the next look, as the engine looks', () => {
  expect([0, 0.2, 0.5, 1.2, 5, 12, 15.1, 44, 45, 46, 60.5].map((each) => seenAfter(each))).toEqual([
    0, 0.2, 1, 3, 7, 15, 30, 45, 45, 60, 75,
  ]);
  // Before half of the time that it usually takes there are few looks.
  expect([0.2, 1.2, 5, 31, 46, 60.5, 76].map((each) => seenAfter(each, 120))).toEqual([0.2, 30, 30, 60, 60, 75, 90]);
});
