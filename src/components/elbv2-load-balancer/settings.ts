// What a load balancer has beside what its state tells by name.
import type { Json } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { isMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { balancerPart } from './parts.ts';
import type { LoadBalancerState } from './schema.ts';

/** Not in the input that makes a load balancer: SetSecurityGroups takes it. */
export const enforcement = 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic';

/** All members of the input that a spec says by AWS's names. */
export function settingsOf({ description }: Pick<LoadBalancerState, 'description'>): Readonly<Record<string, Json>> {
  return isMap(description) ? fromOutput(balancerPart, description) : {};
}

/** Reserved capacity units, 0 where there are none; of what was captured, else of what was observed. */
export function reservedUnits(state: LoadBalancerState, captured: Json | undefined): number {
  const units = memberOf(captured, 'capacityUnits') ?? state.capacityUnits;
  return typeof units === 'number' ? units : 0;
}
