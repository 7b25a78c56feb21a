// Headings are those of src/sandbox/services/resourcegroupstaggingapi/SPEC.md.
import { AddTagsCommand, DeleteTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand, type GetResourcesCommandInput } from '@aws-sdk/client-resource-groups-tagging-api';
import { ChangeTagsForResourceCommand, CreateHealthCheckCommand, Route53Client } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { awsTimings, fork, lose, sandboxClientConfig, snapshot } from '../../src/sandbox/index.ts';
import { minute, present, readsRig, refusal, region, second } from './reads-rig.ts';

const { tagIndexGhost, tagIndexLag } = awsTimings;
const Tags = [{ Key: 'team', Value: 'a' }];

function tagged() {
  const there = readsRig();
  const all = async (input: GetResourcesCommandInput = {}, where?: string) =>
    await there.tagging(where).send(new GetResourcesCommand(input));
  const arns = async (input?: GetResourcesCommandInput, where?: string) =>
    (await all(input, where)).ResourceTagMappingList?.map(({ ResourceARN }) => ResourceARN);
  return { ...there, all, arns };
}

describe('Tags of all services', () => {
  it('tells what bears tags, by tags and by types', async () => {
    const { all, arns, balancer, clock, cluster, group, holds } = tagged();
    holds(
      { kind: 'secret', secret: 'shop', tags: { team: 'b' } },
      { kind: 'subnet', id: 'subnet-t', tags: { team: 'a' } },
    );
    const { LoadBalancerArn: web } = await balancer('web', { Tags: [...Tags, { Key: 'tier', Value: 'web' }] });
    const { TargetGroupArn: target } = await group('web', { Tags });
    await cluster();
    clock.advance(tagIndexLag);
    const types = async (...ResourceTypeFilters: string[]) => await arns({ ResourceTypeFilters });
    expect(await arns()).toHaveLength(5);
    expect(await types('elasticloadbalancing')).toEqual([web, target]);
    expect(await types('elasticloadbalancing:targetgroup', 'ec2:subnet')).toEqual([
      `arn:aws:ec2:${region}:123456789012:subnet/subnet-t`,
      target,
    ]);
    expect(await types('ecs:cluster')).toEqual([`arn:aws:ecs:${region}:123456789012:cluster/wonderland`]);
    const filtered = async (...TagFilters: { Key: string; Values?: string[] }[]) => await arns({ TagFilters });
    expect(await filtered({ Key: 'team', Values: ['a', 'b'] })).toHaveLength(5);
    expect(await filtered({ Key: 'team', Values: ['a'] }, { Key: 'tier' })).toEqual([web]);
    const { ResourceTagMappingList } = await all({ ResourceARNList: [present(target)] });
    expect(ResourceTagMappingList).toEqual([{ ResourceARN: target, Tags }]);
  });

  it('tells of health checks in us-east-1 alone', async () => {
    const { arns, clock, world } = tagged();
    const route53 = new Route53Client(sandboxClientConfig(world, 'route53', region));
    const { HealthCheck } = await route53.send(
      new CreateHealthCheckCommand({
        CallerReference: 'one',
        HealthCheckConfig: { Type: 'TCP', IPAddress: '192.0.2.1', Port: 80 },
      }),
    );
    const id = present(HealthCheck?.Id);
    await route53.send(
      new ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: id, AddTags: Tags }),
    );
    clock.advance(tagIndexLag);
    expect(await arns()).toEqual([]);
    expect(await arns({}, 'us-east-1')).toEqual([`arn:aws:route53:::healthcheck/${id}`]);
  });

  it('gives pages whose tokens expire, and refuses filters beside ARNs', async () => {
    const { all, clock, holds } = tagged();
    for (const each of ['a', 'b', 'c']) holds({ kind: 'secret', secret: each, tags: { team: 'a' } });
    const first = await all({ ResourcesPerPage: 2 });
    const next = { ResourcesPerPage: 2, PaginationToken: present(first.PaginationToken) };
    const last = await all(next);
    expect([first.ResourceTagMappingList?.length, last.ResourceTagMappingList?.length]).toEqual([2, 1]);
    expect(last.PaginationToken).toBe('');
    clock.advance(16 * minute);
    expect(await refusal(all(next))).toMatchObject({ code: 'PaginationTokenExpiredException' });
    const both = all({ ResourceARNList: ['arn:aws:ecs:x'], TagFilters: [{ Key: 'team' }] });
    expect(await refusal(both)).toMatchObject({ code: 'InvalidParameterException' });
    expect(await refusal(all({ ResourcesPerPage: 101 }))).toMatchObject({ code: 'InvalidParameterException' });
  });
});

describe('How far the index is behind', () => {
  it('learns of new things and of new tags later', async () => {
    const { all, arns, balancing, clock, group } = tagged();
    const { TargetGroupArn = '' } = await group('web', { Tags });
    expect(await arns()).toEqual([]);
    clock.advance(tagIndexLag);
    expect(await arns()).toEqual([TargetGroupArn]);
    await balancing.send(new AddTagsCommand({ ResourceArns: [TargetGroupArn], Tags: [{ Key: 'team', Value: 'b' }] }));
    const team = async () => (await all()).ResourceTagMappingList?.[0]?.Tags?.[0]?.Value;
    expect(await team()).toBe('a');
    clock.advance(tagIndexLag);
    expect(await team()).toBe('b');
  });

  it('goes on telling of what is deleted, for hours, in a saved world too', async () => {
    const { arns, balancing, clock, group, world } = tagged();
    const { TargetGroupArn = '' } = await group('web', { Tags });
    clock.advance(tagIndexLag);
    await balancing.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    clock.advance(tagIndexGhost - second);
    expect(await arns()).toEqual([TargetGroupArn]);
    const saved = fork(snapshot(world), clock);
    expect(JSON.stringify(saved.data)).toContain(TargetGroupArn);
    clock.advance(second);
    expect(await arns()).toEqual([]);
  });

  it('shows nothing that came and went before it heard of it', async () => {
    const { arns, balancing, clock, group } = tagged();
    const { TargetGroupArn = '' } = await group('web', { Tags });
    await balancing.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    expect(await arns()).toEqual([]);
    clock.advance(tagIndexLag);
    expect(await arns()).toEqual([]);
  });

  it('remembers what was lost by hand, and never hides what a seed put in', async () => {
    const { arns, holds, world } = tagged();
    holds({ kind: 'log-group', name: 'web', tags: { team: 'a' } });
    expect(await arns()).toHaveLength(1);
    lose(world, { kind: 'log-group', id: 'web', region });
    expect(await arns()).toHaveLength(1);
  });
});
