// The small judgements that a plan is made of: what goes along with a piece, what a step takes requests away from, what a
// step costs, and how a plan is told without secrets.
import { describe, expect, test } from 'vitest';
import type { CascadedPiece, Json } from '../../../src/components/contract.ts';
import { cascadeObstacles, type CascadeView } from '../../../src/plan/cascade.ts';
import { changeOf, neighboursOf, stateOf } from '../../../src/plan/estimates.ts';
import { isLedAway, namesToAsk } from '../../../src/plan/leading.ts';
import { isPending, type Plan } from '../../../src/plan/plan.ts';
import { redactedPlan } from '../../../src/plan/redacted.ts';
import { consentsIn } from '../../../src/plan/consent.ts';
import type { Component } from '../../../src/playbook/model.ts';
import { nothingToRedact, type Redactor } from '../../../src/util/redact.ts';
import { partOf, scriptedRig, type ScriptedRig } from '../../helpers/scripted-rig.ts';

function componentOf(rig: ScriptedRig, id: string): Component {
  const component = rig.playbook.components.get(id);
  if (component === undefined) throw new Error(`no component ${id}`);
  return component;
}

describe('what AWS deletes along with a piece', () => {
  const rig = scriptedRig('lb; listener -> in=lb.arn; group; service type=test/service -> at=group.arn', {
    types: { 'test/service': { traffic: { from: ['at'], to: [] } } },
  });
  const arns: Readonly<Record<string, string>> = { listener: 'arn:listener', lb: 'arn:lb' };

  function obstacles(
    piece: Partial<CascadedPiece>,
    { goes = [] as readonly string[], there = [] as readonly string[], times = 1 } = {},
  ) {
    const view: CascadeView = {
      playbook: rig.playbook,
      types: rig.types,
      outputs: (id) => [{ name: id }, arns[id] === undefined ? {} : { name: id, arn: arns[id] }],
      backends: (id) => (there.includes(id) ? 2 : undefined),
      goes: (id) => goes.includes(id),
    };
    const whole: CascadedPiece = { kind: 'piece', what: 'rule 1', id: 'arn:rule', tags: undefined, ...piece };
    return cascadeObstacles(
      'group',
      Array.from({ length: times }, () => whole),
      view,
    );
  }
  const unlisted = { what: 'rule 1, which is in no component', component: undefined, acceptable: 'arn:rule' };

  test('a part of the piece itself is nothing', () => {
    expect(obstacles({ kind: 'part' })).toEqual([]);
  });

  test('what is in no component stands in the way, and can be accepted', () => {
    expect(obstacles({})).toEqual([unlisted]);
  });

  test('a component stands in the way unless it goes too, and cannot be accepted', () => {
    expect(obstacles({ id: 'arn:listener' })).toEqual([
      { what: 'listener (rule 1), which stays', component: 'listener', acceptable: undefined },
    ]);
    expect(obstacles({ id: 'arn:listener' }, { goes: ['listener'] })).toEqual([]);
    expect(obstacles({ id: 'arn:listener' }, { goes: ['lb'] })).toHaveLength(1);
  });

  test('what lives in a component goes with that one', () => {
    expect(obstacles({ within: 'arn:lb' }, { goes: ['lb'] })).toEqual([]);
    expect(obstacles({ within: 'arn:lb' })).toEqual([unlisted]);
    expect(obstacles({ within: 'arn:other' }, { goes: ['lb'] })).toEqual([unlisted]);
  });

  test('what registers by itself is known where a component is there that it belongs to', () => {
    expect(obstacles({ kind: 'backend' }, { there: ['service'] })).toEqual([]);
    expect(obstacles({ kind: 'backend' }, { there: ['lb', 'listener'] })).toEqual([unlisted]);
    expect(obstacles({ kind: 'backend' })).toEqual([unlisted]);
  });

  test('of those that answer, more than the component has belong to others', () => {
    const told = (answers: boolean, times: number) =>
      obstacles({ kind: 'backend', answers }, { there: ['service'], times });
    expect(told(true, 2)).toEqual([]);
    expect(told(false, 5)).toEqual([]);
    expect(told(true, 5)).toEqual([
      {
        what: "3 of 5 healthy targets, more than the playbook's components have there",
        component: undefined,
        acceptable: 'backends',
      },
    ]);
  });

  test('what carries the tags of others or of protection comes first, and cannot be accepted', () => {
    const tags = (more: Readonly<Record<string, string>>): readonly string[] =>
      obstacles({ tags: more }).map((each) => `${each.what}${each.acceptable === undefined ? '' : ' (acceptable)'}`);
    expect(tags({ 'relight:playbook': 'billing' })[0]).toBe('rule 1, which belongs to playbook billing');
    expect(tags({ 'relight:protect': 'true' })[0]).toBe('rule 1, which is protected by its tag relight:protect');
    expect(tags({ 'relight:playbook': 'shop', 'relight:protect': 'false' })).toEqual([
      'rule 1, which is in no component (acceptable)',
    ]);
  });

  test('of several, what nobody can lift comes before what can be accepted', () => {
    const view: CascadeView = {
      playbook: rig.playbook,
      types: rig.types,
      outputs: (id) => [arns[id] === undefined ? {} : { arn: arns[id] }],
      backends: () => undefined,
      goes: () => false,
    };
    const piece = (id: string): CascadedPiece => ({ kind: 'piece', what: id, id, tags: undefined });
    const found = cascadeObstacles('group', [piece('arn:x'), piece('arn:listener')], view);
    expect(found.map((each) => each.what)).toEqual([
      'listener (arn:listener), which stays',
      'arn:x, which is in no component',
    ]);
  });
});

describe('a step that leads requests elsewhere', () => {
  const types = { 'test/record': { traffic: { from: [], to: ['links', 'size'] }, leadsTo: () => ['lb.example'] } };
  const rig = (): ScriptedRig => scriptedRig('a type=test/record -> base.name; base; b', { types });
  const difference = (path: string) => ({ path, desired: 1, actual: 2, kind: 'changed' as const, immutable: false });

  test('deletes its piece, or changes where that leads to', () => {
    const made = rig();
    const led = (id: string, action: 'update' | 'create', paths: readonly string[], destructive = false): boolean =>
      isLedAway({ action, destructive, differences: paths.map(difference) }, componentOf(made, id), made.types);
    expect(led('a', 'update', ['pinned', 'links.base'])).toBe(true);
    expect(led('a', 'update', ['size'])).toBe(true);
    expect(led('a', 'update', ['pinned'])).toBe(false);
    expect(led('a', 'update', [])).toBe(false);
    expect(led('a', 'create', ['size'])).toBe(false);
    expect(led('b', 'update', ['size'])).toBe(false);
    expect(led('b', 'update', [], true)).toBe(true);
  });

  test('is asked about by the names that its piece leads to, where it is there and leads anywhere', async () => {
    const asked = async (meanwhile: (made: ScriptedRig) => void, kind: 'repair' | 'teardown' = 'repair') => {
      const made = rig();
      meanwhile(made);
      const seen = await made.look();
      const { steps } = made.planFrom(seen, kind);
      return Object.fromEntries(namesToAsk(steps, made.playbook, seen.observations, made.types));
    };
    expect(
      await asked(({ world }) => {
        world.drift('a', 'size', 7);
      }),
    ).toEqual({ a: ['lb.example'] });
    expect(
      await asked(({ world }) => {
        world.drift('a', 'pinned', 7);
      }),
    ).toEqual({});
    expect(
      await asked(({ world }) => {
        world.remove('a');
      }),
    ).toEqual({});
    expect(await asked(() => undefined, 'teardown')).toEqual({ a: ['lb.example'] });
  });

  test('is refused by the plan unless downtime is allowed, and says what serves', async () => {
    const made = rig();
    made.world.drift('a', 'size', 7);
    const seen = await made.look();
    const leads = new Map([
      ['a', { kind: 'told', leads: [{ to: 'lb.example', serves: 'targets', seen: true }] } as const],
    ]);
    const led = { ...seen, observations: { ...seen.observations, leads } };
    expect(made.planFrom(led, 'repair').refusals.map((each) => each.text)).toEqual([
      expect.stringContaining('a (leads to lb.example: targets)'),
    ]);
    expect(made.planFrom(led, 'repair', [], { allowDowntime: true }).refusals).toEqual([]);
    expect(made.planFrom(seen, 'repair').refusals).toEqual([]);
  });
});

describe('what a step is estimated by', () => {
  test('the change that it makes, or waits for', () => {
    expect(changeOf({ action: 'create', afterImage: {} })).toBe('create');
    expect(changeOf({ action: 'delete', afterImage: null })).toBe('delete');
    expect(changeOf({ action: 'wait', afterImage: null })).toBe('delete');
    expect(changeOf({ action: 'wait', afterImage: {} })).toBe('create');
    expect(changeOf({ action: 'verify', afterImage: null })).toBeUndefined();
  });

  test('its neighbours, each once, with what is there of them', async () => {
    const rig = scriptedRig('lb; group; app -> lb.arn, at=lb.name, group.arn; other');
    rig.world.remove('group');
    const { observations } = await rig.look();
    const neighbours = neighboursOf(componentOf(rig, 'app'), rig.playbook, observations)();
    expect(neighbours.map((each) => [each.type, each.spec, each.state === undefined])).toEqual([
      ['test/node', { name: 'lb', size: 1 }, false],
      ['test/node', { name: 'group', size: 1 }, true],
    ]);
    expect(stateOf('lb', observations)).toMatchObject({ status: 'active' });
    expect(stateOf('group', observations)).toBeUndefined();
    expect(stateOf('nobody', observations)).toBeUndefined();
    const dangling = {
      ...componentOf(rig, 'app'),
      references: componentOf(rig, 'app').references.map((each) => ({ ...each, component: 'x' })),
    };
    expect(neighboursOf(dangling, rig.playbook, observations)()).toEqual([]);
  });
});

describe('a plan', () => {
  test('has something pending where there are steps, or pieces that are blocked', async () => {
    const rig = scriptedRig('a; b');
    expect(isPending(await rig.plan())).toBe(false);
    rig.world.hide('a');
    expect(isPending(await rig.plan())).toBe(true);
    rig.world.see('a');
    rig.world.remove('b');
    expect(isPending(await rig.plan())).toBe(true);
  });

  test('is told without secrets in any of its words and values; its ids are left alone', async () => {
    const secret: Redactor = {
      text: (text) => text.replaceAll('secret', '(hidden)'),
      masked: (text) => text,
      json: (json) => JSON.parse(JSON.stringify(json).replaceAll('secret', '(hidden)')) as Json,
    };
    const rig = scriptedRig('a type=test/record; b; c', {
      types: { 'test/record': { claim: () => ({ strange: 'secret', proof: undefined }) } },
    });
    rig.world.drift('a', 'size', 'secret');
    rig.world.remove('b');
    const plain = await rig.plan('repair', [], { accepted: consentsIn(['a:ownership']) });
    const plan: Plan = {
      ...plain,
      refusals: [{ kind: 'limit', text: 'no secret' } as unknown as Plan['refusals'][number]],
    };
    expect(JSON.stringify(plan)).toContain('secret');
    const told = redactedPlan(plan, secret);
    expect(JSON.stringify(told)).not.toContain('secret');
    expect(told.steps.map((step) => step.id)).toEqual(plan.steps.map((step) => step.id));
    expect(told.steps.find((step) => step.id === 'b.create')?.before).toBeNull();
    expect(partOf(told, 'a').consents).toHaveLength(1);
    expect(partOf(told, 'c')).not.toHaveProperty('consents');
    expect(redactedPlan(plain, nothingToRedact)).toEqual(plain);
  });

  test('says on one line what somebody else has written on several', async () => {
    const rig = scriptedRig('a');
    rig.world.see('a', ({ at }) => ({ kind: 'unknown', reason: 'denied', detail: 'first\nsecond\u001b[31m', at }));
    const plan = await rig.plan();
    expect(partOf(plan, 'a').because).toContain('\n');
    expect(partOf(redactedPlan(plan, nothingToRedact), 'a').because).not.toMatch(/[\n\u001b]/);
  });
});
