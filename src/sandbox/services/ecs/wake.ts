// When the service scheduler has to look again. Other files change a service's world, this one says so.
import type { RegionData } from '../../world-data.ts';
import { ecsOf, type EcsStore, type ServiceRecord } from './store.ts';

/** Makes the scheduler look at a service no later than at `at`. */
export function wakeService(ecs: EcsStore, service: ServiceRecord, at: number): void {
  if (service.due === null || service.due > at) service.due = at;
  if (ecs.due === null || ecs.due > at) ecs.due = at;
}

/** Tells the scheduler that something about a target group changed: its listener, its targets, its existence. */
export function wakeServices(local: RegionData, targetGroupArn: string, now: number): void {
  for (const key of ecsOf(local).servicesByTargetGroup[targetGroupArn] ?? []) {
    const service = ecsOf(local).services[key];
    if (service !== undefined) wakeService(ecsOf(local), service, now);
  }
}
