// What a recovery may destroy, against the embedded AWS: what serves, what may be somebody else's, what others point at.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { execute, judgeWith, planFrom } from '../../src/engine.ts';
import type { PlannedComponent } from '../../src/plan/plan.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import type { ObservedCall } from '../../src/sandbox/index.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  knownFrom,
  mutations,
  outputOf,
  playbookOf,
  readShipped,
  seededRig,
  stepIds,
  troubles,
  unfinished,
  type Planned,
  type Recovery,
  type Rig,
} from '../helpers/rig.ts';
import { overwriteCname, tag } from './hands.ts';

const text = readShipped('deployer-api.yaml');

/** A load balancer, and a record that does not refer to it. */
const balancerAlone = `${text.slice(0, text.indexOf('root: service'))}components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: deployer-api, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  elsewhere:
    type: route53/record
    spec: { zone: wonderland.example, name: static.wonderland.example, type: A, ttl: 60, values: ['203.0.113.9'] }
`;

function part({ plan }: Planned, id: string): PlannedComponent | undefined {
  return plan.components.find((each) => each.id === id);
}

function addRecord(rig: Rig, name: string, value: string): Promise<void> {
  return putRecord(rig, { Name: name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: value }] });
}

async function putRecord(rig: Rig, record: ResourceRecordSet): Promise<void> {
  const zones = await rig.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
  const Changes = [{ Action: 'UPSERT' as const, ResourceRecordSet: record }];
  await rig.operator
    .client(route53)
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zones.HostedZones?.[0]?.Id, ChangeBatch: { Changes } }));
  await rig.clock.sleep(120_000);
}

describe('downtime', () => {
  test('a rebuild of a healthy service is refused, and names what serves', async () => {
    const rig = await deployedRig(text);
    const { plan } = await rig.plan('rebuild');
    expect(plan.refusals).toHaveLength(1);
    expect(plan.refusals[0]).toMatchObject({ rule: 'allowDowntime' });
    expect(plan.refusals[0]?.components.toSorted()).toEqual([
      'cname',
      'listener',
      'load-balancer',
      'service',
      'target-group',
    ]);
    await expect(rig.recover('rebuild', { allowDowntime: false })).rejects.toThrow('refused plan');
    await expect(rig.recover('teardown', { allowDowntime: false })).rejects.toThrow('refused plan');
    expect(mutations(rig.wire)).toEqual([]);
  });

  test('a rebuild of a service that is down is not', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const { report } = await rig.recover('rebuild', { allowDowntime: false });
    expect(unfinished(report)).toEqual([]);
  });

  test('a service that was scaled to nothing serves nobody', async () => {
    const rig = await deployedRig(text);
    await rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', desiredCount: 0 }));
    await rig.clock.sleep(10 * 60_000);
    expect((await rig.plan('rebuild')).plan.refusals).toEqual([]);
  });

  test('what has become healthy since the plan is not deleted', async () => {
    const rig = await deployedRig(text);
    const scale = (desiredCount: number): Promise<unknown> =>
      rig.operator
        .client(ecs)
        .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', desiredCount }));
    await scale(0);
    await rig.clock.sleep(10 * 60_000);
    const session = await rig.open('change');
    const { assessed } = await rig.plan('rebuild');
    const plan = planFrom(session, assessed, { kind: 'rebuild' });
    await scale(2);
    await rig.clock.sleep(10 * 60_000);
    rig.wire.length = 0;
    const report = await execute(session, assessed, plan, {
      openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
      prober: rig.sandbox.prober,
      verify: false,
      stop: new AbortController().signal,
    });
    const classes = report.steps.filter((step) => step.status === 'failed').map((step) => [step.id, step.error?.class]);
    expect(classes).toContainEqual(['service.delete', 'serving']);
    expect(classes).toContainEqual(['cname.delete', 'serving']);
    const operations = mutations(rig.wire).map((call) => call.operation);
    for (const each of ['DeleteService', 'DeleteListener', 'DeleteLoadBalancer', 'ChangeResourceRecordSets']) {
      expect(operations).not.toContain(each);
    }
    expect(rig.http('https://deployer-api.wonderland.example/health')).toBe(200);
  });
});

describe('a record whose value is not provably ours', () => {
  test.each([
    ['a standby site', 'standby.example'],
    ['another load balancer', 'other-1234567890.eu-west-1.elb.amazonaws.com'],
    ['one of the same name in another region', 'deployer-api-1234567890.eu-central-1.elb.amazonaws.com'],
    ['one whose name only begins alike', 'deployer-api-standby-1234567890.eu-west-1.elb.amazonaws.com'],
  ])('%s: is left alone by each strategy and by a teardown', async (_what, value) => {
    const rig = await deployedRig(text);
    await overwriteCname(rig, value);
    for (const kind of ['repair', 'rebuild', 'teardown'] as const) {
      const planned = await rig.plan(kind, { allowDowntime: true });
      expect(part(planned, 'cname')).toMatchObject({ disposition: 'blocked', blockedBy: 'cname' });
      expect(part(planned, 'cname')?.because).toContain(`${value}, which is not provably this playbook's`);
      expect(stepIds(planned.plan).filter((id) => id.startsWith('cname'))).toEqual([]);
    }
    const { wire } = await rig.recover('repair', { verify: false });
    expect(mutations(wire)).toEqual([]);
  });

  test('the rest is recovered around it: traffic that was moved to a standby site stays there', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service', 'load-balancer']);
    await overwriteCname(rig, 'standby.example');
    const { report, plan } = await rig.recover('repair', { verify: false });
    expect(plan.components.find((each) => each.id === 'cname')?.disposition).toBe('blocked');
    expect(unfinished(report)).toEqual([]);
    expect(report.result).toBe('partial');
    expect(troubles(await rig.status())).toEqual({ cname: 'drifted' });
  });

  test('our own deleted load balancer is proof enough: the incident needs no flag', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service', 'load-balancer']);
    const { report } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    expect(report.result).toBe('succeeded');
    expect(troubles(await rig.status())).toEqual({});
  });

  test('what an earlier run wrote is proof: a value of the playbook that has changed since', async () => {
    const old = readShipped('storefront.yaml').replaceAll(/^ *ownership: marker.*\n/gm, '');
    const rig = await seededRig(playbookOf(old));
    const { journal } = await rig.recover('repair');
    const changed = rig.withPlaybook(playbookOf(old.replace('203.0.113.10', '203.0.113.20')));
    const { session, assessed, plan } = await changed.plan('repair');
    expect(part({ session, assessed, plan }, 'shop-fallback-record')?.disposition).toBe('blocked');
    const knowing = judgeWith(session, assessed, knownFrom([journal]));
    expect(stepIds(planFrom(session, knowing, { kind: 'repair' }))).toContain('shop-fallback-record.update');
    const { authors, ...known } = knownFrom([journal]);
    const ofOthers = new Map([...authors].filter(([piece]) => !piece.includes('secondary')));
    expect(ofOthers.size).toBeGreaterThan(0);
    const other = judgeWith(session, assessed, { ...known, authors: ofOthers });
    expect(stepIds(planFrom(session, other, { kind: 'repair' }))).toEqual([]);
  });

  test('a run journals what it wrote', async () => {
    const rig = await seededRig(playbookOf(text));
    const { journal } = await rig.recover('repair');
    const acted = journal.records.find((each) => each.type === 'step-acted' && each.step === 'cname.create');
    expect(acted).toMatchObject({ receipt: { wrote: [await outputOf(rig, 'load-balancer', 'dnsName')] } });
  });
});

describe('a state entry', () => {
  const put = (rig: Rig, serviceArn: string): Promise<unknown> =>
    rig.operator.client(dynamodb).send(
      new PutItemCommand({
        TableName: 'deployer-state',
        Item: { service: { S: 'deployer-api' }, serviceArn: { S: serviceArn }, status: { S: 'deployed' } },
      }),
    );

  test.each([
    ['another account', 'arn:aws:ecs:eu-west-1:999999999999:service/wonderland/deployer-api'],
    ['another region', 'arn:aws:ecs:us-east-1:123456789012:service/wonderland/deployer-api'],
    ['another cluster', 'arn:aws:ecs:eu-west-1:123456789012:service/staging/deployer-api'],
    ['another service', 'arn:aws:ecs:eu-west-1:123456789012:service/wonderland/billing'],
  ])('that speaks of a service in %s is not changed unasked', async (_what, arn) => {
    const rig = await deployedRig(text);
    await put(rig, arn);
    const planned = await rig.plan('repair');
    expect(part(planned, 'state-entry')).toMatchObject({ disposition: 'blocked' });
    expect(part(planned, 'state-entry')?.because).toContain(arn);
    const accepted = await rig.plan('repair', { accepted: accepting('state-entry:ownership') });
    expect(stepIds(accepted.plan)).toContain('state-entry.update');
  });

  test('that names our service in the old way, without its cluster, is ours', async () => {
    const rig = await deployedRig(text);
    await put(rig, 'arn:aws:ecs:eu-west-1:123456789012:service/deployer-api');
    expect(stepIds((await rig.plan('repair')).plan)).toContain('state-entry.update');
  });
});

describe('a load balancer that records point at', () => {
  test('is not deleted while one of them is in no component', async () => {
    const rig = await deployedRig(text);
    await addRecord(rig, 'www.wonderland.example', await outputOf(rig, 'load-balancer', 'dnsName'));
    for (const kind of ['rebuild', 'teardown'] as const) {
      const planned = await rig.plan(kind, { allowDowntime: true });
      expect(part(planned, 'load-balancer')?.because).toContain('CNAME www.wonderland.example in zone Z');
      expect(part(planned, 'load-balancer')?.because).toContain('--accept load-balancer:referrers');
      expect(stepIds(planned.plan)).not.toContain('load-balancer.delete');
      const more = { allowDowntime: true, accepted: accepting('load-balancer:referrers') };
      expect(stepIds((await rig.plan(kind, more)).plan)).toContain('load-balancer.delete');
    }
  });

  test('nor when nobody may list the zone in which they would be', async () => {
    const rig = await deployedRig(balancerAlone);
    await addRecord(rig, 'www.wonderland.example', await outputOf(rig, 'load-balancer', 'dnsName'));
    rig.faults.add({ kind: 'access-denied', operation: 'ListResourceRecordSets' });
    for (const kind of ['rebuild', 'teardown'] as const) {
      const { plan, wire } = await rig.recover(kind, { verify: false });
      expect(plan.components.find((each) => each.id === 'load-balancer')).toMatchObject({
        disposition: 'blocked',
        blockedBy: 'elsewhere',
        because: expect.stringContaining('--accept load-balancer:unseen') as string,
      });
      expect(mutations(wire)).toEqual([]);
    }
    const { report, wire } = await rig.recover('teardown', {
      verify: false,
      accepted: accepting('load-balancer:unseen'),
    });
    expect(unfinished(report)).toEqual([]);
    expect(mutations(wire).map((call) => call.operation)).toEqual(['DeleteLoadBalancer']);
  });

  test('nor when the record has come after the plan', async () => {
    const rig = await deployedRig(text);
    const session = await rig.open('change');
    const { assessed } = await rig.plan('rebuild');
    const plan = planFrom(session, assessed, { kind: 'rebuild', allowDowntime: true });
    await addRecord(rig, 'www.wonderland.example', `DUALSTACK.${await outputOf(rig, 'load-balancer', 'dnsName')}.`);
    rig.wire.length = 0;
    const report = await execute(session, assessed, plan, {
      openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
      prober: rig.sandbox.prober,
      verify: false,
      stop: new AbortController().signal,
    });
    expect(report.steps.find((step) => step.id === 'load-balancer.delete')?.error).toMatchObject({
      class: 'pointed-at',
      message: expect.stringContaining('CNAME www.wonderland.example') as string,
    });
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
  });

  test('goes after its record, when that is INSYNC and its TTL has passed from then', async () => {
    const rig = await deployedRig(text);
    const { journal, wire } = await rig.recover('teardown', { verify: false });
    const deleted = mutations(wire).find((call) => call.operation === 'ChangeResourceRecordSets')?.at ?? Number.NaN;
    const balancer = mutations(wire).find((call) => call.operation === 'DeleteLoadBalancer')?.at ?? 0;
    const insync = journal.records.find(
      (each) =>
        each.type === 'step-waiting' && each.step === 'cname.delete' && each.detail.startsWith('others may know'),
    );
    expect(Date.parse(insync?.at ?? '')).toBeGreaterThan(deleted);
    expect(balancer - Date.parse(insync?.at ?? '')).toBeGreaterThanOrEqual(60_000);
  });
});

test('records are no strangers to a load balancer whose zone is named once by its name and once by its id', async () => {
  const recordIn = (id: string, zone: string): string => `
  ${id}:
    type: route53/record
    spec:
      zone: ${zone}
      name: ${id}.wonderland.example
      type: CNAME
      ttl: 60
      values: ['\${load-balancer.dnsName}']
`;
  const head = `
apiVersion: relight/v1
kind: Playbook
metadata: { name: two-spellings }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1 }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: two-spellings, subnets: [subnet-a1, subnet-b1] }
`;
  const named = `${head}${recordIn('one', 'wonderland.example')}`;
  const rig = await deployedRig(named);
  const zones = await rig.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
  const id = (zones.HostedZones?.[0]?.Id ?? '').replace('/hostedzone/', '');
  const both = rig.withPlaybook(playbookOf(`${named}${recordIn('two', id)}`));
  expect(unfinished((await both.recover('repair', { verify: false })).report)).toEqual([]);
  const { plan, report } = await both.recover('rebuild', { verify: false });
  expect(stepIds(plan)).toContain('load-balancer.delete');
  expect(unfinished(report)).toEqual([]);
});

describe('a health check that a record names', () => {
  const failover = (HealthCheckId: string): ResourceRecordSet => ({
    Name: 'failover.wonderland.example',
    Type: 'A',
    SetIdentifier: 'primary',
    Failover: 'PRIMARY',
    TTL: 60,
    HealthCheckId,
    ResourceRecords: [{ Value: '203.0.113.7' }],
  });

  test('is not deleted while that record is in no component', async () => {
    const rig = await deployedRig(text);
    await putRecord(rig, failover(await outputOf(rig, 'health-check', 'id')));
    for (const kind of ['rebuild', 'teardown'] as const) {
      const planned = await rig.plan(kind, { allowDowntime: true });
      expect(part(planned, 'health-check')).toMatchObject({ disposition: 'blocked' });
      expect(part(planned, 'health-check')?.because).toContain('A failover.wonderland.example (primary) in zone Z');
      expect(part(planned, 'health-check')?.because).toContain('--accept health-check:referrers');
      const more = { allowDowntime: true, accepted: accepting('health-check:referrers') };
      expect(stepIds((await rig.plan(kind, more)).plan)).toContain('health-check.delete');
    }
  });

  test('nor when the record has come after the plan', async () => {
    const rig = await deployedRig(text);
    const session = await rig.open('change');
    const { assessed, plan } = await rig.plan('teardown', { allowDowntime: true });
    await putRecord(rig, failover(await outputOf(rig, 'health-check', 'id')));
    rig.wire.length = 0;
    const report = await execute(session, assessed, plan, {
      openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
      prober: rig.sandbox.prober,
      verify: false,
      stop: new AbortController().signal,
    });
    expect(report.steps.find((step) => step.id === 'health-check.delete')?.error).toMatchObject({
      class: 'pointed-at',
      message: expect.stringContaining('A failover.wonderland.example (primary)') as string,
    });
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteHealthCheck');
  });
});

describe('a protected piece', () => {
  test.each(['repair', 'rebuild', 'teardown'] as const)(
    'by its tag in AWS alone is not changed by a %s',
    async (kind) => {
      const rig = await deployedRig(text);
      await tag(rig, 'listener', 'relight:protect', 'true');
      const arn = await outputOf(rig, 'listener', 'arn');
      const { wire } = await rig.recover(kind, { verify: false });
      expect(await outputOf(rig, 'listener', 'arn')).toBe(arn);
      const operations = mutations(wire).map((call) => call.operation);
      for (const each of ['ModifyListener', 'DeleteListener', 'DeleteLoadBalancer'])
        expect(operations).not.toContain(each);
    },
  );
});

describe('a target group whose service cannot follow to another one', () => {
  const url = 'https://deployer-api.wonderland.example/health';
  const otherPort = (playbook: string): string =>
    playbook.replace('      port: 8080\n      protocol: HTTP', '      port: 8081\n      protocol: HTTP');
  const guarded = text.replace('ignore: [desiredCount]', 'protect: true\n    ignore: [desiredCount]');

  test.each(['repair', 'rebuild'] as const)('is not replaced by a %s under a protected one', async (kind) => {
    const deployed = await deployedRig(guarded);
    const rig = kind === 'repair' ? deployed.withPlaybook(playbookOf(otherPort(guarded))) : deployed;
    await staysUp(rig, await rig.recover(kind, { verify: false }), 'protected');
  });

  test('nor under one that is left out', async () => {
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(otherPort(text)));
    await staysUp(rig, await rig.recover('repair', { verify: false, excluded: new Set(['service']) }), 'left out');
  });

  async function staysUp(rig: Rig, { plan, wire }: Recovery, why: string): Promise<void> {
    expect(plan.components.find((each) => each.id === 'target-group')).toMatchObject({
      disposition: 'blocked',
      blockedBy: 'service',
      because: `cannot be deleted while service, which is ${why}, needs it`,
    });
    expect(mutations(wire).map((call) => call.operation)).not.toContain('DeleteTargetGroup');
    await rig.clock.sleep(15 * 60_000);
    expect(rig.http(url)).toBe(200);
  }
});

describe('a table with data', () => {
  const head = text.slice(0, text.indexOf('root: service'));
  const orders = `${head}components:
  table:
    type: dynamodb/table
    spec: { name: orders, hashKey: { name: id } }
`;
  const withEntry = `${orders}
  entry:
    type: dynamodb/item
    ownership: marker
    spec: { table: '\${table.name}', key: { id: own }, attributes: { note: ours } }
`;
  const put = (rig: Rig, id: string): Promise<unknown> =>
    rig.operator.client(dynamodb).send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: id } } }));
  const otherKey = (rig: Rig): Rig => rig.withPlaybook(playbookOf(orders.replace('name: id', 'name: order')));
  const operations = (wire: readonly ObservedCall[]): readonly string[] =>
    mutations(wire).map((call) => call.operation);

  test.each(['repair', 'rebuild', 'teardown'] as const)('is not deleted by a %s unless accepted', async (kind) => {
    const deployed = await deployedRig(orders);
    await put(deployed, '1');
    const rig = kind === 'repair' ? otherKey(deployed) : deployed;
    const { plan, wire } = await rig.recover(kind, { verify: false });
    expect(plan.components[0]).toMatchObject({
      disposition: 'blocked',
      because: expect.stringContaining('it holds items, and relight could not put that back') as string,
    });
    expect(operations(wire)).toEqual([]);
    const accepted = await rig.recover(kind, { verify: false, accepted: accepting('table:loss') });
    expect(operations(accepted.wire)).toContain('DeleteTable');
  });

  test('that is surely empty is made anew without asking', async () => {
    const rig = otherKey(await deployedRig(orders));
    const { report, wire } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(operations(wire)).toEqual(['DeleteTable', 'CreateTable']);
    expect(troubles(await rig.status())).toEqual({});
  });

  test('may hold anything while nobody may count its items', async () => {
    const rig = otherKey(await deployedRig(orders));
    rig.faults.add({ kind: 'access-denied', operation: 'Scan' });
    const { plan, wire } = await rig.recover('repair', { verify: false });
    expect(plan.components[0]?.because).toContain('nobody could see whether it holds anything (AccessDenied');
    expect(operations(wire)).toEqual([]);
  });

  test("is made anew with the playbook's own items, and not with one more", async () => {
    const rig = await deployedRig(withEntry);
    const copy = rig.fork();
    const { report, wire } = await copy.recover('rebuild', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(operations(wire)).toEqual(['DeleteItem', 'DeleteTable', 'CreateTable', 'PutItem']);
    await put(rig, 'a stranger');
    const planned = await rig.plan('rebuild');
    expect(part(planned, 'table')?.because).toContain("it holds items beside the playbook's own 1");
    expect(stepIds(planned.plan)).toEqual([]);
  });

  test('is not deleted when they have come after the plan', async () => {
    const rig = await deployedRig(orders);
    const session = await rig.open('change');
    const { assessed } = await rig.plan('teardown');
    const plan = planFrom(session, assessed, { kind: 'teardown' });
    await put(rig, '1');
    const report = await execute(session, assessed, plan, {
      openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
      prober: rig.sandbox.prober,
      verify: false,
      stop: new AbortController().signal,
    });
    expect(report.steps[0]?.error).toMatchObject({
      class: 'holds-data',
      message: expect.stringContaining('--accept table:loss') as string,
    });
  });
});
