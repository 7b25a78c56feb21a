// How many tasks run, and how many are about to.
import type { CallContext } from '../../model.ts';
import type { TaskRecord } from './store.ts';
import { taskStatus } from './task-life.ts';
import { ecsTimes } from './timings.ts';

export interface TaskCounts {
  running: number;
  pending: number;
}

/** Counts leave out tasks that are stopping: they reach 0 before addresses and targets are released. */
export function countTasks(tasks: readonly TaskRecord[], { now, world }: CallContext): TaskCounts {
  const counts = { running: 0, pending: 0 };
  for (const task of tasks) {
    const status = taskStatus(task, now, ecsTimes(world));
    if (status === 'RUNNING') counts.running += 1;
    else if (status === 'PROVISIONING' || status === 'PENDING' || status === 'ACTIVATING') counts.pending += 1;
  }
  return counts;
}
