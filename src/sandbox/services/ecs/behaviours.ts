// Stuck states on demand. What happened before the change is worked out first, so that a misbehaviour has no past.
import { advanceWorld } from '../../advance.ts';
import type { World } from '../../model.ts';
import { notingAnswers } from '../elbv2/answers.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { own, put } from '../../records.ts';
import { advanceEcs } from './advance.ts';
import { ecsOf, type ServiceBehaviour } from './store.ts';
import { wakeService } from './wake.ts';

/**
 * Makes every service of this name misbehave in one more way.
 *
 * @param behaviour null to behave well again
 * @param at since when: the present unless told
 */
export function setServiceBehaviour(
  world: World,
  region: string,
  service: string,
  behaviour: ServiceBehaviour | null,
  at = world.clock.now(),
): void {
  changeBehaviours(world, region, service, at, (others) => (behaviour === null ? [] : [...others, behaviour]));
}

/**
 * Ends one way of misbehaving; others go on.
 *
 * @param at since when: the present unless told
 */
export function releaseServiceBehaviour(
  world: World,
  region: string,
  service: string,
  behaviour: ServiceBehaviour,
  at = world.clock.now(),
): void {
  changeBehaviours(world, region, service, at, (others) => others.filter((other) => other !== behaviour));
}

function changeBehaviours(
  world: World,
  region: string,
  service: string,
  at: number,
  change: (before: readonly ServiceBehaviour[]) => readonly ServiceBehaviour[],
): void {
  changeWorld(world, region, at, () => {
    const { behaviours } = ecsOf(world.region(region));
    const after = [...new Set(change(own(behaviours, service) ?? []))];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (after.length === 0) delete behaviours[service];
    else put(behaviours, service, after);
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
  changeWorld(world, region, world.clock.now(), () => {
    const elbv2 = elbv2Of(world.region(region));
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (answer === null) delete elbv2.targetBehaviours[target];
    else elbv2.targetBehaviours[target] = answer;
  });
}

/** Lets a change made outside the API take effect at an instant: the past goes without it, every scheduler looks at it. */
function changeWorld(world: World, region: string, now: number, change: () => void): void {
  advanceWorld(world, now);
  const local = world.region(region);
  const ecs = ecsOf(local);
  advanceEcs(world, region, now);
  notingAnswers(local, now, change);
  for (const service of Object.values(ecs.services)) if (service.status !== 'INACTIVE') wakeService(ecs, service, now);
  advanceEcs(world, region, now);
}
