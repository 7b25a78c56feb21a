// Headings are those of src/sandbox/services/ecs/SPEC.md: what a service keeps, and what it may not say.
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { inputs } from '../../src/sandbox/services/ecs/inputs.ts';
import { minute, present, refusal, rig } from './ecs-rig.ts';

const lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:hook';
const role = 'arn:aws:iam::123456789012:role/ecs';
const registry = 'arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1';
const lattice = 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-12345678901234567';

const named: Partial<ecs.RegisterTaskDefinitionRequest> = {
  containerDefinitions: [{ name: 'api', image: 'api:1', portMappings: [{ name: 'http', containerPort: 8080 }] }],
  volumes: [{ name: 'later', configuredAtLaunch: true }],
};

function membersOf(shape: string): string[] {
  const found = (inputs.shapes as Record<string, { members?: Record<string, string> }>)[shape];
  return Object.keys(found?.members ?? {}).sort();
}

const started = async () => {
  const there = rig();
  const staged = await there.harness();
  await there.definition('named', named);
  await there.definition('bridge', { networkMode: 'bridge', requiresCompatibilities: [] });
  return { ...there, staged };
};

const plain = async () => {
  const there = await started();
  await there.service();
  there.clock.advance(2 * minute);
  return there;
};

/** All that UpdateService changes, beside the count, what AWS refuses to change, and the push for a new deployment. */
const changes = {
  deploymentConfiguration: {
    maximumPercent: 150,
    minimumHealthyPercent: 50,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 5,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: { alarmNames: ['errors'], enable: true, rollback: true },
    lifecycleHooks: [{ hookTargetArn: lambda, roleArn: role, lifecycleStages: ['POST_SCALE_UP'] }],
  },
  enableECSManagedTags: true,
  enableExecuteCommand: true,
  healthCheckGracePeriodSeconds: 30,
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-b'], securityGroups: ['sg-1'], assignPublicIp: 'ENABLED' },
  },
  platformVersion: '1.4.0',
  propagateTags: 'SERVICE',
  availabilityZoneRebalancing: 'DISABLED',
  serviceRegistries: [{ registryArn: registry, containerName: 'api', containerPort: 8080 }],
  serviceConnectConfiguration: {
    enabled: true,
    namespace: 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1',
    services: [{ portName: 'http', discoveryName: 'api', clientAliases: [{ port: 80, dnsName: 'api' }] }],
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'connect' } },
  },
  volumeConfigurations: [
    { name: 'later', managedEBSVolume: { roleArn: role, sizeInGiB: 10, volumeType: 'gp3', encrypted: true } },
  ],
  vpcLatticeConfigurations: [{ roleArn: role, targetGroupArn: lattice, portName: 'http' }],
} as const satisfies Partial<ecs.UpdateServiceRequest>;

/** Members of a service's deployments alone, by which AWS tells them. */
const ofDeployments = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations'] as const;

function expectTold(service: ecs.Service): void {
  const { platformVersion, ...rest } = changes;
  const own = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !(ofDeployments as readonly string[]).includes(name)),
  );
  expect(service).toMatchObject({ ...own, platformVersion });
  for (const member of ofDeployments) expect(service.deployments?.[0]?.[member]).toMatchObject(changes[member]);
}

describe('What a service keeps', () => {
  it('is all that CreateService may say', async () => {
    const { service, describe: read, staged, containers } = await started();
    const request = {
      ...changes,
      ...staged.behind,
      taskDefinition: 'named',
      desiredCount: 1,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      tags: [{ key: 'a', value: 'b' }],
      role,
    } as const;
    // Whatever AWS adds to its model has to come into this example.
    const others = ['cluster', 'serviceName', 'clientToken', 'launchType'];
    const placed = ['capacityProviderStrategy', 'placementConstraints', 'placementStrategy'];
    expect([...Object.keys(request), ...others, ...placed].sort()).toEqual(membersOf('CreateServiceRequest'));
    await service(request as unknown as Partial<ecs.CreateServiceRequest>);
    const told = await read('api', ['TAGS']);
    expectTold(told);
    expect(told).toMatchObject({ tags: request.tags, roleArn: role, loadBalancers: staged.behind.loadBalancers });
    const revision = present(told.currentServiceRevisions?.[0]?.arn);
    const { serviceRevisions } = await containers.send(
      new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: [revision] }),
    );
    expect(serviceRevisions?.[0]).toMatchObject({
      ...Object.fromEntries(ofDeployments.map((member) => [member, changes[member]])),
      loadBalancers: staged.behind.loadBalancers,
      serviceRegistries: changes.serviceRegistries,
      networkConfiguration: changes.networkConfiguration,
    });
  });

  it('is all that UpdateService may change, and what it leaves out stays', async () => {
    const { update, describe: read, staged } = await plain();
    const request = { ...changes, ...staged.behind, taskDefinition: 'named', desiredCount: 1 };
    const others = ['cluster', 'service', 'forceNewDeployment', 'deploymentController'];
    const placed = ['capacityProviderStrategy', 'placementConstraints', 'placementStrategy'];
    expect([...Object.keys(request), ...others, ...placed].sort()).toEqual(membersOf('UpdateServiceRequest'));
    await update(request);
    expectTold(await read());
    await update({ desiredCount: 2 });
    const told = await read();
    expectTold(told);
    expect(told).toMatchObject({ desiredCount: 2, loadBalancers: staged.behind.loadBalancers });
  });

  it('goes with an empty list', async () => {
    const { update, describe: read, staged } = await plain();
    await update({
      ...(changes as unknown as Partial<ecs.UpdateServiceRequest>),
      ...staged.behind,
      taskDefinition: 'named',
    });
    await update({ loadBalancers: [], serviceRegistries: [], volumeConfigurations: [], vpcLatticeConfigurations: [] });
    const told = await read();
    expect(told).toMatchObject({ loadBalancers: [], serviceRegistries: [] });
    expect(told.deployments?.[0]).not.toHaveProperty('volumeConfigurations');
    expect(told.deployments?.[0]).not.toHaveProperty('vpcLatticeConfigurations');
  });

  it('holds placement on EC2, and the defaults of a DAEMON', async () => {
    const { service, describe: read } = await started();
    const onEc2 = { launchType: 'EC2', taskDefinition: 'bridge', networkConfiguration: undefined } as const;
    const placement = {
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:x == y' }],
      placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
    } as const satisfies Partial<ecs.Service>;
    await service({ ...onEc2, ...(placement as unknown as Partial<ecs.CreateServiceRequest>) });
    expect(await read()).toMatchObject(placement);
    await service({ ...onEc2, serviceName: 'daemon', schedulingStrategy: 'DAEMON', desiredCount: undefined });
    expect(await read('daemon')).toMatchObject({
      schedulingStrategy: 'DAEMON',
      deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 },
      availabilityZoneRebalancing: 'DISABLED',
    });
  });
});

describe('Rules of a service', () => {
  type Case = [what: string, request: Partial<ecs.CreateServiceRequest>, message: string | RegExp];
  const vpc = (more: Partial<ecs.AwsVpcConfiguration>): Partial<ecs.CreateServiceRequest> => ({
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'], ...more } },
  });
  const onEc2 = { launchType: 'EC2', platformVersion: undefined } as const;
  const daemon = { ...onEc2, schedulingStrategy: 'DAEMON', desiredCount: undefined } as const;
  const cases: readonly Case[] = [
    [
      'subnets that are there',
      vpc({ subnets: ['subnet-a', 'subnet-gone'] }),
      "Error retrieving subnet information for [subnet-gone]: The subnet ID 'subnet-gone' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    ],
    [
      'security groups that are there',
      vpc({ securityGroups: ['sg-gone'] }),
      "Error retrieving security group information for [sg-gone]: The security group 'sg-gone' does not exist (ErrorCode: InvalidGroup.NotFound)",
    ],
    ['subnets of one VPC', vpc({ subnets: ['subnet-a', 'subnet-other'] }), /same VPC/],
    ['security groups of that VPC', vpc({ securityGroups: ['sg-other'] }), /sg-other does not belong to the VPC vpc-1/],
    [
      'a load balancer for a grace period',
      { healthCheckGracePeriodSeconds: 5 },
      'Health check grace period is only valid for services configured to use load balancers',
    ],
    ['some subnet', vpc({ subnets: [] }), 'subnets can not be empty.'],
    [
      '16 subnets',
      vpc({ subnets: Array.from({ length: 17 }, () => 'subnet-a') }),
      'subnets can have at most 16 items.',
    ],
    [
      '5 groups',
      vpc({ securityGroups: Array.from({ length: 6 }, () => 'sg-1') }),
      'securityGroups can have at most 5 items.',
    ],
    [
      'no public address on EC2',
      { ...onEc2, ...vpc({ assignPublicIp: 'ENABLED' }) },
      'Assign public IP is not supported for this launch type.',
    ],
    [
      'no platform version on EC2',
      { launchType: 'EC2', platformVersion: 'LATEST' },
      'The platform version must be null when specifying an EC2 launch type.',
    ],
    ['a platform version that is one', { platformVersion: '9.9' }, /9\.9/],
    [
      'one of launch type and strategy',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'Specifying both a launch type and capacity provider strategy is not supported.',
    ],
    [
      'providers of the cluster',
      { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
    ],
    [
      'no count of a DAEMON',
      { ...daemon, desiredCount: 1 },
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    ],
    [
      'no more than 100 percent of a DAEMON',
      { ...daemon, deploymentConfiguration: { maximumPercent: 200 } },
      'The daemon scheduling strategy does not support values above 100 for maximumPercent on a deployment configuration. Change the maximumPercent value to 100, and try again',
    ],
    ['no DAEMON on Fargate', { schedulingStrategy: 'DAEMON', desiredCount: undefined }, /FARGATE/],
    ['no strategy of placement of a DAEMON', { ...daemon, placementStrategy: [{ type: 'random' }] }, /placement/],
    ['no DAEMON by CodeDeploy', { ...daemon, deploymentController: { type: 'CODE_DEPLOY' } }, /CODE_DEPLOY/],
    ['no zones of a DAEMON', { ...daemon, availabilityZoneRebalancing: 'ENABLED' }, /rebalancing/],
    ['no placement on Fargate', { placementStrategy: [{ type: 'random' }] }, /FARGATE/],
    ['load balancers for CodeDeploy', { deploymentController: { type: 'CODE_DEPLOY' } }, /load balancer/],
    [
      'no task definition of an external service',
      { deploymentController: { type: 'EXTERNAL' } },
      'TaskDefinition must be blank.',
    ],
    [
      'no launch type of an external service',
      { deploymentController: { type: 'EXTERNAL' }, taskDefinition: undefined },
      'LaunchType must be blank.',
    ],
    [
      'no circuit breaker where ECS does not deploy',
      {
        deploymentController: { type: 'CODE_DEPLOY' },
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      },
      'Deployment circuit breaker feature can only be configured with ECS deployment controller.',
    ],
    ['percentages within bounds', { deploymentConfiguration: { maximumPercent: 99 } }, /invalid/],
    ['a day to bake at most', { deploymentConfiguration: { bakeTimeInMinutes: 1441 } }, /1440/],
    [
      'a canary for its percentage',
      { deploymentConfiguration: { canaryConfiguration: { canaryPercent: 10 } } },
      /CANARY/,
    ],
    [
      'ports that Service Connect names',
      { serviceConnectConfiguration: { enabled: true, namespace: 'n', services: [{ portName: 'x' }] } },
      /port name x/,
    ],
    ['a namespace for Service Connect', { serviceConnectConfiguration: { enabled: true } }, /namespace/],
    [
      'volumes of its task definition',
      { volumeConfigurations: [{ name: 'x', managedEBSVolume: { roleArn: role } }] },
      /volume x/,
    ],
    ['one registry', { serviceRegistries: [{ registryArn: registry }, { registryArn: registry }] }, /registries/],
    [
      'containers that registries name',
      { serviceRegistries: [{ registryArn: registry, containerName: 'x' }] },
      /container x does not exist/,
    ],
  ];

  it.each(cases)('asks for %s', async (_what, request, message) => {
    const { service, containers } = await started();
    const told = await refusal(service(request));
    expect(told.code).toBe('InvalidParameterException');
    if (typeof message === 'string') expect(told.message).toBe(message);
    else expect(told.message).toMatch(message);
    const { serviceArns } = await containers.send(new ecs.ListServicesCommand({ cluster: 'wonderland' }));
    expect(serviceArns).toEqual([]);
  });

  const networks: readonly [string, ecs.AwsVpcConfiguration, RegExp][] = [
    ['subnets', { subnets: ['subnet-gone'] }, /InvalidSubnetID\.NotFound/],
    ['security groups', { subnets: ['subnet-a'], securityGroups: ['sg-gone'] }, /InvalidGroup\.NotFound/],
  ];
  it.each(networks)('hold the %s of an update to the same', async (_what, awsvpcConfiguration, message) => {
    const { update, describe: read } = await plain();
    expect((await refusal(update({ networkConfiguration: { awsvpcConfiguration } }))).message).toMatch(message);
    expect((await read()).networkConfiguration?.awsvpcConfiguration?.subnets).toEqual(['subnet-a', 'subnet-b']);
  });

  it('hold a new task definition against the load balancers that stay', async () => {
    const { service, definition, update, staged } = await started();
    await service(staged.behind);
    await definition('other', { containerDefinitions: [{ name: 'web', image: 'web:1' }] });
    expect((await refusal(update({ taskDefinition: 'other' }))).message).toBe(
      'The container api does not exist in the task definition.',
    );
    await definition('other', { containerDefinitions: [{ name: 'api', image: 'web:1' }] });
    expect((await refusal(update({ taskDefinition: 'other' }))).message).toBe(
      'The container api did not have a container port 8080 defined.',
    );
  });

  it('ask for target groups that fit the network mode', async () => {
    const { service, group, listener, balancer } = await started();
    const made = await group('machines', { TargetType: 'instance' });
    await listener((await balancer('second')).LoadBalancerArn, made.TargetGroupArn);
    const behind = { targetGroupArn: made.TargetGroupArn, containerName: 'api', containerPort: 8080 };
    expect((await refusal(service({ loadBalancers: [behind] }))).message).toContain('target type instance');
    const onEc2 = { launchType: 'EC2', taskDefinition: 'bridge', networkConfiguration: undefined } as const;
    expect((await service({ ...onEc2, loadBalancers: [behind] })).status).toBe('ACTIVE');
  });

  it('let capacity change by a forced deployment alone, and refuse another controller by name', async () => {
    const { update, containers, describe: read } = await plain();
    await containers.send(
      new ecs.PutClusterCapacityProvidersCommand({
        cluster: 'wonderland',
        capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
        defaultCapacityProviderStrategy: [],
      }),
    );
    const spot = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
    expect((await refusal(update(spot))).message).toContain('you must force a new deployment');
    const told = await update({ ...spot, forceNewDeployment: true });
    expect(told.launchType).toBeUndefined();
    expect(told.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }]);
    await update({ capacityProviderStrategy: [], forceNewDeployment: true });
    expect((await read()).launchType).toBe('FARGATE');
    expect((await refusal(update({ deploymentController: { type: 'CODE_DEPLOY' } }))).code).toBe(
      'NotModelledBySandbox',
    );
    expect((await update({ deploymentController: { type: 'ECS' } })).status).toBe('ACTIVE');
  });
});
