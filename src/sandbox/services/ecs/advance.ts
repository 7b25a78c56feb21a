// Brings a region's ECS up to an instant: everything the scheduler did in between happens here, in order and each at its
// own instant. Costs one comparison when nothing is due.
import type { Operation, World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { own } from '../../records.ts';
import { scheduleService, sweepTasks } from './scheduler.ts';
import { advanceStandalone } from './standalone.ts';
import { ecsOf, type EcsStore, type ServiceRecord } from './store.ts';
import { ecsTimes } from './timings.ts';
import { wakeService } from './wake.ts';

/** A service that needs more looks than this within one advance does not come to rest. */
const mostLooks = 1_000_000;

export function advanceEcs(world: World, region: string, now: number): void {
  const local = world.region(region);
  const ecs = ecsOf(local);
  if (Object.keys(ecs.behaviours).length > 0) wakeMisbehaving(ecs, now);
  let looks = 0;
  while (ecs.due !== null && ecs.due <= now) {
    const at = ecs.due;
    for (const [key, service] of Object.entries(ecs.services)) {
      if (service.due === null || service.due > at) continue;
      looks += 1;
      if (looks > mostLooks) throw new Error(`Internal error: the scheduler of service ${key} does not come to rest`);
      service.due = scheduleService({ world, region, local, service, at });
      if (isPurged(service, at, world)) purge(local, key, service);
    }
    advanceStandalone(world, local, at);
    ecs.due = earliest(ecs);
  }
}

/** The scheduler acts at once on what a call changed, but the call's own answer is older than that. */
export function withEcs(operation: Operation): Operation {
  return (input, context) => {
    advanceEcs(context.world, context.region, context.now);
    const answer = operation(input, context);
    advanceEcs(context.world, context.region, context.now);
    return answer;
  };
}

/** Behaviours are set from outside at any time, so their services are always looked at. */
function wakeMisbehaving(ecs: EcsStore, now: number): void {
  for (const service of Object.values(ecs.services)) {
    if (own(ecs.behaviours, service.name) !== undefined && service.status !== 'INACTIVE')
      wakeService(ecs, service, now);
  }
}

function earliest(ecs: EcsStore): number | null {
  let due = ecs.standalone?.due ?? null;
  for (const key in ecs.services) {
    const other = ecs.services[key]?.due ?? null;
    if (other !== null && (due === null || other < due)) due = other;
  }
  return due;
}

function isPurged(service: ServiceRecord, at: number, world: World): boolean {
  return service.inactiveAt !== null && at >= service.inactiveAt + ecsTimes(world).servicePurge;
}

function purge(local: RegionData, key: string, service: ServiceRecord): void {
  const cluster = ecsOf(local).clusters[service.cluster];
  // Keys of plain JSON records.
  /* eslint-disable @typescript-eslint/no-dynamic-delete */
  delete ecsOf(local).services[key];
  if (cluster !== undefined) delete cluster.services[service.name];
  for (const [arn, keys] of Object.entries(ecsOf(local).servicesByTargetGroup)) {
    const others = keys.filter((other) => other !== key);
    if (others.length === 0) delete ecsOf(local).servicesByTargetGroup[arn];
    else ecsOf(local).servicesByTargetGroup[arn] = others;
  }
  /* eslint-enable @typescript-eslint/no-dynamic-delete */
}

/** Forgets a cluster's tasks that stopped long ago; asked where tasks are listed. */
export function sweepCluster(local: RegionData, tasks: Readonly<Record<string, true>>, now: number): void {
  sweepTasks(local, Object.keys(tasks), now);
}
