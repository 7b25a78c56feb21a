// A task set as the API tells it.
import { timestamp } from '../../model.ts';
import type { CallContext, Output } from '../../model.ts';
import { deploymentName, ecsArn } from './arns.ts';
import { platform } from './spec-output.ts';
import { ecsOf, type ServiceRecord, type TaskSetRecord } from './store.ts';
import { countTasks } from './task-counts.ts';
import { computedCount } from './task-set-record.ts';

export function taskSetArn({ world, region }: CallContext, service: ServiceRecord, id: string): string {
  return ecsArn(world, region, `task-set/${service.cluster}/${service.name}/${deploymentName(id)}`);
}

export function taskSetOutput(
  service: ServiceRecord,
  set: TaskSetRecord,
  context: CallContext,
  withTags: boolean,
): Output {
  const { local, region, world } = context;
  const tasks = service.tasks.flatMap((arn) => ecsOf(local).tasks[arn] ?? []);
  const counts = countTasks(
    tasks.filter(({ deployment }) => deployment === set.id),
    context,
  );
  const { launchType, capacityProviderStrategy, networkConfiguration, platformFamily, platformVersion } = platform(
    set.spec,
  );
  return {
    id: deploymentName(set.id),
    taskSetArn: taskSetArn(context, service, set.id),
    serviceArn: service.arn,
    clusterArn: ecsArn(world, region, `cluster/${service.cluster}`),
    startedBy: set.startedBy ?? undefined,
    externalId: set.externalId ?? undefined,
    status: set.status,
    taskDefinition: set.spec.taskDefinition,
    computedDesiredCount: computedCount(service, set),
    pendingCount: counts.pending,
    runningCount: counts.running,
    createdAt: timestamp(set.createdAt),
    updatedAt: timestamp(set.updatedAt),
    launchType,
    capacityProviderStrategy,
    platformVersion,
    platformFamily,
    networkConfiguration,
    loadBalancers: set.spec.loadBalancers,
    serviceRegistries: set.spec.serviceRegistries,
    scale: { value: set.scale, unit: 'PERCENT' },
    stabilityStatus: set.stability,
    stabilityStatusAt: timestamp(set.stabilityAt),
    tags: withTags ? set.tags : undefined,
  };
}
