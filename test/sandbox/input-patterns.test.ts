// The models' patterns are Java's: each is translated, means the same, and ends.
import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/sandbox/inputs/model.ts';
import { patternOf } from '../../src/sandbox/inputs/patterns.ts';
import { builtInServices } from '../../src/sandbox/services/index.ts';

const patterns = new Set(
  builtInServices.flatMap((service) =>
    'inputs' in service
      ? Object.values(service.inputs.model.shapes).flatMap((shape: Shape) =>
          shape.type === 'text' && shape.pattern !== undefined ? [shape.pattern] : [],
        )
      : [],
  ),
);

/** Says nothing: it has no text that it refuses. */
const anything = '[\\s\\S]*';

describe('Inputs', () => {
  it('are there', () => {
    expect(patterns.size).toBeGreaterThan(5);
  });

  it.each([...patterns])('%s can be read, and ends on a hostile text', (pattern) => {
    const expression = patternOf(pattern);
    for (const part of ['a', 'a-', '0.', 'a:', '/', ' '])
      expect(expression.test(`${part.repeat(2_000)}\u0001`)).toBe(pattern === anything);
  });

  it.each([
    ['([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)', ['Grüße 1', ''], ['a#']],
    ['\\p{ASCII}+', ['a b'], ['ü', '']],
    ['[a-z\\_]+', ['a_b'], ['A']],
    ['^(2|4|5)\\d\\d$', ['503'], ['503 ', '302']],
    ['a|b', ['a', 'b'], ['ab', 'xa']],
  ])('%s holds the whole text', (pattern, good, bad) => {
    const expression = patternOf(pattern);
    for (const text of good) expect(expression.test(text), text).toBe(true);
    for (const text of bad) expect(expression.test(text), text).toBe(false);
  });
});
