// Container instances and StartTask, through the real SDK client.
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { lose, presume } from '../../src/sandbox/index.ts';
import { account, minute, present, refusal, region, rig } from './ecs-rig.ts';

const cluster = 'wonderland';
const arn = (instance: string): string => `arn:aws:ecs:${region}:${account}:container-instance/${cluster}/${instance}`;

async function withInstances(...instances: string[]) {
  const there = rig();
  await there.cluster();
  await there.definition('job', {
    ...{ networkMode: 'bridge', requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined },
    containerDefinitions: [{ name: 'job', image: 'job:1', memory: 64 }],
  });
  presume(
    there.world,
    instances.map((instance) => ({ kind: 'container-instance', instance, cluster, host: `i-${instance}`, region })),
  );
  const begin = (containerInstances: string[], more: Partial<ecs.StartTaskRequest> = {}) =>
    there.containers.send(new ecs.StartTaskCommand({ cluster, taskDefinition: 'job', containerInstances, ...more }));
  const look = async (...asked: string[]) =>
    there.containers.send(new ecs.DescribeContainerInstancesCommand({ cluster, containerInstances: asked }));
  return { ...there, begin, look };
}

describe('Container instances', () => {
  it('are listed, described and counted; one that is not there is a failure', async () => {
    const { containers, look } = await withInstances('one', 'two');
    const { containerInstanceArns } = await containers.send(new ecs.ListContainerInstancesCommand({ cluster }));
    expect(containerInstanceArns).toEqual([arn('one'), arn('two')]);
    const draining = new ecs.ListContainerInstancesCommand({ cluster, status: 'DRAINING' });
    expect((await containers.send(draining)).containerInstanceArns).toEqual([]);
    const found = await look('one', arn('none'));
    expect(found.containerInstances).toMatchObject([
      { containerInstanceArn: arn('one'), ec2InstanceId: 'i-one', status: 'ACTIVE', runningTasksCount: 0 },
    ]);
    expect(found.failures).toEqual([{ arn: arn('none'), reason: 'MISSING' }]);
    const { clusters } = await containers.send(new ecs.DescribeClustersCommand({ clusters: [cluster] }));
    expect(clusters?.[0]?.registeredContainerInstancesCount).toBe(2);
  });

  it('hold their cluster until they are lost', async () => {
    const { containers, world } = await withInstances('one');
    const remove = () => containers.send(new ecs.DeleteClusterCommand({ cluster }));
    expect((await refusal(remove())).code).toBe('ClusterContainsContainerInstancesException');
    lose(world, { kind: 'container-instance', id: 'one', region });
    expect((await remove()).cluster?.status).toBe('INACTIVE');
  });
});

describe('StartTask', () => {
  it('starts one task on each instance that is named', async () => {
    const { begin, clock, containers, look } = await withInstances('one', 'two');
    const { failures, tasks = [] } = await begin(['one', 'two', 'none'], {
      startedBy: 'me',
      tags: [{ key: 'team', value: 'a' }],
    });
    expect(failures).toEqual([{ arn: arn('none'), reason: 'MISSING' }]);
    expect(tasks).toMatchObject([
      { containerInstanceArn: arn('one'), launchType: 'EC2', group: 'family:job', startedBy: 'me' },
      { containerInstanceArn: arn('two'), launchType: 'EC2', tags: [{ key: 'team', value: 'a' }] },
    ]);
    expect((await look('one')).containerInstances?.[0]?.pendingTasksCount).toBe(1);
    clock.advance(2 * minute);
    expect((await look('one')).containerInstances?.[0]).toMatchObject({ runningTasksCount: 1, pendingTasksCount: 0 });
    const onTwo = new ecs.ListTasksCommand({ cluster, containerInstance: arn('two') });
    expect((await containers.send(onTwo)).taskArns).toEqual([tasks[1]?.taskArn]);
    await containers.send(new ecs.StopTaskCommand({ cluster, task: present(tasks[0]?.taskArn) }));
    clock.advance(2 * minute);
    expect((await look('one')).containerInstances?.[0]?.runningTasksCount).toBe(0);
  });

  it('asks for an instance, ten at most, and for containers that the task has', async () => {
    const { begin } = await withInstances('one');
    const code = 'InvalidParameterException';
    expect((await refusal(begin([]))).code).toBe(code);
    expect((await refusal(begin(Array.from({ length: 11 }, () => 'one')))).code).toBe(code);
    const overrides = { containerOverrides: [{ name: 'other' }] };
    expect(await refusal(begin(['one'], { overrides }))).toEqual({
      code,
      message: 'Override for container named other is not a container in the TaskDefinition.',
    });
    expect((await refusal(begin(['one'], { taskDefinition: 'none' }))).code).toBe('ClientException');
  });
});
