// A daemon follows its cluster's instances, and a cluster that has some is not taken down.
import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { lose, presume } from '../../src/sandbox/index.ts';
import { playbookOf } from '../helpers/rig.ts';
import { describe as told } from './described.ts';
import { Hands } from './hands.ts';
import { changed, expectAtRest, ours, quiet, recover, worldOf } from './suite.ts';
import { gpu } from './worlds/gpu.ts';

/** The container instances that tasks of the daemon run on. */
async function homes({ ecs: client }: Hands): Promise<readonly string[]> {
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster: 'gpu', serviceName: 'inference' }));
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: 'gpu', tasks: taskArns }));
  return tasks.map((each) => each.containerInstanceArn?.split('/').at(-1) ?? '').toSorted();
}

test('runs where its tasks fit, comes with an instance and goes with one', async () => {
  const { rig } = await worldOf(gpu);
  const hands = new Hands(rig);
  const { containerInstanceArns: there = [] } = await hands.ecs.send(
    new ListContainerInstancesCommand({ cluster: 'gpu' }),
  );
  const { containerInstances = [] } = await hands.ecs.send(
    new DescribeContainerInstancesCommand({ cluster: 'gpu', containerInstances: there }),
  );
  expect(containerInstances.map((each) => each.runningTasksCount)).toEqual([1, 1, 0, 0]);
  expect(await homes(hands)).toEqual(['first', 'second']);
  const more = { kind: 'container-instance', cluster: 'gpu', instanceType: 'g5.xlarge', gpus: 1 } as const;
  presume(rig.world, [{ ...more, instance: 'third' }]);
  lose(rig.world, { kind: 'container-instance', id: 'first' });
  await quiet(rig);
  expect(await homes(hands)).toEqual(['second', 'third']);
  expect(await hands.serviceOf('gpu', 'inference')).toMatchObject({ desiredCount: 2, runningCount: 2 });
  await expectAtRest(rig);
});

test('without an instance it wants nothing, and is healthy', async () => {
  const { rig } = await worldOf(gpu);
  for (const id of ['first', 'second']) {
    lose(rig.world, { kind: 'container-instance', id });
  }
  await quiet(rig);
  expect(await new Hands(rig).serviceOf('gpu', 'inference')).toMatchObject({ desiredCount: 0, runningCount: 0 });
  await expectAtRest(rig);
});

test.each(['rebuild', 'teardown'] as const)('a cluster with instances stays, and a %s says why', async (kind) => {
  const { before, rig } = await worldOf(gpu);
  const owned = rig.withPlaybook(
    playbookOf(gpu.playbook.replace('shared: true, spec: { name: gpu }', 'spec: { name: gpu }')),
  );
  const { after, plan } = await recover(owned, { kind, accepted: ours(owned) });
  const cluster = plan.components.find((each) => each.id === 'cluster');
  expect(cluster?.disposition).toBe('blocked');
  expect(cluster?.because).toContain('it has 4 container instances, and AWS does not delete a cluster that has some');
  expect(cluster?.because).toContain('Deregister them first');
  expect(plan.steps.map((each) => each.component)).not.toContain('cluster');
  // A rebuild that would be in vain takes nothing down.
  if (kind === 'rebuild') {
    expect(plan.steps).toEqual([]);
    expect(changed(before, after)).toEqual({});
  }
  expect(Object.keys(await told(new Hands(rig)))).toContain('cluster gpu');
});
