// What a run that was cut off has deleted and others may still go by, as its journal tells it; and who waits for that.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Propagation, Resumption } from '../../../src/plan/plan.ts';
import type { JournalRecord, RunEvent } from '../../../src/run/journal/events.ts';
import type { RunStarted } from '../../../src/run/journal/read-journal.ts';
import { propagationsIn } from '../../../src/run/step/propagation.ts';
import { scriptedRig, startOfTime, type ScriptedRun } from '../../helpers/scripted-rig.ts';

const types = {
  'test/record': { propagationSeconds: () => 60 },
  'test/named': { aliases: () => ['a name'] },
};

const at = (seconds: number): string => new Date(startOfTime + seconds * 1000).toISOString();

describe('what is told of a journal', () => {
  let started: RunStarted;

  beforeAll(async () => {
    const { journal } = await scriptedRig('base; a -> base; b -> base; c -> base').run('teardown');
    [started] = journal.records as [RunStarted];
  });

  /** The journal of a teardown, of which these lines were written. */
  function told(lines: readonly (readonly [seconds: number, event: RunEvent])[], lingering?: readonly Propagation[]) {
    const resumes = {
      run: 'run-0',
      made: [],
      deletes: [],
      tokens: {},
      ...(lingering === undefined ? {} : { lingering }),
    };
    const first: RunStarted = { ...started, plan: { ...started.plan, resumes } };
    const records = lines.map(([seconds, event], index): JournalRecord => ({
      seq: index + 2,
      at: at(seconds),
      ...event,
    }));
    return propagationsIn([first, ...records]);
  }

  const intended = (step: string, lingerSeconds?: number): RunEvent => ({
    type: 'step-intended',
    step,
    action: 'delete',
    attempt: 1,
    token: 'token',
    ...(lingerSeconds === undefined ? {} : { lingerSeconds }),
  });
  const acted = (step: string): RunEvent => ({ type: 'step-acted', step, receipt: {} });
  const waiting = (step: string, until?: string): RunEvent => ({
    type: 'step-waiting',
    step,
    detail: 'is going',
    ...(until === undefined ? {} : { until }),
  });
  const failed = (step: string, unchanged?: true): RunEvent => ({
    type: 'step-failed',
    step,
    error: { class: 'denied', code: 'AccessDenied', message: 'no' },
    ...(unchanged === undefined ? {} : { unchanged }),
  });

  test('nothing, where nothing was deleted', () => {
    expect(told([])).toEqual([]);
    expect(told([[1, { type: 'step-started', step: 'a.delete' }]])).toEqual([]);
  });

  test('a delete counts from when it was sent, and from its answer once there is one', () => {
    expect(told([[10, intended('a.delete', 60)]])).toEqual([{ component: 'a', until: at(70) }]);
    expect(
      told([
        [10, intended('a.delete', 60)],
        [15, acted('a.delete')],
      ]),
    ).toEqual([{ component: 'a', until: at(75) }]);
  });

  test('a wait does not make it longer, unless it says until when', () => {
    const begun = [
      [10, intended('a.delete', 60)],
      [15, acted('a.delete')],
    ] as const;
    expect(told([...begun, [40, waiting('a.delete')]])).toEqual([{ component: 'a', until: at(75) }]);
    expect(told([...begun, [40, waiting('a.delete', at(100))]])).toEqual([{ component: 'a', until: at(100) }]);
  });

  test('what else is written of the step does not make it longer', () => {
    const again: RunEvent = {
      type: 'step-retrying',
      step: 'a.delete',
      error: { class: 'throttled', code: 'Throttling', message: 'slower' },
      inSeconds: 1,
    };
    expect(
      told([
        [10, intended('a.delete', 60)],
        [20, again],
      ]),
    ).toEqual([{ component: 'a', until: at(70) }]);
  });

  test('a delete that has settled, or that AWS refused, leaves nothing to wait for', () => {
    expect(
      told([
        [10, intended('a.delete', 60)],
        [20, { type: 'step-settled', step: 'a.delete' }],
      ]),
    ).toEqual([]);
    expect(
      told([
        [10, intended('a.delete', 60)],
        [20, failed('a.delete', true)],
      ]),
    ).toEqual([]);
  });

  test('a delete that failed after AWS may have taken it is still waited for', () => {
    expect(
      told([
        [10, intended('a.delete', 60)],
        [20, failed('a.delete')],
      ]),
    ).toEqual([{ component: 'a', until: at(70) }]);
  });

  test('a change that nobody goes by for a while is nothing', () => {
    expect(
      told([
        [10, intended('a.delete')],
        [11, acted('a.delete')],
      ]),
    ).toEqual([]);
  });

  test('what another step deletes says nothing of this one', () => {
    expect(
      told([
        [10, intended('a.delete', 60)],
        [20, { type: 'step-settled', step: 'b.delete' }],
        [30, waiting('b.delete', at(500))],
      ]),
    ).toEqual([{ component: 'a', until: at(70) }]);
  });

  test('what was over when the journal ends is not told, to the very second', () => {
    const lines = (last: number) =>
      [
        [10, intended('a.delete', 60)],
        [last, { type: 'step-started', step: 'b.delete' }],
      ] as const;
    expect(told(lines(69))).toHaveLength(1);
    expect(told(lines(70))).toEqual([]);
    expect(told(lines(71))).toEqual([]);
  });

  test('what the run before it had left is told too, and its own deletes are put beside that, by name', () => {
    const left = [
      { component: 'c', until: at(300) },
      { component: 'b', until: at(5) },
    ];
    expect(told([[10, intended('a.delete', 60)]], left)).toEqual([
      { component: 'a', until: at(70) },
      { component: 'c', until: at(300) },
    ]);
    expect(told([], left).map((each) => each.component)).toEqual(['b', 'c']);
  });

  test('a step that the plan does not have is not believed', () => {
    expect(told([[10, intended('x.delete', 60)]])).toEqual([]);
  });
});

describe('who waits for what is still known', () => {
  const recovery = { deadline: 600_000 };

  async function teardown(text: string, lingering: readonly Propagation[]): Promise<ScriptedRun> {
    const rig = scriptedRig(text, { types, recovery });
    rig.world.remove('a');
    const resumes: Resumption = { run: 'run-0', made: [], deletes: [], tokens: {}, lingering };
    return rig.run('teardown', { allowances: { resumes } });
  }

  const waitsIn = ({ events }: ScriptedRun): readonly string[] =>
    events.flatMap((each) => (each.type === 'step-waiting' ? [`${each.step}: ${each.detail}`] : []));

  /** Seconds after the beginning. */
  const sentAt = ({ journal }: ScriptedRun, step: string): number => {
    const sent = journal.records.find((each) => each.type === 'step-intended' && each.step === step);
    if (sent === undefined) throw new Error(`${step} was never sent`);
    return (Date.parse(sent.at) - startOfTime) / 1000;
  };

  test('what the deleted piece needed, until the time is over', async () => {
    const run = await teardown('base; other; a -> base', [{ component: 'a', until: at(100) }]);
    expect(run.report.result).toBe('succeeded');
    expect(waitsIn(run)).toEqual(['base.delete: others may know a, which run run-0 deleted, for 100 s more']);
    expect(sentAt(run, 'base.delete')).toBeGreaterThanOrEqual(100);
    expect(sentAt(run, 'other.delete')).toBeLessThan(5);
  });

  test('nobody, once the time is over: not even a word is said', async () => {
    for (const until of [at(-10), at(0)]) {
      const run = await teardown('base; a -> base', [{ component: 'a', until }]);
      expect(waitsIn(run)).toEqual([]);
      expect(sentAt(run, 'base.delete')).toBeLessThan(5);
    }
  });

  test('a wait that would outlast the run is not begun: the piece stays', async () => {
    const run = await teardown('base; a -> base', [{ component: 'a', until: at(601) }]);
    expect(run.report.steps.find((each) => each.id === 'base.delete')?.error).toMatchObject({
      class: 'deadline',
      message: 'gave up waiting: others may know a, which run run-0 deleted, for 601 s more',
    });
  });

  test('a step that deletes nothing does not wait', async () => {
    const rig = scriptedRig('base; a -> base', { types, recovery });
    rig.world.drift('base', 'size', 7);
    const lingering = [{ component: 'a', until: at(100) }];
    const run = await rig.run('repair', {
      allowances: { resumes: { run: 'run-0', made: [], deletes: [], tokens: {}, lingering } },
    });
    expect(run.report.result).toBe('succeeded');
    expect(waitsIn(run)).toEqual([]);
  });
});
