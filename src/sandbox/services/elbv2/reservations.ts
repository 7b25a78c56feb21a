// What a load balancer is promised: capacity units that are kept ready, and address pools.
import type { CallContext, Input, Output } from '../../model.ts';
import { loadBalancer } from './find.ts';
import { booleanOf, invalid, numberOf, recordOf, requiredText, textsOf } from './input.ts';
import { unverifiedTexts } from './unverified.ts';

export function describeCapacityReservation(input: Input, { local }: CallContext): Output {
  const { reserved, subnets } = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  if (reserved === undefined) return { DecreaseRequestsRemaining: 2, CapacityReservationState: [] };
  return {
    DecreaseRequestsRemaining: 2,
    MinimumLoadBalancerCapacity: { CapacityUnits: reserved },
    CapacityReservationState: subnets.map(({ zone }) => ({
      State: { Code: 'provisioned' },
      AvailabilityZone: zone,
      EffectiveCapacityUnits: reserved / subnets.length,
    })),
  };
}

/** There at once: how long AWS takes is not told. */
export function modifyCapacityReservation(input: Input, context: CallContext): Output {
  const balancer = loadBalancer(context.local, requiredText(input, 'LoadBalancerArn'));
  const units = numberOf(recordOf(input, 'MinimumLoadBalancerCapacity') ?? {}, 'CapacityUnits', 1, 100_000);
  const isReset = booleanOf(input, 'ResetCapacityReservation') === true;
  if (isReset === (units !== undefined)) throw invalid(unverifiedTexts.capacityOrReset);
  if (units === undefined) delete balancer.reserved;
  else balancer.reserved = units;
  return describeCapacityReservation(input, context);
}

export function modifyIpPools(input: Input, { local }: CallContext): Output {
  const balancer = loadBalancer(local, requiredText(input, 'LoadBalancerArn'));
  const removed = textsOf(input, 'RemoveIpamPools') ?? [];
  const pools = recordOf(input, 'IpamPools');
  const { IpamPools: before, ...further } = balancer.further ?? {};
  const after = removed.includes('ipv4') ? undefined : (pools ?? before);
  balancer.further = { ...further, ...(after === undefined ? {} : { IpamPools: structuredClone(after) }) };
  return { IpamPools: after };
}
