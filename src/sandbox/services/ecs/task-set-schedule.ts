// Task sets: each runs its share of the service's desired count, whoever decides what they are for.
import { taskList, tell } from './events.ts';
import { stop } from './rollout.ts';
import type { Agenda, Scene } from './scene.ts';
import { ecsOf, type TaskRecord, type TaskSetRecord } from './store.ts';
import { startTask } from './task-life.ts';
import { computedCount } from './task-set-record.ts';

/** Starts and stops tasks until each task set runs as many as it should. */
export function balanceTaskSets(
  scene: Scene,
  live: readonly TaskRecord[],
  healthy: ReadonlySet<TaskRecord>,
  agenda: Agenda,
): void {
  const { local, service, at } = scene;
  for (const set of service.taskSets ?? []) {
    const own = live.filter(({ deployment }) => deployment === set.id);
    const wanted = computedCount(service, set);
    const changed = startMissing(scene, set, wanted - own.length, agenda) || stopSurplus(scene, own, wanted, healthy);
    if (changed) agenda.add(at);
    const steady = !changed && own.length === wanted && own.every((task) => healthy.has(task));
    const stability = steady ? 'STEADY_STATE' : 'STABILIZING';
    if (set.stability === stability) continue;
    set.stability = stability;
    set.stabilityAt = at;
  }
  const running = new Set(service.tasks.map((arn) => ecsOf(local).tasks[arn]?.deployment));
  service.taskSets = service.taskSets?.filter(({ id, status }) => status !== 'DRAINING' || running.has(id)) ?? [];
}

function startMissing(scene: Scene, set: TaskSetRecord, count: number, agenda: Agenda): boolean {
  const { world, service, at } = scene;
  if (count <= 0) return false;
  if (service.retryAt > at) {
    agenda.add(service.retryAt);
    return false;
  }
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(startTask(scene, service, set).id);
  tell(world, service, at, `has started ${String(count)} tasks: ${taskList(ids)}.`);
  return true;
}

/** Tasks that do not serve go first, then the youngest. */
function stopSurplus(
  scene: Scene,
  own: readonly TaskRecord[],
  wanted: number,
  healthy: ReadonlySet<TaskRecord>,
): boolean {
  const surplus = own.length - wanted;
  if (surplus <= 0) return false;
  const order = [...own].reverse().sort((a, b) => Number(healthy.has(a)) - Number(healthy.has(b)));
  stop(scene, order.slice(0, surplus), 'Scaling activity initiated by deployment');
  return true;
}
