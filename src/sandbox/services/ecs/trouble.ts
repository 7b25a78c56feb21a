// Trouble that no call brings about; a world remembers it, so that forks of it have the same trouble.
import type { World } from '../../model.ts';
import { advanceEcs } from './advance.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { setTargetBehaviour } from './behaviours.ts';
import { ecsOf } from './store.ts';
import { isLive } from './task-life.ts';

/** Longest health-check grace period that ECS takes, in seconds (2,147,483,647), is more than a rehearsal ever lasts. */
const longGrace = 7 * 24 * 3600;

/**
 * The application in a service's tasks hangs: the tasks run, their targets fail, and ECS lets them be, as it does during
 * a health-check grace period. Tasks that are started from now on answer.
 *
 * @param arn the service's
 * @returns false when there is no such service, or none of its tasks is a target that answers by an address of its own
 */
export function hangTasks(world: World, region: string, arn: string): boolean {
  const local = world.region(region);
  const ecs = ecsOf(local);
  advanceEcs(world, region, world.clock.now());
  const service = Object.values(ecs.services).find((each) => each.arn === arn);
  if (service === undefined) return false;
  const { targetGroups } = elbv2Of(local);
  const hanging = service.tasks.flatMap((each) => {
    const task = ecs.tasks[each];
    if (task === undefined || !isLive(task) || task.targets.length === 0) return [];
    // Who answers errors takes connections all the same, and a check that asks for no more passes.
    const byTcp = task.targets.some(({ targetGroupArn: arn }) => targetGroups[arn]?.healthCheck.protocol === 'TCP');
    const answer = byTcp ? ('timeout' as const) : ('error' as const);
    return task.address === null ? [] : [{ address: task.address, answer }];
  });
  if (hanging.length === 0) return false;
  service.healthCheckGracePeriodSeconds = longGrace;
  for (const { address, answer } of hanging) setTargetBehaviour(world, region, address, answer);
  return true;
}
