// Which deletes take down what serves, and that they are refused unless somebody allows them.
//
//   name -> front -> rule -> group -> service        (requests)
import { describe, expect, test } from 'vitest';
import type { TypeOptions } from '../../helpers/scripted.ts';
import { scriptedRig, type ScriptedRig } from '../../helpers/scripted-rig.ts';

const types: Readonly<Record<string, TypeOptions>> = {
  'test/name': { traffic: { from: [], to: ['links'] } },
  'test/front': { traffic: { from: [], to: [] } },
  'test/rule': { traffic: { from: ['at'], to: ['links'] } },
  'test/service': {
    traffic: { from: ['at'], to: [] },
    serves: (state) => (state.status === 'active' ? '2 healthy targets' : undefined),
  },
};

const text = `
  front type=test/front owner=service; group type=test/front owner=service
  rule type=test/rule owner=service -> at=front.arn, group.arn
  service type=test/service -> at=group.arn, rule
  name type=test/name owner=service -> front.arn
  entry owner=service -> service.arn`;

function rigOf(more = text): ScriptedRig {
  return scriptedRig(more, { types });
}

describe('what serves right now', () => {
  test('is not taken down by a rebuild or a teardown: the refusal names exactly the pieces that serve', async () => {
    for (const kind of ['rebuild', 'teardown'] as const) {
      const [refusal, ...others] = (await rigOf().plan(kind)).refusals;
      expect(others).toEqual([]);
      expect(refusal?.rule).toBe('allowDowntime');
      expect(refusal?.components.toSorted()).toEqual(['front', 'group', 'name', 'rule', 'service']);
      expect(refusal?.text).toContain('service (2 healthy targets)');
      expect(refusal?.text).toContain('name (leads to service: 2 healthy targets)');
      expect(refusal?.text).toContain('--allow-downtime');
    }
  });

  test('may be taken down when that is allowed, and the plan says so', async () => {
    const plan = await rigOf().plan('rebuild', [], { allowDowntime: true });
    expect(plan.refusals).toEqual([]);
    expect(plan.allowDowntime).toBe(true);
  });

  test('does not include what leads to a service that is gone or serves nobody', async () => {
    for (const happen of [
      ({ world }: ScriptedRig) => {
        world.remove('service');
      },
      ({ world }: ScriptedRig) => {
        world.set('service', { status: 'sick' });
      },
    ]) {
      const rig = rigOf();
      happen(rig);
      expect((await rig.plan('rebuild')).refusals).toEqual([]);
    }
  });

  test('is not asked about where nothing is deleted', async () => {
    const rig = rigOf();
    rig.world.drift('service', 'size', 7);
    rig.world.remove('entry');
    expect((await rig.plan('repair')).refusals).toEqual([]);
  });

  test('counts in repair too, where a fixed field has to change', async () => {
    const rig = rigOf();
    rig.world.drift('service', 'pinned', 'x');
    // The scripted spec names no `pinned`, so it is given one that differs.
    const pinned = rigOf(
      text.replace('service type=test/service -> ', 'service type=test/service -> pinned=front.name, '),
    );
    pinned.world.drift('service', 'pinned', 'x');
    expect((await pinned.plan('repair')).refusals.map((each) => each.components)).toEqual([['service']]);
    expect((await rig.plan('repair')).refusals).toEqual([]);
  });

  test('a name that leads elsewhere by now serves nobody here', async () => {
    const rig = rigOf();
    rig.world.drift('name', 'links', { front: 'elsewhere' });
    expect((await rig.plan('rebuild')).refusals[0]?.components).not.toContain('name');
  });

  test('a service that could not be seen may well serve', async () => {
    // By its name, so that it needs not follow a new group: nothing would be deleted under it.
    const rig = rigOf(text.replace('at=group.arn, rule', 'at=group.name, rule'));
    rig.world.hide('service');
    const refusal = (await rig.plan('rebuild')).refusals[0];
    expect(refusal?.components).toContain('front');
    expect(refusal?.text).toContain('leads to service: could not be seen');
  });
});

describe('behind a shared piece', () => {
  const shared = `
    front type=test/front shared
    one-group type=test/front owner=one; one-rule type=test/rule owner=one -> at=front.arn, one-group.arn
    one type=test/service -> at=one-group.arn; one-name type=test/name owner=one -> front.arn
    two-group type=test/front owner=two; two-rule type=test/rule owner=two -> at=front.arn, two-group.arn
    two type=test/service -> at=two-group.arn; two-name type=test/name owner=two -> front.arn`;

  test('the name of one service is not held by the other one, which serves', async () => {
    const rig = rigOf(shared);
    rig.world.remove('one');
    const refusal = (await rig.plan('rebuild')).refusals[0];
    expect(refusal?.components.toSorted()).toEqual(['two', 'two-group', 'two-name', 'two-rule']);
    expect((await rig.plan('rebuild', ['two', 'two-group', 'two-name', 'two-rule'])).refusals).toEqual([]);
  });
});
