// Pieces of ECS made by a client with every member of their inputs, and recovered by a playbook that says the required ones:
// all of it is there afterwards, as AWS tells it.
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  UpdateClusterCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { describeService, register, updateService } from '../helpers/ecs-hands.ts';
import {
  container,
  definition,
  named,
  onFargate,
  onInstances,
  playbook,
  router,
  tagsOf,
  told,
  world,
} from '../helpers/full-ecs.ts';
import { settingsOf } from '../helpers/richer.ts';
import { deployedRig, playbookOf, unfinished, type Rig } from '../helpers/rig.ts';

describe.each([
  ['on Fargate', onFargate, {}],
  ['on instances', onInstances, { requiresCompatibilities: ['EC2'] }],
] as const)('pieces with every setting, %s', (_name, more, tasks) => {
  test('are no drift to a playbook that says little', async () => {
    const rig = await world(more, tasks as Partial<RegisterTaskDefinitionCommandInput>);
    const { plan } = await rig.plan('repair');
    expect(plan.steps).toEqual([]);
  });

  test('keep all of them when what drifted is put right', async () => {
    const rig = await world(more, tasks as Partial<RegisterTaskDefinitionCommandInput>);
    const before = await told(rig);
    const networkConfiguration = {
      awsvpcConfiguration: { subnets: ['subnet-a1'], securityGroups: ['sg-web'] },
    };
    await updateService(rig, named, { networkConfiguration, desiredCount: 3 });
    await rig.operator
      .client(ecs)
      .send(
        new UpdateClusterCommand({ cluster: 'shop', settings: [{ name: 'containerInsights', value: 'disabled' }] }),
      );
    await register(rig, {
      ...definition,
      ...tasks,
      containerDefinitions: [{ ...container, image: 'x' }, router],
    } as RegisterTaskDefinitionCommandInput);
    const { plan, report } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.map((each) => each.id).sort()).toEqual(['cluster.update', 'service.update']);
    expect(await told(rig)).toEqual(before);
  });

  test('keep all of them when all is made again', async () => {
    const rig = await world(more, tasks as Partial<RegisterTaskDefinitionCommandInput>);
    const before = await told(rig);
    const { plan, report } = await rig.recover('rebuild');
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.map((each) => each.id)).toEqual(
      expect.arrayContaining(['service.delete', 'cluster.delete', 'cluster.create', 'service.create']),
    );
    expect(await told(rig)).toEqual(before);
  });

  test('get a new revision that differs in what the playbook says alone', async () => {
    const rig = await world(more, tasks as Partial<RegisterTaskDefinitionCommandInput>);
    const before = JSON.stringify(await told(rig));
    const other = rig.withPlaybook(playbookOf(playbook('desiredCount: 2').replace('api:1', 'api:2')));
    expect(unfinished((await other.recover('repair')).report)).toEqual([]);
    const after = JSON.stringify(await told(other));
    expect(after).not.toBe(before);
    expect(after.replace('registry.example/api:2', 'registry.example/api:1')).toBe(before);
  });
});

describe('what the playbook takes away', () => {
  test('goes by null, and nothing else does', async () => {
    const rig = await world(onFargate, {});
    const other = rig.withPlaybook(
      playbookOf(
        playbook(`desiredCount: 2
      serviceRegistries: null
      serviceConnectConfiguration: null
      vpcLatticeConfigurations: null
      enableECSManagedTags: null
      enableExecuteCommand: null
      propagateTags: null
      availabilityZoneRebalancing: null
      platformVersion: null
      deployment: { alarms: null, lifecycleHooks: null, minimumHealthyPercent: null }`).replace(
          'containerInsights: enhanced',
          'containerInsights: enhanced, configuration: null, serviceConnectDefaults: null, defaultCapacityProviderStrategy: null',
        ),
      ),
    );
    expect(unfinished((await other.recover('repair')).report)).toEqual([]);
    const specs = await described(other);
    expect(specs['service']).toMatchObject({
      network: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-web'] },
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE_SPOT', weight: 3, base: 0 },
        { capacityProvider: 'FARGATE', weight: 1, base: 1 },
      ],
      volumeConfigurations: [{ name: 'data' }],
      enableECSManagedTags: false,
      enableExecuteCommand: false,
      propagateTags: 'NONE',
      availabilityZoneRebalancing: 'ENABLED',
      platformVersion: 'LATEST',
      deployment: {
        minimumHealthyPercent: 100,
        maximumPercent: 150,
        circuitBreaker: { enable: true, rollback: true },
        alarms: { alarmNames: [], enable: false, rollback: false },
      },
    });
    expect(specs['service']).not.toHaveProperty('serviceConnectConfiguration.services');
    for (const gone of ['serviceRegistries', 'vpcLatticeConfigurations'])
      expect(specs['service']).not.toHaveProperty(gone);
    expect(JSON.stringify(specs['service'])).not.toContain('lifecycleHooks');
    expect(specs['cluster']).toEqual({
      name: '<cluster.name>',
      containerInsights: 'enhanced',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    });
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });

  test('goes where the playbook tells all of a part', async () => {
    const rig = await world(onInstances, { requiresCompatibilities: ['EC2'] });
    const text = playbook('desiredCount: 2').replace(
      '    type: ecs/service\n',
      '    type: ecs/service\n    settings: { exact: [deployment, placementConstraints, placementStrategy] }\n',
    );
    const other = rig.withPlaybook(playbookOf(text));
    expect(unfinished((await other.recover('repair')).report)).toEqual([]);
    const { service } = await described(other);
    expect(service?.['deployment']).toMatchObject({
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      circuitBreaker: { enable: false, rollback: false },
    });
    expect(service).not.toHaveProperty('placementConstraints');
    expect(service).not.toHaveProperty('placementStrategy');
    expect(service).toHaveProperty('serviceConnectConfiguration');
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });
});

describe('a deleted service', () => {
  test('is made again as AWS still describes it; what AWS does not tell any more is named', async () => {
    const rig = await world(onFargate, {});
    const before = await described(rig);
    const client = rig.operator.client(ecs);
    await client.send(new DeleteServiceCommand({ ...named, force: true }));
    while ((await describeService(rig, named)).status !== 'INACTIVE') await rig.clock.sleep(10_000);
    // How many tasks it had, nobody tells: the playbook does not either.
    const other = rig.withPlaybook(playbookOf(playbook()));
    const { plan, report } = await other.recover('repair');
    expect(unfinished(report)).toEqual([]);
    const forgotten = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations'];
    const { settings } = plan.components.find((each) => each.id === 'service') ?? {};
    const lost = [...forgotten.map((name) => `${name}, if it had any`), 'desiredCount, as it was'];
    expect(settings).toMatchObject({ from: 'remains', lost });
    expect(planText(plan, plainPaint)).toContain('desiredCount, as it was');
    const kept = Object.entries(before['service'] ?? {}).filter(([name]) => !forgotten.includes(name));
    expect((await described(other))['service']).toEqual({ ...Object.fromEntries(kept), desiredCount: 1 });
    expect((await describeService(other, named)).tags).toContainEqual({ key: 'cost-centre', value: '42' });
  });
});

/** The pieces in a playbook's words. */
async function described(rig: Rig): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const all = await settingsOf(rig);
  return Object.fromEntries(
    Object.entries(all).map(([id, each]) => [id, (each as { readonly spec: Readonly<Record<string, unknown>> }).spec]),
  );
}

describe('a service that AWS CodeDeploy deploys', () => {
  test('is told what AWS would refuse, and not tried', async () => {
    const rig = await deployedRig(behindBalancer);
    const client = rig.operator.client(ecs);
    const { loadBalancers, networkConfiguration, taskDefinition } = await describeService(rig, named);
    await client.send(new DeleteServiceCommand({ ...named, force: true }));
    while ((await describeService(rig, named)).status !== 'INACTIVE') await rig.clock.sleep(10_000);
    await client.send(
      new CreateServiceCommand({
        cluster: 'shop',
        serviceName: 'api',
        desiredCount: 1,
        launchType: 'FARGATE',
        deploymentController: { type: 'CODE_DEPLOY' },
        loadBalancers,
        networkConfiguration,
        taskDefinition,
        tags: tagsOf('service'),
      }),
    );
    await rig.clock.sleep(300_000);
    const image = rig.withPlaybook(playbookOf(behindBalancer.replace('api:1', 'api:2')));
    const { plan } = await image.plan('repair');
    const part = plan.components.find((each) => each.id === 'service');
    expect(part?.disposition).toBe('blocked');
    expect(part?.because).toContain('AWS does not change taskDefinition of a service of the CODE_DEPLOY controller');
    const count = rig.withPlaybook(playbookOf(behindBalancer.replace('desiredCount: 1', 'desiredCount: 2')));
    expect(unfinished((await count.recover('repair')).report)).toEqual([]);
    expect((await describeService(rig, named)).desiredCount).toBe(2);
  });
});

const behindBalancer = `apiVersion: relight/v1
kind: Playbook
metadata: { name: api }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  balancer: { type: elbv2/load-balancer, shared: true, spec: { name: shop } }
  group:
    type: elbv2/target-group
    spec: { name: api, vpc: vpc-1, port: 8080, protocol: HTTP }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${group.arn}' }
  tasks:
    type: ecs/task-definition
    spec: { family: api, containers: [{ name: app, image: 'registry.example/api:1', port: 8080 }] }
  service:
    type: ecs/service
    dependsOn: [listener]
    spec:
      cluster: '\${cluster.arn}'
      name: api
      desiredCount: 1
      taskDefinition: '\${tasks.arn}'
      loadBalancer: { targetGroup: '\${group.arn}', container: app, port: 8080 }
      network: { subnets: [subnet-a1] }
`;
