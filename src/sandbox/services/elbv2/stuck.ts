// What gets stuck in load balancing.
import type { StuckKind } from '../../model.ts';
import { elbv2Of } from './store.ts';

/** A load balancer that becomes `failed` instead of `active`; one that was active fails too. */
export const loadBalancerFails: StuckKind = {
  kind: 'load-balancer-fails',
  holdsUp: 'load balancer',
  set: (_data, local) =>
    Object.entries(elbv2Of(local).behaviours).flatMap(([name, behaviour]) => (behaviour === 'fails' ? [name] : [])),
  isSet: (world, { resource = '', region }) => elbv2Of(world.region(region)).behaviours[resource] === 'fails',
  turn: (world, { resource = '', region }, on) => {
    const { behaviours } = elbv2Of(world.region(region));
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (!on) delete behaviours[resource];
    else behaviours[resource] = 'fails';
  },
  held: (world, { resource = '', region }) => {
    const { loadBalancers } = elbv2Of(world.region(region));
    const named = Object.values(loadBalancers).filter(({ arn, name }) => [arn, name].includes(resource));
    return named.map(({ arn }) => arn);
  },
};
