// Stuck states on demand. What happened before the change is worked out first, so that a misbehaviour has no past.
import type { World } from '../../model.ts';
import { advanceEcs } from './advance.ts';
import type { ServiceBehaviour } from './store.ts';
import { wakeService } from './wake.ts';

/**
 * Makes the tasks of every service of this name misbehave from now on.
 *
 * @param behaviour null to behave well again
 */
export function setServiceBehaviour(
  world: World,
  region: string,
  service: string,
  behaviour: ServiceBehaviour | null,
): void {
  changeWorld(world, region, () => {
    const { ecs } = world.region(region);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (behaviour === null) delete ecs.behaviours[service];
    else ecs.behaviours[service] = behaviour;
  });
}

/**
 * Makes a target fail its health checks from now on, whoever stands behind it.
 *
 * @param answer null to answer as before
 */
export function setTargetBehaviour(
  world: World,
  region: string,
  target: string,
  answer: 'error' | 'timeout' | null,
): void {
  changeWorld(world, region, () => {
    const { elbv2 } = world.region(region);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (answer === null) delete elbv2.targetBehaviours[target];
    else elbv2.targetBehaviours[target] = answer;
  });
}

/** Lets a change made outside the API take effect now: the past goes without it, every scheduler looks at it. */
function changeWorld(world: World, region: string, change: () => void): void {
  const now = world.clock.now();
  const { ecs } = world.region(region);
  advanceEcs(world, region, now);
  change();
  for (const service of Object.values(ecs.services)) if (service.status !== 'INACTIVE') wakeService(ecs, service, now);
  advanceEcs(world, region, now);
}
