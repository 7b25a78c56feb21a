// Whose a piece is, by evidence: what others use, or may use, is never taken for the service's own.
import { TagResourceCommand } from '@aws-sdk/client-ecs';
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { expect, test } from 'vitest';
import { Hands } from '../shapes/hands.ts';
import { bareRig, playbookOf, type Rig } from '../helpers/rig.ts';
import { quiet } from '../shapes/suite.ts';
import { place, worldOf } from './scene.ts';
import { service, take, type Taken } from './taking.ts';
import { crowd } from './worlds/crowd.ts';
import { failover } from './worlds/failover.ts';
import { closed, definition, front, https, targets, tasks } from './worlds/simple.ts';

function roles({ found }: Taken): Readonly<Record<string, string>> {
  return Object.fromEntries(found.members.map((each) => [each.found.type.identity(each.found.spec), each.role]));
}

function idsOf({ found, made }: Taken, role: string): readonly string[] {
  const keys = new Set(found.members.flatMap((each) => (each.role === role ? [each.found.key] : [])));
  return made.components.filter((each) => keys.has(each.found.key)).map((each) => each.id);
}

/** A world that is made here. */
async function worldWith(build: (hands: Hands) => Promise<void>): Promise<Rig> {
  const rig = bareRig(playbookOf(place));
  await build(new Hands(rig));
  await quiet(rig);
  return rig;
}

test('of fifty rules of others and forty services in the cluster, nothing is the service’s', async () => {
  const { rig } = await worldOf(crowd);
  const taken = await take(rig, crowd.start);
  expect(idsOf(taken, 'owned')).toEqual(['task-definition', 'target-group', 'rule', 'service', 'record']);
  expect(idsOf(taken, 'shared')).toEqual(['cluster', 'load-balancer', 'listener']);
  for (const id of ['cluster', 'load-balancer', 'listener'])
    expect(taken.playbook.components.get(id)?.shared).toBe(true);
  // By what others name, told in the file, without an ARN.
  expect(taken.text).toContain('# shared: used by service other-0, service other-1, service other-10 and 37 more too');
  expect(taken.text).toContain('# shared: rule 100 of listener forwards to targetgroup/payments');
  expect(taken.text).toContain('# shared: 47 more');
  expect(taken.text).not.toMatch(/^ *#.*arn:/m);
});

test('a record that leads to a shared load balancer is taken by its host rule, left to others by theirs, and else asked about', async () => {
  const { rig } = await worldOf(crowd);
  const taken = await take(rig, crowd.start);
  expect(taken.text).toContain('name: orders.shop.example');
  expect(taken.text).not.toContain('name: team-3.shop.example');
  expect(taken.open.left).toEqual([expect.stringMatching(/^A status\.shop\.example leads to .* --name takes it$/)]);
  const asked = await take(rig, crowd.start, { names: ['status.shop.example'] });
  expect(asked.text).toContain('name: status.shop.example');
  expect(asked.open.left).toEqual([]);
});

test('a task definition of two services is shared, and so is a target group of two', async () => {
  const rig = await worldWith(async (hands) => {
    const door = await front(hands, 'both');
    const group = await targets(hands, 'both');
    await https(hands, door, group);
    await hands.cluster({ clusterName: 'shop' });
    const arn = await definition(hands, 'both');
    await tasks(hands, { cluster: 'shop', name: 'one', groups: [group], definition: arn });
    await tasks(hands, { cluster: 'shop', name: 'two', groups: [group], definition: arn });
  });
  const taken = await take(rig, service('shop/one'));
  expect(idsOf(taken, 'shared').toSorted()).toEqual(['cluster', 'target-group', 'task-definition']);
});

test('a listener whose default is the service’s is shared where rules of others are in it', async () => {
  const rig = await worldWith(async (hands) => {
    const door = await front(hands, 'mixed');
    const [own, other] = [await targets(hands, 'mixed'), await targets(hands, 'mixed-other')];
    const listener = await https(hands, door, own);
    await hands.rule({
      ListenerArn: listener,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/other/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: other }],
    });
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, { cluster: 'shop', name: 'mixed', groups: [own] });
  });
  const taken = await take(rig, service('shop/mixed'));
  expect(idsOf(taken, 'shared')).toEqual(['load-balancer', 'listener']);
  expect(taken.playbook.components.get('service')?.dependsOn ?? []).not.toContain('rule');
});

test('a health check that another record goes by is left to both, and named by its id', async () => {
  const { rig } = await worldOf(failover);
  const hands = new Hands(rig);
  const before = await take(rig, failover.start);
  const id = before.made.components.find((each) => each.id === 'health-check')?.found.outputs['id'] ?? '';
  await hands.dns.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: await hands.zone('shop.example'),
      ChangeBatch: {
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: {
              ...{ Name: 'other.shop.example', Type: 'A', TTL: 60, SetIdentifier: 'x', Weight: 1, HealthCheckId: id },
              ResourceRecords: [{ Value: '203.0.113.9' }],
            },
          },
        ],
      },
    }),
  );
  await rig.clock.sleep(120_000);
  const taken = await take(rig, failover.start);
  expect(Object.keys(roles(taken)).some((each) => each.startsWith('health check'))).toBe(false);
  expect(taken.open.left).toEqual([`health check ${id} is no piece of it: A other.shop.example (x) goes by it too`]);
  expect(taken.text).toContain(`healthCheck: ${id}`);
  expect((await taken.rig.plan('repair')).plan.steps).toEqual([]);
});

test('a health check that calculates comes with those that it goes by', async () => {
  const { rig } = await worldOf(failover);
  const hands = new Hands(rig);
  const before = await take(rig, failover.start);
  const child = before.made.components.find((each) => each.id === 'health-check')?.found.outputs['id'] ?? '';
  const { HealthCheck } = await hands.dns.send(
    new CreateHealthCheckCommand({
      CallerReference: 'all',
      HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: [child], HealthThreshold: 1 },
    }),
  );
  const { ResourceRecordSets } = await hands.dns.send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: await hands.zone('shop.example'),
    }),
  );
  const record = ResourceRecordSets?.find((each) => each.SetIdentifier === 'first');
  if (record === undefined) throw new Error('no record');
  await hands.records('shop.example', { ...record, HealthCheckId: HealthCheck?.Id });
  await rig.clock.sleep(600_000);
  const taken = await take(rig, failover.start);
  const checks = taken.made.components.filter((each) => each.found.type.traits.type === 'route53/health-check');
  expect(checks.length).toBe(2);
  const parent = checks.find((each) => JSON.stringify(each.fields).includes('CALCULATED'));
  const other = checks.find((each) => each !== parent);
  expect(JSON.stringify(parent?.fields)).toContain(`\${${other?.id ?? ''}.id}`);
  expect((await taken.rig.plan('repair')).plan.steps).toEqual([]);
});

test('of two idle target groups behind the load balancer of a CodeDeploy service, none is taken', async () => {
  const rig = await worldWith(async (hands) => {
    const door = await front(hands, 'deployed');
    const [live, idle, another] = [
      await targets(hands, 'deployed-live'),
      await targets(hands, 'deployed-idle'),
      await targets(hands, 'deployed-another'),
    ];
    const listener = await closed(hands, door);
    for (const [index, group] of [live, idle, another].entries()) {
      await hands.rule({
        ListenerArn: listener,
        Priority: index + 1,
        Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`${index}.shop.example`] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: group }],
      });
    }
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, {
      cluster: 'shop',
      name: 'deployed',
      groups: [live],
      more: { deploymentController: { type: 'CODE_DEPLOY' } },
    });
  });
  const taken = await take(rig, service('shop/deployed'));
  expect(idsOf(taken, 'shared')).toEqual(['load-balancer', 'listener']);
  expect(taken.text).not.toContain('name: deployed-idle');
  expect(taken.open.left).toEqual([
    'one of target group deployed-another, target group deployed-idle is its other target group, and nothing tells which',
  ]);
});

test('a piece that bears the tag of another playbook is that one’s', async () => {
  const { rig } = await worldOf(failover);
  const hands = new Hands(rig);
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop';
  await hands.ecs.send(
    new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'relight:playbook', value: 'platform' }] }),
  );
  const taken = await take(rig, failover.start);
  expect(idsOf(taken, 'shared')).toEqual(['cluster']);
  expect(taken.text).toContain('# shared: tagged as a piece of playbook platform');
});
