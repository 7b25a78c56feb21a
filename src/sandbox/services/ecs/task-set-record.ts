// A task set as it begins.
import type { World } from '../../model.ts';
import type { DeploymentSpec, ServiceRecord, TaskSetRecord } from './store.ts';

/** Nothing of the service's desired count is its own until it is scaled. */
export function newTaskSet(world: World, spec: DeploymentSpec, at: number): TaskSetRecord {
  return {
    id: world.digits(19),
    externalId: null,
    startedBy: null,
    status: 'ACTIVE',
    createdAt: at,
    updatedAt: at,
    spec,
    scale: 0,
    stability: 'STABILIZING',
    stabilityAt: at,
    tags: [],
    token: null,
  };
}

/** How many tasks a task set should run. */
export function computedCount(service: ServiceRecord, set: TaskSetRecord): number {
  return set.status === 'DRAINING' ? 0 : Math.ceil((service.desiredCount * set.scale) / 100);
}
