// What taking a run back is to do about each piece, and what it says will not be as it was.
import { describe, expect, test } from 'vitest';
import { assess } from '../../../src/assess/assess.ts';
import { buildGraph } from '../../../src/graph/graph.ts';
import { observations } from '../../../src/observe/look.ts';
import { makePlan } from '../../../src/plan/make.ts';
import type { NotRestored, Plan } from '../../../src/plan/plan.ts';
import { edgesOf } from '../../../src/playbook/checks/edges.ts';
import type { PastRun } from '../../../src/undo/past.ts';
import { playbookBefore, type LostValue } from '../../../src/undo/playbook-before.ts';
import { undoOf, undoneBy, type Undo } from '../../../src/undo/undo.ts';
import { awsError } from '../../helpers/scripted.ts';
import {
  decisionLine,
  identity,
  scriptedRig,
  stepLines,
  type RigOptions,
  type ScriptedRig,
  type ScriptedRun,
} from '../../helpers/scripted-rig.ts';
import { recallOf } from '../../helpers/rig.ts';

interface Planned {
  readonly undo: Undo;
  readonly plan: Plan;
  readonly lost: readonly LostValue[];
  readonly told: readonly NotRestored[];
}

async function undoOfPast(rig: ScriptedRig, past: PastRun): Promise<Planned> {
  const { playbook, types, observeContext } = rig;
  const { scope } = observeContext;
  const { playbook: before } = playbookBefore({ playbook, past, types, scope });
  const graph = buildGraph([...before.components.keys()], edgesOf(before));
  const seen = await observations(before, graph.createOrder, observeContext);
  const inputs = { playbook, graph, past, types, scope, observations: seen };
  const undo = undoOf(inputs);
  const plan = makePlan({
    playbook: undo.playbook,
    graph,
    types,
    identity,
    kind: 'undo',
    observations: seen,
    assessments: assess(undo.playbook, graph, seen, types),
    excluded: new Set(),
    goals: undo.goals,
    awsCalls: 0,
  });
  return { undo, plan, lost: undo.lost, told: undoneBy(plan, undo, inputs).notRestored };
}

function undoOfRun(rig: ScriptedRig, run: ScriptedRun): Promise<Planned> {
  return undoOfPast(rig, recallOf([run.journal]));
}

/** A run, then what happens since, then the undo. */
async function takenBack(
  text: string,
  options: RigOptions,
  before: (rig: ScriptedRig) => void,
  since: (rig: ScriptedRig) => void = () => undefined,
  kind: 'repair' | 'rebuild' | 'teardown' = 'repair',
): Promise<Planned> {
  const rig = scriptedRig(text, options);
  before(rig);
  const run = await rig.run(kind);
  expect(run.report.result).toBe('succeeded');
  since(rig);
  return undoOfRun(rig, run);
}

const nothing = (): void => undefined;
const without =
  (...names: readonly string[]) =>
  ({ world }: ScriptedRig): void => {
    world.remove(...names);
  };
const drifted =
  (name: string, field: string, value: number | string) =>
  ({ world }: ScriptedRig): void => {
    world.drift(name, field, value);
  };
const again =
  (name: string, fields: object, tags: Readonly<Record<string, string>> | undefined = { 'relight:playbook': 'shop' }) =>
  ({ world }: ScriptedRig): void => {
    world.remove(name);
    world.make(name, { name, size: 1, ...fields }, tags);
  };

describe('what is done about a piece', () => {
  test('that the run made: it is deleted', async () => {
    const { plan } = await takenBack('a; b', {}, without('a'));
    expect(decisionLine(plan, 'a')).toBe('delete: run run-1 made it');
    expect(decisionLine(plan, 'b')).toBe('keep: the run did not touch it');
    expect(stepLines(plan)).toEqual(['a.delete']);
  });

  test('that the run made and that is gone: nothing', async () => {
    const { plan } = await takenBack('a', {}, without('a'), without('a'));
    expect(decisionLine(plan, 'a')).toBe('keep: already gone');
  });

  test('that the run changed: it is changed back', async () => {
    const { plan } = await takenBack('a', {}, drifted('a', 'size', 7));
    expect(decisionLine(plan, 'a')).toBe('update: run run-1 changed it');
    expect(plan.steps[0]?.differences).toMatchObject([{ path: 'size', desired: 7, actual: 1 }]);
  });

  test('that the run deleted: it is made again as it was, with the tags that it had', async () => {
    const { plan, undo } = await takenBack(
      'a',
      {},
      ({ world }) => {
        world.drift('a', 'size', 7);
        world.set('a', { tags: { 'relight:playbook': 'shop', team: 'wonderland', 'aws:made': 'by AWS' } });
      },
      nothing,
      'teardown',
    );
    expect(decisionLine(plan, 'a')).toBe('create: run run-1 deleted it');
    expect(plan.steps[0]?.afterImage).toEqual({ name: 'a', size: 7 });
    expect(undo.playbook.components.get('a')?.tags).toEqual({ 'relight:playbook': 'shop', team: 'wonderland' });
  });

  test('that the run replaced: it is brought back to what it was', async () => {
    const { plan, undo } = await takenBack('base; a -> pinned=base.name', {}, drifted('a', 'pinned', 'old'));
    expect(undo.goals.get('a')).toEqual({ kind: 'restore', because: 'run run-1 replaced it' });
    expect(stepLines(plan)).toEqual(['a.delete', 'a.create after a.delete']);
  });

  test('that is as it was before the run by now: nothing', async () => {
    const back = drifted('a', 'size', 7);
    const { plan } = await takenBack('a', {}, back, back);
    expect(decisionLine(plan, 'a')).toBe('keep: as before the run');
    const { plan: deleted } = await takenBack('a', {}, nothing, again('a', {}), 'teardown');
    expect(decisionLine(deleted, 'a')).toBe('keep: as before the run');
  });
});

describe('what others did since stays', () => {
  test.each([
    ['made by the run, is another one by now', without('a'), again('a', {}), 'is not deleted: it is another one'],
    ['made by the run, has been changed since', without('a'), drifted('a', 'size', 9), 'is not deleted: it has been'],
    ['changed by the run, has been changed since', drifted('a', 'size', 7), drifted('a', 'size', 9), 'is not brought'],
    [
      'changed by the run, is another one by now',
      drifted('a', 'size', 7),
      again('a', {}),
      'is not brought back: it is',
    ],
  ])('a piece that was %s is left alone', async (_what, before, since, because) => {
    const { plan } = await takenBack('a', {}, before, since);
    expect(decisionLine(plan, 'a')).toContain(`blocked: ${because}`);
    expect(plan.steps).toEqual([]);
  });

  test('which fields have been changed is told, and those that are left to others do not count', async () => {
    const twice = ({ world }: ScriptedRig): void => {
      world.drift('a', 'size', 9);
      world.drift('a', 'links', { base: 'x' });
    };
    const { plan } = await takenBack('a -> base.name; base', {}, without('a'), twice);
    expect(decisionLine(plan, 'a')).toBe('blocked: is not deleted: it has been changed since: size, links.base');
    const { plan: ignoring } = await takenBack('a ignore=size', {}, without('a'), drifted('a', 'size', 9));
    expect(decisionLine(ignoring, 'a')).toBe('delete: run run-1 made it');
  });

  test('a piece that was deleted by the run and made again otherwise is left alone', async () => {
    const { plan } = await takenBack('a', {}, nothing, again('a', { size: 9 }), 'teardown');
    expect(decisionLine(plan, 'a')).toBe(
      'blocked: is not brought back: it has been made again since, and otherwise than it was',
    );
  });

  test('a piece that another one needs which was made since is not deleted; one that was there before may go on', async () => {
    const later = await takenBack('a; b -> a', {}, without('a', 'b'), nothing);
    expect(stepLines(later.plan)).toEqual(['b.delete', 'a.delete after b.delete']);
    const rig = scriptedRig('a; b -> a', {});
    rig.world.remove('a', 'b');
    const seen = await rig.look();
    const run = await rig.execute(seen, rig.planFrom(seen, 'repair', ['b']));
    again('b', {})(rig);
    expect(decisionLine((await undoOfRun(rig, run)).plan, 'a')).toBe(
      'blocked: is not deleted: b, which was made since, needs it',
    );
    rig.world.remove('b');
    expect(decisionLine((await undoOfRun(rig, run)).plan, 'a')).toBe('delete: run run-1 made it');
    const { plan: before } = await takenBack('a; b -> a', {}, without('a'));
    expect(decisionLine(before, 'a')).toBe('delete: run run-1 made it');
  });
});

describe('a run that did not write down what it left', () => {
  /** The run ended right after it had sent its change. */
  async function cutOff(
    text: string,
    before: (rig: ScriptedRig) => void,
    since: (rig: ScriptedRig) => void = nothing,
  ): Promise<Planned> {
    const rig = scriptedRig(text);
    before(rig);
    const { journal } = await rig.run();
    const sent = journal.records.findIndex((each) => each.type === 'step-intended' && each.step.startsWith('a.'));
    expect(sent).toBeGreaterThan(0);
    since(rig);
    return undoOfPast(rig, recallOf([{ ...journal, records: journal.records.slice(0, sent + 1) }]));
  }

  test('made the piece if that carries its tag, and not if it does not', async () => {
    const ours = await cutOff('a', without('a'));
    expect(decisionLine(ours.plan, 'a')).toBe('delete: run run-1 made it');
    const untagged = await cutOff('a', without('a'), again('a', {}, {}));
    expect(decisionLine(untagged.plan, 'a')).toBe(
      'blocked: is not deleted: the run did not write down that it made it, and nothing tells that it did',
    );
  });

  test('made a piece of a kind without tags if that is as the playbook wants it', async () => {
    const asWanted = await cutOff('a', without('a'), again('a', {}, undefined));
    expect(asWanted.undo.goals.get('a')).toEqual({ kind: 'remove', because: 'run run-1 made it' });
    const other = await cutOff('a', without('a'), ({ world }) => {
      world.set('a', { tags: undefined });
      world.drift('a', 'size', 9);
    });
    expect(other.undo.goals.get('a')?.kind).toBe('refused');
  });

  test('changed the piece: its image tells what was there before', async () => {
    const { plan } = await cutOff('a', drifted('a', 'size', 7));
    expect(decisionLine(plan, 'a')).toBe('update: run run-1 changed it');
  });

  test('of which AWS refused every change has changed nothing', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    rig.world.on('update a', () => {
      throw awsError('AccessDenied');
    });
    const run = await rig.run();
    expect(decisionLine((await undoOfRun(rig, run)).plan, 'a')).toBe('keep: the run did not touch it');
  });
});

test('what an earlier undo has half done is no change of others: it goes on', async () => {
  const rig = scriptedRig('a; b', {});
  rig.world.drift('a', 'size', 7);
  rig.world.remove('b');
  const run = await rig.run();
  rig.world.drift('a', 'size', 9);
  rig.world.drift('b', 'size', 9);
  const past = recallOf([run.journal]);
  const half = { ...past, halfUndone: new Set(['a', 'b']) };
  expect(decisionLine((await undoOfPast(rig, past)).plan, 'a')).toContain('blocked');
  const { plan } = await undoOfPast(rig, half);
  expect(decisionLine(plan, 'a')).toBe('update: run run-1 changed it');
  expect(decisionLine(plan, 'b')).toBe('delete: run run-1 made it');
});

describe('a piece that no words of a playbook bring back', () => {
  const lacking = (requiredWhenOwned: readonly (string | readonly string[])[]): RigOptions => ({
    types: { 'test/node': { requiredWhenOwned } },
  });

  test('since no spec can say what must be said to make it', async () => {
    const { plan } = await takenBack('a', lacking(['size', 'zone']), nothing, nothing, 'teardown');
    expect(decisionLine(plan, 'a')).toBe('blocked: cannot be made again: no spec can say its zone');
    const { plan: either } = await takenBack('a', lacking([['zone', 'place']]), nothing, nothing, 'teardown');
    expect(decisionLine(either, 'a')).toBe('blocked: cannot be made again: no spec can say its zone or place');
    const { plan: enough } = await takenBack('a', lacking([['zone', 'size']]), nothing, nothing, 'teardown');
    expect(decisionLine(enough, 'a')).toBe('create: run run-1 deleted it');
  });
});

describe('references', () => {
  test('what comes back belongs together again: old ids become those of the new pieces', async () => {
    const { plan, undo } = await takenBack('lb; app -> lb.arn; x', {}, nothing, nothing, 'teardown');
    expect(undo.playbook.components.get('app')?.spec).toMatchObject({ links: { lb: '${lb.arn}' } });
    expect(undo.playbook.components.get('app')?.references).toMatchObject([
      { from: 'app', path: 'links.lb', component: 'lb', output: 'arn' },
    ]);
    expect(stepLines(plan)).toEqual(['lb.create', 'x.create', 'app.create after lb.create']);
    expect(undo.lost).toEqual([]);
  });

  test('a piece that the run left alone follows one that is made again', async () => {
    const rig = scriptedRig('lb; app -> lb.arn');
    rig.world.remove('lb');
    rig.world.drift('app', 'links', { lb: 'arn:lb:2' });
    const run = await rig.run();
    expect(run.report.steps.map((each) => each.id)).toContain('lb.create');
    expect(rig.world.pieces.get('app')?.fields['links']).toEqual({ lb: 'arn:lb:2' });
    const { undo } = await undoOfRun(rig, run);
    expect(undo.playbook.components.get('app')?.references.map((each) => each.component)).toEqual(['lb']);
  });

  describe('to a piece that was gone when the run began', () => {
    const before = ({ world }: ScriptedRig): void => {
      world.remove('lb');
    };

    test('are named again, and that is told', async () => {
      const { plan, lost, told } = await takenBack('lb; app -> lb.arn', {}, before);
      expect(lost).toEqual([{ component: 'app', path: 'links.lb', now: 'lb', becomes: 'again' }]);
      expect(plan.steps.map((step) => step.id).toSorted()).toEqual(['app.update', 'lb.delete']);
      expect(plan.steps.find((step) => step.id === 'app.update')?.afterImage).toMatchObject({
        links: { lb: 'arn:lb:1' },
      });
      expect(told).toContainEqual({
        component: 'app',
        what: 'links.lb',
        because: 'names again what it named before run run-1 made lb, which may well be gone',
      });
    });

    test('stay with what the run made, where AWS takes no name of what is gone', async () => {
      const types = { 'test/node': { mustExist: ['links'] } };
      const { lost, told } = await takenBack('lb; app -> lb.arn', { types }, before);
      expect(lost).toEqual([{ component: 'app', path: 'links.lb', now: 'lb', becomes: 'stays' }]);
      expect(told).toContainEqual({
        component: 'app',
        what: 'links.lb',
        because: 'what it named is gone; it goes on naming the lb of run run-1',
      });
    });

    test('keep what the run made from going, where they hold it', async () => {
      const types = { 'test/node': { mustExist: ['links'], heldBy: ['test/node'] } };
      const { lost, plan, undo } = await takenBack('lb; app -> lb.arn', { types }, before);
      expect(lost.map((each) => each.becomes)).toEqual(['held']);
      expect(undo.goals.get('lb')).toEqual({
        kind: 'refused',
        because: 'stays: app needs it, since what its links.lb named before is gone',
      });
      expect(decisionLine(plan, 'app')).toBe('keep: as before the run');
      expect(plan.steps).toEqual([]);
    });
  });
});

describe('what does not come back is told', () => {
  test('ids that AWS gives anew, and nothing that stays the same', async () => {
    const { told } = await takenBack('a', {}, nothing, nothing, 'teardown');
    expect(told).toEqual([
      { component: 'a', what: 'arn', because: 'was arn:a:1; AWS gives a new one' },
      { component: 'a', what: 'revision', because: 'was a:1:1; AWS gives a new one' },
    ]);
  });

  test('of an update only what each update renews', async () => {
    const { told } = await takenBack('a', {}, drifted('a', 'size', 7));
    expect(told.map((each) => each.what)).toEqual(['revision']);
  });

  test('nothing of what the run made: that goes as it came', async () => {
    expect((await takenBack('a', {}, without('a'))).told).toEqual([]);
  });

  test('a field that the run added and that a spec cannot take away', async () => {
    const { told } = await takenBack('a', {}, ({ world }) => {
      world.set('a', { fields: { name: 'a' } });
    });
    expect(told).toContainEqual({
      component: 'a',
      what: 'size',
      because: 'was not there before; a spec that does not name it leaves it alone',
    });
  });
});

test('a shared piece, and the way the playbook looks after the service, are no matter of an undo', async () => {
  const rig = scriptedRig('base shared; a -> base.arn');
  rig.world.remove('a');
  const run = await rig.run();
  const { undo } = await undoOfRun(rig, run);
  expect(undo.playbook.verify).toEqual([]);
  expect(undo.playbook.components.get('base')?.spec).toEqual({ name: 'base', size: 1 });
  expect(undo.playbook.components.get('a')?.dependsOn).toEqual(['base']);
});
