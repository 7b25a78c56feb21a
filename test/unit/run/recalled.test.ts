// What the images of runs tell of pieces as they were before any of the runs touched them.
import { describe, expect, test } from 'vitest';
import type { BeforeImage, JournalRecord } from '../../../src/run/journal/events.ts';
import { imagesBefore, recalledFrom, type ToldRun } from '../../../src/run/journal/recalled.ts';

const scope = { account: '123456789012', region: 'eu-west-1', partition: 'aws', playbook: 'shop' } as const;

function image(component: string, state: string): BeforeImage {
  const common = { version: 1, runId: 'run-1', step: `${component}.update`, at: '2026-01-02T03:04:05.000Z' } as const;
  return { ...common, component, type: 'test/node', spec: {}, tags: null, state, captured: null };
}

/** `a.create+` intends, `a.create.` succeeds, `a.delete:x` saves an image of the state x. */
function run(...words: readonly string[]): ToldRun {
  const ids = [...new Set(words.map((each) => /^[\w.]*\w/.exec(each)?.[0] ?? ''))];
  const steps = ids.map((id) => ({ id, component: id.split('.')[0] ?? '' }));
  const records = words.map((word) => {
    const step = /^[\w.]*\w/.exec(word)?.[0] ?? '';
    if (word.endsWith('+')) return { type: 'step-intended', step, action: step.split('.')[1] };
    return word.includes(':')
      ? { type: 'before-image', step, file: word.split(':')[1] }
      : { type: 'step-succeeded', step };
  });
  const begun = { type: 'run-started', plan: { steps } };
  return {
    records: [begun, ...records] as unknown as ToldRun['records'],
    imageOf: ({ file }: Extract<JournalRecord, { type: 'before-image' }>, component) =>
      file === 'unreadable' ? undefined : image(component, file),
  };
}

const told = (...runs: readonly ToldRun[]): object =>
  Object.fromEntries([...imagesBefore(runs)].map(([id, { state }]) => [id, state]));

describe('the image of a piece', () => {
  test('is the first one of all runs', () => {
    expect(told(run('a.delete:old', 'a.delete+'), run('a.update:newer', 'b.update:b'))).toEqual({ a: 'old', b: 'b' });
  });

  test('that cannot be read gives way to the next one', () => {
    expect(told(run('a.update:unreadable', 'a.update:next'))).toEqual({ a: 'next' });
  });

  test('is none of what a run has half made, in this run or in the next one', () => {
    expect(told(run('a.create+', 'a.create:half'), run('a.update:more'))).toEqual({});
    expect(told(run('a.delete:old', 'a.delete+', 'a.create+', 'a.create:half'))).toEqual({ a: 'old' });
    expect(told(run('a.create+', 'b.update:b'))).toEqual({ b: 'b' });
  });

  test('is one again once it was made whole', () => {
    expect(told(run('a.create+', 'a.create'), run('a.delete:whole'))).toEqual({ a: 'whole' });
    expect(told(run('a.create+'), run('a.update+', 'a.update'), run('a.delete:whole'))).toEqual({ a: 'whole' });
  });

  test('is of what is changed or deleted, not only of what is made', () => {
    expect(told(run('a.update+', 'a.update:half'))).toEqual({ a: 'half' });
  });
});

describe('what is recalled', () => {
  const type = { outputsOf: () => ({ arn: 'arn:aws:x' }) };
  const types = new Map([['test/node', type]]) as unknown as Parameters<typeof recalledFrom>[1];

  test('is the piece with its time, its tags and the names of all', () => {
    const one = { ...image('a', 's'), tags: { team: 'shop', odd: 7 } };
    const memory = recalledFrom(new Map([['a', one]]), types, scope);
    const outputs = new Map([['a', { arn: 'arn:aws:x' }]]);
    expect(memory.get('a')).toEqual([
      {
        source: 'run',
        at: Date.UTC(2026, 0, 2, 3, 4, 5),
        spec: {},
        state: 's',
        captured: null,
        tags: { team: 'shop' },
        outputs,
      },
    ]);
  });

  test.each([[null], [['team']], ['team']])('has no tags where the image has %j', (tags) => {
    const memory = recalledFrom(new Map([['a', { ...image('a', 's'), tags }]]), types, scope);
    expect(memory.get('a')?.[0]?.tags).toBeUndefined();
  });

  test('of a type that nobody knows has no names', () => {
    const memory = recalledFrom(new Map([['a', image('a', 's')]]), new Map(), scope);
    expect(memory.get('a')?.[0]?.outputs.size).toBe(0);
  });
});
