import { expect, test } from 'vitest';
import { failureStep, type Failing } from '../../../src/watch/failures.ts';
import type { ScanEnd } from '../../../src/watch/supervisor.ts';

const hour = 3_600_000;
const ended = (code: number): ScanEnd => ({ kind: 'ended', code, facts: undefined });
const givenUp: ScanEnd = { kind: 'given-up', seconds: 60 };

function changesOf(ends: readonly ScanEnd[], remind: number | undefined): readonly (string | undefined)[] {
  let failing: Failing | undefined;
  return ends.map((end, index) => {
    const step = failureStep(failing, end, index * hour, remind);
    ({ failing } = step);
    return step.change;
  });
}

test('a failure is told when it begins and when it is over, however long it lasts', () => {
  const ends = [ended(0), givenUp, givenUp, ended(1), { kind: 'crashed', detail: 'x' }, ended(2), ended(0)] as const;
  expect(changesOf(ends, undefined)).toEqual([
    undefined,
    'new',
    undefined,
    undefined,
    undefined,
    'resolved',
    undefined,
  ]);
});

test('and again while it lasts, where that is wanted', () => {
  expect(changesOf([givenUp, givenUp, givenUp, givenUp], 2 * hour)).toEqual(['new', undefined, 'reminder', undefined]);
});

test('a scan that says itself what it could not see has not failed', () => {
  expect(changesOf([ended(4), ended(4)], undefined)).toEqual([undefined, undefined]);
});
