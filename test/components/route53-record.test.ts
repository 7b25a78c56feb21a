// What is special about DNS records: found in a zone, changed by whole batches, remembered by resolvers.
import { CreateHealthCheckCommand, CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import type { Referrer, Target } from '../../src/components/contract.ts';
import { record } from '../../src/components/route53-record/index.ts';
import type { RecordSpec } from '../../src/components/route53-record/schema.ts';
import { presume } from '../../src/sandbox/index.ts';
import { bench, changing, establish, look, reading, region, settle, stateOf } from '../helpers/aws.ts';
import { benchWithZone, cname, name, recordTarget as target, simple, write, zone } from '../helpers/route53.ts';

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return classify(error).code;
  }
}

describe('observing records', () => {
  it('looks up a zone once and lists it once, whatever its size', async () => {
    const where = benchWithZone();
    const many = Array.from({ length: 350 }, (_, index) => `r${index}.${zone}`);
    for (let start = 0; start < many.length; start += 100) {
      await write(where, ...many.slice(start, start + 100).map((Name) => simple('x.example', { Name })));
      await where.clock.sleep(1_000);
    }
    where.calls.length = 0;

    const targets = many.map((each) => target({ name: each, ttl: 60, values: ['x.example'] }, each));
    const seen = await record.observe(targets, reading(where));

    expect([...seen.values()].every((each) => each.kind === 'present')).toBe(true);
    // 352 records with NS and SOA, 300 a page.
    expect(where.calls.map((call) => call.operation)).toEqual([
      'ListHostedZonesByName',
      'ListResourceRecordSets',
      'ListResourceRecordSets',
    ]);
  });

  it('pages through a group that is larger than what is left of a page', async () => {
    const where = benchWithZone();
    // 250 names before a weighted group of 100: the page ends within the group.
    const before = Array.from({ length: 250 }, (_, index) => simple('x.example', { Name: `a${index}.${zone}` }));
    const group = Array.from({ length: 100 }, (_, index) =>
      simple('x.example', { Name: `b.${zone}`, SetIdentifier: `s${index}`, Weight: 1 }),
    );
    await write(where, ...before);
    await where.clock.sleep(1_000);
    await write(where, ...group);
    const raw = { name: `b.${zone}`, ttl: 60, values: ['x.example'], setIdentifier: 's99', weight: 1 };
    expect(await look(record, target(raw), where)).toMatchObject({ kind: 'present' });
  });

  it('knows that there is no record where there is no zone', async () => {
    const where = bench();
    expect(await look(record, cname('x.example'), where)).toMatchObject({
      kind: 'absent',
      detail: `hosted zone ${zone} does not exist`,
    });
    expect(await look(record, cname('x.example', { zone: 'Z0000000NONE' }), where)).toMatchObject({
      kind: 'absent',
      detail: 'hosted zone Z0000000NONE does not exist',
    });
    // The zone after it in the alphabet is another one.
    presume(where.world, [{ kind: 'hosted-zone', name: 'zz.example' }]);
    expect((await look(record, cname('x.example'), where)).kind).toBe('absent');
  });

  it('prefers the public zone of a name, and asks for the id when there are several', async () => {
    const where = benchWithZone();
    presume(where.world, [{ kind: 'vpc', id: 'vpc-1' }]);
    const VPC = { VPCId: 'vpc-1', VPCRegion: region } as const;
    await where.aws.client(route53).send(new CreateHostedZoneCommand({ Name: zone, CallerReference: 'private', VPC }));
    const state = await establish(record, cname('x.example'), where);
    expect(state.zone.isPrivate).toBe(false);

    const answer = await where.aws
      .client(route53)
      .send(new CreateHostedZoneCommand({ Name: zone, CallerReference: 'second' }));
    const seen = await look(record, cname('x.example'), where);
    expect(seen).toMatchObject({ kind: 'unknown', reason: 'invalid' });
    expect(seen.kind === 'unknown' && seen.detail).toContain('give the zone id');
    const id = (answer.HostedZone?.Id ?? '').replace('/hostedzone/', '');
    expect((await look(record, cname('x.example', { zone: id }), where)).kind).toBe('absent');
  });

  it('takes a private zone by its id only: where the public one is lost, its records are not made in the private one', async () => {
    const where = bench();
    presume(where.world, [{ kind: 'vpc', id: 'vpc-1' }]);
    const VPC = { VPCId: 'vpc-1', VPCRegion: region } as const;
    const made = await where.aws
      .client(route53)
      .send(new CreateHostedZoneCommand({ Name: zone, CallerReference: 'private', VPC }));
    const id = (made.HostedZone?.Id ?? '').replace('/hostedzone/', '');
    const seen = await look(record, cname('x.example'), where);
    expect(seen).toMatchObject({
      kind: 'unknown',
      reason: 'invalid',
      detail: `there is no public hosted zone named ${zone}, only private ones (${id}): if one of them is meant, give its id`,
    });
    expect((await look(record, cname('x.example', { zone: id }), where)).kind).toBe('absent');
    expect((await establish(record, cname('x.example', { zone: id }), where)).zone.isPrivate).toBe(true);
  });

  it('reads names as DNS does', async () => {
    const where = benchWithZone();
    await write(where, simple('X.Example.', { Name: `*.${zone}` }));
    const wanted = cname('x.example', { name: `*.Wonderland.example.` });
    const state = await stateOf(record, wanted, where);
    expect(state.description.Name).toBe(`\\052.${zone}.`);
    expect(record.diff(wanted.spec, state)).toEqual([]);
  });

  it('mentions what is in the way of a record that is not there', async () => {
    const where = benchWithZone();
    await write(where, simple('192.0.2.1', { Type: 'A' }));
    expect(await look(record, cname('x.example'), where)).toMatchObject({
      kind: 'absent',
      detail: 'a record of type A has this name',
    });
  });
});

describe('changing records', () => {
  it('is settled when the name servers know it, and verified by their answer', async () => {
    const where = benchWithZone();
    const wanted = cname('new.example');
    const receipt = await record.create(wanted, changing(where));
    expect(await record.time.settled?.('create', receipt, wanted, reading(where))).toMatchObject({ kind: 'pending' });
    const state = await stateOf(record, wanted, where);
    // Listed at once, answered later.
    expect(record.diff(wanted.spec, state)).toEqual([]);
    expect(await record.time.verify?.(wanted, state, reading(where))).toMatchObject({ kind: 'pending' });
    await settle(record, wanted, where, 'create', receipt);
    expect(await record.time.verify?.(wanted, state, reading(where))).toMatchObject({ kind: 'done' });
  });

  it('replaces the values in one batch, and is not verified by the old answer', async () => {
    const where = benchWithZone();
    const before = await establish(record, cname('old.example'), where);
    const wanted = cname('new.example', { ttl: 30 });
    const receipt = await record.update(wanted, before, record.diff(wanted.spec, before), changing(where));
    const state = await stateOf(record, wanted, where);
    const verify = async (): Promise<unknown> => record.time.verify?.(wanted, state, reading(where));
    expect(await verify()).toMatchObject({
      kind: 'pending',
      detail: expect.stringContaining('old.example') as unknown,
    });
    await settle(record, wanted, where, 'update', receipt);
    expect(await verify()).toMatchObject({ kind: 'done' });
  });

  it('never overwrites what someone else wrote since it looked', async () => {
    const where = benchWithZone();
    const before = await establish(record, cname('old.example'), where);
    await write(where, simple('theirs.example'));
    await where.clock.sleep(1_000);
    const wanted = cname('new.example');
    const differences = record.diff(wanted.spec, before);
    expect(await failureOf(record.update(wanted, before, differences, changing(where)))).toBe('InvalidChangeBatch');
    expect(await failureOf(record.delete(wanted, before, changing(where)))).toBe('InvalidChangeBatch');
    expect(await failureOf(record.create(wanted, changing(where)))).toBe('InvalidChangeBatch');
    const state = await stateOf(record, wanted, where);
    expect(state.description.ResourceRecords).toEqual([{ Value: 'theirs.example' }]);
  });

  it('finds a step done whose answer was lost', async () => {
    const where = benchWithZone();
    const wanted = cname('old.example');
    const lost = { operation: 'ChangeResourceRecordSets', kind: 'reset-after', nth: 1 } as const;
    for (const action of ['create', 'update', 'delete'] as const) {
      const goal = action === 'create' ? wanted : cname('new.example');
      const state = action === 'create' ? undefined : await stateOf(record, wanted, where);
      const step = async (): Promise<unknown> => {
        await where.clock.sleep(1_000);
        if (state === undefined) return record.create(goal, changing(where));
        if (action === 'delete') return record.delete(goal, state, changing(where));
        return record.update(goal, state, record.diff(goal.spec, state), changing(where));
      };
      where.faults.clear();
      where.faults.add(lost);
      expect(await failureOf(step())).not.toBe('none');
      where.faults.clear();
      expect(await failureOf(step())).toBe('none');
    }
    expect((await look(record, wanted, where)).kind).toBe('absent');
  });

  it('lingers after a delete: resolvers know it for its TTL, counted from INSYNC', async () => {
    const where = benchWithZone();
    const piece = cname('old.example', { ttl: 120 });
    const state = await establish(record, piece, where);
    const receipt = await record.delete(piece, state, changing(where));
    // The engine waits for INSYNC first (`settled`), then for what is told here.
    expect((await record.time.settled?.('delete', receipt, piece, reading(where)))?.kind).toBe('pending');
    await settle(record, piece, where, 'delete', receipt);
    expect(record.time.propagationSeconds(state, receipt)).toBe(120);
    expect(record.time.estimate('delete', piece.spec, state)).toBe(155);
    // The answer was lost, and with it the change's id: nobody can ask whether it is INSYNC.
    expect(record.time.propagationSeconds(state, {})).toBe(180);
    // Deleting what is gone is success.
    expect(await failureOf(record.delete(piece, state, changing(where)))).toBe('none');
  });

  it('tells of every record of the zone that leads to a name of AWS, in the playbook or not', async () => {
    const where = benchWithZone();
    const balancer = 'api-123456789.eu-west-1.elb.amazonaws.com';
    const mine = cname(`${balancer.toUpperCase()}.`);
    await establish(record, mine, where);
    await write(where, simple(balancer, { Name: `www.${name}` }));
    await where.clock.sleep(1_000);
    const referrers: Referrer[] = [];
    await record.observe([mine], { ...reading(where), noteReferrer: (each) => referrers.push(each) });
    expect(referrers.map(({ component, to }) => [component, to])).toEqual([
      [mine.id, balancer],
      [undefined, balancer],
    ]);
    expect(referrers[1]?.from).toContain(`CNAME www.${name} in zone Z`);
  });

  it('takes no record for a stranger whose zone another one names otherwise', async () => {
    const where = benchWithZone();
    const balancer = 'api-123456789.eu-west-1.elb.amazonaws.com';
    const one = cname(balancer);
    const { zone } = await establish(record, one, where);
    const two = { ...cname(balancer, { zone: zone.id, name: `two.${name}` }), id: 'two' };
    await establish(record, two, where);
    const referrers: Referrer[] = [];
    const from = where.calls.length;
    const seen = await record.observe([one, two], { ...reading(where), noteReferrer: (each) => referrers.push(each) });
    expect([...seen.values()].map((each) => each.kind)).toEqual(['present', 'present']);
    expect(referrers.map(({ component }) => component).toSorted()).toEqual([one.id, 'two'].toSorted());
    const listings = where.calls.slice(from).filter((call) => call.operation === 'ListResourceRecordSets');
    expect(listings).toHaveLength(1);
  });

  it('tells of records that name a health check', async () => {
    const where = benchWithZone();
    const mine = cname('target.example');
    await establish(record, mine, where);
    const { HealthCheck } = await where.aws.client(route53).send(
      new CreateHealthCheckCommand({
        CallerReference: 'theirs',
        HealthCheckConfig: { Type: 'HTTP', FullyQualifiedDomainName: 'target.example', Port: 80 },
      }),
    );
    const id = HealthCheck?.Id ?? '';
    await write(
      where,
      simple('target.example', { Name: `www.${name}`, HealthCheckId: id, SetIdentifier: 'a', Weight: 1 }),
    );
    await where.clock.sleep(1_000);
    const referrers: Referrer[] = [];
    await record.observe([mine], { ...reading(where), noteReferrer: (each) => referrers.push(each) });
    expect(referrers).toEqual([
      { from: expect.stringContaining(`CNAME www.${name} (a) in zone Z`) as string, component: undefined, to: id },
    ]);
  });

  it('keeps a health check that the playbook does not speak of', async () => {
    const where = benchWithZone();
    const config = { Type: 'HTTP', FullyQualifiedDomainName: name } as const;
    const check = await where.aws
      .client(route53)
      .send(new CreateHealthCheckCommand({ CallerReference: 'by hand', HealthCheckConfig: config }));
    await write(where, simple('old.example', { HealthCheckId: check.HealthCheck?.Id }));
    await where.clock.sleep(1_000);
    const wanted = cname('new.example');
    const before = await stateOf(record, wanted, where);
    await record.update(wanted, before, record.diff(wanted.spec, before), changing(where));
    const after = await stateOf(record, wanted, where);
    expect(after.description).toMatchObject({
      HealthCheckId: check.HealthCheck?.Id,
      ResourceRecords: [{ Value: 'new.example' }],
    });
  });
});

describe('groups of records', () => {
  const member = (setIdentifier: string, value: string, weight = 1): Target<RecordSpec> => ({
    ...cname(value, { setIdentifier, weight }),
    id: setIdentifier,
  });

  it('accept any member’s answer', async () => {
    const where = benchWithZone();
    const blue = member('blue', 'blue.example', 0);
    const state = await establish(record, blue, where);
    await where.clock.sleep(1_000);
    await establish(record, member('green', 'green.example', 1), where);
    // The weights make green answer always.
    expect(await record.time.verify?.(blue, state, reading(where))).toMatchObject({ kind: 'done' });
    expect(record.identity(blue.spec)).not.toBe(record.identity(member('green', 'x').spec));
  });

  it.each([
    ['a record without set identifier', {}, 'without set identifier'],
    ['a group that is routed otherwise', { SetIdentifier: 'eu', Region: 'eu-west-1' } as const, 'by region'],
  ])('leave alone %s: it is another record, whoever wrote it', async (_what, more, told) => {
    const where = benchWithZone();
    await write(where, simple('theirs.example', more));
    await where.clock.sleep(1_000);
    const seen = await look(record, member('blue', 'blue.example'), where);
    expect(seen).toMatchObject({ kind: 'unknown', detail: expect.stringContaining(told) as string });
    expect(seen).toMatchObject({ detail: expect.stringContaining('delete what is there first') as string });
    await expect(record.create(member('blue', 'blue.example'), changing(where))).rejects.toThrow('cannot be created');
  });

  it('are told apart by their set identifiers: one of the same routing stays beside the one that is made', async () => {
    const where = benchWithZone();
    await write(where, simple('theirs.example', { SetIdentifier: 'theirs', Weight: 5 }));
    await where.clock.sleep(1_000);
    await establish(record, member('blue', 'blue.example'), where);
    const theirs = await stateOf(record, { ...cname('x', { setIdentifier: 'theirs' }), id: 'theirs' }, where);
    expect(theirs.description).toMatchObject({ Weight: 5, ResourceRecords: [{ Value: 'theirs.example' }] });
  });

  it('are not made while nobody knows how they are routed', async () => {
    const where = benchWithZone();
    const unrouted = cname('blue.example', { setIdentifier: 'blue' });
    await expect(record.create(unrouted, changing(where))).rejects.toThrow('says how it is routed');
  });

  it('of several members are not to be replaced by a record without identifier', async () => {
    const where = benchWithZone();
    await establish(record, member('blue', 'blue.example'), where);
    await where.clock.sleep(1_000);
    await establish(record, member('green', 'green.example'), where);
    const seen = await look(record, cname('x.example'), where);
    expect(seen).toMatchObject({ kind: 'unknown', reason: 'invalid' });
    expect(seen.kind === 'unknown' && seen.detail).toContain('blue, green');
  });
});
