import { describe, expect, test } from 'vitest';
import { formatDiagnostics, sortDiagnostics, type Diagnostic } from '../../../src/playbook/diagnostic.ts';
import { createSuggest, editDistance } from '../../../src/playbook/checks/nearest.ts';

const base: Diagnostic = {
  severity: 'error',
  code: 'unknown-key',
  message: 'unknown key "nmae"',
  file: 'p.yaml',
  line: 2,
  column: 3,
  length: 4,
};

describe('formatting', () => {
  test('shows place, message, line, marker, help and a summary', () => {
    const warning: Diagnostic = { ...base, severity: 'warning', line: 3, column: 1, length: 1, message: 'odd' };
    const full: Diagnostic = { ...base, expected: 'name or owner', suggestion: 'name', notes: ['a note'] };
    expect(formatDiagnostics([full, warning], 'metadata:\n  nmae: x\nz\n', { color: false })).toMatchInlineSnapshot(`
      "p.yaml:2:3: error: unknown key "nmae"
        2 |   nmae: x
          |   ^^^^
            expected: name or owner
            a note
            did you mean "name"?

      p.yaml:3:1: warning: odd
        3 | z
          | ^

      1 error, 1 warning in p.yaml
      "
    `);
  });

  const markers: readonly { reason: string; line: string; column: number; length: number; expected: string[] }[] = [
    {
      reason: 'a tab takes one column in both lines',
      line: '\tx: bad',
      column: 5,
      length: 3,
      expected: ['  1 |  x: bad', '    |     ^^^'],
    },
    {
      reason: 'wide characters take two columns',
      line: 'x: 日本 bad',
      column: 7,
      length: 3,
      expected: ['  1 | x: 日本 bad', '    |         ^^^'],
    },
    {
      reason: 'a long line is cut on both sides, and the marker stays below its text',
      line: `${'a'.repeat(300)}bad${'b'.repeat(300)}`,
      column: 301,
      length: 3,
      expected: [`  1 | ...${'a'.repeat(36)}bad${'b'.repeat(71)}...`, `    | ${' '.repeat(39)}^^^`],
    },
    {
      reason: 'a marker ends with its line',
      line: 'x: bad\r',
      column: 4,
      length: 500,
      expected: ['  1 | x: bad', '    |    ^^^'],
    },
    {
      reason: 'control characters and bidirectional overrides cannot reach the terminal',
      line: 'x: \u001b[2J\u202e bad',
      column: 10,
      length: 3,
      expected: [String.raw`  1 | x: \u001b[2J\u202e bad`, '    |                    ^^^'],
    },
  ];
  test.each(markers)('$reason', ({ line, column, length, expected }) => {
    const text = formatDiagnostics([{ ...base, line: 1, column, length }], line, { color: false });
    expect(text.split('\n').slice(1, 3)).toEqual(expected);
  });

  test('a message cannot carry escape sequences either', () => {
    const text = formatDiagnostics([{ ...base, message: '\u001b[31mfake' }], '', { color: false });
    expect(text).not.toContain('\u001b');
  });

  test('color is the choice of the caller', () => {
    expect(formatDiagnostics([base], 'a\n  nmae: x', { color: true })).toContain('\u001b[31m');
    expect(formatDiagnostics([base], 'a\n  nmae: x', { color: false })).not.toContain('\u001b');
  });

  test('past the limit the rest is counted', () => {
    const many = Array.from({ length: 5 }, (_, index) => ({ ...base, line: index + 1 }));
    const text = formatDiagnostics(many, '', { color: false, limit: 2 });
    expect(text).toContain('... and 3 more');
    expect(text).toContain('5 errors in p.yaml');
  });

  test('nothing to tell is no text', () => {
    expect(formatDiagnostics([], 'x', { color: true })).toBe('');
  });

  test('sorting is by place, errors first, and tells each mistake once', () => {
    const late = { ...base, line: 9 };
    const warning: Diagnostic = { ...base, severity: 'warning', message: 'w' };
    expect(sortDiagnostics([late, warning, base, { ...base }])).toEqual([base, warning, late]);
  });
});

describe('nearest names', () => {
  const distances: readonly { a: string; b: string; distance: number; reason: string }[] = [
    { a: 'name', b: 'nmae', distance: 1, reason: 'a swap of neighbours is one slip' },
    { a: 'service', b: 'servce', distance: 1, reason: 'a letter left out' },
    { a: 'arn', b: 'arm', distance: 1, reason: 'a wrong letter' },
    { a: '', b: 'abc', distance: 3, reason: 'all letters are missing' },
    { a: 'kitten', b: 'sitting', distance: 3, reason: 'two wrong letters and one too many' },
  ];
  test.each(distances)('$reason: $a, $b', ({ a, b, distance }) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  test('nothing near is no suggestion; case does not count', () => {
    const suggest = createSuggest();
    expect(suggest('zebra', ['name', 'owner'])).toBeUndefined();
    expect(suggest('dependson', ['dependsOn', 'spec'])).toBe('dependsOn');
  });

  test('a budget ends the search, so that a file of mistakes ends too', () => {
    const suggest = createSuggest(1);
    expect(suggest('nam', ['owner', 'name'])).toBeUndefined();
  });
});
