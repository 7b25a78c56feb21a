// Who stands behind a private address: what load balancers' health checks and the data plane find there.
import { own } from '../../records.ts';
import type { EcsStore, TaskRecord } from './store.ts';

/** The task that has, or until lately had, a private address. */
export function taskByAddress(ecs: EcsStore, address: string): TaskRecord | undefined {
  const arn = ecs.addresses[address];
  return arn === undefined ? undefined : ecs.tasks[arn];
}

/**
 * How the application of the task at an address answers a request on any path and port; undefined when no task was ever
 * given the address.
 */
export function answerOfAddress(ecs: EcsStore, address: string): 'ok' | 'error' | 'timeout' | undefined {
  const task = taskByAddress(ecs, address);
  if (task === undefined) return undefined;
  if (task.startedAt === null || task.stoppedAt !== null || (task.waitsFor ?? []).length > 0) return 'timeout';
  const service = ecs.services[task.service];
  return service !== undefined && own(ecs.behaviours, service.name)?.includes('unhealthy') === true ? 'error' : 'ok';
}
