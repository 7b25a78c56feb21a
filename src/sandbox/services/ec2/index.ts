// EC2 as far as networks go: what a world presumes, and the network interfaces of what stands in it. The contract is in
// SPEC.md.
import type { Ec2Service } from '../../model.ts';
import { withEcs } from '../ecs/advance.ts';
import { inputs } from './inputs.ts';
import { describeNetworkInterfaces } from './network-interfaces.ts';
import { ec2Rates } from './rates.ts';
import { describeSecurityGroups } from './security-groups.ts';
import { describeSubnets, describeVpcs } from './vpcs.ts';

export const ec2Service = {
  name: 'ec2',
  scope: 'region',
  protocol: 'ec2',
  version: '2016-11-15',
  xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  operations: {
    DescribeVpcs: describeVpcs,
    DescribeSubnets: describeSubnets,
    DescribeSecurityGroups: describeSecurityGroups,
    DescribeNetworkInterfaces: withEcs(describeNetworkInterfaces),
  },
  rates: ec2Rates,
  // It writes nothing that a read could show late.
  inputs: {
    model: inputs,
    code: 'InvalidParameterValue',
    notModelled: { 'DescribeSecurityGroupsRequest.GroupNames': 'no presumed VPC is the default one, where names hold' },
  },
  authorization: { hasResourceTags: true },
  // [aws-facts-2 1.8; EC2 API, "Error codes"]
  errorCodes: {
    internal: 'InternalError',
    throttled: 'RequestLimitExceeded',
    throttledStatus: 503,
    denied: 'UnauthorizedOperation',
  },
} as const satisfies Ec2Service;
