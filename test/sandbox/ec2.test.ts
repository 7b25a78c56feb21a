// Headings are those of src/sandbox/services/ec2/SPEC.md.
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { Faults, sandboxClientConfig, setFaults } from '../../src/sandbox/index.ts';
import { minute, present, readsRig, refusal, second } from './reads-rig.ts';

describe('Networks', () => {
  it('tells the presumed VPCs and subnets', async () => {
    const { ec2, holds } = readsRig();
    holds({ kind: 'vpc', id: 'vpc-1', cidr: '10.1.0.0/16', tags: { Name: 'main' } });
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-1'] }));
    expect(Vpcs).toEqual([
      expect.objectContaining({
        VpcId: 'vpc-1',
        CidrBlock: '10.1.0.0/16',
        State: 'available',
        OwnerId: '123456789012',
        IsDefault: false,
        Tags: [{ Key: 'Name', Value: 'main' }],
      }),
    ]);
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-b', 'subnet-a'] }));
    expect(Subnets?.map(({ AvailabilityZone, SubnetId, VpcId }) => [SubnetId, VpcId, AvailabilityZone])).toEqual([
      ['subnet-a', 'vpc-1', 'eu-west-1a'],
      ['subnet-b', 'vpc-1', 'eu-west-1b'],
    ]);
  });

  it('tells the presumed security groups, and the default one of each VPC', async () => {
    const { ec2 } = readsRig();
    const Filters = [{ Name: 'vpc-id', Values: ['vpc-1'] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    expect(SecurityGroups.map(({ GroupId, GroupName, VpcId }) => [GroupId, GroupName, VpcId])).toEqual([
      ['sg-1', 'sg-1', 'vpc-1'],
      ['sg-default-1', 'default', 'vpc-1'],
    ]);
  });

  it('refuses what is not there with the codes and texts of EC2', async () => {
    const { ec2 } = readsRig();
    const cases: [Promise<unknown>, string, string][] = [
      [
        ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-a', 'subnet-9'] })),
        'InvalidSubnetID.NotFound',
        "The subnet ID 'subnet-9' does not exist",
      ],
      [
        ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-8', 'subnet-9'] })),
        'InvalidSubnetID.NotFound',
        "The subnet IDs 'subnet-8, subnet-9' do not exist",
      ],
      [
        ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-9'] })),
        'InvalidGroup.NotFound',
        "The security group 'sg-9' does not exist",
      ],
      [
        ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-9'] })),
        'InvalidVpcID.NotFound',
        "The vpc ID 'vpc-9' does not exist",
      ],
      [
        ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-9'] })),
        'InvalidNetworkInterfaceID.NotFound',
        "The networkInterface ID 'eni-9' does not exist",
      ],
    ];
    for (const [call, code, message] of cases) expect(await refusal(call)).toEqual({ code, message });
    expect(await refusal(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['sg-1'] })))).toMatchObject({
      code: 'InvalidSubnetID.Malformed',
    });
    expect(await refusal(ec2.send(new DescribeVpcsCommand({ DryRun: true })))).toMatchObject({
      code: 'DryRunOperation',
    });
  });
});

describe('Injected errors, in the words of each service', () => {
  it('EC2 refuses too many requests with 503', async () => {
    const { world } = readsRig();
    const faults = new Faults();
    setFaults(world, faults, [{ kind: 'throttle', service: 'ec2' }]);
    const client = new EC2Client(sandboxClientConfig(world, 'ec2', 'eu-west-1', { faults }));
    await expect(client.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
  });
});

describe('Filters and pages', () => {
  it('takes filters with wildcards, all of which must hold, and tags', async () => {
    const { ec2, holds } = readsRig();
    holds({ kind: 'subnet', id: 'subnet-c', availabilityZone: 'eu-west-1c', tags: { tier: 'web', 'a*b': 'x' } });
    const found = async (...filters: [string, ...string[]][]) => {
      const Filters = filters.map(([Name, ...Values]) => ({ Name, Values }));
      const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
      return Subnets.map(({ SubnetId }) => SubnetId);
    };
    expect(await found(['availability-zone', '*a', 'eu-west-1c'], ['vpc-id', 'vpc-1'])).toEqual([
      'subnet-a',
      'subnet-a2',
      'subnet-c',
    ]);
    expect(await found(['availability-zone', '*a'], ['subnet-id', 'subnet-a?'])).toEqual(['subnet-a2']);
    expect(await found(['tag:tier', 'w*'])).toEqual(['subnet-c']);
    expect(await found(['tag-key', 'a\\*b'])).toEqual(['subnet-c']);
    expect(await found(['tag-key', 'a\\*'])).toEqual([]);
    expect(await found(['vpc-id', 'vpc-9'])).toEqual([]);
    expect(await refusal(found(['colour', 'red']))).toEqual({
      code: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
    expect(await refusal(found(['outpost-arn', 'x']))).toMatchObject({ code: 'NotModelledBySandbox' });
  });

  it('gives pages of the size that is asked for, and no pages of ids', async () => {
    const { ec2, holds } = readsRig();
    for (let index = 0; index < 9; index += 1) holds({ kind: 'vpc', id: `vpc-p${String(index)}` });
    const page = (NextToken?: string) =>
      ec2.send(
        new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-p*'] }], MaxResults: 6, NextToken }),
      );
    const first = await page();
    const second = await page(present(first.NextToken));
    expect([first.Vpcs?.length, second.Vpcs?.length, second.NextToken]).toEqual([6, 3, undefined]);
    expect(await refusal(ec2.send(new DescribeVpcsCommand({ MaxResults: 5, VpcIds: ['vpc-1'] })))).toMatchObject({
      code: 'InvalidParameterCombination',
    });
    expect(await refusal(ec2.send(new DescribeVpcsCommand({ NextToken: 'mine' })))).toMatchObject({
      code: 'InvalidNextToken',
    });
    expect(await refusal(ec2.send(new DescribeVpcsCommand({ MaxResults: 2 })))).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('Network interfaces', () => {
  const ofBalancer = (path: string) =>
    new DescribeNetworkInterfacesCommand({
      Filters: [
        { Name: 'attachment.instance-owner-id', Values: ['amazon-elb'] },
        { Name: 'description', Values: [`ELB ${path}`] },
      ],
    });

  it('has those of a load balancer while it is there, and for a while after', async () => {
    const { balancer, balancing, clock, ec2 } = readsRig();
    const { LoadBalancerArn: arn = '' } = await balancer();
    const path = arn.slice(arn.indexOf('app/'));
    const count = async (all = false) => {
      const every = new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'description', Values: [`ELB ${path}`] }],
      });
      return (await ec2.send(all ? every : ofBalancer(path))).NetworkInterfaces?.length;
    };
    expect(await count()).toBe(0);
    clock.advance(2 * minute);
    const { NetworkInterfaces = [] } = await ec2.send(ofBalancer(path));
    expect(NetworkInterfaces.map((each) => [each.SubnetId, each.Groups?.[0]?.GroupId, each.Status])).toEqual(
      expect.arrayContaining([
        ['subnet-a', 'sg-1', 'in-use'],
        ['subnet-b', 'sg-1', 'in-use'],
      ]),
    );
    await balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    expect(await count()).toBe(2);
    clock.advance(40 * second);
    expect([await count(), await count(true)]).toEqual([0, 2]);
    clock.advance(minute);
    expect(await count(true)).toBe(0);
  });

  it('has those of tasks that run, and presumed ones', async () => {
    const there = readsRig();
    const { clock, ec2, harness, holds, service } = there;
    const { behind } = await harness();
    await service(behind);
    clock.advance(5 * minute);
    const tasks = await there.tasks();
    const { NetworkInterfaces: own = [] } = await ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-owner-id', Values: ['amazon-ecs'] }],
      }),
    );
    const told = tasks.flatMap(({ attachments = [] }) =>
      attachments.flatMap(({ details = [] }) =>
        details.flatMap(({ name, value }) => (name === 'networkInterfaceId' ? [value] : [])),
      ),
    );
    expect(own.map(({ NetworkInterfaceId }) => NetworkInterfaceId).sort()).toEqual(told.sort());
    expect(own.every(({ Groups }) => Groups?.[0]?.GroupId === 'sg-1')).toBe(true);

    holds({ kind: 'network-interface', id: 'eni-1', subnet: 'subnet-a', address: '10.0.0.9' });
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ['eni-1'] }),
    );
    expect(NetworkInterfaces?.[0]).toMatchObject({ Status: 'available', PrivateIpAddress: '10.0.0.9', VpcId: 'vpc-1' });
  });
});
