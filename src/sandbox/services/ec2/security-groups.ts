// DescribeSecurityGroups: the presumed ones, and the default one of every presumed VPC.
import type { Operation } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { defaultGroupOf, networkOf } from '../network/store.ts';
import { absent, select, tagSet } from './select.ts';

export interface GroupView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpc: string;
  readonly tags: Readonly<Record<string, string>>;
}

export function groupsOf(local: RegionData): readonly GroupView[] {
  const { securityGroups, vpcs } = networkOf(local);
  const presumed = Object.entries(securityGroups).map(([id, { name = id, tags = {}, vpc }]): GroupView => {
    return { id, name, description: name, vpc, tags };
  });
  const known = new Set(presumed.map(({ id }) => id));
  const usual = Object.keys(vpcs).map((vpc): GroupView => {
    return { id: defaultGroupOf(vpc), name: 'default', description: 'default VPC security group', vpc, tags: {} };
  });
  return [...presumed, ...usual.filter(({ id }) => !known.has(id))];
}

export const describeSecurityGroups: Operation = (input, { local, region, world }) => {
  const owner = world.data.account;
  const { nextToken, page } = select(input, {
    all: groupsOf(local),
    idOf: ({ id }) => id,
    tagsOf: ({ tags }) => tags,
    filters: {
      description: ({ description }) => [description],
      'group-id': ({ id }) => [id],
      'group-name': ({ name }) => [name],
      'owner-id': () => [owner],
      'vpc-id': ({ vpc }) => [vpc],
    },
    notModelled: ['egress.ip-permission.*', 'ip-permission.*'],
    ids: 'GroupIds',
    prefix: 'sg-',
    missing: absent('InvalidGroup.NotFound', 'security group', 'security groups'),
    malformed: 'InvalidGroupId.Malformed',
  });
  return {
    securityGroupInfo: page.map(({ description, id, name, tags, vpc }) => ({
      ownerId: owner,
      groupId: id,
      groupName: name,
      groupDescription: description,
      vpcId: vpc,
      securityGroupArn: `arn:aws:ec2:${region}:${owner}:security-group/${id}`,
      // The sandbox keeps no rules of groups.
      ipPermissions: [],
      ipPermissionsEgress: [],
      tagSet: tagSet(tags),
    })),
    nextToken,
  };
};
