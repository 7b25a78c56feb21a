// Files as large as they may be, full of what costs a reader most: each ends soon, and in few words.
import { expect, test } from 'vitest';
import { limits } from '../../../src/playbook/yaml/scan.ts';
import { sampled } from '../../helpers/sized.ts';
import { load } from './load.ts';

const dense: readonly { reason: string; part: string; before?: string }[] = [
  { reason: 'commas', part: ',', before: '[' },
  { reason: 'closing brackets', part: ']' },
  { reason: 'tags', part: '!a ' },
  { reason: 'anchors', part: '- &a x\n' },
  { reason: 'document marks', part: '---\n' },
  { reason: 'wrong escapes', part: '\\q', before: 'a: "' },
  { reason: 'unclosed expressions', part: '${', before: 'a: "' },
  { reason: 'short items', part: 'a,', before: '[' },
  { reason: 'short items after something that is not plain', part: 'a, ', before: 'a: &b [' },
  { reason: 'list items that end in a mistake', part: '- a\n', before: 'x: |\n  a\ny:\n' },
  { reason: 'keys', part: 'a: {b: c}\n' },
  { reason: 'lists in lists', part: '- [[[[]]]]\n' },
];
// The quick run reads some of them: each takes as much as it may.
test.each(sampled(dense, 4))(
  'as much of $reason as a file may hold ends, with few words',
  { timeout: 20_000 },
  ({ part, before = '' }) => {
    const text = before + part.repeat(Math.floor((limits.bytes - before.length) / part.length));
    const { ok, diagnostics } = load(text);
    expect(ok).toBe(false);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.length).toBeLessThanOrEqual(20);
  },
);
