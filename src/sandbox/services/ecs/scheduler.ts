// The service scheduler: what ECS does about one service at one instant. Running it twice at the same instant changes
// nothing the second time; it says itself when it has to run again.
import type { RegionData, World } from '../../model.ts';
import { healthOfTarget, targetKey } from '../elbv2/health.ts';
import { registerTarget } from '../elbv2/registration.ts';
import { breakCircuit, circuitThreshold, completeDeployment } from './deployments.ts';
import { taskList, tell } from './events.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './store.ts';
import { drainEnd, isLive, purgeTask, startTask, stopTask } from './task-life.ts';
import { replacementPause, reregistrationPause, startBackOff, stoppedTaskKept, unverifiedTexts } from './unverified.ts';

export interface Scene {
  readonly world: World;
  readonly region: string;
  readonly local: RegionData;
  readonly service: ServiceRecord;
  readonly at: number;
}

/** Failed tries in a row after which an event says so. */
const impairedAfter = 3;

/** AWS: "duplicate event messages are omitted until either the cause is resolved or six hours passes". */
const duplicateEventsOmitted = 6 * 3_600_000;

/** Until a service that is told to drain for ever is looked at again. */
const stuckPause = 60_000;

/** Collects the earliest of several instants. */
class Agenda {
  next: number | null = null;

  add(instant: number | null): void {
    if (instant !== null && (this.next === null || instant < this.next)) this.next = instant;
  }
}

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
      balance(scene, tasks.filter(isLive), healthy, agenda);
      break;
    }
    case 'DRAINING':
      progress(scene, agenda);
      drain(scene, agenda);
      break;
    case 'INACTIVE':
      agenda.add((service.inactiveAt ?? scene.at) + scene.world.timings.servicePurge);
      break;
  }
  return agenda.next;
}

/** Moves tasks through start and stop; returns those that have not stopped. */
function progress(scene: Scene, agenda: Agenda): TaskRecord[] {
  const { world, local, service, at } = scene;
  const { taskStop } = world.timings;
  const tasks: TaskRecord[] = [];
  for (const arn of service.tasks) {
    const task = local.ecs.tasks[arn];
    if (task === undefined) continue;
    if (isLive(task) && task.startedAt === null) {
      if (task.startAt > at) agenda.add(task.startAt);
      else if (local.ecs.behaviours[service.name] === 'never-steady') failToStart(scene, task);
      else task.startedAt = task.startAt;
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

function failToStart({ service, at }: Scene, task: TaskRecord): void {
  task.stoppingAt = at;
  task.drainedAt = at;
  task.stoppedAt = at;
  task.stopCode = 'TaskFailedToStart';
  task.stoppedReason = 'Task failed to start';
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
      const group = local.elbv2.targetGroups[target.targetGroupArn];
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
      const group = local.elbv2.targetGroups[targetGroupArn];
      const target = group?.targets[targetKey(id, port)];
      if (group === undefined || target === undefined) {
        serves = false;
        continue;
      }
      const health = healthOfTarget(local, group, target, at, world.timings);
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

function stop(scene: Scene, tasks: readonly TaskRecord[], reason: string): void {
  if (tasks.length === 0) return;
  const { world, service, at } = scene;
  const counts = new Map<string, number>();
  for (const task of tasks) {
    for (const arn of stopTask(scene, task, 'ServiceSchedulerInitiated', reason)) {
      counts.set(arn, (counts.get(arn) ?? 0) + 1);
    }
  }
  for (const [arn, count] of counts) {
    tell(world, service, at, `deregistered ${String(count)} targets in (target-group ${arn})`);
  }
  if (counts.size > 0) tell(world, service, at, `has begun draining connections on ${String(tasks.length)} tasks.`);
  const ids = taskList(tasks.map(({ id }) => id));
  tell(world, service, at, `has stopped ${String(tasks.length)} running tasks: ${ids}.`);
}

/** Starts and stops tasks until the PRIMARY deployment is what runs, within the bounds of the deployment configuration. */
function balance(scene: Scene, live: readonly TaskRecord[], healthy: Set<TaskRecord>, agenda: Agenda): void {
  const { world, service, at } = scene;
  const primary = service.deployments[0];
  if (primary === undefined) return;
  if (
    service.circuitBreaker.enable &&
    primary.rolloutState === 'IN_PROGRESS' &&
    primary.failedTasks >= circuitThreshold(service.desiredCount)
  ) {
    breakCircuit(world, service, primary, at);
    agenda.add(at);
    return;
  }
  const desired = service.schedulingStrategy === 'DAEMON' ? 0 : service.desiredCount;
  const current = live.filter((task) => task.deployment === primary.id);
  const old = live.filter((task) => task.deployment !== primary.id);
  const changed =
    startMissing(scene, primary, { desired, current: current.length, live: live.length }, agenda) +
    stopSurplus(scene, desired, current, healthy) +
    stopOld(scene, desired, { current, old, healthy });
  if (changed > 0) {
    service.steadySince = null;
    agenda.add(at);
    return;
  }
  const steady = current.length === desired && old.length === 0 && current.every((task) => healthy.has(task));
  settle(scene, primary, steady, agenda);
}

function startMissing(
  scene: Scene,
  primary: DeploymentRecord,
  { desired, current, live }: { desired: number; current: number; live: number },
  agenda: Agenda,
): number {
  const { world, service, at } = scene;
  if (primary.rolloutState === 'FAILED' || current >= desired) return 0;
  if (service.retryAt > at) {
    agenda.add(service.retryAt);
    if (service.failures >= impairedAfter) impaired(scene);
    return 0;
  }
  const most = Math.max(Math.floor((desired * service.maximumPercent) / 100), 1);
  const count = Math.min(desired - current, most - live);
  if (count <= 0) return 0;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(startTask(scene, service, primary).id);
  tell(world, service, at, `has started ${String(count)} tasks: ${taskList(ids)}.`);
  return count;
}

/** Says that starting does not work. */
function impaired({ world, service, at }: Scene): void {
  const text = 'is unable to consistently start tasks successfully.';
  const told = service.events.find(({ message }) => message.endsWith(text));
  if (told === undefined || told.createdAt + duplicateEventsOmitted <= at) tell(world, service, at, text);
}

/** Scaling in: tasks that do not serve yet go first, then the youngest. */
function stopSurplus(scene: Scene, desired: number, current: readonly TaskRecord[], healthy: Set<TaskRecord>): number {
  const surplus = current.length - desired;
  if (surplus <= 0) return 0;
  const order = [...current].reverse().sort((a, b) => Number(healthy.has(a)) - Number(healthy.has(b)));
  stop(scene, order.slice(0, surplus), 'Scaling activity initiated by deployment');
  return surplus;
}

/** Old tasks go as new ones serve, never below the least number that must serve; sooner only to make room. */
function stopOld(
  scene: Scene,
  desired: number,
  tasks: { current: readonly TaskRecord[]; old: readonly TaskRecord[]; healthy: Set<TaskRecord> },
): number {
  const { service } = scene;
  const { current, old, healthy } = tasks;
  if (old.length === 0 || service.deployments[0]?.rolloutState === 'FAILED') return 0;
  const serving = current.filter((task) => healthy.has(task)).length;
  const oldServing = old.filter((task) => healthy.has(task));
  const oldOthers = old.filter((task) => !healthy.has(task));
  const least = Math.ceil((desired * service.minimumHealthyPercent) / 100);
  const most = Math.max(Math.floor((desired * service.maximumPercent) / 100), 1);
  const room = Math.max(0, desired - current.length - (most - current.length - old.length));
  const surplus = old.length - Math.max(0, desired - serving);
  const wanted = serving >= desired ? old.length : Math.min(old.length, Math.max(room, surplus));
  const spare = serving >= desired ? oldServing.length : Math.max(0, serving + oldServing.length - least);
  const chosen = [...oldOthers, ...oldServing.slice(0, spare)].slice(0, Math.max(0, wanted));
  stop(scene, chosen, 'Scaling activity initiated by deployment');
  return chosen.length;
}

/** Keeps track of steadiness: old deployments end, the rollout completes, the steady state is told. */
function settle(
  { world, local, service, at }: Scene,
  primary: DeploymentRecord,
  steady: boolean,
  agenda: Agenda,
): void {
  if (!steady) {
    service.steadySince = null;
    service.steadyTold = false;
    return;
  }
  if (service.deployments.length > 1 && service.tasks.every((arn) => local.ecs.tasks[arn]?.deployment === primary.id)) {
    service.deployments.length = 1;
  }
  if (service.deployments.length > 1) return;
  service.steadySince ??= at;
  if (service.steadyTold) return;
  const told = service.steadySince + world.timings.rolloutCompletion;
  if (told > at) {
    agenda.add(told);
    return;
  }
  if (primary.rolloutState === 'IN_PROGRESS') completeDeployment(world, service, primary, at);
  service.failures = 0;
  service.steadyTold = true;
  tell(world, service, at, 'has reached a steady state.');
}

/** A deleted service: INACTIVE some time after its last task has stopped. */
function drain({ world, local, service, at }: Scene, agenda: Agenda): void {
  if (service.tasks.length > 0) return;
  service.emptySince ??= at;
  if (local.ecs.behaviours[service.name] === 'draining-forever') {
    agenda.add(at + stuckPause);
    return;
  }
  const inactive = service.emptySince + world.timings.serviceDrained;
  if (inactive > at) {
    agenda.add(inactive);
    return;
  }
  service.status = 'INACTIVE';
  service.inactiveAt = at;
  service.events = [];
  service.deployments = [];
  agenda.add(at + world.timings.servicePurge);
}

/** Forgets tasks that stopped long ago. */
export function sweepTasks(local: RegionData, tasks: readonly string[], now: number): void {
  for (const arn of tasks) {
    const task = local.ecs.tasks[arn];
    if (task?.stoppedAt !== null && task !== undefined && task.stoppedAt + stoppedTaskKept <= now)
      purgeTask(local, task);
  }
}
