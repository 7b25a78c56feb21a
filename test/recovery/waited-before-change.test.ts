// A step that had to wait between its look and its change looks again: somebody may have protected the piece meanwhile.
import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Lease } from '../../src/run/lock/lease.ts';
import { ownerNamed } from '../helpers/lock.ts';
import { deployedRig, mutations, outputOf, readShipped, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

async function protect(rig: Rig, arn: string): Promise<void> {
  const Tags = [{ Key: 'relight:protect', Value: 'true' }];
  await rig.operator.client(elbv2).send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
}

/** A lock that is in doubt for a minute when `when` says so. */
function doubtful(rig: Rig, when: () => boolean): Lease {
  return {
    place: 'memory',
    owner: ownerNamed('alice'),
    fence: 7,
    state: () => ({ kind: 'sure' }),
    untilSure: async () => {
      if (when()) await rig.clock.sleep(60_000);
    },
    left: () => 30_000,
    lost: new AbortController().signal,
    release: () => Promise.resolve(undefined),
  };
}

test('for a lock that was in doubt', async () => {
  const rig = await deployedRig(text);
  const arn = await outputOf(rig, 'target-group', 'arn');
  let kept = false;
  let tagged = false;
  const lease = doubtful(rig, () => kept && !tagged);
  const planned = await rig.plan('teardown', { allowDowntime: true }, 'change');
  rig.wire.length = 0;
  const { report } = await rig.run(planned, {
    verify: false,
    lease,
    onRecord: (record) => {
      if (record.type !== 'before-image' || record.step !== 'target-group.delete') return;
      kept = true;
      void rig.clock.sleep(30_000).then(async () => {
        await protect(rig, arn);
        tagged = true;
      });
    },
  });
  const step = report.steps.find(({ id }) => id === 'target-group.delete');
  expect(tagged).toBe(true);
  expect(mutations(rig.wire).map(({ operation }) => operation)).not.toContain('DeleteTargetGroup');
  expect(step?.error?.class).toBe('protected');
});

test('for a check that was not answered', async () => {
  const rig = await deployedRig(text);
  const arn = await outputOf(rig, 'load-balancer', 'arn');
  let tagged = false;
  const { report, wire } = await rig.recover('teardown', {
    verify: false,
    onRecord: (record) => {
      if (record.type === 'step-started' && record.step === 'load-balancer.delete')
        rig.faults.add({ kind: 'error-503', operation: 'DescribeLoadBalancerAttributes', times: 3 });
      if (record.type !== 'step-waiting' || record.step !== 'load-balancer.delete' || tagged) return;
      tagged = true;
      void protect(rig, arn);
    },
  });
  const step = report.steps.find(({ id }) => id === 'load-balancer.delete');
  expect(tagged).toBe(true);
  expect(mutations(wire).map(({ operation }) => operation)).not.toContain('DeleteLoadBalancer');
  expect(step?.error?.class).toBe('protected');
});
