import { beforeAll, describe, expect, test } from 'vitest';
import { disruptionsOf, disasterText, pieceStates, type PieceState } from '../../src/rehearse/disaster/disaster.ts';
import { openEnvironment, type RehearsalEnvironment } from '../../src/rehearse/world/environment.ts';
import { cannotBe } from '../../src/rehearse/disaster/injections.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';

const shipped = ['deployer-api.yaml', 'storefront.yaml'] as const;

/** What relight sees of a struck piece. */
const seenAs: Readonly<Record<PieceState, readonly string[]>> = {
  lost: ['missing'],
  drifted: ['drifted'],
  dangling: ['drifted'],
  unhealthy: ['unhealthy'],
  settling: ['settling'],
  foreign: ['foreign'],
  unreadable: ['unknown'],
  // Well for all that is seen of it; what stands in the way is asked once something is to be changed.
  guarded: ['healthy'],
  held: ['healthy'],
  // Nobody has made task sets for one of a controller that is not AWS's.
  'handed-over': ['healthy', 'drifted'],
  wanting: ['healthy'],
  'wanting-secret': ['healthy'],
  'wanting-image': ['healthy'],
  'wanting-parameter': ['healthy'],
  'wanting-certificate': ['healthy'],
  'wanting-security-group': ['healthy'],
  'wanting-subnet': ['healthy'],
  displaced: ['missing', 'foreign', 'drifted'],
};

describe.each(shipped)('%s', (file) => {
  const playbook = playbookOf(readShipped(file));
  const cases = [...playbook.components.values()].flatMap((component) =>
    pieceStates.map((state) => ({ component, state, because: cannotBe(component, state, playbook) })),
  );
  let environment: RehearsalEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment(playbook);
  });

  test('is healthy, serves and wants nothing when nothing is struck', async () => {
    const { attempt, before, end, wire } = await environment.rehearse({});
    expect(attempt.kind).toBe('idle');
    expect(new Set(Object.values(before))).toEqual(new Set(['healthy']));
    expect([end.healthy, end.serving, end.plan.steps]).toEqual([true, true, []]);
    expect(wire.filter((call) => call.mutating)).toEqual([]);
  });

  const possible = cases.filter(({ because }) => because === undefined);
  test.each(sampled(possible, 30, ({ state }) => state).map(({ component, state }) => [component.id, state] as const))(
    '%s %s is seen as such',
    async (id, state) => {
      const scene = await environment.scene({ [id]: state });
      expect(scene.marks).toMatchObject([{ component: id, state }]);
      expect(scene.marks[0]?.what, 'the blow fell').toEqual(expect.any(String));
      const { assessments } = await environment.harness(scene).look();
      expect(seenAs[state]).toContain(assessments.get(id)?.verdict);
    },
  );

  test('every other state is told to be impossible, with the reason', () => {
    const impossible = cases.filter(({ because }) => because !== undefined);
    expect(impossible.length).toBeGreaterThan(0);
    for (const { because } of impossible) expect(because).toMatch(/^[A-Za-z].{10,}/);
  });
});

describe('a scene', () => {
  const playbook = playbookOf(readShipped('deployer-api.yaml'));

  test('is the same world each time it is made', async () => {
    const disaster = { service: 'lost', cname: 'dangling', 'task-definition': 'drifted' } as const;
    const [one, two] = await Promise.all([openEnvironment(playbook), openEnvironment(playbook)]);
    expect((await one.scene(disaster)).data).toEqual((await two.scene(disaster)).data);
  });

  test('does not depend on the order in which its states are named', async () => {
    const environment = await openEnvironment(playbook);
    const left = await environment.scene({ service: 'lost', cname: 'lost' });
    const right = await environment.scene({ cname: 'lost', service: 'lost' });
    expect(left).toBe(right);
  });

  test('is not changed by what is played on it', async () => {
    const environment = await openEnvironment(playbook);
    const scene = await environment.scene({ service: 'lost' });
    const before = structuredClone(scene.data);
    const { attempt } = await environment.rehearse({ service: 'lost' });
    expect(attempt.kind).toBe('ran');
    expect(scene.data).toEqual(before);
  });

  test('tells what AWS made go along', async () => {
    const environment = await openEnvironment(playbook);
    const { marks } = await environment.scene({ 'target-group': 'lost' });
    expect(marks).toEqual([{ component: 'target-group', state: 'lost', what: 'deleted by hand', also: ['listener'] }]);
  });
});

test('blows fall by state, then in delete order, whatever the order of naming', () => {
  const order = ['entry', 'service', 'balancer'];
  expect(disruptionsOf({ balancer: 'lost', entry: 'unhealthy', service: 'lost' }, order)).toEqual([
    { component: 'service', state: 'lost' },
    { component: 'balancer', state: 'lost' },
    { component: 'entry', state: 'unhealthy' },
  ]);
  expect(disasterText({ balancer: 'lost', entry: 'unhealthy' })).toBe('balancer lost; entry unhealthy');
});
