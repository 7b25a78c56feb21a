// What AWS tells beforehand to keep a piece from going is met before the first delete: nothing is half torn down.
import { CreateServiceCommand } from '@aws-sdk/client-ecs';
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { accepting } from '../helpers/accepting.ts';
import { deployedRig, unfinished, type Rig } from '../helpers/rig.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: api }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, spec: { name: shop, capacityProviders: [FARGATE] } }
  table: { type: dynamodb/table, spec: { name: orders, hashKey: { name: id } } }
  tasks: { type: ecs/task-definition, spec: { family: api, containers: [{ name: app, image: 'registry.example/api:1' }] } }
  service:
    type: ecs/service
    dependsOn: [table]
    spec: { cluster: '\${cluster.arn}', name: api, taskDefinition: '\${tasks.arn}', network: { subnets: [subnet-a1] } }
`;

async function because(rig: Rig, kind: 'rebuild' | 'teardown'): Promise<Readonly<Record<string, string>>> {
  const { plan } = await rig.plan(kind, { accepted: accepting('service:effect') });
  const touched = new Set(plan.steps.map((each) => each.component));
  expect(['cluster', 'service'].filter((each) => touched.has(each))).toEqual([]);
  return Object.fromEntries(
    plan.components.flatMap((each) => (each.disposition === 'blocked' ? [[each.id, each.because]] : [])),
  );
}

describe.each(['rebuild', 'teardown'] as const)('in a %s', (kind) => {
  test('a table that is protected against deletion stays, and with it what would only be made again', async () => {
    const rig = await deployedRig(text);
    const protect = new UpdateTableCommand({ TableName: 'orders', DeletionProtectionEnabled: true });
    await rig.operator.client(dynamodb).send(protect);
    await rig.clock.sleep(60_000);
    const told = await because(rig, kind);
    expect(told['table']).toMatch(/^AWS would refuse: .*deletion protection/);
  });

  test('a cluster with somebody else’s service stays, and nobody waits for itself', async () => {
    const rig = await deployedRig(text);
    await rig.operator.client(ecs).send(
      new CreateServiceCommand({
        cluster: 'shop',
        serviceName: 'theirs',
        taskDefinition: 'api',
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a1'] } },
      }),
    );
    await rig.clock.sleep(120_000);
    const told = await because(rig, kind);
    expect(told['cluster']).toMatch(/^AWS would refuse: service theirs is in it/);
    for (const [id, why] of Object.entries(told)) expect(why).not.toContain(`waits for ${id};`);
  });
});

test('its own services are no obstacle to a cluster', async () => {
  const rig = await deployedRig(text);
  const { plan, report } = await rig.recover('rebuild');
  expect(unfinished(report)).toEqual([]);
  expect(plan.steps.map((each) => each.id)).toContain('cluster.delete');
});
