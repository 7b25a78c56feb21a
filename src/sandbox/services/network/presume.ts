// Networks and certificates that a world is told to hold.
import { z } from 'zod';
import type { Presumable, World } from '../../model.ts';
import {
  loseFrom,
  presumable,
  presumedArn,
  presumedHome,
  presumedId as id,
  presumedRegion as region,
  presumedTags as tags,
} from '../../presumable.ts';
import { certificateStates, networkOf, type NetworkStore } from './store.ts';

const cidr = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/)
  .optional();

/** In the order in which they are put in: a subnet that names no VPC takes the region's first. */
export const networkPresumes: readonly Presumable[] = [
  presumable(
    'vpc',
    { id, cidr, region, tags },
    (world, item) => {
      const { vpcs } = networkIn(world, item.region);
      vpcs[item.id] = { ...vpcs[item.id], ...said({ cidr: item.cidr, tags: item.tags }) };
    },
    (world, name, where) => loseFrom(networkIn(world, where).vpcs, name),
  ),
  presumable(
    'subnet',
    { id, vpc: id.optional(), availabilityZone: id.optional(), cidr, region, tags },
    (world, item) => {
      const network = networkIn(world, item.region);
      const known = network.subnets[item.id];
      const vpc = item.vpc ?? known?.vpc ?? anyVpc(network);
      network.vpcs[vpc] ??= {};
      const availabilityZone =
        item.availabilityZone ??
        known?.availabilityZone ??
        nextZone(item.region ?? presumedHome, Object.keys(network.subnets).length);
      const further = said({ cidr: item.cidr, tags: item.tags });
      network.subnets[item.id] = { ...known, availabilityZone, vpc, ...further };
    },
    (world, name, where) => loseFrom(networkIn(world, where).subnets, name),
  ),
  presumable(
    'security-group',
    { id, vpc: id.optional(), name: id.optional(), region, tags },
    (world, item) => {
      const network = networkIn(world, item.region);
      const known = network.securityGroups[item.id];
      const vpc = item.vpc ?? known?.vpc ?? anyVpc(network);
      network.vpcs[vpc] ??= {};
      network.securityGroups[item.id] = { ...known, vpc, ...said({ name: item.name, tags: item.tags }) };
    },
    (world, name, where) => loseFrom(networkIn(world, where).securityGroups, name),
  ),
  presumable(
    'network-interface',
    {
      ...{ id, subnet: id, region, tags },
      ...{ securityGroups: z.array(id).optional(), description: z.string().max(255).optional(), address: z.ipv4() },
    },
    (world, item) => {
      const network = networkIn(world, item.region);
      if (network.subnets[item.subnet] === undefined) throw new Error(`there is no subnet ${item.subnet}`);
      const { address, description = '', securityGroups = [], subnet } = item;
      network.interfaces ??= {};
      network.interfaces[item.id] = { address, description, securityGroups, subnet, ...said({ tags: item.tags }) };
    },
    (world, name, where) => loseFrom(networkIn(world, where).interfaces ?? {}, name),
  ),
  // arn:aws:acm:<region>:<account>:certificate/<id>; a listener may only name one of its own region.
  presumable(
    'certificate',
    {
      ...{ arn: presumedArn, region, tags, domain: z.string().min(1).max(253).optional() },
      ...{ status: z.enum(certificateStates).optional(), notAfter: z.int().optional() },
    },
    (world, item) => {
      const { certificates } = networkIn(world, regionOf(item.arn) ?? item.region);
      const { domain, notAfter, status } = item;
      certificates[item.arn] = { ...certificates[item.arn], ...said({ domain, notAfter, status, tags: item.tags }) };
    },
    (world, arn, where) => loseFrom(networkIn(world, regionOf(arn) ?? where).certificates, arn),
  ),
];

function networkIn(world: World, name = presumedHome): NetworkStore {
  return networkOf(world.region(name));
}

/** Undefined for what lies in no region: server certificates of IAM. */
function regionOf(arn: string): string | undefined {
  const name = arn.split(':')[3];
  return name === undefined || name === '' ? undefined : name;
}

type Said<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

/** Members that an item says: what it does not, stays as it was. */
function said<Members extends Record<string, unknown>>(members: Members): Said<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Said<Members>;
}

function anyVpc(network: NetworkStore): string {
  return Object.keys(network.vpcs)[0] ?? 'vpc-presumed';
}

/** Round robin by the order of insertion, so that the subnets of one list lie in different zones. */
function nextZone(name: string, index: number): string {
  return `${name}${'abc'.charAt(index % 3)}`;
}
