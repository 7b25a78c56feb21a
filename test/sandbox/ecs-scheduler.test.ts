// What the service scheduler does over time; headings are those of src/sandbox/services/ecs/SPEC.md.
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { awsTimings, ecsOf, instantTimings, snapshot } from '../../src/sandbox/index.ts';
import { advanceEcs } from '../../src/sandbox/services/ecs/advance.ts';
import { setServiceBehaviour } from '../../src/sandbox/services/ecs/behaviours.ts';
import { minute, present, refusal, region, rig, second } from './ecs-rig.ts';
import type { Rig } from './ecs-rig.ts';

const messages = async ({ describe: read }: Rig) => ((await read()).events ?? []).map(({ message }) => message ?? '');
const rollouts = async ({ describe: read }: Rig) =>
  ((await read()).deployments ?? []).map(({ status, rolloutState, runningCount }) => [
    status,
    rolloutState,
    runningCount,
  ]);

/** A service of two tasks behind a load balancer, long steady. */
async function steady(settings: Partial<ecs.CreateServiceRequest> = {}) {
  const there = rig();
  const staged = await there.harness();
  there.clock.advance(5 * minute);
  await there.service({ ...staged.behind, ...settings });
  there.clock.advance(5 * minute);
  return { ...there, staged };
}

describe('Steady state', () => {
  it('is reached when all tasks run and their targets are healthy', async () => {
    const there = rig();
    const { clock, describe: read, health } = there;
    const staged = await there.harness();
    clock.advance(5 * minute);
    await there.service(staged.behind);
    expect(await read()).toMatchObject({ desiredCount: 2, pendingCount: 2, runningCount: 0 });
    clock.advance(41 * second);
    expect(await read()).toMatchObject({ pendingCount: 0, runningCount: 2 });
    expect(await health(staged.group)).toEqual(['initial', 'initial']);
    clock.advance(34 * second);
    expect(await health(staged.group)).toEqual(['healthy', 'healthy']);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'IN_PROGRESS', 2]]);
    clock.advance(10 * second);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
    const id = present((await read()).deployments?.[0]?.id);
    const told = await messages(there);
    expect(told.slice(0, 3)).toEqual([
      '(service api) has reached a steady state.',
      `(service api) (deployment ${id}) deployment completed.`,
      `(service api) registered 2 targets in (target-group ${staged.group})`,
    ]);
    expect(told[3]).toMatch(/^\(service api\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/);
    expect(told).toHaveLength(4);
  });

  it('takes no time when nothing takes time', async () => {
    const there = rig(instantTimings);
    const staged = await there.harness();
    await there.service(staged.behind);
    expect(await there.health(staged.group)).toEqual(['healthy', 'healthy']);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
    await there.remove(true);
    expect((await there.describe()).status).toBe('INACTIVE');
  });

  it('comes out the same however seldom anybody looks', async () => {
    const often = await steady();
    const seldom = await steady();
    for (let step = 0; step < 30; step += 1) {
      often.clock.advance(20 * second);
      await often.describe();
    }
    seldom.clock.advance(10 * minute);
    await seldom.describe();
    expect(snapshot(often.world).regions).toEqual(snapshot(seldom.world).regions);
  });

  it('changes nothing when looked at twice in one instant', async () => {
    const { world, describe: read } = await steady();
    await read();
    const before = snapshot(world);
    await read();
    expect(snapshot(world)).toEqual(before);
  });
});

describe('Self-healing', () => {
  it('replaces stopped tasks and registers the new ones', async () => {
    const there = await steady();
    const { containers, clock, tasks, health, staged } = there;
    const [first] = await tasks();
    await containers.send(new ecs.StopTaskCommand({ cluster: 'wonderland', task: first?.taskArn }));
    expect(await health(staged.group)).toEqual(['draining', 'healthy']);
    expect((await tasks('STOPPED'))[0]?.lastStatus).toBe('DEACTIVATING');
    expect(await there.describe()).toMatchObject({ runningCount: 1, pendingCount: 1 });
    clock.advance(90 * second);
    expect(await health(staged.group)).toEqual(['draining', 'healthy', 'healthy']);
    clock.advance(4 * minute);
    expect(await health(staged.group)).toEqual(['healthy', 'healthy']);
    expect((await tasks('STOPPED'))[0]?.lastStatus).toBe('STOPPED');
    expect((await messages(there))[0]).toBe('(service api) has reached a steady state.');
  });

  it('registers targets again that somebody took out', async () => {
    const there = await steady();
    const { balancing, clock, health, staged } = there;
    const { TargetHealthDescriptions } = await balancing.send(
      new elb.DescribeTargetHealthCommand({ TargetGroupArn: staged.group }),
    );
    const Targets = [present(TargetHealthDescriptions?.[0]?.Target)];
    await balancing.send(new elb.DeregisterTargetsCommand({ TargetGroupArn: staged.group, Targets }));
    expect(await health(staged.group)).toEqual(['draining', 'healthy']);
    clock.advance(10 * second);
    expect(await health(staged.group)).toEqual(['initial', 'healthy']);
    clock.advance(minute);
    expect(await health(staged.group)).toEqual(['healthy', 'healthy']);
  });

  it("replaces tasks that fail the load balancer's health checks, after the grace period", async () => {
    const there = await steady({ healthCheckGracePeriodSeconds: 600 });
    const { clock, world, tasks, staged } = there;
    const before = (await tasks()).map(({ taskArn }) => taskArn);
    setServiceBehaviour(world, region, 'api', 'unhealthy');
    expect(await there.health(staged.group)).toEqual(['healthy', 'healthy']);
    clock.advance(minute);
    expect(await there.health(staged.group)).toEqual(['unhealthy', 'unhealthy']);
    expect((await tasks()).map(({ taskArn }) => taskArn)).toEqual(before);
    clock.advance(10 * minute);
    const after = (await tasks()).map(({ taskArn }) => taskArn);
    expect(after).toHaveLength(2);
    expect(after.some((arn) => before.includes(arn))).toBe(false);
    expect(await messages(there)).toContain(
      `(service api) (port 8080) is unhealthy in (target-group ${staged.group}) due to (reason Health checks failed with these codes: [503]).`,
    );
    expect((await tasks('STOPPED'))[0]?.stoppedReason).toBe(
      `Task failed ELB health checks in (target-group ${staged.group})`,
    );
    setServiceBehaviour(world, region, 'api', null);
    clock.advance(15 * minute);
    expect((await messages(there))[0]).toBe('(service api) has reached a steady state.');
  });
});

describe('Target groups of a service', () => {
  it('leaves tasks running and targets unused while there is no listener', async () => {
    const there = await steady();
    const { balancing, clock, health, staged, describe: read } = there;
    await balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: staged.balancer }));
    clock.advance(minute);
    expect(await health(staged.group)).toEqual(['unused', 'unused']);
    expect((await read()).runningCount).toBe(2);
    const { LoadBalancerArn } = await there.balancer();
    await there.listener(LoadBalancerArn, staged.group);
    expect(await health(staged.group)).toEqual(['initial', 'initial']);
    clock.advance(5 * minute);
    expect(await health(staged.group)).toEqual(['healthy', 'healthy']);
  });

  it('does not protect a target group, and is never steady without it', async () => {
    const there = await steady();
    const { balancing, clock, staged, update } = there;
    await balancing.send(new elb.DeleteListenerCommand({ ListenerArn: staged.listener }));
    clock.advance(10 * second);
    await balancing.send(new elb.DeleteTargetGroupCommand({ TargetGroupArn: staged.group }));
    await update({ forceNewDeployment: true });
    clock.advance(20 * minute);
    expect((await rollouts(there))[0]).toEqual(['PRIMARY', 'IN_PROGRESS', 2]);
    expect((await messages(there))[0]).toBe(
      `(service api) failed to register targets in (target-group ${staged.group}) with (error One or more target groups not found)`,
    );
  });
});

describe('Deployments', () => {
  it('starts new tasks, and stops old ones when the new are healthy', async () => {
    const there = await steady();
    const { clock, definition, update, staged, health, containers } = there;
    await definition();
    await update({ taskDefinition: 'api' });
    expect(await there.describe()).toMatchObject({ runningCount: 2, pendingCount: 2 });
    clock.advance(41 * second);
    expect(await rollouts(there)).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 2],
      ['ACTIVE', 'COMPLETED', 2],
    ]);
    clock.advance(35 * second);
    expect(await rollouts(there)).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 2],
      ['ACTIVE', 'COMPLETED', 0],
    ]);
    expect((await health(staged.group)).sort()).toEqual(['draining', 'draining', 'healthy', 'healthy']);
    clock.advance(6 * minute);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
    const list = await containers.send(
      new ecs.ListServiceDeploymentsCommand({ cluster: 'wonderland', service: 'api' }),
    );
    expect(list.serviceDeployments?.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
    const newest = present(list.serviceDeployments?.[0]?.serviceDeploymentArn);
    const read = await containers.send(new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [newest] }));
    expect(read.serviceDeployments?.[0]).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: { requestedTaskCount: 2, runningTaskCount: 2 },
    });
  });

  it('makes room first when there is none', async () => {
    const there = await steady({ deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 } });
    const { clock, update } = there;
    await update({ forceNewDeployment: true });
    expect(await rollouts(there)).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 0],
      ['ACTIVE', 'COMPLETED', 1],
    ]);
    expect((await there.describe()).pendingCount).toBe(1);
    clock.advance(15 * minute);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
  });

  it('scales without a new deployment', async () => {
    const there = await steady();
    const { clock, update, tasks, staged, health } = there;
    await update({ desiredCount: 4 });
    clock.advance(2 * minute);
    expect(await health(staged.group)).toHaveLength(4);
    await update({ desiredCount: 1 });
    expect(await tasks()).toHaveLength(1);
    clock.advance(6 * minute);
    expect(await health(staged.group)).toEqual(['healthy']);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 1]]);
  });

  it('backs off when tasks never start, and says so', async () => {
    const there = await steady();
    const { clock, update, world } = there;
    setServiceBehaviour(world, region, 'api', 'never-steady');
    await update({ forceNewDeployment: true });
    clock.advance(30 * minute);
    const [primary, old] = (await there.describe()).deployments ?? [];
    expect(primary?.rolloutState).toBe('IN_PROGRESS');
    expect(primary?.failedTasks).toBeGreaterThan(4);
    expect(old).toMatchObject({ status: 'ACTIVE', runningCount: 2 });
    expect(await messages(there)).toContain('(service api) is unable to consistently start tasks successfully.');
    const failed = primary?.failedTasks ?? 0;
    clock.advance(60 * minute);
    const later = (await there.describe()).deployments?.[0]?.failedTasks ?? 0;
    expect(later - failed).toBeLessThanOrEqual(2 * 5);
    setServiceBehaviour(world, region, 'api', null);
    clock.advance(30 * minute);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
  });

  it('is broken off by the circuit breaker, and rolled back where asked for', async () => {
    const there = await steady({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    const { clock, update, world, definition, containers } = there;
    await definition();
    setServiceBehaviour(world, region, 'api', 'never-steady');
    const before = (await there.describe()).taskDefinition;
    await update({ taskDefinition: 'api' });
    clock.advance(5 * minute);
    const told = await messages(there);
    expect(told.some((text) => text.endsWith('deployment failed: tasks failed to start.'))).toBe(true);
    setServiceBehaviour(world, region, 'api', null);
    clock.advance(30 * minute);
    expect((await there.describe()).taskDefinition).toBe(before);
    expect(await rollouts(there)).toEqual([['PRIMARY', 'COMPLETED', 2]]);
    const list = await containers.send(
      new ecs.ListServiceDeploymentsCommand({ cluster: 'wonderland', service: 'api' }),
    );
    expect(list.serviceDeployments?.[0]?.status).toBe('ROLLBACK_SUCCESSFUL');
  });
});

describe('Draining', () => {
  it('lasts until tasks have stopped, which waits for their targets', async () => {
    const there = await steady();
    const { clock, remove, health, staged, describe: read, service, tasks } = there;
    await remove(true);
    expect(await read()).toMatchObject({ status: 'DRAINING', runningCount: 0, pendingCount: 0 });
    expect(await health(staged.group)).toEqual(['draining', 'draining']);
    clock.advance(4 * minute);
    expect(await refusal(service())).toEqual({
      code: 'InvalidParameterException',
      message: 'Unable to Start a service that is still Draining.',
    });
    expect((await tasks('STOPPED')).map(({ lastStatus }) => lastStatus)).toEqual(['DEACTIVATING', 'DEACTIVATING']);
    clock.advance(minute + awsTimings.taskStop + awsTimings.serviceDrained - second);
    expect((await read()).status).toBe('DRAINING');
    clock.advance(second);
    expect((await read()).status).toBe('INACTIVE');
    expect(await health(staged.group)).toEqual([]);
  });

  it("follows the target group's own delay", async () => {
    const there = rig();
    const staged = await there.harness();
    await there.balancing.send(
      new elb.ModifyTargetGroupAttributesCommand({
        TargetGroupArn: staged.group,
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
      }),
    );
    await there.service(staged.behind);
    there.clock.advance(10 * minute);
    await there.remove(true);
    there.clock.advance(46 * second);
    expect((await there.describe()).status).toBe('INACTIVE');
  });

  it('is shorter once the listener is gone', async () => {
    const there = await steady();
    const { clock, remove, balancing, staged, describe: read } = there;
    await remove(true);
    clock.advance(10 * second);
    await balancing.send(new elb.DeleteLoadBalancerCommand({ LoadBalancerArn: staged.balancer }));
    clock.advance(awsTimings.taskStop + awsTimings.serviceDrained);
    expect((await read()).status).toBe('INACTIVE');
  });

  it('can be stuck', async () => {
    const { clock, remove, world, describe: read } = await steady();
    setServiceBehaviour(world, region, 'api', 'draining-forever');
    await remove(true);
    clock.advance(300 * minute);
    expect((await read()).status).toBe('DRAINING');
    setServiceBehaviour(world, region, 'api', null);
    clock.advance(2 * minute);
    expect((await read()).status).toBe('INACTIVE');
  });
});

describe('Cost', () => {
  it('is one comparison while nothing is due', async () => {
    const { world, clock } = await steady();
    advanceEcs(world, region, clock.now());
    const before = snapshot(world);
    clock.advance(30 * minute);
    advanceEcs(world, region, clock.now());
    expect(snapshot(world).regions).toEqual(before.regions);
    expect(ecsOf(world.region(region)).due).toBeNull();
  });
});
