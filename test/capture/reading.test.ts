// A capture changes nothing, tells every read that failed, takes nothing for the service's that it could not make sure of, and says the
// same of the same world.
import { expect, test } from 'vitest';
import { CannotSee } from '../../src/capture/walk.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { worldOf } from './scene.ts';
import { take, type Taken } from './taking.ts';
import { crowd } from './worlds/crowd.ts';
import { deployer } from './worlds/deployer.ts';
import { failover } from './worlds/failover.ts';

/** Without these, nobody knows in whose account it is. */
const identity: ReadonlySet<string> = new Set(['GetCallerIdentity', 'ListAccountAliases']);

function operationsOf(wire: readonly ObservedCall[]): readonly string[] {
  return [...new Set(wire.map((each) => each.operation))].filter((each) => !identity.has(each)).toSorted();
}

function owned({ found }: Taken): readonly string[] {
  return found.members.flatMap((each) => (each.role === 'owned' ? [each.found.key] : []));
}

/** Ids that AWS gives each world are the same in a copy. */
async function withDenied(scene: typeof deployer, operation: string): Promise<Taken | CannotSee> {
  const { rig } = await worldOf(scene);
  rig.faults.add({ kind: 'access-denied', operation });
  try {
    return await take(rig, scene.start, scene.asked);
  } catch (error) {
    if (error instanceof CannotSee) return error;
    throw error;
  }
}

test.each([deployer, crowd, failover].map((scene) => ({ scene })))(
  '$scene.name: any read denied is told by its action, and nothing is guessed',
  async ({ scene }) => {
    const { rig } = await worldOf(scene);
    const whole = await take(rig, scene.start, scene.asked);
    const all = owned(whole);
    const operations = operationsOf(whole.wire);
    expect(operations.length).toBeGreaterThan(10);
    for (const operation of operations) {
      const denied = await withDenied(scene, operation);
      if (denied instanceof CannotSee) {
        expect([operation, denied.unseen.api]).toEqual([
          operation,
          expect.stringMatching(new RegExp(`:${operation}$`)),
        ]);
        continue;
      }
      const apis = denied.found.unseen.map((each) => each.api?.split(':')[1]);
      expect([operation, apis.includes(operation)]).toEqual([operation, true]);
      // No more than what is known with all that there is to know.
      expect([operation, owned(denied).filter((key) => !all.includes(key))]).toEqual([operation, []]);
      expect(denied.text).toContain('# Could not be seen, and may be missing here:');
    }
  },
);

test('who else uses what the service uses is not taken for nobody', async () => {
  const denied = await withDenied(crowd, 'ListServices');
  if (denied instanceof CannotSee) throw denied;
  const cluster = denied.found.members.find((each) => each.found.type.traits.type === 'ecs/cluster');
  expect(cluster).toMatchObject({ role: 'shared', because: ['who else uses it could not be seen'] });
  const blind = await withDenied(crowd, 'DescribeRules');
  if (blind instanceof CannotSee) throw blind;
  const balancer = blind.found.members.find((each) => each.found.type.traits.type === 'elbv2/load-balancer');
  expect(balancer?.role ?? 'shared').toBe('shared');
});

test('without the service itself, there is nothing to write', async () => {
  const denied = await withDenied(deployer, 'DescribeServices');
  expect(denied).toBeInstanceOf(CannotSee);
  expect(denied).toMatchObject({
    unseen: { api: 'ecs:DescribeServices', why: expect.stringContaining('AccessDenied') as string },
  });
});

test('throttled reads are asked again', async () => {
  const { rig } = await worldOf(deployer);
  const calm = await take(rig, deployer.start, deployer.asked);
  const { rig: busy } = await worldOf(deployer);
  busy.faults.add({ kind: 'throttle', calls: 'reads', rate: 0.2, seed: 7 });
  const taken = await take(busy, deployer.start, deployer.asked);
  expect(taken.wire.length).toBeGreaterThan(calm.wire.length);
  expect(taken.open.unseen).toEqual([]);
  expect(taken.text).toBe(calm.text);
});

test.each([deployer, crowd, failover].map((scene) => ({ scene })))(
  '$scene.name: the same world gives the same bytes, whatever comes first',
  async ({ scene }) => {
    const { rig } = await worldOf(scene);
    const first = await take(rig, scene.start, scene.asked);
    const { rig: slow } = await worldOf(scene);
    slow.faults.add({ kind: 'latency', calls: 'reads', latency: { kind: 'uniform', from: 1, to: 900 }, seed: 3 });
    expect((await take(slow, scene.start, scene.asked)).text).toBe(first.text);
  },
);

test('whatever is asked is a read', async () => {
  const { rig } = await worldOf(deployer);
  const { wire } = await take(rig, deployer.start, deployer.asked);
  expect(wire.filter((each) => each.mutating)).toEqual([]);
  expect(operationsOf(wire).filter((each) => !/^(Describe|Get|List|Scan|BatchGet)/.test(each))).toEqual([]);
});
