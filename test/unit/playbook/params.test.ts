import { describe, expect, test } from 'vitest';
import { codes, head, shown, sound } from './load.ts';

const withParam = (declaration: string): string =>
  `${head}params:\n  p: ${declaration}\ncomponents: { a: { type: test/node, spec: { v: "\${params.p}" } } }\n`;

describe('values', () => {
  const cases: readonly { reason: string; declaration: string; given?: string; value: unknown }[] = [
    { reason: 'the default, when nothing is given', declaration: '{ type: integer, default: 2 }', value: 2 },
    { reason: 'an integer from text', declaration: '{ type: integer }', given: '-7', value: -7 },
    { reason: 'a number from text', declaration: '{ type: number }', given: '1.5e2', value: 150 },
    { reason: 'a boolean from text', declaration: '{ type: boolean, default: true }', given: 'false', value: false },
    { reason: 'text of digits stays text', declaration: '{ type: string }', given: '007', value: '007' },
    { reason: 'empty text is a value', declaration: '{ type: string, default: x }', given: '', value: '' },
    { reason: 'one of the enum', declaration: '{ type: string, enum: [a, b] }', given: 'b', value: 'b' },
    { reason: 'text that matches', declaration: '{ type: string, pattern: "[a-z]+" }', given: 'abc', value: 'abc' },
  ];
  test.each(cases)('$reason', ({ declaration, given, value }) => {
    const playbook = sound(withParam(declaration), given === undefined ? {} : { p: given });
    expect(playbook.params).toEqual({ p: value });
    expect(playbook.components.get('a')?.spec).toEqual({ v: value });
  });
});

describe('mistakes', () => {
  const cases: readonly { reason: string; declaration: string; given?: string; code: string; shows: string }[] = [
    {
      reason: 'no default and no value',
      declaration: '{ type: string }',
      code: '6:3 missing-param',
      shows: 'expected: --param p=text',
    },
    {
      reason: 'not an integer',
      declaration: '{ type: integer, default: 1 }',
      given: '1.5',
      code: '6:3 param-value',
      shows: 'expected: an integer',
    },
    {
      reason: 'beyond safe integers',
      declaration: '{ type: integer, default: 1 }',
      given: '99999999999999999999',
      code: '6:3 param-value',
      shows: 'expected: an integer',
    },
    {
      reason: 'not a number',
      declaration: '{ type: number, default: 1 }',
      given: '0x10',
      code: '6:3 param-value',
      shows: 'expected: a number',
    },
    {
      reason: 'not a boolean',
      declaration: '{ type: boolean, default: true }',
      given: 'yes',
      code: '6:3 param-value',
      shows: 'expected: true or false',
    },
    {
      reason: 'too small',
      declaration: '{ type: integer, default: 1, minimum: 1 }',
      given: '0',
      code: '6:3 param-value',
      shows: 'expected: at least 1',
    },
    {
      reason: 'too long',
      declaration: '{ type: string, default: a, maxLength: 2 }',
      given: 'abc',
      code: '6:3 param-value',
      shows: 'expected: at most 2 characters',
    },
    {
      reason: 'not in the enum',
      declaration: '{ type: string, default: a, enum: [a, b] }',
      given: 'c',
      code: '6:3 param-value',
      shows: 'expected: "a" or "b"',
    },
    {
      reason: 'only a part matches',
      declaration: '{ type: string, default: a, pattern: "[a-z]|x" }',
      given: 'a1',
      code: '6:3 param-value',
      shows: 'expected: text that matches',
    },
    {
      reason: 'a default of the wrong type',
      declaration: '{ type: integer, default: "2" }',
      code: '6:32 wrong-type',
      shows: 'without quotes',
    },
    {
      reason: 'a default beyond the limits',
      declaration: '{ type: integer, default: 0, minimum: 1 }',
      code: '6:32 param-value',
      shows: 'expected: at least 1',
    },
    {
      reason: 'limits that contradict',
      declaration: '{ type: integer, default: 1, minimum: 3, maximum: 2 }',
      code: '6:56 param-limits',
      shows: '"maximum" is less than "minimum"',
    },
    {
      reason: 'limits of another type',
      declaration: '{ type: boolean, default: true, minimum: 3 }',
      code: '6:38 unknown-key',
      shows: 'expected: type, default',
    },
    {
      reason: 'no regular expression',
      declaration: '{ type: string, default: a, pattern: "(" }',
      code: '6:43 param-limits',
      shows: 'expected: a regular expression',
    },
    {
      reason: 'an unknown type',
      declaration: '{ type: int, default: 1 }',
      code: '6:14 invalid-value',
      shows: '"string", "integer", "number" or "boolean"',
    },
    { reason: 'no map', declaration: '5', code: '6:6 wrong-type', shows: 'a map of keys and values' },
  ];
  test.each(cases)('$reason', ({ declaration, given, code, shows }) => {
    const text = withParam(declaration);
    const params = given === undefined ? {} : { p: given };
    expect(codes(text, params)).toEqual([code]);
    expect(shown(text, params)).toContain(shows);
  });

  test('a value for a parameter that is not declared', () => {
    const text = withParam('{ type: string, default: x }')
      .replaceAll('p:', 'image:')
      .replace('params.p', 'params.image');
    expect(codes(text, { imgae: 'y' })).toEqual(['5:1 unknown-param']);
    expect(shown(text, { imgae: 'y' })).toContain('did you mean "image"?');
  });

  test('a pattern that would take for ever is interrupted, and soon no more are tried', { timeout: 20_000 }, () => {
    const one = (index: number): string =>
      `  p${index}: { type: string, pattern: "(a+)+b", default: ${'a'.repeat(60)} }\n`;
    const text = `${head}params:\n${Array.from({ length: 200 }, (_, index) => one(index)).join('')}components: { a: { type: test/node, spec: {} } }\n`;
    expect(codes(text)).toHaveLength(200);
    expect(shown(text)).toContain('takes too long');
  });

  test('names of JavaScript objects are no parameters', () => {
    const text = withParam('{ type: string, default: x }').replace('params.p', 'params.constructor');
    expect(codes(text)).toEqual(['7:49 unknown-param']);
    expect(codes(withParam('{ type: string, default: x }'), { toString: 'x' })).toEqual(['5:1 unknown-param']);
  });
});
