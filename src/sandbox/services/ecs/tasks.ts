// ListTasks, DescribeTasks, StopTask.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { clusterOf, deploymentName, ecsArn, lastPart, serviceKey, serviceOf } from './arns.ts';
import { clusterTasks } from './clusters.ts';
import { includes, invalidParameter, pageOf, textOf, textsOf } from './input.ts';
import { ecsOf, type TaskRecord } from './store.ts';
import { stopTask, taskStatus } from './task-life.ts';
import type { TaskStatus } from './task-life.ts';
import { ecsTimes } from './timings.ts';
import { wakeService } from './wake.ts';

/** How the network interface of a task is attached, by the task's status. */
function attachmentStatus(status: TaskStatus): string {
  switch (status) {
    case 'PROVISIONING':
      return 'ATTACHING';
    case 'PENDING':
    case 'ACTIVATING':
    case 'RUNNING':
    case 'DEACTIVATING':
    case 'STOPPING':
      return 'ATTACHED';
    case 'DEPROVISIONING':
      return 'DETACHING';
    case 'STOPPED':
      return 'DELETED';
  }
}

function attachmentOf(task: TaskRecord, status: TaskStatus): Output[] {
  if (task.attachment === null) return [];
  const address = task.address ?? '';
  return [
    {
      id: task.attachment,
      type: 'ElasticNetworkInterface',
      status: attachmentStatus(status),
      details: [
        { name: 'subnetId', value: task.subnet ?? '' },
        { name: 'networkInterfaceId', value: task.networkInterface ?? '' },
        { name: 'macAddress', value: `02:${task.id.slice(0, 10).replace(/(..)(?=.)/g, '$1:')}` },
        { name: 'privateDnsName', value: `ip-${address.replaceAll('.', '-')}.ec2.internal` },
        { name: 'privateIPv4Address', value: address },
      ],
    },
  ];
}

function containersOf(task: TaskRecord, status: TaskStatus, { local, region, world }: CallContext): Output[] {
  const definition = ecsOf(local).taskDefinitions[task.taskDefinition];
  const state = status === 'STOPPED' ? 'STOPPED' : task.startedAt === null ? 'PENDING' : 'RUNNING';
  return (definition?.containers ?? []).map((container, position) => ({
    containerArn: ecsArn(world, region, `container/${task.cluster}/${task.id}/${String(position)}`),
    taskArn: task.arn,
    name: container.name,
    image: container.image,
    lastStatus: state,
    exitCode: state === 'STOPPED' ? (task.stopCode === 'TaskFailedToStart' ? 1 : 0) : undefined,
    networkBindings:
      task.address === null && task.startedAt !== null
        ? container.ports.map((port) => ({
            bindIP: '0.0.0.0',
            containerPort: port.containerPort,
            hostPort: task.hostPorts[`${container.name}:${String(port.containerPort)}`],
            protocol: port.protocol,
          }))
        : [],
    networkInterfaces:
      task.address === null ? [] : [{ attachmentId: task.attachment, privateIpv4Address: task.address }],
    healthStatus: 'UNKNOWN',
    cpu: '0',
  }));
}

function instant(value: number | null): Output | undefined {
  return value === null ? undefined : { ...timestamp(value) };
}

function output(task: TaskRecord, context: CallContext, withTags: boolean): Output {
  const { local, now, region, world } = context;
  const status = taskStatus(task, now, ecsTimes(world));
  const body = ecsOf(local).taskDefinitions[task.taskDefinition]?.body;
  return {
    attachments: attachmentOf(task, status),
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.availabilityZone,
    clusterArn: ecsArn(world, region, `cluster/${task.cluster}`),
    connectivity: task.startedAt === null ? undefined : 'CONNECTED',
    containers: containersOf(task, status, context),
    cpu: body?.['cpu'],
    createdAt: timestamp(task.createdAt),
    desiredStatus: task.stoppingAt === null ? 'RUNNING' : 'STOPPED',
    enableExecuteCommand: false,
    executionStoppedAt: instant(task.stoppedAt),
    group: `service:${lastPart(task.service)}`,
    healthStatus: 'UNKNOWN',
    lastStatus: status,
    launchType: task.launchType,
    memory: body?.['memory'],
    overrides: { containerOverrides: [] },
    platformVersion: task.launchType === 'FARGATE' ? '1.4.0' : undefined,
    platformFamily: task.launchType === 'FARGATE' ? 'Linux' : undefined,
    startedAt: instant(task.startedAt),
    startedBy: deploymentName(task.deployment),
    stopCode: task.stopCode ?? undefined,
    stoppedReason: task.stoppedReason ?? undefined,
    stoppingAt: instant(task.stoppingAt),
    stoppedAt: status === 'STOPPED' ? instant(task.stoppedAt) : undefined,
    tags: withTags ? task.tags : [],
    taskArn: task.arn,
    taskDefinitionArn: task.taskDefinition,
    version: status === 'RUNNING' ? 3 : 1,
  };
}

/** Tasks that are to run unless `desiredStatus: STOPPED` asks for the others. */
export function listTasks(input: Input, context: CallContext): Output {
  const { local, now } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const desired = textOf(input, 'desiredStatus') ?? 'RUNNING';
  const name = textOf(input, 'serviceName');
  const family = textOf(input, 'family');
  const startedBy = textOf(input, 'startedBy');
  const launchType = textOf(input, 'launchType');
  const service = name === undefined ? undefined : serviceOf(local, cluster, name);
  if (name !== undefined && (service === undefined || service.status === 'INACTIVE')) {
    throw new AwsError('ServiceNotFoundException', 'Service not found.');
  }
  const key = service === undefined ? undefined : serviceKey(service.cluster, service.name);
  const arns: string[] = [];
  for (const task of clusterTasks(local, cluster, now)) {
    if ((task.stoppingAt === null ? 'RUNNING' : 'STOPPED') !== (desired === 'STOPPED' ? 'STOPPED' : 'RUNNING'))
      continue;
    if (key !== undefined && task.service !== key) continue;
    if (family !== undefined && lastPart(task.taskDefinition).split(':')[0] !== family) continue;
    if (startedBy !== undefined && deploymentName(task.deployment) !== startedBy) continue;
    if (launchType !== undefined && task.launchType !== launchType) continue;
    arns.push(task.arn);
  }
  const page = pageOf(arns, input, 100);
  return { taskArns: page.items, nextToken: page.next };
}

export function describeTasks(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const asked = textsOf(input, 'tasks') ?? [];
  if (asked.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (asked.length > 100) throw invalidParameter('Tasks cannot exceed 100 entries');
  clusterTasks(local, cluster, now);
  const tasks: Output[] = [];
  const failures: Output[] = [];
  for (const given of asked) {
    const arn = ecsArn(world, region, `task/${cluster.name}/${lastPart(given)}`);
    const task = ecsOf(local).tasks[arn];
    if (task === undefined) failures.push({ arn, reason: 'MISSING' });
    else tasks.push(output(task, context, includes(input, 'TAGS')));
  }
  return { tasks, failures };
}

/** The service replaces the task. Stopping a task that is stopping already changes nothing. */
export function stopTaskByHand(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const task =
    ecsOf(local).tasks[ecsArn(world, region, `task/${cluster.name}/${lastPart(textOf(input, 'task') ?? '')}`)];
  if (task === undefined) throw invalidParameter('The referenced task was not found.');
  if (task.stoppingAt === null) {
    const reason = textOf(input, 'reason') ?? 'Task stopped by user';
    stopTask({ world, region, local, at: now }, task, 'UserInitiated', reason);
    const service = ecsOf(local).services[task.service];
    if (service !== undefined) wakeService(ecsOf(local), service, now);
  }
  return { task: output(task, context, false) };
}
