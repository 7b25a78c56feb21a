// Fields that the playbook leaves to others (`ignore`) stay as they are, also when something else of the same piece is
// brought back: many of AWS's updates take a whole.
import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { accepting } from '../helpers/accepting.ts';
import { describeService, registerImage, updateService } from '../helpers/ecs-hands.ts';
import { deployedRig, outputOf, readShipped, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

function withText(from: string, to: string): string {
  expect(text).toContain(from);
  return text.replace(from, to);
}

/** Repairs, and gives the paths that the steps were for. */
async function repairedPaths(rig: Rig, ...accepted: readonly string[]): Promise<readonly string[]> {
  const { plan, report } = await rig.recover('repair', { verify: false, accepted: accepting(...accepted) });
  expect(report.result).toBe('succeeded');
  expect((await rig.plan('repair')).plan.steps).toEqual([]);
  return plan.steps.flatMap((step) => step.differences.map((each) => each.path));
}

test('a listener that was moved to the green target group stays there while its policy is brought back', async () => {
  const forward = "forwardTo: '${target-group.arn}'";
  const rig = await deployedRig(
    withText(forward, `${forward}\n      sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06\n    ignore: [forwardTo]`),
  );
  const made = await rig.operator
    .client(elbv2)
    .send(
      new CreateTargetGroupCommand({ Name: 'green', Port: 8080, Protocol: 'HTTP', TargetType: 'ip', VpcId: 'vpc-1' }),
    );
  const green = made.TargetGroups?.[0]?.TargetGroupArn;
  const blue = await outputOf(rig, 'target-group', 'arn');
  const listener = await outputOf(rig, 'listener', 'arn');
  // Nine in ten requests go to green: a spec has no word for it.
  const TargetGroups = [
    { TargetGroupArn: green, Weight: 9 },
    { TargetGroupArn: blue, Weight: 1 },
  ];
  await rig.operator.client(elbv2).send(
    new ModifyListenerCommand({
      ListenerArn: listener,
      SslPolicy: 'ELBSecurityPolicy-2016-08',
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  expect(await repairedPaths(rig)).toEqual(['sslPolicy']);
  const now = await rig.operator.client(elbv2).send(new DescribeListenersCommand({ ListenerArns: [listener] }));
  expect(now.Listeners?.[0]).toMatchObject({
    SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    DefaultActions: [{ ForwardConfig: { TargetGroups } }],
  });
});

test('a part of a health check', async () => {
  const rig = await deployedRig(
    withText(
      'healthCheck: { path: /health }',
      'healthCheck: { path: /health, interval: 30 }\n    ignore: [healthCheck.interval]',
    ),
  );
  const TargetGroupArn = await outputOf(rig, 'target-group', 'arn');
  await rig.operator
    .client(elbv2)
    .send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/', HealthCheckIntervalSeconds: 10 }));
  expect(await repairedPaths(rig)).toEqual(['healthCheck.path']);
  const now = await rig.operator
    .client(elbv2)
    .send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] }));
  expect(now.TargetGroups?.[0]).toMatchObject({ HealthCheckPath: '/health', HealthCheckIntervalSeconds: 10 });
});

test('a Route 53 health check that was switched off stays off', async () => {
  const spec = "spec: { fqdn: '${cname.fqdn}', port: 443, protocol: HTTPS, path: /health }";
  const rig = await deployedRig(
    withText(spec, `${spec.slice(0, -2)}, disabled: false, failureThreshold: 3 }\n    ignore: [disabled]`),
  );
  const HealthCheckId = await outputOf(rig, 'health-check', 'id');
  await rig.operator
    .client(route53)
    .send(new UpdateHealthCheckCommand({ HealthCheckId, Disabled: true, FailureThreshold: 5 }));
  const { plan } = await rig.recover('repair', { verify: false });
  expect(plan.steps.flatMap((step) => step.differences.map((each) => each.path))).toEqual(['failureThreshold']);
  const now = await rig.operator.client(route53).send(new ListHealthChecksCommand({}));
  expect(now.HealthChecks?.[0]?.HealthCheckConfig).toMatchObject({ Disabled: true, FailureThreshold: 3 });
});

test('the weight of a record and the autoscaled half of a table’s capacity', async () => {
  const rig = await deployedRig(
    withText(
      '  state-entry:\n',
      `  one:
    type: route53/record
    ignore: [weight]
    spec:
      { zone: wonderland.example, name: one.wonderland.example, type: A, setIdentifier: a, weight: 100, ttl: 60, values: ['203.0.113.1'] }
  orders:
    type: dynamodb/table
    ignore: [writeCapacity]
    spec: { name: orders, hashKey: { name: id }, billingMode: PROVISIONED, readCapacity: 5, writeCapacity: 5 }
  state-entry:
`,
    ),
  );
  const zones = await rig.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
  const HostedZoneId = zones.HostedZones?.[0]?.Id;
  const record = {
    Name: 'one.wonderland.example',
    Type: 'A',
    SetIdentifier: 'a',
    ResourceRecords: [{ Value: '203.0.113.1' }],
  } as const;
  const overwritten = { ...record, ResourceRecords: [...record.ResourceRecords], Weight: 0, TTL: 300 };
  await rig.operator.client(route53).send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: overwritten }] },
    }),
  );
  await rig.operator.client(dynamodb).send(
    new UpdateTableCommand({
      TableName: 'orders',
      ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 500 },
    }),
  );
  await rig.clock.sleep(120_000);
  // An address says nothing of the playbook's own.
  expect(await repairedPaths(rig, 'one:ownership')).toEqual(expect.arrayContaining(['ttl', 'readCapacity']));
  const records = await rig.operator.client(route53).send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  expect(records.ResourceRecordSets?.find((each) => each.SetIdentifier === 'a')).toMatchObject({ Weight: 0, TTL: 60 });
  const { Table } = await rig.operator.client(dynamodb).send(new DescribeTableCommand({ TableName: 'orders' }));
  expect(Table?.ProvisionedThroughput).toMatchObject({ ReadCapacityUnits: 5, WriteCapacityUnits: 500 });
});

test('a service whose revision is left to others is made again with the one that is made again', async () => {
  const rig = await deployedRig(withText('ignore: [desiredCount]', 'ignore: [desiredCount, taskDefinition]'));
  await rig.break(['service', 'task-definition']);
  const { report } = await rig.recover('repair', { verify: false });
  expect(report.result).toBe('succeeded');
  expect((await rig.plan('repair')).plan.steps).toEqual([]);
});

test('a service whose revision others have moved to one that is gone by now is made with what the playbook says', async () => {
  const rig = await deployedRig(withText('ignore: [desiredCount]', 'ignore: [desiredCount, taskDefinition]'));
  const moved = await registerImage(rig, 'deployer-api', 'registry.example/deployer-api:2');
  await updateService(rig, { cluster: 'wonderland', service: 'deployer-api' }, { taskDefinition: moved });
  await rig.clock.sleep(600_000);
  await rig.break(['service']);
  await rig.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: moved }));
  const { report } = await rig.recover('repair', { verify: false });
  expect(report.result).toBe('succeeded');
  const { taskDefinition = '' } = await describeService(rig, { cluster: 'wonderland', service: 'deployer-api' });
  expect(taskDefinition).not.toBe(moved);
});
