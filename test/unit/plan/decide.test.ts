// What becomes of each component: every verdict under every strategy, and what it does to its neighbours.
import { describe, expect, test } from 'vitest';
import type { PlanKind } from '../../../src/plan/plan.ts';
import {
  decisionLine,
  partOf,
  scriptedRig,
  stepLines,
  type RigOptions,
  type ScriptedRig,
} from '../../helpers/scripted-rig.ts';

interface Row {
  readonly verdict: string;
  readonly happened: (rig: ScriptedRig) => void;
  readonly options?: RigOptions;
  readonly text?: string;
  readonly repair: string;
  readonly rebuild: string;
  readonly teardown: string;
}

const rows: readonly Row[] = [
  {
    verdict: 'healthy',
    happened: () => undefined,
    repair: 'keep: healthy',
    rebuild: 'replace: rebuild',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'missing',
    happened: ({ world }) => {
      world.remove('app');
    },
    repair: 'create: missing',
    rebuild: 'create: missing',
    teardown: 'keep: already gone',
  },
  {
    verdict: 'drifted',
    happened: ({ world }) => {
      world.drift('app', 'size', 7);
    },
    repair: 'update: size differs',
    rebuild: 'replace: rebuild; drifted: size differs',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'drifted in a fixed field',
    happened: ({ world }) => {
      world.drift('app', 'pinned', 'x');
    },
    text: 'base; app -> pinned=base.name',
    repair: 'replace: pinned differs; pinned cannot be changed in place',
    rebuild: 'replace: rebuild; drifted: pinned differs',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'unhealthy, no remedy',
    happened: ({ world }) => {
      world.set('app', { status: 'sick' });
    },
    repair: 'wait: is sick; no change of it would help, so it is watched',
    rebuild: 'replace: rebuild; unhealthy: is sick',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'unhealthy, remedy update',
    happened: ({ world }) => {
      world.set('app', { status: 'sick' });
    },
    options: { types: { 'test/node': { remedy: 'update' } } },
    repair: 'update: is sick',
    rebuild: 'replace: rebuild; unhealthy: is sick',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'unhealthy, remedy replace',
    happened: ({ world }) => {
      world.set('app', { status: 'failed' });
    },
    options: { types: { 'test/node': { remedy: 'replace' } } },
    repair: 'replace: has failed for good',
    rebuild: 'replace: rebuild; unhealthy: has failed for good',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'unhealthy for good, replaced where waiting does not heal',
    happened: ({ world }) => {
      world.set('app', { status: 'failed' });
    },
    options: { types: { 'test/node': { remedy: 'replace-stuck' } } },
    repair: 'replace: has failed for good; waiting does not heal it',
    rebuild: 'replace: rebuild; unhealthy: has failed for good',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'unhealthy for now, replaced where waiting does not heal',
    happened: ({ world }) => {
      world.set('app', { status: 'sick' });
    },
    options: { types: { 'test/node': { remedy: 'replace-stuck' } } },
    repair: 'wait: is sick; no change of it would help, so it is watched',
    rebuild: 'replace: rebuild; unhealthy: is sick',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'settling, coming',
    happened: ({ world }) => {
      world.set('app', { status: 'creating' });
    },
    repair: 'wait: is being created',
    rebuild: 'replace: rebuild; settling: is being created',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'settling, going',
    happened: ({ world }) => {
      world.set('app', { status: 'deleting' });
    },
    repair: 'create: on its way out (is being deleted): made again after',
    rebuild: 'create: on its way out (is being deleted): made again after',
    teardown: 'wait: is being deleted',
  },
  {
    verdict: 'unknown',
    happened: ({ world }) => {
      world.hide('app');
    },
    repair: 'blocked: could not be seen: denied: no look at app',
    rebuild: 'blocked: could not be seen: denied: no look at app',
    teardown: 'blocked: could not be seen: denied: no look at app',
  },
  {
    verdict: 'foreign',
    happened: ({ world }) => {
      world.set('app', { tags: { 'relight:playbook': 'billing' } });
    },
    repair: 'blocked: belongs to others: tagged as belonging to playbook billing',
    rebuild: 'blocked: belongs to others: tagged as belonging to playbook billing',
    teardown: 'blocked: belongs to others: tagged as belonging to playbook billing',
  },
  {
    verdict: 'orphaned, fits',
    text: 'owner; app owner=owner',
    happened: ({ world }) => {
      world.remove('owner');
    },
    repair: 'keep: left over by owner, which is gone; fits and can stay',
    rebuild: 'replace: rebuild: left over',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'orphaned, cannot stay',
    text: 'owner; app type=test/entry owner=owner',
    happened: ({ world }) => {
      world.remove('owner');
    },
    repair: 'replace: left over by owner, which is gone; speaks of what is gone and cannot stay',
    rebuild: 'replace: rebuild: left over, cannot stay',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'orphaned, drifted, kept on request',
    text: 'owner; app owner=owner keep',
    happened: ({ world }) => {
      world.remove('owner');
      world.drift('app', 'size', 7);
    },
    repair:
      'update: left over by owner, which is gone; is not as the playbook wants it and cannot stay (onOrphan: keep)',
    rebuild: 'replace: rebuild: left over, cannot stay',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'protected and healthy',
    text: 'app protect',
    happened: () => undefined,
    repair: 'keep: healthy',
    rebuild: 'keep: protected: protected by the playbook',
    teardown: 'keep: protected',
  },
  {
    verdict: 'protected by its tag, and drifted',
    happened: ({ world }) => {
      world.set('app', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
      world.drift('app', 'size', 7);
    },
    repair:
      'blocked: protected by its tag in AWS and is not changed; would be: update (size differs). Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS',
    rebuild:
      'blocked: protected by its tag in AWS and is not changed; would be: update (protected: size differs). Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS',
    teardown: 'keep: protected',
  },
  {
    verdict: 'protected, and would have to be replaced',
    text: 'base; app protect -> pinned=base.name',
    happened: ({ world }) => {
      world.drift('app', 'pinned', 'x');
    },
    repair:
      'blocked: protected by the playbook and is not changed; would be: replace (pinned differs; pinned cannot be changed in place). Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS',
    rebuild:
      'blocked: protected by the playbook and is not changed; would be: replace (protected: pinned differs; pinned cannot be changed in place). Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS',
    teardown: 'keep: protected',
  },
  {
    verdict: 'inert and in sync',
    text: 'app type=test/inert',
    options: { types: { 'test/inert': { inert: true } } },
    happened: () => undefined,
    repair: 'keep: healthy',
    rebuild: 'keep: in sync, and unused it does nothing',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'inert and drifted',
    text: 'app type=test/inert',
    options: { types: { 'test/inert': { inert: true } } },
    happened: ({ world }) => {
      world.drift('app', 'size', 7);
    },
    repair: 'update: size differs',
    rebuild: 'update: size differs',
    teardown: 'delete: taken down',
  },
  {
    verdict: 'shared and healthy',
    text: 'app shared',
    happened: () => undefined,
    repair: 'keep: shared',
    rebuild: 'keep: shared',
    teardown: 'keep: shared',
  },
  {
    verdict: 'shared and drifted',
    text: 'app shared',
    happened: ({ world }) => {
      world.drift('app', 'size', 7);
    },
    repair: 'keep: shared, drifted: size differs',
    rebuild: 'keep: shared, drifted: size differs',
    teardown: 'keep: shared',
  },
  {
    verdict: 'shared and missing',
    text: 'app shared',
    happened: ({ world }) => {
      world.remove('app');
    },
    repair: 'blocked: shared and missing: it has to be brought back by its own playbook first',
    rebuild: 'blocked: shared and missing: it has to be brought back by its own playbook first',
    teardown: 'keep: shared',
  },
  {
    verdict: 'shared and unknown',
    text: 'app shared',
    happened: ({ world }) => {
      world.hide('app', 'throttled');
    },
    repair: 'blocked: shared, and could not be seen: throttled: no look at app',
    rebuild: 'blocked: shared, and could not be seen: throttled: no look at app',
    teardown: 'keep: shared',
  },
  {
    verdict: 'shared and on its way',
    text: 'app shared',
    happened: ({ world }) => {
      world.set('app', { status: 'creating' });
    },
    repair: 'wait: is being created',
    rebuild: 'wait: is being created',
    teardown: 'keep: shared',
  },
  {
    verdict: 'shared and on its way out',
    text: 'app shared',
    happened: ({ world }) => {
      world.set('app', { status: 'deleting' });
    },
    repair: 'blocked: shared and on its way out: is being deleted',
    rebuild: 'blocked: shared and on its way out: is being deleted',
    teardown: 'keep: shared',
  },
];

describe('every verdict under every strategy', () => {
  const kinds: readonly PlanKind[] = ['repair', 'rebuild', 'teardown'];
  const cases = rows.flatMap((row) => kinds.map((kind) => ({ kind, ...row })));

  test.each(cases)('$verdict: $kind', async ({ kind, text, options, happened, ...row }) => {
    const rig = scriptedRig(text ?? 'app', options);
    happened(rig);
    const wanted = kind === 'repair' ? row.repair : kind === 'rebuild' ? row.rebuild : row.teardown;
    expect(decisionLine(await rig.plan(kind), 'app')).toBe(wanted);
  });
});

describe('outputs that become new', () => {
  test('a mutable field follows by an update that names the output', async () => {
    const rig = scriptedRig('lb; cname -> lb.arn; audit -> cname.name');
    rig.world.remove('lb');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'cname')).toBe('update: links.lb differs');
    expect(decisionLine(plan, 'audit')).toBe('keep: healthy');
    const healthy = scriptedRig('lb -> pinned=base.name; cname -> lb.arn; base');
    healthy.world.drift('lb', 'pinned', 'x');
    const replaced = await healthy.plan();
    expect(decisionLine(replaced, 'cname')).toBe("update: links.lb follows lb's new arn");
    expect(replaced.steps.find((each) => each.id === 'cname.update')?.differences).toEqual([
      { path: 'links.lb', desired: '${lb.arn}', actual: 'arn:lb:1', kind: 'changed', immutable: false },
    ]);
  });

  test('an output that stays the same moves nobody', async () => {
    const rig = scriptedRig('lb -> pinned=base.name; cname -> lb.name; base');
    rig.world.drift('lb', 'pinned', 'x');
    expect(decisionLine(await rig.plan(), 'cname')).toBe('keep: healthy');
  });

  test('a fixed field is replaced, and so on downstream', async () => {
    const rig = scriptedRig('a -> pinned=base.name; b -> pinned=a.arn; c -> b.arn; base');
    rig.world.drift('a', 'pinned', 'x');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'b')).toBe('replace: a is replaced under it');
    expect(decisionLine(plan, 'c')).toBe("update: links.b follows b's new arn");
  });

  test('an update renews the outputs that change with every update', async () => {
    const rig = scriptedRig('definition; app -> definition.revision; other -> definition.arn');
    rig.world.drift('definition', 'size', 7);
    const plan = await rig.plan();
    expect(decisionLine(plan, 'app')).toBe("update: links.definition follows definition's new revision");
    expect(decisionLine(plan, 'other')).toBe('keep: healthy');
  });

  test('an ignored field does not follow', async () => {
    const rig = scriptedRig('lb -> pinned=base.name; cname ignore=links -> lb.arn; base');
    rig.world.drift('lb', 'pinned', 'x');
    expect(decisionLine(await rig.plan(), 'cname')).toBe('keep: healthy');
  });

  test('what holds a piece that goes away is replaced with it', async () => {
    const held = { types: { 'test/group': { heldBy: ['test/node'] } } };
    const rig = scriptedRig('group type=test/group -> pinned=base.name; listener -> group.name; base', held);
    rig.world.drift('group', 'pinned', 'x');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'listener')).toBe('replace: group is replaced under it');
    expect(stepLines(plan)).toEqual([
      'listener.delete',
      'group.delete after listener.delete',
      'group.create after group.delete',
      'listener.create after group.create, listener.delete',
    ]);
  });

  test('what hangs on a replaced piece without naming it stays', async () => {
    const held = { types: { 'test/group': { heldBy: ['test/node'] } } };
    const rig = scriptedRig('group type=test/group -> pinned=base.name; app -> group; base', held);
    rig.world.drift('group', 'pinned', 'x');
    expect(decisionLine(await rig.plan(), 'app')).toBe('keep: healthy');
  });
});

describe('blocked', () => {
  test('downstream of a blocked one nothing is done, and each names the first in the way', async () => {
    const rig = scriptedRig('a; b -> a; c -> b; d -> c; e -> d; free');
    rig.world.hide('a');
    rig.world.remove('b', 'c', 'e', 'free');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'b')).toBe('blocked: waits for a; would be: create (missing) [by a]');
    expect(decisionLine(plan, 'c')).toBe('blocked: waits for a; would be: create (missing) [by a]');
    expect(decisionLine(plan, 'd')).toBe('keep: healthy');
    // Also across a piece that stays.
    expect(decisionLine(plan, 'e')).toBe('blocked: waits for a; would be: create (missing) [by a]');
    expect(stepLines(plan)).toEqual(['free.create']);
    expect(plan.summary).toMatchObject({ create: 1, unknown: 1, blocked: 4, keep: 1 });
    expect(stepLines(await rig.plan('repair', ['d']))).toEqual(['e.create', 'free.create'].toReversed());
  });

  test('downstream of an unknown one in the middle, upstream goes on', async () => {
    const rig = scriptedRig('a; b -> a; c -> b');
    rig.world.remove('a', 'c');
    rig.world.hide('b');
    const plan = await rig.plan();
    expect(stepLines(plan)).toEqual(['a.create']);
    expect(partOf(plan, 'c').blockedBy).toBe('b');
  });

  test('a missing shared piece blocks what needs it', async () => {
    const rig = scriptedRig('cluster shared; app -> in=cluster.name');
    rig.world.remove('cluster', 'app');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'app')).toBe('blocked: waits for cluster; would be: create (missing) [by cluster]');
    expect(plan.steps).toEqual([]);
  });

  test('a held piece is not taken away from under an unknown holder: blocked upstream', async () => {
    const held = { types: { 'test/lb': { heldBy: ['test/node'] } } };
    const rig = scriptedRig('lb type=test/lb -> pinned=base.name; cname -> lb.arn; base', held);
    rig.world.drift('lb', 'pinned', 'x');
    rig.world.hide('cname');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'lb')).toBe(
      'blocked: cannot be deleted while cname, which could not be seen, needs it [by cname]',
    );
    expect(plan.steps).toEqual([]);
  });

  test('a held piece stays with a protected holder that would have to go with it', async () => {
    const held = { types: { 'test/lb': { heldBy: ['test/node'] } } };
    const rig = scriptedRig('lb type=test/lb -> pinned=base.name; cname protect -> lb.arn; base', held);
    rig.world.drift('lb', 'pinned', 'x');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'lb')).toBe(
      'blocked: cannot be deleted while cname, which is protected, needs it [by cname]',
    );
    expect(plan.steps).toEqual([]);
  });
});

describe('a piece whose output a dependent names without holding it', () => {
  const text = 'group -> pinned=base.name; app -> group.arn; base';
  const replaced = (more: string): ScriptedRig => {
    const rig = scriptedRig(text.replace('app', more));
    rig.world.drift('group', 'pinned', 'x');
    return rig;
  };

  test.each(['repair', 'rebuild'] as const)('is not replaced by a %s under a protected one', async (kind) => {
    const plan = await replaced('app protect').plan(kind);
    expect(decisionLine(plan, 'group')).toBe(
      'blocked: cannot be deleted while app, which is protected, needs it [by app]',
    );
    expect(plan.steps.filter((step) => step.component !== 'base')).toEqual([]);
  });

  test.each(['repair', 'rebuild'] as const)('nor by a %s under one that is left out', async (kind) => {
    const plan = await replaced('app').plan(kind, ['app']);
    expect(decisionLine(plan, 'group')).toBe(
      'blocked: cannot be deleted while app, which is left out, needs it [by app]',
    );
  });

  test('nor under one that is shared, another playbook’s, or could not be seen', async () => {
    expect(decisionLine(await replaced('app shared').plan(), 'group')).toContain('while app, which stays, needs it');
    const foreign = replaced('app');
    foreign.world.set('app', { tags: { 'relight:playbook': 'billing' } });
    expect(decisionLine(await foreign.plan(), 'group')).toContain('while app, which stays, needs it');
    const hidden = replaced('app');
    hidden.world.hide('app');
    expect(decisionLine(await hidden.plan(), 'group')).toContain('while app, which could not be seen, needs it');
  });

  test('nor under one that waits for something else', async () => {
    const rig = scriptedRig(`${text.replace('group.arn', 'group.arn, other')}; other`);
    rig.world.drift('group', 'pinned', 'x');
    rig.world.hide('other');
    expect(decisionLine(await rig.plan(), 'group')).toContain('while app, which stays, needs it');
  });

  test('is replaced under one that follows, is gone, or leaves the field to others', async () => {
    expect(decisionLine(await replaced('app').plan(), 'group')).toContain('replace: ');
    const gone = replaced('app protect');
    gone.world.remove('app');
    expect(decisionLine(await gone.plan(), 'group')).toContain('replace: ');
    expect(decisionLine(await replaced('app protect ignore=links').plan(), 'group')).toContain('replace: ');
  });
});

describe('leftovers whose owner does not come back', () => {
  test('wait for it, instead of being made again and left over again', async () => {
    const rig = scriptedRig('base; app -> base; entry type=test/entry owner=app');
    rig.world.hide('base');
    rig.world.remove('app');
    const plan = await rig.plan();
    expect(decisionLine(plan, 'entry')).toBe(
      'blocked: waits for its owner app, which waits for base; would be: replace (left over by app, which is gone; ' +
        'speaks of what is gone and cannot stay) [by base]',
    );
    expect(plan.steps).toEqual([]);
  });

  test('stay while it is left out', async () => {
    const rig = scriptedRig('app; entry type=test/entry owner=app');
    rig.world.remove('app');
    const plan = await rig.plan('repair', ['app']);
    expect(decisionLine(plan, 'entry')).toBe('keep: stays while app is left out');
    expect(plan.steps).toEqual([]);
  });

  test('are replaced when it comes back, also when it comes after them in create order', async () => {
    const rig = scriptedRig('lb owner=app replace; app -> lb.name');
    rig.world.remove('app');
    expect(stepLines(await rig.plan())).toEqual([
      'lb.delete',
      'lb.create after lb.delete',
      'app.create after lb.create',
    ]);
  });
});

describe('left out', () => {
  test('an excluded one gets no step and blocks nobody', async () => {
    const rig = scriptedRig('a; b -> a');
    rig.world.hide('a');
    rig.world.remove('b');
    const plan = await rig.plan('repair', ['a']);
    expect(decisionLine(plan, 'a')).toBe('excluded: left out on request');
    expect(stepLines(plan)).toEqual(['b.create']);
  });

  test('an excluded holder keeps what it holds', async () => {
    const rig = scriptedRig('a; b -> a.arn');
    const plan = await rig.plan('teardown', ['b']);
    expect(decisionLine(plan, 'a')).toBe('blocked: cannot be deleted while b, which is left out, needs it [by b]');
    expect(plan.steps).toEqual([]);
  });
});

describe('teardown', () => {
  test('goes in reverse order and leaves shared ones', async () => {
    const rig = scriptedRig('table shared; a; b -> a; c -> a, table; d -> b, c');
    expect(stepLines(await rig.plan('teardown'))).toEqual([
      'd.delete',
      'c.delete after d.delete',
      'b.delete after d.delete',
      'a.delete after b.delete, c.delete',
    ]);
  });

  test('orders across pieces that are gone already', async () => {
    const rig = scriptedRig('a; b -> a; c -> b');
    rig.world.remove('b');
    expect(stepLines(await rig.plan('teardown'))).toEqual(['c.delete', 'a.delete after c.delete']);
  });

  test('what a protected or unknown piece needs stays, all the way up', async () => {
    const rig = scriptedRig('a; b -> a; c protect -> b; x; y -> x');
    rig.world.hide('y');
    const plan = await rig.plan('teardown');
    expect(decisionLine(plan, 'b')).toBe('blocked: cannot be deleted while c, which is protected, needs it [by c]');
    expect(decisionLine(plan, 'a')).toBe('blocked: cannot be deleted while b, which stays, needs it [by b]');
    expect(decisionLine(plan, 'x')).toBe(
      'blocked: cannot be deleted while y, which could not be seen, needs it [by y]',
    );
    expect(plan.steps).toEqual([]);
  });

  test('waits for what is going by itself before it takes what that needs', async () => {
    const rig = scriptedRig('a; b -> a');
    rig.world.set('b', { status: 'deleting' });
    const plan = await rig.plan('teardown');
    expect(stepLines(plan)).toEqual(['b.wait', 'a.delete after b.wait']);
    expect(plan.steps[0]?.afterImage).toBeNull();
  });
});
