// What must hold for every plan and every run, tried on random playbooks in random worlds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepGraph } from '../../src/plan/make.ts';
import type { Plan, PlanKind } from '../../src/plan/plan.ts';
import { downstreamOf, upstreamOf } from '../../src/graph/graph.ts';
import { drawn } from '../helpers/sized.ts';
import { scriptedRig, type RigOptions, type ScriptedRig } from '../helpers/scripted-rig.ts';

const runs = drawn({ quick: 80, long: 500 });
const fewer = drawn({ quick: 30, long: 200 });

const types: NonNullable<RigOptions['types']> = {
  'test/held': { heldBy: ['test/node', 'test/entry'] },
  'test/remedied': { remedy: 'update' },
  'test/fragile': { remedy: 'replace', heldBy: ['test/held'] },
  'test/inert': { inert: true },
};
const typeNames = ['test/node', 'test/node', 'test/entry', ...Object.keys(types)];

const fortunes = [
  'fine',
  'fine',
  'absent',
  'absent',
  'drifted',
  'pinned',
  'sick',
  'coming',
  'going',
  'unknown',
  'foreign',
  'untagged',
  'tag-protected',
] as const;
type Fortune = (typeof fortunes)[number];

interface Part {
  readonly type: string;
  readonly shared: boolean;
  readonly protect: boolean;
  readonly owned: boolean;
  readonly onOrphan: '' | 'keep' | 'replace';
  readonly needs: readonly { readonly on: number; readonly how: number }[];
  readonly fortune: Fortune;
}

/** Nodes need only earlier ones, so that there is no cycle; node 0 is the root and owns the others. */
function parts(possible: readonly Fortune[]): fc.Arbitrary<readonly Part[]> {
  const part = fc.record<Part>({
    type: fc.constantFrom(...typeNames),
    shared: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    protect: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    owned: fc.boolean(),
    onOrphan: fc.constantFrom('', '', '', 'keep', 'replace'),
    needs: fc.array(fc.record({ on: fc.nat({ max: 30 }), how: fc.nat({ max: 4 }) }), { maxLength: 3 }),
    fortune: fc.constantFrom(...possible),
  });
  return fc.array(part, { minLength: 1, maxLength: 12 });
}

const kinds = fc.constantFrom<PlanKind>('repair', 'rebuild', 'teardown');

/** The text of the playbook; `rootAt` is the owner. */
function textOf(list: readonly Part[], rootAt: number): string {
  return list
    .map((part, index) => {
      const used = new Set<number>();
      const needs = part.needs.flatMap(({ on, how }) => {
        const other = index === 0 ? -1 : on % index;
        if (other < 0 || used.has(other)) return [];
        used.add(other);
        const id = `n${other}`;
        return [[id, `${id}.arn`, `${id}.name`, `${id}.revision`, `pinned=${id}.arn`][how] ?? id];
      });
      // Two references at one field would be one field.
      const pinned = needs.filter((each) => each.startsWith('pinned='));
      const sound = needs.filter((each) => !each.startsWith('pinned=') || each === pinned[0]);
      const words = [
        `n${index}`,
        `type=${part.type}`,
        ...(part.shared ? ['shared'] : []),
        ...(part.protect ? ['protect'] : []),
        ...(part.owned && index !== rootAt && !part.shared ? [`owner=n${rootAt}`] : []),
        ...(part.onOrphan === '' ? [] : [part.onOrphan]),
      ];
      return `${words.join(' ')} -> ${sound.join(', ')}`;
    })
    .join('; ');
}

function rigOf(list: readonly Part[], rootAt: number): ScriptedRig {
  const rig = scriptedRig(textOf(list, rootAt % list.length), { types });
  const { world } = rig;
  list.forEach(({ fortune }, index) => {
    const id = `n${index}`;
    const tags = world.pieces.get(id)?.tags;
    switch (fortune) {
      case 'fine':
        return;
      case 'absent':
        world.remove(id);
        return;
      case 'drifted':
        world.drift(id, 'size', 7);
        return;
      case 'pinned':
        if ('pinned' in (world.pieces.get(id)?.fields ?? {})) world.drift(id, 'pinned', 'another');
        return;
      case 'sick':
        // Heals by itself in the end, sooner with a remedy.
        world.set(id, { status: 'sick', until: rig.clock.now() + 60_000 });
        return;
      case 'coming':
        world.set(id, { status: 'creating', until: rig.clock.now() + 20_000 });
        return;
      case 'going':
        world.set(id, { status: 'deleting', until: rig.clock.now() + 20_000 });
        return;
      case 'unknown':
        world.hide(id);
        return;
      case 'foreign':
        world.set(id, { tags: { 'relight:playbook': 'billing' } });
        return;
      case 'untagged':
        world.set(id, { tags: {} });
        return;
      case 'tag-protected':
        world.set(id, { tags: { ...tags, 'relight:protect': 'true' } });
        return;
    }
  });
  return rig;
}

const world = fc.record({ list: parts(fortunes), rootAt: fc.nat({ max: 20 }), kind: kinds });

/** All steps that must be over before a step may start. */
function before(plan: Plan, step: string): ReadonlySet<string> {
  return upstreamOf(stepGraph(plan.steps), [step]);
}

async function forEveryPlan(check: (plan: Plan, rig: ScriptedRig) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(world, async ({ list, rootAt, kind }) => {
      const rig = rigOf(list, rootAt);
      check(await rig.plan(kind), rig);
    }),
    runs,
  );
}

describe(`every plan (seed ${runs.seed})`, () => {
  test('orders its steps without a cycle, and lists them in an order in which they could run', async () => {
    await forEveryPlan((plan) => {
      const done = new Set<string>();
      expect(stepGraph(plan.steps).createOrder).toHaveLength(plan.steps.length);
      for (const step of plan.steps) {
        for (const other of step.after) expect(done).toContain(other);
        done.add(step.id);
      }
    });
  });

  test('has no step for what is unknown or foreign, none that changes what is shared', async () => {
    await forEveryPlan((plan) => {
      const parts = new Map(plan.components.map((each) => [each.id, each]));
      for (const step of plan.steps) {
        const part = parts.get(step.component);
        expect(['unknown', ...(part?.shared === true ? [] : ['foreign'])]).not.toContain(part?.verdict);
        if (part?.shared === true) expect(step.action).toBe('wait');
      }
    });
  });

  test('makes and changes nothing downstream of what is blocked', async () => {
    await forEveryPlan((plan, rig) => {
      if (plan.strategy === 'teardown') return;
      const blocked = plan.components.filter((each) => each.disposition === 'blocked').map((each) => each.id);
      const below = downstreamOf(rig.graph, blocked);
      // To watch what arrives by itself changes nothing.
      const acting = plan.steps.filter((step) => step.action !== 'wait');
      for (const step of acting) expect(below).not.toContain(step.component);
    });
  });

  test('deletes nothing that is protected, shared, foreign or unseen', async () => {
    await forEveryPlan((plan) => {
      const parts = new Map(plan.components.map((each) => [each.id, each]));
      for (const step of plan.steps.filter((each) => each.destructive)) {
        const part = parts.get(step.component);
        expect(part?.protected).toBe(false);
        expect(part?.shared).toBe(false);
      }
    });
  });

  test('creates after what is created upstream, deletes after what is deleted downstream', async () => {
    await forEveryPlan((plan, rig) => {
      const of = (action: string): readonly string[] =>
        plan.steps.filter((step) => step.action === action).map((step) => step.component);
      for (const id of of('create')) {
        const earlier = before(plan, `${id}.create`);
        const upstream = upstreamOf(rig.graph, [id]);
        for (const other of of('create')) if (upstream.has(other)) expect(earlier).toContain(`${other}.create`);
        for (const other of of('update')) if (upstream.has(other)) expect(earlier).toContain(`${other}.update`);
      }
      for (const id of of('delete')) {
        const earlier = before(plan, `${id}.delete`);
        const downstream = downstreamOf(rig.graph, [id]);
        for (const other of of('delete')) if (downstream.has(other)) expect(earlier).toContain(`${other}.delete`);
      }
    });
  });

  test('takes nothing away from under a piece that stays and holds it', async () => {
    await forEveryPlan((plan, rig) => {
      const gone = new Set(plan.steps.filter((step) => step.destructive).map((step) => step.component));
      for (const part of plan.components) {
        if (gone.has(part.id) || !part.present || part.settling === 'going') continue;
        for (const reference of rig.playbook.components.get(part.id)?.references ?? []) {
          const other = rig.playbook.components.get(reference.component);
          const holds = rig.types.get(other?.type ?? '')?.traits.heldBy.includes(part.type) === true;
          if (holds || plan.strategy === 'teardown') {
            // A shared holder is not ours to move: what it holds stays as well.
            expect(gone).not.toContain(reference.component);
          }
        }
      }
    });
  });

  test('gives the same bytes when it is made twice', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ list, rootAt, kind }) => {
        const rig = rigOf(list, rootAt);
        const seen = await rig.look();
        const bytes = JSON.stringify(rig.planFrom(seen, kind));
        expect(JSON.stringify(rig.planFrom(seen, kind))).toBe(bytes);
        expect(JSON.stringify(await rigOf(list, rootAt).plan(kind))).toBe(bytes);
      }),
      fewer,
    );
  });

  test('is empty for the repair of a healthy world', async () => {
    await fc.assert(
      fc.asyncProperty(parts(['fine']), fc.nat({ max: 20 }), async (list, rootAt) => {
        const plan = await rigOf(list, rootAt).plan('repair');
        expect(plan.steps).toEqual([]);
        expect(plan.summary.blocked).toBe(0);
      }),
      fewer,
    );
  });
});

describe(`every run (seed ${runs.seed})`, () => {
  const scenes = fc.record({
    list: parts(fortunes),
    rootAt: fc.nat({ max: 20 }),
    kind: fc.constantFrom<PlanKind>('repair', 'rebuild'),
  });

  test('that succeeds leaves a world in which there is nothing to repair', async () => {
    let complete = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async ({ list, rootAt, kind }) => {
        const rig = rigOf(list, rootAt);
        rig.world.takes.create = 5;
        rig.world.takes.delete = 5;
        const plan = await rig.plan(kind);
        const run = await rig.run(kind);
        const failed = run.report.steps.filter((step) => step.status !== 'succeeded');
        expect(failed).toEqual([]);
        const again = await rig.plan('repair');
        if (plan.summary.blocked > 0) {
          // What was blocked may be possible now that others are back; that must come to an end, too.
          await rig.run('repair');
          expect((await rig.plan('repair')).steps.filter((step) => step.action !== 'wait')).toEqual([]);
          return;
        }
        complete += 1;
        expect(again.steps).toEqual([]);
        expect(again.summary.blocked).toBe(0);
      }),
      runs,
    );
    // A property that holds because nothing was ever complete would say nothing.
    expect(complete).toBeGreaterThan(runs.numRuns / 10);
  });

  test('of a teardown takes all that it may, and a second one finds nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ list: parts(fortunes), rootAt: fc.nat({ max: 20 }) }), async ({ list, rootAt }) => {
        const rig = rigOf(list, rootAt);
        rig.world.takes.delete = 5;
        const run = await rig.run('teardown');
        expect(run.report.steps.filter((step) => step.status !== 'succeeded')).toEqual([]);
        expect((await rig.plan('teardown')).steps).toEqual([]);
        for (const change of rig.world.changes) expect(change).toMatch(/^delete /);
      }),
      runs,
    );
  });
});
