// What is in no playbook, in two accounts of one world: planted pieces of every kind among near misses, and nothing else found.
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as dns from '@aws-sdk/client-route-53';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { noBound } from '../helpers/scan.ts';
import type { AccessOptions } from '../../src/aws/access.ts';
import { componentTypes } from '../../src/components/index.ts';
import { look, openSession, type Session } from '../../src/engine.ts';
import { inventoryOf } from '../../src/observe/inventory.ts';
import { claimsOf } from '../../src/scan/beyond/claims.ts';
import { judgeBeyond } from '../../src/scan/beyond/judge.ts';
import type { BeyondFound, FleetSaid, Survey } from '../../src/scan/beyond/model.ts';
import { statesIn } from '../../src/scan/beyond/states.ts';
import { twinsIn } from '../../src/scan/beyond/twins.ts';
import { scanReport } from '../../src/scan/fold.ts';
import type { PlaybookOutcome } from '../../src/scan/outcome.ts';
import { scanReportSchema } from '../../src/scan/report/json-schema.ts';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import {
  accountWorld,
  createWorld,
  Faults,
  presume,
  sandboxClientConfig,
  VirtualClock,
  type FaultRule,
  type ServiceName,
  type World,
} from '../../src/sandbox/index.ts';
import { playbookOf } from '../helpers/rig.ts';

const near = '123456789012';
const far = '210987654321';
const region = 'eu-west-1';
const minute = 60_000;

const text = (name: string, account: string, components: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: ${region} }
components:
${components}`;

const shop = text(
  'shop',
  near,
  `  lb: { type: elbv2/load-balancer, spec: { name: web, subnets: [subnet-a, subnet-b], securityGroups: [sg-1] } }
  group: { type: elbv2/target-group, spec: { name: spare, vpc: vpc-1, port: 80, protocol: HTTP, targetType: ip } }
  url: { type: ssm/parameter, spec: { name: /shop/url, type: String, value: 'https://shop.example' } }
`,
);
const pay = text('pay', far, `  url: { type: ssm/parameter, spec: { name: /pay/url, type: String, value: x } }\n`);

interface Planted {
  readonly world: World;
  readonly clock: VirtualClock;
  /** Account, kind and what it is called, of all that is to be found. */
  readonly expected: readonly string[];
  readonly kinds: Readonly<Record<string, number>>;
}

/** AWS's answers leave out nothing that is needed here. */
function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('AWS left out what the test needs');
  return value;
}

function hands(world: World, clock: VirtualClock) {
  presume(world, [
    { kind: 'vpc', id: 'vpc-1', region },
    { kind: 'subnet', id: 'subnet-a', availabilityZone: 'eu-west-1a', region },
    { kind: 'subnet', id: 'subnet-b', availabilityZone: 'eu-west-1b', region },
    { kind: 'security-group', id: 'sg-1', region },
  ]);
  const balancing = new elb.ElasticLoadBalancingV2Client(sandboxClientConfig(world, 'elasticloadbalancing', region));
  const route53 = new dns.Route53Client(sandboxClientConfig(world, 'route53', region));
  const ssm = new SSMClient(sandboxClientConfig(world, 'ssm', region));
  const containers = new ecs.ECSClient(sandboxClientConfig(world, 'ecs', region));
  let references = 0;
  const tagsOf = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] | undefined =>
    Object.keys(tags).length === 0 ? undefined : Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const balancer = async (Name: string, tags: Readonly<Record<string, string>> = {}) => {
    const Subnets = ['subnet-a', 'subnet-b'];
    const { LoadBalancers } = await balancing.send(
      new elb.CreateLoadBalancerCommand({ Name, Subnets, SecurityGroups: ['sg-1'], Tags: tagsOf(tags) }),
    );
    return there(LoadBalancers?.[0]);
  };
  return {
    balancing,
    route53,
    balancer,
    /** One that answers by itself, without any target group. */
    answering: async (name: string) => {
      const made = await balancer(name);
      await balancing.send(
        new elb.CreateListenerCommand({
          LoadBalancerArn: made.LoadBalancerArn,
          Protocol: 'HTTP',
          Port: 80,
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
        }),
      );
      return there(made.DNSName);
    },
    group: async (Name: string, tags: Readonly<Record<string, string>> = {}) => {
      const { TargetGroups } = await balancing.send(
        new elb.CreateTargetGroupCommand({
          ...{ Name, Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip', Tags: tagsOf(tags) },
        }),
      );
      return there(TargetGroups?.[0]?.TargetGroupArn);
    },
    parameter: (Name: string, tags: Readonly<Record<string, string>>) =>
      ssm.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String', Tags: tagsOf(tags) })),
    cluster: (clusterName: string, tags: Readonly<Record<string, string>>) =>
      containers.send(
        new ecs.CreateClusterCommand({
          clusterName,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        }),
      ),
    zone: async (Name: string, isPrivate = false) => {
      references += 1;
      const { DelegationSet, HostedZone } = await route53.send(
        new dns.CreateHostedZoneCommand({
          Name,
          CallerReference: `zone-${references}`,
          ...(isPrivate ? { VPC: { VPCId: 'vpc-1', VPCRegion: region } } : {}),
        }),
      );
      return { id: there(HostedZone?.Id).replace('/hostedzone/', ''), servers: DelegationSet?.NameServers ?? [] };
    },
    record: async (HostedZoneId: string, ResourceRecordSet: dns.ResourceRecordSet) => {
      await route53.send(
        new dns.ChangeResourceRecordSetsCommand({
          HostedZoneId,
          ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
        }),
      );
      clock.advance(minute);
    },
    check: async (CallerReference: string, more: Partial<dns.HealthCheckConfig> = {}) => {
      const { HealthCheck } = await route53.send(
        new dns.CreateHealthCheckCommand({
          CallerReference,
          HealthCheckConfig: { Type: 'TCP', IPAddress: '192.0.2.1', Port: 80, ...more },
        }),
      );
      return there(HealthCheck?.Id);
    },
  };
}

const cname = (Name: string, Value: string, more: Partial<dns.ResourceRecordSet> = {}): dns.ResourceRecordSet => ({
  ...{ Name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value }], ...more },
});
const ours = (component: string, playbook = 'shop') => ({
  'relight:playbook': playbook,
  'relight:component': component,
});

async function planted(): Promise<Planted> {
  const clock = new VirtualClock(Date.UTC(2026, 11, 1));
  const world = createWorld({ clock, account: near });
  const mine = hands(world, clock);
  const theirs = hands(accountWorld(world, far), clock);
  const expected: string[] = [];
  const kinds: Record<string, number> = {};
  const plant = (account: string, kind: string, name: string): void => {
    expected.push(`${account} ${kind} ${name}`);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  };

  // The playbook's own: a load balancer without a listener and a target group that nothing forwards to, which it says itself.
  const own = await mine.balancer('web', ours('lb'));
  await mine.group('spare', ours('group'));
  await mine.parameter('/shop/url', ours('url'));
  await theirs.parameter('/pay/url', ours('url', 'pay'));
  const theirName = await theirs.answering('pay');
  const answering = await mine.answering('plain');

  // Zones: the upper one delegates one of the two below it.
  const upper = await mine.zone('shop.example');
  const lower = await mine.zone('eu.shop.example');
  const loose = await mine.zone('old.shop.example');
  const inner = await mine.zone('inner.example', true);
  const outer = await theirs.zone('pay.example');
  clock.advance(minute);
  await mine.record(upper.id, {
    ...{ Name: 'eu.shop.example', Type: 'NS', TTL: 300, ResourceRecords: lower.servers.map((Value) => ({ Value })) },
  });

  // Records that dangle.
  const gone = (name: string): string => `${name}-1234567890.eu-west-1.elb.amazonaws.com`;
  const dangling = async (zone: { readonly id: string }, hand: typeof mine, record: dns.ResourceRecordSet) => {
    await hand.record(zone.id, record);
    const name = there(record.Name);
    const set = record.SetIdentifier === undefined ? '' : ` (${record.SetIdentifier})`;
    plant(hand === mine ? near : far, 'dangling-record', `${name} ${there(record.Type)}${set} in ${zone.id}`);
  };
  await dangling(upper, mine, cname('a.shop.example', gone('a')));
  await dangling(upper, mine, cname('b.shop.example', `${gone('b').toUpperCase()}.`));
  await dangling(upper, mine, cname('c.shop.example', `dualstack.${gone('c')}`));
  await dangling(upper, mine, cname('d.shop.example', `internal-${gone('d')}`));
  await dangling(upper, mine, cname('e.shop.example', 'e-0123456789abcdef.elb.eu-west-1.amazonaws.com'));
  await dangling(upper, mine, cname('*.wild.shop.example', gone('wild')));
  // As the name of a load balancer that is there, and for another number.
  await dangling(upper, mine, cname('f.shop.example', there(own.DNSName).replace(/-\d+\./, '-1.')));
  await dangling(upper, mine, cname('g.shop.example', gone('g'), { SetIdentifier: 'one', Weight: 1 }));
  await dangling(lower, mine, cname('h.eu.shop.example', gone('h')));
  await dangling(loose, mine, cname('i.old.shop.example', gone('i')));
  await dangling(inner, mine, cname('j.inner.example', gone('j')));
  await dangling(outer, theirs, cname('k.pay.example', gone('k')));
  const doomed = await mine.balancer('doomed');
  const alias = { HostedZoneId: there(doomed.CanonicalHostedZoneId), EvaluateTargetHealth: false };
  await dangling(upper, mine, {
    Name: 'l.shop.example',
    Type: 'A',
    AliasTarget: { ...alias, DNSName: doomed.DNSName },
  });
  await dangling(inner, mine, {
    Name: 'm.inner.example',
    Type: 'A',
    AliasTarget: { ...alias, DNSName: doomed.DNSName },
  });
  await mine.balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: doomed.LoadBalancerArn }));

  // Records that lead somewhere, or nowhere that is judged.
  await mine.record(upper.id, cname('1.shop.example', theirName));
  await mine.record(upper.id, cname('2.shop.example', `dualstack.${there(own.DNSName).toUpperCase()}.`));
  await mine.record(upper.id, cname('*.3.shop.example', theirName));
  const living = { ...alias, DNSName: `dualstack.${there(own.DNSName)}` };
  await mine.record(upper.id, { Name: 'shop.example', Type: 'A', AliasTarget: living });
  await mine.record(inner.id, { Name: '4.inner.example', Type: 'A', AliasTarget: living });
  await mine.record(upper.id, cname('5.shop.example', 'd111111abcdef8.cloudfront.net'));
  await mine.record(upper.id, cname('6.shop.example', 'shop.s3-website-eu-west-1.amazonaws.com'));
  await mine.record(upper.id, cname('7.shop.example', 'status.vendor.example'));
  await mine.record(upper.id, cname('8.shop.example', '1.shop.example'));
  await theirs.record(outer.id, cname('9.pay.example', answering));
  await mine.record(upper.id, {
    Name: '10.shop.example',
    Type: 'TXT',
    TTL: 60,
    ResourceRecords: [{ Value: `"${gone('t')}"` }],
  });

  // Strays: by what says that it is the playbook's, and is not.
  for (let n = 1; n <= 8; n += 1) {
    await mine.parameter(`/old/${n}`, ours(n < 4 ? `was-${n}` : 'url'));
    plant(near, 'stray', `old/${n}`);
  }
  const stray = await mine.group('stray', ours('group'));
  plant(near, 'stray', there(/targetgroup\/(.*)/.exec(stray)?.[1]));
  await mine.cluster('stray', ours('cluster'));
  plant(near, 'stray', 'stray');
  await theirs.cluster('left', ours('cluster', 'long-gone'));
  plant(far, 'stray', 'left');
  const left = await theirs.balancer('left', ours('lb', 'pay'));
  plant(far, 'stray', there(/loadbalancer\/(.*)/.exec(there(left.LoadBalancerArn))?.[1]));

  // What is attached to nothing.
  for (let n = 1; n <= 10; n += 1) {
    const hand = n % 2 === 0 ? mine : theirs;
    await hand.group(`loose-${n}`);
    plant(n % 2 === 0 ? near : far, 'unattached', `loose-${n}`);
  }
  for (let n = 1; n <= 4; n += 1) {
    await mine.balancer(`bare-${n}`, { team: 'shop' });
    plant(near, 'unattached', `bare-${n}`);
  }
  const forwarded = await mine.group('forwarded');
  const other = await mine.balancer('forwarding');
  await mine.balancing.send(
    new elb.CreateListenerCommand({
      ...{ LoadBalancerArn: other.LoadBalancerArn, Protocol: 'HTTP', Port: 80 },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: forwarded }],
    }),
  );

  // Health checks.
  for (let n = 1; n <= 10; n += 1) {
    const id = await (n < 8 ? mine : theirs).check(`idle-${n}`, { Port: 8000 + n });
    plant(n < 8 ? near : far, 'idle-health-check', `${id} (TCP 192.0.2.1:${8000 + n})`);
  }
  const used = await mine.check('used', { Port: 81 });
  await mine.record(upper.id, {
    ...{ Name: 'checked.shop.example', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    ...{ SetIdentifier: 'one', Weight: 1, HealthCheckId: used },
  });
  const child = await mine.check('child', { Port: 82 });
  const parent = await mine.check('parent', {
    ...{ Type: 'CALCULATED', IPAddress: undefined, Port: undefined, ChildHealthChecks: [child], HealthThreshold: 1 },
  });
  await mine.record(upper.id, {
    ...{ Name: 'checked.shop.example', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.2' }] },
    ...{ SetIdentifier: 'two', Weight: 1, HealthCheckId: parent },
  });

  // The index knows them all; then ghosts: one that is gone, and one whose name another has by now.
  const ghosts = [await mine.group('ghost', ours('x')), await mine.group('again', ours('y'))];
  clock.advance(10 * minute);
  for (const TargetGroupArn of ghosts) {
    await mine.balancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn }));
  }
  await mine.group('again');
  plant(near, 'unattached', 'again');
  clock.advance(10 * minute);
  return { world, clock, expected, kinds };
}

const complete: FleetSaid = {
  accounts: [near, far].map((id) => ({ id, regions: [region], inventory: 'complete' })),
  external: ['*.vendor.example'],
};

interface Asked {
  /** Playbooks; those of both accounts unless told. */
  readonly sources?: readonly string[];
  readonly fleet?: FleetSaid | undefined;
  readonly wholeFleet?: boolean;
  /** Of the calls in the near account. */
  readonly faults?: readonly FaultRule[];
}

interface Entered {
  readonly session: Session;
  readonly outcome: PlaybookOutcome;
}

/** Looks at each playbook, in its account. */
async function entered(
  { clock, world }: Pick<Planted, 'clock' | 'world'>,
  sources: readonly string[],
  faults: readonly FaultRule[] = [],
): Promise<readonly Entered[]> {
  const all: Entered[] = [];
  for (const source of sources) {
    const read = playbookOf(source);
    const playbook = { ...read, file: `${read.metadata.name}.yaml` };
    const { account } = playbook.target;
    const told = account === near ? { faults: new Faults(faults) } : {};
    const transport: AccessOptions['transport'] = ({ signingName }) =>
      sandboxClientConfig(accountWorld(world, account), signingName, region, told);
    const result = await openSession(playbook, { region, mode: 'read', clock, transport });
    if (result.kind !== 'open') throw new Error(result.kind);
    const { session } = result;
    const { assessments, awsCalls, observations } = await look(session);
    all.push({
      session,
      outcome: {
        ...{ playbook, principal: session.identity.arn, alias: null, sandbox: true, awsCalls, throttled: 0 },
        commands: { plan: 'relight plan', permissions: 'relight permissions' },
        seen: { kind: 'looked', assessments, observations },
      },
    });
  }
  return all;
}

/** As a scan does it: look at the playbooks, list, judge. */
async function scanned(
  planted: Pick<Planted, 'clock' | 'world'>,
  { faults, fleet, sources = [shop, pay], wholeFleet = false }: Asked = {},
): Promise<ScanReport> {
  const all = await entered(planted, sources, faults);
  const outcomes = all.map(({ outcome }) => outcome);
  const isKnown = claimsOf(outcomes).isOurs;
  const places = await Promise.all(
    all.map(async ({ outcome: { playbook, principal }, session }) => ({
      ...{ account: playbook.target.account, region, environment: null, principal },
      entry: { playbook: playbook.metadata.name, file: playbook.file, permissions: 'relight permissions --beyond' },
      inventory: await inventoryOf(session.observeContext, {
        accountWide: true,
        isKnown,
        states: statesIn(outcomes, playbook.target),
      }),
    })),
  );
  const survey: Survey = { places, outcomes, types: componentTypes, fleet, wholeFleet, command: 'relight strays' };
  const judged = judgeBeyond(survey);
  const report = scanReport({
    ...{ tool: 'relight', startedAt: 0, endedAt: 1, ended: 'complete', deadline: 1, outcomes, unread: [] },
    ...{ calls: { awsCalls: 0, throttled: 0 }, bound: noBound },
    beyond: { survey, judged, awsCalls: 0, throttled: 0 },
  });
  expect(scanReportSchema.safeParse(report).error).toBeUndefined();
  return report;
}

const told = ({ findings }: ScanReport, kind?: string): readonly string[] =>
  findings
    .filter((each) => each.piece !== null && (kind === undefined || each.kind === kind))
    .map((each) => `${each.account} ${each.kind} ${each.component}`);

describe('what is in no playbook', () => {
  test('all that was planted is found among its near misses, and nothing else', async () => {
    const all = await planted();
    const report = await scanned(all, { fleet: complete, wholeFleet: true });
    expect(told(report).toSorted()).toEqual([...all.expected].sort());
    expect(all.expected.length).toBeGreaterThanOrEqual(50);
    expect(report.beyond?.cannotTell).toEqual([]);
    expect(report.result).toBe('findings');
    expect(new Set(report.findings.map(({ id }) => id)).size).toBe(report.findings.length);
    // Nobody is led to a zone that is not delegated; a private one is asked from within.
    const of = (name: string) => report.findings.find(({ component }) => component.startsWith(name));
    expect([of('i.old.')?.severity, of('h.eu.')?.severity, of('j.inner.')?.severity]).toEqual([
      'medium',
      'critical',
      'critical',
    ]);
    expect(of('i.old.')?.evidence.at(-1)).toMatch(/^zone old\.shop\.example is not delegated: shop\.example/);
    expect(of('h.eu.')?.evidence.at(-1)).toMatch(/^zone eu\.shop\.example is delegated by shop\.example/);
    expect(of('j.inner.')?.evidence.at(-1)).toMatch(/is private/);
    expect(of('*.wild.')?.evidence).toContainEqual(expect.stringMatching(/^it is a wildcard/));
    // The same again, in the same words and with the same ids.
    const again = await scanned(all, { fleet: complete, wholeFleet: true });
    expect(again.findings.map(({ id, what }) => [id, what])).toEqual(report.findings.map(({ id, what }) => [id, what]));
  });

  test('services of one name in two accounts are twins where they differ, and not where that is said to be meant', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 11, 1));
    const world = createWorld({ clock, account: near });
    const of = (account: string, more = ''): string =>
      text(
        'api',
        account,
        `  url: { type: ssm/parameter, spec: { name: /api/url, type: String, value: here } }\n${more}`,
      );
    const put = (account: string, Value: string) =>
      new SSMClient(sandboxClientConfig(accountWorld(world, account), 'ssm', region)).send(
        new PutParameterCommand({ ...{ Name: '/api/url', Value, Type: 'String' }, Overwrite: true }),
      );
    const twins = async (left: string, right: string): Promise<readonly BeyondFound[]> => {
      const outcomes = (await entered({ clock, world }, [left, right])).map(({ outcome }) => outcome);
      return twinsIn({ outcomes }).found;
    };
    await put(near, 'here');
    await put(far, 'here');
    expect(await twins(of(near), of(far))).toEqual([]);
    await put(far, 'there');
    const [found, ...others] = await twins(of(near), of(far));
    expect([found?.kind, found?.name, others]).toEqual(['twin', 'api', []]);
    expect(found?.evidence.slice(1)).toEqual([`url.value: ${near} has here, ${far} there`]);
    const meant = `expected:\n  - { component: url, field: value, because: another house }\n`;
    expect(await twins(of(near, meant), of(far))).toEqual([]);
    // In one account they are no twins but two playbooks.
    expect(await twins(of(near), of(near))).toEqual([]);
  });

  test('entries of a table that speak of services which are gone are told, and those of others are not', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 11, 1));
    const world = createWorld({ clock, account: near });
    const items = new DynamoDBClient(sandboxClientConfig(world, 'dynamodb', region));
    const containers = new ecs.ECSClient(sandboxClientConfig(world, 'ecs', region));
    await items.send(
      new CreateTableCommand({
        ...{ TableName: 'deployer-state', BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    clock.advance(minute);
    await containers.send(new ecs.CreateClusterCommand({ clusterName: 'wonderland' }));
    await containers.send(
      new ecs.RegisterTaskDefinitionCommand({
        family: 'there',
        containerDefinitions: [{ name: 'api', image: 'api:1', memory: 64 }],
      }),
    );
    await containers.send(
      new ecs.CreateServiceCommand({
        ...{ cluster: 'wonderland', serviceName: 'there', taskDefinition: 'there', desiredCount: 0 },
      }),
    );
    const entry = (pk: string, service?: string) =>
      items.send(
        new PutItemCommand({
          TableName: 'deployer-state',
          Item: { pk: { S: pk }, secret: { S: 'x' }, ...(service === undefined ? {} : { service: { S: service } }) },
        }),
      );
    await entry('service#there', 'there');
    await entry('service#long', 'wonderland/there');
    // The playbook has it, and tells by itself that it is missing.
    await entry('service#ours', 'ours');
    await entry('service#none');
    await entry('other#1', 'gone');
    await entry('service#gone', 'gone');
    await entry('service#left', 'wonderland/left');
    const source = text(
      'deployer',
      near,
      `  tasks: { type: ecs/task-definition, shared: true, spec: { family: there } }
  service: { type: ecs/service, spec: { cluster: wonderland, name: ours, taskDefinition: '\${tasks.arn}', desiredCount: 1 } }
inventory: { table: deployer-state, attribute: service, keyPrefix: 'service#' }
`,
    );
    const report = await scanned({ clock, world }, { sources: [source] });
    expect(told(report).toSorted()).toEqual([
      `${near} stale-state-entry service#gone in table deployer-state`,
      `${near} stale-state-entry service#left in table deployer-state`,
    ]);
    expect(JSON.stringify(report)).not.toContain('secret');
    const denied = async (service: ServiceName, operation: string): Promise<ScanReport> =>
      scanned({ clock, world }, { sources: [source], faults: [{ kind: 'access-denied', service, operation }] });
    const unread = await denied('dynamodb', 'Scan');
    expect([unread.result, told(unread), unread.coverage.unseen.map(({ component }) => component)]).toEqual([
      'incomplete',
      [],
      ['entries of table deployer-state'],
    ]);
    const unlisted = await denied('ecs', 'ListServices');
    expect([told(unlisted), unlisted.beyond?.cannotTell.length]).toEqual([[], 4]);
  });

  test("without a fleet file no record is said to dangle, and nobody else's piece is a stray: that cannot be told", async () => {
    const all = await planted();
    const report = await scanned(all);
    expect([told(report, 'dangling-record'), report.result]).toEqual([[], 'findings']);
    const whys = report.beyond?.cannotTell.map(({ why }) => why) ?? [];
    const of = (pattern: RegExp): number => whys.filter((each) => pattern.test(each)).length;
    expect(of(/in eu-west-1 that was not listed, and no fleet file says/)).toBe(all.kinds['dangling-record']);
    // A name of a vendor, which nobody has said to be one.
    expect(of(/a name outside of what was listed/)).toBe(1);
    expect(of(/^tagged as a piece of playbook long-gone, which is not among/)).toBe(1);
    expect(told(report, 'stray')).toHaveLength((all.kinds['stray'] ?? 0) - 1);
    expect(told(report, 'unattached')).toHaveLength(all.kinds['unattached'] ?? 0);
  });

  test.each<[string, FleetSaid['accounts'], RegExp]>([
    [
      'an account whose inventory is not said to be complete',
      [
        { id: near, regions: [region], inventory: 'complete' },
        { id: far, regions: [region], inventory: 'partial' },
      ],
      /does not say that the inventory of account 210987654321 is complete/,
    ],
    [
      'an account that was not looked at',
      [...complete.accounts, { id: '333344445555', regions: [region], inventory: 'complete' }],
      /account 333344445555 was not looked at there/,
    ],
    [
      'a region that no account has',
      [near, far].map((id) => ({ id, regions: ['us-east-1'], inventory: 'complete' })),
      /no account of the fleet has that region/,
    ],
  ])('%s makes all names of the region untold', async (_name, accounts, why) => {
    const all = await planted();
    const report = await scanned(all, { fleet: { ...complete, accounts } });
    expect(told(report, 'dangling-record')).toEqual([]);
    expect(report.beyond?.cannotTell.filter((each) => why.test(each.why))).toHaveLength(
      all.kinds['dangling-record'] ?? 0,
    );
  });

  test('a list that is denied is a gap, with exit code 4, and hides what it would have told', async () => {
    const all = await planted();
    const denied = async (service: ServiceName, operation: string): Promise<ScanReport> =>
      scanned(all, { fleet: complete, wholeFleet: true, faults: [{ kind: 'access-denied', service, operation }] });
    const zones = await denied('route53', 'ListHostedZones');
    expect([zones.result, zones.coverage.seen, zones.coverage.pieces]).toEqual(['incomplete', 4, 4]);
    expect(zones.coverage.unseen).toMatchObject([
      { list: true, component: 'hosted zones and their records', region: 'global', api: 'route53:ListHostedZones' },
    ]);
    // No record was seen that may name them.
    expect([told(zones, 'idle-health-check'), told(zones, 'dangling-record').length]).toEqual([[], 1]);

    const balancers = await denied('elasticloadbalancing', 'DescribeTargetGroups');
    expect(balancers.result).toBe('incomplete');
    expect(told(balancers, 'dangling-record')).toEqual([]);

    const tags = await denied('tagging', 'GetResources');
    expect(tags.coverage.unseen).toMatchObject([{ list: true, api: 'tag:GetResources', reason: 'denied' }]);
    expect(told(tags, 'stray').filter((each) => each.startsWith(near))).toEqual([]);

    const clusters = await denied('ecs', 'DescribeClusters');
    expect(told(clusters, 'stray')).not.toContain(`${near} stray stray`);
    expect(clusters.beyond?.cannotTell).toMatchObject([
      {
        name: expect.stringMatching(/:cluster\/stray$/) as string,
        why: expect.stringMatching(/was not to be seen: AccessDenied/) as string,
      },
    ]);
  });

  test('a piece that may be a component which was not seen is no stray', async () => {
    const all = await planted();
    const report = await scanned(all, {
      ...{ fleet: complete, wholeFleet: true },
      faults: [{ kind: 'access-denied', service: 'ssm', operation: 'GetParameters' }],
    });
    expect(told(report, 'stray').filter((each) => /stray old\//.test(each))).toEqual([]);
    expect(report.coverage.unseen.map(({ component }) => component)).toEqual(['url']);
  });
});
