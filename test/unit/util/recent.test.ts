import { expect, test } from 'vitest';
import { recentTexts } from '../../../src/util/recent.ts';

test('a text is known until 32 others have come after it', () => {
  const recent = recentTexts();
  recent.add('first');
  for (let each = 1; each < 32; each += 1) recent.add(`text ${each}`);
  expect(recent.has('first')).toBe(true);
  expect(recent.has('another')).toBe(false);
  recent.add('one more');
  expect(recent.has('first')).toBe(false);
  expect(recent.has('one more')).toBe(true);
});

test('what is very long is not kept', () => {
  const recent = recentTexts();
  const long = 'a'.repeat(70_000);
  recent.add(long);
  expect(recent.has(long)).toBe(false);
});
