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

  it('are listed by what a filter means; what it cannot decide is refused by name', async () => {
    const { containers, world } = await withInstances('one', 'two');
    presume(world, [{ kind: 'container-instance', instance: 'two', cluster, region, attributes: { stack: 'prod' } }]);
    const list = async (filter: string) =>
      (await containers.send(new ecs.ListContainerInstancesCommand({ cluster, filter }))).containerInstanceArns;
    expect(await list('attribute:stack == prod')).toEqual([arn('two')]);
    expect(await list('not(attribute:stack exists)')).toEqual([arn('one')]);
    expect((await refusal(list('task:group == service:web'))).code).toBe('NotModelledBySandbox');
    expect((await refusal(list('attribute:stack'))).code).toBe('InvalidParameterException');
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

const small = { availabilityZone: 'eu-west-1a', instanceType: 't3.small' };
const large = { availabilityZone: 'eu-west-1b', instanceType: 'g5.12xlarge', gpus: 4, attributes: { stack: 'prod' } };

/** A cluster of a small instance and a large one, and ways to have a DAEMON service in it. */
async function withDaemons() {
  const there = await withInstances();
  const { containers, world } = there;
  const add = (instance: string, more: object) => {
    presume(world, [{ kind: 'container-instance', instance, cluster, region, ...more }]);
  };
  add('small', small);
  add('large', large);
  const daemon = (more: Partial<ecs.CreateServiceRequest> = {}) =>
    there.service({
      ...{ taskDefinition: 'job', launchType: 'EC2', schedulingStrategy: 'DAEMON', desiredCount: undefined },
      networkConfiguration: undefined,
      ...more,
    });
  /** Where its running tasks are, and what is told of it. */
  const look = async (after = 5 * minute) => {
    there.clock.advance(after);
    const { taskArns = [] } = await containers.send(new ecs.ListTasksCommand({ cluster, serviceName: 'api' }));
    const tasks =
      taskArns.length === 0
        ? []
        : present((await containers.send(new ecs.DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks);
    const { services } = await containers.send(new ecs.DescribeServicesCommand({ cluster, services: ['api'] }));
    return {
      tasks,
      on: tasks.map(({ containerInstanceArn }) => containerInstanceArn?.split('/').at(-1)).toSorted(),
      service: present(services?.[0]),
    };
  };
  const update = (more: Partial<ecs.UpdateServiceRequest>) =>
    containers.send(new ecs.UpdateServiceCommand({ cluster, service: 'api', ...more }));
  return { ...there, add, daemon, look, update };
}

describe('A DAEMON service', () => {
  it('has one task on each instance, of its zone; comes with an instance and goes with one', async () => {
    const { add, daemon, look, world } = await withDaemons();
    await daemon();
    const first = await look();
    expect(first.on).toEqual(['large', 'small']);
    expect(first.tasks.map(({ availabilityZone }) => availabilityZone)).toEqual(['eu-west-1a', 'eu-west-1b']);
    expect(first.service).toMatchObject({
      ...{ desiredCount: 2, runningCount: 2 },
      deployments: [{ desiredCount: 2, runningCount: 2, rolloutState: 'COMPLETED' }],
    });
    add('third', small);
    lose(world, { kind: 'container-instance', id: 'small', region });
    expect((await look()).on).toEqual(['large', 'third']);
    for (const id of ['large', 'third']) lose(world, { kind: 'container-instance', id, region });
    const last = await look();
    expect(last.on).toEqual([]);
    expect(last.service).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  it('waits for a cluster to have instances, and stays out of other clusters', async () => {
    const { add, daemon, look, world } = await withDaemons();
    for (const id of ['large', 'small']) lose(world, { kind: 'container-instance', id, region });
    await daemon();
    expect((await look()).service).toMatchObject({ desiredCount: 0, deployments: [{ rolloutState: 'COMPLETED' }] });
    add('elsewhere', { cluster: 'other' });
    expect((await look()).on).toEqual([]);
    add('here', {});
    expect((await look()).on).toEqual(['here']);
  });

  it('replaces its tasks where they are, within its percentages', async () => {
    const { daemon, look, update } = await withDaemons();
    await daemon({ deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 } });
    const before = await look();
    await update({ forceNewDeployment: true });
    for (let step = 0; step < 20; step += 1) {
      const { on, service } = await look(minute / 4);
      expect(new Set(on).size).toBe(on.length);
      expect(service.runningCount).toBeGreaterThanOrEqual(1);
    }
    const after = await look();
    expect(after.on).toEqual(['large', 'small']);
    expect(after.service.deployments).toHaveLength(1);
    expect(after.tasks.map(({ taskArn }) => taskArn)).not.toContain(before.tasks[0]?.taskArn);
  });

  it('has new tasks beside all old ones where traffic shifts', async () => {
    const { clock, daemon, look, update } = await withDaemons();
    await daemon({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } });
    expect((await look()).on).toEqual(['large', 'small']);
    await update({ forceNewDeployment: true });
    expect((await look(3 * minute)).on).toEqual(['large', 'large', 'small', 'small']);
    clock.advance(30 * minute);
    expect((await look()).on).toEqual(['large', 'small']);
  });

  it('goes where its tasks have their GPUs, which an instance tells', async () => {
    const { containers, daemon, definition, look, update } = await withDaemons();
    await definition('model', {
      ...{ networkMode: 'host', requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined },
      containerDefinitions: [
        { name: 'model', image: 'model:1', memory: 64, resourceRequirements: [{ type: 'GPU', value: '3' }] },
      ],
    });
    await daemon({ taskDefinition: 'model' });
    expect((await look()).on).toEqual(['large']);
    const asked = new ecs.DescribeContainerInstancesCommand({ cluster, containerInstances: ['large', 'small'] });
    const [big, little] = present((await containers.send(asked)).containerInstances);
    expect(big?.registeredResources?.[0]?.stringSetValue).toHaveLength(4);
    expect(big?.remainingResources?.[0]?.stringSetValue).toHaveLength(1);
    expect(big?.attributes).toContainEqual({ name: 'ecs.instance-type', value: 'g5.12xlarge' });
    expect(big?.attributes).toContainEqual({ name: 'stack', value: 'prod' });
    expect(little?.registeredResources).toEqual([]);
    await update({ taskDefinition: 'job' });
    expect((await look()).on).toEqual(['large', 'small']);
  });

  it.each([
    ['attribute:ecs.instance-type =~ g5\\..*', ['large']],
    ['attribute:ecs.instance-type matches g5', []],
    ['attribute:ecs.instance-type !~ (t|g)[0-9]\\.small', ['large']],
    ['attribute:ecs.availability-zone in [eu-west-1a, "eu-west-1c"]', ['small']],
    ['attribute:ecs.availability-zone not_in [eu-west-1a,eu-west-1c]', ['large']],
    ['attribute:ecs.os-type == linux', ['large', 'small']],
    ['attribute:stack exists', ['large']],
    ['attribute:stack !exists', ['small']],
    ["attribute:stack != 'prod'", ['small']],
    ['attribute:ecs.instance-type =~ t3.* and attribute:ecs.availability-zone == eu-west-1b', []],
    ['attribute:stack == prod or attribute:ecs.availability-zone==eu-west-1a', ['large', 'small']],
    ['attribute:stack == prod || attribute:stack == test && attribute:stack == dev', ['large']],
    ['(attribute:stack == prod or attribute:ecs.os-type == linux) and not(attribute:stack exists)', ['small']],
    ['!(attribute:stack == prod)', ['small']],
    ['ec2InstanceId == i-none', []],
    ['ec2InstanceId not_equals i-none', ['large', 'small']],
    // What is not known, and a pattern that cannot be tried, is taken to be met; what is known beside it still counts.
    ['task:group == service:web', ['large', 'small']],
    ['not(task:group == service:web) and attribute:stack == prod', ['large']],
    ['attribute:stack =~ (', ['large', 'small']],
    ['attribute:stack =~ (?=test)prod', ['large']],
  ])('keeps to %s', async (expression, on) => {
    const { daemon, look } = await withDaemons();
    await daemon({ placementConstraints: [{ type: 'memberOf', expression }] });
    expect((await look()).on).toEqual(on);
  });

  it('tries no pattern for longer than its text takes', async () => {
    const { add, daemon, look } = await withDaemons();
    add('large', { attributes: { stack: `${'a'.repeat(127)}b` } });
    await daemon({ placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack =~ (a|a|aa)+(a*)*' }] });
    expect((await look()).on).toEqual([]);
  });

  it.each([
    ['attribute:stack', 'Invalid expression: attribute:stack'],
    ['attribute:stack ==', 'Invalid expression'],
    ['attribute:stack ~ prod', 'Invalid expression'],
    ['(attribute:stack == prod', 'Invalid expression'],
    ['attribute:stack == prod)', 'Invalid expression'],
    ['attribute:stack in prod', 'Invalid expression'],
    ['attribute:stack == prod and', 'Invalid expression'],
    ['', 'memberOf needs an expression.'],
    [undefined, 'memberOf needs an expression.'],
    [`attribute:stack == ${'x'.repeat(1_990)}`, 'at most 2000 characters'],
    [`${'('.repeat(900)}attribute:stack == a${')'.repeat(900)}`, 'Invalid expression'],
    [`${'!'.repeat(1_900)}(attribute:stack == a)`, 'Invalid expression'],
  ])('%j is refused, whoever says it', async (expression, told) => {
    const { containers, daemon, update } = await withDaemons();
    await daemon();
    const placementConstraints = [{ type: 'memberOf' as const, expression }];
    const code = 'InvalidParameterException';
    const refused = { code, message: expect.stringContaining(told) as string };
    expect(await refusal(update({ placementConstraints }))).toMatchObject(refused);
    expect(await refusal(daemon({ serviceName: 'other', placementConstraints }))).toMatchObject(refused);
    const run = new ecs.RunTaskCommand({ cluster, taskDefinition: 'job', launchType: 'EC2', placementConstraints });
    expect(await refusal(containers.send(run))).toMatchObject(refused);
    const family = new ecs.RegisterTaskDefinitionCommand({
      ...{ family: 'bound', placementConstraints },
      containerDefinitions: [{ name: 'job', image: 'job:1', memory: 64 }],
    });
    expect(await refusal(containers.send(family))).toMatchObject({ ...refused, code: 'ClientException' });
    expect((await update({})).service?.placementConstraints).toEqual([]);
  });

  it('distinctInstance takes no expression', async () => {
    const { daemon } = await withDaemons();
    const constraint = { type: 'distinctInstance', expression: 'attribute:stack exists' } as const;
    expect(await refusal(daemon({ placementConstraints: [constraint] }))).toEqual({
      code: 'InvalidParameterException',
      message: 'distinctInstance expression should not be specified.',
    });
  });

  it('leaves an instance that meets its constraints no more, those of its tasks too', async () => {
    const { add, daemon, definition, look, update } = await withDaemons();
    await definition('bound', {
      ...{ networkMode: 'bridge', requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined },
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == prod' }],
      containerDefinitions: [{ name: 'job', image: 'job:1', memory: 64 }],
    });
    await daemon({ taskDefinition: 'bound' });
    expect((await look()).on).toEqual(['large']);
    add('large', { attributes: {} });
    add('small', { attributes: { stack: 'prod' } });
    expect((await look()).on).toEqual(['small']);
    await update({ placementConstraints: [{ type: 'memberOf', expression: 'attribute:stack == test' }] });
    expect((await look()).on).toEqual([]);
  });
});
