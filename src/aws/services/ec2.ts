// Amazon EC2: whether networks are there. They are asked for by filter: an id that is missing refuses no call then, it is just
// not among those that are told [EC2 API, Filter].
import type { EC2Client } from '@aws-sdk/client-ec2';
import { lists, once, pagesBy, textAt, type Answer, type Members, type Proof, type Rule } from '../contract/rules.ts';
import { awsService } from './service.ts';

/** Nothing is told that no filter asked for. */
function amongAsked(list: string, by: string, filter: string): Rule {
  return ({ input, output }: Answer) => {
    const filters = (input['Filters'] ?? []) as readonly Members[];
    const asked = filters.find((each) => each['Name'] === filter)?.['Values'] as readonly unknown[] | undefined;
    const told = (output[list] ?? []) as readonly unknown[];
    const alien = told.map((each) => textAt(each, by) ?? 'something').find((each) => asked?.includes(each) === false);
    return alien === undefined ? undefined : `${alien}, which was not asked for`;
  };
}

const paging = pagesBy('NextToken', 'NextToken');

function listing(list: string, by: string, filter: string): Proof {
  return { rules: [lists(list, by), once(list, by), amongAsked(list, by, filter)], paging };
}

export const ec2 = awsService({
  name: 'ec2',
  signingName: 'ec2',
  settingsName: 'ec2',
  protocol: 'ec2',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { EC2Client: Client } = await import('@aws-sdk/client-ec2');
    return (settings): EC2Client => new Client(settings);
  },
  // Non-mutating actions that are filtered or paged ["Request throttling for the Amazon EC2 API"].
  rates: { describe: { burst: 100, refill: 20 } },
  bucketOf: () => 'describe',
  reads: new Set(['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcs']),
  errorCodes: {},
  proofs: {
    DescribeSecurityGroups: listing('SecurityGroups', 'GroupId', 'group-id'),
    DescribeSubnets: listing('Subnets', 'SubnetId', 'subnet-id'),
    DescribeVpcs: listing('Vpcs', 'VpcId', 'vpc-id'),
  },
  identifyingMembers: {},
  // Networks may be shared by other accounts [VPC user guide, "Share your VPC subnets"].
  identifyNothing: new Set(['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcs']),
});
