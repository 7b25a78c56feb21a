// AWS deletes a service's auto scaling with the service, and nobody has asked for that
// [hashicorp/terraform-provider-aws#10432]. A recovery must not leave the service without it unasked.
import * as scaling from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { applicationAutoScaling } from '../../src/aws/services/application-autoscaling.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { execute } from '../../src/engine.ts';
import type { PlannedComponent } from '../../src/plan/plan.ts';
import { acceptedRows } from '../../src/report/accepted-text.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  mutations,
  playbookOf,
  readShipped,
  recallOf,
  stepIds,
  unfinished,
  type Rig,
} from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml').replace('maxDeletes: 8', 'maxDeletes: 30');
const place = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/wonderland/deployer-api',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const words = 'auto scaling (scalable target 2 to 10, policies cpu-60 and requests), which is in no component';
const lost =
  'would be deleted with it, and relight does not put it back, nor what is scheduled on it: register it again afterwards';
const consent = accepting('service:cascade');

async function scale(rig: Rig, more: Partial<scaling.RegisterScalableTargetRequest> = {}): Promise<void> {
  const bounds = { MinCapacity: 2, MaxCapacity: 10, ...more };
  await rig.operator
    .client(applicationAutoScaling)
    .send(new scaling.RegisterScalableTargetCommand({ ...place, ...bounds }));
}

async function scaledRig(...policies: readonly string[]): Promise<Rig> {
  const rig = await deployedRig(text);
  await scale(rig);
  for (const PolicyName of policies) {
    await rig.operator.client(applicationAutoScaling).send(
      new scaling.PutScalingPolicyCommand({
        ...place,
        PolicyName,
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 },
      }),
    );
  }
  await rig.clock.sleep(300_000);
  rig.wire.length = 0;
  return rig;
}

/** What scales in AWS. */
async function scaled(rig: Rig): Promise<readonly unknown[]> {
  const client = rig.operator.client(applicationAutoScaling);
  const of = { ServiceNamespace: 'ecs' } as const;
  const { ScalableTargets = [] } = await client.send(new scaling.DescribeScalableTargetsCommand(of));
  const { ScalingPolicies = [] } = await client.send(new scaling.DescribeScalingPoliciesCommand(of));
  return [ScalableTargets.map((each) => each.ResourceId), ScalingPolicies.map((each) => each.PolicyName)];
}

function part({ plan }: { readonly plan: { readonly components: readonly PlannedComponent[] } }): PlannedComponent {
  const found = plan.components.find((each) => each.id === 'service');
  if (found === undefined) throw new Error('no service');
  return found;
}

function reads(rig: Rig): readonly string[] {
  return rig.wire.filter((each) => each.service === 'application-autoscaling').map((each) => each.operation);
}

describe.each(['rebuild', 'teardown'] as const)('a %s of a service that scales', (kind) => {
  test('does not delete it unasked, and names what would go', async () => {
    const rig = await scaledRig('requests', 'cpu-60');
    const before = await scaled(rig);
    const { plan, wire } = await rig.recover(kind, { verify: false });
    expect(part({ plan })).toMatchObject({ disposition: 'blocked' });
    expect(part({ plan }).because).toContain(`${words}, ${lost}. If that may be lost: `);
    expect(part({ plan }).because).toContain('--accept service:cascade');
    expect(stepIds(plan)).not.toContain('service.delete');
    expect(mutations(wire).map((call) => call.operation)).not.toContain('DeleteService');
    expect(await scaled(rig)).toEqual(before);
  });

  test('deletes it with consent, and plan and report name what went', async () => {
    const rig = await scaledRig('requests', 'cpu-60');
    const { plan, report } = await rig.recover(kind, { verify: false, accepted: consent });
    expect(unfinished(report)).toEqual([]);
    expect(stepIds(plan)).toContain('service.delete');
    expect(acceptedRows(plan)).toEqual([['service (cascade)', `${words}, ${lost}`]]);
    const gone = report.removed.flatMap((each) => each.accepted?.map((what) => [each.step, what]) ?? []);
    expect(gone).toEqual([['service.delete', `${words}, ${lost}`]]);
    expect(await scaled(rig)).toEqual([[], []]);
  });

  test('asks nothing of one that does not scale: one read for the plan, one before the delete', async () => {
    const rig = await deployedRig(text);
    const { plan, report } = await rig.recover(kind, { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(part({ plan }).consents).toBeUndefined();
    expect(reads(rig)).toEqual(['DescribeScalableTargets', 'DescribeScalableTargets']);
  });
});

test('a repair that replaces it does not do so unasked', async () => {
  const moved = playbookOf(
    text.replace(
      'name: deployer-api\n      taskDefinition:',
      'name: deployer-api\n      role: ecs\n      taskDefinition:',
    ),
  );
  const rig = (await scaledRig()).withPlaybook(moved);
  const planned = await rig.plan('repair', { allowDowntime: true });
  expect(part(planned)).toMatchObject({ disposition: 'blocked' });
  expect(part(planned).because).toContain('auto scaling (scalable target 2 to 10, no policies)');
  expect(part(planned).because).toContain('--accept service:cascade');
  const willing = await rig.plan('repair', { allowDowntime: true, accepted: consent });
  expect(stepIds(willing.plan)).toContain('service.delete');
});

test('a repair that deletes no service asks nothing of it', async () => {
  const rig = await scaledRig('cpu-60');
  await rig.operator
    .client(ecs)
    .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', enableExecuteCommand: true }));
  await rig.break(['health-check']);
  rig.wire.length = 0;
  const { report } = await rig.recover('repair', { verify: false });
  expect(unfinished(report)).toEqual([]);
  expect(reads(rig)).toEqual([]);
});

test('one that was deleted by hand is not asked about: its scaling has gone with it', async () => {
  const rig = await scaledRig('cpu-60');
  await rig.break(['service']);
  rig.wire.length = 0;
  const { report } = await rig.recover('repair', { verify: false });
  expect(unfinished(report)).toEqual([]);
  expect(reads(rig)).toEqual([]);
  expect(await scaled(rig)).toEqual([[], []]);
});

test('registered between plan and run: the step finds it', async () => {
  const rig = await deployedRig(text);
  const planned = await rig.plan('teardown', { allowDowntime: true });
  const session = await rig.open('change');
  await scale(rig);
  rig.wire.length = 0;
  const report = await execute(session, planned.assessed, planned.plan, {
    openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
    prober: rig.sandbox.prober,
    verify: false,
    stop: new AbortController().signal,
  });
  expect(report.steps.find((each) => each.id === 'service.delete')?.error).toMatchObject({
    class: 'cascade',
    message: `auto scaling (scalable target 2 to 10, no policies), which is in no component, ${lost}: plan again`,
  });
  expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteService');
});

test('an undo that takes away a service which scales by now asks as well', async () => {
  const rig = await deployedRig(text);
  await rig.break(['service']);
  const { journal } = await rig.recover('repair', { verify: false });
  await scale(rig);
  const past = recallOf([journal]);
  const { plan } = await rig.planUndo(past);
  expect(part({ plan }).because).toContain('auto scaling (scalable target 2 to 10, no policies)');
  expect(stepIds(plan)).not.toContain('service.delete');
  const { report } = await rig.undo(past, { accepted: consent });
  expect(unfinished(report)).toEqual([]);
  expect(await scaled(rig)).toEqual([[], []]);
});

describe('who may not read Application Auto Scaling', () => {
  const unseen = 'the auto scaling that it may have and nobody could see (AccessDenied';

  test('is told so, and goes on with consent', async () => {
    const rig = await scaledRig();
    rig.faults.add({ kind: 'access-denied', operation: 'DescribeScalableTargets' });
    const planned = await rig.plan('teardown', { allowDowntime: true });
    expect(part(planned)).toMatchObject({ disposition: 'blocked' });
    expect(part(planned).because).toContain(unseen);
    expect(part(planned).because).toContain('allow application-autoscaling:DescribeScalableTargets');
    expect(part(planned).because).toContain('--accept service:cascade');
    const { plan, report } = await rig.recover('teardown', { verify: false, accepted: consent });
    expect(unfinished(report)).toEqual([]);
    expect(acceptedRows(plan)).toEqual([['service (cascade)', expect.stringContaining(unseen)]]);
  });

  test('is told of the target where its policies alone cannot be seen', async () => {
    const rig = await scaledRig('cpu-60');
    rig.faults.add({ kind: 'access-denied', operation: 'DescribeScalingPolicies' });
    const planned = await rig.plan('teardown', { allowDowntime: true });
    expect(part(planned).because).toContain(
      'auto scaling (scalable target 2 to 10, policies that nobody could see: AccessDenied',
    );
  });

  test('waits where it does not answer: what passes is no reason to go on', async () => {
    const rig = await scaledRig();
    rig.faults.add({ kind: 'error-500', operation: 'DescribeScalableTargets' });
    const planned = await rig.plan('teardown', { allowDowntime: true, accepted: consent });
    expect(part(planned).because).toContain('cannot be deleted while nobody can see what would be deleted with it');
  });
});

test('many services are asked about by one read', async () => {
  const storefront = readShipped('storefront.yaml').replace(/maxDeletes: \d+/, 'maxDeletes: 60');
  const rig = await deployedRig(storefront);
  rig.wire.length = 0;
  const { plan } = await rig.plan('teardown', { allowDowntime: true });
  const deleted = stepIds(plan).filter((each) => /(^|-)service\.delete|services?.*\.delete$/.test(each));
  expect(deleted.length).toBeGreaterThan(1);
  expect(reads(rig)).toEqual(['DescribeScalableTargets']);
});
