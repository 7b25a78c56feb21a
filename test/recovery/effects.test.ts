// What answers is not led away by an update, against the embedded AWS: listener and service after a blue/green deployment.
import {
  CreateListenerCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  RegisterTargetsCommand,
  type DescribeTargetHealthCommandOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';
import { accepting } from '../helpers/accepting.ts';
import { deployedRig, outputOf, playbookOf, readShipped, stepIds, unfinished, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

function stepOf(plan: Plan, id: string): Step | undefined {
  return plan.steps.find((step) => step.id === id);
}

async function makeGreen(rig: Rig): Promise<string> {
  const { TargetGroups: groups } = await rig.operator.client(elbv2).send(
    new CreateTargetGroupCommand({
      Name: 'deployer-api-green',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
    }),
  );
  return groups?.[0]?.TargetGroupArn ?? '';
}

async function forward(rig: Rig, group: string): Promise<void> {
  await rig.operator.client(elbv2).send(
    new ModifyListenerCommand({
      ListenerArn: await outputOf(rig, 'listener', 'arn'),
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
}

async function healthIn(rig: Rig, group: string): Promise<readonly (string | undefined)[]> {
  const answer: DescribeTargetHealthCommandOutput = await rig.operator
    .client(elbv2)
    .send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return (answer.TargetHealthDescriptions ?? []).map((each) => each.TargetHealth?.State);
}

/** Moves listener and service to a target group in no component, as a blue/green deployment leaves them. */
async function swapped(knowsBlue: boolean): Promise<{ readonly rig: Rig; readonly green: string }> {
  const rig = await deployedRig(text);
  const green = await makeGreen(rig);
  const blue = await outputOf(rig, 'target-group', 'arn');
  if (knowsBlue) {
    await rig.operator.client(elbv2).send(
      new CreateListenerCommand({
        LoadBalancerArn: await outputOf(rig, 'load-balancer', 'arn'),
        Port: 9000,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
      }),
    );
  }
  await forward(rig, green);
  await rig.operator.client(ecs).send(
    new UpdateServiceCommand({
      cluster: await outputOf(rig, 'cluster', 'arn'),
      service: 'deployer-api',
      loadBalancers: [{ targetGroupArn: green, containerName: 'api', containerPort: 8080 }],
    }),
  );
  await rig.clock.sleep(15 * 60_000);
  expect(await healthIn(rig, green)).toContain('healthy');
  return { rig, green };
}

describe('after a blue/green deployment', () => {
  test('a repair does not move the listener to the idle group unasked, and says for how long nothing would answer', async () => {
    const { green, rig } = await swapped(false);
    const { plan } = await rig.plan('repair', {}, 'read');
    expect(stepOf(plan, 'listener.update')?.effect).toBe('interrupts');
    expect(plan.refusals.map((each) => each.components)).toEqual([['listener']]);
    expect(plan.refusals[0]?.text).toMatch(/2 healthy targets, and where it would lead nothing answers for about \d+/);
    // Older consents grant nothing of it.
    const others = accepting('listener:ownership', 'listener:loss', 'listener:cascade');
    expect((await rig.plan('repair', { accepted: others }, 'read')).plan.refusals).toHaveLength(1);
    expect((await rig.plan('repair', { accepted: accepting('listener:effect') }, 'read')).plan.refusals).toEqual([]);
    expect(await healthIn(rig, green)).toContain('healthy');
  });

  test('where the idle group is known to the load balancer, the service goes first, and the listener follows what answers', async () => {
    const { rig } = await swapped(true);
    const options = { allowDowntime: false, accepted: accepting('listener:effect'), verify: false } as const;
    const { plan, report, wire } = await rig.recover('repair', options);
    expect(stepOf(plan, 'listener.update')?.effect).toBe('exposes');
    expect(stepIds(plan).slice(0, 2)).toEqual(['service.update', 'listener.update']);
    expect(unfinished(report)).toEqual([]);
    const operations = wire.map((each) => each.operation);
    expect(operations.indexOf('UpdateService')).toBeLessThan(operations.indexOf('ModifyListener'));
    const [service, listener] = ['service.update', 'listener.update'].map((id) =>
      report.steps.find((step) => step.id === id),
    );
    expect(listener?.phases.some((phase) => phase.kind === 'waiting')).toBe(true);
    // The old tasks were still there when the listener moved.
    expect(Date.parse(listener?.finishedAt ?? '')).toBeLessThan(Date.parse(service?.finishedAt ?? ''));
    const blue = await outputOf(rig, 'target-group', 'arn');
    const answer = await rig.operator
      .client(elbv2)
      .send(new DescribeListenersCommand({ ListenerArns: [await outputOf(rig, 'listener', 'arn')] }));
    expect(answer.Listeners?.[0]?.DefaultActions?.[0]?.TargetGroupArn).toBe(blue);
  });

  test('what comes to answer between plan and run is found right before the step', async () => {
    const rig = await deployedRig(text);
    const green = await makeGreen(rig);
    await forward(rig, green);
    await rig.operator.client(ecs).send(
      new UpdateServiceCommand({
        cluster: await outputOf(rig, 'cluster', 'arn'),
        service: 'deployer-api',
        desiredCount: 0,
      }),
    );
    await rig.clock.sleep(10 * 60_000);
    const planned = await rig.plan('repair', {}, 'change');
    expect(planned.plan.refusals).toEqual([]);
    expect(stepOf(planned.plan, 'listener.update')?.effect).toBe('none');
    await rig.operator
      .client(elbv2)
      .send(new RegisterTargetsCommand({ TargetGroupArn: green, Targets: [{ Id: '10.0.1.77', Port: 8080 }] }));
    await rig.clock.sleep(5 * 60_000);
    expect(await healthIn(rig, green)).toEqual(['healthy']);
    const { report } = await rig.run(planned, { verify: false });
    const step = report.steps.find((each) => each.id === 'listener.update');
    expect(step?.error).toMatchObject({ class: 'serving' });
    expect(step?.attempts).toBe(0);
  });
});

test('the load balancer in front of what answers keeps its subnets and security groups, unless somebody agrees', async () => {
  const changes: readonly (readonly [string, string])[] = [
    [
      'subnets: [subnet-a1, subnet-b1]\n      securityGroups: [sg-web]',
      'subnets: [subnet-a1, subnet-b1]\n      securityGroups: [sg-other]',
    ],
    ['subnets: [subnet-a1, subnet-b1]\n      securityGroups', 'subnets: [subnet-b1, subnet-c1]\n      securityGroups'],
  ];
  const rig = await deployedRig(text);
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    const other = rig.withPlaybook(playbookOf(text.replace(from, to)));
    await other.sandbox.seed(other.playbook);
    const { plan } = await other.plan('repair', { allowDowntime: false }, 'read');
    expect(plan.refusals.map((each) => each.components)).toEqual([['load-balancer']]);
    expect(plan.refusals[0]?.text).toMatch(
      / loses (sg-web|subnet-a1), through which load balancer deployer-api may be reached/,
    );
    const { plan: dark } = await other.fork().plan('repair', { allowDowntime: true }, 'read');
    expect(dark.refusals).toEqual([]);
  }
  await rig.break(['service']);
  const [[from, to] = ['', '']] = changes;
  const { plan } = await rig
    .withPlaybook(playbookOf(text.replace(from, to)))
    .plan('repair', { allowDowntime: false }, 'read');
  expect(plan.refusals).toEqual([]);
});

describe('a service that answers', () => {
  test('is not scaled to nothing, nor is its network taken away, unasked', async () => {
    const ignoring = '    ignore: [desiredCount] # autoscaling moves it\n';
    const changes: readonly (readonly [string, string])[] = [
      ["desiredCount: '${params.replicas}'", 'desiredCount: 0'],
      [
        'subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }\n    ignore',
        'subnets: [subnet-a1], securityGroups: [sg-web] }\n    ignore',
      ],
      ['securityGroups: [sg-web] }\n    ignore', 'securityGroups: [] }\n    ignore'],
    ];
    const rig = await deployedRig(text);
    for (const [from, to] of changes) {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      const playbook = playbookOf(changed.replace(ignoring, ''));
      const { plan } = await rig.withPlaybook(playbook).plan('repair', {}, 'read');
      expect(plan.refusals.map((each) => each.components)).toEqual([['service']]);
      expect(stepOf(plan, 'service.update')?.effect).toBe('interrupts');
    }
  });
});

describe('a load balancer before targets that no service of the playbook registers, as of an Auto Scaling group', () => {
  const legacy = (more = ''): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: legacy }
target: { account: '123456789012', region: eu-west-1 }
components:
  balancer: { type: elbv2/load-balancer, spec: { name: legacy, subnets: [subnet-a1, subnet-b1]${more} } }
  targets: { type: elbv2/target-group, spec: { name: legacy, port: 80, protocol: HTTP, vpc: vpc-1 } }
  http:
    type: elbv2/listener
    spec: { loadBalancer: '\${balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${targets.arn}' }
`;

  async function register(rig: Rig): Promise<void> {
    const TargetGroupArn = await outputOf(rig, 'targets', 'arn');
    const Targets = [{ Id: '10.0.1.10' }, { Id: '10.0.2.10' }];
    await rig.operator.client(elbv2).send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    await rig.clock.sleep(10 * 60_000);
  }

  test('is not made anew under them unasked', async () => {
    const rig = (await deployedRig(legacy())).withPlaybook(playbookOf(legacy(', scheme: internal')));
    await register(rig);
    const { plan } = await rig.plan('repair', { allowDowntime: false });
    expect(stepOf(plan, 'http.delete')?.effect).toBe('interrupts');
    expect(plan.refusals.map((each) => each.text).join('\n')).toContain('target group legacy: 2 healthy targets');
    const agreed = await rig.plan('repair', { allowDowntime: false, accepted: accepting('http:effect') });
    expect(agreed.plan.refusals).toEqual([]);
  });

  test('nor when they have come after the plan', async () => {
    const rig = (await deployedRig(legacy())).withPlaybook(playbookOf(legacy(', scheme: internal')));
    const planned = await rig.plan('repair', { allowDowntime: false }, 'change');
    expect(planned.plan.refusals).toEqual([]);
    await register(rig);
    const { report } = await rig.run(planned);
    expect(unfinished(report)[0]).toContain('it serves by now');
    expect(await outputOf(rig, 'http', 'arn')).toContain('listener/app/legacy');
  });

  test('is, where nothing answers there', async () => {
    const rig = (await deployedRig(legacy())).withPlaybook(playbookOf(legacy(', scheme: internal')));
    const { report } = await rig.recover('repair', { allowDowntime: false });
    expect(unfinished(report)).toEqual([]);
  });
});
