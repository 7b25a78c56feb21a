// A task as the API tells it.
import { timestamp } from '../../model.ts';
import type { CallContext, Output } from '../../model.ts';
import { deploymentName, ecsArn, lastPart } from './arns.ts';
import { ecsOf, type Json, type TaskRecord } from './store.ts';
import { taskStatus, type TaskStatus } from './task-life.ts';
import { ecsTimes } from './timings.ts';

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

/** A task as RunTask, DescribeTasks and StopTask tell it. */
export function taskOutput(task: TaskRecord, context: CallContext, withTags: boolean): Output {
  const { local, now, region, world } = context;
  const status = taskStatus(task, now, ecsTimes(world));
  const body = ecsOf(local).taskDefinitions[task.taskDefinition]?.body;
  const alone = task.standalone;
  const service = ecsOf(local).services[task.service];
  const overrides: Json = alone?.overrides ?? { containerOverrides: [] };
  const fargate = task.launchType === 'FARGATE';
  return {
    attachments: attachmentOf(task, status),
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: task.availabilityZone,
    clusterArn: ecsArn(world, region, `cluster/${task.cluster}`),
    containerInstanceArn: task.containerInstance,
    connectivity: task.startedAt === null ? undefined : 'CONNECTED',
    containers: containersOf(task, status, context),
    cpu: overrides['cpu'] ?? body?.['cpu'],
    capacityProviderName: task.capacityProvider,
    createdAt: timestamp(task.createdAt),
    desiredStatus: task.stoppingAt === null ? 'RUNNING' : 'STOPPED',
    enableExecuteCommand: alone?.enableExecuteCommand ?? service?.enableExecuteCommand ?? false,
    executionStoppedAt: instant(task.stoppedAt),
    group: alone?.group ?? `service:${lastPart(task.service)}`,
    healthStatus: 'UNKNOWN',
    lastStatus: status,
    launchType: task.launchType,
    memory: overrides['memory'] ?? body?.['memory'],
    ephemeralStorage: overrides['ephemeralStorage'] ?? body?.['ephemeralStorage'],
    overrides,
    platformVersion: fargate ? (alone?.platformVersion ?? '1.4.0') : undefined,
    platformFamily: fargate ? 'Linux' : undefined,
    startedAt: instant(task.startedAt),
    startedBy: startedBy(task) ?? undefined,
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

/** Whoever ran a standalone task, and the deployment of another. */
export function startedBy(task: TaskRecord): string | null {
  return task.standalone === undefined ? deploymentName(task.deployment) : task.standalone.startedBy;
}
