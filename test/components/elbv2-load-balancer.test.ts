// What is special about load balancers: names in batches, and a listing of the whole account when one is missing.
import {
  DeleteLoadBalancerCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, it } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Target } from '../../src/components/contract.ts';
import { loadBalancer } from '../../src/components/elbv2-load-balancer/index.ts';
import type { LoadBalancerSpec } from '../../src/components/elbv2-load-balancer/schema.ts';
import { bench, reading, specOf, stateOf, type Bench } from '../helpers/aws.ts';
import { establishLoadBalancer } from '../helpers/elbv2.ts';

let where: Bench;

beforeEach(() => {
  where = bench();
});

function target(name: string): Target<LoadBalancerSpec> {
  return { id: name, spec: specOf(loadBalancer, { name, subnets: ['subnet-a1', 'subnet-b1'] }) };
}

function calls(operation: string): readonly unknown[] {
  return where.wire.filter((call) => call.operation === operation).map((call) => call.input);
}

describe('when one of several load balancers is missing', () => {
  it('asks for the tags of those that are wanted, not of all that the account has', async () => {
    const ours = await establishLoadBalancer('ours', where);
    for (let index = 0; index < 25; index += 1) await establishLoadBalancer(`other-${index}`, where);
    where.wire.length = 0;

    const seen = await loadBalancer.observe([target('ours'), target('missing')], reading(where));

    expect(seen.get('ours')?.kind).toBe('present');
    expect(seen.get('missing')?.kind).toBe('absent');
    expect(calls('DescribeTags')).toEqual([{ ResourceArns: [ours] }]);
  });

  it('keeps one that goes at that moment from hiding the others', async () => {
    await establishLoadBalancer('ours', where);
    const going = await establishLoadBalancer('going', where);
    // The listing still has it, its tags are gone.
    const context = reading(where);
    let asked = 0;
    const seen = await loadBalancer.observe([target('ours'), target('going')], {
      ...context,
      limit: async (work) => {
        asked += 1;
        if (asked === 2) await where.aws.client(elbv2).send(new DeleteLoadBalancerCommand({ LoadBalancerArn: going }));
        return context.limit(work);
      },
    });
    expect(seen.get('ours')?.kind).toBe('present');
    expect(seen.get('going')).toMatchObject({ kind: 'unknown', reason: 'unavailable' });
  });
});

describe('what AWS would refuse', () => {
  it('is told of a protected load balancer that is to be deleted, and of no other', async () => {
    await establishLoadBalancer('ours', where);
    const [piece, context] = [target('ours'), reading(where)];
    const state = await stateOf(loadBalancer, piece, where);
    const asked = (action: 'delete' | 'update') => loadBalancer.safety.blockers?.(piece, state, action, context);
    expect(await asked('delete')).toEqual([]);
    await where.aws.client(elbv2).send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: state.arn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
      }),
    );
    expect(await asked('update')).toEqual([]);
    expect(await asked('delete')).toEqual([
      {
        what: 'its attribute deletion_protection.enabled is true, and AWS does not delete it',
        remedy: expect.stringContaining('deletion_protection.enabled') as string,
      },
    ]);
  });
});
