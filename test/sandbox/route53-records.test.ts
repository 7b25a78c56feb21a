// Which records the sandbox's Route 53 refuses, and in which words.
import { DeleteLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as sdk from '@aws-sdk/client-route-53';
import { CreateHealthCheckCommand, CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { presume } from '../../src/sandbox/index.ts';
import {
  a,
  apply,
  bare,
  change,
  cname,
  createBalancer,
  failure,
  list,
  names,
  refusal,
  submit,
  weighted,
  zoneRig,
  type ZoneRig,
} from './route53-rig.ts';

describe('Refused records', () => {
  test.each<[why: string, record: sdk.ResourceRecordSet, text: string]>([
    [
      'the name is of another zone',
      a('x.example.org', '192.0.2.1'),
      'RRSet with DNS name x.example.org. is not permitted in zone example.com.',
    ],
    [
      'a name that only ends alike is of another zone',
      a('badexample.com', '192.0.2.1'),
      'RRSet with DNS name badexample.com. is not permitted in zone example.com.',
    ],
    [
      'CNAME at the apex',
      cname('example.com', 'y.example.com'),
      'RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.',
    ],
    [
      'no IPv4 address',
      a('x.example.com', '999.1.1.1'),
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '999.1.1.1''",
    ],
    [
      'unquoted text',
      { Name: 'x.example.com', Type: 'TXT', TTL: 1, ResourceRecords: [{ Value: 'bare' }] },
      "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'bare''",
    ],
    [
      // Captured in September 2026.
      'two values in a multivalue set',
      { ...a('multi.example.com', '192.0.2.1', '192.0.2.2'), SetIdentifier: 'multivalue', MultiValueAnswer: true },
      'The RRSet of type A with DNS name multi.example.com. cannot be created because multivalue answer sets must contain exactly one resource record.',
    ],
    [
      'a failover primary without health check',
      { ...a('x.example.com', '192.0.2.1'), SetIdentifier: 'p', Failover: 'PRIMARY' },
      'A non-alias primary ResourceRecordSet must have an associated health check. No changes made.',
    ],
  ])('%s', async (_why, record, text) => {
    expect(await refusal(await zoneRig(), change('CREATE', record))).toBe(`[${text}]`);
  });

  test.each<[type: sdk.RRType, good: string[], bad: string[]]>([
    ['AAAA', ['2001:db8::1', '::ffff:192.0.2.1'], ['192.0.2.1', '2001:db8::1%eth0']],
    ['CNAME', ['10.0.0.1', 'a.b.'], ['a..b']],
    ['MX', ['10 mail.example.com'], ['65536 mail.example.com', 'mail.example.com']],
    ['SRV', ['1 2 443 host.example.com'], ['1 2 65536 host.example.com', '1 2 host.example.com']],
    ['TXT', ['"a" "b"', '"with \\"quotes\\""'], [`"${'x'.repeat(256)}"`, '"open']],
    ['CAA', ['0 issue "ca.example"'], ['256 issue "ca.example"', '0 issue ca.example']],
    ['NS', ['ns.example.net'], ['n s']],
    ['PTR', ['host.example.com'], ['']],
    ['DS', ['123 4 5 6789abcdef67890123456789abcdef67890123456789'], ['x', '65536 4 5 ab', '123 256 5 ab']],
    [
      'HTTPS',
      ['1 . alpn="h2,h3" port=8443', '0 svc.example.net', '1 . a="b c d" e= f', `1 . ${'a="b" '.repeat(60)}`],
      ['1', 'x svc.example.net', '65536 svc.example.net', '1 . a="b', `1 . ${'a="" '.repeat(60)}!`],
    ],
    ['NAPTR', ['100 50 "u" "E2U+sip" "!^(.*)$!sip:i@example.com!" .'], ['100 50 u s r .', '1 2 "u" "s" "r"']],
    ['SSHFP', ['4 2 123456789abcdef67890'], ['9', '4 2 xyz']],
    ['SVCB', ['16 svc.example.net port=7777'], ['-1 svc.example.net']],
    ['TLSA', ['3 1 1 0123abcd'], ['1', '3 1 1 zz']],
  ])('values of type %s', async (Type, good, bad) => {
    const made = await zoneRig();
    const record = (Value: string): sdk.ResourceRecordSet => ({
      Name: 'v.example.com',
      Type,
      TTL: 1,
      ResourceRecords: [{ Value }],
    });
    for (const value of good) await apply(made, change('UPSERT', record(value)));
    for (const value of bad) expect(await refusal(made, change('UPSERT', record(value)))).toContain('FATAL problem');
  });

  test('a name has a CNAME or other records', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', a('a.example.com', '192.0.2.1')),
      change('CREATE', cname('c.example.com', 'x.test')),
    );
    expect(await refusal(made, change('UPSERT', cname('a.example.com', 'x.test')))).toBe(
      '[RRSet of type CNAME with DNS name a.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.]',
    );
    expect(await refusal(made, change('UPSERT', a('c.example.com', '192.0.2.1')))).toBe(
      '[RRSet of type A with DNS name c.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.]',
    );
  });

  // Captured in September 2026.
  test('the apex keeps its NS and SOA records', async () => {
    const made = await zoneRig();
    const [ns, soa] = await list(made);
    if (ns === undefined || soa === undefined) throw new Error('the zone has no apex records');
    expect(await refusal(made, change('DELETE', ns))).toBe(
      '[A HostedZone must contain at least one NS record for the zone itself.]',
    );
    expect(await refusal(made, change('DELETE', soa))).toBe('[A HostedZone must contain exactly one SOA record.]');
    await apply(made, change('UPSERT', { ...ns, TTL: 60 }));
    await apply(made, change('DELETE', soa), change('CREATE', { ...soa, TTL: 60 }));
  });

  test('a health check that does not exist', async () => {
    const made = await zoneRig();
    const record = { ...weighted('one', 1, '192.0.2.1'), HealthCheckId: '00000000-0000-0000-0000-000000000000' };
    expect(await failure(submit(made, change('CREATE', record)))).toMatchObject({
      name: 'NoSuchHealthCheck',
      status: 404,
    });
  });

  test.each<[why: string, record: sdk.ResourceRecordSet, text: string]>([
    [
      'no data',
      { Name: 'x.example.com', Type: 'A' },
      'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=x.example.com., Type=A, SetIdentifier=null]',
    ],
    [
      'no TTL',
      { Name: 'x.example.com', Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] },
      'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=x.example.com., Type=A, SetIdentifier=null]',
    ],
    [
      'a set identifier without policy',
      { ...a('x.example.com', '192.0.2.1'), SetIdentifier: 's' },
      'Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], but found none in Change with [Action=CREATE, Name=x.example.com., Type=A, SetIdentifier=s]',
    ],
    [
      'a policy without set identifier',
      { ...a('x.example.com', '192.0.2.1'), Weight: 1 },
      "Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, Name=x.example.com., Type=A, SetIdentifier=null]",
    ],
  ])('malformed: %s', async (_why, record, text) => {
    expect(await failure(submit(await zoneRig(), change('CREATE', record)))).toEqual({
      name: 'InvalidInput',
      message: text,
      status: 400,
    });
  });

  test('values out of range are malformed as well', async () => {
    const made = await zoneRig();
    for (const record of [
      weighted('one', 256, '192.0.2.1'),
      { ...a('x.example.com', '192.0.2.1'), TTL: -1 },
      { ...a('x.example.com', '192.0.2.1'), Type: 'NOPE' as sdk.RRType },
      { ...weighted('x'.repeat(129), 1, '192.0.2.1') },
    ]) {
      expect(await failure(submit(made, change('CREATE', record)))).toMatchObject({ name: 'InvalidInput' });
    }
    expect(await failure(submit(made))).toMatchObject({ name: 'InvalidInput' });
  });
});

describe('Routing policies', () => {
  test('one policy for one name and type', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', weighted('one', 1, '192.0.2.1')));
    expect(await refusal(made, change('UPSERT', a('w.example.com', '192.0.2.9')))).toBe(
      '[RRSet with DNS name w.example.com., type A cannot be created as other RRSets exist with the same name and type.]',
    );
    expect(
      await refusal(
        made,
        change('CREATE', { ...a('w.example.com', '192.0.2.9'), SetIdentifier: 'm', MultiValueAnswer: true }),
      ),
    ).toBe(
      '[RRSet with DNS name w.example.com., type A, SetIdentifier m cannot be created because a non multivalue answer rrset exists with the same name and type.]',
    );
    // An UPSERT cannot change the policy of its own record set either.
    expect(
      await refusal(
        made,
        change('UPSERT', { ...a('w.example.com', '192.0.2.1'), SetIdentifier: 'one', Region: 'eu-west-1' }),
      ),
    ).toContain('cannot be created as a non-latency set exists');

    await apply(made, change('CREATE', a('s.example.com', '192.0.2.1')));
    expect(
      await refusal(
        made,
        change('CREATE', { ...a('s.example.com', '192.0.2.2'), SetIdentifier: 'bananas', Weight: 255 }),
      ),
    ).toBe(
      '[RRSet with DNS name s.example.com., type A, SetIdentifier bananas cannot be created as a non-weighted set exists with the same name and type.]',
    );
  });

  test('weighted sets share one TTL', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', weighted('one', 1, '192.0.2.1')));
    expect(await refusal(made, change('CREATE', weighted('two', 1, '192.0.2.2', 61)))).toBe(
      '[RRSet with DNS name w.example.com., type A, SetIdentifier two cannot be created as weighted sets must contain the same TTL.]',
    );
    await apply(made, change('UPSERT', weighted('one', 2, '192.0.2.1', 30)));
  });

  test('one latency set for each region', async () => {
    const made = await zoneRig();
    const latency = (SetIdentifier: string): sdk.ResourceRecordSet => ({
      ...a('l.example.com', '192.0.2.1'),
      SetIdentifier,
      Region: 'eu-west-1',
    });
    await apply(made, change('CREATE', latency('one')));
    expect(await refusal(made, change('CREATE', latency('two')))).toBe(
      '[RRSet with DNS name l.example.com., type A, SetIdentifier two, and Region Name=eu-west-1 cannot be created because a latency RRSet with the same name, type and region already exists.]',
    );
  });

  test('one set for each failover role and location', async () => {
    const made = await zoneRig();
    const secondary = (SetIdentifier: string): sdk.ResourceRecordSet => ({
      ...a('f.example.com', '192.0.2.1'),
      SetIdentifier,
      Failover: 'SECONDARY',
    });
    const located = (SetIdentifier: string, GeoLocation: sdk.GeoLocation): sdk.ResourceRecordSet => ({
      ...a('g.example.com', '192.0.2.1'),
      SetIdentifier,
      GeoLocation,
    });
    await apply(
      made,
      change('CREATE', secondary('one')),
      change('CREATE', located('world', { CountryCode: '*' })),
      change('CREATE', located('europe', { ContinentCode: 'EU' })),
    );
    expect(await refusal(made, change('CREATE', secondary('two')))).toContain('failover');
    expect(await refusal(made, change('CREATE', located('again', { ContinentCode: 'EU' })))).toContain('geolocation');
    const listed = (await list(made)).filter(({ Name }) => Name === 'g.example.com.');
    expect(listed.map(({ SetIdentifier, GeoLocation }) => [SetIdentifier, GeoLocation])).toEqual([
      ['europe', { ContinentCode: 'EU' }],
      ['world', { CountryCode: '*' }],
    ]);
  });
});

describe('Aliases', () => {
  const balancerZone = 'Z32O12XQLNTSW2';
  const balancerName = 'web-1234567890.eu-west-1.elb.amazonaws.com';

  function alias(Name: string, DNSName: string, HostedZoneId: string): sdk.ResourceRecordSet {
    return { Name, Type: 'A', AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: true } };
  }

  test('to a load balancer, with or without dualstack', async () => {
    const made = await zoneRig();
    const balancer = await createBalancer(made);
    const { dnsName, zone } = balancer;
    expect(zone).toBe(balancerZone);
    await apply(
      made,
      change('CREATE', alias('x.example.com', dnsName.toUpperCase(), zone)),
      change('CREATE', { ...alias('x.example.com', `dualstack.${dnsName}.`, zone), Type: 'AAAA' }),
    );
    expect((await list(made)).slice(-2)).toEqual([
      alias('x.example.com.', `${dnsName}.`, zone),
      { ...alias('x.example.com.', `dualstack.${dnsName}.`, zone), Type: 'AAAA' },
    ]);
    // The load balancer goes, the aliases stay: they dangle, and can still be deleted.
    await balancer.client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer.arn }));
    expect(await refusal(made, change('CREATE', alias('y.example.com', dnsName, zone)))).toContain('was not found');
    await apply(made, change('DELETE', alias('x.example.com', dnsName, zone)));
    expect(await names(made)).toEqual(['x.example.com.']);
  });

  test('to a load balancer that does not exist, or in the wrong zone', async () => {
    const made = await zoneRig();
    expect(await refusal(made, change('CREATE', alias('x.example.com', balancerName, balancerZone)))).toBe(
      `[Tried to create an alias that targets ${balancerName}., type A in zone ${balancerZone}, but that target was not found]`,
    );
    const { dnsName } = await createBalancer(made);
    const other = 'Z35SXDOTRQ7X7K';
    expect(await refusal(made, change('CREATE', alias('x.example.com', dnsName, other)))).toBe(
      `[Tried to create an alias that targets ${dnsName}., type A in zone ${other}, but the alias target name does not lie within the target zone, ` +
        `Tried to create an alias that targets ${dnsName}., type A in zone ${other}, but that target was not found]`,
    );
  });

  test('to a record of the same zone and type, which may come with the same batch', async () => {
    const made = await zoneRig();
    const { zone } = made;
    expect(await refusal(made, change('CREATE', alias('x.example.com', 'y.example.com', zone)))).toBe(
      `[Tried to create an alias that targets y.example.com., type A in zone ${zone}, but that target was not found]`,
    );
    expect(await refusal(made, change('CREATE', alias('x.example.com', 'x.example.com', zone)))).toContain(
      'but that target was not found',
    );
    await apply(
      made,
      change('CREATE', alias('x.example.com', 'y.example.com', zone)),
      change('CREATE', a('y.example.com', '192.0.2.1')),
    );
    expect(
      await refusal(made, change('UPSERT', { ...alias('x.example.com', 'y.example.com', zone), Type: 'AAAA' })),
    ).toContain('type AAAA');
    expect(await refusal(made, change('UPSERT', alias('x.example.com', 'y.example.org', zone)))).toContain(
      'but the alias target name does not lie within the target zone',
    );
    const { HostedZone: other } = await made.client.send(
      new CreateHostedZoneCommand({ Name: 'other.example', CallerReference: 'zone-2' }),
    );
    expect(await refusal(made, change('UPSERT', alias('x.example.com', 'y.other.example', bare(other?.Id))))).toContain(
      'but that target was not found',
    );
  });

  test('with TTL or values is malformed', async () => {
    const made = await zoneRig();
    const record = { ...alias('x.example.com', balancerName, balancerZone), TTL: 60 };
    expect((await failure(submit(made, change('CREATE', record)))).message).toContain(
      'but found more than one in Change',
    );
  });

  const cloudFront = 'Z2FDTNDATAQYW2';
  const unevaluated = (record: sdk.ResourceRecordSet): sdk.ResourceRecordSet => ({
    ...record,
    AliasTarget: { ...record.AliasTarget, EvaluateTargetHealth: false } as sdk.AliasTarget,
  });

  test('to CloudFront: by its own zone id, never with the health of the target, not in a private zone', async () => {
    const made = await zoneRig();
    const record = alias('x.example.com', 'd111.cloudfront.net', cloudFront);
    expect(await refusal(made, change('CREATE', record))).toContain('EvaluateTargetHealth');
    await apply(made, change('CREATE', unevaluated(record)));
    expect((await list(made)).at(-1)?.AliasTarget).toEqual({
      HostedZoneId: cloudFront,
      DNSName: 'd111.cloudfront.net.',
      EvaluateTargetHealth: false,
    });
    await apply(made, change('CREATE', { ...unevaluated(record), Type: 'HTTPS' }));
    expect(
      await refusal(made, change('UPSERT', alias('x.example.com', 'd111.cloudfront.net', balancerZone))),
    ).toContain('does not lie within the target zone');
    presume(made.world, [{ kind: 'vpc', id: 'vpc-1', region: 'eu-west-1' }]);
    const VPC: sdk.VPC = { VPCId: 'vpc-1', VPCRegion: 'eu-west-1' };
    const { HostedZone: inner } = await made.client.send(
      new CreateHostedZoneCommand({ Name: 'inner.example', CallerReference: 'inner', VPC }),
    );
    const inside = { ...made, zone: bare(inner?.Id) };
    const there = unevaluated(alias('x.inner.example', 'd111.cloudfront.net', cloudFront));
    expect(await refusal(inside, change('CREATE', there))).toContain('private hosted zone');
  });

  test.each([
    ['an S3 website', 's3-website-eu-west-1.amazonaws.com', 'Z1BKCTXD74EZPE', ['A']],
    ['an S3 website of a newer region', 's3-website.eu-central-1.amazonaws.com', 'Z21DNDUVLTQW6Q', ['A']],
    ['a regional API', 'd-abc123.execute-api.eu-west-1.amazonaws.com', 'ZLY8HYME6SFDD', ['A', 'AAAA']],
    ['an accelerator', 'a1b2c3.awsglobalaccelerator.com', 'Z2BJ6XQ5FK7U4H', ['A', 'AAAA']],
  ] as const)('to %s: with its health or without, by the zone id of its region', async (_what, name, zone, types) => {
    const made = await zoneRig();
    for (const Type of types) {
      await apply(made, change('UPSERT', { ...alias('x.example.com', name, zone), Type }));
      await apply(made, change('UPSERT', unevaluated({ ...alias('x.example.com', name, zone), Type })));
    }
    const others = ['Z3AQBSTGFYJSTF', 'Z1UJRXOUMOOFQ8', cloudFront, balancerZone].filter((each) => each !== zone);
    for (const other of others) {
      expect(await refusal(made, change('UPSERT', unevaluated(alias('x.example.com', name, other))))).toContain(
        'does not lie within the target zone',
      );
    }
    expect(await refusal(made, change('CREATE', { ...alias('y.example.com', name, zone), Type: 'CNAME' }))).toContain(
      'does not lie within',
    );
  });
});

describe('Records in full', () => {
  const health = async (made: ZoneRig): Promise<string> => {
    const HealthCheckConfig: sdk.HealthCheckConfig = { Type: 'TCP', IPAddress: '198.51.100.1', Port: 80 };
    const { HealthCheck } = await made.client.send(
      new CreateHealthCheckCommand({ CallerReference: 'hc', HealthCheckConfig }),
    );
    return HealthCheck?.Id ?? '';
  };

  test('every member of every policy comes back as it was given', async () => {
    const made = await zoneRig();
    const HealthCheckId = await health(made);
    const policies: readonly Partial<sdk.ResourceRecordSet>[] = [
      { Weight: 0 },
      { Weight: 255, HealthCheckId },
      { Region: 'ap-southeast-2', HealthCheckId },
      { Failover: 'PRIMARY', HealthCheckId },
      { Failover: 'SECONDARY' },
      { GeoLocation: { ContinentCode: 'AN' } },
      { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' }, HealthCheckId },
      { GeoLocation: { CountryCode: '*' } },
      { GeoProximityLocation: { AWSRegion: 'eu-west-1', Bias: -12 } },
      { GeoProximityLocation: { LocalZoneGroup: 'us-west-2-lax-1' } },
      { GeoProximityLocation: { Coordinates: { Latitude: '-33.86', Longitude: '151.20' }, Bias: 7 } },
      { MultiValueAnswer: true, HealthCheckId },
    ];
    const records = policies.map((policy, index): sdk.ResourceRecordSet => {
      const label = String.fromCharCode(97 + index);
      return { ...a(`${label}.example.com.`, '192.0.2.1'), SetIdentifier: `set ${label}`, ...policy };
    });
    await apply(made, ...records.map((record) => change('CREATE', record)));
    expect((await list(made)).slice(2)).toEqual(records);
    // A DELETE has to say all of it.
    for (const record of records) {
      const { HealthCheckId: id, ...rest } = record;
      const other = id === undefined ? { ...record, HealthCheckId } : rest;
      expect(await refusal(made, change('DELETE', other))).toContain('do not match the current values');
      await apply(made, change('DELETE', record));
    }
    expect(await names(made)).toEqual([]);
  });

  test.each([
    ['a continent beside a country', { GeoLocation: { ContinentCode: 'EU', CountryCode: 'IE' } }],
    ['no continent of that name', { GeoLocation: { ContinentCode: 'XX' } }],
    ['a subdivision outside the United States', { GeoLocation: { CountryCode: 'DE', SubdivisionCode: 'BE' } }],
    ['no location', { GeoLocation: {} }],
    ['two places at once', { GeoProximityLocation: { AWSRegion: 'eu-west-1', LocalZoneGroup: 'us-west-2-lax-1' } }],
    ['no place', { GeoProximityLocation: { Bias: 1 } }],
    ['two policies', { GeoProximityLocation: { AWSRegion: 'eu-west-1' }, Weight: 1 }],
  ] as const)('%s is malformed', async (_what, policy) => {
    const made = await zoneRig();
    const record: sdk.ResourceRecordSet = { ...a('x.example.com', '192.0.2.1'), SetIdentifier: 's', ...policy };
    expect((await failure(submit(made, change('CREATE', record)))).name).toBe('InvalidInput');
  });
});
