// JSON, paths, words and durations.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/playbook/duration.ts';
import { sameJson, toJson } from '../../../src/util/json.ts';
import { isBelow } from '../../../src/util/paths.ts';
import { unreachable } from '../../../src/util/unreachable.ts';
import { count, durationText } from '../../../src/util/words.ts';

describe('toJson', () => {
  test('makes plain JSON of a decoded AWS answer', () => {
    const answer = {
      $metadata: { httpStatusCode: 200 },
      createdAt: new Date('2016-09-05T14:00:00Z'),
      gone: undefined,
      count: 2n,
      ratio: Number.NaN,
      key: new Uint8Array([1, 2]),
      names: new Set(['a', 'b']),
      nested: [{ deep: null, missing: undefined }],
    };
    expect(toJson(answer)).toEqual({
      createdAt: '2016-09-05T14:00:00.000Z',
      count: '2',
      ratio: 'NaN',
      key: 'AQI=',
      names: ['a', 'b'],
      nested: [{ deep: null }],
    });
  });

  test('leaves JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(toJson(value), value)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('sameJson', () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    [[], []],
    [null, null],
  ];
  const different: readonly (readonly [unknown, unknown])[] = [
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: 1 }, { b: 1 }],
    [{}, []],
    [
      [1, 2],
      [2, 1],
    ],
    [null, {}],
    ['1', 1],
    [{ a: undefined }, { b: undefined }],
  ];

  test.each(same)('%j is %j', (left, right) => {
    expect(sameJson(left, right)).toBe(true);
  });

  test.each(different)('%j is not %j', (left, right) => {
    expect(sameJson(left, right)).toBe(false);
    expect(sameJson(right, left)).toBe(false);
  });
});

describe('isBelow', () => {
  const cases = [
    ['values', 'values', true],
    ['values[0]', 'values', true],
    ['healthCheck.path', 'healthCheck', true],
    ['valuesOfOthers', 'values', false],
    ['values', 'values[0]', false],
    ['health', 'healthCheck', false],
  ] as const;

  test.each(cases)('%s below %s: %s', (path, base, expected) => {
    expect(isBelow(path, base)).toBe(expected);
  });
});

describe('words', () => {
  const durations = [
    [0, '0 s'],
    [0.4, '0 s'],
    [59.6, '1m00s'],
    [45, '45 s'],
    [90, '1m30s'],
    [3599, '59m59s'],
    [3599.7, '1h00m'],
    [7500, '2h05m'],
  ] as const;

  test.each(durations)('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test('counts', () => {
    expect([count(0, 'step'), count(1, 'step'), count(2, 'step'), count(2, 'entry', 'entries')]).toEqual([
      '0 steps',
      '1 step',
      '2 steps',
      '2 entries',
    ]);
  });
});

describe('durations of playbooks', () => {
  const texts = [
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['0s', 0],
  ] as const;

  test.each(texts)('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(['', '5', 'm', '5 m', '1m1h', '1m1m', '-5s', '1.5h', '5M'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('are written so that they can be read again', () => {
    fc.assert(
      fc.property(fc.nat({ max: 604_800_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

test('unreachable tells what was not expected', () => {
  expect(() => unreachable('surprise' as never)).toThrow('Internal error: unexpected "surprise"');
});
