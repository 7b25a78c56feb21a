// Names keep answering, against the embedded AWS: a record is changed in place where nothing that it leads to has to go
// first, and nobody waits for resolvers that would only find what is dead.
import { describe, expect, test } from 'vitest';
import { missedSeconds } from '../../src/components/route53-record/observe.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { runText } from '../../src/report/run-text.ts';
import { deployedRig, readShipped, stepIds, troubles, unfinished, type Recovery, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

/** The batches that were sent, each with its actions: a batch is carried out as a whole. */
function batches({ wire }: Recovery): readonly (readonly string[])[] {
  return wire
    .filter((each) => each.operation === 'ChangeResourceRecordSets')
    .map(({ input }) => [...JSON.stringify(input).matchAll(/"Action":"([A-Z]+)"/g)].map(([, word = '']) => word));
}

async function lost(...ids: readonly string[]): Promise<Rig> {
  const rig = await deployedRig(text);
  await rig.break(ids);
  return rig;
}

describe('a record whose load balancer is gone', () => {
  test.each(['repair', 'rebuild'] as const)('is changed in place by a %s, with the service lost too', async (kind) => {
    const rig = await lost('service', 'load-balancer');
    const recovery = await rig.recover(kind, { verify: false });
    expect(unfinished(recovery.report)).toEqual([]);
    expect(stepIds(recovery.plan)).toContain('cname.update');
    expect(stepIds(recovery.plan)).not.toContain('cname.delete');
    // What was there goes and comes in one batch: at no time is there no record.
    expect(batches(recovery)).toEqual([['DELETE', 'CREATE']]);
    expect(troubles(await rig.status())).toEqual({});
  });

  test('is answered for all the time: no TTL passes before it is changed', async () => {
    const rig = await lost('service', 'load-balancer');
    const { report } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    // Version 0.1.0 took 302 s.
    expect(report.durationSeconds).toBeLessThan(240);
  });
});

describe('a record whose load balancer has to be given up', () => {
  test('goes first, since the new one bears the same name', async () => {
    const rig = await deployedRig(text);
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    const ids = stepIds(plan);
    expect(ids.indexOf('cname.delete')).toBeLessThan(ids.indexOf('load-balancer.delete'));
    expect(plan.steps.find((step) => step.id === 'cname.delete')?.effect).toBe('interrupts');
  });

  test('its TTL is waited out where something answers behind it, and not where all is dead', async () => {
    const waited = async (rig: Rig): Promise<boolean> => {
      const { report } = await rig.recover('teardown', { verify: false });
      expect(unfinished(report)).toEqual([]);
      const step = report.steps.find((each) => each.id === 'cname.delete');
      return step?.phases.some((phase) => phase.detail?.startsWith('others may know it') === true) === true;
    };
    expect(await waited(await deployedRig(text))).toBe(true);
    expect(await waited(await lost('service'))).toBe(false);
  });
});

describe('a name that was missing', () => {
  test('is planned and reported with the time for which resolvers may go on not finding it', async () => {
    const rig = await lost('cname');
    const { plan, report } = await rig.recover('repair', { verify: false });
    // A new zone: SOA TTL 900 s, minimum 86400 s.
    expect(plan.components.find((each) => each.id === 'cname')?.missedSeconds).toBe(900);
    expect(report.components.find((each) => each.id === 'cname')?.missedSeconds).toBe(900);
    const text = 'resolvers that asked while it was missing may go on not finding it for up to 15m00s more';
    expect(planText(plan, plainPaint)).toContain(text);
    expect(runText(report, null, plainPaint)).toContain(`cname: ${text}`);
  });

  test('was it there all the time, nothing is said of it', async () => {
    const { plan } = await (await lost('load-balancer')).plan('repair');
    expect(plan.components.flatMap((each) => each.missedSeconds ?? [])).toEqual([]);
  });

  test('the smaller of the TTL of the SOA record and its last number counts', () => {
    const soa = (ttl: number, value: string) =>
      missedSeconds('zone.example', [
        { Name: 'zone.example.', Type: 'SOA', TTL: ttl, ResourceRecords: [{ Value: value }] },
      ]);
    expect(soa(900, 'ns-1.example. hostmaster.example. 1 7200 900 1209600 86400')).toBe(900);
    expect(soa(900, 'ns-1.example. hostmaster.example. 1 7200 900 1209600 60')).toBe(60);
    expect(soa(900, 'damaged')).toBeUndefined();
    expect(missedSeconds('zone.example', [])).toBeUndefined();
  });
});
