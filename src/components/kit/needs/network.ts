// Subnets, security groups and VPCs: 200 ids a call, by filter. One that is missing is not among those that are told.
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ec2 } from '../../../aws/services/ec2.ts';
import type { NeedSeen, ReadContext } from '../../contract.ts';
import { allPages, chunks } from '../observing.ts';
import { missing, there, unseenFrom, type Reader } from './answers.ts';

/** Values of one filter [EC2 user guide, "Filter your resources"]. */
const idsPerCall = 200;

interface Page {
  readonly items: readonly (string | undefined)[];
  readonly next: string | undefined;
}

type List = (ids: string[], token: string | undefined, context: ReadContext) => Promise<Page>;

/** Ids are asked for one by one in text that knows wildcards: `*` and `?` are no part of any id. */
function listed(list: List, home: string): Reader {
  return async (needs, context) => {
    const answers = await Promise.all(
      chunks(needs, idsPerCall).map(async (chunk): Promise<readonly NeedSeen[]> => {
        try {
          const ids = chunk.map(({ name }) => name);
          const found = new Set(
            await allPages(
              (id: string) => id,
              async (token: string | undefined) => {
                const { items, next } = await context.limit(() => list(ids, token, context));
                return { items: items.filter((each) => each !== undefined), next };
              },
            ),
          );
          return chunk.map((need) =>
            found.has(need.name)
              ? there
              : missing(need, `is not in ${context.scope.region}`, `Bring ${home} back, or name another one`),
          );
        } catch (error) {
          return chunk.map((need) => unseenFrom(need, error));
        }
      }),
    );
    return answers.flat();
  };
}

export const subnets = listed(async (ids, token, { aws }) => {
  const answer = await aws
    .client(ec2)
    .send(new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: ids }], NextToken: token }));
  return { items: (answer.Subnets ?? []).map((each) => each.SubnetId), next: answer.NextToken };
}, 'the subnet');

export const securityGroups = listed(async (ids, token, { aws }) => {
  const answer = await aws
    .client(ec2)
    .send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: ids }], NextToken: token }));
  return { items: (answer.SecurityGroups ?? []).map((each) => each.GroupId), next: answer.NextToken };
}, 'the group');

export const vpcs = listed(async (ids, token, { aws }) => {
  const answer = await aws
    .client(ec2)
    .send(new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: ids }], NextToken: token }));
  return { items: (answer.Vpcs ?? []).map((each) => each.VpcId), next: answer.NextToken };
}, 'the VPC');
