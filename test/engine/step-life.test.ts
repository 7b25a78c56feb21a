// The life of one step, from the look before it to the proof after it, told by its journal.
import { describe, expect, test } from 'vitest';
import { scriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

/** The journal as words: `step-intended a.create #1`. */
function story(run: ScriptedRun): readonly string[] {
  return run.events.flatMap((event) => {
    if (!('step' in event)) return event.type === 'run-finished' ? [`finished ${event.result}`] : [];
    const base = `${event.type.replace('step-', '')} ${event.step}`;
    switch (event.type) {
      case 'step-intended':
        return [`${base} #${event.attempt}`];
      case 'step-acted':
        return [event.seen === true ? `${base} (seen)` : base];
      case 'step-waiting':
      case 'step-verified':
        return [`${base}: ${event.detail}`];
      case 'step-retrying':
        return [`${base}: ${event.error.class}, again in ${event.inSeconds} s`];
      case 'step-failed':
        return [`${base}: ${event.error.class}: ${event.error.message}`];
      case 'step-succeeded':
        return [event.note === undefined ? base : `${base}: ${event.note}`];
      case 'step-skipped':
        return [`${base}: ${event.because}`];
      case 'before-image':
      case 'step-started':
      case 'step-settled':
        return [base];
    }
  });
}

describe('order in the journal', () => {
  test('create: intended before the call, settled after AWS shows it', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.takes.create = 5;
    expect(story(await rig.run())).toEqual([
      'started a.create',
      'intended a.create #1',
      'acted a.create',
      'waiting a.create: is being created',
      'settled a.create',
      'succeeded a.create',
      'finished succeeded',
    ]);
  });

  test('the intention is on record when the call reaches AWS, and its outcome is not', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const held = rig.world.hold('create a');
    const seen = await rig.look();
    const running = rig.execute(seen, rig.planFrom(seen, 'repair'));
    await held.arrived;
    expect(rig.world.changes).toEqual(['create a']);
    held.release();
    expect(story(await running)).toContain('acted a.create');
  });

  test('update: the before-image comes before the intention and holds what was there', async () => {
    const rig = scriptedRig('a', { types: { 'test/node': { capture: async () => ({ attributes: 'all' }) } } });
    rig.world.drift('a', 'size', 7);
    const run = await rig.run();
    expect(story(run)).toEqual([
      'started a.update',
      'before-image a.update',
      'intended a.update #1',
      'acted a.update',
      'settled a.update',
      'succeeded a.update',
      'finished succeeded',
    ]);
    expect(run.journal.beforeImages.get('a.update')).toMatchObject({
      version: 1,
      runId: 'run-1',
      component: 'a',
      type: 'test/node',
      at: '2026-01-01T00:00:00.020Z',
      spec: { name: 'a', size: 1 },
      tags: { 'relight:playbook': 'shop', 'relight:component': 'a' },
      state: { fields: { name: 'a', size: 7 } },
      captured: { attributes: 'all' },
    });
  });

  test('delete: image, intention, call, and the wait until it is gone', async () => {
    const rig = scriptedRig('a');
    rig.world.takes.delete = 3;
    expect(story(await rig.run('teardown'))).toEqual([
      'started a.delete',
      'before-image a.delete',
      'intended a.delete #1',
      'acted a.delete',
      'waiting a.delete: is being deleted',
      'settled a.delete',
      'succeeded a.delete',
      'finished succeeded',
    ]);
    expect(rig.world.pieces.size).toBe(0);
  });

  test('a before-image that cannot be taken stops the delete', async () => {
    const rig = scriptedRig('a', {
      types: { 'test/node': { capture: () => Promise.reject(new Error('Internal error: no image')) } },
    });
    const run = await rig.run('teardown');
    expect(run.report.result).toBe('failed');
    expect(rig.world.changes).toEqual([]);
  });
});

describe('waiting', () => {
  test('each new thing to wait for is told once', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.takes.create = 120;
    const waits = story(await rig.run()).filter((line) => line.startsWith('waiting'));
    expect(waits).toEqual(['waiting a.create: is being created']);
  });

  test('has a deadline: five minutes at least, then it says what it waited for', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.takes.create = 3600;
    const run = await rig.run();
    expect(story(run)).toContain('failed a.create: deadline: gave up waiting: is being created');
    expect(run.report.durationSeconds).toBeGreaterThan(280);
    expect(run.report.durationSeconds).toBeLessThanOrEqual(300);
  });

  test('the deadline of the whole run comes first', async () => {
    const rig = scriptedRig('a', { deployed: false, recovery: { deadline: 60_000 } });
    rig.world.takes.create = 3600;
    expect((await rig.run()).report.durationSeconds).toBeLessThanOrEqual(60);
  });

  test('a slow kind gets five times its estimate', async () => {
    const rig = scriptedRig('a', { deployed: false, types: { 'test/node': { seconds: { create: 200 } } } });
    rig.world.takes.create = 900;
    expect((await rig.run()).report.result).toBe('succeeded');
  });

  test('a failed state ends it at once', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', (apply) => {
      apply();
      rig.world.set('a', { status: 'failed' });
    });
    const run = await rig.run();
    expect(story(run)).toContain('failed a.create: failed-state: has failed for good');
    expect(run.report.durationSeconds).toBeLessThan(1);
  });

  test('a status word that nobody lists is never taken for ready', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', (apply) => {
      apply();
      rig.world.set('a', { status: 'FROZEN' });
    });
    expect(story(await rig.run())).toContain('failed a.create: deadline: gave up waiting: unlisted status word FROZEN');
  });

  test('a created piece that AWS does not show at once is waited for', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const end = rig.clock.now() + 4_000;
    rig.world.see('a', (real) => (rig.clock.now() < end ? { kind: 'absent', at: real.at } : real));
    const run = await rig.run();
    expect(story(run)).toContain('waiting a.create: not to be seen yet');
    expect(rig.world.changes).toEqual(['create a']);
  });

  test('an unhealthy piece without a remedy is watched until it heals', async () => {
    const rig = scriptedRig('a');
    rig.world.set('a', { status: 'sick' });
    const end = rig.clock.now() + 30_000;
    rig.world.see('a', (real) =>
      real.kind === 'present' && rig.clock.now() >= end
        ? { ...real, state: { ...real.state, status: 'active' } }
        : real,
    );
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual([]);
  });
});

describe('settled and verify', () => {
  test('the type is asked with the receipt, until it says done', async () => {
    const asked: unknown[] = [];
    const rig = scriptedRig('a', {
      deployed: false,
      types: {
        'test/node': {
          settled: async (action, receipt) => {
            asked.push([action, receipt]);
            return asked.length < 3 ? { kind: 'pending', detail: 'change PENDING' } : { kind: 'done' };
          },
        },
      },
    });
    const run = await rig.run();
    expect(asked).toEqual(Array.from({ length: 3 }, () => ['create', { request: 'create-a' }]));
    expect(story(run)).toContain('waiting a.create: change PENDING');
  });

  test('what the type calls failed fails', async () => {
    const rig = scriptedRig('a', {
      deployed: false,
      types: { 'test/node': { settled: async () => ({ kind: 'failed', detail: 'the change was rejected' }) } },
    });
    expect(story(await rig.run())).toContain('failed a.create: failed-state: the change was rejected');
  });

  test('verify comes after settling, is told, and is left out after a delete', async () => {
    let healthy = false;
    const rig = scriptedRig('a', {
      deployed: false,
      types: {
        'test/node': {
          verify: async () => {
            const answer = healthy
              ? ({ kind: 'done' } as const)
              : ({ kind: 'pending', detail: 'resolves to nothing' } as const);
            healthy = true;
            return answer;
          },
        },
      },
    });
    expect(story(await rig.run()).slice(3)).toEqual([
      'settled a.create',
      'waiting a.create: resolves to nothing',
      'verified a.create: active, size 1',
      'succeeded a.create',
      'finished succeeded',
    ]);
    expect(story(await rig.run('teardown')).some((line) => line.startsWith('verified'))).toBe(false);
  });
});

describe('outputs on the way', () => {
  test('a dependent is made with the output that its dependency got in this run', async () => {
    const rig = scriptedRig('lb; cname -> lb.arn');
    rig.world.remove('lb');
    await rig.run();
    expect(rig.world.pieces.get('cname')?.fields['links']).toEqual({ lb: 'arn:lb:2' });
    expect((await rig.plan()).steps).toEqual([]);
  });

  test('an output that stays unknown stops the step before it calls AWS', async () => {
    const rig = scriptedRig('lb; cname -> lb.arn');
    rig.world.remove('lb', 'cname');
    const seen = await rig.look();
    const run = await rig.execute(seen, rig.planFrom(seen, 'repair', ['lb']));
    expect(story(run)).toContain('failed cname.create: moved: links.lb needs an output of lb that is not known');
    expect(rig.world.changes).toEqual([]);
  });

  test('tags and token: ours, at most 36 characters, the same for each try and another for each run', async () => {
    const tokens = async (runId: string): Promise<readonly string[]> => {
      const rig = scriptedRig('a protect', { deployed: false });
      rig.world.on('create a', () => {
        throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
      });
      const run = await rig.run('repair', { runId });
      expect(rig.world.pieces.get('a')?.tags).toEqual({
        'relight:playbook': 'shop',
        'relight:component': 'a',
        'relight:protect': 'true',
      });
      return run.events.flatMap((event) => (event.type === 'step-intended' ? [event.token] : []));
    };
    const first = await tokens('run-1');
    expect(first).toHaveLength(2);
    expect(first[0]).toMatch(/^[A-Za-z0-9-]{1,36}$/);
    expect(first[1]).toBe(first[0]);
    expect((await tokens('run-2'))[0]).not.toBe(first[0]);
  });
});
