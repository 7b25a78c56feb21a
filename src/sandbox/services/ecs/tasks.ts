// ListTasks, DescribeTasks, StopTask.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { clusterOf, ecsArn, lastPart, serviceKey, serviceOf } from './arns.ts';
import { clusterTasks } from './clusters.ts';
import { includes, invalidParameter, pageOf, textOf, textsOf } from './input.ts';
import { wakeStandalone } from './standalone.ts';
import { ecsOf } from './store.ts';
import { stopTask } from './task-life.ts';
import { startedBy, taskOutput } from './task-output.ts';
import { wakeService } from './wake.ts';

/** Tasks that are to run unless `desiredStatus: STOPPED` asks for the others. */
export function listTasks(input: Input, context: CallContext): Output {
  const { local, now } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const desired = textOf(input, 'desiredStatus') ?? 'RUNNING';
  const name = textOf(input, 'serviceName');
  const family = textOf(input, 'family');
  const starter = textOf(input, 'startedBy');
  const launchType = textOf(input, 'launchType');
  const onInstance = textOf(input, 'containerInstance');
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
    if (starter !== undefined && startedBy(task) !== starter) continue;
    if (onInstance !== undefined && lastPart(task.containerInstance ?? '') !== lastPart(onInstance)) continue;
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
    else tasks.push(taskOutput(task, context, includes(input, 'TAGS')));
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
    else wakeStandalone(local, now);
  }
  return { task: taskOutput(task, context, false) };
}
