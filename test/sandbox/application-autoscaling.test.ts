// Headings are those of src/sandbox/services/application-autoscaling/SPEC.md.
import * as scaling from '@aws-sdk/client-application-auto-scaling';
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { minute, present, readsRig, refusal } from './reads-rig.ts';

const place = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/wonderland/api',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const words =
  'service namespace: ecs, resource ID: service/wonderland/api, scalable dimension: ecs:service:DesiredCount';

async function scaled() {
  const there = readsRig();
  const { behind } = await there.harness();
  await there.service(behind);
  there.clock.advance(5 * minute);
  const register = (more: Partial<scaling.RegisterScalableTargetRequest> = {}) =>
    there.scaling.send(
      new scaling.RegisterScalableTargetCommand({ ...place, MinCapacity: 1, MaxCapacity: 4, ...more }),
    );
  const targets = async () =>
    (await there.scaling.send(new scaling.DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }))).ScalableTargets;
  const policies = async () =>
    (await there.scaling.send(new scaling.DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))).ScalingPolicies;
  const put = (more: Partial<scaling.PutScalingPolicyRequest> = {}) =>
    there.scaling.send(
      new scaling.PutScalingPolicyCommand({
        ...place,
        PolicyName: 'cpu',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        },
        ...more,
      }),
    );
  return { ...there, behind, register, targets, policies, put };
}

describe('Scalable targets', () => {
  it('keeps a service within its bounds through ECS itself', async () => {
    const { clock, describe: told, register, tasks } = await scaled();
    await register({ MinCapacity: 3 });
    expect((await told()).desiredCount).toBe(3);
    clock.advance(5 * minute);
    expect(await tasks()).toHaveLength(3);
    await register({ MinCapacity: 0, MaxCapacity: 1 });
    expect((await told()).desiredCount).toBe(1);
    await register({ MinCapacity: 2, MaxCapacity: 5, SuspendedState: { DynamicScalingOutSuspended: true } });
    expect((await told()).desiredCount).toBe(1);
  });

  it('changes one that is registered again, and keeps what is not said', async () => {
    const { register, scaling: client, targets } = await scaled();
    const { ScalableTargetARN } = await register();
    await client.send(new scaling.RegisterScalableTargetCommand({ ...place, MaxCapacity: 9 }));
    expect(await targets()).toEqual([
      expect.objectContaining({ ...place, MinCapacity: 1, MaxCapacity: 9, ScalableTargetARN }),
    ]);
  });

  it('go with their service, whose name is free for one without', async () => {
    const { behind, clock, containers: client, policies, put, register, service, targets } = await scaled();
    await register();
    await put();
    const other = { cluster: 'wonderland', service: 'api' };
    const unforced = client.send(new ecs.DeleteServiceCommand(other));
    expect(await refusal(unforced)).toMatchObject({ code: 'InvalidParameterException' });
    expect([await targets(), await policies()]).toEqual([[expect.anything()], [expect.anything()]]);
    await client.send(new ecs.DeleteServiceCommand({ ...other, force: true }));
    expect([await targets(), await policies()]).toEqual([[], []]);
    expect(await refusal(put())).toMatchObject({ code: 'ObjectNotFoundException' });
    clock.advance(10 * minute);
    await service(behind);
    expect([await targets(), await policies()]).toEqual([[], []]);
  });

  it('refuses services that are not there and bounds that cannot be', async () => {
    const { register, scaling: client } = await scaled();
    expect(await refusal(register({ ResourceId: 'service/wonderland/none' }))).toEqual({
      code: 'ValidationException',
      message: "ECS service doesn't exist: service/wonderland/none",
    });
    expect(await refusal(register({ MinCapacity: 5 }))).toMatchObject({ code: 'ValidationException' });
    const unsaid = client.send(new scaling.RegisterScalableTargetCommand({ ...place, MinCapacity: 1 }));
    expect(await refusal(unsaid)).toMatchObject({ code: 'ValidationException' });
    const table = { ServiceNamespace: 'dynamodb', ResourceId: 'table/t' } as const;
    const other = register({ ...table, ScalableDimension: 'dynamodb:table:ReadCapacityUnits' });
    expect(await refusal(other)).toMatchObject({ code: 'NotModelledBySandbox' });
  });
});

describe('Scaling policies', () => {
  it('keeps and tells them, with the alarms of target tracking', async () => {
    const { policies, put, register } = await scaled();
    expect(await refusal(put())).toEqual({
      code: 'ObjectNotFoundException',
      message: `No scalable target registered for ${words}`,
    });
    await register();
    const { Alarms, PolicyARN } = await put();
    expect(Alarms).toHaveLength(2);
    await put({ TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } });
    expect(await policies()).toEqual([
      expect.objectContaining({
        ...{ PolicyARN, Alarms, PolicyName: 'cpu', PolicyType: 'TargetTrackingScaling' },
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
      }),
    ]);
    expect(await refusal(put({ PolicyName: 'step', PolicyType: 'StepScaling' }))).toMatchObject({
      code: 'ValidationException',
    });
  });

  it('deletes them alone, or with their target', async () => {
    const { policies, put, register, scaling: client, targets } = await scaled();
    await register();
    await put();
    await client.send(new scaling.DeleteScalingPolicyCommand({ ...place, PolicyName: 'cpu' }));
    expect(await policies()).toEqual([]);
    const again = client.send(new scaling.DeleteScalingPolicyCommand({ ...place, PolicyName: 'cpu' }));
    expect(await refusal(again)).toMatchObject({ code: 'ObjectNotFoundException' });
    await put();
    await client.send(new scaling.DeregisterScalableTargetCommand(place));
    expect([await policies(), await targets()]).toEqual([[], []]);
    expect(await refusal(client.send(new scaling.DeregisterScalableTargetCommand(place)))).toEqual({
      code: 'ObjectNotFoundException',
      message: `No scalable target found for ${words}`,
    });
  });

  it('gives pages', async () => {
    const { put, register, scaling: client } = await scaled();
    await register();
    for (const PolicyName of ['a', 'b', 'c']) await put({ PolicyName });
    const page = (NextToken?: string) =>
      client.send(new scaling.DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs', MaxResults: 2, NextToken }));
    const first = await page();
    const second = await page(present(first.NextToken));
    expect([first.ScalingPolicies?.length, second.ScalingPolicies?.length, second.NextToken]).toEqual([
      2,
      1,
      undefined,
    ]);
  });
});
