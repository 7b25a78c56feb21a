// DeleteService.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { loseScalingOf } from '../application-autoscaling/store.ts';
import { booleanOf, invalidParameter } from './input.ts';
import { serviceOutput } from './service-output.ts';
import { existingService } from './service-records.ts';
import { ecsOf, type ServiceRecord } from './store.ts';
import { stopTask } from './task-life.ts';
import { wakeService } from './wake.ts';

/** Answers at once with DRAINING, even for a service without tasks; repeating it on a DRAINING one is no error. */
export function deleteService(input: Input, context: CallContext): Output {
  const { local, now } = context;
  const service = existingService(input, context);
  if (service.status === 'INACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status === 'DRAINING') return { service: serviceOutput(service, context, true) };
  if (booleanOf(input, 'force') !== true) refuseUnforced(service);
  service.status = 'DRAINING';
  service.desiredCount = 0;
  for (const deployment of service.deployments) deployment.desiredCount = 0;
  for (const set of service.taskSets ?? []) set.status = 'DRAINING';
  // Spelled out: `local` is a getter of the context, which a spread would lose.
  const place = { world: context.world, region: context.region, local, at: now };
  for (const arn of service.tasks) {
    const task = ecsOf(local).tasks[arn];
    if (task === undefined || task.stoppingAt !== null) continue;
    stopTask(place, task, 'ServiceSchedulerInitiated', 'Scaling activity initiated by deployment');
  }
  service.steadySince = null;
  loseScalingOf(local, 'ecs', `service/${service.cluster}/${service.name}`);
  const answer = serviceOutput(service, context, true);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

function refuseUnforced(service: ServiceRecord): void {
  if (service.schedulingStrategy === 'DAEMON') return;
  if (service.desiredCount > 0) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  const rolling = service.deployments.length > 1 || service.deployments[0]?.rolloutState === 'IN_PROGRESS';
  const external = service.deploymentController === 'EXTERNAL' && (service.taskSets ?? []).length > 0;
  if ((rolling && service.tasks.length > 0) || external) {
    throw invalidParameter('The service cannot be stopped while deployments are active.');
  }
}
