// Health checks, tags, limits and DNS answers of the sandbox's Route 53.
import * as sdk from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { chooseRecords } from '../../src/sandbox/services/route53/answers.ts';
import type { RecordSet } from '../../src/sandbox/services/route53/answers.ts';
import {
  a,
  answerOf,
  apply,
  bare,
  change,
  cname,
  createBalancer,
  failure,
  list,
  rig,
  start,
  weighted,
  zoneRig,
} from './route53-rig.ts';
import type { Rig, ZoneRig } from './route53-rig.ts';

const http: sdk.HealthCheckConfig = {
  Type: 'HTTP',
  FullyQualifiedDomainName: 'web.example.com',
  ResourcePath: '/health',
};

async function createCheck(
  { client }: Rig,
  CallerReference = 'ref-1',
  HealthCheckConfig: sdk.HealthCheckConfig = http,
): Promise<sdk.CreateHealthCheckCommandOutput> {
  return client.send(new sdk.CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
}

const alreadyExists = {
  name: 'HealthCheckAlreadyExists',
  message: 'A different health check has already been created with the specified caller reference.',
  status: 409,
};

describe('Health checks', () => {
  test('creation fills in the defaults', async () => {
    const made = rig();
    const answer = await createCheck(made);
    expect(answer.$metadata.httpStatusCode).toBe(201);
    const { HealthCheck: check } = answer;
    expect(check).toEqual({
      Id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/) as string,
      CallerReference: 'ref-1',
      HealthCheckVersion: 1,
      HealthCheckConfig: {
        ...http,
        Port: 80,
        RequestInterval: 30,
        FailureThreshold: 3,
        MeasureLatency: false,
        Inverted: false,
        Disabled: false,
        EnableSNI: false,
      },
    });
    expect(answer.Location).toBe(`https://route53.amazonaws.com/2013-04-01/healthcheck/${check?.Id ?? ''}`);
    const got = await made.client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect(got.HealthCheck).toEqual(check);
    const https = await createCheck(made, 'ref-2', { ...http, Type: 'HTTPS' });
    expect(https.HealthCheck?.HealthCheckConfig).toMatchObject({ Port: 443, EnableSNI: true });
  });

  test('a caller reference stands for one check for ever', async () => {
    const made = rig();
    const { client } = made;
    const { HealthCheck: first } = await createCheck(made);
    expect((await createCheck(made)).HealthCheck).toEqual(first);
    expect((await client.send(new sdk.GetHealthCheckCountCommand({}))).HealthCheckCount).toBe(1);
    expect(await failure(createCheck(made, 'ref-1', { ...http, Port: 81 }))).toEqual(alreadyExists);
    const { HealthCheck: twin } = await createCheck(made, 'constructor');
    expect(twin?.Id).not.toBe(first?.Id);

    await client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: first?.Id }));
    expect(await failure(createCheck(made))).toEqual(alreadyExists);
    expect(await failure(client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: first?.Id })))).toEqual({
      name: 'NoSuchHealthCheck',
      message: `A health check with id ${first?.Id ?? ''} does not exist.`,
      status: 404,
    });
  });

  test.each<[why: string, config: sdk.HealthCheckConfig, text: string | undefined]>([
    [
      'TCP with address and name',
      { Type: 'TCP', IPAddress: '192.0.2.1', FullyQualifiedDomainName: 'x.test', Port: 1 },
      'TCP health checks that have IP address must not have a fully qualified domain name specified.',
    ],
    [
      'TCP with a path',
      { Type: 'TCP', IPAddress: '192.0.2.1', Port: 1, ResourcePath: '/' },
      'TCP health checks must not have a resource path specificed.',
    ],
    [
      'an alarm on a basic check',
      { ...http, AlarmIdentifier: { Region: 'us-east-1', Name: 'x' } },
      'Invalid parameter : Basic health checks must not have an metric region specified.',
    ],
    ['no endpoint', { Type: 'HTTP' }, undefined],
    ['an interval of 20 seconds', { ...http, RequestInterval: 20 }, undefined],
    ['two regions', { ...http, Regions: ['us-east-1', 'eu-west-1'] }, undefined],
    ['a string match without string', { ...http, Type: 'HTTP_STR_MATCH' }, undefined],
    ['a string without string match', { ...http, SearchString: 'ok' }, undefined],
    ['an address that is none', { Type: 'HTTP', IPAddress: '999.1.1.1' }, undefined],
    ['a calculated check without children', { Type: 'CALCULATED', HealthThreshold: 1 }, undefined],
    ['a path of 256 characters', { ...http, ResourcePath: `/${'x'.repeat(255)}` }, undefined],
  ])('refused: %s', async (_why, config, text) => {
    const refused = await failure(createCheck(rig(), 'ref', config));
    expect(refused).toMatchObject({ name: 'InvalidInput', status: 400 });
    if (text !== undefined) expect(refused.message).toBe(text);
  });

  test('an update counts the version, which is an optimistic lock', async () => {
    const made = rig();
    const { client } = made;
    const { HealthCheck: check } = await createCheck(made, 'ref-1', {
      ...http,
      IPAddress: '192.0.2.1',
      Regions: ['us-east-1', 'eu-west-1', 'us-west-2'],
    });
    const update = (more: Partial<sdk.UpdateHealthCheckCommandInput>): Promise<sdk.UpdateHealthCheckCommandOutput> =>
      client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, ...more }));
    const { HealthCheck: second } = await update({ HealthCheckVersion: 1, FailureThreshold: 5, Disabled: true });
    expect(second).toEqual({
      ...check,
      HealthCheckVersion: 2,
      HealthCheckConfig: { ...check?.HealthCheckConfig, FailureThreshold: 5, Disabled: true },
    });
    expect(await failure(update({ HealthCheckVersion: 1, Port: 81 }))).toMatchObject({
      name: 'HealthCheckVersionMismatch',
      status: 409,
    });
    const { HealthCheck: third } = await update({
      ResetElements: ['FullyQualifiedDomainName', 'Regions', 'ResourcePath'],
    });
    expect(third?.HealthCheckVersion).toBe(3);
    expect(Object.keys(third?.HealthCheckConfig ?? {})).not.toEqual(
      expect.arrayContaining(['FullyQualifiedDomainName', 'Regions', 'ResourcePath']),
    );
    expect(third?.HealthCheckConfig?.FullyQualifiedDomainName).toBeUndefined();
    expect(await failure(update({ FailureThreshold: 11 }))).toMatchObject({ name: 'InvalidInput' });
    const { HealthCheck: unchanged } = await client.send(new sdk.GetHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect(unchanged).toEqual(third);
  });

  test('a repeated creation is compared with what was created, not with updates since', async () => {
    const made = rig();
    const { HealthCheck: check } = await createCheck(made);
    await made.client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, Port: 8080 }));
    expect((await createCheck(made)).HealthCheck).toMatchObject({ Id: check?.Id, HealthCheckVersion: 2 });
  });

  test('deletion is never refused for records, which keep the id', async () => {
    const made = await zoneRig();
    const { HealthCheck: check } = await createCheck(made);
    const record = { ...weighted('one', 1, '192.0.2.1'), HealthCheckId: check?.Id };
    await apply(made, change('CREATE', record));
    await made.client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect((await list(made)).at(-1)?.HealthCheckId).toBe(check?.Id);
    expect(await failure(apply(made, change('UPSERT', { ...record, Weight: 2 })))).toMatchObject({
      name: 'NoSuchHealthCheck',
    });
    await apply(made, change('DELETE', record));
    expect(
      await failure(made.client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: check?.Id }))),
    ).toMatchObject({ name: 'NoSuchHealthCheck', status: 404 });
  });

  test('the list is paged by a marker', async () => {
    const made = rig();
    const ids: (string | undefined)[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await createCheck(made, `ref-${String(index)}`)).HealthCheck?.Id);
    }
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await made.client.send(new sdk.ListHealthChecksCommand({ Marker, MaxItems: 2 }));
      seen.push(...(page.HealthChecks ?? []).map(({ Id }) => Id));
      Marker = page.NextMarker;
      expect(page.IsTruncated).toBe(Marker !== undefined);
    } while (Marker !== undefined);
    expect(seen).toEqual(ids);
  });
});

describe('Health check status', () => {
  async function status({ client }: Rig, id: string | undefined): Promise<sdk.HealthCheckObservation[]> {
    const answer = await client.send(new sdk.GetHealthCheckStatusCommand({ HealthCheckId: id }));
    return answer.HealthCheckObservations ?? [];
  }

  test('one observation for each checker, from the first status on', async () => {
    const made = await zoneRig();
    const { client, clock } = made;
    const { HealthCheck: check } = await createCheck(made);
    clock.advance(59_999);
    expect(await status(made, check?.Id)).toEqual([]);
    clock.advance(1);
    const seen = await status(made, check?.Id);
    expect(seen).toHaveLength(16);
    expect(new Set(seen.map(({ IPAddress }) => IPAddress)).size).toBe(16);
    for (const { StatusReport } of seen) {
      expect(StatusReport?.Status).toMatch(/^Failure: DNS resolution failed/);
      const age = clock.now() - (StatusReport?.CheckedTime?.getTime() ?? 0);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(30_000);
    }
    const reason = await client.send(new sdk.GetHealthCheckLastFailureReasonCommand({ HealthCheckId: check?.Id }));
    expect(reason.HealthCheckObservations).toEqual(seen);
  });

  test('no checker reports from the future, however new the check', async () => {
    const made = rig({ healthCheckFirstStatus: 0 });
    const { HealthCheck: check } = await createCheck(made);
    for (const seconds of [0, 1, 20, 45]) {
      made.clock.advance(seconds * 1000);
      for (const { StatusReport } of await status(made, check?.Id)) {
        expect(StatusReport?.CheckedTime?.getTime()).toBeLessThanOrEqual(made.clock.now());
        expect(StatusReport?.CheckedTime?.getTime()).toBeGreaterThanOrEqual(start);
      }
    }
  });

  test('success is seen through DNS and the load balancer behind it', async () => {
    const made = await zoneRig();
    const { dnsName, zone } = await createBalancer(made);
    const AliasTarget = { DNSName: dnsName, HostedZoneId: zone, EvaluateTargetHealth: false };
    await apply(made, change('CREATE', { Name: 'web.example.com', Type: 'A', AliasTarget }));
    const { HealthCheck: check } = await createCheck(made);
    made.clock.advance(200_000);
    const seen = await status(made, check?.Id);
    expect([...new Set(seen.map(({ StatusReport }) => StatusReport?.Status))]).toEqual([
      'Success: HTTP Status Code 200, OK',
    ]);
    const reason = await made.client.send(new sdk.GetHealthCheckLastFailureReasonCommand({ HealthCheckId: check?.Id }));
    expect(reason.HealthCheckObservations).toEqual([]);
    const { RecordData } = await made.client.send(
      new sdk.TestDNSAnswerCommand({ HostedZoneId: made.zone, RecordName: 'web.example.com', RecordType: 'A' }),
    );
    expect(RecordData).toHaveLength(2);
  });

  test('only of the regions of the check; none while it is disabled', async () => {
    const made = rig();
    const { HealthCheck: check } = await createCheck(made, 'ref', {
      ...http,
      Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'],
    });
    made.clock.advance(60_000);
    const seen = await status(made, check?.Id);
    expect([...new Set(seen.map(({ Region }) => Region))].sort()).toEqual(['eu-west-1', 'sa-east-1', 'us-east-1']);
    await made.client.send(new sdk.UpdateHealthCheckCommand({ HealthCheckId: check?.Id, Disabled: true }));
    expect(await status(made, check?.Id)).toEqual([]);
  });

  test('not of calculated checks', async () => {
    const made = rig();
    const { HealthCheck: child } = await createCheck(made);
    const { HealthCheck: parent } = await createCheck(made, 'ref-2', {
      Type: 'CALCULATED',
      HealthThreshold: 1,
      ChildHealthChecks: [child?.Id ?? ''],
    });
    expect(parent?.HealthCheckConfig?.ChildHealthChecks).toEqual([child?.Id]);
    expect(await failure(status(made, parent?.Id))).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('Tags', () => {
  test('are set, replaced, removed and listed', async () => {
    const made = await zoneRig();
    const { client, zone } = made;
    const { HealthCheck: check } = await createCheck(made);
    const ResourceId = check?.Id;
    const tag = (input: Partial<sdk.ChangeTagsForResourceCommandInput>): Promise<unknown> =>
      client.send(new sdk.ChangeTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId, ...input }));
    await tag({
      AddTags: [
        { Key: 'Name', Value: 'web' },
        { Key: '__proto__', Value: 'x' },
      ],
    });
    await tag({ AddTags: [{ Key: 'Name', Value: 'api' }], RemoveTagKeys: ['__proto__', 'missing'] });
    await tag({ ResourceType: 'hostedzone', ResourceId: zone, AddTags: [{ Key: 'zone', Value: '' }] });
    const { ResourceTagSet: set } = await client.send(
      new sdk.ListTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId }),
    );
    expect(set).toEqual({ ResourceType: 'healthcheck', ResourceId, Tags: [{ Key: 'Name', Value: 'api' }] });
    const { ResourceTagSets: sets } = await client.send(
      new sdk.ListTagsForResourcesCommand({ ResourceType: 'hostedzone', ResourceIds: [zone] }),
    );
    expect(sets).toEqual([{ ResourceType: 'hostedzone', ResourceId: zone, Tags: [{ Key: 'zone', Value: '' }] }]);
  });

  test('ten at a time, of resources that exist', async () => {
    const { client, zone } = await zoneRig();
    const add = (count: number, ResourceId = zone): Promise<unknown> =>
      client.send(
        new sdk.ChangeTagsForResourceCommand({
          ResourceType: 'hostedzone',
          ResourceId,
          AddTags: Array.from({ length: count }, (_, index) => ({ Key: String(index), Value: 'x' })),
        }),
      );
    await add(10);
    expect(await failure(add(11))).toMatchObject({ name: 'InvalidInput' });
    expect(await failure(add(1, 'Z1'))).toMatchObject({ name: 'NoSuchHostedZone', status: 404 });
    const listed = (ids: string[]): Promise<unknown> =>
      client.send(new sdk.ListTagsForResourcesCommand({ ResourceType: 'healthcheck', ResourceIds: ids }));
    expect(await failure(listed(['none']))).toMatchObject({ name: 'NoSuchHealthCheck', status: 404 });
    expect(await failure(listed(Array.from({ length: 11 }, () => zone)))).toMatchObject({ name: 'InvalidInput' });
  });

  test('go with their resource', async () => {
    const made = rig();
    const { HealthCheck: check } = await createCheck(made);
    await made.client.send(
      new sdk.ChangeTagsForResourceCommand({
        ResourceType: 'healthcheck',
        ResourceId: check?.Id,
        AddTags: [{ Key: 'k', Value: 'v' }],
      }),
    );
    await made.client.send(new sdk.DeleteHealthCheckCommand({ HealthCheckId: check?.Id }));
    expect(made.world.data.route53.tags).toEqual({});
  });
});

describe('Limits and counts', () => {
  test('of the account and of a zone', async () => {
    const made = await zoneRig();
    const { client, zone } = made;
    await createCheck(made);
    expect(await client.send(new sdk.GetAccountLimitCommand({ Type: 'MAX_HEALTH_CHECKS_BY_OWNER' }))).toMatchObject({
      Limit: { Type: 'MAX_HEALTH_CHECKS_BY_OWNER', Value: 200 },
      Count: 1,
    });
    expect(await client.send(new sdk.GetAccountLimitCommand({ Type: 'MAX_HOSTED_ZONES_BY_OWNER' }))).toMatchObject({
      Limit: { Value: 500 },
      Count: 1,
    });
    const limit = (Type: sdk.HostedZoneLimitType): Promise<sdk.GetHostedZoneLimitCommandOutput> =>
      client.send(new sdk.GetHostedZoneLimitCommand({ Type, HostedZoneId: zone }));
    expect(await limit('MAX_RRSETS_BY_ZONE')).toMatchObject({ Limit: { Value: 10_000 }, Count: 2 });
    expect(await failure(limit('MAX_VPCS_ASSOCIATED_BY_ZONE'))).toMatchObject({ name: 'HostedZoneNotPrivate' });
    expect((await client.send(new sdk.GetHostedZoneCountCommand({}))).HostedZoneCount).toBe(1);
  });

  test('a zone counts the records that its list shows', async () => {
    const made = await zoneRig();
    const count = async (): Promise<number | undefined> =>
      (await made.client.send(new sdk.GetHostedZoneCommand({ Id: made.zone }))).HostedZone?.ResourceRecordSetCount;
    await apply(
      made,
      change('CREATE', a('x.example.com', '192.0.2.1')),
      change('CREATE', weighted('one', 1, '192.0.2.1')),
    );
    expect(await count()).toBe(4);
    await apply(
      made,
      change('UPSERT', a('x.example.com', '192.0.2.2')),
      change('DELETE', weighted('one', 1, '192.0.2.1')),
    );
    expect(await count()).toBe(3);
  });

  test('a 201st health check is one too many', async () => {
    const made = rig();
    for (let index = 0; index < 200; index += 1) await createCheck(made, `ref-${String(index)}`);
    expect(await failure(createCheck(made, 'ref-200'))).toMatchObject({ name: 'TooManyHealthChecks', status: 400 });
  });
});

describe('DNS answers', () => {
  async function ask(
    { client, zone }: ZoneRig,
    RecordName: string,
    RecordType: sdk.RRType,
  ): Promise<Pick<sdk.TestDNSAnswerCommandOutput, 'ResponseCode' | 'RecordData'>> {
    const answer = await client.send(new sdk.TestDNSAnswerCommand({ HostedZoneId: zone, RecordName, RecordType }));
    expect(answer).toMatchObject({ Protocol: 'UDP', RecordType });
    return { ResponseCode: answer.ResponseCode, RecordData: answer.RecordData };
  }

  test('TestDNSAnswer tells INSYNC data only', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', a('x.example.com', '192.0.2.1', '192.0.2.2')),
      change('CREATE', cname('c.example.com', 'x.example.com')),
    );
    expect(await ask(made, 'x.example.com', 'A')).toEqual({ ResponseCode: 'NXDOMAIN', RecordData: [] });
    made.clock.advance(35_000);
    expect(await ask(made, 'X.example.com', 'A')).toEqual({
      ResponseCode: 'NOERROR',
      RecordData: ['192.0.2.1', '192.0.2.2'],
    });
    expect(await ask(made, 'x.example.com', 'TXT')).toEqual({ ResponseCode: 'NOERROR', RecordData: [] });
    expect(await ask(made, 'c.example.com', 'A')).toEqual({ ResponseCode: 'NOERROR', RecordData: ['x.example.com.'] });
    expect(await ask(made, 'x.example.org', 'A')).toEqual({ ResponseCode: 'REFUSED', RecordData: [] });
    expect((await ask(made, 'example.com', 'NS')).RecordData).toHaveLength(4);
  });

  test('a wildcard stands for names that do not exist, however long', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', a('*.example.com', '192.0.2.1')),
      change('CREATE', a('there.example.com', '192.0.2.2')),
      change('CREATE', a('deep.in.example.com', '192.0.2.3')),
    );
    made.clock.advance(60_000);
    expect(answerOf(made, 'any.example.com', 'A')).toEqual(['192.0.2.1']);
    expect(answerOf(made, 'a.b.example.com', 'A')).toEqual(['192.0.2.1']);
    expect(answerOf(made, 'there.example.com', 'A')).toEqual(['192.0.2.2']);
    expect(answerOf(made, 'below.there.example.com', 'A')).toBe('nx-domain');
    expect(answerOf(made, 'any.example.com', 'TXT')).toBe('no-data');
  });

  test('a name between two others exists without records', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', a('deep.in.example.com', '192.0.2.3')));
    made.clock.advance(60_000);
    expect(answerOf(made, 'in.example.com', 'A')).toBe('no-data');
    expect(answerOf(made, 'n.example.com', 'A')).toBe('nx-domain');
  });

  test('the zone with the longest name answers; private zones never do', async () => {
    const made = await zoneRig();
    const { client, clock, world } = made;
    const { HostedZone: sub } = await client.send(
      new sdk.CreateHostedZoneCommand({ Name: 'sub.example.com', CallerReference: 'sub' }),
    );
    world.region('eu-west-1').network.vpcs['vpc-1'] = {};
    const { HostedZone: hidden } = await client.send(
      new sdk.CreateHostedZoneCommand({
        Name: 'hidden.sub.example.com',
        CallerReference: 'hidden',
        VPC: { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' },
      }),
    );
    await apply(made, change('CREATE', a('x.sub.example.com', '192.0.2.1')));
    await apply({ ...made, zone: bare(sub?.Id) }, change('CREATE', a('x.sub.example.com', '192.0.2.2')));
    await apply({ ...made, zone: bare(hidden?.Id) }, change('CREATE', a('x.hidden.sub.example.com', '192.0.2.3')));
    clock.advance(60_000);
    expect(answerOf(made, 'x.sub.example.com', 'A')).toEqual(['192.0.2.2']);
    expect(answerOf(made, 'x.hidden.sub.example.com', 'A')).toBe('nx-domain');
    expect(answerOf(made, 'x.example.net', 'A')).toBe('refused');
  });

  function sets(...more: Partial<RecordSet>[]): RecordSet[] {
    return more.map((set, index) => ({
      name: 'x.example.com.',
      type: 'A',
      setIdentifier: String(index),
      values: [`192.0.2.${String(index)}`],
      ...set,
    }));
  }

  function chosen(
    records: readonly RecordSet[],
    sick: readonly string[] = [],
    region = 'eu-west-1',
  ): (string | undefined)[] {
    const isHealthy = ({ setIdentifier }: RecordSet): boolean => !sick.includes(setIdentifier ?? '');
    return chooseRecords(records, { isHealthy, region }).map(({ setIdentifier }) => setIdentifier);
  }

  test('failover: the primary unless only the secondary is healthy', () => {
    const pair = sets({ failover: 'SECONDARY' }, { failover: 'PRIMARY' });
    expect(chosen(pair)).toEqual(['1']);
    expect(chosen(pair, ['1'])).toEqual(['0']);
    expect(chosen(pair, ['0', '1'])).toEqual(['1']);
  });

  test('weighted: the heaviest healthy one; weight 0 only when nothing else is left', () => {
    const three = sets({ weight: 10 }, { weight: 20 }, { weight: 0 });
    expect(chosen(three)).toEqual(['1']);
    expect(chosen(three, ['1'])).toEqual(['0']);
    expect(chosen(three, ['0', '1'])).toEqual(['2']);
    expect(chosen(three, ['0', '1', '2'])).toEqual(['1']);
    expect(chosen(sets({ weight: 0 }, { weight: 0 }))).toEqual(['0']);
  });

  test('latency, geolocation and multivalue', () => {
    expect(chosen(sets({ region: 'us-east-1' }, { region: 'eu-west-1' }))).toEqual(['1']);
    expect(chosen(sets({ region: 'us-east-1' }, { region: 'eu-west-1' }), ['1'])).toEqual(['0']);
    expect(chosen(sets({ geoLocation: { continentCode: 'EU' } }, { geoLocation: { countryCode: '*' } }))).toEqual([
      '1',
    ]);
    const many = sets(...Array.from({ length: 10 }, () => ({ multiValueAnswer: true })));
    expect(chosen(many)).toHaveLength(8);
    expect(chosen(many, ['0', '1', '2'])).toEqual(['3', '4', '5', '6', '7', '8', '9']);
  });

  test('the same world answers the same, whoever asks first', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', weighted('one', 1, '192.0.2.1')),
      change('CREATE', weighted('two', 1, '192.0.2.2')),
    );
    made.clock.advance(60_000);
    const sequence = made.world.data.sequence;
    expect((await ask(made, 'w.example.com', 'A')).RecordData).toEqual(['192.0.2.1']);
    expect((await ask(made, 'w.example.com', 'A')).RecordData).toEqual(['192.0.2.1']);
    expect(made.world.data.sequence).toBe(sequence);
    expect(made.clock.now()).toBeGreaterThan(start);
  });
});
