// Rolling deployments: from the tasks that run to those that should, and the word that it is done.
import { breakCircuit, circuitThreshold, completeDeployment } from './deployments.ts';
import { taskList, tell } from './events.ts';
import type { Agenda, Scene } from './scene.ts';
import { daemonInstances } from './placement.ts';
import { ecsOf, type ContainerInstance, type DeploymentRecord, type TaskRecord } from './store.ts';
import { startTask, stopTask } from './task-life.ts';
import { ecsTimes } from './timings.ts';
import { shiftsTraffic, shiftTraffic } from './traffic.ts';

/** Failed tries in a row after which an event says so. */
const impairedAfter = 3;

/** AWS: "duplicate event messages are omitted until either the cause is resolved or six hours passes". */
const duplicateEventsOmitted = 6 * 3_600_000;

/** Stops tasks of a service, their targets first. */
export function stop(scene: Scene, tasks: readonly TaskRecord[], reason: string): void {
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
export function balance(scene: Scene, live: readonly TaskRecord[], healthy: Set<TaskRecord>, agenda: Agenda): void {
  const { service, at } = scene;
  const primary = service.deployments[0];
  if (primary === undefined) return;
  const homes = service.schedulingStrategy === 'DAEMON' ? countHomes(scene, primary) : undefined;
  if (
    service.circuitBreaker.enable &&
    primary.rolloutState === 'IN_PROGRESS' &&
    primary.failedTasks >= circuitThreshold(service.desiredCount) &&
    // The way back is tried until it works.
    service.history[0]?.status !== 'ROLLBACK_IN_PROGRESS'
  ) {
    breakCircuit(scene, service, primary);
    agenda.add(at);
    return;
  }
  if (homes !== undefined && stopHomeless(scene, homes, live) > 0) {
    service.steadySince = null;
    agenda.add(at);
    return;
  }
  const desired = service.desiredCount;
  const current = live.filter((task) => task.deployment === primary.id);
  const old = live.filter((task) => task.deployment !== primary.id);
  const serving = current.filter((task) => healthy.has(task)).length;
  const shifted = shiftTraffic(scene, primary, serving >= desired, agenda);
  const changed =
    startMissing(scene, primary, { desired, current, live, homes }, agenda) +
    stopSurplus(scene, desired, current, healthy) +
    (shifted ? stopOld(scene, desired, { current, old, healthy }) : 0);
  if (changed > 0) {
    service.steadySince = null;
    agenda.add(at);
    return;
  }
  const steady =
    shifted && current.length === desired && old.length === 0 && current.every((task) => healthy.has(task));
  settle(scene, primary, steady, agenda);
}

/** A daemon has one task on each instance that fits, and wants as many as there are of those [ECS developer guide, "Daemon"]. */
function countHomes({ local, service }: Scene, primary: DeploymentRecord): readonly ContainerInstance[] {
  const homes = daemonInstances(local, service, primary.spec.taskDefinition);
  service.desiredCount = homes.length;
  primary.desiredCount = homes.length;
  return homes;
}

/** Stops the tasks whose instance is gone or fits no more. */
function stopHomeless(scene: Scene, homes: readonly ContainerInstance[], live: readonly TaskRecord[]): number {
  const fit = new Set<string | undefined>(homes.map(({ arn }) => arn));
  const homeless = live.filter(({ containerInstance }) => !fit.has(containerInstance));
  stop(scene, homeless, 'Scaling activity initiated by deployment');
  return homeless.length;
}

interface Missing {
  readonly desired: number;
  readonly current: readonly TaskRecord[];
  readonly live: readonly TaskRecord[];
  /** Of a daemon. */
  readonly homes: readonly ContainerInstance[] | undefined;
}

function startMissing(
  scene: Scene,
  primary: DeploymentRecord,
  { current, desired, homes, live }: Missing,
  agenda: Agenda,
): number {
  const { world, service, at } = scene;
  if (primary.rolloutState === 'FAILED' || current.length >= desired) return 0;
  if (service.retryAt > at) {
    agenda.add(service.retryAt);
    if (service.failures >= impairedAfter) impaired(scene);
    return 0;
  }
  const most = Math.max(Math.floor((desired * service.maximumPercent) / 100), 1);
  // Where traffic shifts, the new tasks stand beside all old ones.
  const beside = shiftsTraffic(service) ? current : live;
  const count = shiftsTraffic(service)
    ? desired - current.length
    : Math.min(desired - current.length, most - live.length);
  if (count <= 0) return 0;
  const taken = new Set(beside.map(({ containerInstance }) => containerInstance));
  const free = homes?.filter(({ arn }) => !taken.has(arn)) ?? [];
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(startTask(scene, service, primary, free[index]).id);
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
  if (
    service.deployments.length > 1 &&
    service.tasks.every((arn) => ecsOf(local).tasks[arn]?.deployment === primary.id)
  ) {
    service.deployments.length = 1;
  }
  if (service.deployments.length > 1) return;
  service.steadySince ??= at;
  if (service.steadyTold) return;
  const told = service.steadySince + ecsTimes(world).rolloutCompletion;
  if (told > at) {
    agenda.add(told);
    return;
  }
  if (primary.rolloutState === 'IN_PROGRESS') completeDeployment(world, service, primary, at);
  service.failures = 0;
  service.steadyTold = true;
  tell(world, service, at, 'has reached a steady state.');
}
