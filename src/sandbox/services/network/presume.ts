// Networks and certificates that a world is told to hold.
import type { Presumable, World } from '../../model.ts';
import { presumable, presumedHome, presumedId as id, presumedRegion as region } from '../../presumable.ts';
import { networkOf, type NetworkStore } from './store.ts';

/** In the order in which they are put in: a subnet that names no VPC takes the region's first. */
export const networkPresumes: readonly Presumable[] = [
  presumable('vpc', { id, region }, (world, item) => {
    networkIn(world, item.region).vpcs[item.id] ??= {};
  }),
  presumable('subnet', { id, vpc: id.optional(), availabilityZone: id.optional(), region }, (world, item) => {
    const network = networkIn(world, item.region);
    const known = network.subnets[item.id];
    const vpc = item.vpc ?? known?.vpc ?? anyVpc(network);
    network.vpcs[vpc] ??= {};
    const availabilityZone =
      item.availabilityZone ??
      known?.availabilityZone ??
      nextZone(item.region ?? presumedHome, Object.keys(network.subnets).length);
    network.subnets[item.id] = { availabilityZone, vpc };
  }),
  presumable('security-group', { id, vpc: id.optional(), region }, (world, item) => {
    const network = networkIn(world, item.region);
    const vpc = item.vpc ?? network.securityGroups[item.id]?.vpc ?? anyVpc(network);
    network.vpcs[vpc] ??= {};
    network.securityGroups[item.id] = { vpc };
  }),
  // arn:aws:acm:<region>:<account>:certificate/<id>; a listener may only name one of its own region.
  presumable('certificate', { arn: id, region }, (world, item) => {
    networkIn(world, item.region ?? item.arn.split(':')[3]).certificates[item.arn] ??= {};
  }),
];

function networkIn(world: World, name = presumedHome): NetworkStore {
  return networkOf(world.region(name));
}

function anyVpc(network: NetworkStore): string {
  return Object.keys(network.vpcs)[0] ?? 'vpc-presumed';
}

/** Round robin by the order of insertion, so that the subnets of one list lie in different zones. */
function nextZone(name: string, index: number): string {
  return `${name}${'abc'.charAt(index % 3)}`;
}
