// What is special about services: rollout and targets decide, not the running tasks; names are taken while they drain;
// a create that AWS cannot tell from another one is looked at again.
import { DeregisterTaskDefinitionCommand, RegisterTaskDefinitionCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Readiness, Target } from '../../src/components/contract.ts';
import { service } from '../../src/components/ecs-service/index.ts';
import { toJson } from '../../src/components/kit/compare.ts';
import type { ServiceSpec, ServiceState } from '../../src/components/ecs-service/schema.ts';
import { ecsOf } from '../../src/sandbox/index.ts';
import { bench, changing, establish, look, reading, settle, specOf, stateOf, type Bench } from '../helpers/aws.ts';
import { fixtureOf } from '../helpers/fixtures.ts';

let where: Bench;
let base: Readonly<Record<string, unknown>>;

const prepared = bench();

beforeAll(async () => {
  base = { ...(await fixtureOf('ecs/service').prepare(prepared)).spec };
});

beforeEach(() => {
  where = bench({ from: prepared });
});

function target(more: object = {}, id = 'service'): Target<ServiceSpec> {
  return { id, spec: specOf(service, { ...base, ...more }) };
}

function operations(name: string): number {
  return where.wire.filter((call) => call.operation === name).length;
}

describe('observing services', () => {
  it('asks for 10 names a call and once for each target group', async () => {
    const targets = Array.from({ length: 23 }, (_, index) =>
      target({ name: `service-${index}`, desiredCount: 0 }, `service-${index}`),
    );
    for (const each of targets.slice(0, 20)) await service.create(each, changing(where, { id: each.id }));
    where.wire.length = 0;

    const seen = await service.observe(targets, reading(where));

    expect([...seen.values()].filter((each) => each.kind === 'present')).toHaveLength(20);
    expect([...seen.values()].filter((each) => each.kind === 'absent')).toHaveLength(3);
    expect(operations('DescribeServices')).toBe(3);
    expect(operations('DescribeTargetHealth')).toBe(1);
  });

  it('is certain of absence when the cluster is gone, and finds a service by the cluster’s name too', async () => {
    expect(await look(service, target({ cluster: 'no-such-cluster' }), where)).toMatchObject({
      kind: 'absent',
      detail: expect.stringContaining('no-such-cluster') as string,
    });
    await establish(service, target(), where);
    expect((await look(service, target({ cluster: 'wonderland' }), where)).kind).toBe('present');
    expect(service.identity(target({ cluster: 'wonderland' }).spec)).toBe(service.identity(target().spec));
  });

  it('makes only those unknown whose targets cannot be seen', async () => {
    const plain = target({ name: 'no-targets', loadBalancer: undefined, desiredCount: 0 }, 'plain');
    await service.create(plain, changing(where));
    await service.create(target({ desiredCount: 0 }), changing(where));
    where.faults.add({ service: 'elasticloadbalancing', operation: 'DescribeTargetHealth', kind: 'access-denied' });
    const seen = await service.observe([plain, target()], reading(where));
    expect(seen.get('plain')?.kind).toBe('present');
    expect(seen.get('service')).toMatchObject({ kind: 'unknown', reason: 'denied' });
  });
});

describe('the life of a service', () => {
  it('is settling until its targets are healthy, then while it drains, then gone', async () => {
    const wanted = target();
    await service.create(wanted, changing(where));
    expect(service.readiness(await stateOf(service, wanted, where), wanted.spec)).toMatchObject({
      kind: 'settling',
      direction: 'coming',
    });
    const state = await settle(service, wanted, where, 'create');
    if (state === undefined) throw new Error('not there');
    expect(service.describe(state)).toBe('ACTIVE, 2 of 2 tasks running, deployer-api:1, 2 of 2 targets healthy');

    await service.delete(wanted, state, changing(where));
    expect(service.readiness(await stateOf(service, wanted, where), wanted.spec)).toMatchObject({
      kind: 'settling',
      direction: 'going',
    });
    // The name is taken until it has drained: wait and look again.
    const early: unknown = await service.create(wanted, changing(where, { token: 'again' })).catch((e: unknown) => e);
    expect(classify(early).class).toBe('conflict');

    await settle(service, wanted, where, 'delete');
    await service.create(wanted, changing(where, { token: 'again' }));
    await settle(service, wanted, where, 'create');
  });

  it('adopts its own work made with another token, and nobody else’s', async () => {
    await establish(service, target(), where);
    const again = changing(where, { id: 'service', token: 'another-token' });
    await service.create(target(), again);
    await expect(service.create(target({ desiredCount: 3 }), again)).rejects.toThrow(/not idempotent/);
    await expect(service.create(target(), changing(where, { id: 'other', token: 'third' }))).rejects.toThrow(
      /not idempotent/,
    );
  });

  it('starts the same tasks anew when nothing differs', async () => {
    const state = await establish(service, target(), where);
    await service.update(target(), state, [], changing(where));
    const after = await settle(service, target(), where, 'update');
    expect(after?.deployments[0]?.id).not.toBe(state.deployments[0]?.id);
    expect(after?.taskDefinition).toBe(state.taskDefinition);
  });

  it('changes only what differs', async () => {
    const state = await establish(service, target(), where);
    const wanted = target({ desiredCount: 3 });
    where.wire.length = 0;
    await service.update(wanted, state, service.diff(wanted.spec, state), changing(where));
    expect(where.wire[0]?.input).toEqual({ cluster: state.clusterArn, service: 'deployer-api', desiredCount: 3 });
    await settle(service, wanted, where, 'update');
  });

  it('takes a stopped task for something to wait for, as ECS starts another', async () => {
    const state = await establish(service, target(), where);
    const task = Object.keys(ecsOf(where.world.region('eu-west-1')).tasks)[0];
    await where.aws.client(ecs).send(new StopTaskCommand({ cluster: state.clusterArn, task }));
    await where.clock.sleep(1_000);
    expect(service.readiness(await stateOf(service, target(), where), target().spec).kind).not.toBe('ready');
    await settle(service, target(), where, 'update');
  });

  it('is unhealthy when its target group is gone, from which nothing but a listener protects it', async () => {
    const targetGroup = target().spec.loadBalancer?.targetGroup;
    await establish(service, target(), where);
    const { LoadBalancers = [] } = await where.aws.client(elbv2).send(new DescribeLoadBalancersCommand({}));
    for (const { LoadBalancerArn } of LoadBalancers) {
      await where.aws.client(elbv2).send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    }
    await where.clock.sleep(60_000);
    await where.aws.client(elbv2).send(new DeleteTargetGroupCommand({ TargetGroupArn: targetGroup }));

    const state = await stateOf(service, target(), where);
    expect(state.targets).toEqual([{ targetGroup, gone: true, targets: [] }]);
    const seen = service.readiness({ ...state, runningCount: 2 }, target().spec);
    expect(seen).toMatchObject({ kind: 'unhealthy', terminal: false });
  });

  it('that another controller deploys waits for no tasks as long as nobody made a task set', async () => {
    await establish(service, target(), where);
    const state = await stateOf(service, target(), where);
    const by = (taskSets: readonly object[]): Readiness => {
      const description = toJson({ deploymentController: { type: 'EXTERNAL' }, taskSets });
      return service.readiness({ ...state, runningCount: 0, pendingCount: 0, description }, target().spec);
    };
    expect(by([])).toMatchObject({ kind: 'unhealthy', terminal: true });
    expect(by([{ status: 'PRIMARY' }])).toMatchObject({ kind: 'unhealthy', terminal: false });
  });

  it('is unhealthy, not settling for ever, when its tasks never start', async () => {
    ecsOf(where.world.region('eu-west-1')).behaviours['deployer-api'] = ['never-steady'];
    await service.create(target(), changing(where));
    let seen: Readiness = { kind: 'ready' };
    for (let minute = 0; minute < 30 && seen.kind !== 'unhealthy'; minute += 1) {
      await where.clock.sleep(60_000);
      seen = service.readiness(await stateOf(service, target(), where), target().spec);
      expect(seen.kind).not.toBe('ready');
    }
    expect(seen).toMatchObject({ kind: 'unhealthy', terminal: false });
  });

  it('fails for good when the circuit breaker gives up', async () => {
    ecsOf(where.world.region('eu-west-1')).behaviours['deployer-api'] = ['never-steady'];
    const wanted = target({ deployment: { circuitBreaker: { enable: true } } });
    await service.create(wanted, changing(where));
    await expect(settle(service, wanted, where, 'create')).rejects.toThrow(/rollout failed/);
  });
});

describe('readiness', () => {
  const of = async (more: Partial<ServiceState>): Promise<Readiness> => {
    const state = await establish(service, target(), where);
    return service.readiness({ ...state, ...more }, target().spec);
  };
  const group = (...states: readonly string[]): Partial<ServiceState> => ({
    targets: [
      {
        targetGroup: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/1',
        gone: false,
        targets: states.map((state, index) => ({ id: `10.0.0.${index}`, state, reason: 'Target.Reason' })),
      },
    ],
  });

  it.each<[string, Partial<ServiceState>, Partial<Readiness>]>([
    ['too few tasks, none starting', { runningCount: 1, pendingCount: 0 }, { kind: 'unhealthy', terminal: false }],
    ['the missing task starting', { runningCount: 1, pendingCount: 1 }, { kind: 'settling', direction: 'coming' }],
    ['one task too many', { runningCount: 3 }, { kind: 'settling', direction: 'coming' }],
    ['no tasks wanted', { desiredCount: 0, runningCount: 0, ...group() }, { kind: 'ready' }],
    ['targets being checked', group('healthy', 'initial'), { kind: 'settling', direction: 'coming' }],
    ['a target that fails its checks', group('healthy', 'unhealthy'), { kind: 'unhealthy', terminal: false }],
    ['targets that get no requests', group('unused', 'unused'), { kind: 'unhealthy', terminal: false }],
    ['an old target still draining', group('healthy', 'healthy', 'draining'), { kind: 'ready' }],
    ['only targets that leave', group('draining', 'unhealthy.draining'), { kind: 'unhealthy', terminal: false }],
    ['no target at all', group(), { kind: 'unhealthy', terminal: false }],
    ['a target in an unlisted state', group('healthy', 'healthy', 'wobbling'), { kind: 'unknown' }],
  ])('with %s', async (_what, more, expected) => {
    expect(await of(more)).toMatchObject(expected);
  });

  it('takes an unlisted rollout state for unknown', async () => {
    const state = await establish(service, target(), where);
    const deployments = state.deployments.map((each) => ({ ...each, rolloutState: 'WOBBLING' }));
    expect(service.readiness({ ...state, deployments }, target().spec).kind).toBe('unknown');
  });
});

describe('comparing services', () => {
  it('knows a task definition by ARN, by revision and by family', async () => {
    const state = await establish(service, target(), where);
    const same = ['deployer-api', 'deployer-api:1', state.taskDefinition];
    const other = ['deployer', 'deployer-api:2', 'api', `${state.taskDefinition}0`, '${task-definition.arn}'];
    for (const taskDefinition of same) expect(service.diff(target({ taskDefinition }).spec, state)).toEqual([]);
    for (const taskDefinition of other) {
      expect(service.diff(target({ taskDefinition }).spec, state).map((each) => each.path)).toEqual(['taskDefinition']);
    }
  });

  it('rolls out a new revision', async () => {
    const state = await establish(service, target(), where);
    const containers = [
      { name: 'api', image: 'registry.example/deployer-api:2', portMappings: [{ containerPort: 8080 }] },
    ];
    const answer = await where.aws.client(ecs).send(
      new RegisterTaskDefinitionCommand({
        family: 'deployer-api',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: containers,
      }),
    );
    const wanted = target({ taskDefinition: answer.taskDefinition?.taskDefinitionArn });
    await service.update(wanted, state, service.diff(wanted.spec, state), changing(where));
    const after = await settle(service, wanted, where, 'update');
    expect(after?.deployments).toHaveLength(1);
    expect(after?.taskDefinition).toMatch(/:2$/);
    await where.aws.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: state.taskDefinition }));
    expect((await stateOf(service, wanted, where)).status).toBe('ACTIVE');
  });

  it('tells each difference by its place in the spec', async () => {
    const state = await establish(service, target(), where);
    const { loadBalancer } = target().spec;
    const paths = (more: object): readonly string[] => service.diff(target(more).spec, state).map((each) => each.path);
    expect(paths({ loadBalancer: { ...loadBalancer, port: 9090 } })).toEqual(['loadBalancer.port']);
    expect(paths({ loadBalancer: undefined, loadBalancers: [loadBalancer] })).toEqual([]);
    // What is there stays: to take it away, a playbook says null.
    expect(paths({ loadBalancer: undefined, loadBalancers: [] })).toEqual([]);
    expect(paths({ network: { subnets: ['subnet-b1', 'subnet-a1'] } })).toEqual([]);
    expect(paths({ network: { subnets: ['subnet-a1'], assignPublicIp: true } })).toEqual([
      'network.subnets',
      'network.assignPublicIp',
    ]);
    expect(paths({ launchType: 'EC2', healthCheckGracePeriod: 60 })).toEqual(['launchType', 'healthCheckGracePeriod']);
    expect(paths({ deployment: { maximumPercent: 150, circuitBreaker: { enable: true } } })).toEqual([
      'deployment.maximumPercent',
      'deployment.circuitBreaker.enable',
    ]);
  });

  it.each([
    ['loadBalancer and loadBalancers at once', { loadBalancers: [] }],
    ['a count for a DAEMON', { schedulingStrategy: 'DAEMON' }],
    ['a target group that is none', { loadBalancer: { targetGroup: 'api', container: 'api', port: 80 } }],
    ['an unknown field', { desired: 1 }],
  ])('refuses %s', (_what, more) => {
    expect(service.traits.schema.safeParse({ ...base, ...more }).success).toBe(false);
  });
});
