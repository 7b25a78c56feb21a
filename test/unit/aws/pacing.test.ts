// Pacing: bursts go out at once, the rest in order at AWS's own rate, each bucket for itself.
import { describe, expect, test } from 'vitest';
import { createPacers, type Pacer } from '../../../src/aws/pacing.ts';
import { VirtualClock, type Clock } from '../../../src/util/clock.ts';

function createPacer(clock: Clock): Pacer {
  return createPacers(clock).of('123456789012', 'eu-west-1');
}

/** Asks `count` times at once and tells after how many milliseconds each may go. */
async function ask(clock: VirtualClock, take: () => Promise<void>, count: number): Promise<readonly number[]> {
  const start = clock.now();
  return Promise.all(Array.from({ length: count }, () => take().then(() => clock.now() - start)));
}

describe('pacing', () => {
  test('a burst goes at once, then one after the other in the order in which they came', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const at = await ask(clock, () => pacer.take('route53', 'ListResourceRecordSets'), 8);
    expect(at).toEqual([0, 0, 0, 0, 0, 200, 400, 600]);
  });

  test('quiet time refills the bucket, up to its burst', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const take = (): Promise<void> => pacer.take('route53', 'ChangeResourceRecordSets');
    await ask(clock, take, 5);
    clock.advance(400);
    expect(await ask(clock, take, 3)).toEqual([0, 0, 200]);
    clock.advance(3_600_000);
    expect(await ask(clock, take, 6)).toEqual([0, 0, 0, 0, 0, 200]);
  });

  test('all of Route 53 shares one bucket, whatever the operation', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    await ask(clock, () => pacer.take('route53', 'ListHealthChecks'), 5);
    expect(await ask(clock, () => pacer.take('route53', 'ChangeResourceRecordSets'), 1)).toEqual([200]);
  });

  // Burst and the milliseconds per further call [ECS and ELB: request throttling documentation].
  const published = [
    ['ecs', 'CreateService', 50, 200],
    ['ecs', 'DescribeServices', 100, 50],
    ['ecs', 'RegisterTaskDefinition', 20, 1000],
    ['ecs', 'DescribeTaskDefinition', 50, 50],
    ['ecs', 'CreateCluster', 20, 1000],
    ['ecs', 'DescribeClusters', 50, 50],
    ['elbv2', 'DescribeTargetHealth', 40, 100],
    ['route53', 'GetChange', 5, 200],
  ] as const;

  test.each(published)('%s %s: no more than AWS lets through', async (service, operation, burst, step) => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const at = await ask(clock, () => pacer.take(service, operation), burst + 2);
    expect(at.slice(0, burst).every((each) => each === 0)).toBe(true);
    expect(at.slice(burst).map(Math.round)).toEqual([step, 2 * step]);
  });

  test('reads and changes of one service do not hinder each other', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    await ask(clock, () => pacer.take('ecs', 'CreateService'), 50);
    expect(await ask(clock, () => pacer.take('ecs', 'DescribeServices'), 1)).toEqual([0]);
    expect(await ask(clock, () => pacer.take('elbv2', 'CreateListener'), 1)).toEqual([0]);
  });
});
