import { describe, expect, it } from 'vitest';
import { awsTimings, instantTimings, randomTimings } from '../../src/sandbox/index.ts';
import type { Timings } from '../../src/sandbox/index.ts';

const draws = Array.from({ length: 400 }, (_, seed) => randomTimings(seed));
const sorted = (name: keyof Timings): readonly number[] => draws.map((each) => each[name]).toSorted((a, b) => a - b);

describe('Drawn durations', () => {
  it('the same seed gives the same world, another seed another one', () => {
    expect(randomTimings(5)).toEqual(randomTimings(5));
    expect(randomTimings(5)).not.toEqual(randomTimings(6));
  });

  it.each(['loadBalancerProvisioning', 'taskStart', 'changeInSync', 'serviceDrained', 'tableCreate'] as const)(
    '%s: about its usual value in the middle, and never further than four times from it',
    (name) => {
      const values = sorted(name);
      const usual = awsTimings[name];
      expect(values[200]).toBeGreaterThan(usual * 0.9);
      expect(values[200]).toBeLessThan(usual * 1.1);
      expect(values[0]).toBeGreaterThanOrEqual(Math.floor(usual / 4));
      expect(values.at(-1)).toBeLessThanOrEqual(usual * 4);
    },
  );

  it.each([
    // What was captured or documented, in seconds: the middle nine tenths lie about there.
    ['changeInSync', 18, 66],
    ['healthCheckFirstStatus', 36, 96],
    ['taskStart', 17, 95],
    ['loadBalancerProvisioning', 55, 215],
  ] as const)('%s: nine in ten between %i and %i s', (name, from, to) => {
    const values = sorted(name);
    expect(values[20]).toBeGreaterThan(from * 1000);
    expect(values[379]).toBeLessThan(to * 1000);
    // And not all at the same place.
    expect((values[379] ?? 0) / (values[20] ?? 1)).toBeGreaterThan(2);
  });

  it('one duration says nothing about another', () => {
    const both = draws.filter(
      (each) => each.taskStart > awsTimings.taskStart === each.changeInSync > awsTimings.changeInSync,
    ).length;
    expect(both).toBeGreaterThan(140);
    expect(both).toBeLessThan(260);
  });

  it('what is configured, and what takes no time, stays', () => {
    expect(new Set(draws.map((each) => each.drainFactor))).toEqual(new Set([1]));
    expect(randomTimings(1, instantTimings)).toEqual(instantTimings);
  });
});
