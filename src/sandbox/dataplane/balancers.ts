// The data plane: what a client on the internet finds, walked from DNS over load balancers to tasks. Reads only. This
// file: load balancers as the network sees them, whichever region they are in.
import { everyAccount } from '../accounts.ts';
import type { World } from '../model.ts';
import type { RegionData } from '../world-data.ts';
import { findLoadBalancerByDnsName, loadBalancerState } from '../services/elbv2/lookup.ts';
import { elbv2Of, type LoadBalancerRecord } from '../services/elbv2/store.ts';
import { elbv2Times } from '../services/elbv2/timings.ts';
import type { Walk } from './walk.ts';

export interface FoundBalancer {
  readonly region: string;
  readonly local: RegionData;
  readonly balancer: LoadBalancerRecord;
}

export function balancerByDnsName(world: World, name: string): FoundBalancer | undefined {
  for (const [region, local] of regionsOf(world)) {
    const balancer = findLoadBalancerByDnsName(local, name);
    if (balancer !== undefined) return { region, local, balancer };
  }
  return undefined;
}

export function balancerByAddress(world: World, address: string): FoundBalancer | undefined {
  for (const [region, local] of regionsOf(world)) {
    for (const balancer of Object.values(elbv2Of(local).loadBalancers)) {
      if (addressesOf(balancer).includes(address)) return { region, local, balancer };
    }
  }
  return undefined;
}

/** Of all accounts: the network does not ask whose a load balancer is. */
function regionsOf(world: World): readonly (readonly [string, RegionData])[] {
  return everyAccount(world).flatMap(({ data }) => Object.entries(data.regions));
}

export function isActive({ now, world }: Walk, { local, balancer }: FoundBalancer): boolean {
  return loadBalancerState(local, balancer, now, elbv2Times(world)) === 'active';
}

/**
 * One IPv4 address per subnet, the same as long as the load balancer lives: out of 198.18.0.0/15, which RFC 2544 keeps
 * for tests, so that none of them is anybody's.
 */
export function addressesOf(balancer: LoadBalancerRecord): readonly string[] {
  return balancer.subnets.map(({ subnet }) => {
    const bits = hash(`${balancer.dnsName} ${subnet}`);
    return `198.${String(18 + (bits & 1))}.${String((bits >>> 8) & 0xff)}.${String((bits >>> 16) & 0xff)}`;
  });
}

/** IPv6 addresses of a dual-stack load balancer, in the documentation range 2001:db8::/32. */
export function ipv6AddressesOf(balancer: LoadBalancerRecord): readonly string[] {
  if (!balancer.ipAddressType.startsWith('dualstack')) return [];
  return balancer.subnets.map(({ subnet }) => {
    const hex = hash(`${balancer.dnsName} ${subnet}`).toString(16).padStart(8, '0');
    return `2001:db8::${hex.slice(0, 4)}:${hex.slice(4)}`;
  });
}

/** FNV-1a with a final mix. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  return (bits ^ (bits >>> 13)) >>> 0;
}
