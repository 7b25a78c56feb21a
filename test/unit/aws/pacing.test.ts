// Pacing: bursts go out at once, the rest in order at AWS's own rate, each bucket for itself.
import { describe, expect, test } from 'vitest';
import { createPacers, type Pacer } from '../../../src/aws/pacing.ts';
import { services } from '../../../src/aws/services/index.ts';
import { VirtualClock, type Clock } from '../../../src/util/clock.ts';

const { ecs, elbv2, route53 } = services;

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
    const at = await ask(clock, () => pacer.take(route53, 'ListResourceRecordSets'), 8);
    expect(at).toEqual([0, 0, 0, 0, 0, 200, 400, 600]);
  });

  test('quiet time refills the bucket, up to its burst', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const take = (): Promise<void> => pacer.take(route53, 'ChangeResourceRecordSets');
    await ask(clock, take, 5);
    clock.advance(400);
    expect(await ask(clock, take, 3)).toEqual([0, 0, 200]);
    clock.advance(3_600_000);
    expect(await ask(clock, take, 6)).toEqual([0, 0, 0, 0, 0, 200]);
  });

  test('all of Route 53 shares one bucket, whatever the operation', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    await ask(clock, () => pacer.take(route53, 'ListHealthChecks'), 5);
    expect(await ask(clock, () => pacer.take(route53, 'ChangeResourceRecordSets'), 1)).toEqual([200]);
  });

  // Burst and the milliseconds per further call [ECS and ELB: request throttling documentation].
  const published = [
    [ecs, 'CreateService', 50, 200],
    [ecs, 'DescribeServices', 100, 50],
    [ecs, 'RegisterTaskDefinition', 20, 1000],
    [ecs, 'DescribeTaskDefinition', 50, 50],
    [ecs, 'CreateCluster', 20, 1000],
    [ecs, 'DescribeClusters', 50, 50],
    [elbv2, 'DescribeTargetHealth', 40, 100],
    [route53, 'GetChange', 5, 200],
  ] as const;

  test.each(published)('$0.name $1: no more than AWS lets through', async (service, operation, burst, step) => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const at = await ask(clock, () => pacer.take(service, operation), burst + 2);
    expect(at.slice(0, burst).every((each) => each === 0)).toBe(true);
    expect(at.slice(burst).map(Math.round)).toEqual([step, 2 * step]);
  });

  test('reads and changes of one service do not hinder each other', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    await ask(clock, () => pacer.take(ecs, 'CreateService'), 50);
    expect(await ask(clock, () => pacer.take(ecs, 'DescribeServices'), 1)).toEqual([0]);
    expect(await ask(clock, () => pacer.take(elbv2, 'CreateListener'), 1)).toEqual([0]);
  });
});

describe('sharing', () => {
  const change = [route53, 'GetChange'] as const;
  const registration = [ecs, 'RegisterTaskDefinition'] as const;

  test('all pacers of one value share the buckets of an account and region', async () => {
    const clock = new VirtualClock(0);
    const pacers = createPacers(clock);
    await ask(clock, () => pacers.of('1', 'eu-west-1').take(...registration), 20);
    expect(await ask(clock, () => pacers.of('1', 'eu-west-1').take(...registration), 1)).toEqual([1000]);
    expect(await ask(clock, () => pacers.of('1', 'us-east-1').take(...registration), 1)).toEqual([0]);
    expect(await ask(clock, () => pacers.of('2', 'eu-west-1').take(...registration), 1)).toEqual([0]);
  });

  test('Route 53 is counted for the account, whatever the region', async () => {
    const clock = new VirtualClock(0);
    const pacers = createPacers(clock);
    await ask(clock, () => pacers.of('1', 'eu-west-1').take(...change), 5);
    expect(await ask(clock, () => pacers.of('1', 'us-east-1').take(...change), 1)).toEqual([200]);
    expect(await ask(clock, () => pacers.of('2', 'eu-west-1').take(...change), 1)).toEqual([0]);
  });
});

describe('throttled all the same', () => {
  const call = [route53, 'ListHealthChecks'] as const;

  test('each sign halves the rate, calls refused together are one sign, and it comes back slowly', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    expect(pacer.rate(...call)).toBe(5);
    clock.advance(1_000);
    for (let refused = 0; refused < 4; refused += 1) pacer.throttled(...call, 500);
    expect(pacer.rate(...call)).toBe(2.5);
    clock.advance(6_000);
    expect(pacer.rate(...call)).toBeCloseTo(3);
    pacer.throttled(...call, 6_500);
    expect(pacer.rate(...call)).toBeCloseTo(1.5);
    clock.advance(3_600_000);
    expect(pacer.rate(...call)).toBe(5);
  });

  test('what had been saved up is lost, and the next go out one by one', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    clock.advance(1_000);
    pacer.throttled(...call, 1_000);
    const at = await ask(clock, () => pacer.take(...call), 3);
    expect(at[0]).toBeGreaterThan(350);
    expect(at.map((each, index) => each - (at[index - 1] ?? 0)).every((gap) => gap > 300)).toBe(true);
  });

  test('however often, something goes out, and never more than is published', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    for (let sign = 0; sign < 50; sign += 1) {
      clock.advance(100);
      pacer.throttled(...call, clock.now());
    }
    expect(pacer.rate(...call)).toBeGreaterThanOrEqual(5 / 16);
    const start = clock.now();
    await ask(clock, () => pacer.take(...call), 400);
    // 5 a second at the most; slower at first.
    expect(clock.now() - start).toBeGreaterThan((400 / 5) * 1000);
    expect(clock.now() - start).toBeLessThan((400 / 5 + 60) * 1000);
  });
});

describe('waiting for a turn', () => {
  test('ends when the run does, and gives the turn to the next', async () => {
    const clock = new VirtualClock(0);
    const pacer = createPacer(clock);
    const take = (stop?: AbortSignal): Promise<void> => pacer.take(route53, 'GetChange', stop);
    await ask(clock, take, 5);
    const stop = new AbortController();
    const leaving = take(stop.signal).then(
      () => 'went',
      (error: unknown) => String(error),
    );
    const staying = take().then(() => clock.now());
    stop.abort(new Error('over'));
    expect(await leaving).toBe('Error: over');
    expect(await staying).toBe(200);
    await expect(Promise.all([take(), take(stop.signal)])).rejects.toThrow('over');
  });
});

describe('the retry quota', () => {
  test('bounds what is repeated; successes fill it again', () => {
    const { quota } = createPacer(new VirtualClock(0));
    let repeats = 0;
    while (quota.spend(false) !== undefined) repeats += 1;
    expect(repeats).toBe(35);
    for (let success = 0; success < 14; success += 1) quota.earn();
    expect(quota.spend(false)).toBe(14);
    expect(quota.spend(false)).toBeUndefined();
    for (let success = 0; success < 10_000; success += 1) quota.earn();
    let throttled = 0;
    while (quota.spend(true) !== undefined) throttled += 1;
    expect(throttled).toBe(100);
  });
});

test('a share of the rates is taken, and the rest left to others', async () => {
  const clock = new VirtualClock(0);
  const pacer = createPacers(clock, 0.5).of('123456789012', 'eu-west-1');
  const at = await ask(clock, () => pacer.take(route53, 'ListResourceRecordSets'), 5);
  expect(at).toEqual([0, 0, 200, 600, 1000]);
});
