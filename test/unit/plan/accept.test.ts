// Pieces without tags whose content nothing proves to be ours, and names that somebody else points at: what a plan leaves
// alone, and what it says to type.
import { describe, expect, test } from 'vitest';
import type { TypeOptions } from '../../helpers/scripted.ts';
import { fateLine, partOf, scriptedRig, stepLines, type ScriptedRig } from '../../helpers/scripted-rig.ts';

const types: Readonly<Record<string, TypeOptions>> = {
  'test/record': {
    stranger: (spec, state) =>
      state.fields['size'] === spec['size'] ? undefined : JSON.stringify(state.fields['size']),
  },
};

function drifted(): ScriptedRig {
  const rig = scriptedRig('base; app type=test/record; child -> app', { types });
  rig.world.drift('app', 'size', 'theirs');
  return rig;
}

describe('content that nothing proves to be ours', () => {
  test.each(['repair', 'rebuild', 'teardown'] as const)(
    'is not changed by a %s; the plan says what to type',
    async (kind) => {
      const plan = await drifted().plan(kind);
      expect(partOf(plan, 'app')).toMatchObject({ disposition: 'blocked', blockedBy: 'app' });
      const verb = kind === 'teardown' ? 'teardown' : 'recover';
      const strategy = kind === 'rebuild' ? ' --strategy rebuild' : '';
      expect(partOf(plan, 'app').because).toContain(`relight ${verb} playbook.yaml${strategy} --accept app`);
      expect(partOf(plan, 'app').because).toContain(`says "theirs", which is not provably this playbook's`);
      expect(plan.steps.filter((step) => step.component === 'app')).toEqual([]);
    },
  );

  test('is changed once accepted, and the plan carries that', async () => {
    const plan = await drifted().plan('repair', [], { accepted: new Set(['app']) });
    expect(fateLine(plan, 'app')).toBe('update: size differs');
    expect(plan.accepted).toEqual(['app']);
  });

  test('accepting another component is no help', async () => {
    const plan = await drifted().plan('repair', [], { accepted: new Set(['base']) });
    expect(partOf(plan, 'app').disposition).toBe('blocked');
  });

  test('does not matter where nothing has to be changed', async () => {
    const rig = scriptedRig('app type=test/record ignore=size', { types });
    rig.world.drift('app', 'size', 'theirs');
    expect(partOf(await rig.plan('repair'), 'app').disposition).toBe('keep');
    expect(partOf(await rig.plan('rebuild'), 'app').disposition).toBe('blocked');
  });
});

describe('a name that is pointed at', () => {
  const pointing = (component: string | undefined): Readonly<Record<string, TypeOptions>> => ({
    'test/lb': { answersTo: () => ['lb.example'] },
    'test/zone': {
      listsPointers: true,
      observe: async (targets, { point, now }) => {
        point?.({ from: 'CNAME www.example in zone Z1', component, to: 'lb.example' });
        return new Map(
          targets.map(({ id, spec }) => {
            const fields = { ...spec };
            const state = { fields, status: 'active', tags: undefined, generation: 1, revision: 1, until: undefined };
            return [id, { kind: 'present' as const, state, tags: undefined, at: now() }];
          }),
        );
      },
    },
  });

  test('is not deleted while a record that is in no component points at it', async () => {
    const rig = scriptedRig('lb type=test/lb; zone type=test/zone shared', { types: pointing(undefined) });
    const plan = await rig.plan('rebuild');
    expect(plan.steps).toEqual([]);
    const { because } = partOf(plan, 'lb');
    expect(because).toContain(
      'cannot be deleted while CNAME www.example in zone Z1, which is in no component, points at it',
    );
    expect(because).toContain('relight recover playbook.yaml --strategy rebuild --accept lb');
  });

  test('is deleted when that is accepted', async () => {
    const rig = scriptedRig('lb type=test/lb; zone type=test/zone shared', { types: pointing(undefined) });
    const plan = await rig.plan('teardown', [], { accepted: new Set(['lb']) });
    expect(stepLines(plan)).toEqual(['lb.delete']);
  });

  test('goes after a record of the playbook that points at it without saying so', async () => {
    const rig = scriptedRig('lb type=test/lb; record type=test/zone', { types: pointing('record') });
    expect(stepLines(await rig.plan('teardown'))).toEqual(['record.delete', 'lb.delete after record.delete']);
  });

  test('stays while a record of the playbook that points at it stays, accepted or not', async () => {
    const rig = scriptedRig('lb type=test/lb; record type=test/zone protect', { types: pointing('record') });
    const plan = await rig.plan('teardown', [], { accepted: new Set(['lb']) });
    expect(fateLine(plan, 'lb')).toBe(
      'blocked: cannot be deleted while record (CNAME www.example in zone Z1) points at it [by record]',
    );
  });
});
