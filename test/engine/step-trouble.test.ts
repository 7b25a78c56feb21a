// Steps in trouble: errors by class, answers that got lost, a world that moved since the plan, and the stop signal.
import { describe, expect, test } from 'vitest';
import { CallTimeout } from '../../src/aws/errors.ts';
import type { StepError } from '../../src/run/journal/events.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { changesMadeIn, type ImagePlace } from '../../src/undo/changes-made.ts';
import { awsError } from '../helpers/scripted.ts';
import { scriptedRig, type RigOptions, type ScriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

const undeployed: RigOptions = { deployed: false };

function errorOf(run: ScriptedRun, step: string): StepError | null | undefined {
  return run.report.steps.find((each) => each.id === step)?.error;
}

/** The image from which an undo would bring a component back. */
function beforeIn({ journal }: ScriptedRun, component: string): ImagePlace | undefined {
  const read = readJournal(journal.records.map((each) => `${JSON.stringify(each)}\n`).join(''));
  if (read.kind !== 'sound') throw new Error(`the journal is ${read.kind}`);
  return changesMadeIn([read.records]).get(component)?.before;
}

function typesOf(run: ScriptedRun): readonly string[] {
  return run.events.map((event) => event.type);
}

describe('by class of error', () => {
  const again = ['ThrottlingException', 'ResourceInUseException'] as const;

  test.each(again)('%s is tried again, with longer and longer pauses', async (code) => {
    const rig = scriptedRig('a', undeployed);
    const refuse = (): void => {
      throw awsError(code);
    };
    rig.world.on('create a', refuse, refuse, refuse);
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    const pauses = run.events.flatMap((event) => (event.type === 'step-retrying' ? [event.inSeconds] : []));
    expect(pauses).toEqual([1, 2, 4]);
    expect(run.report.steps[0]?.attempts).toBe(4);
  });

  test('a conflict that does not end fails with AWS’s own words when the time is over', async () => {
    const rig = scriptedRig('a', undeployed);
    rig.world.on(
      'create a',
      ...Array.from({ length: 100 }, () => () => {
        throw awsError('ResourceInUseException', 'still in use by x');
      }),
    );
    const error = errorOf(await rig.run(), 'a.create');
    expect(error).toMatchObject({ class: 'conflict', code: 'ResourceInUseException' });
    expect(error?.message).toMatch(/^still in use by x \(tried \d+ times until the step's time was over\)$/);
  });

  const final = [
    ['AccessDeniedException', 'denied'],
    ['ExpiredTokenException', 'expired'],
    ['ValidationError', 'invalid'],
    ['ClusterNotFoundException', 'not-found'],
  ] as const;

  test.each(final)('%s ends the step at once', async (code, kind) => {
    const rig = scriptedRig('a; b -> a', undeployed);
    rig.world.on('create a', () => {
      throw awsError(code, 'no');
    });
    const run = await rig.run();
    expect(errorOf(run, 'a.create')).toEqual({ class: kind, code, message: 'no' });
    expect(rig.world.changes).toEqual(['create a']);
    expect(run.report.steps[1]).toMatchObject({ status: 'skipped', rootCauses: ['a.create'] });
    expect(run.report.result).toBe('failed');
  });

  describe('what is not found', () => {
    const notFound = (): void => {
      throw awsError('TargetGroupNotFoundException', 'One or more target groups not found');
    };

    // The kind that AWS misses by that name; `b` is of another.
    const types = { 'test/group': { missedAs: ['TargetGroupNotFound'] } };

    test('and has just been made by the same run is known a little later: tried again', async () => {
      const rig = scriptedRig('a type=test/group; b -> a.arn', { ...undeployed, types });
      rig.world.on('create b', notFound, notFound);
      const run = await rig.run();
      expect(run.report.result).toBe('succeeded');
      expect(rig.world.changes).toEqual(['create a', 'create b', 'create b', 'create b']);
    });

    test('for 2 minutes is not there', async () => {
      const rig = scriptedRig('a type=test/group; b -> a', { ...undeployed, types });
      rig.world.on('create b', ...Array.from({ length: 100 }, () => notFound));
      const run = await rig.run();
      expect(errorOf(run, 'b.create')).toMatchObject({ class: 'not-found', code: 'TargetGroupNotFound' });
      const { seconds } = run.report.steps.find((each) => each.id === 'b.create') ?? {};
      expect(seconds).toBeGreaterThanOrEqual(120);
      expect(seconds).toBeLessThan(150);
    });

    test('and was there before the run ends the step at once', async () => {
      const rig = scriptedRig('a type=test/group; b -> a', { types });
      rig.world.remove('b');
      rig.world.on('create b', notFound);
      expect(errorOf(await rig.run(), 'b.create')).toMatchObject({ class: 'not-found' });
      expect(rig.world.changes).toEqual(['create b']);
    });

    test('and was made by the unfinished run that this one goes on with is tried again', async () => {
      const rig = scriptedRig('a type=test/group; b -> a', { types });
      rig.world.remove('b');
      rig.world.on('create b', notFound);
      const resumes = { run: 'run-0', made: ['a'], deletes: [], tokens: {} };
      expect((await rig.run('repair', { allowances: { resumes } })).report.result).toBe('succeeded');
    });
  });

  test('a bug ends the step at once and is called one', async () => {
    const rig = scriptedRig('a', undeployed);
    rig.world.on('create a', () => {
      throw new Error('Internal error: no such thing');
    });
    const run = await rig.run();
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'internal', code: 'Error' });
    expect(rig.world.changes).toEqual(['create a']);
  });
});

describe('an answer that got lost is settled by looking', () => {
  const lost = [
    ['a server error', awsError('InternalFailure', 'oops', 500)],
    ['a reset connection', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
    ['no answer in time', new CallTimeout('ecs:CreateService', 30_000)],
  ] as const;

  test.each(lost)('%s, applied: seen, and not done twice', async (_name, error) => {
    const rig = scriptedRig('a', undeployed);
    rig.world.on('create a', (apply) => {
      apply();
      throw error;
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create a']);
    expect(run.events).toContainEqual({ type: 'step-acted', step: 'a.create', receipt: {}, seen: true });
  });

  test.each(lost)('%s, not applied: done again', async (_name, error) => {
    const rig = scriptedRig('a', undeployed);
    rig.world.on('create a', () => {
      throw error;
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create a', 'create a']);
  });

  test('a delete', async () => {
    const rig = scriptedRig('a');
    rig.world.on('delete a', (apply) => {
      apply();
      throw awsError('ServiceUnavailable', 'later', 503);
    });
    const run = await rig.run('teardown');
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['delete a']);
    expect(run.events).toContainEqual({ type: 'step-acted', step: 'a.delete', receipt: {}, seen: true });
  });

  test('an update that is half applied is finished', async () => {
    const rig = scriptedRig('base; a -> base.name');
    rig.world.drift('a', 'size', 7);
    rig.world.drift('a', 'links', { base: 'other' });
    rig.world.on('update a', () => {
      rig.world.drift('a', 'size', 1);
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['update a', 'update a']);
    // Both are kept, and the journal tells that the second one is the step's own doing.
    expect([...run.journal.beforeImages.keys()]).toEqual(['a.update', 'a.update.2']);
    const images = run.events.filter((each) => each.type === 'before-image');
    expect(images.map((each) => each.halfway)).toEqual([undefined, true]);
    expect(run.report.steps[0]?.beforeImage).toBe('before/a.update');
    expect(beforeIn(run, 'a')).toMatchObject({ step: 'a.update', file: 'before/a.update' });
  });

  test('a piece that others have changed between two tries is kept again, and that image is what was there', async () => {
    const rig = scriptedRig('base; a -> base.name');
    rig.world.drift('a', 'size', 7);
    rig.world.on('update a', () => {
      rig.world.drift('a', 'size', 8);
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(run.journal.beforeImages.get('a.update.2')?.state).toMatchObject({ fields: { size: 8 } });
    expect(run.report.steps[0]?.beforeImage).toBe('before/a.update.2');
    expect(beforeIn(run, 'a')).toMatchObject({ file: 'before/a.update.2' });
  });

  test('a create that left a half-made piece of ours is finished by an update, its state kept before', async () => {
    const rig = scriptedRig('a', undeployed);
    rig.world.on('create a', () => {
      const tags = { 'relight:playbook': 'shop', 'relight:component': 'a' };
      rig.world.make('a', { name: 'a', size: 0 }, tags);
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create a', 'update a']);
    expect(run.journal.beforeImages.get('a.create')?.state).toMatchObject({ fields: { size: 0 } });
  });
});

describe('remedies', () => {
  const remedied: RigOptions = { types: { 'test/node': { remedy: 'update' } } };

  test('an update without differences acts on a piece that is in sync', async () => {
    const rig = scriptedRig('a', remedied);
    rig.world.set('a', { status: 'sick' });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['update a']);
  });

  test('that fails is believed once what AWS shows cannot be from before it any more', async () => {
    const rig = scriptedRig('a', { types: { 'test/node': { remedy: 'update' } } });
    rig.world.set('a', { status: 'failed' });
    const run = await rig.run();
    expect(rig.world.changes).toEqual(['update a']);
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'failed-state', message: 'has failed for good' });
    expect(run.report.durationSeconds).toBeGreaterThan(120);
    expect(run.report.durationSeconds).toBeLessThan(150);
  });

  test('a lost answer of a remedy that helped is not given twice', async () => {
    const rig = scriptedRig('a', remedied);
    rig.world.set('a', { status: 'sick' });
    rig.world.on('update a', (apply) => {
      apply();
      throw awsError('InternalFailure', 'oops', 500);
    });
    await rig.run();
    expect(rig.world.changes).toEqual(['update a']);
  });

  test('a remedy that did not arrive is given again', async () => {
    const rig = scriptedRig('a', remedied);
    rig.world.set('a', { status: 'sick' });
    rig.world.on('update a', () => {
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['update a', 'update a']);
  });
});

describe('a world that moved since the plan', () => {
  const moved = async (
    rig: ScriptedRig,
    meanwhile: () => void,
    kind: 'repair' | 'teardown' = 'repair',
  ): Promise<ScriptedRun> => rig.run(kind, {}, meanwhile);

  test('a piece of another playbook under our name is not touched', async () => {
    const rig = scriptedRig('a', undeployed);
    const run = await moved(rig, () => {
      rig.world.make('a', { name: 'a', size: 1 }, { 'relight:playbook': 'billing' });
    });
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'foreign',
      message: 'it belongs to playbook billing and is not touched',
    });
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that has been tagged as protected is not deleted', async () => {
    const rig = scriptedRig('a');
    const run = await moved(
      rig,
      () => {
        rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
      },
      'teardown',
    );
    expect(errorOf(run, 'a.delete')?.class).toBe('protected');
    expect(rig.world.changes).toEqual([]);
  });

  test('another piece, not tagged as ours and not as wanted, is left alone', async () => {
    const rig = scriptedRig('a', undeployed);
    const run = await moved(rig, () => {
      rig.world.make('a', { name: 'a', size: 9 }, {});
    });
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'moved',
      message: 'something else has appeared under its name (it differs in size); plan again',
    });
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that has come back as wanted is not made', async () => {
    const rig = scriptedRig('a', undeployed);
    const run = await moved(rig, () => {
      rig.world.make('a', { name: 'a', size: 1 }, {});
    });
    expect(run.report.steps[0]).toMatchObject({ status: 'succeeded', note: 'already there as wanted', attempts: 0 });
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that has gone is not deleted', async () => {
    const rig = scriptedRig('a');
    const run = await moved(
      rig,
      () => {
        rig.world.remove('a');
      },
      'teardown',
    );
    expect(run.report.steps[0]).toMatchObject({ status: 'succeeded', note: 'already gone' });
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that has disappeared is not updated', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const run = await moved(rig, () => {
      rig.world.remove('a');
    });
    expect(errorOf(run, 'a.update')).toMatchObject({
      class: 'moved',
      message: 'it has disappeared since the plan was made; plan again',
    });
  });

  test('a drift that has been put right is left alone', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const run = await moved(rig, () => {
      rig.world.drift('a', 'size', 1);
    });
    expect(run.report.steps[0]?.note).toBe('already as wanted');
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that is on its way out by now is waited for, and that is no attempt', async () => {
    const rig = scriptedRig('a', undeployed);
    const run = await moved(rig, () => {
      rig.world.make('a', { name: 'a', size: 1 }, {});
      rig.world.set('a', { status: 'deleting', until: rig.clock.now() + 20_000 });
    });
    expect(run.report.steps[0]).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(typesOf(run)).toContain('step-waiting');
  });

  test('what cannot be seen for a while is looked at again; what may not be seen ends the step', async () => {
    const rig = scriptedRig('a', undeployed);
    const end = rig.clock.now() + 10_000;
    const blink = await moved(rig, () => {
      rig.world.see('a', (real) =>
        rig.clock.now() < end ? { kind: 'unknown', reason: 'throttled', detail: 'Rate exceeded', at: real.at } : real,
      );
    });
    expect(blink.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create a']);

    const denied = scriptedRig('a', undeployed);
    const run = await moved(denied, () => {
      denied.world.hide('a');
    });
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'denied',
      message: 'cannot be seen: denied: no look at a',
    });
    expect(denied.world.changes).toEqual([]);
  });
});

describe('the stop signal', () => {
  test('ends a wait at once, starts nothing new, and journals its end', async () => {
    const rig = scriptedRig('a; b -> a', undeployed);
    rig.world.takes.create = 100;
    const stop = new AbortController();
    void rig.clock.sleep(5_000).then(() => {
      stop.abort(new Error('interrupted'));
    });
    const run = await rig.run('repair', { stop: stop.signal });
    expect(errorOf(run, 'a.create')).toEqual({
      class: 'interrupted',
      code: 'interrupted',
      message: 'the run was told to stop',
    });
    expect(run.report.steps[1]?.status).toBe('skipped');
    expect(typesOf(run)).not.toContain('step-retrying');
    expect(typesOf(run).at(-1)).toBe('run-finished');
    expect(run.report.durationSeconds).toBe(5);
  });

  test('lets the call in flight end, and says how it ended', async () => {
    const rig = scriptedRig('a', undeployed);
    const stop = new AbortController();
    rig.world.on('create a', async () => {
      stop.abort();
      throw awsError('InternalFailure', 'oops', 500);
    });
    const run = await rig.run('repair', { stop: stop.signal });
    expect(errorOf(run, 'a.create')).toMatchObject({
      class: 'interrupted',
      message: 'the run was told to stop; the last answer was InternalFailure: oops',
    });
    expect(rig.world.changes).toEqual(['create a']);
  });

  test('a failure on its own account keeps its name', async () => {
    const rig = scriptedRig('a', undeployed);
    const stop = new AbortController();
    rig.world.on('create a', async () => {
      stop.abort();
      throw awsError('AccessDenied', 'not you');
    });
    expect(errorOf(await rig.run('repair', { stop: stop.signal }), 'a.create')?.class).toBe('denied');
  });
});
