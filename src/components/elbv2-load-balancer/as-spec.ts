import type { Json, AsSpec } from '../contract.ts';
import { attributesToSay, capturedList, memberOf, sayable } from '../kit/as-spec.ts';
import { schema, type LoadBalancerSpec, type LoadBalancerState } from './schema.ts';
import { enforcement, reservedUnits, settingsOf } from './settings.ts';
import { mappingsOf } from './subnets.ts';

export function specOf(
  _spec: LoadBalancerSpec,
  state: LoadBalancerState,
  captured: Json | undefined,
): AsSpec<LoadBalancerSpec> {
  const mappings = mappingsOf(state);
  const reserved = reservedUnits(state, captured);
  const { said, notRepresented } = sayable(schema.shape, {
    subnets: state.subnets,
    subnetMappings: mappings.length === 0 ? undefined : mappings,
    securityGroups: state.securityGroups.length === 0 ? undefined : state.securityGroups,
    [enforcement]: memberOf(state.description, 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'),
    ...settingsOf(state),
    minimumLoadBalancerCapacity: reserved === 0 ? undefined : { capacityUnits: reserved },
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
    notRepresented,
  };
}
