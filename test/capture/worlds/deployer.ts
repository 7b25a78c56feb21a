// The service that was lost in 2016, made by plain clients: a CNAME, a health check of it, and an entry in the deployer's table.
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { place, type Scene } from '../scene.ts';
import { service } from '../taking.ts';
import { front, https, targets, tasks } from './simple.ts';

export const deployer: Scene = {
  name: 'a CNAME, a health check and a state entry',
  playbook: place,
  start: service('wonderland/deployer-api'),
  asked: { tables: ['deployer-state'] },
  build: async (hands) => {
    const door = await front(hands, 'deployer-api');
    const group = await targets(hands, 'deployer-api');
    await https(hands, door, group);
    await hands.cluster({ clusterName: 'wonderland' });
    await tasks(hands, { cluster: 'wonderland', name: 'deployer-api', groups: [group] });
    await tasks(hands, { cluster: 'wonderland', name: 'metrics' });
    const name = 'deployer-api.shop.example';
    await hands.records('shop.example', {
      Name: name,
      Type: 'CNAME',
      TTL: 60,
      ResourceRecords: [{ Value: door.dnsName }],
    });
    await hands.check(
      {
        Type: 'HTTPS',
        FullyQualifiedDomainName: name,
        Port: 443,
        ResourcePath: '/health',
        RequestInterval: 30,
        FailureThreshold: 3,
      },
      'deployer-api',
    );
    await hands.rig.clock.sleep(5 * 60_000);
    await hands.dynamodb.send(
      new CreateTableCommand({
        TableName: 'deployer-state',
        AttributeDefinitions: [{ AttributeName: 'service', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'service', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await hands.rig.clock.sleep(60_000);
    const { serviceArn = '' } = await hands.serviceOf('wonderland', 'deployer-api');
    for (const [each, arn] of [
      ['deployer-api', serviceArn],
      ['metrics', 'arn:aws:ecs:eu-west-1:123456789012:service/wonderland/metrics'],
    ] as const) {
      await hands.dynamodb.send(
        new PutItemCommand({
          TableName: 'deployer-state',
          Item: { service: { S: each }, serviceArn: { S: arn }, status: { S: 'deployed' }, version: { N: '42' } },
        }),
      );
    }
  },
};
