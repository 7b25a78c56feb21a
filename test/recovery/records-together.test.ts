// Changes of one zone that go out together: what befalls one of them befalls no other.
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { route53 } from '../../src/aws/services/route53.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import type { FaultSubject } from '../../src/sandbox/index.ts';
import { answerAsNameServers, nobody } from '../helpers/name-servers.ts';
import { bareRig, mutations, playbookOf, recallOf, type Rig } from '../helpers/rig.ts';

function records(...names: readonly string[]): string {
  return names
    .map(
      (each) => `
  ${each}:
    type: route53/record
    spec: { zone: shop.example, name: ${each}.shop.example, type: CNAME, ttl: 60, values: [${each}.of-shop.example] }`,
    )
    .join('');
}

function text(components: string): string {
  return `
apiVersion: relight/v1
kind: Playbook
metadata: { name: shop, description: A shop, owner: team-shop }
target: { account: '123456789012', region: eu-west-1, environment: test }
recovery: { strategy: repair }
components:${components}
`;
}

async function zoneOf(rig: Rig): Promise<string> {
  const { HostedZones = [] } = await rig.operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'shop.example' }));
  return HostedZones[0]?.Id ?? '';
}

async function byHand(rig: Rig, ...Changes: Change[]): Promise<void> {
  const HostedZoneId = await zoneOf(rig);
  for (let time = 0; ; time += 1) {
    try {
      await rig.operator
        .client(route53)
        .send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
      return;
    } catch (error) {
      if (time > 20 || (error as Error).name !== 'PriorRequestNotComplete') throw error;
      await rig.clock.sleep(50);
    }
  }
}

function named(name: string, value: string): ResourceRecordSet {
  return { Name: `${name}.shop.example`, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: value }] };
}

async function valuesIn(rig: Rig): Promise<Readonly<Record<string, string>>> {
  const HostedZoneId = await zoneOf(rig);
  const { ResourceRecordSets = [] } = await rig.operator
    .client(route53)
    .send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  return Object.fromEntries(
    ResourceRecordSets.filter(({ Type }) => Type === 'CNAME').map(({ Name = '', ResourceRecords = [] }) => [
      Name.split('.')[0] ?? '',
      ResourceRecords[0]?.Value ?? '',
    ]),
  );
}

function ends({
  journal,
  report,
}: {
  readonly journal: MemoryJournal;
  readonly report: RunReport;
}): Readonly<Record<string, string>> {
  const unchanged = new Set(
    journal.records.flatMap((each) => (each.type === 'step-failed' && each.unchanged === true ? [each.step] : [])),
  );
  return Object.fromEntries(
    report.steps.map(({ id, status, error }) => [
      id,
      [status, error?.code, unchanged.has(id) ? 'unchanged' : undefined].filter((each) => each !== undefined).join(' '),
    ]),
  );
}

const about =
  (name: string) =>
  ({ input, operation }: FaultSubject): boolean =>
    operation === 'ChangeResourceRecordSets' && JSON.stringify(input).includes(`"${name}.shop.example`);

describe('changes of one zone', () => {
  test('are not sent once the run was told to stop, although they were ready before', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b'))));
    const stop = new AbortController();
    const ran = await rig.recover('repair', {
      stop: stop.signal,
      onRecord: (record) => {
        if (record.type === 'step-intended') stop.abort();
      },
    });
    expect(mutations(ran.wire)).toEqual([]);
  });

  test('nor while an earlier request of the zone is not answered', async () => {
    const later = `
  check: { type: route53/health-check, spec: { protocol: HTTPS, fqdn: api.shop.example, disabled: true } }
  late:
    type: route53/record
    dependsOn: [check]
    spec: { zone: shop.example, name: late.shop.example, type: CNAME, ttl: 60, values: [late.of-shop.example] }`;
    const rig = bareRig(playbookOf(text(records('a', 'b') + later)));
    const stop = new AbortController();
    rig.faults.add({ kind: 'hang', operation: 'ChangeResourceRecordSets', nth: 1 });
    const ran = await rig.recover('repair', {
      stop: stop.signal,
      onRecord: (record) => {
        if (record.type !== 'step-intended' || record.step !== 'late.create') return;
        void rig.clock.sleep(2_000).then(() => {
          stop.abort();
        });
      },
    });
    expect(mutations(ran.wire).filter(({ operation }) => operation === 'ChangeResourceRecordSets')).toHaveLength(1);
    expect(ends(ran)['late.create']).toContain('unchanged');
  });

  test('of which one names a health check that is gone: the others are made', async () => {
    const one = `
  bad:
    type: route53/record
    spec: { zone: shop.example, name: bad.shop.example, type: CNAME, ttl: 60, values: [x.example], setIdentifier: one, weight: 10, healthCheck: 11111111-2222-4333-8444-555555555555 }`;
    const rig = bareRig(playbookOf(text(records('a', 'b') + one)));
    const ran = await rig.recover('repair', { verify: false });
    expect(await valuesIn(rig)).toMatchObject({ a: 'a.of-shop.example', b: 'b.of-shop.example' });
    expect(ends(ran)).toMatchObject({ 'a.create': 'succeeded', 'b.create': 'succeeded' });
  });

  test('of which one may not be made by who makes them: the others are made', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b', 'c'))));
    rig.faults.add({ kind: 'access-denied', when: about('c') });
    const ran = await rig.recover('repair', { verify: false });
    expect(ends(ran)).toMatchObject({
      'a.create': 'succeeded',
      'b.create': 'succeeded',
      'c.create': 'failed AccessDenied unchanged',
    });
  });

  test.each(['reset-after', 'reset-before', 'hang'] as const)(
    'of which the answer is lost (%s), and of which somebody changes one meanwhile',
    async (kind) => {
      const rig = bareRig(playbookOf(text(records('a', 'b', 'c'))));
      rig.faults.add({ kind, operation: 'ChangeResourceRecordSets', nth: 1 });
      let done = false;
      const ran = await rig.recover('repair', {
        verify: false,
        onRecord: (record) => {
          if (record.type !== 'step-retrying' || done) return;
          done = true;
          void byHand(rig, { Action: 'UPSERT', ResourceRecordSet: named('b', 'ann.example') });
        },
      });
      expect(await valuesIn(rig)).toMatchObject({ a: 'a.of-shop.example', b: 'ann.example', c: 'c.of-shop.example' });
      expect(ends(ran)['a.create']).toBe('succeeded');
      expect(ends(ran)['c.create']).toBe('succeeded');
      expect(ends(ran)['b.create']).toMatch(/^failed/);
      if (kind !== 'reset-before') expect(ends(ran)['b.create']).not.toContain('unchanged');
    },
  );

  test('of which one is asked for at the name servers in vain: the others are not held up', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b', 'c'))));
    answerAsNameServers(rig.sandbox, () => nobody);
    rig.faults.add({
      kind: 'hang',
      operation: 'TestDNSAnswer',
      when: ({ input }) => JSON.stringify(input).includes('a.shop.example'),
    });
    const { report } = await rig.recover('repair', { verify: false });
    const detailOf = (id: string): string => report.steps.find((each) => each.id === id)?.detail ?? '';
    expect(detailOf('a.create')).toContain('not checked from outside');
    for (const id of ['b.create', 'c.create']) expect(detailOf(id)).not.toContain('not checked');
    for (const { id, seconds } of report.steps) if (id !== 'a.create') expect(seconds).toBeLessThan(120);
  });

  test('are taken back by an undo, without what somebody wrote since', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b', 'c'))));
    await byHand(
      rig,
      { Action: 'UPSERT', ResourceRecordSet: named('a', 'old-a.example') },
      { Action: 'UPSERT', ResourceRecordSet: named('b', 'old-b.example') },
    );
    await rig.clock.sleep(60_000);
    const ran = await rig.recover('repair', {
      verify: false,
      allowDowntime: true,
      accepted: new Map(
        ['a', 'b'].map((each) => [each, new Map([['ownership', 'anything' as const]])] as const),
      ) as never,
    });
    await byHand(rig, { Action: 'UPSERT', ResourceRecordSet: named('b', 'ann.example') });
    await rig.clock.sleep(60_000);
    await rig.undo(recallOf([ran.journal]));
    expect(await valuesIn(rig)).toEqual({ a: 'old-a.example', b: 'ann.example' });
  });

  test('are explained to the last call, also where they fail', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b', 'c', 'd'))));
    rig.faults.add({ kind: 'hang', operation: 'ChangeResourceRecordSets', nth: 1 });
    rig.faults.add({ kind: 'throttle', operation: 'ListResourceRecordSets', nth: 2, times: 3 });
    const ran = await rig.recover('repair', { verify: false });
    const last = ran.journal.records.at(-1);
    if (last?.type !== 'run-finished') throw new Error('not finished');
    const sum = (last.explained ?? []).reduce((all, { count }) => all + count, 0);
    expect(sum).toBe(last.awsCalls);
  });

  test('are split around what somebody has written, and a part that is not answered is settled by looking', async () => {
    const rig = bareRig(playbookOf(text(records('a', 'b', 'c', 'd'))));
    rig.faults.add({ kind: 'reset-after', when: (subject) => about('c')(subject) && !about('b')(subject), times: 1 });
    let done = false;
    const ran = await rig.recover('repair', {
      verify: false,
      onRecord: (record) => {
        if (record.type !== 'step-intended' || done) return;
        done = true;
        void byHand(rig, { Action: 'UPSERT', ResourceRecordSet: named('b', 'ann.example') });
      },
    });
    expect(ends(ran)).toEqual({
      'a.create': 'succeeded',
      'b.create': 'failed InvalidChangeBatch unchanged',
      'c.create': 'succeeded',
      'd.create': 'succeeded',
    });
    expect((await valuesIn(rig))['b']).toBe('ann.example');
  });
});
