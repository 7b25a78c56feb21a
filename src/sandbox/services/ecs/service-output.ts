// A service, its deployments and tasks as the API tells them.
import { timestamp } from '../../model.ts';
import type { CallContext, Output } from '../../model.ts';
import { deploymentName, ecsArn } from './arns.ts';
import { onFargate } from './launch-input.ts';
import { connections, platform } from './spec-output.ts';
import { ecsOf, type DeploymentRecord, type DeploymentSpec, type ServiceRecord } from './store.ts';
import { countTasks, type TaskCounts } from './task-counts.ts';
import { taskSetOutput } from './task-set-output.ts';

function deploymentOutput(deployment: DeploymentRecord, index: number, counts: TaskCounts): Output {
  return {
    id: deploymentName(deployment.id),
    status: index === 0 ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: deployment.spec.taskDefinition,
    desiredCount: deployment.desiredCount,
    pendingCount: counts.pending,
    runningCount: counts.running,
    failedTasks: deployment.failedTasks,
    createdAt: timestamp(deployment.createdAt),
    updatedAt: timestamp(deployment.updatedAt),
    ...platform(deployment.spec),
    ...connections(deployment.spec),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

export function revisionArn({ world, region }: CallContext, service: ServiceRecord, id: string): string {
  return ecsArn(world, region, `service-revision/${service.cluster}/${service.name}/${id}`);
}

/** What the service runs, or last ran: its newest revision, or its primary task set. */
export function currentSpec(service: ServiceRecord): DeploymentSpec | undefined {
  const id = service.deployments[0]?.id ?? service.history[0]?.revision ?? '';
  return (
    service.deployments[0]?.spec ??
    service.revisions[id]?.spec ??
    service.taskSets?.find(({ status }) => status === 'PRIMARY')?.spec
  );
}

export function serviceOutput(service: ServiceRecord, context: CallContext, withTags: boolean): Output {
  const { local, world, region } = context;
  const tasks = service.tasks.flatMap((arn) => ecsOf(local).tasks[arn] ?? []);
  const total = countTasks(tasks, context);
  const perDeployment = service.deployments.map((deployment) =>
    countTasks(
      tasks.filter((task) => task.deployment === deployment.id),
      context,
    ),
  );
  const none: TaskCounts = { running: 0, pending: 0 };
  const spec = currentSpec(service);
  const linkedRole = spec !== undefined && (spec.networkConfiguration !== null || spec.loadBalancers.length > 0);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: ecsArn(world, region, `cluster/${service.cluster}`),
    loadBalancers: spec?.loadBalancers ?? [],
    serviceRegistries: spec?.serviceRegistries ?? [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: total.running,
    pendingCount: total.pending,
    launchType: spec?.launchType ?? undefined,
    capacityProviderStrategy:
      spec !== undefined && spec.capacityProviderStrategy.length > 0 ? spec.capacityProviderStrategy : undefined,
    platformVersion: spec?.platformVersion ?? undefined,
    platformFamily: spec !== undefined && onFargate(spec) ? 'Linux' : undefined,
    taskDefinition: spec?.taskDefinition,
    deploymentConfiguration: service.deploymentConfiguration,
    deployments: service.deployments.map((deployment, index) =>
      deploymentOutput(deployment, index, perDeployment[index] ?? none),
    ),
    taskSets: service.taskSets?.map((set) => taskSetOutput(service, set, context, withTags)),
    roleArn: linkedRole
      ? (service.role ??
        `arn:aws:iam::${world.data.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`)
      : undefined,
    events: service.events.map((event) => ({ ...event, createdAt: timestamp(event.createdAt) })),
    createdAt: timestamp(service.createdAt),
    currentServiceRevisions: service.deployments.map((deployment, index) => ({
      arn: revisionArn(context, service, deployment.id),
      requestedTaskCount: deployment.desiredCount,
      runningTaskCount: perDeployment[index]?.running ?? 0,
      pendingTaskCount: perDeployment[index]?.pending ?? 0,
    })),
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    networkConfiguration: spec?.networkConfiguration ?? undefined,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: { type: service.deploymentController },
    tags: withTags ? service.tags : undefined,
    createdBy: service.createdBy,
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
  };
}

export function revisionOutput(service: ServiceRecord, id: string, context: CallContext): Output | undefined {
  const revision = service.revisions[id];
  if (revision === undefined) return undefined;
  const { local, world, region } = context;
  const { spec } = revision;
  const definition = ecsOf(local).taskDefinitions[spec.taskDefinition];
  return {
    serviceRevisionArn: revisionArn(context, service, id),
    serviceArn: service.arn,
    clusterArn: ecsArn(world, region, `cluster/${service.cluster}`),
    taskDefinition: spec.taskDefinition,
    ...platform(spec),
    ...connections(spec),
    loadBalancers: spec.loadBalancers,
    serviceRegistries: spec.serviceRegistries,
    containerImages: (definition?.containers ?? []).map(({ name, image }) => ({ containerName: name, image })),
    guardDutyEnabled: false,
    createdAt: timestamp(revision.createdAt),
  };
}
