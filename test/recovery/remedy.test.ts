// A piece that is unhealthy for want of something, when the plan is made: it is waited for once that is right again, and given its
// remedy where it does not get well.
import { describe, expect, test } from 'vitest';
import { interventionsIn } from '../../src/rehearse/world/interventions.ts';
import { deployedRig, outputOf, readShipped, unfinished, type Rig } from '../helpers/rig.ts';

async function withoutListener(): Promise<Rig> {
  const rig = await deployedRig(readShipped('deployer-api.yaml'));
  await rig.break(['load-balancer']);
  return rig;
}

describe('a service whose load balancer is gone', () => {
  test('is waited for, and left alone where its tasks answer', async () => {
    const rig = await withoutListener();
    const { plan, report, wire } = await rig.recover('repair');
    expect(plan.steps.map((each) => each.id)).toContain('service.wait');
    expect(unfinished(report)).toEqual([]);
    expect(wire.map((each) => each.operation)).not.toContain('UpdateService');
    expect(report.components.find((each) => each.id === 'service')).toMatchObject({ outcome: 'settled' });
  });

  test('is started anew where its tasks hang, in the same run', async () => {
    const rig = await withoutListener();
    interventionsIn(rig.world, 'eu-west-1').afflict('tasks-hang', await outputOf(rig, 'service', 'arn'));
    const { plan, report, wire } = await rig.recover('repair');
    expect(plan.components.find((each) => each.id === 'service')?.because).toMatch(
      /unused, Target.NotInUse; what it needs is put right first, and it is updated if that does not help$/,
    );
    expect(plan.steps.find((each) => each.id === 'service.wait')?.remedy).toBe('update');
    expect(unfinished(report)).toEqual([]);
    expect(wire.filter((each) => each.operation === 'UpdateService')).toHaveLength(1);
    expect(report.components.find((each) => each.id === 'service')).toMatchObject({ outcome: 'updated' });
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });

  test('is only watched where it is protected', async () => {
    const text = readShipped('deployer-api.yaml');
    const rig = await deployedRig(text.replace('  service:\n', '  service:\n    protect: true\n'));
    await rig.break(['load-balancer']);
    interventionsIn(rig.world, 'eu-west-1').afflict('tasks-hang', await outputOf(rig, 'service', 'arn'));
    const { plan, wire } = await rig.recover('repair');
    expect(plan.steps.find((each) => each.id === 'service.wait')?.remedy).toBeUndefined();
    expect(plan.components.find((each) => each.id === 'service')?.because).toMatch(/what it needs is put right first$/);
    expect(wire.map((each) => each.operation)).not.toContain('UpdateService');
  });

  test.each([
    [60, 5],
    [120, 10],
  ])('is started anew in the same run where it is checked each %s s, %i times', async (seconds, times) => {
    const text = readShipped('deployer-api.yaml').replace('deadline: 30m', 'deadline: 2h');
    const checks = `healthCheck: { path: /health, interval: ${seconds}, healthyThreshold: ${times} }`;
    const rig = await deployedRig(text.replace('healthCheck: { path: /health }', checks));
    await rig.break(['load-balancer']);
    interventionsIn(rig.world, 'eu-west-1').afflict('tasks-hang', await outputOf(rig, 'service', 'arn'));
    const { report, wire } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    expect(wire.filter((each) => each.operation === 'UpdateService')).toHaveLength(1);
  });
});
