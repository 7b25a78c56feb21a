// The service scheduler: what ECS does about one service at one instant. Running it twice at the same instant changes
// nothing the second time; it says itself when it has to run again.
import type { RegionData } from '../../world-data.ts';
import { healthOfTarget, targetKey } from '../elbv2/health.ts';
import { registerTarget } from '../elbv2/registration.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { elbv2Times } from '../elbv2/timings.ts';
import { own } from '../../records.ts';
import { tell } from './events.ts';
import { balance, stop } from './rollout.ts';
import { Agenda } from './scene.ts';
import type { Scene } from './scene.ts';
import { ecsOf, type TaskRecord } from './store.ts';
import { balanceTaskSets } from './task-set-schedule.ts';
import { drainEnd, isLive, purgeTask } from './task-life.ts';
import { ecsTimes } from './timings.ts';
import { startOf } from './waiting.ts';
import { replacementPause, reregistrationPause, startBackOff, stoppedTaskKept, unverifiedTexts } from './unverified.ts';

/** Until a service that is told to drain for ever is looked at again. */
const stuckPause = 60_000;

/**
 * Does what is due for a service.
 *
 * @returns when to look again, which may be at once; null when only a change from outside can bring something to do
 */
export function scheduleService(scene: Scene): number | null {
  const agenda = new Agenda();
  const { service } = scene;
  switch (service.status) {
    case 'ACTIVE': {
      const tasks = progress(scene, agenda);
      register(scene, tasks, agenda);
      const healthy = inspect(scene, tasks, agenda);
      const live = tasks.filter(isLive);
      if (service.taskSets === undefined) balance(scene, live, healthy, agenda);
      else balanceTaskSets(scene, live, healthy, agenda);
      break;
    }
    case 'DRAINING':
      progress(scene, agenda);
      drain(scene, agenda);
      break;
    case 'INACTIVE':
      agenda.add((service.inactiveAt ?? scene.at) + ecsTimes(scene.world).servicePurge);
      break;
  }
  return agenda.next;
}

/** Moves tasks through start and stop; returns those that have not stopped. */
function progress(scene: Scene, agenda: Agenda): TaskRecord[] {
  const { world, local, service, at } = scene;
  const { taskStop } = ecsTimes(world);
  const tasks: TaskRecord[] = [];
  for (const arn of service.tasks) {
    const task = ecsOf(local).tasks[arn];
    if (task === undefined) continue;
    if (isLive(task) && task.startedAt === null) {
      if (task.startAt > at) agenda.add(task.startAt);
      else if (own(ecsOf(local).behaviours, service.name)?.includes('never-steady') === true) failToStart(scene, task);
      else start(scene, task);
    }
    if (task.stoppingAt !== null && task.stoppedAt === null) {
      const end = task.drainedAt ?? drainEnd(local, task, at);
      if (end > at) {
        agenda.add(end);
      } else {
        task.drainedAt = end;
        if (end + taskStop > at) agenda.add(end + taskStop);
        else task.stoppedAt = end + taskStop;
      }
    }
    if (task.stoppedAt === null) tasks.push(task);
  }
  if (tasks.length !== service.tasks.length) service.tasks = tasks.map(({ arn }) => arn);
  return tasks;
}

function start(scene: Scene, task: TaskRecord): void {
  const start = startOf(scene.world, scene.local, task, scene.service.arn);
  if (start.kind === 'stops') {
    failToStart(scene, task, start.code, start.reason);
    return;
  }
  task.startedAt = task.startAt;
  if (start.kind === 'hangs') task.waitsFor = [...start.names];
}

function failToStart(
  { service, at }: Scene,
  task: TaskRecord,
  code = 'TaskFailedToStart',
  reason = 'Task failed to start',
): void {
  task.stoppingAt = at;
  task.drainedAt = at;
  task.stoppedAt = at;
  task.stopCode = code;
  task.stoppedReason = reason;
  const deployment = service.deployments.find(({ id }) => id === task.deployment);
  if (deployment !== undefined) deployment.failedTasks += 1;
  // Tasks that fail together are one failed try.
  if (service.retryAt > at) return;
  service.failures += 1;
  service.retryAt = at + Math.min(startBackOff.most, startBackOff.first * 2 ** (service.failures - 1));
}

/** Registers the targets of running tasks, again if somebody else took them out. */
function register({ world, local, service, at }: Scene, tasks: readonly TaskRecord[], agenda: Agenda): void {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    if (task.startedAt === null || !isLive(task)) continue;
    for (const target of task.targets) {
      const group = elbv2Of(local).targetGroups[target.targetGroupArn];
      if (group === undefined) {
        if (!target.failed) {
          target.failed = true;
          const where = `(target-group ${target.targetGroupArn})`;
          const why = `(error ${unverifiedTexts.registrationFailed})`;
          tell(world, service, at, `failed to register targets in ${where} with ${why}`);
        }
        continue;
      }
      if (group.targets[targetKey(target.id, target.port)]?.drainedAt === null) continue;
      if (target.registeredAt !== null) {
        // Somebody else took it out.
        target.retryAt ??= at + reregistrationPause;
        if (target.retryAt > at) {
          agenda.add(target.retryAt);
          continue;
        }
        target.retryAt = null;
      }
      registerTarget(group, { ...target, availabilityZone: task.availabilityZone }, at);
      target.registeredAt = at;
      counts.set(group.arn, (counts.get(group.arn) ?? 0) + 1);
    }
  }
  for (const [arn, count] of counts) {
    tell(world, service, at, `registered ${String(count)} targets in (target-group ${arn})`);
  }
}

/** Which live tasks serve, and the replacement of those that fail their load balancer's health checks. */
function inspect(scene: Scene, tasks: readonly TaskRecord[], agenda: Agenda): Set<TaskRecord> {
  const { world, local, service, at } = scene;
  const healthy = new Set<TaskRecord>();
  for (const task of tasks) {
    if (!isLive(task) || task.startedAt === null) continue;
    const graceEnd = task.startedAt + service.healthCheckGracePeriodSeconds * 1000;
    let serves = true;
    for (const { targetGroupArn, id, port } of task.targets) {
      const group = elbv2Of(local).targetGroups[targetGroupArn];
      const target = group?.targets[targetKey(id, port)];
      if (group === undefined || target === undefined) {
        serves = false;
        continue;
      }
      const health = healthOfTarget(local, group, target, at, elbv2Times(world));
      agenda.add(health.until);
      if (health.state === 'healthy' || health.state === 'unavailable') continue;
      serves = false;
      if (health.state !== 'unhealthy') continue;
      if (graceEnd > at) {
        agenda.add(graceEnd);
        continue;
      }
      const where = `(target-group ${targetGroupArn})`;
      const why = `(reason ${health.description ?? 'Health checks failed'})`;
      tell(world, service, at, `(port ${String(port)}) is unhealthy in ${where} due to ${why}.`);
      const deployment = service.deployments.find((item) => item.id === task.deployment);
      if (deployment !== undefined) deployment.failedTasks += 1;
      service.retryAt = Math.max(service.retryAt, at + replacementPause);
      stop(scene, [task], `Task failed ELB health checks in ${where}`);
      agenda.add(at);
      break;
    }
    if (serves) healthy.add(task);
  }
  return healthy;
}

/** A deleted service: INACTIVE some time after its last task has stopped. */
function drain({ world, local, service, at }: Scene, agenda: Agenda): void {
  if (service.tasks.length > 0) return;
  service.emptySince ??= at;
  if (own(ecsOf(local).behaviours, service.name)?.includes('draining-forever') === true) {
    agenda.add(at + stuckPause);
    return;
  }
  const inactive = service.emptySince + ecsTimes(world).serviceDrained;
  if (inactive > at) {
    agenda.add(inactive);
    return;
  }
  service.status = 'INACTIVE';
  service.inactiveAt = at;
  service.events = [];
  service.deployments = [];
  if (service.taskSets !== undefined) service.taskSets = [];
  agenda.add(at + ecsTimes(world).servicePurge);
}

/** Forgets tasks that stopped long ago. */
export function sweepTasks(local: RegionData, tasks: readonly string[], now: number): void {
  for (const arn of tasks) {
    const task = ecsOf(local).tasks[arn];
    if (task?.stoppedAt !== null && task !== undefined && task.stoppedAt + stoppedTaskKept <= now)
      purgeTask(local, task);
  }
}
