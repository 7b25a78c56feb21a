// What AWS deletes along with a piece although no step says so, against the embedded AWS: it must be the playbook's own.
import {
  CreateListenerCommand,
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { execute, type Session } from '../../src/engine.ts';
import type { PlannedComponent } from '../../src/plan/plan.ts';
import type { RunReport } from '../../src/report/report.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  mutations,
  outputOf,
  playbookOf,
  readShipped,
  stepIds,
  unfinished,
  type Planned,
  type Rig,
} from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml').replace('maxDeletes: 8', 'maxDeletes: 30');

const kinds = ['rebuild', 'teardown'] as const;
const notFound = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];
const theirs: Tag[] = [{ Key: 'relight:playbook', Value: 'billing' }];
const guarded: Tag[] = [{ Key: 'relight:protect', Value: 'true' }];

async function addListener(rig: Rig, Tags: Tag[] | undefined): Promise<void> {
  const LoadBalancerArn = await outputOf(rig, 'load-balancer', 'arn');
  await rig.operator
    .client(elbv2)
    .send(new CreateListenerCommand({ LoadBalancerArn, Port: 8443, Protocol: 'HTTP', DefaultActions: notFound, Tags }));
}

async function addRule(rig: Rig, Tags: Tag[] | undefined): Promise<void> {
  const ListenerArn = await outputOf(rig, 'listener', 'arn');
  const Conditions = [{ Field: 'path-pattern', Values: ['/billing/*'] }];
  await rig.operator
    .client(elbv2)
    .send(new CreateRuleCommand({ ListenerArn, Priority: 7, Conditions, Actions: notFound, Tags }));
}

/** Ports of the load balancer's listeners, and the priorities of our own listener's rules. */
async function standing(rig: Rig): Promise<readonly unknown[]> {
  const LoadBalancerArn = await outputOf(rig, 'load-balancer', 'arn');
  const { Listeners = [] } = await rig.operator.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn }));
  const ListenerArn = await outputOf(rig, 'listener', 'arn');
  const { Rules = [] } = await rig.operator.client(elbv2).send(new DescribeRulesCommand({ ListenerArn }));
  return [Listeners.map((each) => each.Port).toSorted(), Rules.map((each) => each.Priority).toSorted()];
}

function part({ plan }: Pick<Planned, 'plan'>, id: string): PlannedComponent | undefined {
  return plan.components.find((each) => each.id === id);
}

/** Runs a plan after `meanwhile` has happened. */
async function runLate(rig: Rig, planned: Planned, meanwhile: () => Promise<void>): Promise<RunReport> {
  const session: Session = await rig.open('change');
  await meanwhile();
  rig.wire.length = 0;
  return execute(session, planned.assessed, planned.plan, {
    openJournal: (sink) => createMemoryJournal('late', rig.clock, sink),
    prober: rig.sandbox.prober,
    verify: false,
    stop: new AbortController().signal,
  });
}

function errorOf(report: RunReport, step: string): unknown {
  return report.steps.find((each) => each.id === step)?.error;
}

describe('a listener of our load balancer that is in no component', () => {
  test.each(kinds)('keeps the load balancer from being deleted by a %s, until that is accepted', async (kind) => {
    const rig = await deployedRig(text);
    await addListener(rig, undefined);
    const planned = await rig.plan(kind, { allowDowntime: true });
    expect(part(planned, 'load-balancer')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringContaining(
        'listener HTTP:8443, which is in no component, would be deleted with it',
      ) as string,
    });
    expect(part(planned, 'load-balancer')?.because).toContain('--accept load-balancer:cascade');
    expect(stepIds(planned.plan)).not.toContain('load-balancer.delete');

    const { journal, report } = await rig.recover(kind, {
      verify: false,
      accepted: accepting('load-balancer:cascade'),
    });
    expect(unfinished(report)).toEqual([]);
    const image = JSON.stringify(journal.beforeImages.get('load-balancer.delete'));
    expect(image).toContain('8443');
  });

  test.each([
    ['of another playbook', theirs, 'belongs to playbook billing'],
    ['protected by its tag', guarded, 'is protected by its tag relight:protect'],
  ])('%s: stays, whoever accepts it', async (_what, tags, why) => {
    for (const kind of kinds) {
      const rig = await deployedRig(text);
      await addListener(rig, tags);
      const { plan, wire } = await rig.recover(kind, { verify: false, accepted: accepting('load-balancer:cascade') });
      expect(part({ plan }, 'load-balancer')?.because).toContain(`listener HTTP:8443, which ${why}`);
      expect(part({ plan }, 'load-balancer')?.because).not.toContain('--accept');
      expect(mutations(wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
      const LoadBalancerArn = (await rig.look()).observations.outputs.get('load-balancer')?.['arn'];
      const { Listeners = [] } = await rig.operator
        .client(elbv2)
        .send(new DescribeListenersCommand({ LoadBalancerArn }));
      expect(Listeners.map((each) => each.Port)).toContain(8443);
    }
  });

  test('made between plan and run: the step finds it', async () => {
    const rig = await deployedRig(text);
    const planned = await rig.plan('rebuild', { allowDowntime: true });
    const report = await runLate(rig, planned, () => addListener(rig, undefined));
    expect(errorOf(report, 'load-balancer.delete')).toMatchObject({
      class: 'cascade',
      message: expect.stringContaining('listener HTTP:8443') as string,
    });
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
  });
});

describe('a rule of our listener that is in no component', () => {
  test.each(kinds)('keeps listener and load balancer from being deleted by a %s', async (kind) => {
    const rig = await deployedRig(text);
    await addRule(rig, undefined);
    const planned = await rig.plan(kind, { allowDowntime: true });
    expect(part(planned, 'listener')?.because).toContain('rule 7 of listener HTTPS:443, which is in no component');
    expect(part(planned, 'load-balancer')).toMatchObject({ disposition: 'blocked', blockedBy: 'listener' });
    // Judged with the listener that it lives in: one yes is enough.
    const { journal, report } = await rig.recover(kind, { verify: false, accepted: accepting('listener:cascade') });
    expect(unfinished(report)).toEqual([]);
    expect(JSON.stringify(journal.beforeImages.get('listener.delete'))).toContain('/billing/*');
  });

  test.each([
    ['of another playbook', theirs],
    ['protected by its tag', guarded],
  ])('%s: stays, whoever accepts it', async (_what, tags) => {
    const rig = await deployedRig(text);
    await addRule(rig, tags);
    const before = await standing(rig);
    await rig.recover('teardown', { verify: false, accepted: accepting('listener:cascade', 'load-balancer:cascade') });
    expect(await standing(rig)).toEqual(before);
  });

  test('made between plan and run: the step finds it', async () => {
    const rig = await deployedRig(text);
    const planned = await rig.plan('teardown', { allowDowntime: true });
    const report = await runLate(rig, planned, () => addRule(rig, theirs));
    expect(errorOf(report, 'listener.delete')).toMatchObject({ class: 'cascade' });
    const operations = mutations(rig.wire).map((call) => call.operation);
    expect(operations).not.toContain('DeleteListener');
    expect(operations).not.toContain('DeleteLoadBalancer');
  });
});

describe('what would go along cannot be seen', () => {
  test('in the plan: nothing is deleted', async () => {
    const rig = await deployedRig(text);
    rig.faults.add({ kind: 'access-denied', operation: 'DescribeRules' });
    const { plan } = await rig.plan('teardown', { allowDowntime: true });
    expect(part({ plan }, 'listener')?.because).toContain('nobody can see what would be deleted with it');
    expect(stepIds(plan)).not.toContain('listener.delete');
    expect(stepIds(plan)).not.toContain('load-balancer.delete');
  });

  test('in the run: the step fails, the piece stays', async () => {
    const rig = await deployedRig(text);
    const planned = await rig.plan('teardown', { allowDowntime: true });
    const report = await runLate(rig, planned, async () => {
      rig.faults.add({ kind: 'access-denied', operation: 'DescribeRules' });
    });
    expect(errorOf(report, 'listener.delete')).toMatchObject({ class: 'denied' });
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteListener');
  });
});

test('a repair that deletes nothing asks for nothing of it', async () => {
  const rig = await deployedRig(text);
  await rig.plan('repair');
  expect(rig.wire.map((call) => call.operation)).not.toContain('DescribeRules');
});

describe('an earlier revision of our task definition', () => {
  /** Revision 1 by a deploy, revision 2 by somebody else with these tags, and revision 3 as the first. */
  async function rigWithRevision(tags: Tag[]): Promise<Rig> {
    const rig = await deployedRig(text);
    const asked = { taskDefinition: 'deployer-api', include: ['TAGS' as const] };
    const ours = await rig.operator.client(ecs).send(new DescribeTaskDefinitionCommand(asked));
    const { containerDefinitions, cpu, executionRoleArn, memory, networkMode } = ours.taskDefinition ?? {};
    const requiresCompatibilities = ['FARGATE' as const];
    const whole = {
      family: 'deployer-api',
      containerDefinitions,
      cpu,
      executionRoleArn,
      memory,
      networkMode,
      requiresCompatibilities,
    };
    const containers = [{ name: 'api', image: 'registry.example/billing:1' }];
    await rig.operator.client(ecs).send(
      new RegisterTaskDefinitionCommand({
        ...whole,
        containerDefinitions: containers,
        ...(tags.length === 0 ? {} : { tags: tags.map(({ Key, Value }) => ({ key: Key, value: Value })) }),
      }),
    );
    await rig.operator.client(ecs).send(new RegisterTaskDefinitionCommand({ ...whole, tags: ours.tags }));
    return rig;
  }

  async function activeRevisions(rig: Rig): Promise<readonly string[]> {
    const asked = new ListTaskDefinitionsCommand({ familyPrefix: 'deployer-api', status: 'ACTIVE' });
    return ((await rig.operator.client(ecs).send(asked)).taskDefinitionArns ?? []).map(
      (each) => each.split(':').at(-1) ?? '',
    );
  }

  test.each([
    ['of another playbook', theirs, 'belongs to playbook billing'],
    ['protected by its tag', guarded, 'is protected by its tag relight:protect'],
  ])('%s: none is deregistered by a teardown', async (_what, tags, why) => {
    const rig = await rigWithRevision(tags);
    const { plan } = await rig.recover('teardown', { verify: false, accepted: accepting('task-definition:cascade') });
    expect(part({ plan }, 'task-definition')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringContaining(`revision deployer-api:2, which ${why}`) as string,
    });
    expect(await activeRevisions(rig)).toEqual(['1', '2', '3']);
  });

  test('that became foreign between plan and run: the step finds it', async () => {
    const rig = await rigWithRevision([]);
    const planned = await rig.plan('teardown', { allowDowntime: true });
    const resourceArn = (await outputOf(rig, 'task-definition', 'arn')).replace(/:3$/, ':2');
    const report = await runLate(rig, planned, async () => {
      const tags = [{ key: 'relight:playbook', value: 'billing' }];
      await rig.operator.client(ecs).send(new TagResourceCommand({ resourceArn, tags }));
    });
    expect(errorOf(report, 'task-definition.delete')).toMatchObject({ class: 'cascade' });
    expect(await activeRevisions(rig)).toEqual(['1', '2', '3']);
  });

  test('of ours, or by nobody named: goes, and is in the before-image', async () => {
    const rig = await rigWithRevision([]);
    const { journal, report } = await rig.recover('teardown', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(await activeRevisions(rig)).toEqual([]);
    const image = JSON.stringify(journal.beforeImages.get('task-definition.delete'));
    for (const each of ['deployer-api:1', 'deployer-api:2', 'deployer-api:3', 'registry.example/billing:1']) {
      expect(image).toContain(each);
    }
  });
});

async function targetsIn(rig: Rig, TargetGroupArn: string | undefined): Promise<{ readonly healthy: number }> {
  const answer = await rig.operator.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const healthy = (answer.TargetHealthDescriptions ?? []).filter((each) => each.TargetHealth?.State === 'healthy');
  return { healthy: healthy.length };
}

describe('targets that were registered by hand', () => {
  const byHand = `
apiVersion: relight/v1
kind: Playbook
metadata: { name: by-hand }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1 }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: by-hand, subnets: [subnet-a1, subnet-b1] }
  targets:
    type: elbv2/target-group
    spec: { name: by-hand, port: 8080, protocol: HTTP, vpc: vpc-1, healthCheck: { path: /health } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${load-balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${targets.arn}' }
`;
  const moved = byHand.replace('port: 8080', 'port: 8081');

  async function register(rig: Rig): Promise<void> {
    const TargetGroupArn = await outputOf(rig, 'targets', 'arn');
    const Targets = [{ Id: '10.0.1.10', Port: 8080 }];
    await rig.operator.client(elbv2).send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    await rig.clock.sleep(300_000);
  }

  test('keep their group from being replaced, until that is accepted', async () => {
    const rig = (await deployedRig(byHand)).withPlaybook(playbookOf(moved));
    await register(rig);
    const planned = await rig.plan('repair', { allowDowntime: true });
    expect(part(planned, 'targets')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringContaining('target 10.0.1.10:8080 (healthy), which is in no component') as string,
    });
    expect(stepIds(planned.plan)).toEqual([]);
    const { journal, report } = await rig.recover('repair', { verify: false, accepted: accepting('targets:cascade') });
    expect(unfinished(report)).toEqual([]);
    expect(JSON.stringify(journal.beforeImages.get('targets.delete'))).toContain('10.0.1.10');
  });

  test('registered between plan and run: the step finds them', async () => {
    const rig = (await deployedRig(byHand)).withPlaybook(playbookOf(moved));
    const planned = await rig.plan('repair', { allowDowntime: true });
    const report = await runLate(rig, planned, () => register(rig));
    expect(errorOf(report, 'targets.delete')).toMatchObject({ class: 'cascade' });
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteTargetGroup');
  });

  test("of another service stand in the way, beside those of the playbook's own", async () => {
    const rig = await deployedRig(text);
    const TargetGroupArn = await outputOf(rig, 'target-group', 'arn');
    const client = rig.operator.client(ecs);
    const { services: [own] = [] } = await client.send(
      new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }),
    );
    await client.send(
      new CreateServiceCommand({
        cluster: 'wonderland',
        serviceName: 'not-ours',
        taskDefinition: own?.taskDefinition,
        desiredCount: 1,
        loadBalancers: own?.loadBalancers,
        networkConfiguration: own?.networkConfiguration,
        launchType: own?.launchType,
      }),
    );
    await rig.clock.sleep(600_000);
    const { healthy } = await targetsIn(rig, TargetGroupArn);
    const planned = await rig.plan('rebuild', { allowDowntime: true });
    expect(part(planned, 'target-group')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringContaining(
        `1 of ${healthy} healthy targets, more than the playbook's components`,
      ) as string,
    });
    const accepted = accepting('target-group:cascade');
    expect(stepIds((await rig.plan('rebuild', { allowDowntime: true, accepted })).plan)).toContain(
      'target-group.delete',
    );
  });

  test("those of the service that registers there by itself stand in nobody's way", async () => {
    const rig = await deployedRig(text);
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    expect(stepIds(plan)).toContain('target-group.delete');
  });
});
