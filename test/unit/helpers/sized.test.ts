// The part of a suite that is tried at each change: the same one each time, with the ends of every kind of case in it.
import { describe, expect, test } from 'vitest';
import { partOf, sized } from '../../helpers/sized.ts';

const cases = Array.from({ length: 400 }, (_, index) => ({ index, kind: ['read', 'write', 'kill'][index % 3] ?? '' }));
const kindOf = (each: (typeof cases)[number]): string => each.kind;
const numbersOf = (part: typeof cases | readonly (typeof cases)[number][]): readonly number[] =>
  part.map((each) => each.index);

describe('a part of many cases', () => {
  test('is as large as told, in order, and the same each time', () => {
    const part = numbersOf(partOf(cases, 40, kindOf));
    expect(part).toHaveLength(40);
    expect(part).toEqual([...new Set(part)].sort((left, right) => left - right));
    expect(numbersOf(partOf(cases, 40, kindOf))).toEqual(part);
  });

  test('holds the first and the last of each kind, however small it is', () => {
    expect(numbersOf(partOf(cases, 1, kindOf))).toEqual([0, 1, 2, 397, 398, 399]);
  });

  test('holds by lot alone what is of no kind', () => {
    const some = (each: (typeof cases)[number]): string | undefined => (each.kind === 'kill' ? each.kind : undefined);
    expect(numbersOf(partOf(cases, 0, some))).toEqual([2, 398]);
    expect(numbersOf(partOf(cases, 20, some))).toHaveLength(20);
  });

  test('is another one by another lot', () => {
    const drawn = [0.1, 0.5, 0.9].map((lot) => numbersOf(partOf(cases, 7, kindOf, () => lot)));
    expect(new Set(drawn.map((each) => each.join())).size).toBe(3);
  });

  test('is all of them where there are no more', () => {
    expect(partOf(cases, 1_000, kindOf)).toEqual(cases);
    expect(partOf([], 10, () => '')).toEqual([]);
  });
});

test('a file that the long run would not find may not ask for a size', () => {
  expect(() => sized({ quick: 1, long: 2 })).toThrow('name it *.sized.test.ts');
});
