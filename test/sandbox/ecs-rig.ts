// A world with a network, and short ways to build a service behind a load balancer in it, through the real SDK clients.
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import { createWorld, presume, sandboxClientConfig, VirtualClock } from '../../src/sandbox/index.ts';
import type { Timings } from '../../src/sandbox/index.ts';

export const start = Date.UTC(2026, 8, 5, 10);
export const second = 1000;
export const minute = 60_000;
export const region = 'eu-west-1';
export const account = '123456789012';
export const certificate = `arn:aws:acm:${region}:${account}:certificate/1`;

/** An answer of AWS that must be there. */
export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('AWS left out what the test needs');
  return value;
}

/** Stands for any text of this form in an expected answer. */
export function like(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** What AWS refuses with: the wire code and the text. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
    return { code, message: error.message };
  }
  return expect.fail('AWS did not refuse');
}

export function rig(timings?: Timings) {
  const clock = new VirtualClock(start);
  const world = createWorld(timings === undefined ? { clock } : { clock, timings });
  presume(world, [
    { kind: 'vpc', id: 'vpc-1', region },
    { kind: 'subnet', id: 'subnet-a', availabilityZone: 'eu-west-1a', region },
    { kind: 'subnet', id: 'subnet-a2', availabilityZone: 'eu-west-1a', region },
    { kind: 'subnet', id: 'subnet-b', availabilityZone: 'eu-west-1b', region },
    { kind: 'security-group', id: 'sg-1', region },
    { kind: 'subnet', id: 'subnet-other', vpc: 'vpc-2', availabilityZone: 'eu-west-1a', region },
    { kind: 'security-group', id: 'sg-other', vpc: 'vpc-2', region },
    { kind: 'certificate', arn: certificate, region },
  ]);
  const balancing = new elb.ElasticLoadBalancingV2Client(sandboxClientConfig(world, 'elasticloadbalancing', region));
  const containers = new ecs.ECSClient(sandboxClientConfig(world, 'ecs', region));

  const balancer = async (name = 'web', more: Partial<elb.CreateLoadBalancerInput> = {}) => {
    const { LoadBalancers } = await balancing.send(
      new elb.CreateLoadBalancerCommand({
        Name: name,
        Subnets: ['subnet-a', 'subnet-b'],
        SecurityGroups: ['sg-1'],
        ...more,
      }),
    );
    return present(LoadBalancers?.[0]);
  };
  const group = async (name = 'web', more: Partial<elb.CreateTargetGroupInput> = {}) => {
    const { TargetGroups } = await balancing.send(
      new elb.CreateTargetGroupCommand({
        Name: name,
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        TargetType: 'ip',
        ...more,
      }),
    );
    return present(TargetGroups?.[0]);
  };
  const listener = async (
    balancerArn: string | undefined,
    groupArn: string | undefined,
    more: Partial<elb.CreateListenerInput> = {},
  ) => {
    const { Listeners } = await balancing.send(
      new elb.CreateListenerCommand({
        LoadBalancerArn: balancerArn,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }],
        ...more,
      }),
    );
    return present(Listeners?.[0]);
  };
  const health = async (groupArn: string | undefined) => {
    const answer = await balancing.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn: groupArn }));
    return (answer.TargetHealthDescriptions ?? []).map((item) => item.TargetHealth?.State);
  };
  const definition = async (family = 'api', more: Partial<ecs.RegisterTaskDefinitionRequest> = {}) => {
    const { taskDefinition } = await containers.send(
      new ecs.RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'api', image: 'api:1', portMappings: [{ containerPort: 8080 }] }],
        ...more,
      }),
    );
    return present(taskDefinition);
  };
  const service = async (more: Partial<ecs.CreateServiceRequest> = {}) => {
    const answer = await containers.send(
      new ecs.CreateServiceCommand({
        cluster: 'wonderland',
        serviceName: 'api',
        taskDefinition: 'api',
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'], securityGroups: ['sg-1'] } },
        ...more,
      }),
    );
    return present(answer.service);
  };
  const describe = async (name = 'api', include: ecs.ServiceField[] = []) => {
    const answer = await containers.send(
      new ecs.DescribeServicesCommand({ cluster: 'wonderland', services: [name], include }),
    );
    return present(answer.services?.[0]);
  };
  const update = async (more: Partial<ecs.UpdateServiceRequest>) => {
    const answer = await containers.send(
      new ecs.UpdateServiceCommand({ cluster: 'wonderland', service: 'api', ...more }),
    );
    return present(answer.service);
  };
  const remove = async (force = false) => {
    const answer = await containers.send(
      new ecs.DeleteServiceCommand({ cluster: 'wonderland', service: 'api', force }),
    );
    return present(answer.service);
  };
  const tasks = async (desiredStatus: ecs.DesiredStatus = 'RUNNING') => {
    const { taskArns = [] } = await containers.send(
      new ecs.ListTasksCommand({ cluster: 'wonderland', serviceName: 'api', desiredStatus }),
    );
    if (taskArns.length === 0) return [];
    const answer = await containers.send(new ecs.DescribeTasksCommand({ cluster: 'wonderland', tasks: taskArns }));
    return answer.tasks ?? [];
  };
  const cluster = async () =>
    containers.send(new ecs.CreateClusterCommand({ clusterName: 'wonderland', tags: [{ key: 'team', value: 'a' }] }));

  return {
    clock,
    world,
    local: world.region(region),
    balancing,
    containers,
    balancer,
    group,
    listener,
    health,
    cluster,
    definition,
    service,
    describe,
    update,
    remove,
    tasks,
    /** Cluster, task definition, load balancer, target group and listener. */
    harness: async (groupSettings: Partial<elb.CreateTargetGroupInput> = {}) => {
      await cluster();
      await definition();
      const made = await balancer();
      const target = await group('web', groupSettings);
      const front = await listener(made.LoadBalancerArn, target.TargetGroupArn);
      return {
        balancer: present(made.LoadBalancerArn),
        group: present(target.TargetGroupArn),
        listener: present(front.ListenerArn),
        behind: {
          loadBalancers: [{ targetGroupArn: target.TargetGroupArn, containerName: 'api', containerPort: 8080 }],
        },
      };
    },
  };
}

export type Rig = ReturnType<typeof rig>;
