// DescribeVpcs, DescribeSubnets: what the world presumes of networks.
import type { Operation } from '../../model.ts';
import { networkOf } from '../network/store.ts';
import { absent, select, tagSet } from './select.ts';
import { freeAddresses, usualCidr } from './unverified.ts';

export const describeVpcs: Operation = (input, { local, world }) => {
  const owner = world.data.account;
  const all = Object.entries(networkOf(local).vpcs).map(([id, { cidr = usualCidr.vpc, tags = {} }]) => ({
    ...{ id, cidr, tags },
  }));
  const { nextToken, page } = select(input, {
    all,
    idOf: ({ id }) => id,
    tagsOf: ({ tags }) => tags,
    filters: {
      cidr: ({ cidr }) => [cidr],
      'cidr-block-association.cidr-block': ({ cidr }) => [cidr],
      'is-default': () => ['false'],
      'owner-id': () => [owner],
      state: () => ['available'],
      'vpc-id': ({ id }) => [id],
    },
    notModelled: ['cidr-block-association.*', 'dhcp-options-id', 'ipv6-cidr-block-association.*'],
    ids: 'VpcIds',
    prefix: 'vpc-',
    missing: absent('InvalidVpcID.NotFound', 'vpc ID', 'vpc IDs'),
    malformed: 'InvalidVpcID.Malformed',
  });
  return {
    vpcSet: page.map(({ cidr, id, tags }) => ({
      vpcId: id,
      ownerId: owner,
      state: 'available',
      cidrBlock: cidr,
      instanceTenancy: 'default',
      isDefault: false,
      tagSet: tagSet(tags),
    })),
    nextToken,
  };
};

export const describeSubnets: Operation = (input, { local, region, world }) => {
  const owner = world.data.account;
  const all = Object.entries(networkOf(local).subnets).map(
    ([id, { cidr = usualCidr.subnet, tags = {}, ...subnet }]) => ({
      ...{ id, cidr, tags, ...subnet },
      arn: `arn:aws:ec2:${region}:${owner}:subnet/${id}`,
    }),
  );
  type Subnet = (typeof all)[number];
  const zone = ({ availabilityZone }: Subnet): string[] => [availabilityZone];
  const range = ({ cidr }: Subnet): string[] => [cidr];
  const isDefault = (): string[] => ['false'];
  const { nextToken, page } = select(input, {
    all,
    idOf: ({ id }) => id,
    tagsOf: ({ tags }) => tags,
    filters: {
      'availability-zone': zone,
      availabilityZone: zone,
      'available-ip-address-count': () => [String(freeAddresses)],
      'cidr-block': range,
      cidr: range,
      cidrBlock: range,
      'default-for-az': isDefault,
      defaultForAz: isDefault,
      'map-public-ip-on-launch': isDefault,
      'owner-id': () => [owner],
      state: () => ['available'],
      'subnet-arn': ({ arn }) => [arn],
      'subnet-id': ({ id }) => [id],
      'vpc-id': ({ vpc }) => [vpc],
    },
    notModelled: [
      ...['availability-zone-id', 'availabilityZoneId', 'customer-owned-ipv4-pool', 'enable-dns64'],
      ...['enable-lni-at-device-index', 'ipv6-*', 'map-customer-owned-ip-on-launch', 'outpost-arn'],
      'private-dns-name-options-on-launch.*',
    ],
    ids: 'SubnetIds',
    prefix: 'subnet-',
    missing: absent('InvalidSubnetID.NotFound', 'subnet ID', 'subnet IDs'),
    malformed: 'InvalidSubnetID.Malformed',
  });
  return {
    subnetSet: page.map(({ arn, availabilityZone, cidr, id, tags, vpc }) => ({
      subnetId: id,
      subnetArn: arn,
      state: 'available',
      vpcId: vpc,
      ownerId: owner,
      cidrBlock: cidr,
      availableIpAddressCount: freeAddresses,
      availabilityZone,
      defaultForAz: false,
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      tagSet: tagSet(tags),
    })),
    nextToken,
  };
};
