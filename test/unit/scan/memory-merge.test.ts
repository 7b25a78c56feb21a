// What two scans at one time remember, made one.
import { expect, test } from 'vitest';
import type { FindingMemory, RememberedFinding } from '../../../src/scan/memory.ts';
import { mergedMemory } from '../../../src/scan/memory-merge.ts';
import { findingsOf } from '../../../src/scan/fold.ts';
import { outcomeOf } from '../../helpers/scan.ts';

const lost = { verdict: 'missing', reasons: [{ kind: 'missing', text: 'not there' }] } as const;
const found = findingsOf(
  outcomeOf('a type=dynamodb/table; b type=dynamodb/table', { assessments: { a: lost, b: lost } }),
);
const known = (index: number, more: Partial<RememberedFinding> = {}): RememberedFinding => {
  const finding = found[index];
  if (finding === undefined) throw new Error('there is no such finding');
  return { finding, firstSeen: 100, lastSeen: 200, alarmed: null, over: null, ...more };
};
const memory = (...findings: readonly RememberedFinding[]): FindingMemory => ({ findings, blind: [] });

test('a finding lasts since the earlier of the two, and was told as late as either says', () => {
  const theirs = known(0, { firstSeen: 90, lastSeen: 210, alarmed: { at: 210, severity: 'high' } });
  const ours = known(0, { firstSeen: 200, lastSeen: 200, alarmed: { at: 150, severity: 'low' } });
  expect(mergedMemory(memory(theirs), memory(ours), 200).findings).toEqual([
    { ...theirs, firstSeen: 90, alarmed: { at: 210, severity: 'high' } },
  ]);
  expect(mergedMemory(memory(ours), memory(theirs), 200).findings).toMatchObject([
    { firstSeen: 90, lastSeen: 210, alarmed: { at: 210 } },
  ]);
});

test('what they have seen since then stays, and what we saw to be over goes', () => {
  const seenLater = known(1, { lastSeen: 250 });
  const seenBefore = known(1, { lastSeen: 150 });
  expect(mergedMemory(memory(seenLater), memory(known(0)), 200).findings).toHaveLength(2);
  expect(mergedMemory(memory(seenBefore), memory(known(0)), 200).findings).toEqual([known(0)]);
});

test('what cannot be seen is joined in the same way', () => {
  const blind = (id: string, firstSeen: number, at: number | null) => ({
    ...{ id, text: id, firstSeen },
    alarmed: at === null ? null : ({ at, severity: 'high' } as const),
  });
  const theirs = { findings: [], blind: [blind('x', 90, 95), blind('later', 250, null), blind('gone', 50, null)] };
  const ours = { findings: [], blind: [blind('x', 100, null)] };
  expect(mergedMemory(theirs, ours, 200).blind).toEqual([blind('x', 90, 95), blind('later', 250, null)]);
});
