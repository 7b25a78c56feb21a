// DNS answers, tags and limits of the sandbox's Route 53.
import * as sdk from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { networkOf, route53Of } from '../../src/sandbox/index.ts';
import { chooseRecords } from '../../src/sandbox/services/route53/answers.ts';
import type { RecordSet } from '../../src/sandbox/services/route53/answers.ts';
import {
  a,
  answerOf,
  apply,
  bare,
  change,
  cname,
  createCheck,
  failure,
  rig,
  start,
  weighted,
  zoneRig,
} from './route53-rig.ts';
import type { ZoneRig } from './route53-rig.ts';

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
    expect(route53Of(made.world.data).tags).toEqual({});
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
    networkOf(world.region('eu-west-1')).vpcs['vpc-1'] = {};
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
