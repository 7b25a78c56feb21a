// What a playbook names by its ARN or name, and makes with no component: whether it is there is known before anything is
// deleted or made.
import { DeleteClusterCommand, DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { deployedRig, mutations, outputOf, playbookOf, readShipped, stepIds, type Rig } from '../helpers/rig.ts';

const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: deployer-api }
target: { account: '123456789012', region: eu-west-1 }
components:
`;

interface Named {
  /** The world as the whole playbook makes it. */
  readonly world: Rig;
  /** A playbook that only has the service and the listener, and names all else. */
  readonly rig: Rig;
  readonly names: Readonly<Record<'targetGroup' | 'loadBalancer' | 'taskDefinition', string>>;
}

/** @param revision how the playbook names what the service runs; its ARN unless told */
async function named(revision?: string): Promise<Named> {
  const world = await deployedRig(readShipped('deployer-api.yaml'));
  const [targetGroup, loadBalancer, taskDefinition] = await Promise.all(
    ['target-group', 'load-balancer', 'task-definition'].map((id) => outputOf(world, id, 'arn')),
  );
  if (targetGroup === undefined || loadBalancer === undefined || taskDefinition === undefined)
    throw new Error('no ARN');
  const text = `${head}
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '${loadBalancer}', port: 443, protocol: HTTPS, forwardTo: '${targetGroup}',
      certificate: arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555 }
  service:
    type: ecs/service
    dependsOn: [listener]
    spec:
      cluster: wonderland
      name: deployer-api
      taskDefinition: '${revision ?? taskDefinition}'
      desiredCount: 2
      loadBalancer: { targetGroup: '${targetGroup}', container: api, port: 8080 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
  return { world, rig: world.withPlaybook(playbookOf(text)), names: { targetGroup, loadBalancer, taskDefinition } };
}

function because({ components }: Plan, id: string): string {
  return components.find((each) => each.id === id)?.because ?? '';
}

function looks(rig: Rig): readonly string[] {
  const kinds = ['DescribeClusters', 'DescribeTaskDefinition', 'DescribeTargetGroups', 'DescribeLoadBalancers'];
  return rig.wire.flatMap(({ operation }) => (kinds.includes(operation) ? [operation] : []));
}

describe('a lost service whose playbook names all that it needs', () => {
  test('is made again where all of it is there', async () => {
    const { rig } = await named();
    await rig.break(['service']);
    rig.wire.length = 0;
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toContain('service.create');
    expect(plan.components.flatMap(({ unchecked = [] }) => unchecked)).toEqual([]);
    const { report } = await rig.recover('repair', { verify: false });
    expect(report.result).toBe('succeeded');
  });

  test('waits where its target group is gone', async () => {
    const { names, rig, world } = await named();
    await rig.break(['service', 'listener']);
    await world.break(['target-group']);
    const { plan } = await rig.plan('repair');
    const words = `target group ${names.targetGroup} does not exist`;
    expect(because(plan, 'service')).toContain(words);
    expect(because(plan, 'listener')).toContain(`${words}; would be: create`);
    expect(stepIds(plan)).toEqual([]);
  });

  test('waits where its cluster is gone', async () => {
    const { rig } = await named();
    await rig.break(['service']);
    await rig.operator.client(ecs).send(new DeleteClusterCommand({ cluster: 'wonderland' }));
    const { plan } = await rig.plan('repair');
    expect(because(plan, 'service')).toMatch(/^cluster wonderland is (INACTIVE|not in eu-west-1); would be: create/);
  });

  test('is told where nobody may look', async () => {
    const { rig } = await named();
    await rig.break(['service']);
    rig.faults.add({ kind: 'access-denied', operation: 'DescribeTaskDefinition' });
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toContain('service.create');
    const unchecked = plan.components.flatMap((each) => each.unchecked ?? []).join('\n');
    expect(unchecked).toContain('whether task definition deployer-api:1 is there: AccessDeniedException');
  });
});

test('a listener whose load balancer is gone is not made', async () => {
  const { names, rig, world } = await named();
  await world.break(['load-balancer']);
  const { plan } = await rig.plan('repair');
  expect(because(plan, 'listener')).toContain(`load balancer ${names.loadBalancer} does not exist; would be: create`);
});

test('a service is not taken down to be started from a revision that AWS starts no more', async () => {
  const { names, rig } = await named();
  await rig.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: names.taskDefinition }));
  rig.wire.length = 0;
  const { plan } = await rig.plan('rebuild', { allowDowntime: true });
  expect(because(plan, 'service')).toContain('task definition deployer-api:1 is INACTIVE; would be: replace');
  expect(stepIds(plan).filter((each) => each.startsWith('service.'))).toEqual([]);
  expect(mutations(rig.wire)).toEqual([]);
});

test('what a change does not change is not asked for', async () => {
  const { rig } = await named();
  rig.wire.length = 0;
  const { plan } = await rig.plan('repair');
  expect(plan.steps).toEqual([]);
  expect(looks(rig).filter((each) => each === 'DescribeTaskDefinition')).toEqual([]);
});

const shipped = readShipped('deployer-api.yaml').replace('maxDeletes: 8', 'maxDeletes: 30');

function saying(rig: Rig, from: string, to: string): Rig {
  expect(shipped).toContain(from);
  return rig.withPlaybook(playbookOf(shipped.replace(from, to)));
}

describe('a rebuild takes nothing down to be made again with', () => {
  test('the ARN of a piece that it replaces', async () => {
    const world = await deployedRig(shipped);
    const arn = await outputOf(world, 'load-balancer', 'arn');
    const { plan } = await saying(world, "loadBalancer: '${load-balancer.arn}'", `loadBalancer: '${arn}'`).plan(
      'rebuild',
      {
        allowDowntime: true,
      },
    );
    expect(because(plan, 'listener')).toMatch(
      /^load balancer arn:\S+ is replaced by this plan, and the new one has another ARN; .* Let the playbook say \$\{load-balancer\.arn\} instead$/,
    );
    expect(plan.steps.filter((each) => each.destructive)).toEqual([]);
  });

  test('a revision of its own family that was deregistered', async () => {
    const world = await deployedRig(shipped);
    await world.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'deployer-api:1' }));
    const rig = saying(world, "taskDefinition: '${task-definition.arn}'", 'taskDefinition: deployer-api:1');
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    expect(because(plan, 'service')).toContain('task definition deployer-api:1 is INACTIVE; would be: replace');
    expect(stepIds(plan).filter((each) => each.startsWith('service.'))).toEqual([]);
  });

  test('a family that is called as its service is, and is gone', async () => {
    const { names, rig } = await named('deployer-api');
    await rig.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: names.taskDefinition }));
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    expect(because(plan, 'service')).toContain('task definition deployer-api is not in eu-west-1; would be: replace');
  });
});

test('a piece that would be replaced only with consent is still there for whoever names its ARN', async () => {
  const world = await deployedRig(shipped);
  const arn = await outputOf(world, 'load-balancer', 'arn');
  await world.break(['listener']);
  const keys = ['relight:playbook', 'relight:component'];
  await world.operator.client(elbv2).send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: keys }));
  const text = shipped
    .replace('scheme: internet-facing', 'scheme: internal')
    .replace("loadBalancer: '${load-balancer.arn}'", `loadBalancer: '${arn}'`);
  const { plan } = await world.withPlaybook(playbookOf(text)).plan('repair', { allowDowntime: true });
  expect(because(plan, 'load-balancer')).toContain('--accept load-balancer:ownership');
  expect(stepIds(plan)).toContain('listener.create');
});
