// Tasks that no service started: they run until somebody stops them, for their containers never end of themselves here.
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { ecsOf, type TaskRecord } from './store.ts';
import { ecsTimes } from './timings.ts';
import { startOf } from './waiting.ts';

/** Lets a task be looked at when it is due. */
export function keepStandalone(local: RegionData, task: TaskRecord, due: number): void {
  const kept = (ecsOf(local).standalone ??= { tasks: [], due: null });
  if (!kept.tasks.includes(task.arn)) kept.tasks.push(task.arn);
  wakeStandalone(local, due);
}

/** Standalone tasks are looked at no later than at `at`. */
export function wakeStandalone(local: RegionData, at: number): void {
  const ecs = ecsOf(local);
  const kept = ecs.standalone;
  if (kept === undefined) return;
  if (kept.due === null || kept.due > at) kept.due = at;
  if (ecs.due === null || ecs.due > at) ecs.due = at;
}

/** Moves them through start and stop, each at its own instant. */
export function advanceStandalone(world: World, local: RegionData, at: number): void {
  const ecs = ecsOf(local);
  const kept = ecs.standalone;
  if (kept?.due == null || kept.due > at) return;
  let due: number | null = null;
  const look = (instant: number): void => {
    if (due === null || instant < due) due = instant;
  };
  kept.tasks = kept.tasks.filter((arn) => {
    const task = ecs.tasks[arn];
    if (task === undefined) return false;
    if (task.stoppingAt !== null) {
      const end = (task.drainedAt ?? task.stoppingAt) + ecsTimes(world).taskStop;
      if (end <= at) task.stoppedAt = end;
      else look(end);
    } else if (task.startedAt === null) {
      if (task.startAt <= at) start(world, local, task);
      else look(task.startAt);
    }
    return task.stoppedAt === null;
  });
  kept.due = due;
}

function start(world: World, local: RegionData, task: TaskRecord): void {
  const start = startOf(world, local, task, task.arn);
  if (start.kind !== 'stops') {
    task.startedAt = task.startAt;
    return;
  }
  task.stoppingAt = task.startAt;
  task.drainedAt = task.startAt;
  task.stoppedAt = task.startAt;
  task.stopCode = start.code;
  task.stoppedReason = start.reason;
}
