// When calls fail: for good, for a while, or with nobody knowing whether they were carried out.
import { ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { ecsOf, elbv2Of, route53Of, type FaultKind } from '../../src/sandbox/index.ts';
import type { Strategy } from '../../src/plan/plan.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  mutations,
  outputOf,
  playbookOf,
  readShipped,
  seededRig,
  troubles,
  unfinished,
  type Recovery,
  type Rig,
} from '../helpers/rig.ts';
import { overwriteCname } from './hands.ts';

const text = readShipped('deployer-api.yaml');
const url = 'https://deployer-api.wonderland.example/health';

function statuses({ report }: Recovery): Readonly<Record<string, string>> {
  return Object.fromEntries(report.steps.map((step) => [step.id, step.status]));
}

async function expectRecovered(rig: Rig): Promise<void> {
  const { plan, assessed } = await rig.plan('repair');
  expect(troubles(assessed.assessments)).toEqual({});
  expect(plan.steps).toEqual([]);
  expect(rig.http(url)).toBe(200);
}

/** How many of each kind there are in the world. */
function census(rig: Rig): Readonly<Record<string, number>> {
  const local = rig.world.region('eu-west-1');
  const ecs = ecsOf(local);
  const elbv2 = elbv2Of(local);
  const { healthChecks, zones } = route53Of(rig.world.data);
  const count = (store: object): number => Object.keys(store).length;
  return {
    loadBalancers: count(elbv2.loadBalancers),
    targetGroups: count(elbv2.targetGroups),
    listeners: count(elbv2.listeners),
    services: Object.values(ecs.services).filter((each) => each.status !== 'INACTIVE').length,
    revisions: Object.values(ecs.taskDefinitions).filter((each) => each.status === 'ACTIVE').length,
    healthChecks: count(healthChecks),
    zones: count(zones),
  };
}

const one = { loadBalancers: 1, targetGroups: 1, listeners: 1, services: 1, revisions: 1, healthChecks: 1, zones: 1 };

describe('a step that fails for good', () => {
  async function withoutServiceAndName(onFailure: string): Promise<Rig> {
    const rig = (await deployedRig(text)).withPlaybook(
      playbookOf(text.replace('onFailure: continue', `onFailure: ${onFailure}`)),
    );
    await rig.break(['service', 'cname']);
    return rig;
  }

  test('continue: its dependents are skipped and name it, independent branches finish, the next run ends it', async () => {
    const rig = await withoutServiceAndName('continue');
    rig.faults.add({ operation: 'CreateService', kind: 'access-denied' });
    const recovery = await rig.recover('repair');
    expect(recovery.report.result).toBe('partial');
    expect(statuses(recovery)).toEqual({
      'state-entry.delete': 'succeeded',
      'cname.create': 'succeeded',
      'service.create': 'failed',
      'state-entry.create': 'skipped',
      'verify-1': 'skipped',
      'verify-2': 'skipped',
    });
    const { steps } = recovery.report;
    expect(steps.find((step) => step.id === 'service.create')?.error).toMatchObject({
      class: 'denied',
      code: 'AccessDeniedException',
    });
    for (const step of steps.filter((each) => each.status === 'skipped')) {
      expect(step.rootCauses).toEqual(['service.create']);
      expect(step.detail).toBe('waited for service.create, which failed');
    }
    // Refused for good: asked once.
    expect(recovery.wire.filter((call) => call.operation === 'CreateService')).toHaveLength(1);

    rig.faults.clear();
    expect((await rig.recover('repair')).report.result).toBe('succeeded');
    await expectRecovered(rig);
  });

  test('halt: what runs is finished, nothing new starts, the next run ends it', async () => {
    const rig = (await deployedRig(text)).withPlaybook(
      playbookOf(text.replace('onFailure: continue', 'onFailure: halt')),
    );
    await rig.break(['load-balancer', 'task-definition']);
    rig.faults.add({ operation: 'RegisterTaskDefinition', kind: 'access-denied' });
    const recovery = await rig.recover('repair');
    expect(recovery.report.result).toBe('partial');
    expect(statuses(recovery)).toMatchObject({
      'task-definition.create': 'failed',
      'load-balancer.create': 'succeeded',
      'listener.create': 'skipped',
      'cname.update': 'skipped',
      'service.update': 'skipped',
    });
    const { records } = recovery.journal;
    const failedAt = records.findIndex((record) => record.type === 'step-failed');
    expect(failedAt).toBeGreaterThan(0);
    expect(records.slice(failedAt).filter((record) => record.type === 'step-started')).toEqual([]);
    expect(recovery.report.steps.find((step) => step.id === 'cname.update')?.detail).toBe(
      'the run halted after a failure',
    );

    rig.faults.clear();
    expect((await rig.recover('repair')).report.result).toBe('succeeded');
    await expectRecovered(rig);
  });

  test('the deadline ends a step that is throttled for ever, and the run', async () => {
    const rig = await withoutServiceAndName('continue');
    rig.faults.add({ operation: 'CreateService', kind: 'throttle' });
    const { report } = await rig.recover('repair');
    expect(report.result).toBe('partial');
    expect(report.steps.find((step) => step.id === 'service.create')?.error?.class).toBe('throttled');
    expect(report.durationSeconds).toBeLessThanOrEqual(30 * 60);
  });

  test('stopped in the middle: nothing new starts, the next run ends it', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const stop = new AbortController();
    void rig.clock.sleep(30_000).then(() => {
      stop.abort(new Error('interrupted'));
    });
    const { report } = await rig.recover('repair', { stop: stop.signal });
    expect(report.steps.find((step) => step.id === 'service.create')?.error?.class).toBe('interrupted');
    expect(report.steps.find((step) => step.id === 'state-entry.create')?.status).toBe('skipped');
    expect((await rig.recover('repair')).report.result).toBe('succeeded');
    await expectRecovered(rig);
    expect(census(rig)).toEqual(one);
  });
});

// --- Failures that pass ----------------------------------------------------------------------------------------------

const scenarios: readonly { readonly what: string; readonly strategy: Strategy; readonly make: () => Promise<Rig> }[] =
  [
    {
      what: 'everything is taken down and made anew',
      strategy: 'rebuild',
      make: async () => {
        const rig = await deployedRig(text);
        await rig.break(['service']);
        return rig;
      },
    },
    { what: 'everything is made from nothing', strategy: 'repair', make: () => seededRig(playbookOf(text)) },
    {
      what: 'what has drifted is put right',
      strategy: 'repair',
      make: async () => {
        const rig = await deployedRig(text);
        await overwriteCname(rig, 'elsewhere.example');
        const arn = await outputOf(rig, 'target-group', 'arn');
        await rig.operator
          .client(elbv2)
          .send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckPath: '/' }));
        return rig.withPlaybook(playbookOf(text, { image: 'registry.example/deployer-api:1.43' }));
      },
    },
  ];

/** One of the scenarios has a name that leads elsewhere, which nobody changes unasked. */
const accepted = accepting('cname:ownership');

/** Recovers while calls fail in passing; checks that all is there, once. */
async function survives(rig: Rig, strategy: Strategy, revisions = 1): Promise<void> {
  const { report } = await rig.recover(strategy, { accepted });
  expect(unfinished(report)).toEqual([]);
  await expectRecovered(rig);
  expect(census(rig)).toEqual({ ...one, revisions });
}

describe.each(scenarios)('$what', ({ strategy, make }) => {
  const kinds = ['throttle', 'error-500', 'error-503', 'reset-before', 'reset-after'] as const satisfies FaultKind[];

  let made: Promise<Rig> | undefined;
  let changes: Promise<ReadonlyMap<string, number>> | undefined;
  /** A copy of the scenario's world, which is made once. */
  const start = async (): Promise<Rig> => (await (made ??= make())).fork();
  /** Each operation that changes something in an undisturbed run, with the number of its first call that AWS accepts. */
  const changesIn = (): Promise<ReadonlyMap<string, number>> => (changes ??= undisturbed());

  async function undisturbed(): Promise<ReadonlyMap<string, number>> {
    const { wire } = await (await start()).recover(strategy, { accepted });
    const first = new Map<string, number>();
    for (const { operation } of mutations(wire)) {
      const calls = wire.filter((call) => call.operation === operation);
      first.set(operation, calls.findIndex((call) => call.outcome.kind === 'ok') + 1);
    }
    return first;
  }

  // The new image makes a second revision; the first one stays, as ECS keeps it.
  const revisionsIn = (rig: Rig): number =>
    rig.playbook.params['image'] === 'registry.example/deployer-api:1.43' ? 2 : 1;

  test.each(kinds)('the first of each kind of change meets: %s', async (kind) => {
    const rig = await start();
    for (const operation of (await changesIn()).keys()) {
      rig.faults.add({ operation, kind, times: kind === 'throttle' ? 3 : 1 });
    }
    await survives(rig, strategy, revisionsIn(rig));
  });

  test('each change by itself is carried out and its answer lost', async () => {
    const operations = await changesIn();
    expect(operations.size).toBeGreaterThan(3);
    for (const [operation, nth] of operations) {
      const rig = await start();
      rig.faults.add({ operation, kind: 'reset-after', nth });
      await survives(rig, strategy, revisionsIn(rig));
      expect(
        rig.wire.some((call) => call.outcome.kind === 'reset' && call.outcome.applied),
        operation,
      ).toBe(true);
    }
  });
});
