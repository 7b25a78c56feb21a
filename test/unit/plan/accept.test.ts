// Pieces without tags whose content nothing proves to be ours, and names that somebody else points at: what a plan leaves
// alone, and what it says to type.
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/components/contract.ts';
import { accepting } from '../../helpers/accepting.ts';
import { awsError, type Piece, type ScriptedSpec, type TypeOptions } from '../../helpers/scripted.ts';
import {
  decisionLine,
  partOf,
  scriptedRig,
  stepLines,
  type Allowances,
  type ScriptedRig,
  type ScriptedRun,
} from '../../helpers/scripted-rig.ts';

const types: Readonly<Record<string, TypeOptions>> = {
  'test/record': {
    claim: (spec, state) =>
      state.fields['size'] === spec['size']
        ? { strange: undefined, proof: 'it names a piece' }
        : { strange: JSON.stringify(state.fields['size']), proof: undefined },
  },
};

function drifted(): ScriptedRig {
  const rig = scriptedRig('base; app type=test/record; child -> app', { types });
  rig.world.drift('app', 'size', 'theirs');
  return rig;
}

describe('content that nothing proves to be ours', () => {
  test('what no plan can ask for is not among what to type', async () => {
    const plan = await drifted().plan('repair', [], { accepted: accepting('base:cascade', 'base:ownership') });
    const { because } = partOf(plan, 'app');
    expect(because).toContain('--accept app:ownership --accept base:ownership');
    expect(because).not.toContain('base:cascade');
  });

  test.each(['repair', 'rebuild', 'teardown'] as const)(
    'is not changed by a %s; the plan says what to type',
    async (kind) => {
      const plan = await drifted().plan(kind);
      expect(partOf(plan, 'app')).toMatchObject({ disposition: 'blocked', blockedBy: 'app' });
      const verb = kind === 'teardown' ? 'teardown' : 'recover';
      const strategy = kind === 'rebuild' ? ' --strategy rebuild' : '';
      expect(partOf(plan, 'app').because).toContain(`relight ${verb} playbook.yaml${strategy} --accept app:ownership`);
      expect(partOf(plan, 'app').because).toContain(`says "theirs", which is not provably this playbook's`);
      expect(plan.steps.filter((step) => step.component === 'app')).toEqual([]);
    },
  );

  test('is changed once accepted, and the plan carries that', async () => {
    const plan = await drifted().plan('repair', [], { accepted: accepting('app:ownership') });
    expect(decisionLine(plan, 'app')).toBe('update: size differs');
    expect(plan.accepted).toEqual(['app:ownership']);
  });

  test('accepting another component is no help', async () => {
    const plan = await drifted().plan('repair', [], { accepted: accepting('base:ownership') });
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
    'test/lb': { aliases: () => ['lb.example'] },
    'test/zone': {
      listsReferrers: true,
      observe: async (targets, { noteReferrer: point, now }) => {
        point?.({ from: 'CNAME www.example in zone Z1', component, to: 'lb.example' });
        return new Map(targets.map(({ id, spec }) => [id, there(spec, now())]));
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
    expect(because).toContain('relight recover playbook.yaml --strategy rebuild --accept lb:referrers');
  });

  test('is deleted when that is accepted', async () => {
    const rig = scriptedRig('lb type=test/lb; zone type=test/zone shared', { types: pointing(undefined) });
    const plan = await rig.plan('teardown', [], { accepted: accepting('lb:referrers') });
    expect(stepLines(plan)).toEqual(['lb.delete']);
  });

  test('goes after a record of the playbook that points at it without saying so', async () => {
    const rig = scriptedRig('lb type=test/lb; record type=test/zone', { types: pointing('record') });
    expect(stepLines(await rig.plan('teardown'))).toEqual(['record.delete', 'lb.delete after record.delete']);
  });

  test('stays while a record of the playbook that points at it stays, accepted or not', async () => {
    const rig = scriptedRig('lb type=test/lb; record type=test/zone protect', { types: pointing('record') });
    const plan = await rig.plan('teardown', [], { accepted: accepting('lb:referrers') });
    expect(decisionLine(plan, 'lb')).toBe(
      'blocked: cannot be deleted while record (CNAME www.example in zone Z1) points at it: let the playbook say so of record, which is changed with it then [by record]',
    );
  });
});

describe('a name of which nobody could see what points at it', () => {
  const types: Readonly<Record<string, TypeOptions>> = {
    'test/lb': { aliases: () => ['lb.example'], heldBy: ['test/zone'] },
    'test/zone': { listsReferrers: true },
  };

  test.each(['repair', 'rebuild', 'teardown'] as const)('is not deleted by a %s unless accepted', async (kind) => {
    const rig = scriptedRig('base; lb type=test/lb -> pinned=base.name; zone type=test/zone', { types });
    rig.world.drift('lb', 'pinned', 'x');
    rig.world.hide('zone');
    const plan = await rig.plan(kind);
    expect(partOf(plan, 'lb')).toMatchObject({ disposition: 'blocked', blockedBy: 'zone' });
    expect(partOf(plan, 'lb').because).toContain('zone could not be seen, and with it what else may point at this');
    expect(partOf(plan, 'lb').because).toContain('--accept lb:unseen');
    expect(stepLines(await rig.plan(kind, [], { accepted: accepting('lb:unseen') })).join()).toContain('lb.delete');
  });

  test('stays while what is unseen is said to refer to it, accepted or not', async () => {
    const rig = scriptedRig('lb type=test/lb; record type=test/zone -> lb.arn', { types });
    rig.world.hide('record');
    for (const accepted of [accepting(), accepting('lb:unseen')]) {
      const plan = await rig.plan('rebuild', [], { accepted });
      expect(decisionLine(plan, 'lb')).toBe(
        'blocked: cannot be deleted while record, which could not be seen, needs it [by record]',
      );
    }
  });

  test('is not deleted either when it could be seen for the plan, and no more', async () => {
    const rig = scriptedRig('lb type=test/lb; zone type=test/zone shared', { types });
    const run = (allowances: Allowances): Promise<ScriptedRun> =>
      rig.run('teardown', { verify: false, allowances }, () => {
        rig.world.hide('zone');
      });
    for (const allowances of [{}, { accepted: accepting('lb:unseen') }]) {
      rig.world.see('zone');
      const { report } = await run(allowances);
      expect(report.steps.find((step) => step.id === 'lb.delete')?.error).toMatchObject({
        class: 'denied',
        message: 'nobody can tell whether zone points at it: denied: no look at zone',
      });
    }
    expect(rig.world.changes).toEqual([]);
  });

  test('what was accepted unseen is deleted unseen', async () => {
    const rig = scriptedRig('lb type=test/lb; zone type=test/zone shared', { types });
    rig.world.hide('zone', 'throttled');
    const allowances = { accepted: accepting('lb:unseen') };
    const { report } = await rig.run('teardown', { verify: false, allowances });
    expect(report.steps.map((step) => [step.id, step.status])).toEqual([['lb.delete', 'succeeded']]);
  });
});

describe('data that no before-image keeps', () => {
  /** A table with so many items; undefined: nobody may count them. */
  const holding = (items: () => number | undefined): Readonly<Record<string, TypeOptions>> => ({
    'test/table': {
      heldBy: ['test/item'],
      holds: async (_state, own) => {
        const found = items();
        if (found === undefined) throw awsError('AccessDeniedException', 'no Scan for you');
        return found > own ? 'items' : undefined;
      },
    },
    'test/item': {},
  });

  test.each([
    ['that is there', () => 1, 'it holds items'],
    [
      'that nobody could see',
      () => undefined,
      'nobody could see whether it holds anything (AccessDeniedException: no Scan for you)',
    ],
  ])('%s is not deleted unless accepted', async (_what, items, why) => {
    const text = 'base; table type=test/table -> pinned=base.name';
    for (const kind of ['repair', 'rebuild', 'teardown'] as const) {
      const rig = scriptedRig(text, { types: holding(items) });
      rig.world.drift('table', 'pinned', 'x');
      const plan = await rig.plan(kind);
      const { because, disposition } = partOf(plan, 'table');
      expect(disposition).toBe('blocked');
      expect(because).toContain(`cannot be deleted: ${why}, and relight could not put that back. If that may be lost:`);
      expect(because).toContain('--accept table:loss');
      const accepted = await rig.plan(kind, [], { accepted: accepting('table:loss') });
      expect(accepted.steps.map((step) => step.id)).toContain('table.delete');
    }
  });

  test('does not matter where nothing is deleted, nor in what is shared', async () => {
    const rig = scriptedRig('table type=test/table', { types: holding(() => 1) });
    rig.world.drift('table', 'size', 7);
    expect(decisionLine(await rig.plan(), 'table')).toBe('update: size differs');
    const shared = scriptedRig('table type=test/table shared', {
      types: holding(() => {
        throw new Error('it was asked about');
      }),
    });
    expect(decisionLine(await shared.plan(), 'table')).toBe('keep: shared');
  });

  test("is not the playbook's own: that goes first, and has images", async () => {
    const text = 'table type=test/table; one type=test/item -> table.name; two type=test/item -> table.name';
    expect(partOf(await scriptedRig(text, { types: holding(() => 2) }).plan('rebuild'), 'table').disposition).toBe(
      'replace',
    );
    expect(partOf(await scriptedRig(text, { types: holding(() => 3) }).plan('rebuild'), 'table').disposition).toBe(
      'blocked',
    );
    const lost = scriptedRig(text, { types: holding(() => 2) });
    lost.world.remove('two');
    expect(partOf(await lost.plan('rebuild'), 'table').disposition).toBe('blocked');
  });

  test('that has come after the plan is not deleted, nor is what cannot be seen by then', async () => {
    for (const [later, kind] of [
      [1, 'holds-data'],
      [undefined, 'denied'],
    ] as const) {
      let items: number | undefined = 0;
      const rig = scriptedRig('table type=test/table', { types: holding(() => items) });
      const { report } = await rig.run('teardown', { verify: false }, () => {
        items = later;
      });
      expect(report.steps[0]?.error?.class).toBe(kind);
      expect(rig.world.changes).toEqual([]);
    }
  });

  test('is waited for while it cannot be seen just now', async () => {
    let asked = 0;
    const rig = scriptedRig('table type=test/table', {
      types: {
        'test/table': {
          holds: async () => {
            asked += 1;
            if (asked === 2) throw awsError('ThrottlingException');
            return undefined;
          },
        },
      },
    });
    expect((await rig.run('teardown', { verify: false })).report.result).toBe('succeeded');
    // For the plan, in vain, after the pause, and once more after the new look that a pause makes necessary.
    expect(asked).toBe(4);
  });
});

describe('of several that point at a name', () => {
  test('one that is gone by now does not hide the next', async () => {
    let late = false;
    const types: Readonly<Record<string, TypeOptions>> = {
      'test/lb': { aliases: () => ['lb.example'] },
      'test/zone': {
        listsReferrers: true,
        observe: async (targets, { noteReferrer: point, now }) => {
          if (late) for (const { id } of targets) point?.({ from: `CNAME ${id}`, component: id, to: 'lb.example' });
          return new Map(
            targets.map(({ id, spec }) => [id, late && id === 'gone' ? absent(now()) : there(spec, now())]),
          );
        },
      },
    };
    const rig = scriptedRig('lb type=test/lb; gone type=test/zone shared; still type=test/zone shared', { types });
    const { report } = await rig.run('teardown', { verify: false }, () => {
      late = true;
    });
    expect(report.steps.find((step) => step.id === 'lb.delete')?.error).toMatchObject({
      class: 'pointed-at',
      message: 'CNAME still points at it, and would name what is gone: change it first',
    });
  });
});

function absent(at: number): Observation<Piece> {
  return { kind: 'absent', at };
}

function there(fields: ScriptedSpec, at: number): Observation<Piece> {
  const tags = { 'relight:playbook': 'shop' };
  return {
    kind: 'present',
    state: { fields, status: 'active', tags, generation: 1, revision: 1, until: undefined },
    tags,
    at,
  };
}
