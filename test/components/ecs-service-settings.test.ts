// What a service has beside what its playbook says, and what AWS refuses to change of it.
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Target } from '../../src/components/contract.ts';
import { service } from '../../src/components/ecs-service/index.ts';
import type { ServiceSpec, ServiceState } from '../../src/components/ecs-service/schema.ts';
import { layered } from '../../src/settings/layered.ts';
import { baseOf } from '../../src/settings/base.ts';
import { bench, changing, establish, settle, specOf, stateOf, type Bench } from '../helpers/aws.ts';
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

function target(more: object = {}): Target<ServiceSpec> {
  return { id: 'service', spec: specOf(service, { ...base, ...more }) };
}

/** What the engine sends: what the playbook says, laid over all that is there. */
function whole(more: object, state: ServiceState): Target<ServiceSpec> {
  const { spec, id } = target(more);
  const piece = { source: 'piece', at: 0, tags: {}, outputs: new Map(), spec, state, captured: undefined } as const;
  const laid = layered({ exact: [], cleared: [] }, service, spec, baseOf(service, piece));
  return { id, spec: laid.spec as ServiceSpec, whole: true };
}

/** A second target group behind the listener of the first. */
async function secondGroup(): Promise<string> {
  const { targetGroup } = base['loadBalancer'] as { readonly targetGroup: string };
  const client = where.aws.client(elbv2);
  const { TargetGroups: [first] = [] } = await client.send(
    new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] }),
  );
  const { TargetGroups: [second] = [] } = await client.send(
    new CreateTargetGroupCommand({ Name: 'second', Port: 80, Protocol: 'HTTP', VpcId: first?.VpcId, TargetType: 'ip' }),
  );
  const { Listeners: [listener] = [] } = await client.send(
    new DescribeListenersCommand({ LoadBalancerArn: first?.LoadBalancerArns?.[0] }),
  );
  const TargetGroupArn = second?.TargetGroupArn ?? '';
  await client.send(
    new CreateRuleCommand({
      ListenerArn: listener?.ListenerArn,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', Values: ['/second'] }],
      Actions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  return TargetGroupArn;
}

describe('load balancers', () => {
  async function withTwo(): Promise<{ readonly state: ServiceState; readonly second: object }> {
    const second = { targetGroup: await secondGroup(), container: 'api', port: 8080 };
    const both = target({ loadBalancer: undefined, loadBalancers: [base['loadBalancer'], second] });
    return { state: await establish(service, both, where), second };
  }

  it('of two there, one that the playbook names is no difference, and the other stays', async () => {
    const { second, state } = await withTwo();
    expect(service.diff(target().spec, state)).toEqual([]);
    const wanted = whole({ deployment: { maximumPercent: 150 } }, state);
    await service.update(wanted, state, service.diff(wanted.spec, state), changing(where));
    const after = await settle(service, wanted, where, 'update');
    expect(after?.loadBalancers).toEqual([base['loadBalancer'], second]);
    expect(after?.maximumPercent).toBe(150);
  });

  it('another one is added beside those that are there', async () => {
    const state = await establish(service, target(), where);
    const second = { targetGroup: await secondGroup(), container: 'api', port: 8080 };
    const wanted = whole({ loadBalancer: undefined, loadBalancers: [base['loadBalancer'], second] }, state);
    const differences = service.diff(wanted.spec, state);
    expect(differences.map((each) => each.path)).toEqual(['loadBalancers[1]']);
    await service.update(wanted, state, differences, changing(where));
    expect((await settle(service, wanted, where, 'update'))?.loadBalancers).toHaveLength(2);
  });

  it('one that leads elsewhere is led back, and not doubled', async () => {
    const second = await secondGroup();
    const astray = target({ loadBalancer: { targetGroup: second, container: 'api', port: 8080 } });
    const state = await establish(service, astray, where);
    const wanted = whole({}, state);
    const differences = service.diff(wanted.spec, state);
    expect(differences.map((each) => each.path)).toEqual(['loadBalancers[0].targetGroup']);
    await service.update(wanted, state, differences, changing(where));
    expect((await settle(service, wanted, where, 'update'))?.loadBalancers).toEqual([base['loadBalancer']]);
  });

  it('all go where the playbook says null', async () => {
    const { state } = await withTwo();
    const wanted = { ...target({ loadBalancer: undefined }), whole: true };
    const gone = [{ path: 'loadBalancers', desired: undefined, actual: null }];
    await service.update(wanted, state, gone, changing(where));
    expect((await stateOf(service, wanted, where)).loadBalancers).toEqual([]);
  });
});

describe('what an update sends', () => {
  it('moves tasks to capacity providers and says so, as AWS wants it', async () => {
    const state = await establish(service, target({ desiredCount: 0 }), where);
    const wanted = target({ desiredCount: 0, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] });
    const answer = service.update(wanted, state, service.diff(wanted.spec, state), changing(where));
    // The cluster has no providers: that it is refused for no other reason is what counts here.
    await expect(answer).rejects.toThrow(/not associated with the cluster/);
  });

  it.each(['desiredCount', 'network'])('refuses to take %s away, without which no service is', async (path) => {
    const state = await establish(service, target({ desiredCount: 0 }), where);
    const wanted = { ...target({ [path]: undefined }), whole: true };
    const differences = [{ path, desired: undefined, actual: null }];
    await expect(service.update(wanted, state, differences, changing(where))).rejects.toThrow(
      `${path} cannot be taken away`,
    );
  });

  it('turns the circuit breaker off where it is taken away, and leaves the percentages', async () => {
    const deployment = { maximumPercent: 150, circuitBreaker: { enable: true, rollback: true } };
    const state = await establish(service, target({ desiredCount: 0, deployment }), where);
    const wanted = { ...target({ desiredCount: 0, deployment: { maximumPercent: 150 } }), whole: true };
    const differences = [{ path: 'deployment.circuitBreaker', desired: undefined, actual: null }];
    await service.update(wanted, state, differences, changing(where));
    const after = await stateOf(service, wanted, where);
    expect(after.circuitBreaker).toEqual({ enable: false, rollback: false });
    expect(after.maximumPercent).toBe(150);
    expect(after.minimumHealthyPercent).toBe(100);
  });

  it('keeps what the circuit breaker does when only its switch is said', async () => {
    const there = target({ desiredCount: 0, deployment: { circuitBreaker: { enable: true, rollback: true } } });
    const state = await establish(service, there, where);
    expect(
      service.diff(target({ desiredCount: 0, deployment: { circuitBreaker: { enable: true } } }).spec, state),
    ).toEqual([]);
  });
});

describe('services that something else deploys', () => {
  const stateOfKind = (type: string): ServiceState =>
    ({ description: { deploymentController: { type } } }) as unknown as ServiceState;

  it.each([
    ['ECS', ['taskDefinition', 'network.subnets'], undefined],
    ['ECS', [], undefined],
    ['CODE_DEPLOY', ['desiredCount', 'healthCheckGracePeriod', 'deployment.maximumPercent'], undefined],
    ['CODE_DEPLOY', ['taskDefinition', 'desiredCount'], 'does not change taskDefinition of'],
    ['CODE_DEPLOY', ['network.subnets', 'loadBalancer.targetGroup'], 'does not change network and loadBalancer of'],
    ['CODE_DEPLOY', [], 'starts no new deployment'],
    ['CODE_DEPLOY', ['deploymentController.type', 'taskDefinition'], undefined],
    ['EXTERNAL', ['propagateTags', 'placementStrategy'], undefined],
    ['EXTERNAL', ['deployment.maximumPercent'], 'does not change deployment of'],
    ['EXTERNAL', ['taskDefinition'], 'a new task set does'],
  ] as const)('%s, %j', (type, paths, why) => {
    const found = service.safety.refuses?.(stateOfKind(type), paths);
    if (why === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(why);
  });

  it.each([
    ['EXTERNAL', {}, 1],
    ['EXTERNAL', { deploymentController: { type: 'ECS' } }, 0],
    ['EXTERNAL', { taskDefinition: undefined }, 0],
    ['CODE_DEPLOY', {}, 0],
  ] as const)('%s, made again as %j: %i in the way', async (type, said, count) => {
    const spec = { cluster: 'c', name: 'api', taskDefinition: 'api', ...said } as unknown as ServiceSpec;
    const found = await service.safety.blockers?.({ id: 'api', spec }, stateOfKind(type), 'create', {} as never);
    expect(found).toHaveLength(count);
  });
});
