// The limit of deletes while a run goes on, and what a journal tells of deletes that were begun.
import { describe, expect, test } from 'vitest';
import { createDeleteBudget, deletesBegunIn } from '../../../src/run/deletes.ts';
import type { RunEvent } from '../../../src/run/journal/events.ts';

describe('a budget of deletes', () => {
  test('lets so many steps begin, and not one more', () => {
    const budget = createDeleteBudget(2);
    expect(['a', 'b', 'c'].map((step) => budget.begin(step))).toEqual([true, true, false]);
  });

  test('counts each step once, however often it tries', () => {
    const budget = createDeleteBudget(2);
    expect(['a', 'a', 'b', 'a', 'b'].map((step) => budget.begin(step))).toEqual([true, true, true, true, true]);
  });

  test('counts what an earlier part of the run has begun, and lets that go on', () => {
    const budget = createDeleteBudget(2, ['a', 'b']);
    expect(['c', 'a', 'b'].map((step) => budget.begin(step))).toEqual([false, true, true]);
  });

  test('of none lets nothing begin', () => {
    expect(createDeleteBudget(0).begin('a')).toBe(false);
  });

  test('without a limit lets all begin', () => {
    const budget = createDeleteBudget(undefined);
    expect(['a', 'b', 'c'].map((step) => budget.begin(step))).toEqual([true, true, true]);
  });
});

test('of a journal, only deletes that were sent are deletes that were begun', () => {
  const intended = (step: string, action: 'delete' | 'create'): RunEvent => ({
    type: 'step-intended',
    step,
    action,
    attempt: 1,
    token: 'token',
  });
  const events: readonly RunEvent[] = [
    { type: 'step-started', step: 'a.delete' },
    intended('a.delete', 'delete'),
    intended('a.delete', 'delete'),
    { type: 'step-started', step: 'b.delete' },
    intended('c.create', 'create'),
    { type: 'step-acted', step: 'c.create', receipt: {} },
  ];
  expect([...deletesBegunIn(events)]).toEqual(['a.delete']);
});
