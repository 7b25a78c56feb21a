// Trouble that no call brings about; a world remembers it, so that forks of it have the same trouble.
import type { World } from '../../model.ts';
import { elbv2Of } from './store.ts';

/**
 * A load balancer ends in the state `failed`; one that is made in its place does not.
 *
 * @returns false when there is none
 */
export function failLoadBalancer(world: World, region: string, arn: string): boolean {
  const elbv2 = elbv2Of(world.region(region));
  if (elbv2.loadBalancers[arn] === undefined) return false;
  elbv2.behaviours[arn] = 'failed';
  return true;
}
