// What later runs take from journals: what a run left to be done, who wrote what, how long steps took.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Author } from '../../../src/assess/proof.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { authorsIn } from '../../../src/run/journal/authors.ts';
import { durationsIn } from '../../../src/run/journal/durations.ts';
import type { JournalRecord, RunEvent } from '../../../src/run/journal/events.ts';
import type { RunStarted } from '../../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../../src/run/journal/unfinished.ts';
import type { ScriptedSpec } from '../../helpers/scripted.ts';
import { scriptedRig, startOfTime, type ScriptedRig } from '../../helpers/scripted-rig.ts';

const at = (seconds: number): string => new Date(startOfTime + seconds * 1000).toISOString();

type Lines = readonly (readonly [seconds: number, event: RunEvent])[];
type Journal = readonly [RunStarted, ...JournalRecord[]];

const started = (step: string): RunEvent => ({ type: 'step-started', step });
const intended = (
  step: string,
  action: 'create' | 'update' | 'delete',
  token = `of ${step}`,
  attempt = 1,
): RunEvent => {
  return { type: 'step-intended', step, action, attempt, token };
};
const acted = (step: string, receipt: Extract<RunEvent, { type: 'step-acted' }>['receipt'] = {}): RunEvent => {
  return { type: 'step-acted', step, receipt };
};
const succeeded = (step: string): RunEvent => ({ type: 'step-succeeded', step });
const finished = (result: 'succeeded' | 'partial' | 'failed' | 'refused'): RunEvent => {
  return { type: 'run-finished', result, awsCalls: 0, durationSeconds: 0 };
};

/** A journal of a run of this plan. */
function journalOf(plan: Plan, lines: Lines, more: Partial<RunStarted> = {}): Journal {
  const first: RunStarted = {
    seq: 1,
    at: at(0),
    type: 'run-started',
    version: 1,
    runId: 'run-1',
    tool: 'relight test',
    plan,
    verify: true,
    sandbox: false,
    ...more,
  };
  return [first, ...lines.map(([seconds, event], index) => ({ seq: index + 2, at: at(seconds), ...event }))];
}

async function planOf(rig: ScriptedRig, more: Partial<Plan> = {}): Promise<Plan> {
  return { ...(await rig.plan()), ...more };
}

describe('what an unfinished run left', () => {
  const rig = (): ScriptedRig => {
    const made = scriptedRig('a; b -> pinned=a.name; c; d');
    made.world.remove('a');
    made.world.drift('b', 'pinned', 'x');
    return made;
  };

  test('nothing, where it succeeded or was refused; all others have left something', async () => {
    const plan = await planOf(rig());
    const end = (result: Parameters<typeof finished>[0]): unknown => {
      return unfinishedRun(journalOf(plan, [[9, finished(result)]]))?.end;
    };
    expect(end('succeeded')).toBeUndefined();
    expect(end('refused')).toBeUndefined();
    expect(end('partial')).toBe('partial');
    expect(end('failed')).toBe('failed');
    expect(unfinishedRun(journalOf(plan, []))?.end).toBe('cut-off');
  });

  test('whose it was, when it began, and how it was asked for', async () => {
    const made = rig();
    const seen = await made.look();
    const plan = made.planFrom(seen, 'repair', ['d']);
    expect(unfinishedRun(journalOf(plan, [], { verify: false }))).toMatchObject({
      runId: 'run-1',
      strategy: 'repair',
      playbook: plan.playbook,
      identity: plan.identity,
      startedAt: startOfTime,
      excluded: ['d'],
      acceptedInVain: [],
      allowDowntime: false,
      probed: false,
    });
  });

  test('pieces that it made, also without an outcome; deletes that it began; tokens without an answer', async () => {
    const plan = await planOf(rig());
    expect(plan.steps.map((step) => step.id).toSorted()).toEqual(['a.create', 'b.create', 'b.delete']);
    const lines: Lines = [
      [1, started('a.create')],
      [2, intended('a.create', 'create')],
      [3, acted('a.create')],
      [4, intended('b.delete', 'delete')],
      [5, acted('b.delete')],
      [6, intended('b.create', 'create', 'of b.create')],
      [7, started('b.create')],
    ];
    const resumption = (upTo: number): unknown => unfinishedRun(journalOf(plan, lines.slice(0, upTo)))?.resumption;
    expect(resumption(1)).toEqual({ run: 'run-1', made: [], deletes: [], tokens: {} });
    expect(resumption(2)).toEqual({ run: 'run-1', made: ['a'], deletes: [], tokens: { 'a.create': 'of a.create' } });
    expect(resumption(3)).toEqual({ run: 'run-1', made: ['a'], deletes: [], tokens: {} });
    expect(resumption(7)).toEqual({
      run: 'run-1',
      made: ['a', 'b'],
      deletes: ['b.delete'],
      tokens: { 'b.create': 'of b.create' },
    });
  });

  test('together with what the run before it had left; what it deleted is made no more', async () => {
    const resumes = {
      run: 'run-0',
      made: ['c', 'b'],
      deletes: ['x.delete'],
      tokens: { 'z.create': 't2', 'a.create': 't1' },
    };
    const plan = await planOf(rig(), { resumes });
    expect(unfinishedRun(journalOf(plan, [[4, intended('b.delete', 'delete')]]))?.resumption).toEqual({
      run: 'run-1',
      made: ['c'],
      deletes: ['b.delete', 'x.delete'],
      tokens: { 'a.create': 't1', 'b.delete': 'of b.delete', 'z.create': 't2' },
    });
    const { tokens } = unfinishedRun(journalOf(plan, []))?.resumption ?? {};
    expect(Object.keys(tokens ?? {})).toEqual(['a.create', 'z.create']);
  });

  test('an update is no piece that it made', async () => {
    const made = scriptedRig('a');
    made.world.drift('a', 'size', 7);
    const plan = await planOf(made);
    expect(unfinishedRun(journalOf(plan, [[1, intended('a.update', 'update')]]))?.resumption.made).toEqual([]);
  });
});

describe('who wrote what', () => {
  const schema = z.custom<ScriptedSpec>((value) => typeof value === 'object' && value !== null);
  const types = (): ScriptedRig['types'] => scriptedRig('a', { types: { 'test/node': { schema } } }).types;

  async function planned(change: 'create' | 'delete', playbook = 'shop', more: Partial<Plan> = {}): Promise<Plan> {
    const rig = scriptedRig('a');
    if (change === 'create') rig.world.remove('a');
    const plan = await rig.plan(change === 'create' ? 'repair' : 'teardown');
    return { ...plan, playbook: { ...plan.playbook, name: playbook }, ...more };
  }

  const wrote = (receipt: Readonly<Record<string, string | boolean>> = {}, attempt = 1): Lines => [
    [1, intended('a.create', 'create', 't', attempt)],
    [2, acted('a.create', receipt)],
  ];
  const deleted: Lines = [[1, acted('a.delete', {})]];

  const authors = (...runs: readonly Journal[]): Readonly<Record<string, Author>> => {
    return Object.fromEntries(authorsIn(runs, types()));
  };

  test('whoever wrote last, by the name of what it was to make', async () => {
    const plan = await planned('create');
    expect(authors(journalOf(plan, wrote()))).toEqual({
      a: { playbook: 'shop', run: 'run-1', wrote: [{ name: 'a', size: 1 }] },
    });
    const other = journalOf(await planned('create', 'billing'), wrote(), { runId: 'run-2' });
    expect(authors(journalOf(plan, wrote()), other)).toMatchObject({ a: { playbook: 'billing', run: 'run-2' } });
    expect(authors(journalOf(plan, wrote()), other)['a']?.wrote).toHaveLength(1);
  });

  test('what one playbook wrote adds up; the receipt’s own word and name count', async () => {
    const plan = await planned('create');
    const receipt = { piece: 'zone/a', wrote: 'content' };
    const both = authors(journalOf(plan, wrote()), journalOf(plan, wrote(receipt), { runId: 'run-2' }));
    expect(both['a']).toEqual({ playbook: 'shop', run: 'run-2', wrote: [{ name: 'a', size: 1 }, 'content'] });
    expect(both['zone/a']).toEqual({ playbook: 'shop', run: 'run-2', wrote: ['content'] });
  });

  test('nobody wrote what was deleted, what never got an answer, or what is of no known kind', async () => {
    const plan = await planned('create');
    const remove = journalOf(await planned('delete'), deleted, { runId: 'run-2' });
    expect(authors(journalOf(plan, wrote()), remove)).toEqual({});
    expect(authors(journalOf(plan, wrote().slice(0, 1)))).toEqual({});
    expect(authors(journalOf(plan, [[1, acted('x.create')]]))).toEqual({});
    expect([...authorsIn([journalOf(plan, wrote())], new Map())]).toEqual([]);
  });

  test('a delete without a name in its receipt is of the names that the playbook wrote last', async () => {
    const plan = await planned('create');
    const made = journalOf(plan, wrote({ piece: 'zone/a' }));
    const steps = plan.steps.map((each) => ({ ...each, id: 'a.delete', action: 'delete' as const, afterImage: null }));
    const remove = (name: string): Journal => {
      return journalOf({ ...plan, playbook: { ...plan.playbook, name }, steps }, deleted, { runId: 'run-2' });
    };
    expect(Object.keys(authors(made))).toEqual(['zone/a', 'a']);
    expect(authors(made, remove('shop'))).toEqual({});
    expect(Object.keys(authors(made, remove('billing')))).toEqual(['zone/a', 'a']);
  });

  test('what was found as wanted at the first try was written by somebody else; at a later one perhaps by the first', async () => {
    const plan = await planned('create');
    expect(authors(journalOf(plan, wrote({ found: true })))).toEqual({});
    expect(authors(journalOf(plan, wrote({ found: true }, 2)))).toMatchObject({ a: { playbook: 'shop' } });
    expect(authors(journalOf(plan, wrote({ found: false })))).toMatchObject({ a: { playbook: 'shop' } });
  });

  test('what an undo brings back is whose it was before the run, or nobody’s', async () => {
    const billing = journalOf(await planned('create', 'billing'), wrote(), { runId: 'run-0' });
    const shop = journalOf(await planned('create'), wrote());
    const undoes = { run: 'run-1', playbookChanged: false, notRestored: [] };
    const undo = journalOf(await planned('create', 'shop', { undoes }), wrote(), { runId: 'run-2' });
    expect(authors(billing, shop, undo)).toMatchObject({ a: { playbook: 'billing', run: 'run-0' } });
    expect(authors(shop, undo)).toEqual({});
    const resumes = { run: 'run-1', made: [], deletes: [], tokens: {} };
    const on = journalOf(await planned('create', 'shop', { resumes }), wrote(), { runId: 'run-3' });
    const undoOfBoth = journalOf(await planned('create', 'shop', { undoes: { ...undoes, run: 'run-3' } }), wrote(), {
      runId: 'run-4',
    });
    expect(authors(billing, shop, on, undoOfBoth)).toMatchObject({ a: { playbook: 'billing' } });
  });

  test('a name that could not be told yet names nothing', async () => {
    const plan = await planned('create');
    const steps = plan.steps.map((each) => ({ ...each, afterImage: { name: '${b.name}', size: 1 } }));
    expect(authors(journalOf({ ...plan, steps }, wrote()))).toEqual({});
    expect(Object.keys(authors(journalOf({ ...plan, steps }, wrote({ piece: 'a' }))))).toEqual(['a']);
  });
});

describe('how long steps took', () => {
  async function measured(lines: Lines, tool = 'relight test', before?: (rig: ScriptedRig) => void) {
    const rig = scriptedRig('a; b');
    rig.world.remove('a');
    before?.(rig);
    return durationsIn(journalOf(await rig.plan(), lines), tool);
  }
  const whole: Lines = [
    [10, started('a.create')],
    [11, acted('a.create')],
    [30, succeeded('a.create')],
  ];

  test('from their start to their good end, beside what was expected by the same version', async () => {
    expect(await measured(whole)).toEqual([{ type: 'test/node', action: 'create', seconds: 20, estimateSeconds: 10 }]);
    expect(await measured(whole, 'relight other')).toEqual([
      { type: 'test/node', action: 'create', seconds: 20, estimateSeconds: null },
    ]);
  });

  test('not of what was there already, has not ended, has failed, or is in no plan', async () => {
    expect(await measured(whole.filter(([, { type }]) => type !== 'step-acted'))).toEqual([]);
    expect(await measured(whole.slice(0, 2))).toEqual([]);
    expect(await measured(whole.slice(1))).toEqual([]);
    expect(
      await measured([
        [10, started('x.create')],
        [11, acted('x.create')],
        [30, succeeded('x.create')],
      ]),
    ).toEqual([]);
    expect(durationsIn([], 'relight test')).toEqual([]);
  });

  test('not of a wait, which began before the run did', async () => {
    const lines: Lines = [
      [10, started('b.wait')],
      [11, acted('b.wait')],
      [30, succeeded('b.wait')],
    ];
    expect(
      await measured(lines, 'relight test', ({ world }) => {
        world.set('b', { status: 'creating' });
      }),
    ).toEqual([]);
  });

  test('without the time in which the run waited for credentials, as far as that was theirs', async () => {
    const expired: RunEvent = { type: 'credentials-expired', origin: 'env', remedy: 'log in', waitSeconds: 600 };
    const renewed: RunEvent = { type: 'credentials-renewed', origin: 'env', arn: 'arn' };
    const seconds = async (lines: Lines): Promise<number | undefined> => {
      const sorted = [...whole, ...lines].toSorted(([left], [right]) => left - right);
      return (await measured(sorted))[0]?.seconds;
    };
    expect(
      await seconds([
        [15, expired],
        [20, renewed],
      ]),
    ).toBe(15);
    expect(
      await seconds([
        [5, expired],
        [12, renewed],
      ]),
    ).toBe(18);
    expect(
      await seconds([
        [25, expired],
        [40, renewed],
      ]),
    ).toBe(15);
    expect(
      await seconds([
        [1, expired],
        [5, renewed],
      ]),
    ).toBe(20);
    expect(
      await seconds([
        [15, expired],
        [17, expired],
        [20, renewed],
        [22, renewed],
      ]),
    ).toBe(15);
    expect(
      await seconds([
        [12, expired],
        [14, renewed],
        [20, expired],
        [23, renewed],
      ]),
    ).toBe(15);
    expect(await seconds([[15, expired]])).toBe(20);
  });

  test('not by a clock that was set back meanwhile', async () => {
    expect(
      await measured([
        [10, started('a.create')],
        [11, acted('a.create')],
        [5, succeeded('a.create')],
      ]),
    ).toEqual([]);
  });
});
