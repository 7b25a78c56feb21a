// Headings are those of src/sandbox/services/ecs/SPEC.md: deployments that ECS does otherwise than by rolling, or not at all.
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { setServiceBehaviour } from '../../src/sandbox/services/ecs/behaviours.ts';
import { minute, present, refusal, region, rig, second } from './ecs-rig.ts';
import type { Rig } from './ecs-rig.ts';

const where = { cluster: 'wonderland', service: 'api' };
const network = { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'] } };
const role = 'arn:aws:iam::123456789012:role/ecs';

const list = async ({ containers }: Rig) =>
  (await containers.send(new ecs.ListServiceDeploymentsCommand(where))).serviceDeployments ?? [];

const newest = async (there: Rig) => {
  const serviceDeploymentArns = [present((await list(there))[0]?.serviceDeploymentArn)];
  const read = await there.containers.send(new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return present(read.serviceDeployments?.[0]);
};

describe('Service deployments', () => {
  const steady = async (more: Partial<ecs.CreateServiceRequest> = {}) => {
    const there = rig();
    const staged = await there.harness();
    await there.service({ ...staged.behind, ...more });
    there.clock.advance(5 * minute);
    return there;
  };
  const stop = ({ containers }: Rig, serviceDeploymentArn: string | undefined, more = {}) =>
    containers.send(new ecs.StopServiceDeploymentCommand({ serviceDeploymentArn, ...more }));

  it('are stopped by going back to the revision before', async () => {
    const there = await steady();
    const before = await there.describe();
    await there.definition();
    await there.update({ taskDefinition: 'api' });
    there.clock.advance(10 * second);
    const running = await newest(there);
    expect(running).toMatchObject({ status: 'IN_PROGRESS', deploymentCircuitBreaker: { status: 'DISABLED' } });
    const stopped = await stop(there, running.serviceDeploymentArn);
    expect(stopped.serviceDeploymentArn).toBe(running.serviceDeploymentArn);
    const back = present(before.currentServiceRevisions?.[0]?.arn);
    expect(await newest(there)).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      rollback: { serviceRevisionArn: back, startedAt: new Date(there.clock.now()) },
    });
    await stop(there, running.serviceDeploymentArn);
    there.clock.advance(10 * minute);
    expect(await there.describe()).toMatchObject({ taskDefinition: before.taskDefinition, runningCount: 2 });
    expect((await list(there)).map(({ status }) => status)).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
    expect((await refusal(stop(there, running.serviceDeploymentArn))).code).toBe('ConflictException');
  });

  it('cannot be stopped where there is none, nothing before, or in another way', async () => {
    const there = await steady();
    const done = await newest(there);
    expect((await refusal(stop(there, `${String(done.serviceDeploymentArn)}0`))).code).toBe(
      'ServiceDeploymentNotFoundException',
    );
    expect((await refusal(stop(there, done.serviceDeploymentArn, { stopType: 'ABORT' }))).code).toBe(
      'InvalidParameterException',
    );
    const fresh = rig();
    await fresh.cluster();
    await fresh.definition();
    await fresh.service();
    const first = await newest(fresh);
    expect((await refusal(stop(fresh, first.serviceDeploymentArn))).code).toBe('ConflictException');
  });

  it('tell what the circuit breaker did', async () => {
    const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const there = await steady({ deploymentConfiguration: breaker });
    expect((await newest(there)).deploymentCircuitBreaker).toEqual({
      status: 'MONITORING_COMPLETE',
      failureCount: 0,
      threshold: 3,
    });
    await there.definition();
    setServiceBehaviour(there.world, region, 'api', 'never-steady');
    await there.update({ taskDefinition: 'api' });
    there.clock.advance(5 * minute);
    expect(await newest(there)).toMatchObject({
      status: 'ROLLBACK_IN_PROGRESS',
      statusReason: 'ECS deployment circuit breaker: tasks failed to start.',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 4 },
      deploymentConfiguration: breaker,
      rollback: { reason: 'ECS deployment circuit breaker: tasks failed to start.' },
    });
    const failed = (await there.describe()).deployments?.find(({ rolloutState }) => rolloutState === 'FAILED');
    expect(failed).toMatchObject({ status: 'ACTIVE', failedTasks: 4 });
  });

  it('go back once, however long that fails', async () => {
    const there = await steady({
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await there.definition();
    setServiceBehaviour(there.world, region, 'api', 'never-steady');
    await there.update({ taskDefinition: 'api' });
    there.clock.advance(60 * minute);
    expect((await list(there)).map(({ status }) => status)).toEqual(['ROLLBACK_IN_PROGRESS', 'SUCCESSFUL']);
    const { deployments } = await there.describe();
    expect(deployments?.map(({ rolloutState }) => rolloutState)).toEqual(['IN_PROGRESS', 'FAILED', 'COMPLETED']);
    setServiceBehaviour(there.world, region, 'api', null);
    there.clock.advance(30 * minute);
    expect((await list(there)).map(({ status }) => status)).toEqual(['ROLLBACK_SUCCESSFUL', 'SUCCESSFUL']);
  });

  it('end when the next one begins, a rollback as failed', async () => {
    const there = await steady();
    await there.update({ forceNewDeployment: true });
    await there.update({ forceNewDeployment: true });
    expect((await list(there)).map(({ status }) => status)).toEqual(['IN_PROGRESS', 'STOPPED', 'SUCCESSFUL']);
    await stop(there, (await newest(there)).serviceDeploymentArn);
    await there.update({ forceNewDeployment: true });
    expect((await list(there)).map(({ status }) => status)).toEqual([
      'IN_PROGRESS',
      'ROLLBACK_FAILED',
      'STOPPED',
      'SUCCESSFUL',
    ]);
  });
});

describe('Deployments that shift traffic', () => {
  /** A service behind a rule that forwards to the first of two target groups. */
  const staged = async (deploymentConfiguration: ecs.DeploymentConfiguration) => {
    const there = rig();
    await there.cluster();
    await there.definition();
    const made = await there.balancer();
    const blue = present((await there.group('blue')).TargetGroupArn);
    const green = present((await there.group('green')).TargetGroupArn);
    const { ListenerArn } = await there.listener(made.LoadBalancerArn, blue);
    const { Rules } = await there.balancing.send(new elb.DescribeRulesCommand({ ListenerArn }));
    const rule = present(Rules?.[0]?.RuleArn);
    const advancedConfiguration = { alternateTargetGroupArn: green, productionListenerRule: rule, roleArn: role };
    const item = { targetGroupArn: blue, containerName: 'api', containerPort: 8080, advancedConfiguration };
    await there.service({ loadBalancers: [item], deploymentConfiguration });
    there.clock.advance(5 * minute);
    const weights = async () => {
      const answer = await there.balancing.send(new elb.DescribeRulesCommand({ RuleArns: [rule] }));
      const groups = answer.Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return [blue, green].map((arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0);
    };
    return { ...there, blue, green, item, weights };
  };

  it('go over at once when all new tasks serve, and keep the old ones while they bake', async () => {
    const there = await staged({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 });
    const { clock, update, health, blue, green, weights } = there;
    expect((await there.describe()).loadBalancers).toEqual([there.item]);
    expect((await health(blue)).sort()).toEqual(['healthy', 'healthy']);
    await update({ forceNewDeployment: true });
    expect(await newest(there)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    expect(await weights()).toEqual([100, 0]);
    clock.advance(3 * minute);
    expect(await health(green)).toEqual(['healthy', 'healthy']);
    expect(await weights()).toEqual([0, 100]);
    expect(await newest(there)).toMatchObject({
      lifecycleStage: 'BAKE_TIME',
      targetServiceRevision: { requestedProductionTrafficWeight: 100, runningTaskCount: 2 },
    });
    expect((await there.describe()).runningCount).toBe(4);
    clock.advance(20 * minute);
    expect((await there.describe()).runningCount).toBe(2);
    expect(await newest(there)).toMatchObject({ status: 'SUCCESSFUL' });
    expect(await health(blue)).toEqual([]);
    await update({ forceNewDeployment: true });
    clock.advance(30 * minute);
    expect(await weights()).toEqual([100, 0]);
  });

  it('stay where they are while new tasks do not serve', async () => {
    const there = await staged({ strategy: 'BLUE_GREEN' });
    setServiceBehaviour(there.world, region, 'api', 'never-steady');
    await there.update({ forceNewDeployment: true });
    there.clock.advance(30 * minute);
    expect(await there.weights()).toEqual([100, 0]);
    expect((await there.describe()).runningCount).toBe(2);
  });

  it('go over in steps of their own', async () => {
    const canary = { canaryPercent: 20, canaryBakeTimeInMinutes: 5 };
    const there = await staged({ strategy: 'CANARY', canaryConfiguration: canary });
    await there.update({ forceNewDeployment: true });
    there.clock.advance(3 * minute);
    expect(await there.weights()).toEqual([80, 20]);
    there.clock.advance(5 * minute);
    expect(await there.weights()).toEqual([0, 100]);
    const linear = await staged({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 5 },
    });
    await linear.update({ forceNewDeployment: true });
    linear.clock.advance(3 * minute);
    expect(await linear.weights()).toEqual([50, 50]);
    linear.clock.advance(5 * minute);
    expect(await linear.weights()).toEqual([0, 100]);
  });

  it('need to be told what to shift', async () => {
    const there = rig();
    const { behind } = await there.harness();
    const told = await refusal(there.service({ ...behind, deploymentConfiguration: { strategy: 'BLUE_GREEN' } }));
    expect(told.message).toContain('advancedConfiguration');
  });
});

describe('Services that something else deploys', () => {
  const external = async () => {
    const there = rig();
    await there.cluster();
    await there.definition();
    await there.service({
      deploymentController: { type: 'EXTERNAL' },
      taskDefinition: undefined,
      launchType: undefined,
      networkConfiguration: undefined,
      desiredCount: 4,
    });
    const create = async (more: Partial<ecs.CreateTaskSetRequest> = {}) => {
      const { taskSet } = await there.containers.send(
        new ecs.CreateTaskSetCommand({
          ...where,
          taskDefinition: 'api',
          launchType: 'FARGATE',
          networkConfiguration: network,
          ...more,
        }),
      );
      return present(taskSet);
    };
    const read = async (taskSets?: string[]) =>
      there.containers.send(new ecs.DescribeTaskSetsCommand({ ...where, taskSets, include: ['TAGS'] }));
    return { ...there, create, read };
  };

  it('run the share of their count that each task set is scaled to', async () => {
    const there = await external();
    const { clock, containers, create, read } = there;
    const first = await create({ externalId: 'blue', tags: [{ key: 'a', value: 'b' }] });
    expect(first).toMatchObject({
      status: 'ACTIVE',
      computedDesiredCount: 0,
      scale: { value: 0, unit: 'PERCENT' },
      stabilityStatus: 'STABILIZING',
      externalId: 'blue',
      launchType: 'FARGATE',
      networkConfiguration: network,
      platformVersion: '1.4.0',
    });
    const second = await create({ scale: { value: 30, unit: 'PERCENT' } });
    expect(second).toMatchObject({ computedDesiredCount: 2 });
    await containers.send(
      new ecs.UpdateTaskSetCommand({ ...where, taskSet: first.id, scale: { value: 100, unit: 'PERCENT' } }),
    );
    const primary = new ecs.UpdateServicePrimaryTaskSetCommand({ ...where, primaryTaskSet: first.taskSetArn });
    expect((await containers.send(primary)).taskSet?.status).toBe('PRIMARY');
    clock.advance(2 * minute);
    const sets = (await read()).taskSets ?? [];
    expect(
      sets.map(({ id, status, runningCount, stabilityStatus }) => [id, status, runningCount, stabilityStatus]),
    ).toEqual([
      [second.id, 'ACTIVE', 2, 'STEADY_STATE'],
      [first.id, 'PRIMARY', 4, 'STEADY_STATE'],
    ]);
    expect(sets[1]?.tags).toEqual([{ key: 'a', value: 'b' }]);
    const told = await there.describe();
    expect(told).toMatchObject({ deployments: [], runningCount: 6, taskDefinition: first.taskDefinition });
    expect(told.taskSets?.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('drain a task set that is deleted, and then the service', async () => {
    const there = await external();
    const { clock, containers, create, read } = there;
    const made = await create({ scale: { value: 100, unit: 'PERCENT' } });
    clock.advance(2 * minute);
    const drop = (force: boolean) =>
      containers.send(new ecs.DeleteTaskSetCommand({ ...where, taskSet: made.id, force }));
    expect((await refusal(drop(false))).code).toBe('InvalidParameterException');
    expect((await drop(true)).taskSet?.status).toBe('DRAINING');
    expect((await read()).taskSets?.map(({ status }) => status)).toEqual(['DRAINING']);
    clock.advance(5 * minute);
    expect(await read([present(made.id)])).toMatchObject({ taskSets: [], failures: [{ reason: 'MISSING' }] });
    expect((await refusal(drop(true))).code).toBe('TaskSetNotFoundException');
    const again = await create();
    await there.update({ desiredCount: 0 });
    expect((await refusal(there.remove())).message).toBe('The service cannot be stopped while deployments are active.');
    expect((await there.remove(true)).taskSets?.map(({ id }) => id)).toEqual([again.id]);
    clock.advance(5 * minute);
    expect((await there.describe()).status).toBe('INACTIVE');
  });

  it('have five task sets at most, and one for each client token', async () => {
    const { create } = await external();
    const first = await create({ clientToken: 't' });
    expect((await create({ clientToken: 't' })).id).toBe(first.id);
    expect((await refusal(create({ clientToken: 't', externalId: 'x' }))).code).toBe('InvalidParameterException');
    for (let index = 0; index < 4; index += 1) await create();
    expect((await refusal(create())).message).toBe(
      '5 deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.',
    );
    expect((await refusal(create({ networkConfiguration: { awsvpcConfiguration: { subnets: ['gone'] } } }))).code).toBe(
      'InvalidParameterException',
    );
  });

  it('tell their one task set where CodeDeploy deploys, and refuse to be deployed', async () => {
    const there = rig();
    const staged = await there.harness();
    await there.service({ ...staged.behind, deploymentController: { type: 'CODE_DEPLOY' } });
    there.clock.advance(5 * minute);
    const told = await there.describe();
    expect(told).toMatchObject({ deployments: [], runningCount: 2, deploymentController: { type: 'CODE_DEPLOY' } });
    expect(told.taskSets).toMatchObject([
      {
        status: 'PRIMARY',
        computedDesiredCount: 2,
        stabilityStatus: 'STEADY_STATE',
        loadBalancers: told.loadBalancers,
      },
    ]);
    expect(await there.health(staged.group)).toEqual(['healthy', 'healthy']);
    const unable = (what: string) =>
      `Unable to update ${what} on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.`;
    const refused: [Partial<ecs.UpdateServiceRequest>, string][] = [
      [{ taskDefinition: 'api' }, unable('task definition')],
      [{ networkConfiguration: network }, unable('network parameters')],
      [{ loadBalancers: [] }, unable('load balancers')],
      [{ platformVersion: '1.4.0' }, unable('platform version')],
      [
        { forceNewDeployment: true },
        'Cannot force a new deployment on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
      ],
    ];
    for (const [request, message] of refused) {
      expect(await refusal(there.update(request))).toEqual({ code: 'InvalidParameterException', message });
    }
    await there.update({ desiredCount: 3, healthCheckGracePeriodSeconds: 10 });
    there.clock.advance(5 * minute);
    expect((await there.describe()).runningCount).toBe(3);
    const create = new ecs.CreateTaskSetCommand({ ...where, taskDefinition: 'api' });
    expect((await refusal(there.containers.send(create))).message).toBe(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
  });
});
