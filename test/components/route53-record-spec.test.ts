// What a spec says of a record, and how it compares with what AWS tells.
import { describe, expect, it } from 'vitest';
import { record } from '../../src/components/route53-record/index.ts';
import { canonicalValue, toWire } from '../../src/components/route53-record/values.ts';
import { establish, scope, stateOf } from '../helpers/aws.ts';
import { benchWithZone, cname, name, recordTarget as target, simple, write, zone } from '../helpers/route53.ts';

describe('differences of records', () => {
  it('are told value by value', async () => {
    const where = benchWithZone();
    await write(
      where,
      simple('192.0.2.1', { Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }] }),
    );
    const differences = async (more: object): Promise<unknown> => {
      const wanted = target({ type: 'A', ...more });
      return record.diff(wanted.spec, await stateOf(record, wanted, where));
    };
    expect(await differences({ ttl: 60, values: ['192.0.2.2', '192.0.2.1'] })).toEqual([]);
    expect(await differences({ ttl: 60, values: ['192.0.2.3', '192.0.2.2'] })).toEqual([
      { path: 'values[0]', desired: '192.0.2.3', actual: '192.0.2.1' },
    ]);
    expect(await differences({ ttl: 30, values: ['192.0.2.2'] })).toEqual([
      { path: 'ttl', desired: 30, actual: 60 },
      { path: 'values[1]', desired: undefined, actual: '192.0.2.1' },
    ]);
    expect(await differences({ ttl: 60, values: ['192.0.2.1', '192.0.2.2', '${ip.address}'] })).toEqual([
      { path: 'values[2]', desired: '${ip.address}', actual: undefined },
    ]);
    // A shared one is named and not described.
    expect(await differences({})).toEqual([]);
  });

  it('do not see `dualstack.` before an alias target', () => {
    const alias = { dnsName: 'API-1.eu-west-1.elb.amazonaws.com', hostedZoneId: 'Z32O12XQLNTSW2' };
    const { spec } = target({ type: 'A', alias });
    const description = {
      Name: `${name}.`,
      Type: 'A' as const,
      AliasTarget: {
        DNSName: 'dualstack.api-1.eu-west-1.elb.amazonaws.com.',
        HostedZoneId: 'Z32O12XQLNTSW2',
        EvaluateTargetHealth: true,
      },
    };
    const state = { zone: { id: 'Z1', isPrivate: false }, description };
    expect(record.diff(spec, state)).toEqual([]);
    const other = target({ type: 'A', alias: { ...alias, dnsName: '${load-balancer.dnsName}' } });
    expect(record.diff(other.spec, state).map((each) => each.path)).toEqual(['alias.dnsName']);
  });
});

describe('values', () => {
  it('of TXT records are quoted and cut where AWS wants it', () => {
    expect(toWire('TXT', 'v=spf1 -all')).toBe('"v=spf1 -all"');
    expect(toWire('TXT', 'say "hi"')).toBe('"say \\"hi\\""');
    expect(toWire('TXT', '"as is"')).toBe('"as is"');
    expect(toWire('TXT', 'a'.repeat(300))).toBe(`"${'a'.repeat(255)}" "${'a'.repeat(45)}"`);
    expect(canonicalValue('TXT', 'x')).toBe(canonicalValue('TXT', '"x"'));
  });

  it('compare as DNS does', () => {
    expect(canonicalValue('AAAA', '2001:DB8:0:0::1')).toBe(canonicalValue('AAAA', '2001:db8::1'));
    expect(canonicalValue('MX', '10  Mail.Example.')).toBe(canonicalValue('MX', '10 mail.example'));
    expect(canonicalValue('TXT', '"A"')).not.toBe(canonicalValue('TXT', '"a"'));
  });

  it('are stored so that nothing differs afterwards', async () => {
    const where = benchWithZone();
    await establish(record, target({ type: 'TXT', ttl: 60, values: ['v=spf1 -all', 'say "hi"'] }), where);
  });
});

describe('the spec of a record', () => {
  const refused = (more: object): string => {
    const answer = record.traits.schema.safeParse({ zone, name, type: 'CNAME', ...more });
    return answer.success ? 'accepted' : answer.error.issues.map((issue) => issue.path.join('.')).join();
  };

  it('refuses contradictions', () => {
    const alias = { dnsName: 'x', hostedZoneId: 'Z1' };
    expect(refused({ values: ['x'] })).toBe('ttl');
    expect(refused({ values: ['x'], ttl: 1, alias })).toContain('alias');
    expect(refused({ alias, ttl: 60 })).toBe('ttl');
    // How it is routed may be left as it is.
    expect(refused({ setIdentifier: 'a' })).toBe('accepted');
    expect(refused({ setIdentifier: 'a', weight: 1, region: 'eu-west-1' })).toBe('region');
    expect(refused({ region: 'eu-west-1' })).toBe('setIdentifier');
    expect(refused({ setIdentifier: 'a', weight: 1, multiValueAnswer: false })).toBe('accepted');
    expect(refused({ weight: 1 })).toBe('setIdentifier');
    expect(refused({ name: 'api.elsewhere.example' })).toBe('name');
    expect(refused({ name: 'evilwonderland.example' })).toBe('name');
    expect(refused({ name: '${other.fqdn}' })).toBe('accepted');
    expect(refused({ zone: 'Z1ABC', name: 'anything.example' })).toBe('accepted');
  });

  it('that is shared can be seeded from its name', async () => {
    for (const type of ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT']) {
      const where = benchWithZone();
      const shared = target({ type });
      const seeded = { ...shared, spec: record.rehearsal.standIn(shared, []) };
      await establish(record, seeded, where);
      expect(record.diff(shared.spec, await stateOf(record, shared, where))).toEqual([]);
    }
  });

  it('tells its name without looking', () => {
    const { spec } = cname('x.example', { name: `${name}.` });
    expect(record.outputsOf(spec, undefined, scope)).toEqual({ fqdn: name, name: `${name}.` });
  });
});
