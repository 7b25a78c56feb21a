// DescribeNetworkInterfaces: of tasks, of load balancers (some time longer than these are there), and presumed ones.
import { createHash } from 'node:crypto';
import type { CallContext, Operation } from '../../model.ts';
import { ecsOf, type Json } from '../ecs/store.ts';
import { networkInterfacesOf } from '../elbv2/interfaces.ts';
import { networkOf } from '../network/store.ts';
import { groupsOf } from './security-groups.ts';
import { absent, select, tagSet } from './select.ts';

interface InterfaceView {
  readonly id: string;
  readonly description: string;
  readonly subnet: string;
  readonly groups: readonly string[];
  readonly address: string | null;
  readonly type: 'interface' | 'network_load_balancer';
  /** Who made it, as AWS names its services; null for one of the account's own. */
  readonly requester: string | null;
  readonly attachment: { readonly id: string; readonly owner: string } | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** [aws-facts 3.7, captured: `ELB app/<name>/<id>`, `amazon-elb`] */
function ofLoadBalancers({ local, now, world }: CallContext): InterfaceView[] {
  return networkInterfacesOf(world, local, now).map(({ attached, balancer, groups, subnet, type }) => {
    const id = hex(`${balancer}/${subnet}`);
    return {
      id: `eni-${id}`,
      description: `ELB ${balancer}`,
      subnet,
      groups,
      address: null,
      type: type === 'network' ? 'network_load_balancer' : 'interface',
      requester: 'amazon-elb',
      attachment: attached ? { id: `ela-attach-${id}`, owner: 'amazon-elb' } : null,
      tags: {},
    };
  });
}

function ofTasks({ local }: CallContext): InterfaceView[] {
  const { services, tasks } = ecsOf(local);
  return Object.values(tasks).flatMap((task): InterfaceView[] => {
    const { address, attachment, networkInterface: id, stoppedAt, subnet } = task;
    if (id === null || subnet === null || stoppedAt !== null) return [];
    const network = services[task.service]?.deployments[0]?.spec.networkConfiguration;
    return [
      {
        id,
        description: `${task.arn.split(':task/')[0] ?? ''}:attachment/${attachment ?? ''}`,
        subnet,
        groups: groupsIn(network),
        address,
        type: 'interface',
        requester: null,
        attachment: { id: `eni-attach-${hex(id)}`, owner: 'amazon-ecs' },
        tags: {},
      },
    ];
  });
}

/** Of a service's `networkConfiguration`, kept as it was given. */
function groupsIn(network: Json | null | undefined): readonly string[] {
  const { awsvpcConfiguration } = (network ?? {}) as { awsvpcConfiguration?: { securityGroups?: string[] } };
  return awsvpcConfiguration?.securityGroups ?? [];
}

function presumed({ local }: CallContext): InterfaceView[] {
  return Object.entries(networkOf(local).interfaces ?? {}).map(([id, each]) => {
    const { address, description, securityGroups: groups, subnet, tags = {} } = each;
    return {
      ...{ id, address, description, groups, subnet, tags },
      type: 'interface',
      requester: null,
      attachment: null,
    };
  });
}

/** The same one for the same thing. */
function hex(of: string): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 17);
}

export const describeNetworkInterfaces: Operation = (input, context) => {
  const { local, world } = context;
  const owner = world.data.account;
  const { subnets } = networkOf(local);
  const names = new Map(groupsOf(local).map(({ id, name }) => [id, name]));
  const zoneOf = ({ subnet }: InterfaceView): string => subnets[subnet]?.availabilityZone ?? '';
  const vpcOf = ({ subnet }: InterfaceView): string => subnets[subnet]?.vpc ?? '';
  const statusOf = ({ attachment }: InterfaceView): string => (attachment === null ? 'available' : 'in-use');
  const some = (value: string | null | undefined): string[] => (value === null || value === undefined ? [] : [value]);
  const address = (each: InterfaceView): string[] => some(each.address);
  const { nextToken, page } = select(input, {
    all: [...ofLoadBalancers(context), ...ofTasks(context), ...presumed(context)],
    idOf: ({ id }) => id,
    tagsOf: ({ tags }) => tags,
    filters: {
      'addresses.primary': () => ['true'],
      'addresses.private-ip-address': address,
      'attachment.attachment-id': ({ attachment }) => some(attachment?.id),
      'attachment.instance-owner-id': ({ attachment }) => some(attachment?.owner),
      'attachment.status': ({ attachment }) => (attachment === null ? [] : ['attached']),
      'availability-zone': (each) => [zoneOf(each)],
      description: ({ description }) => [description],
      'group-id': ({ groups }) => groups,
      'group-name': ({ groups }) => groups.flatMap((each) => some(names.get(each))),
      'interface-type': ({ type }) => [type],
      'network-interface-id': ({ id }) => [id],
      'owner-id': () => [owner],
      'private-ip-address': address,
      'requester-id': ({ requester }) => some(requester),
      'requester-managed': ({ requester }) => [String(requester !== null)],
      status: (each) => [statusOf(each)],
      'subnet-id': ({ subnet }) => [subnet],
      'vpc-id': (each) => [vpcOf(each)],
    },
    notModelled: [
      ...['addresses.*', 'association.*', 'attachment.*', 'availability-zone-id', 'ipv6-addresses.*', 'mac-address'],
      ...['operator.*', 'private-dns-name', 'source-dest-check'],
    ],
    ids: 'NetworkInterfaceIds',
    prefix: 'eni-',
    missing: absent('InvalidNetworkInterfaceID.NotFound', 'networkInterface ID', 'networkInterface IDs'),
    malformed: 'InvalidNetworkInterfaceID.Malformed',
  });
  return {
    networkInterfaceSet: page.map((each) => ({
      networkInterfaceId: each.id,
      subnetId: each.subnet,
      vpcId: vpcOf(each),
      availabilityZone: zoneOf(each),
      description: each.description,
      ownerId: owner,
      requesterId: each.requester ?? undefined,
      requesterManaged: each.requester !== null,
      status: statusOf(each),
      interfaceType: each.type,
      privateIpAddress: each.address ?? undefined,
      privateIpAddressesSet: some(each.address).map((privateIpAddress) => ({ privateIpAddress, primary: true })),
      groupSet: each.groups.map((groupId) => ({ groupId, groupName: names.get(groupId) ?? groupId })),
      attachment:
        each.attachment === null
          ? undefined
          : { attachmentId: each.attachment.id, instanceOwnerId: each.attachment.owner, status: 'attached' },
      tagSet: tagSet(each.tags),
    })),
    nextToken,
  };
};
