// Headings are those of src/sandbox/services/ecs/SPEC.md: the API. The scheduler's are in ecs-scheduler.test.ts.
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { account, minute, present, refusal, region, rig, second, start } from './ecs-rig.ts';
import type { Rig } from './ecs-rig.ts';

const arn = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;

describe('Clusters', () => {
  it('is created once; the same name with other settings is refused', async () => {
    const { cluster, containers } = rig();
    const { cluster: made } = await cluster();
    expect(made).toMatchObject({
      clusterArn: arn('cluster/wonderland'),
      status: 'ACTIVE',
      activeServicesCount: 0,
      tags: [{ key: 'team', value: 'a' }],
    });
    expect((await cluster()).cluster?.clusterArn).toBe(made?.clusterArn);
    const other = new ecs.CreateClusterCommand({
      clusterName: 'wonderland',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    expect(await refusal(containers.send(other))).toEqual({
      code: 'ClientException',
      message: 'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    });
  });

  it('is missing as a failure, and tells tags only when asked', async () => {
    const { cluster, containers } = rig();
    await cluster();
    const answer = await containers.send(new ecs.DescribeClustersCommand({ clusters: ['wonderland', 'gone'] }));
    expect(answer.failures).toEqual([{ arn: arn('cluster/gone'), reason: 'MISSING' }]);
    expect(answer.clusters?.[0]?.tags).toEqual([]);
    const tagged = await containers.send(
      new ecs.DescribeClustersCommand({ clusters: ['wonderland'], include: ['TAGS'] }),
    );
    expect(tagged.clusters?.[0]?.tags).toEqual([{ key: 'team', value: 'a' }]);
  });

  it('is not deleted with tasks, then not with services; stays describable as INACTIVE', async () => {
    const there = rig();
    const { containers, clock, update, remove } = there;
    await there.harness();
    await there.service();
    clock.advance(minute);
    const drop = () => containers.send(new ecs.DeleteClusterCommand({ cluster: 'wonderland' }));
    const withTasks = {
      code: 'ClusterContainsTasksException',
      message: 'The Cluster cannot be deleted while Tasks are active.',
    };
    expect(await refusal(drop())).toEqual(withTasks);
    await update({ desiredCount: 0 });
    clock.advance(minute);
    const withServices = {
      code: 'ClusterContainsServicesException',
      message: 'The Cluster cannot be deleted while Services are active.',
    };
    expect(await refusal(drop())).toEqual(withServices);
    await remove();
    expect(await refusal(drop())).toEqual(withServices);
    clock.advance(minute);
    expect((await drop()).cluster?.status).toBe('INACTIVE');
    expect((await containers.send(new ecs.ListClustersCommand({}))).clusterArns).toEqual([]);
    const read = await containers.send(new ecs.DescribeClustersCommand({ clusters: ['wonderland'] }));
    expect(read.clusters?.[0]?.status).toBe('INACTIVE');
    expect(await refusal(there.service())).toEqual({ code: 'ClientException', message: 'Cluster was not ACTIVE.' });
  });
});

describe('Task definitions', () => {
  it('keeps what is given and fills in the rest, as captured', async () => {
    const { containers } = rig();
    const { taskDefinition, tags } = await containers.send(
      new ecs.RegisterTaskDefinitionCommand({
        family: 'sleeper',
        containerDefinitions: [{ name: 'sleeper', image: 'python', memory: 64 }],
        tags: [{ key: 'a', value: 'b' }],
      }),
    );
    expect(taskDefinition).toEqual({
      taskDefinitionArn: arn('task-definition/sleeper:1'),
      containerDefinitions: [
        {
          name: 'sleeper',
          image: 'python',
          cpu: 0,
          memory: 64,
          portMappings: [],
          essential: true,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
        },
      ],
      family: 'sleeper',
      revision: 1,
      volumes: [],
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
      placementConstraints: [],
      compatibilities: ['EXTERNAL', 'EC2'],
      registeredAt: new Date(start),
      registeredBy: `arn:aws:iam::${account}:user/operator`,
    });
    expect(tags).toEqual([{ key: 'a', value: 'b' }]);
  });

  it('is found by family, revision or ARN; an inactive one by revision only', async () => {
    const { definition, containers } = rig();
    await definition();
    const second = await definition();
    const read = async (taskDefinition: string) =>
      (await containers.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })))
        .taskDefinition;
    expect(second.containerDefinitions?.[0]?.portMappings).toEqual([
      { containerPort: 8080, hostPort: 8080, protocol: 'tcp' },
    ]);
    expect((await read('api'))?.revision).toBe(2);
    expect((await read('api:1'))?.revision).toBe(1);
    expect((await read(present(second.taskDefinitionArn)))?.revision).toBe(2);
    await containers.send(new ecs.DeregisterTaskDefinitionCommand({ taskDefinition: 'api:2' }));
    expect((await read('api'))?.revision).toBe(1);
    expect((await read('api:2'))?.status).toBe('INACTIVE');
    const missing = { code: 'ClientException', message: 'Unable to describe task definition.' };
    expect(await refusal(read('gone'))).toEqual(missing);
    expect(await refusal(read('api:9'))).toEqual(missing);
  });

  it('is deleted after it was deregistered, ten at a time', async () => {
    const { definition, containers } = rig();
    await definition();
    const drop = (...taskDefinitions: string[]) =>
      containers.send(new ecs.DeleteTaskDefinitionsCommand({ taskDefinitions }));
    expect((await drop('api:1')).failures?.[0]?.reason).toContain('ACTIVE');
    await containers.send(new ecs.DeregisterTaskDefinitionCommand({ taskDefinition: 'api:1' }));
    expect((await drop('api:1')).taskDefinitions?.[0]?.status).toBe('DELETE_IN_PROGRESS');
    expect((await drop('api:1')).failures).toEqual([
      {
        arn: 'api:1',
        reason:
          'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
      },
    ]);
    expect((await refusal(drop(...Array.from({ length: 11 }, () => 'api:1')))).code).toBe('InvalidParameterException');
    expect((await definition()).revision).toBe(2);
  });

  it('lists revisions and families', async () => {
    const { definition, containers } = rig();
    for (const family of ['b', 'a', 'a']) await definition(family);
    const list = async (input: ecs.ListTaskDefinitionsRequest) =>
      (await containers.send(new ecs.ListTaskDefinitionsCommand(input))).taskDefinitionArns?.map((item) =>
        item.slice(item.indexOf('/') + 1),
      );
    expect(await list({})).toEqual(['a:1', 'a:2', 'b:1']);
    expect(await list({ familyPrefix: 'a', sort: 'DESC' })).toEqual(['a:2', 'a:1']);
    await containers.send(new ecs.DeregisterTaskDefinitionCommand({ taskDefinition: 'b:1' }));
    expect(await list({ status: 'INACTIVE' })).toEqual(['b:1']);
    const families = await containers.send(new ecs.ListTaskDefinitionFamiliesCommand({ status: 'ACTIVE' }));
    expect(families.families).toEqual(['a']);
  });

  it('refuses what cannot run', async () => {
    const { definition } = rig();
    expect((await refusal(definition('x', { memory: '300' }))).message).toContain('No Fargate configuration');
    expect((await refusal(definition('x', { networkMode: 'bridge' }))).message).toContain('awsvpc');
    expect((await refusal(definition('x', { containerDefinitions: [] }))).code).toBe('ClientException');
  });
});

describe('CreateService', () => {
  const plain = async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    return there;
  };

  it('answers as captured for an EC2 service without tasks', async () => {
    const { containers, clock, describe: read } = await plain();
    const { taskDefinition } = await containers.send(
      new ecs.RegisterTaskDefinitionCommand({
        family: 'sleeper',
        containerDefinitions: [{ name: 'sleeper', image: 'python', memory: 64 }],
      }),
    );
    const { service } = await containers.send(
      new ecs.CreateServiceCommand({
        cluster: 'wonderland',
        serviceName: 'sleeper',
        taskDefinition: 'sleeper',
        desiredCount: 0,
        tags: [{ key: 'a', value: 'b' }],
      }),
    );
    const id = present(service?.deployments?.[0]?.id);
    const number = id.slice('ecs-svc/'.length);
    const at = new Date(start);
    expect(id).toMatch(/^ecs-svc\/\d{19}$/);
    expect(service).toEqual({
      serviceArn: arn('service/wonderland/sleeper'),
      serviceName: 'sleeper',
      clusterArn: arn('cluster/wonderland'),
      loadBalancers: [],
      serviceRegistries: [],
      status: 'ACTIVE',
      desiredCount: 0,
      runningCount: 0,
      pendingCount: 0,
      launchType: 'EC2',
      taskDefinition: taskDefinition?.taskDefinitionArn,
      deploymentConfiguration: {
        deploymentCircuitBreaker: {
          enable: false,
          rollback: false,
          resetOnHealthyTask: true,
          thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
        },
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        strategy: 'ROLLING',
        bakeTimeInMinutes: 0,
      },
      deployments: [
        {
          id,
          status: 'PRIMARY',
          taskDefinition: taskDefinition?.taskDefinitionArn,
          desiredCount: 0,
          pendingCount: 0,
          runningCount: 0,
          failedTasks: 0,
          createdAt: at,
          updatedAt: at,
          launchType: 'EC2',
          rolloutState: 'IN_PROGRESS',
          rolloutStateReason: `ECS deployment ${id} in progress.`,
        },
      ],
      events: [],
      createdAt: at,
      currentServiceRevisions: [
        {
          arn: arn(`service-revision/wonderland/sleeper/${number}`),
          requestedTaskCount: 0,
          runningTaskCount: 0,
          pendingTaskCount: 0,
        },
      ],
      placementConstraints: [],
      placementStrategy: [],
      healthCheckGracePeriodSeconds: 0,
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      tags: [{ key: 'a', value: 'b' }],
      createdBy: `arn:aws:iam::${account}:user/operator`,
      enableECSManagedTags: false,
      propagateTags: 'NONE',
      enableExecuteCommand: false,
      availabilityZoneRebalancing: 'ENABLED',
      resourceManagementType: 'CUSTOMER',
    });

    clock.advance(20 * second);
    const steady = await read('sleeper');
    expect(steady.deployments?.[0]).toMatchObject({
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${id} completed.`,
    });
    expect(steady.events?.map(({ message }) => message)).toEqual([
      '(service sleeper) has reached a steady state.',
      `(service sleeper) (deployment ${id}) deployment completed.`,
    ]);
  });

  it('scopes the client token to the service name and compares parameters without tags', async () => {
    const { service } = await plain();
    const first = await service({ clientToken: 't-1', tags: [{ key: 'a', value: '1' }] });
    const again = await service({ clientToken: 't-1', tags: [{ key: 'a', value: '2' }] });
    expect(again.deployments?.[0]?.id).toBe(first.deployments?.[0]?.id);
    expect(again.tags).toEqual([{ key: 'a', value: '1' }]);
    const notIdempotent = { code: 'InvalidParameterException', message: 'Creation of service was not idempotent.' };
    expect(await refusal(service({ clientToken: 't-2' }))).toEqual(notIdempotent);
    expect(await refusal(service())).toEqual(notIdempotent);
    expect(await refusal(service({ clientToken: 't-1', desiredCount: 3 }))).toEqual(notIdempotent);
    expect((await service({ serviceName: 'other', clientToken: 't-1' })).serviceName).toBe('other');
    expect(await refusal(service({ serviceName: 'x', clientToken: 'x'.repeat(37) }))).toEqual({
      code: 'InvalidParameterException',
      message: 'idempotency token longer than 36.',
    });
  });

  it('is refused while the old one is draining, and makes the same ARN anew afterwards', async () => {
    const { service, remove, clock } = await plain();
    const first = await service({ desiredCount: 0 });
    await remove();
    expect(await refusal(service())).toEqual({
      code: 'InvalidParameterException',
      message: 'Unable to Start a service that is still Draining.',
    });
    clock.advance(minute);
    const second = await service();
    expect(second.serviceArn).toBe(first.serviceArn);
    expect(second.deployments?.[0]?.id).not.toBe(first.deployments?.[0]?.id);
  });

  it('checks its load balancers, containers, network and counts', async () => {
    const there = await plain();
    const { service, group, definition } = there;
    const { TargetGroupArn } = await group();
    const gone = `${present(TargetGroupArn)}0`;
    const behind = (targetGroupArn: string | undefined, containerName = 'api', containerPort = 8080) =>
      service({ loadBalancers: [{ targetGroupArn, containerName, containerPort }] });
    await definition('bridge', { networkMode: 'bridge', requiresCompatibilities: [] });
    const cases: [Promise<unknown>, string, string][] = [
      [
        behind(TargetGroupArn),
        'InvalidParameterException',
        `The target group with targetGroupArn ${present(TargetGroupArn)} does not have an associated load balancer.`,
      ],
      [behind(gone), 'InvalidParameterException', 'The specified target group does not exist.'],
      [
        behind(TargetGroupArn, 'web'),
        'InvalidParameterException',
        'The container web does not exist in the task definition.',
      ],
      [
        behind(TargetGroupArn, 'api', 81),
        'InvalidParameterException',
        'The container api did not have a container port 81 defined.',
      ],
      [
        service({ networkConfiguration: undefined }),
        'InvalidParameterException',
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      ],
      [service({ desiredCount: -1 }), 'InvalidParameterException', 'Task count can not be lesser than 0'],
      [service({ desiredCount: undefined }), 'InvalidParameterException', 'DesiredCount is missing'],
      [service({ taskDefinition: 'gone' }), 'ClientException', 'TaskDefinition not found.'],
      [
        service({ taskDefinition: 'bridge' }),
        'InvalidParameterException',
        'Task definition does not support launch_type FARGATE.',
      ],
      [service({ cluster: 'gone' }), 'ClusterNotFoundException', 'Cluster not found.'],
    ];
    for (const [call, code, message] of cases) expect(await refusal(call)).toEqual({ code, message });
  });
});

describe('DescribeServices and ListServices', () => {
  const many = async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    for (let place = 0; place < 12; place += 1) {
      await there.service({ serviceName: `s${String(place)}`, desiredCount: 0, tags: [{ key: 'a', value: 'b' }] });
    }
    return there;
  };
  const describeThem = ({ containers }: Rig, services: string[]) =>
    containers.send(new ecs.DescribeServicesCommand({ cluster: 'wonderland', services }));

  it('describes one to ten, misses without an error and tells tags only when asked', async () => {
    const there = await many();
    const text = 'services must contain between 1 and 10 entries';
    expect((await refusal(describeThem(there, []))).message).toBe(text);
    const eleven = Array.from({ length: 11 }, (_, place) => `s${String(place)}`);
    expect((await refusal(describeThem(there, eleven))).message).toBe(text);
    const answer = await describeThem(there, ['s0', arn('service/wonderland/s1'), arn('service/s2'), 'gone']);
    expect(answer.services?.map(({ serviceName }) => serviceName)).toEqual(['s0', 's1', 's2']);
    expect(answer.failures).toEqual([{ arn: arn('service/wonderland/gone'), reason: 'MISSING' }]);
    expect(answer.services?.[0]?.tags).toBeUndefined();
    expect((await there.describe('s0', ['TAGS'])).tags).toEqual([{ key: 'a', value: 'b' }]);
    const elsewhere = new ecs.DescribeServicesCommand({ cluster: 'gone', services: ['s0'] });
    expect((await refusal(there.containers.send(elsewhere))).code).toBe('ClusterNotFoundException');
  });

  it('lists ten a page, and no service that is DRAINING or INACTIVE', async () => {
    const { containers } = await many();
    await containers.send(new ecs.DeleteServiceCommand({ cluster: 'wonderland', service: 's3' }));
    const pages: number[] = [];
    const all: string[] = [];
    for await (const page of ecs.paginateListServices({ client: containers }, { cluster: 'wonderland' })) {
      pages.push(page.serviceArns?.length ?? 0);
      all.push(...(page.serviceArns ?? []));
    }
    expect(pages).toEqual([10, 1]);
    expect(all).not.toContain(arn('service/wonderland/s3'));
  });
});

describe('UpdateService and DeleteService', () => {
  const running = async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    await there.service();
    there.clock.advance(2 * minute);
    return there;
  };

  it('makes a new deployment only for what tasks are made from', async () => {
    const { update, definition } = await running();
    const ids = (service: ecs.Service) => service.deployments?.map(({ id }) => id) ?? [];
    const scaled = await update({ desiredCount: 3, enableExecuteCommand: true });
    expect(ids(scaled)).toHaveLength(1);
    expect(scaled.deployments?.[0]).toMatchObject({ desiredCount: 3, rolloutState: 'COMPLETED' });
    expect(ids(await update({ taskDefinition: 'api:1' }))).toEqual(ids(scaled));
    await definition();
    const renewed = await update({ taskDefinition: 'api' });
    expect(renewed.deployments?.map(({ status, desiredCount }) => [status, desiredCount])).toEqual([
      ['PRIMARY', 3],
      ['ACTIVE', 0],
    ]);
    expect(ids(await update({ forceNewDeployment: true }))).toHaveLength(3);
  });

  it('is refused for a service that is not ACTIVE or not there', async () => {
    const { update, remove, clock, containers } = await running();
    const missing = new ecs.UpdateServiceCommand({ cluster: 'wonderland', service: 'gone' });
    expect(await refusal(containers.send(missing))).toEqual({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
    await remove(true);
    const notActive = { code: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' };
    expect(await refusal(update({ desiredCount: 1 }))).toEqual(notActive);
    clock.advance(2 * minute);
    expect(await refusal(update({ desiredCount: 1 }))).toEqual(notActive);
  });

  it('deletes without force only what is scaled to 0 and rolled out', async () => {
    const { remove, update, service, clock } = await running();
    expect(await refusal(remove())).toEqual({
      code: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    await update({ desiredCount: 0 });
    expect((await remove()).status).toBe('DRAINING');
    expect((await remove()).status).toBe('DRAINING');
    clock.advance(2 * minute);
    await service();
    await update({ desiredCount: 0 });
    expect(await refusal(remove())).toEqual({
      code: 'InvalidParameterException',
      message: 'The service cannot be stopped while deployments are active.',
    });
    expect((await remove(true)).status).toBe('DRAINING');
  });

  it('goes from DRAINING to INACTIVE to MISSING', async () => {
    const { remove, describe: read, clock, containers } = await running();
    const deleted = await remove(true);
    expect(deleted).toMatchObject({ status: 'DRAINING', desiredCount: 0, runningCount: 0 });
    const revision = present(deleted.currentServiceRevisions?.[0]?.arn);
    const revisions = () =>
      containers.send(new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: [revision] }));
    expect((await revisions()).serviceRevisions?.[0]?.taskDefinition).toBe(arn('task-definition/api:1'));
    clock.advance(34 * second);
    expect((await read()).status).toBe('DRAINING');
    clock.advance(second);
    expect(await read()).toMatchObject({ status: 'INACTIVE', events: [], runningCount: 0, pendingCount: 0 });
    expect((await refusal(revisions())).message).toBe(
      'Cannot call DescribeServiceRevisions for a service that is INACTIVE',
    );
    clock.advance(60 * minute);
    const answer = await containers.send(new ecs.DescribeServicesCommand({ cluster: 'wonderland', services: ['api'] }));
    expect(answer.failures).toEqual([{ arn: arn('service/wonderland/api'), reason: 'MISSING' }]);
  });
});

describe('Tasks', () => {
  it('has an address of its own and is replaced when it is stopped', async () => {
    const there = rig();
    const { containers, clock, tasks } = there;
    await there.harness();
    await there.service();
    clock.advance(minute);
    const [first, second] = await tasks();
    const details = (task: ecs.Task | undefined) =>
      new Map((task?.attachments?.[0]?.details ?? []).map(({ name, value }) => [name, value]));
    expect(first).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', group: 'service:api' });
    expect(first?.attachments?.[0]).toMatchObject({ type: 'ElasticNetworkInterface', status: 'ATTACHED' });
    expect(details(first).get('subnetId')).not.toBe(details(second).get('subnetId'));
    const address = details(first).get('privateIPv4Address');
    expect(address).toMatch(/^10\.0\.\d+\.\d+$/);
    expect(first?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe(address);

    const { task } = await containers.send(
      new ecs.StopTaskCommand({ cluster: 'wonderland', task: first?.taskArn, reason: 'test' }),
    );
    expect(task).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'test' });
    const statuses = async () => (await tasks()).map(({ lastStatus }) => lastStatus);
    expect(await statuses()).toEqual(['RUNNING', 'PROVISIONING']);
    clock.advance(minute);
    expect(await statuses()).toEqual(['RUNNING', 'RUNNING']);
    expect((await tasks('STOPPED')).map(({ lastStatus }) => lastStatus)).toEqual(['STOPPED']);
    clock.advance(61 * minute);
    expect(await tasks('STOPPED')).toEqual([]);
  });

  it('goes through its states', async () => {
    const there = rig();
    const { clock, tasks, update } = there;
    await there.harness();
    await there.service({ desiredCount: 1 });
    const status = async () => (await tasks())[0]?.lastStatus ?? (await tasks('STOPPED'))[0]?.lastStatus;
    const seen: (string | undefined)[] = [];
    for (const wait of [0, 20, 20]) {
      clock.advance(wait * second);
      seen.push(await status());
    }
    await update({ desiredCount: 0 });
    for (const wait of [1, 11, 10]) {
      clock.advance(wait * second);
      seen.push(await status());
    }
    expect(seen).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
  });

  it('is missed as a failure when described, with an error when stopped', async () => {
    const { cluster, containers } = rig();
    await cluster();
    const answer = await containers.send(new ecs.DescribeTasksCommand({ cluster: 'wonderland', tasks: ['gone'] }));
    expect(answer.failures).toEqual([{ arn: arn('task/wonderland/gone'), reason: 'MISSING' }]);
    const stop = new ecs.StopTaskCommand({ cluster: 'wonderland', task: 'gone' });
    expect(await refusal(containers.send(stop))).toEqual({
      code: 'InvalidParameterException',
      message: 'The referenced task was not found.',
    });
    const list = new ecs.ListTasksCommand({ cluster: 'wonderland', serviceName: 'gone' });
    expect((await refusal(containers.send(list))).code).toBe('ServiceNotFoundException');
  });
});

describe('Tags', () => {
  it('adds, replaces and removes on every kind', async () => {
    const there = rig();
    const { containers } = there;
    await there.cluster();
    await there.definition();
    const { serviceArn } = await there.service();
    for (const resourceArn of [serviceArn, arn('cluster/wonderland'), arn('task-definition/api:1')]) {
      await containers.send(new ecs.TagResourceCommand({ resourceArn, tags: [{ key: 'x', value: '1' }] }));
      await containers.send(
        new ecs.TagResourceCommand({
          resourceArn,
          tags: [
            { key: 'x', value: '2' },
            { key: 'y', value: '3' },
          ],
        }),
      );
      await containers.send(new ecs.UntagResourceCommand({ resourceArn, tagKeys: ['y', 'team'] }));
      const { tags } = await containers.send(new ecs.ListTagsForResourceCommand({ resourceArn }));
      expect(tags).toEqual([{ key: 'x', value: '2' }]);
    }
    const gone = new ecs.TagResourceCommand({ resourceArn: arn('service/wonderland/gone'), tags: [] });
    expect((await refusal(containers.send(gone))).code).toBe('InvalidParameterException');
  });
});
