// The network interfaces of load balancers: they come while a load balancer is provisioned, and stay for a while after it
// is gone; until then a security group or subnet is in use [aws-facts 3.7, captured].
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { nodesShare } from './health.ts';
import { elbv2Of, type LoadBalancerRecord, type LoadBalancerType, type ReleasedRecord } from './store.ts';
import { elbv2Times } from './timings.ts';

export interface LoadBalancerInterface {
  /** `app/<name>/<id>`, as descriptions have it. */
  readonly balancer: string;
  readonly type: LoadBalancerType;
  readonly subnet: string;
  readonly groups: readonly string[];
  readonly attached: boolean;
}

/** Those of a region at an instant. */
export function networkInterfacesOf(world: World, local: RegionData, now: number): readonly LoadBalancerInterface[] {
  const { loadBalancerProvisioning, networkInterfaceRelease } = elbv2Times(world);
  const { loadBalancers, released = [] } = elbv2Of(local);
  const living = Object.values(loadBalancers)
    .filter(({ createdAt }) => now >= createdAt + loadBalancerProvisioning * nodesShare)
    .flatMap((balancer) => interfacesOf(releasedFrom(balancer, now), true));
  const left = released
    .filter(({ deletedAt }) => now < deletedAt + networkInterfaceRelease)
    .flatMap((balancer) => interfacesOf(balancer, now < balancer.deletedAt + networkInterfaceRelease / 2));
  return [...living, ...left];
}

function interfacesOf(
  { balancer, securityGroups: groups, subnets, type }: ReleasedRecord,
  attached: boolean,
): LoadBalancerInterface[] {
  return subnets.map((subnet) => ({ balancer, type, subnet, groups, attached }));
}

function releasedFrom({ arn, securityGroups, subnets, type }: LoadBalancerRecord, deletedAt: number): ReleasedRecord {
  const balancer = arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);
  return { balancer, type, subnets: subnets.map(({ subnet }) => subnet), securityGroups, deletedAt };
}

/** Notes what a load balancer leaves behind when it is deleted. One that had no interfaces yet leaves none. */
export function releaseInterfaces(world: World, local: RegionData, balancer: LoadBalancerRecord, now: number): void {
  const { loadBalancerProvisioning, networkInterfaceRelease } = elbv2Times(world);
  const elbv2 = elbv2Of(local);
  const rest = (elbv2.released ?? []).filter(({ deletedAt }) => now < deletedAt + networkInterfaceRelease);
  if (now >= balancer.createdAt + loadBalancerProvisioning * nodesShare) rest.push(releasedFrom(balancer, now));
  if (rest.length > 0) elbv2.released = rest;
  else delete elbv2.released;
}
