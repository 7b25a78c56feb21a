// During an outage AWS throttles, answers 503 or not at all for a while. Whoever recovers looks again at what could not be
// seen, for up to two minutes; what AWS denies is not waited for; a status or a plan has one look.
import { describe, expect, test } from 'vitest';
import { look, openSession } from '../../src/engine.ts';
import type { Waiting } from '../../src/observe/patient.ts';
import { opened } from '../../src/rehearse/world/harness.ts';
import type { FaultKind, ServiceName } from '../../src/sandbox/index.ts';
import { deployedRig, identitiesOf, mutations, playbookOf, readShipped, troubles, type Rig } from '../helpers/rig.ts';

const deployerApi = readShipped('deployer-api.yaml');

async function withoutService(): Promise<Rig> {
  const rig = await deployedRig(deployerApi);
  await rig.break(['service']);
  return rig.fork();
}

function inject(rig: Rig, kind: FaultKind, seconds: number, service: ServiceName = 'ecs'): void {
  rig.faults.add({ kind, service, forMs: seconds * 1_000 }, rig.clock.now());
}

interface Looked {
  readonly told: readonly Waiting[];
  readonly unknown: readonly string[];
  readonly seconds: number;
}

async function lookPatiently(rig: Rig, excluded: readonly string[] = [], stop?: AbortSignal): Promise<Looked> {
  const session = opened(await openSession(rig.playbook, rig.access('read')));
  const told: Waiting[] = [];
  const startedAt = rig.clock.now();
  const { assessments } = await look(session, {
    excluded: new Set(excluded),
    stop,
    tell: (waiting) => told.push(waiting),
  });
  const unknown = [...assessments.values()].filter((each) => each.verdict === 'unknown').map((each) => each.id);
  return { told, unknown, seconds: (rig.clock.now() - startedAt) / 1_000 };
}

const unseenIn = (told: Waiting | undefined): readonly string[] =>
  told === undefined || told.kind === 'seen' ? [] : told.unseen.map((each) => each.component).sort();

describe('trouble that passes', () => {
  test.each([
    ['error-503', 15],
    ['error-500', 60],
    ['throttle', 40],
    ['hang', 100],
    ['reset-before', 110],
  ] as const)('%s for %i s from the first look on: the recovery waits, and succeeds', async (kind, seconds) => {
    const rig = await withoutService();
    inject(rig, kind, seconds);
    const attempt = await rig.attempt({ kind: 'repair' });
    expect(attempt.kind).toBe('ran');
    if (attempt.kind !== 'ran') return;
    expect(attempt.report.result).toBe('succeeded');
    rig.faults.clear();
    expect(troubles(await rig.status())).toEqual({});
  });

  test('what it waits for is told once, and when it has been seen', async () => {
    const rig = await deployedRig(deployerApi);
    inject(rig, 'error-503', 15);
    const { told, unknown, seconds } = await lookPatiently(rig);
    expect(told.map((each) => each.kind)).toEqual(['waiting', 'seen']);
    expect(told[0]).toMatchObject({ milliseconds: 120_000 });
    expect(unseenIn(told[0])).toContain('service');
    expect(JSON.stringify(told[0])).toContain('ServiceUnavailable');
    expect(unknown).toEqual([]);
    expect(seconds).toBeGreaterThan(14);
    expect(seconds).toBeLessThan(30);
  });

  test('only what could not be seen is looked at again; the answer is that of one undisturbed look', async () => {
    const rig = await deployedRig(deployerApi);
    const calm = await rig.fork().look();
    const disturbed = rig.fork();
    inject(disturbed, 'error-503', 15);
    const session = opened(await openSession(disturbed.playbook, disturbed.access('read')));
    const assessed = await look(session, {});
    expect(identitiesOf(assessed)).toEqual(identitiesOf(calm));
    expect(assessed.observations.referrers).toEqual(calm.observations.referrers);
    expect(assessed.assessments).toEqual(calm.assessments);
    const others = disturbed.wire.filter((call) => call.operation === 'DescribeLoadBalancers');
    expect(others).toHaveLength(1);
  });

  test('a listing of records that failed in its midst tells each record once', async () => {
    const rig = await deployedRig(readShipped('storefront.yaml'));
    const calm = await rig.fork().look();
    inject(rig, 'error-503', 15, 'route53');
    const session = opened(await openSession(rig.playbook, rig.access('read')));
    expect((await look(session, {})).observations.referrers).toEqual(calm.observations.referrers);
  });
});

describe('trouble that stays', () => {
  test.each(['error-503', 'throttle', 'hang'] as const)('%s ends as unknown, and in time', async (kind) => {
    const rig = await withoutService();
    inject(rig, kind, 3_600);
    const { told, unknown, seconds } = await lookPatiently(rig);
    expect(told.at(-1)?.kind).toBe('given-up');
    expect(unseenIn(told.at(-1))).toContain('service');
    expect(unknown).toContain('service');
    expect(seconds).toBeGreaterThanOrEqual(120);
    // The two minutes, and two looks at an API that answers nothing.
    expect(seconds).toBeLessThan(120 + 2 * 70);
  });

  test('a refusal is not waited for', async () => {
    const rig = await withoutService();
    inject(rig, 'access-denied', 3_600);
    const { told, unknown, seconds } = await lookPatiently(rig);
    expect(told).toEqual([]);
    expect(unknown).toContain('service');
    expect(seconds).toBeLessThan(1);
  });

  test('nor is what is left out', async () => {
    const rig = await deployedRig(deployerApi);
    inject(rig, 'error-503', 3_600, 'route53');
    const { told, unknown, seconds } = await lookPatiently(rig, ['cname', 'health-check']);
    expect(told).toEqual([]);
    expect(unknown).toEqual(expect.arrayContaining(['cname', 'health-check']));
    expect(seconds).toBeLessThan(5);
  });

  test("it waits no longer than the run's own deadline", async () => {
    const text = deployerApi.replace('deadline: 30m', 'deadline: 30s');
    expect(text).not.toBe(deployerApi);
    const rig = (await deployedRig(deployerApi)).withPlaybook(playbookOf(text));
    inject(rig, 'error-503', 3_600);
    const { told, seconds } = await lookPatiently(rig);
    expect(told[0]).toMatchObject({ kind: 'waiting', milliseconds: 30_000 });
    expect(seconds).toBeLessThan(35);
  });

  test('whoever stops it gets what has been seen', async () => {
    const rig = await deployedRig(deployerApi);
    inject(rig, 'error-503', 3_600);
    const stop = new AbortController();
    const looking = lookPatiently(rig, [], stop.signal);
    void rig.clock.sleep(20_000).then(() => {
      stop.abort(new Error('interrupted'));
    });
    const { told, unknown, seconds } = await looking;
    expect(told.map((each) => each.kind)).toEqual(['waiting', 'given-up']);
    expect(unknown).toContain('service');
    expect(seconds).toBeLessThan(25);
  });
});

test('a plan that changes nothing has one look', async () => {
  const rig = await withoutService();
  inject(rig, 'error-503', 15);
  const startedAt = rig.clock.now();
  const { plan } = await rig.plan('repair');
  expect(plan.summary.unknown).toBeGreaterThan(0);
  expect(rig.clock.now() - startedAt).toBeLessThan(5_000);
  expect(mutations(rig.wire)).toEqual([]);
});
