import { expect, test } from 'vitest';
import { nextLook } from '../../../src/util/looks.ts';

function looks(until: number, usual?: number): readonly number[] {
  const all = [0];
  for (let last = 0; last < until; last = all.at(-1) ?? until) all.push(nextLook(last, usual));
  return all;
}

test('a wait of which nobody knows how long it takes looks often at first, and every 15 s later', () => {
  expect(looks(60)).toEqual([0, 1, 3, 7, 15, 30, 45, 60]);
});

test('what usually takes minutes is not asked about each second, but at least every 30 s', () => {
  expect(looks(90, 120)).toEqual([0, 1, 30, 60, 75, 90]);
  expect(looks(200, 300)).toEqual([0, 1, 30, 60, 90, 120, 150, 165, 180, 195, 210]);
});

test('what is short, or has begun at once, is looked at as ever', () => {
  expect(looks(15, 10)).toEqual([0, 1, 3, 7, 15]);
  expect(looks(30, 30)).toEqual([0, 1, 15, 30]);
});

test('a look that took its time leads back to the grid', () => {
  expect(nextLook(1.04)).toBe(3);
  expect(nextLook(6.2)).toBe(7);
  expect(nextLook(14.8)).toBe(30);
  expect(nextLook(31.7)).toBe(45);
  expect(nextLook(0.04, 600)).toBe(1);
});
