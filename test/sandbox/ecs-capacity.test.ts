// Headings are those of src/sandbox/services/ecs/SPEC.md: capacity providers, account settings, tasks without a service.
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { account, minute, present, refusal, region, rig, second } from './ecs-rig.ts';
import type { Rig } from './ecs-rig.ts';

const arn = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
const group = (name = 'a') =>
  `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${name}`;
const network = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'] } };

describe('Capacity providers', () => {
  const create = ({ containers }: Rig, name: string, more: Partial<ecs.CreateCapacityProviderRequest> = {}) =>
    containers.send(
      new ecs.CreateCapacityProviderCommand({
        name,
        autoScalingGroupProvider: { autoScalingGroupArn: group(name) },
        ...more,
      }),
    );
  const put = (
    { containers }: Rig,
    capacityProviders: string[],
    defaultCapacityProviderStrategy: ecs.CapacityProviderStrategyItem[] = [],
  ) =>
    containers.send(
      new ecs.PutClusterCapacityProvidersCommand({
        cluster: 'wonderland',
        capacityProviders,
        defaultCapacityProviderStrategy,
      }),
    );

  it('are created, changed, described and deleted', async () => {
    const there = rig();
    const { containers } = there;
    const { capacityProvider } = await create(there, 'machines', { tags: [{ key: 'a', value: 'b' }] });
    expect(capacityProvider).toMatchObject({
      capacityProviderArn: arn('capacity-provider/machines'),
      status: 'ACTIVE',
      autoScalingGroupProvider: {
        autoScalingGroupArn: group('machines'),
        managedScaling: { targetCapacity: 100, minimumScalingStepSize: 1, maximumScalingStepSize: 10_000 },
        managedTerminationProtection: 'DISABLED',
        managedDraining: 'ENABLED',
      },
      tags: [{ key: 'a', value: 'b' }],
    });
    await containers.send(
      new ecs.UpdateCapacityProviderCommand({
        name: 'machines',
        autoScalingGroupProvider: { managedScaling: { status: 'ENABLED', targetCapacity: 80 } },
      }),
    );
    const all = await containers.send(new ecs.DescribeCapacityProvidersCommand({}));
    expect(all.capacityProviders?.map(({ name }) => name)).toEqual(['FARGATE', 'FARGATE_SPOT', 'machines']);
    expect(all.capacityProviders?.[2]).toMatchObject({
      updateStatus: 'UPDATE_COMPLETE',
      autoScalingGroupProvider: {
        managedScaling: { status: 'ENABLED', targetCapacity: 80, instanceWarmupPeriod: 300 },
        managedDraining: 'ENABLED',
      },
      tags: [],
    });
    const some = new ecs.DescribeCapacityProvidersCommand({
      capacityProviders: ['machines', 'gone'],
      include: ['TAGS'],
    });
    const read = await containers.send(some);
    expect(read.capacityProviders?.[0]?.tags).toEqual([{ key: 'a', value: 'b' }]);
    expect(read.failures).toEqual([{ arn: arn('capacity-provider/gone'), reason: 'MISSING' }]);
    const drop = () => containers.send(new ecs.DeleteCapacityProviderCommand({ capacityProvider: 'machines' }));
    expect((await drop()).capacityProvider?.updateStatus).toBe('DELETE_IN_PROGRESS');
    expect((await containers.send(some)).capacityProviders?.[0]?.status).toBe('INACTIVE');
    expect((await refusal(drop())).message).toBe(
      'The specified capacity provider was not found. Specify a valid capacity provider and try again.',
    );
  });

  it('have a name, a group and a protection that AWS takes', async () => {
    const there = rig();
    await create(there, 'machines');
    expect((await refusal(create(there, 'machines'))).code).toBe('ClientException');
    expect((await refusal(create(there, 'fargate-like'))).code).toBe('InvalidParameterException');
    const other = { autoScalingGroupProvider: { autoScalingGroupArn: group('machines') } };
    expect((await refusal(create(there, 'others', other))).message).toBe(
      'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
    );
    const unscaled = {
      autoScalingGroupProvider: { autoScalingGroupArn: group('b'), managedTerminationProtection: 'ENABLED' as const },
    };
    expect((await refusal(create(there, 'others', unscaled))).message).toContain('managed scaling');
    expect((await refusal(create(there, 'none', { autoScalingGroupProvider: undefined }))).code).toBe(
      'InvalidParameterException',
    );
    const own = new ecs.DeleteCapacityProviderCommand({ capacityProvider: 'FARGATE' });
    expect((await refusal(there.containers.send(own))).code).toBe('ClientException');
  });

  it('belong to a cluster, whose strategy names no others', async () => {
    const there = rig();
    await there.cluster();
    await create(there, 'machines');
    const strategy = [
      { capacityProvider: 'FARGATE', weight: 1, base: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ];
    const { cluster } = await put(there, ['FARGATE', 'FARGATE_SPOT'], strategy);
    expect(cluster).toMatchObject({
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [strategy[0], { ...strategy[1], base: 0 }],
    });
    expect((await refusal(put(there, ['gone']))).message).toBe(
      'The specified capacity provider was not found. Specify a valid capacity provider and try again.',
    );
    expect((await refusal(put(there, ['FARGATE'], strategy))).code).toBe('InvalidParameterException');
    const mixed = [
      { capacityProvider: 'FARGATE', weight: 1 },
      { capacityProvider: 'machines', weight: 1 },
    ];
    expect(await refusal(put(there, ['FARGATE', 'machines'], mixed))).toEqual({
      code: 'InvalidParameterException',
      message:
        'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    });
    const weightless = [{ capacityProvider: 'FARGATE' }, { capacityProvider: 'FARGATE_SPOT' }];
    expect((await refusal(put(there, ['FARGATE', 'FARGATE_SPOT'], weightless))).message).toContain('weight');
    const based = strategy.map((each) => ({ ...each, base: 1 }));
    expect((await refusal(put(there, ['FARGATE', 'FARGATE_SPOT'], based))).message).toContain('base');
    const wrong = new ecs.CreateClusterCommand({ clusterName: 'other', capacityProviders: ['gone'] });
    expect((await refusal(there.containers.send(wrong))).code).toBe('InvalidParameterException');
  });

  it('run the tasks of a service by base and weight, and stay while they do', async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    const strategy = [
      { capacityProvider: 'FARGATE', weight: 1, base: 1 },
      { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    ];
    await put(there, ['FARGATE', 'FARGATE_SPOT'], strategy);
    const made = await there.service({ launchType: undefined, desiredCount: 5 });
    expect(made.launchType).toBeUndefined();
    expect(made.capacityProviderStrategy).toEqual([strategy[0], { ...strategy[1], base: 0 }]);
    const names = (await there.tasks()).map(({ capacityProviderName }) => capacityProviderName).sort();
    expect(names).toEqual(['FARGATE', 'FARGATE', 'FARGATE_SPOT', 'FARGATE_SPOT', 'FARGATE_SPOT']);
    expect(await refusal(put(there, ['FARGATE']))).toEqual({
      code: 'ResourceInUseException',
      message: 'The specified capacity provider is in use and cannot be removed.',
    });
    await there.remove(true);
    there.clock.advance(5 * minute);
    expect((await put(there, [])).cluster?.capacityProviders).toEqual([]);
  });

  it('run nothing by a default strategy without weights', async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    await put(there, ['FARGATE'], [{ capacityProvider: 'FARGATE' }]);
    expect(await refusal(there.service({ launchType: undefined }))).toEqual({
      code: 'InvalidParameterException',
      message:
        "There are no capacity providers with a weight value greater than zero defined in the default capacity provider strategy. At least one capacity provider must have a weight value greater than zero specified. Update the cluster's default capacity provider strategy or specify a valid capacity provider strategy and try again.",
    });
    expect((await there.service({ launchType: 'FARGATE' })).launchType).toBe('FARGATE');
  });

  it('are not deleted while a cluster has them', async () => {
    const there = rig();
    await there.cluster();
    await create(there, 'machines');
    await put(there, ['machines']);
    const drop = new ecs.DeleteCapacityProviderCommand({ capacityProvider: 'machines' });
    expect((await there.containers.send(drop)).capacityProvider).toMatchObject({
      status: 'ACTIVE',
      updateStatus: 'DELETE_FAILED',
    });
  });
});

describe('Account settings', () => {
  it('are those of whoever calls, of the account, or of AWS', async () => {
    const { containers, cluster } = rig();
    const settings = async (more: Partial<ecs.ListAccountSettingsRequest>) =>
      (await containers.send(new ecs.ListAccountSettingsCommand(more))).settings ?? [];
    expect(await settings({})).toEqual([]);
    const insights = { name: 'containerInsights', effectiveSettings: true } as const;
    expect((await settings(insights)).map(({ value }) => value)).toEqual(['disabled']);
    await containers.send(new ecs.PutAccountSettingDefaultCommand({ name: 'containerInsights', value: 'enabled' }));
    expect((await settings(insights)).map(({ value }) => value)).toEqual(['enabled']);
    await containers.send(new ecs.PutAccountSettingCommand({ name: 'containerInsights', value: 'enhanced' }));
    expect(await settings({})).toEqual([
      {
        name: 'containerInsights',
        value: 'enhanced',
        principalArn: `arn:aws:iam::${account}:user/operator`,
        type: 'user',
      },
    ]);
    expect((await cluster()).cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);
    await containers.send(new ecs.DeleteAccountSettingCommand({ name: 'containerInsights' }));
    expect((await settings(insights)).map(({ value }) => value)).toEqual(['enabled']);
  });

  it('take values of their own alone', async () => {
    const { containers } = rig();
    const put = (name: ecs.SettingName, value: string) =>
      refusal(containers.send(new ecs.PutAccountSettingCommand({ name, value })));
    expect((await put('containerInsights', 'yes')).code).toBe('InvalidParameterException');
    expect((await put('fargateTaskRetirementWaitPeriod', '8')).code).toBe('InvalidParameterException');
    expect((await put('guardDutyActivate', 'on')).code).toBe('InvalidParameterException');
  });

  it('are not those of a cluster, which is changed by itself', async () => {
    const { containers, cluster } = rig();
    await cluster();
    const change = (value: string) =>
      containers.send(
        new ecs.UpdateClusterSettingsCommand({
          cluster: 'wonderland',
          settings: [{ name: 'containerInsights', value }],
        }),
      );
    expect((await change('enhanced')).cluster?.settings).toEqual([{ name: 'containerInsights', value: 'enhanced' }]);
    expect((await refusal(change('much'))).code).toBe('InvalidParameterException');
    await containers.send(
      new ecs.UpdateClusterCommand({
        cluster: 'wonderland',
        configuration: {
          executeCommandConfiguration: { logging: 'DEFAULT', kmsKeyId: 'key' },
          managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: 'key' },
        },
        serviceConnectDefaults: { namespace: 'local' },
      }),
    );
    const read = await containers.send(
      new ecs.DescribeClustersCommand({ clusters: ['wonderland'], include: ['CONFIGURATIONS', 'SETTINGS'] }),
    );
    expect(read.clusters?.[0]).toMatchObject({
      settings: [{ name: 'containerInsights', value: 'enhanced' }],
      configuration: {
        executeCommandConfiguration: { logging: 'DEFAULT', kmsKeyId: 'key' },
        managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: 'key' },
      },
      serviceConnectDefaults: { namespace: 'local' },
    });
  });
});

describe('Standalone tasks', () => {
  const staged = async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    const run = (more: Partial<ecs.RunTaskRequest> = {}) =>
      there.containers.send(
        new ecs.RunTaskCommand({
          cluster: 'wonderland',
          taskDefinition: 'api',
          launchType: 'FARGATE',
          networkConfiguration: network,
          ...more,
        }),
      );
    const read = async (tasks: (string | undefined)[]) => {
      const asked = tasks.map(present);
      return (await there.containers.send(new ecs.DescribeTasksCommand({ cluster: 'wonderland', tasks: asked }))).tasks;
    };
    return { ...there, run, read };
  };

  it('run until somebody stops them', async () => {
    const { run, read, clock, containers } = await staged();
    const { tasks, failures } = await run({ count: 2, startedBy: 'me', tags: [{ key: 'a', value: 'b' }] });
    expect(failures).toEqual([]);
    expect(tasks).toMatchObject([
      {
        lastStatus: 'PROVISIONING',
        desiredStatus: 'RUNNING',
        group: 'family:api',
        startedBy: 'me',
        launchType: 'FARGATE',
      },
      { lastStatus: 'PROVISIONING', tags: [{ key: 'a', value: 'b' }] },
    ]);
    const [first, other] = present(tasks).map(({ taskArn }) => taskArn);
    clock.advance(minute);
    expect(await read([first, other])).toMatchObject([{ lastStatus: 'RUNNING' }, { lastStatus: 'RUNNING' }]);
    const list = new ecs.ListTasksCommand({ cluster: 'wonderland', startedBy: 'me' });
    expect((await containers.send(list)).taskArns).toHaveLength(2);
    await containers.send(new ecs.StopTaskCommand({ cluster: 'wonderland', task: first, reason: 'enough' }));
    clock.advance(30 * second);
    expect(await read([first, other])).toMatchObject([
      { lastStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'enough' },
      { lastStatus: 'RUNNING' },
    ]);
    const drop = new ecs.DeleteClusterCommand({ cluster: 'wonderland' });
    expect((await refusal(containers.send(drop))).code).toBe('ClusterContainsTasksException');
  });

  it('come out the same however seldom anybody looks', async () => {
    const often = await staged();
    const seldom = await staged();
    const started = present((await often.run()).tasks?.[0]?.taskArn);
    expect((await seldom.run()).tasks?.[0]?.taskArn).toBe(started);
    for (let step = 0; step < 60; step += 1) {
      often.clock.advance(second);
      await often.read([started]);
    }
    seldom.clock.advance(minute);
    expect(await seldom.read([started])).toEqual(await often.read([started]));
  });

  it('take overrides of containers that they have, and are told with them', async () => {
    const { run, read } = await staged();
    const overrides = {
      containerOverrides: [{ name: 'api', command: ['migrate'], environment: [{ name: 'A', value: 'b' }] }],
      cpu: '512',
      memory: '1024',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
    };
    const { tasks } = await run({ overrides, group: 'batch', enableExecuteCommand: true });
    const [task] = present(await read([tasks?.[0]?.taskArn]));
    expect(task).toMatchObject({ overrides, cpu: '512', memory: '1024', group: 'batch', enableExecuteCommand: true });
    const strange = run({ overrides: { containerOverrides: [{ name: 'web' }] } });
    expect((await refusal(strange)).message).toBe(
      'Override for container named web is not a container in the TaskDefinition.',
    );
  });

  it('are started once for a client token', async () => {
    const { run } = await staged();
    const first = await run({ clientToken: 't', count: 2 });
    expect((await run({ clientToken: 't', count: 2 })).tasks?.map(({ taskArn }) => taskArn)).toEqual(
      first.tasks?.map(({ taskArn }) => taskArn),
    );
    expect((await refusal(run({ clientToken: 't', count: 3 }))).code).toBe('ConflictException');
  });

  it('are held to the rules of services', async () => {
    const { run } = await staged();
    const cases: [Partial<ecs.RunTaskRequest>, RegExp][] = [
      [{ networkConfiguration: undefined }, /Network Configuration must be provided/],
      [{ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-x'] } } }, /InvalidSubnetID\.NotFound/],
      [{ launchType: 'EC2', platformVersion: 'LATEST' }, /must be null/],
      [{ count: 11 }, /between 1 and 10/],
      [{ placementStrategy: [{ type: 'random' }] }, /FARGATE/],
      [{ propagateTags: 'SERVICE' }, /service/],
      [{ launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }, /not associated/],
    ];
    for (const [request, message] of cases) expect((await refusal(run(request))).message).toMatch(message);
    expect((await refusal(run({ taskDefinition: 'gone' }))).code).toBe('ClientException');
  });
});
