import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { schema, type LoadBalancerSpec, type LoadBalancerState } from './schema.ts';

/** What a load balancer may have and a spec has no word for [ELB API, LoadBalancer]. */
const beyondSpec = ['CustomerOwnedIpv4Pool', 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic', 'IpamPools'];

export function specOf(
  _spec: LoadBalancerSpec,
  state: LoadBalancerState,
  captured: Json | undefined,
): AsSpec<LoadBalancerSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    subnets: state.subnets,
    securityGroups: state.securityGroups.length === 0 ? undefined : state.securityGroups,
    attributes: attributesToSay(captured, state.attributes),
  });
  // Left as they are: a schema that does not take them says that no spec can describe this piece.
  const kind = { type: state.type, scheme: state.scheme, ipAddressType: state.ipAddressType };
  return {
    spec: { name: state.name, ...(kind as Pick<LoadBalancerSpec, 'type' | 'scheme' | 'ipAddressType'>), ...said },
    // Seen right before its delete: those of the playbook had gone by then.
    parts:
      capturedList(captured, 'listeners')?.length === 0
        ? []
        : ['listeners and rules that are no components of the playbook'],
    notRepresented: [
      ...notRepresented,
      ...spokenOfByAws(state.description, beyondSpec),
      ...(hasFixedAddresses(state.description) ? ['the addresses of its subnets'] : []),
    ],
  };
}

function hasFixedAddresses(description: Json): boolean {
  const zones = memberOf(description, 'AvailabilityZones');
  return Array.isArray(zones) && zones.some((zone) => spokenOfByAws(zone, ['LoadBalancerAddresses']).length > 0);
}
