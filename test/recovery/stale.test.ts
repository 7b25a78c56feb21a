// Reads that are some seconds behind the writes: they delay a step, and do not fail it.
import { describe, expect, test } from 'vitest';
import { deployedRig, readShipped, unfinished } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

describe('a delete is not failed by a list that still has the piece while its tags are gone', () => {
  test.each(['DescribeLoadBalancers', 'DescribeTargetGroups', 'DescribeListeners', undefined])(
    '%s',
    async (operation) => {
      const rig = await deployedRig(text);
      rig.faults.add({
        kind: 'stale',
        service: 'elasticloadbalancing',
        ...(operation === undefined ? {} : { operation }),
        staleMs: 3_000,
      });
      const { report } = await rig.recover('teardown', { verify: false });
      expect(unfinished(report)).toEqual([]);
      expect(report.result).toBe('succeeded');
    },
  );
});
