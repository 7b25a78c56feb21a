// The steps of a plan: their order, what they say, what they cost, and that the same inputs give the same bytes.
import { describe, expect, test } from 'vitest';
import { stepGraph } from '../../../src/plan/make.ts';
import { isPending } from '../../../src/plan/plan.ts';
import { httpCheck } from '../../helpers/playbook.ts';
import { scriptedRig, stepLines } from '../../helpers/scripted-rig.ts';

describe('order among steps', () => {
  test('rebuild: down in reverse, up in order, each piece as soon as it can', async () => {
    // base ── a ── b        c
    const rig = scriptedRig('base shared; a -> base; b -> a; c');
    expect(stepLines(await rig.plan('rebuild'))).toEqual([
      'b.delete',
      'a.delete after b.delete',
      'c.delete',
      'c.create after c.delete',
      'a.create after a.delete',
      'b.create after a.create, b.delete',
    ]);
  });

  test('a new piece waits until what still speaks of its lost forerunner is gone', async () => {
    const rig = scriptedRig('app; entry type=test/entry owner=app -> app.arn');
    rig.world.remove('app');
    expect(stepLines(await rig.plan())).toEqual([
      'entry.delete',
      'app.create after entry.delete',
      'entry.create after app.create, entry.delete',
    ]);
  });

  test('across pieces that stay, the order holds', async () => {
    const rig = scriptedRig('a; b -> a; c -> b');
    rig.world.remove('a', 'c');
    expect(stepLines(await rig.plan())).toEqual(['a.create', 'c.create after a.create']);
  });

  test('a piece on its way out is waited for before it is made again', async () => {
    const rig = scriptedRig('a; b -> a.arn');
    rig.world.set('a', { status: 'deleting' });
    const plan = await rig.plan();
    expect(stepLines(plan)).toEqual(['a.wait', 'a.create after a.wait', 'b.update after a.create']);
    expect(plan.steps[0]).toMatchObject({ afterImage: null, destructive: false });
  });

  test('probes come last, and only when something is brought up', async () => {
    const rig = scriptedRig('a; b -> a; c', { verify: [httpCheck('http://shop/'), httpCheck('http://shop/x')] });
    rig.world.remove('b', 'c');
    expect(stepLines(await rig.plan())).toEqual([
      'c.create',
      'b.create',
      'verify-1 after c.create, b.create',
      'verify-2 after c.create, b.create',
    ]);
    expect(stepLines(await rig.plan('teardown'))).toEqual(['a.delete']);
    rig.world.deploy(rig.playbook, rig.graph);
    expect((await rig.plan()).steps).toEqual([]);
  });

  test('the steps form a graph of their own', async () => {
    const rig = scriptedRig('a; b -> a; c -> b');
    const graph = stepGraph((await rig.plan('rebuild')).steps);
    expect(graph.createOrder).toEqual(['c.delete', 'b.delete', 'a.delete', 'a.create', 'b.create', 'c.create']);
  });
});

describe('what a step says', () => {
  test('before and after, with the values that are known and references for those that are not', async () => {
    const rig = scriptedRig('lb; app -> lb.arn, base.name; base');
    rig.world.remove('lb');
    rig.world.drift('app', 'size', 7);
    const plan = await rig.plan();
    expect(plan.steps.find((step) => step.id === 'app.update')).toEqual({
      id: 'app.update',
      component: 'app',
      action: 'update',
      because: 'size, links.lb differ',
      after: ['lb.create'],
      before: 'active, size 7',
      afterImage: { name: 'app', size: 1, links: { lb: '${lb.arn}', base: 'base' } },
      differences: [
        { path: 'size', desired: 1, actual: 7, kind: 'changed', immutable: false },
        { path: 'links.lb', desired: '${lb.arn}', actual: 'arn:lb:1', kind: 'dangling', immutable: false },
      ],
      destructive: false,
      effect: 'none',
      estimateSeconds: 5,
    });
    expect(plan.steps.find((step) => step.id === 'lb.create')).toMatchObject({ before: null, differences: [] });
  });

  test('a delete is destructive and leaves nothing', async () => {
    const rig = scriptedRig('a');
    expect((await rig.plan('teardown')).steps[0]).toMatchObject({
      destructive: true,
      before: 'active, size 1',
      afterImage: null,
      estimateSeconds: 4,
    });
  });

  test('a value that the plan itself will renew stays a reference, although the old one is known', async () => {
    const rig = scriptedRig('a; b -> a.arn');
    const create = (await rig.plan('rebuild')).steps.find((step) => step.id === 'b.create');
    expect(create?.afterImage).toMatchObject({ links: { a: '${a.arn}' } });
  });
});

describe('totals', () => {
  test('of both strategies, each along its critical path', async () => {
    const rig = scriptedRig('slow type=test/slow; a; b -> a', {
      types: { 'test/slow': { seconds: { create: 300 } } },
      rto: 60_000,
    });
    rig.world.remove('b');
    const plan = await rig.plan();
    expect(plan.rtoSeconds).toBe(60);
    expect(plan.totals).toEqual({
      repair: { steps: 1, deletes: 0, seconds: 10, criticalPath: ['b.create'] },
      rebuild: { steps: 5, deletes: 2, seconds: 304, criticalPath: ['slow.delete', 'slow.create'] },
    });
  });

  test('of a teardown alone when that is what is planned', async () => {
    const rig = scriptedRig('a; b -> a');
    expect((await rig.plan('teardown')).totals).toEqual({
      teardown: { steps: 2, deletes: 2, seconds: 8, criticalPath: ['b.delete', 'a.delete'] },
    });
  });

  test('nothing to do costs nothing', async () => {
    const plan = await scriptedRig('a; b -> a').plan();
    expect(plan.totals.repair).toEqual({ steps: 0, deletes: 0, seconds: 0, criticalPath: [] });
    expect(isPending(plan)).toBe(false);
  });
});

describe('limits', () => {
  test('more deletes than the playbook allows are refused, with both numbers', async () => {
    const rig = scriptedRig('a; b; c', { recovery: { maxDeletes: 2 } });
    expect((await rig.plan('rebuild')).refusals).toEqual([
      {
        rule: 'maxDeletes',
        text: 'the plan deletes 3 pieces, the playbook allows 2 (recovery.maxDeletes)',
        components: ['c', 'b', 'a'],
      },
    ]);
  });

  test('as many as allowed are not', async () => {
    expect((await scriptedRig('a; b', { recovery: { maxDeletes: 2 } }).plan('rebuild')).refusals).toEqual([]);
    expect((await scriptedRig('a', { recovery: { maxDeletes: 0 } }).plan('rebuild')).refusals).toHaveLength(1);
  });
});

describe('determinism', () => {
  const text = 'base shared; a -> base; b -> a.arn; c -> a, b; d';

  test('the same inputs give the same bytes', async () => {
    const bytes = async (): Promise<string> => {
      const rig = scriptedRig(text, { verify: [httpCheck('http://shop/')] });
      rig.world.remove('a', 'd');
      rig.world.drift('b', 'size', 7);
      return JSON.stringify(await rig.plan());
    };
    expect(await bytes()).toBe(await bytes());
  });

  test('the order of components in the file moves steps about, and changes none', async () => {
    const steps = async (order: string): Promise<readonly unknown[]> => {
      const rig = scriptedRig(order);
      rig.world.remove('a', 'd');
      const { steps } = await rig.plan();
      return steps
        .map((step) => ({ ...step, after: step.after.toSorted() }))
        .toSorted((left, right) => (left.id < right.id ? -1 : 1));
    };
    const reversed = text.split('; ').reverse().join('; ');
    expect(await steps(reversed)).toEqual(await steps(text));
  });
});

test('a plan says for whom, from where and when it was made', async () => {
  const plan = await scriptedRig('a', { environment: 'production' }).plan();
  expect(plan).toMatchObject({
    version: 1,
    playbook: { name: 'shop', digest: 'digest', file: 'playbook.yaml' },
    identity: { account: '123456789012', alias: 'shop-prod', region: 'eu-west-1' },
    environment: 'production',
    strategy: 'repair',
    observedAt: '2026-01-01T00:00:00.000Z',
    rtoSeconds: null,
    awsCalls: 3,
  });
});
