// What a step waits for, for how long, and what ends the waiting: answers that come late, not at all, or from before.
import { describe, expect, test } from 'vitest';
import type { Settlement } from '../../src/components/contract.ts';
import type { RunEvent, StepError } from '../../src/run/journal/events.ts';
import { awsError, type TypeOptions } from '../helpers/scripted.ts';
import { scriptedRig, type ScriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

const done: Settlement = { kind: 'done' };

function errorOf(run: ScriptedRun, step: string): StepError | null | undefined {
  return run.report.steps.find((each) => each.id === step)?.error;
}

function eventsOf<Type extends RunEvent['type']>(
  run: ScriptedRun,
  type: Type,
): readonly Extract<RunEvent, { type: Type }>[] {
  return run.events.filter((each): each is Extract<RunEvent, { type: Type }> => each.type === type);
}

/** Seconds between the records of a kind. */
function gapsBetween(run: ScriptedRun, type: RunEvent['type']): readonly number[] {
  const times = run.journal.records.filter((each) => each.type === type).map((each) => Date.parse(each.at));
  return times.slice(1).map((at, index) => Math.round((at - (times[index] ?? at)) / 1000));
}

/** A piece that is to be made, of a type with these members. */
function madeBy(type: TypeOptions): ScriptedRig {
  return scriptedRig('a', { deployed: false, types: { 'test/node': type } });
}

/** Throws each error once, then says that it is done. */
function afterErrors(...errors: readonly unknown[]): () => Promise<Settlement> {
  const left = [...errors];
  return async () => {
    if (left.length > 0) throw left.shift();
    return done;
  };
}

async function always(error: unknown): Promise<never> {
  throw error;
}

describe('whether a change has spread', () => {
  test.each(['Throttling', 'ServiceUnavailable', 'ResourceInUse', 'TargetGroupNotFound'])(
    'is asked again after %s, which says nothing',
    async (code) => {
      const run = await madeBy({ settled: afterErrors(awsError(code, 'later'), awsError(code, 'later')) }).run();
      expect(run.report.result).toBe('succeeded');
      expect(eventsOf(run, 'step-waiting').map((each) => each.detail)).toEqual([`${code}: later`]);
    },
  );

  test.each([
    ['AccessDenied', 'denied'],
    ['ExpiredToken', 'expired'],
    ['ValidationError', 'invalid'],
  ])('is not asked again after %s: the step fails', async (code, kind) => {
    const run = await madeBy({ settled: afterErrors(awsError(code, 'no')) }).run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: kind });
    expect(run.report.durationSeconds).toBeLessThan(1);
  });

  test('is taken for granted where AWS has no such question', async () => {
    const run = await madeBy({ settled: () => always(awsError('NotImplemented')) }).run();
    expect(run.report.result).toBe('succeeded');
    expect(eventsOf(run, 'step-waiting')).toEqual([]);
  });

  test('a bug of the question is called one', async () => {
    const run = await madeBy({ settled: () => always(new TypeError('no such member')) }).run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'internal', code: 'TypeError' });
  });
});

describe('whether a piece holds from outside', () => {
  test('is asked again while the answer may yet come, and told as checked when it does', async () => {
    const errors = ['Throttling', 'ServiceUnavailable', 'ResourceInUse', 'TargetGroupNotFound'];
    const run = await madeBy({ verify: afterErrors(...errors.map((code) => awsError(code, 'later'))) }).run();
    expect(run.report.result).toBe('succeeded');
    expect(eventsOf(run, 'step-verified')).toEqual([
      { type: 'step-verified', step: 'a.create', detail: 'active, size 1' },
    ]);
    expect(gapsBetween(run, 'step-waiting')).toEqual([1, 2, 4]);
  });

  test.each(['AccessDenied', 'ValidationError', 'NotImplemented'])(
    'may not be known: after %s the step succeeds, and says that nobody could check',
    async (code) => {
      const run = await madeBy({ verify: () => always(awsError(code, 'no')) }).run();
      expect(run.report.result).toBe('succeeded');
      expect(run.report.durationSeconds).toBeLessThan(1);
      expect(eventsOf(run, 'step-verified')).toEqual([
        {
          type: 'step-verified',
          step: 'a.create',
          detail: `not checked from outside: ${code}: no`,
          unchecked: true,
        },
      ]);
    },
  );

  test('nobody answers until the time of the step is over: it succeeds, unchecked', async () => {
    const run = await madeBy({ verify: () => always(awsError('Throttling', 'slower')) }).run();
    expect(run.report.result).toBe('succeeded');
    expect(run.report.durationSeconds).toBeGreaterThan(270);
    expect(eventsOf(run, 'step-verified')).toMatchObject([{ unchecked: true }]);
  });

  test('is not so until the time of the step is over: that is a failure, whatever was not answered before', async () => {
    let asked = 0;
    const run = await madeBy({
      verify: async () => {
        asked += 1;
        if (asked === 1) throw awsError('Throttling', 'slower');
        return { kind: 'pending', detail: 'resolves to nothing' };
      },
    }).run();
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'deadline',
      message: 'gave up waiting: resolves to nothing',
    });
  });

  test('is not so for good: a failure at once', async () => {
    const run = await madeBy({ verify: async () => ({ kind: 'failed', detail: 'leads elsewhere' }) }).run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'failed-state', message: 'leads elsewhere' });
  });

  test('credentials that have run out and bugs are failures of the step', async () => {
    const expired = await madeBy({ verify: () => always(awsError('ExpiredToken')) }).run();
    expect(errorOf(expired, 'a.create')).toMatchObject({ class: 'expired' });
    const bug = await madeBy({ verify: () => always(new RangeError('too far')) }).run();
    expect(errorOf(bug, 'a.create')).toMatchObject({ class: 'internal', code: 'RangeError' });
  });
});

describe('what AWS shows after a change', () => {
  test('a change that it does not show yet is waited for', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const until = rig.clock.now() + 5_000;
    rig.world.see('a', (real) =>
      real.kind === 'present' && rig.clock.now() < until
        ? { ...real, state: { ...real.state, fields: { name: 'a', size: 7, zone: 'x' } } }
        : real,
    );
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(run.report.durationSeconds).toBeGreaterThanOrEqual(5);
    expect(eventsOf(run, 'step-waiting').map((each) => each.detail)).toEqual(['size not as wanted yet']);
  });

  test('a piece that was well and fails by the change has failed: nothing of before is seen there', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    rig.world.on('update a', (apply) => {
      apply();
      rig.world.set('a', { status: 'failed' });
    });
    const run = await rig.run();
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'failed-state' });
    expect(run.report.durationSeconds).toBeLessThan(1);
  });

  test('a piece that was merely sick and fails by the change has failed too', async () => {
    const rig = scriptedRig('a', { types: { 'test/node': { remedy: 'update' } } });
    rig.world.set('a', { status: 'sick' });
    rig.world.on('update a', (apply) => {
      apply();
      rig.world.set('a', { status: 'failed' });
    });
    const run = await rig.run();
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'failed-state' });
    expect(run.report.durationSeconds).toBeLessThan(1);
  });

  test('a failed piece that the change has healed is not waited for', async () => {
    const rig = scriptedRig('a', { types: { 'test/node': { remedy: 'update' } } });
    rig.world.set('a', { status: 'failed' });
    rig.world.on('update a', (apply) => {
      apply();
      rig.world.set('a', { status: 'active' });
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(run.report.durationSeconds).toBeLessThan(1);
  });

  test('a shared piece on its way is waited for, and what it looks like is its own playbook’s business', async () => {
    const rig = scriptedRig('base shared; a -> base');
    rig.world.remove('a');
    rig.world.set('base', { status: 'creating', until: rig.clock.now() + 3_000 });
    rig.world.drift('base', 'size', 7);
    const run = await rig.run();
    expect(run.report.steps.map((each) => [each.id, each.status])).toEqual([
      ['base.wait', 'succeeded'],
      ['a.create', 'succeeded'],
    ]);
    expect(run.report.durationSeconds).toBeLessThan(10);
  });

  test('what it shows at the end is written down, and of what is gone nothing', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const made = await rig.run();
    expect(eventsOf(made, 'step-settled')).toMatchObject([{ step: 'a.create', after: { file: 'after/a.create' } }]);
    const gone = await rig.run('teardown');
    expect(eventsOf(gone, 'step-settled')).toEqual([{ type: 'step-settled', step: 'a.delete' }]);
  });

  test('others may know what is gone for its time, which begins when it is gone; until when is written down', async () => {
    // It answers until it goes.
    const types = { 'test/node': { propagationSeconds: () => 60, serves: () => '1 target' } };
    const rig = scriptedRig('a', { types });
    rig.world.takes.delete = 10;
    const run = await rig.run('teardown', { allowances: { allowDowntime: true } });
    const [going, known, ...more] = eventsOf(run, 'step-waiting');
    expect(going).toEqual({ type: 'step-waiting', step: 'a.delete', detail: 'is being deleted' });
    expect(known?.detail).toBe('others may know it for 60 s more');
    expect(new Set([known, ...more].map((each) => each?.until)).size).toBe(1);
    const settled = run.journal.records.find((each) => each.type === 'step-settled');
    const left = Date.parse(settled?.at ?? '') - Date.parse(known?.until ?? '');
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(30_000);
  });

  test('only what a run deleted itself is outlived: a create and a wait have nothing that lingers', async () => {
    const rig = scriptedRig('a; b', { types: { 'test/node': { propagationSeconds: () => 60 } } });
    rig.world.remove('a');
    rig.world.drift('b', 'size', 7);
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(run.report.durationSeconds).toBeLessThan(1);
  });
});

describe('a look that fails', () => {
  test('in passing is repeated with longer and longer pauses, and gives up when the time of the step is over', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const run = await rig.run('repair', {}, () => {
      rig.world.hide('a', 'throttled');
    });
    expect(gapsBetween(run, 'step-waiting').slice(0, 3)).toEqual([1, 2, 4]);
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'deadline',
      message: 'gave up waiting: cannot be seen: throttled: no look at a',
    });
    expect(run.report.durationSeconds).toBeGreaterThan(270);
    expect(run.report.durationSeconds).toBeLessThanOrEqual(300);
  });

  test('since AWS calls it wrong ends the step', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const run = await rig.run('repair', {}, () => {
      rig.world.see('a', ({ at }) => ({ kind: 'unknown', reason: 'invalid', detail: 'no such name', at }));
    });
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'denied', message: 'cannot be seen: no such name' });
    expect(run.report.durationSeconds).toBeLessThan(1);
  });
});

describe('a change that fails', () => {
  test('with what is no answer of AWS is a bug, and is not tried again', async () => {
    for (const error of [new TypeError('no such member'), new RangeError('too far')]) {
      const rig = scriptedRig('a', { deployed: false });
      rig.world.on('create a', () => {
        throw error;
      });
      const run = await rig.run();
      expect(errorOf(run, 'a.create')).toMatchObject({ class: 'internal', code: error.name });
      expect(rig.world.changes).toEqual(['create a']);
    }
  });

  test('is tried again until the time of the step is over, and not beyond', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const busy = (): void => {
      throw awsError('Throttling', 'slower');
    };
    rig.world.on('create a', ...Array.from({ length: 100 }, () => busy));
    const run = await rig.run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'throttled' });
    expect(run.report.durationSeconds).toBeGreaterThan(270);
    expect(run.report.durationSeconds).toBeLessThanOrEqual(300);
  });

  test.each(['Throttling', 'ResourceInUse'])(
    'by %s was not made: a piece that is there by the next try is somebody else’s doing',
    async (code) => {
      const rig = scriptedRig('a', { deployed: false });
      rig.world.on('create a', () => {
        rig.world.make('a', { name: 'a', size: 1 }, {});
        throw awsError(code);
      });
      const run = await rig.run();
      expect(run.report.steps[0]).toMatchObject({ status: 'succeeded', note: 'already there as wanted' });
      expect(eventsOf(run, 'step-acted')).toEqual([]);
    },
  );

  test('while the run comes to its deadline is not tried again, and both are told', async () => {
    const rig = scriptedRig('a', { deployed: false, recovery: { deadline: 60_000 } });
    rig.world.on('create a', async () => {
      await rig.clock.sleep(61_000);
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'deadline', code: 'run-deadline' });
    expect(errorOf(run, 'a.create')?.message).toContain('the last answer was InternalFailure: oops');
    expect(rig.world.changes).toEqual(['create a']);
  });

  test('a wait that the deadline of the run ends has failed by that', async () => {
    const rig = scriptedRig('a; b -> a', { deployed: false, recovery: { deadline: 60_000 } });
    rig.world.on('create a', async (apply) => {
      await rig.clock.sleep(55_000);
      apply();
    });
    rig.world.takes.create = 30;
    const run = await rig.run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'deadline' });
    expect(run.report.steps[1]?.status).toBe('skipped');
    expect(run.report.durationSeconds).toBeLessThanOrEqual(60);
  });
});
