// A service that ECS deploys blue/green by itself has two target groups, and tells both as they were given whichever of them
// the last deployment has led requests to.
import { CreateServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DeregisterTargetsCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { accepting } from '../helpers/accepting.ts';
import { bareRig, ownedBy, playbookOf, troubles, unfinished, type Rig } from '../helpers/rig.ts';
import { Hands, roleArn } from '../shapes/hands.ts';
import { head } from '../shapes/shape.ts';

const playbook = playbookOf(`${head('orders', 'root: service')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  balancer: { type: elbv2/load-balancer, shared: true, spec: { name: edge } }
  http: { type: elbv2/listener, shared: true, spec: { loadBalancer: '\${balancer.arn}', port: 80 } }
  blue: { type: elbv2/target-group, spec: { name: blue, port: 8080, protocol: HTTP, vpc: vpc-1 } }
  rule:
    type: elbv2/listener-rule
    spec: { listener: '\${http.arn}', priority: 20, conditions: { hostHeader: [o.shop.example] }, forwardTo: '\${blue.arn}' }
    ignore: [forwardTo]
  tasks: { type: ecs/task-definition, spec: { family: orders, containers: [{ name: app, image: 'registry.example/orders:1' }] } }
  service:
    type: ecs/service
    dependsOn: [rule]
    spec:
      cluster: '\${cluster.arn}'
      name: orders
      taskDefinition: '\${tasks.arn}'
      desiredCount: 2
      loadBalancer: { targetGroup: '\${blue.arn}', container: app, port: 8080 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-app] }
`);

const awsvpcConfiguration = { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-app'] };

function definition(hands: Hands, level: string): Promise<string> {
  return hands.definition({
    family: 'orders',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: 'registry.example/orders:1',
        portMappings: [{ containerPort: 8080 }],
        environment: [{ name: 'LOG_LEVEL', value: level }],
      },
    ],
  });
}

/** @returns the world after a deployment, and the group that requests are led to since */
async function deployed(): Promise<{ readonly rig: Rig; readonly hands: Hands; readonly green: string }> {
  const rig = bareRig(playbook);
  const hands = new Hands(rig);
  hands.holds({ kind: 'role', role: roleArn('ecs-shifts') }, { kind: 'security-group', id: 'sg-edge' });
  const { LoadBalancerArn } = await hands.balancer({
    Name: 'edge',
    Subnets: ['subnet-a1', 'subnet-b1'],
    SecurityGroups: ['sg-edge'],
  });
  const http = { Protocol: 'HTTP', Port: 8080, TargetType: 'ip' } as const;
  const blue = await hands.group({ Name: 'blue', ...http });
  const green = await hands.group({ Name: 'green', ...http });
  const ListenerArn = await hands.listener({
    LoadBalancerArn,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const TargetGroups = [
    { TargetGroupArn: blue, Weight: 100 },
    { TargetGroupArn: green, Weight: 0 },
  ];
  const productionListenerRule = await hands.rule({
    ListenerArn,
    Priority: 20,
    Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['o.shop.example'] } }],
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  });
  await hands.cluster({ clusterName: 'shop' });
  const advancedConfiguration = {
    alternateTargetGroupArn: green,
    productionListenerRule,
    roleArn: roleArn('ecs-shifts'),
  };
  const taskDefinition = await definition(hands, 'info');
  await hands.ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'orders',
      taskDefinition,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration },
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
      loadBalancers: [{ targetGroupArn: blue, containerName: 'app', containerPort: 8080, advancedConfiguration }],
    }),
  );
  await hands.rest('shop', 'orders');
  const next = await definition(hands, 'debug');
  await hands.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'orders', taskDefinition: next }));
  await rig.clock.sleep(3_600_000);
  return { rig, hands, green };
}

const ours = accepting(...ownedBy(playbook).map((id) => `${id}:ownership`));

describe('a service whose requests ECS has led to its other target group', () => {
  test('is healthy, and nothing is to be done', async () => {
    const { rig } = await deployed();
    const { assessed, plan } = await rig.plan('repair');
    expect(troubles(assessed.assessments)).toEqual({});
    expect(plan.steps).toEqual([]);
  });

  test('serves: it is not taken down unasked', async () => {
    const { rig } = await deployed();
    const { plan } = await rig.plan('rebuild', { allowDowntime: false, accepted: ours });
    expect(plan.refusals.map((each) => each.text).join('\n')).toContain('service (2 healthy targets)');
  });

  test('is changed without a wait for targets that will never come', async () => {
    const { hands, rig } = await deployed();
    const one = { awsvpcConfiguration: { ...awsvpcConfiguration, subnets: ['subnet-a1'] } };
    await hands.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'orders', networkConfiguration: one }));
    await rig.clock.sleep(3_600_000);
    const { report } = await rig.recover('repair', { accepted: ours });
    expect(unfinished(report)).toEqual([]);
  });

  test('is unhealthy where neither group has targets that pass', async () => {
    const { green, hands, rig } = await deployed();
    const { TargetHealthDescriptions = [] } = await hands.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: green }),
    );
    const Targets = TargetHealthDescriptions.map(({ Target }) => ({ Id: Target?.Id, Port: Target?.Port }));
    await hands.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: green, Targets }));
    expect(troubles(await rig.status())).toEqual({ service: 'unhealthy' });
  });
});
