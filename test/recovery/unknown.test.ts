// What could not be seen is unknown, never missing: what can be seen is recovered around it. Every read in turn:
// unknown-reads.sized.test.ts.
import { describe, expect, test } from 'vitest';
import { deployedRig, readShipped } from '../helpers/rig.ts';

const deployerApi = readShipped('deployer-api.yaml');

describe('recovering what can be seen', () => {
  test('an unknown record does not keep the service down, and the result says partial', async () => {
    const rig = await deployedRig(deployerApi);
    await rig.break(['service']);
    rig.faults.add({ operation: 'ListResourceRecordSets', kind: 'access-denied' });
    const { report, wire } = await rig.recover('repair');
    expect(report.result).toBe('partial');
    expect(report.blocked.map((each) => each.component)).toContain('cname');
    expect(wire.filter((call) => call.mutating && call.service === 'route53')).toEqual([]);
    expect(rig.http('https://deployer-api.wonderland.example/health')).toBe(200);
  });

  test('left out on request, the unknown piece blocks nobody', async () => {
    const rig = await deployedRig(deployerApi);
    await rig.break(['state-entry']);
    rig.faults.add({ operation: 'DescribeServices', kind: 'access-denied' });
    const blocked = await rig.plan('repair');
    expect(blocked.plan.steps).toEqual([]);
    const { plan } = await rig.plan('repair', { excluded: new Set(['service']) });
    expect(plan.steps.map((step) => step.id)).toContain('state-entry.create');
    expect(plan.steps.filter((step) => step.component === 'service')).toEqual([]);
  });

  test('a load balancer is not deleted while a record that may name it cannot be seen', async () => {
    const rig = await deployedRig(deployerApi);
    rig.faults.add({ operation: 'ListResourceRecordSets', kind: 'throttle' });
    const { plan } = await rig.plan('rebuild');
    expect(plan.steps.map((step) => step.id)).not.toContain('load-balancer.delete');
    expect(plan.components.find((each) => each.id === 'load-balancer')).toMatchObject({
      disposition: 'blocked',
      blockedBy: 'cname',
    });
  });
});
