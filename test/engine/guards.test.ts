// What a step refuses although the plan has it: the world has moved since, or the limit is reached.
import { describe, expect, test } from 'vitest';
import type { Resumption } from '../../src/plan/plan.ts';
import type { JournalRecord, StepError } from '../../src/run/journal/events.ts';
import type { RunStarted } from '../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { accepting } from '../helpers/accepting.ts';
import { scriptedRig, startOfTime, type ScriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

function errorOf(run: ScriptedRun, step: string): StepError | undefined {
  return run.report.steps.find((each) => each.id === step)?.error ?? undefined;
}

describe('protection that comes after the plan', () => {
  test.each(['update', 'delete'] as const)('by its tag: no %s', async (action) => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const run = await rig.run(action === 'update' ? 'repair' : 'teardown', {}, () => {
      rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
    });
    expect(errorOf(run, `a.${action}`)?.class).toBe('protected');
    expect(rig.world.changes).toEqual([]);
  });

  test('a piece that is as wanted by then is not refused: nothing is changed', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const run = await rig.run('repair', {}, () => {
      rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
      rig.world.drift('a', 'size', 1);
    });
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual([]);
  });

  test('what the step itself has half made is finished: a protected piece carries its tag from the first', async () => {
    const rig = scriptedRig('a protect', { deployed: false });
    rig.world.on('create a', () => {
      rig.world.make('a', { name: 'a', size: 0 }, { 'relight:playbook': 'shop', 'relight:protect': 'true' });
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    });
    const run = await rig.run();
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create a', 'update a']);
  });
});

describe('a protected piece that an unfinished run was making', () => {
  const resumes = { run: 'run-0', made: ['a'], deletes: [], tokens: { 'a.create': 'relight-1' } };
  const halfMade = (tags: Readonly<Record<string, string>> = {}, text = 'a protect'): ScriptedRig => {
    const rig = scriptedRig(text);
    rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true', ...tags } });
    rig.world.drift('a', 'size', 0);
    return rig;
  };

  test.each(['repair', 'rebuild'] as const)('is finished by the %s that goes on with it', async (kind) => {
    const rig = halfMade();
    const run = await rig.run(kind, { allowances: { resumes } });
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['update a']);
  });

  test.each([
    ['its create was answered', 'a protect', {}, { ...resumes, tokens: {} }],
    ['another run did', 'a protect', {}, { ...resumes, made: [] }],
    ['it carries no tag of ours', 'a protect', { 'relight:playbook': 'billing' }, resumes],
    ['somebody else has protected it since', 'a', {}, resumes],
  ])('is left alone when %s', async (_when, text, tags, left) => {
    const rig = halfMade(tags, text);
    const run = await rig.run('repair', { allowances: { resumes: left } });
    expect(run.report.blocked.map((each) => each.component)).toEqual(['a']);
    expect(rig.world.changes).toEqual([]);
  });

  test('is not deleted', async () => {
    const rig = halfMade({}, 'base; a protect -> pinned=base.name');
    rig.world.drift('a', 'pinned', 'x');
    await rig.run('repair', { allowances: { resumes } });
    await rig.run('teardown', { allowances: { resumes } });
    expect(rig.world.changes.filter((each) => each.endsWith(' a'))).toEqual([]);
  });

  test('is left alone when the tag of somebody else comes after the plan', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 0);
    const run = await rig.run('repair', { allowances: { resumes } }, () => {
      rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
    });
    expect(errorOf(run, 'a.update')?.class).toBe('protected');
  });
});

describe('a piece that turns foreign after the plan', () => {
  test.each(['update', 'delete'] as const)('is not touched by an %s', async (action) => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    const run = await rig.run(action === 'update' ? 'repair' : 'teardown', {}, () => {
      rig.world.set('a', { tags: { 'relight:playbook': 'billing' } });
    });
    expect(errorOf(run, `a.${action}`)?.class).toBe('foreign');
    expect(rig.world.changes).toEqual([]);
  });
});

describe('recovery.maxDeletes', () => {
  test('holds while the run goes on: deletes that an unfinished run has begun count', async () => {
    const rig = scriptedRig('a; b; c', { recovery: { maxDeletes: 3 } });
    const seen = await rig.look();
    const plan = rig.planFrom(seen, 'teardown');
    // A plan that did not know of them, as an older one would not.
    const resumes = { run: 'run-0', made: [], deletes: ['x.delete', 'y.delete'], tokens: {} };
    const run = await rig.execute(seen, { ...plan, resumes });
    expect(rig.world.changes).toHaveLength(1);
    expect(run.report.result).toBe('partial');
    expect(run.report.steps.filter((step) => step.error?.class === 'limit')).toHaveLength(2);
  });

  test('a plan that goes on with a run knows what that has begun, and is refused', async () => {
    const rig = scriptedRig('a; b', { recovery: { maxDeletes: 2 } });
    const resumes = { run: 'run-0', made: [], deletes: ['x.delete'], tokens: {} };
    expect((await rig.plan('teardown', [], { resumes })).refusals[0]?.text).toBe(
      'the plan deletes 2 pieces, after 1 that run run-0 has begun (--anew begins from scratch), the playbook allows 2 (recovery.maxDeletes)',
    );
    const same = { ...resumes, deletes: ['a.delete'] };
    expect((await rig.plan('teardown', [], { resumes: same })).refusals).toEqual([]);
  });

  test('counts what was begun: a piece that is gone already costs nothing', async () => {
    const rig = scriptedRig('a; b', { recovery: { maxDeletes: 2 } });
    const seen = await rig.look();
    const plan = rig.planFrom(seen, 'teardown');
    rig.world.remove('a');
    const resumes = { run: 'run-0', made: [], deletes: ['x.delete'], tokens: {} };
    expect((await rig.execute(seen, { ...plan, resumes })).report.result).toBe('succeeded');
  });
});

describe('what serves by the time of the delete', () => {
  const types = {
    'test/front': { traffic: { from: [], to: [] } },
    'test/service': {
      traffic: { from: ['at'], to: [] },
      serves: ({ status }: { readonly status: string }) => (status === 'active' ? 'a healthy target' : undefined),
    },
  };
  const text = 'front type=test/front; service type=test/service -> at=front.arn';

  test('is not deleted, nor what leads to it', async () => {
    const rig = scriptedRig(text, { types });
    rig.world.set('service', { status: 'failed' });
    const run = await rig.run('teardown', {}, () => {
      rig.world.set('service', { status: 'active' });
    });
    expect(errorOf(run, 'service.delete')).toMatchObject({ class: 'serving' });
    expect(errorOf(run, 'service.delete')?.message).toContain('--allow-downtime');
    expect(rig.world.changes).toEqual([]);
  });

  test('is deleted where downtime is allowed', async () => {
    const rig = scriptedRig(text, { types });
    const run = await rig.run('teardown', { allowances: { allowDowntime: true } });
    expect(run.report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['delete service', 'delete front']);
  });
});

describe('content that nothing proves to be ours', () => {
  const types = {
    'test/record': {
      claim: (_spec: unknown, state: { readonly fields: Readonly<Record<string, unknown>> }) => {
        const { size } = state.fields;
        return typeof size === 'string'
          ? { strange: size, proof: undefined }
          : { strange: undefined, proof: 'it names a piece' };
      },
    },
  };

  test('that has come after the plan is not changed', async () => {
    const rig = scriptedRig('a type=test/record', { types });
    rig.world.drift('a', 'size', 7);
    const run = await rig.run('repair', {}, () => {
      rig.world.drift('a', 'size', 'theirs');
    });
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'unproven' });
    expect(rig.world.changes).toEqual([]);
  });

  test('accepted is what was seen, not what came later', async () => {
    const rig = scriptedRig('a type=test/record', { types });
    rig.world.drift('a', 'size', 'theirs');
    const accepted = { allowances: { accepted: accepting('a:ownership') } };
    const run = await rig.run('repair', accepted, () => {
      rig.world.drift('a', 'size', 'of a third');
    });
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'unproven' });
    expect((await rig.run('repair', { ...accepted, runId: 'run-2' })).report.result).toBe('succeeded');
  });
});

/** Where something answers behind a piece, others still go there once it is gone. */
const answering = { serves: () => '2 healthy targets' };
const leading = { traffic: { from: [], to: ['links'] } };

describe('others that go on as if a piece were still there', () => {
  test('are not waited for where nothing answers behind it', async () => {
    const rig = scriptedRig('base; a type=test/record -> base.arn', {
      types: { 'test/record': { ...leading, propagationSeconds: () => 3600 } },
    });
    const run = await rig.run('teardown');
    expect(run.report.result).toBe('succeeded');
    expect(rig.clock.now() - startOfTime).toBeLessThan(60_000);
    expect(run.events.filter((each) => each.type === 'step-intended' && 'lingerSeconds' in each)).toEqual([]);
  });

  test('are given their time from the moment at which its delete has settled', async () => {
    let askedAt = 0;
    const rig = scriptedRig('base type=test/base; a type=test/record -> base.arn', {
      types: {
        'test/base': answering,
        'test/record': {
          ...leading,
          settled: async () => {
            askedAt += 1;
            return askedAt < 4 ? { kind: 'pending', detail: 'PENDING' } : { kind: 'done' };
          },
          propagationSeconds: () => 60,
        },
      },
    });
    const run = await rig.run('teardown', { allowances: { allowDowntime: true } });
    const at = (type: string, step: string): number =>
      Date.parse(
        run.journal.records.find((each) => each.type === type && 'step' in each && each.step === step)?.at ?? '',
      );
    // Three looks at PENDING take 1 + 2 + 4 s.
    expect(at('step-settled', 'a.delete') - at('step-acted', 'a.delete')).toBeGreaterThanOrEqual(67_000);
    expect(at('step-started', 'base.delete')).toBeGreaterThanOrEqual(at('step-settled', 'a.delete'));
  });

  describe('also by a run that goes on with one that was cut off', () => {
    const types = {
      'test/record': { ...leading, propagationSeconds: () => 3600, seconds: { delete: 3604 } },
      'test/base': answering,
      'test/named': { aliases: () => ['a name'] },
    };
    const recovery = { deadline: 3 * 3_600_000 };

    async function cutOff(text: string, at: JournalRecord['type']): Promise<[ScriptedRig, Resumption, number]> {
      const rig = scriptedRig(text, { types, recovery });
      const { journal } = await rig.run('teardown', { allowances: { allowDowntime: true } });
      const [first, ...rest] = journal.records as [RunStarted, ...JournalRecord[]];
      const index = rest.findIndex((each) => each.type === at && 'step' in each && each.step === 'a.delete');
      if (index < 0) throw new Error(`no ${at} of a.delete`);
      const left = unfinishedRun([first, ...rest.slice(0, index + 1)]);
      if (left === undefined) throw new Error('nothing was left');
      // The world as it was then.
      const then = scriptedRig(text, { types, recovery });
      then.world.remove('a');
      const deletedAt = Date.parse(rest[index]?.at ?? '');
      await then.clock.sleep(deletedAt - then.clock.now());
      return [then, left.resumption, deletedAt];
    }

    test.each(['step-intended', 'step-acted', 'step-waiting'] as const)('after its %s', async (at) => {
      const [rig, resumes, deletedAt] = await cutOff('base type=test/base; a type=test/record -> base.arn', at);
      expect(resumes.lingering).toEqual([{ component: 'a', until: new Date(deletedAt + 3_600_000).toISOString() }]);
      await rig.clock.sleep(600_000);
      const run = await rig.run('teardown', { allowances: { resumes, allowDowntime: true } });
      expect(run.report.result).toBe('succeeded');
      expect(rig.clock.now() - deletedAt).toBeGreaterThanOrEqual(3_600_000);
      expect(run.events).toContainEqual({
        type: 'step-waiting',
        step: 'base.delete',
        detail: 'others may know a, which run run-1 deleted, for 3000 s more',
      });
    });

    test('not once it has settled', async () => {
      const [, resumes] = await cutOff('base type=test/base; a type=test/record -> base.arn', 'step-settled');
      expect(resumes.lingering).toBeUndefined();
    });

    test('before what answers to a name is deleted, and nothing else that it did not need', async () => {
      const [rig, resumes, deletedAt] = await cutOff(
        'other; base type=test/base; lb type=test/named; a type=test/record -> base.arn',
        'step-acted',
      );
      const run = await rig.run('teardown', { allowances: { resumes, allowDowntime: true } });
      const sentAt = (step: string): number =>
        Date.parse(run.journal.records.find((each) => each.type === 'step-intended' && each.step === step)?.at ?? '');
      expect(sentAt('lb.delete') - deletedAt).toBeGreaterThanOrEqual(3_600_000);
      expect(sentAt('other.delete') - deletedAt).toBeLessThan(60_000);
    });
  });
});
