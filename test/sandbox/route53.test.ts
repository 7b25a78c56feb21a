// The sandbox's Route 53 through the SDK's own client; one `describe` per heading of src/sandbox/services/route53/SPEC.md.
// Further headings: route53-{batches,records,health,answers}.test.ts.
import * as sdk from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { networkOf, route53Of, snapshot } from '../../src/sandbox/index.ts';
import {
  a,
  answerOf,
  apply,
  bare,
  change,
  cname,
  failure,
  list,
  refusal,
  rig,
  start,
  submit,
  zoneRig,
} from './route53-rig.ts';
import type { Rig } from './route53-rig.ts';

describe('Hosted zones', () => {
  test('a new zone has its NS and SOA records and a pending change', async () => {
    const { client } = rig();
    const made = await client.send(
      new sdk.CreateHostedZoneCommand({
        Name: 'Example.com',
        CallerReference: 'ref',
        HostedZoneConfig: { Comment: 'hello' },
      }),
    );
    expect(made.$metadata.httpStatusCode).toBe(201);
    expect(made.HostedZone).toMatchObject({
      Name: 'example.com.',
      CallerReference: 'ref',
      Config: { Comment: 'hello', PrivateZone: false },
      ResourceRecordSetCount: 2,
    });
    expect(made.HostedZone?.Id).toMatch(/^\/hostedzone\/Z[0-9A-F]{20}$/);
    expect(made.ChangeInfo).toMatchObject({ Status: 'PENDING', SubmittedAt: new Date(start) });
    expect(made.Location).toBe(`https://route53.amazonaws.com/2013-04-01/hostedzone/${bare(made.HostedZone?.Id)}`);
    const servers = made.DelegationSet?.NameServers ?? [];
    expect(servers).toHaveLength(4);

    // The SDK strips the prefix that answers carry.
    const got = await client.send(new sdk.GetHostedZoneCommand({ Id: made.HostedZone?.Id }));
    expect(got.HostedZone).toEqual(made.HostedZone);
    expect(got.DelegationSet?.NameServers).toEqual(servers);
    const { ResourceRecordSets: records } = await client.send(
      new sdk.ListResourceRecordSetsCommand({ HostedZoneId: made.HostedZone?.Id }),
    );
    expect(records).toEqual([
      {
        Name: 'example.com.',
        Type: 'NS',
        TTL: 172_800,
        ResourceRecords: servers.map((server) => ({ Value: `${server}.` })),
      },
      {
        Name: 'example.com.',
        Type: 'SOA',
        TTL: 900,
        ResourceRecords: [{ Value: `${servers[0] ?? ''}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
      },
    ]);
  });

  test('a caller reference serves once, whatever the name, even after the zone is gone', async () => {
    const { client, zone } = await zoneRig();
    const again = (Name: string): Promise<unknown> =>
      client.send(new sdk.CreateHostedZoneCommand({ Name, CallerReference: 'zone-1' }));
    const refused = {
      name: 'HostedZoneAlreadyExists',
      message: 'A hosted zone has already been created with the specified caller reference.',
      status: 409,
    };
    expect(await failure(again('example.com'))).toEqual(refused);
    expect(await failure(again('other.example'))).toEqual(refused);
    await client.send(new sdk.DeleteHostedZoneCommand({ Id: zone }));
    expect(await failure(again('example.com'))).toEqual(refused);
  });

  test('two zones may share a name', async () => {
    const { client } = await zoneRig();
    await client.send(new sdk.CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'zone-2' }));
    expect((await client.send(new sdk.GetHostedZoneCountCommand({}))).HostedZoneCount).toBe(2);
  });

  test('only an empty zone can be deleted', async () => {
    const made = await zoneRig();
    const { client, zone } = made;
    await apply(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    const remove = (): Promise<sdk.DeleteHostedZoneCommandOutput> =>
      client.send(new sdk.DeleteHostedZoneCommand({ Id: zone }));
    expect(await failure(remove())).toEqual({
      name: 'HostedZoneNotEmpty',
      message: 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
      status: 400,
    });
    await apply(made, change('DELETE', a('x.example.com', '192.0.2.1')));
    expect((await remove()).ChangeInfo).toMatchObject({ Status: 'PENDING' });
    // Captured answer, but for the id.
    expect(await failure(client.send(new sdk.GetHostedZoneCommand({ Id: zone })))).toEqual({
      name: 'NoSuchHostedZone',
      message: `No hosted zone found with ID: ${zone}`,
      status: 404,
    });
  });

  test('ids that are properties of every object lead nowhere', async () => {
    const { client } = rig();
    for (const Id of ['constructor', '__proto__', 'toString']) {
      expect(await failure(client.send(new sdk.GetHostedZoneCommand({ Id })))).toMatchObject({
        name: 'NoSuchHostedZone',
      });
    }
  });

  test('bad names and unknown VPCs are refused', async () => {
    const { client, world } = rig();
    const create = (more: Partial<sdk.CreateHostedZoneCommandInput>): Promise<sdk.CreateHostedZoneCommandOutput> =>
      client.send(new sdk.CreateHostedZoneCommand({ Name: 'in.example', CallerReference: 'v', ...more }));
    expect(await failure(create({ Name: 'a..b' }))).toMatchObject({ name: 'InvalidDomainName', status: 400 });
    const VPC: sdk.VPC = { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' };
    expect(await failure(create({ VPC }))).toEqual({
      name: 'InvalidVPCId',
      message: 'The VPC ID is invalid.',
      status: 400,
    });
    networkOf(world.region('eu-west-1')).vpcs['vpc-1'] = {};
    const made = await create({ VPC });
    expect(made.HostedZone?.Config).toEqual({ PrivateZone: true });
    expect(made.VPC).toEqual(VPC);
    const got = await client.send(new sdk.GetHostedZoneCommand({ Id: made.HostedZone?.Id }));
    expect(got.VPCs).toEqual([VPC]);
    expect(got.DelegationSet).toBeUndefined();
  });
});

describe('Lists of zones', () => {
  async function zones(names: readonly string[]): Promise<Rig> {
    const made = rig();
    for (const [index, Name] of names.entries()) {
      await made.client.send(new sdk.CreateHostedZoneCommand({ Name, CallerReference: String(index) }));
    }
    return made;
  }

  test('ListHostedZones pages by a marker', async () => {
    const { client } = await zones(['c.example', 'a.example', 'b.example']);
    const first = await client.send(new sdk.ListHostedZonesCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, MaxItems: 2 });
    expect(first.HostedZones?.map(({ Name }) => Name)).toEqual(['c.example.', 'a.example.']);
    const second = await client.send(new sdk.ListHostedZonesCommand({ MaxItems: 2, Marker: first.NextMarker }));
    expect(second).toMatchObject({ IsTruncated: false });
    expect(second.NextMarker).toBeUndefined();
    expect(second.HostedZones?.map(({ Name }) => Name)).toEqual(['b.example.']);
  });

  test('ListHostedZonesByName orders by reversed labels and starts where it is told', async () => {
    const { client } = await zones(['www.b.example', 'b.example', 'a.test', 'a.example']);
    const all = await client.send(new sdk.ListHostedZonesByNameCommand({}));
    expect(all.HostedZones?.map(({ Name }) => Name)).toEqual(['a.example.', 'b.example.', 'www.b.example.', 'a.test.']);
    const page = await client.send(new sdk.ListHostedZonesByNameCommand({ DNSName: 'B.example', MaxItems: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, DNSName: 'b.example.', NextDNSName: 'www.b.example.' });
    const next = await client.send(
      new sdk.ListHostedZonesByNameCommand({ DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId }),
    );
    expect(next.HostedZones?.map(({ Name }) => Name)).toEqual(['www.b.example.', 'a.test.']);
    expect(await failure(client.send(new sdk.ListHostedZonesByNameCommand({ HostedZoneId: 'Z1' })))).toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('Names', () => {
  test('names are lower-cased, dotted and escaped; values stay as they came', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', cname('*.Example.COM', 'TARGET.example.test')),
      change('CREATE', { ...a('my box!'.replace(' ', '\\040') + '.example.com', '192.0.2.1') }),
      change('CREATE', a('Under_score.example.com.', '192.0.2.2')),
    );
    const records = (await list(made)).filter(({ Name }) => Name !== 'example.com.');
    expect(records).toEqual([
      cname('\\052.example.com.', 'TARGET.example.test'),
      a('my\\040box\\041.example.com.', '192.0.2.1'),
      a('under_score.example.com.', '192.0.2.2'),
    ]);
  });

  test.each([
    ['a..example.com', "FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..example.com'"],
    [
      'a b.example.com',
      "FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with ' '",
    ],
    ['.', "FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''"],
  ])('%j is no name', async (name, text) => {
    expect(await refusal(await zoneRig(), change('CREATE', a(name, '192.0.2.1')))).toBe(`[${text}]`);
  });

  test('a label has at most 63 characters, a name 255', async () => {
    const made = await zoneRig();
    const label = 'x'.repeat(63);
    await apply(made, change('CREATE', a(`${label}.example.com`, '192.0.2.1')));
    expect(await refusal(made, change('CREATE', a(`${label}x.example.com`, '192.0.2.1')))).toContain('TooLong');
    const long = `${label}.${label}.${label}.${label}.example.com`;
    expect(await refusal(made, change('CREATE', a(long, '192.0.2.1')))).toContain('TooLong');
  });
});

describe('Changes', () => {
  test('a change is PENDING, then INSYNC; the list shows it at once, DNS only then', async () => {
    const made = await zoneRig();
    const { client, clock, zone } = made;
    const { ChangeInfo: info } = await client.send(
      new sdk.ChangeResourceRecordSetsCommand({
        HostedZoneId: `/hostedzone/${zone}`,
        ChangeBatch: { Comment: 'why', Changes: [change('CREATE', a('x.example.com', '192.0.2.1'))] },
      }),
    );
    expect(info).toMatchObject({ Status: 'PENDING', Comment: 'why', SubmittedAt: new Date(clock.now()) });
    expect(info?.Id).toMatch(/^\/change\/C[0-9A-F]+$/);
    expect((await list(made)).at(-1)).toEqual(a('x.example.com.', '192.0.2.1'));
    expect(answerOf(made, 'x.example.com', 'A')).toBe('nx-domain');

    clock.advance(34_999);
    const status = async (): Promise<string | undefined> =>
      (await client.send(new sdk.GetChangeCommand({ Id: info?.Id }))).ChangeInfo?.Status;
    expect(await status()).toBe('PENDING');
    clock.advance(1);
    expect(await status()).toBe('INSYNC');
    expect(answerOf(made, 'X.Example.com.', 'A')).toEqual(['192.0.2.1']);
  });

  test('while an UPSERT or DELETE is pending DNS answers as before', async () => {
    const made = await zoneRig();
    const { clock } = made;
    await apply(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    clock.advance(60_000);
    await apply(made, change('UPSERT', a('x.example.com', '192.0.2.2')));
    await apply(made, change('UPSERT', a('x.example.com', '192.0.2.3')));
    expect(answerOf(made, 'x.example.com', 'A')).toEqual(['192.0.2.1']);
    clock.advance(33_000);
    expect(answerOf(made, 'x.example.com', 'A')).toEqual(['192.0.2.2']);
    clock.advance(1000);
    expect(answerOf(made, 'x.example.com', 'A')).toEqual(['192.0.2.3']);
    await apply(made, change('DELETE', a('x.example.com', '192.0.2.3')));
    expect((await list(made)).map(({ Name }) => Name)).not.toContain('x.example.com.');
    expect(answerOf(made, 'x.example.com', 'A')).toEqual(['192.0.2.3']);
    clock.advance(60_000);
    expect(answerOf(made, 'x.example.com', 'A')).toBe('nx-domain');
  });

  test('nothing is left in the world of a record that is deleted and in sync', async () => {
    const made = await zoneRig();
    const { clock, world, zone } = made;
    await list(made);
    const before = route53Of(snapshot(world)).zones[zone];
    await apply(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    await apply(made, change('DELETE', a('x.example.com', '192.0.2.1')));
    clock.advance(60_000);
    await list(made);
    expect({ ...route53Of(snapshot(world)).zones[zone], lastBatchAt: null }).toEqual({ ...before, lastBatchAt: null });
  });

  test('a change that is stuck never becomes INSYNC', async () => {
    const made = await zoneRig();
    const { client, clock, world } = made;
    const info = await submit(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    const stored = route53Of(world.data).changes[bare(info?.Id)];
    if (stored !== undefined) stored.stuck = true;
    clock.advance(3_600_000);
    const { ChangeInfo } = await client.send(new sdk.GetChangeCommand({ Id: info?.Id }));
    expect(ChangeInfo?.Status).toBe('PENDING');
    expect(answerOf(made, 'x.example.com', 'A')).toBe('nx-domain');
  });

  test('an unknown change', async () => {
    const { client } = rig();
    expect(await failure(client.send(new sdk.GetChangeCommand({ Id: 'C15RYMEZ8RZJFM' })))).toEqual({
      name: 'NoSuchChange',
      message: 'Could not find resource with ID: C15RYMEZ8RZJFM',
      status: 404,
    });
  });

  test('a zone takes one batch at a time; other zones do not wait', async () => {
    const made = await zoneRig();
    const { client, clock } = made;
    const { HostedZone: other } = await client.send(
      new sdk.CreateHostedZoneCommand({ Name: 'other.example', CallerReference: 'zone-2' }),
    );
    await submit(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    clock.advance(499);
    expect(await failure(submit(made, change('CREATE', a('y.example.com', '192.0.2.1'))))).toEqual({
      name: 'PriorRequestNotComplete',
      message: 'The request was rejected because Route 53 was still processing a prior request.',
      status: 400,
    });
    await submit({ ...made, zone: bare(other?.Id) }, change('CREATE', a('x.other.example', '192.0.2.1')));
    clock.advance(1);
    await submit(made, change('CREATE', a('y.example.com', '192.0.2.1')));
  });

  test('a zone that does not exist', async () => {
    const made = { ...rig(), zone: 'Z06243943FZ2TQBGC0R3I' };
    expect(await failure(submit(made, change('CREATE', a('x.example.com', '192.0.2.1'))))).toEqual({
      name: 'NoSuchHostedZone',
      message: 'No hosted zone found with ID: Z06243943FZ2TQBGC0R3I',
      status: 404,
    });
  });
});
