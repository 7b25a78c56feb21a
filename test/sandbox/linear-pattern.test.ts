// Strangers' regular expressions: what they find is what JavaScript's own engine finds, in bounded time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPattern } from '../../src/sandbox/linear-pattern.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\d',
  '\\w',
  '[ab]',
  '[^a]',
  '[a-c\\]]',
  '^',
  '$',
  '\\b',
  '\\.',
  '{',
  '\\x61',
  '\\u0062',
);
const mark = fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,2}', '{0}');
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, mark).map(([one, many]) => (/^[$^]$|^\\b$/.test(one) ? one : one + many)),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), mark)
      .map(([open, inside, many]) => `${open}${inside})${many}`),
  ),
  pattern: fc
    .array(fc.array(tie('part'), { maxLength: 3 }), { minLength: 1, maxLength: 2 })
    .map((ways) => ways.map((parts) => parts.join('')).join('|')),
}));

function own(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

describe('linearPattern', () => {
  it('finds what JavaScript finds', () => {
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '1', ' ', '{', ']'), maxLength: 8 }),
        (source, text) => {
          const expected = own(source);
          fc.pre(expected !== undefined);
          const linear = linearPattern(source);
          fc.pre(linear !== undefined);
          expect(linear(text)).toBe(expected.test(text));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['(a+)+$', '(a|a)*b', '(a|aa)+$', '(.*)*=', 'a{0,50}a{0,50}b', '(x+x+)+y'])(
    '%s takes no longer than its text',
    (source) => {
      for (const letter of ['a', 'x']) expect(linearPattern(source)?.(`${letter.repeat(8_000)}!`)).toBe(false);
    },
  );

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '((a{100}){100}){100}',
    `(((((){1000}){1000}){1000}){1000})`,
    '('.repeat(500) + ')'.repeat(500),
  ])('%s is not tried', (source) => {
    expect(linearPattern(source)).toBeUndefined();
  });

  it.each(['(', 'a**', '[b-a]', '\\'])('%s is no pattern', (source) => {
    expect(() => linearPattern(source)).toThrow(SyntaxError);
  });
});
