// Reads that are some seconds behind the writes: they delay a step, and do not fail it.
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2Of } from '../../src/sandbox/index.ts';
import { setServiceBehaviour } from '../../src/sandbox/services/ecs/behaviours.ts';
import { deployedRig, playbookOf, readShipped, seededRig, stepIds, unfinished } from '../helpers/rig.ts';

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

describe('a failed state from before the change does not end the wait', () => {
  test('for the delete of a failed load balancer, and for the one that comes in its place', async () => {
    const rig = await seededRig(playbookOf(text));
    const { behaviours } = elbv2Of(rig.world.region('eu-west-1'));
    behaviours['deployer-api'] = 'fails';
    await rig.recover('repair', { verify: false });
    rig.faults.add({ kind: 'stale', service: 'elasticloadbalancing', staleMs: 3_000 });
    const { plan, report } = await rig.recover('repair', {
      verify: false,
      onRecord: (record) => {
        if (record.type === 'step-started' && record.step === 'load-balancer.create') delete behaviours['deployer-api'];
      },
    });
    expect(stepIds(plan)).toContain('load-balancer.delete');
    expect(unfinished(report)).toEqual([]);
  });

  test('for the rollout that follows a failed one', async () => {
    const breaker = 'deployment: { circuitBreaker: { enable: true, rollback: false } }';
    const rig = await deployedRig(text.replace('network: {', `${breaker}\n      network: {`));
    setServiceBehaviour(rig.world, 'eu-west-1', 'deployer-api', 'never-steady');
    await rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', forceNewDeployment: true }));
    await rig.clock.sleep(3_600_000);
    setServiceBehaviour(rig.world, 'eu-west-1', 'deployer-api', null);
    rig.faults.add({ kind: 'stale', service: 'ecs', operation: 'DescribeServices', staleMs: 3_000 });
    const { plan, report } = await rig.recover('repair', { verify: false });
    expect(stepIds(plan)).toContain('service.update');
    expect(unfinished(report)).toEqual([]);
  });
});
