// Names keep answering, against the embedded AWS: a record is changed in place where nothing that it leads to has to go
// first, and nobody waits for resolvers that would only find what is dead.
import { describe, expect, test } from 'vitest';
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
