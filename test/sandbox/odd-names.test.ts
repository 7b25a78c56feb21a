// Names that mean something to JavaScript are names like any others.
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as ecs from '@aws-sdk/client-ecs';
import * as iam from '@aws-sdk/client-iam';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ssm from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { fork, snapshot, sandboxClientConfig } from '../../src/sandbox/index.ts';
import { minute, region, rig } from './ecs-rig.ts';
import { trust } from './iam-rig.ts';

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', (name) => {
  const open = (world = rig().world) => {
    const config = (service: string) => sandboxClientConfig(world, service, region);
    return {
      world,
      dynamodb: new dynamodb.DynamoDBClient(config('dynamodb')),
      ecs: new ecs.ECSClient(config('ecs')),
      iam: new iam.IAMClient(config('iam')),
      logs: new logs.CloudWatchLogsClient(config('logs')),
      ssm: new ssm.SSMClient(config('ssm')),
    };
  };

  it('is a role, and one of its policies', async () => {
    const { iam: client, world } = open();
    const get = (from = client) => from.send(new iam.GetRoleCommand({ RoleName: name }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust() }));
    const PolicyDocument = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'ecs:*', Resource: '*' } });
    await client.send(new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: name, PolicyDocument }));
    expect((await client.send(new iam.ListRolePoliciesCommand({ RoleName: name }))).PolicyNames).toEqual([name]);
    await client.send(new iam.TagRoleCommand({ RoleName: name, Tags: [{ Key: name, Value: 'x' }] }));
    const copy = open(fork(world, world.clock));
    expect((await get(copy.iam)).Role).toMatchObject({ RoleName: name, Tags: [{ Key: name, Value: 'x' }] });
    expect(
      Object.keys((JSON.parse(JSON.stringify(snapshot(world))) as { iam: iam.Role & { roles: object } }).iam.roles),
    ).toEqual([name]);
    await client.send(new iam.DeleteRolePolicyCommand({ RoleName: name, PolicyName: name }));
    await client.send(new iam.DeleteRoleCommand({ RoleName: name }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it('is a cluster, a service, a family and a capacity provider', async () => {
    const there = rig();
    const { ecs: client, world } = open(there.world);
    const look = (from = client) => from.send(new ecs.DescribeServicesCommand({ cluster: name, services: [name] }));
    await expect(look()).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    await expect(client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition: name }))).rejects.toMatchObject({
      name: 'ClientException',
    });
    await client.send(new ecs.CreateClusterCommand({ clusterName: name }));
    expect((await look()).failures).toMatchObject([{ reason: 'MISSING' }]);
    await there.definition(name);
    await there.service({ desiredCount: 1, cluster: name, serviceName: name, taskDefinition: name });
    const { services } = await look(open(fork(world, world.clock)).ecs);
    expect(services).toMatchObject([
      { serviceName: name, taskDefinition: expect.stringContaining(`${name}:1`) as string },
    ]);
    there.clock.advance(10 * minute);
    expect((await look()).services).toMatchObject([{ runningCount: 1 }]);
    expect((await client.send(new ecs.ListTaskDefinitionFamiliesCommand({}))).families).toEqual([name]);
    const wanted = {
      name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: 'arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:x:autoScalingGroupName/a',
      },
    };
    await client.send(new ecs.CreateCapacityProviderCommand(wanted));
    const { capacityProviders = [] } = await client.send(
      new ecs.DescribeCapacityProvidersCommand({ capacityProviders: [name] }),
    );
    expect(capacityProviders).toMatchObject([{ name, status: 'ACTIVE' }]);
  });

  it('is a table, an index and a tag', async () => {
    const there = rig();
    const { dynamodb: client, world } = open(there.world);
    const look = (from = client) => from.send(new dynamodb.DescribeTableCommand({ TableName: name }));
    await expect(look()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
    await client.send(
      new dynamodb.CreateTableCommand({
        ...{ TableName: name, KeySchema, BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        GlobalSecondaryIndexes: [{ IndexName: name, KeySchema, Projection: { ProjectionType: 'ALL' } }],
        Tags: [{ Key: name, Value: 'x' }],
      }),
    );
    there.clock.advance(minute);
    const Item = { id: { S: 'a' } };
    await client.send(new dynamodb.PutItemCommand({ TableName: name, Item }));
    const copy = open(fork(world, world.clock)).dynamodb;
    expect((await look(copy)).Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexName: name }]);
    expect((await copy.send(new dynamodb.ScanCommand({ TableName: name, IndexName: name }))).Items).toEqual([Item]);
    const RequestItems = Object.fromEntries([[name, { Keys: [Item] }]]);
    const { Responses = {} } = await client.send(new dynamodb.BatchGetItemCommand({ RequestItems }));
    // Of `__proto__` the SDK's client tells the name alone.
    expect(Object.keys(Responses)).toEqual([name]);
    const ResourceArn = (await look()).Table?.TableArn;
    await client.send(new dynamodb.TagResourceCommand({ ResourceArn, Tags: [{ Key: name, Value: 'y' }] }));
    expect((await client.send(new dynamodb.ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([
      { Key: name, Value: 'y' },
    ]);
  });

  it('is a parameter and a log group', async () => {
    const { logs: groups, ssm: client, world } = open();
    const get = (from = client) => from.send(new ssm.GetParameterCommand({ Name: name }));
    await expect(get()).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await client.send(
      new ssm.PutParameterCommand({ Name: name, Value: 'x', Type: 'String', Tags: [{ Key: name, Value: 'x' }] }),
    );
    await groups.send(new logs.CreateLogGroupCommand({ logGroupName: name, tags: Object.fromEntries([[name, 'x']]) }));
    const copy = open(fork(world, world.clock));
    expect((await get(copy.ssm)).Parameter?.Value).toBe('x');
    const tags = new ssm.ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name });
    expect((await copy.ssm.send(tags)).TagList).toEqual([{ Key: name, Value: 'x' }]);
    expect((await copy.logs.send(new logs.DescribeLogGroupsCommand({}))).logGroups).toMatchObject([
      { logGroupName: name },
    ]);
    await groups.send(new logs.DeleteLogGroupCommand({ logGroupName: name }));
    await expect(groups.send(new logs.DeleteLogGroupCommand({ logGroupName: name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
