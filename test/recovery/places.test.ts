// A rule's priority and a listener's port are places, and others move into them: what stands there is not therefore ours.
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import type { PlannedComponent } from '../../src/plan/plan.ts';
import { accepting } from '../helpers/accepting.ts';
import { outputOf, playbookOf, seededRig, unfinished, type Rig } from '../helpers/rig.ts';

function textWith(components: string): string {
  return `
apiVersion: relight/v1
kind: Playbook
metadata: { name: cart }
target: { account: '123456789012', region: eu-west-1 }
components:
  lb: { type: elbv2/load-balancer, shared: true, spec: { name: edge } }
  https: { type: elbv2/listener, shared: true, spec: { loadBalancer: '\${lb.arn}', port: 443 } }
  tg: { type: elbv2/target-group, spec: { name: cart, port: 8080, protocol: HTTP, vpc: vpc-1 } }
${components}`;
}

function ruleText(id: string, priority: number, host: string): string {
  return `  ${id}:
    type: elbv2/listener-rule
    spec: { listener: '\${https.arn}', priority: ${priority}, conditions: { hostHeader: [${host}] }, forwardTo: '\${tg.arn}' }
`;
}

const oneRule = textWith(ruleText('rule', 10, 'cart.example'));
const twoRules = textWith(ruleText('rule', 10, 'cart.example') + ruleText('other', 20, 'other.example'));

async function deployed(text: string): Promise<Rig> {
  const rig = await seededRig(playbookOf(text));
  const { report } = await rig.recover('repair');
  expect(unfinished(report)).toEqual([]);
  return rig;
}

async function rules(rig: Rig): Promise<readonly string[]> {
  const ListenerArn = await outputOf(rig, 'https', 'arn');
  const { Rules = [] } = await rig.operator.client(elbv2).send(new elb.DescribeRulesCommand({ ListenerArn }));
  return Rules.filter((each) => each.IsDefault !== true)
    .map((each) => `${each.Priority ?? ''} ${each.Conditions?.[0]?.HostHeaderConfig?.Values?.join() ?? ''} ${to(each)}`)
    .sort();
}

function to({ Actions = [] }: elb.Rule): string {
  return Actions[0]?.TargetGroupArn?.split('/')[1] ?? '';
}

/** A rule that somebody has made without relight. */
async function addRule(rig: Rig, priority: number, host: string, tags: elb.Tag[] = []): Promise<string> {
  const client = rig.operator.client(elbv2);
  const groups = await client.send(
    new elb.CreateTargetGroupCommand({
      Name: 'payments',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
    }),
  );
  const answer = await client.send(
    new elb.CreateRuleCommand({
      ListenerArn: await outputOf(rig, 'https', 'arn'),
      Priority: priority,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: groups.TargetGroups?.[0]?.TargetGroupArn }],
      Tags: [{ Key: 'team', Value: 'payments' }, ...tags],
    }),
  );
  return answer.Rules?.[0]?.RuleArn ?? '';
}

async function move(rig: Rig, ...pairs: readonly (readonly [arn: string, priority: number])[]): Promise<void> {
  const RulePriorities = pairs.map(([RuleArn, Priority]) => ({ RuleArn, Priority }));
  await rig.operator.client(elbv2).send(new elb.SetRulePrioritiesCommand({ RulePriorities }));
}

async function partOf(
  rig: Rig,
  id: string,
  kind: 'repair' | 'teardown' = 'repair',
): Promise<PlannedComponent | undefined> {
  return (await rig.plan(kind, {})).plan.components.find((each) => each.id === id);
}

describe("somebody else's rule at a rule's priority", () => {
  const stranger = '10 pay.example payments';

  async function taken(): Promise<Rig> {
    const rig = await deployed(oneRule);
    await rig.break(['rule']);
    await addRule(rig, 10, 'pay.example');
    return rig;
  }

  it('blocks the plan, which says what stands there and where the rule could be made', async () => {
    const rig = await taken();
    expect((await rig.status()).get('rule')?.verdict).toBe('foreign');
    const part = await partOf(rig, 'rule');
    expect(part).toMatchObject({ disposition: 'blocked' });
    expect(part?.because).toContain(
      'priority 10 is taken by a rule for hostHeader pay.example, which forwards to payments',
    );
    expect(part?.because).toContain('at priority 11');
    expect(part?.because).toContain('--accept rule:ownership');
    const { report } = await rig.recover('repair', { verify: false });
    expect(report.steps).toEqual([]);
    expect(await rules(rig)).toEqual([stranger]);
  });

  it('stays as it is when that is accepted: the rule is made at the next free priority', async () => {
    const rig = await taken();
    const { report } = await rig.recover('repair', { verify: false, accepted: accepting('rule:ownership') });
    expect(unfinished(report)).toEqual([]);
    expect(await rules(rig)).toEqual([stranger, '11 cart.example cart']);
    // From now on it is found there, and it is in sync.
    expect((await rig.status()).get('rule')).toMatchObject({ verdict: 'healthy' });
    const again = await rig.recover('repair', { verify: false });
    expect(again.report.steps).toEqual([]);
    const rebuilt = await rig.recover('rebuild', { verify: false });
    expect(unfinished(rebuilt.report)).toEqual([]);
    expect(await rules(rig)).toEqual([stranger, '11 cart.example cart']);
  });

  it('lets the rule back once it has gone', async () => {
    const rig = await deployed(oneRule);
    await rig.break(['rule']);
    const theirs = await addRule(rig, 10, 'pay.example');
    await rig.recover('repair', { verify: false, accepted: accepting('rule:ownership') });
    await rig.operator.client(elbv2).send(new elb.DeleteRuleCommand({ RuleArn: theirs }));
    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(await rules(rig)).toEqual(['10 cart.example cart']);
  });

  it('that comes after the plan was made is not touched either', async () => {
    const rig = await deployed(oneRule);
    await rig.break(['rule']);
    const planned = await rig.plan('repair', {}, 'change');
    await addRule(rig, 10, 'pay.example');
    const { report } = await rig.run(planned, { verify: false });
    expect(report.steps.find((each) => each.id === 'rule.create')?.error).toMatchObject({ code: 'foreign' });
    expect(await rules(rig)).toEqual([stranger]);
  });

  it('keeps no teardown from being done', async () => {
    const rig = await taken();
    expect(await partOf(rig, 'rule', 'teardown')).toMatchObject({ disposition: 'keep' });
  });

  it('is ours by asking for the very same requests, and is put right only when that is accepted', async () => {
    const rig = await deployed(oneRule);
    await rig.break(['rule']);
    await addRule(rig, 10, 'CART.example');
    expect(await partOf(rig, 'rule')).toMatchObject({ disposition: 'blocked' });
    const { report } = await rig.recover('repair', { verify: false, accepted: accepting('rule:ownership') });
    expect(unfinished(report)).toEqual([]);
    expect(await rules(rig)).toEqual(['10 CART.example cart']);
  });
});

describe("the playbook's own rule at another priority", () => {
  it('is found by its tags, and moved back', async () => {
    const rig = await deployed(oneRule);
    await move(rig, [await outputOf(rig, 'rule', 'arn'), 77]);
    expect((await rig.status()).get('rule')).toMatchObject({ verdict: 'drifted', differences: [{ path: 'priority' }] });
    const { report, wire } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(wire.filter((each) => each.mutating).map((each) => each.operation)).toEqual(['SetRulePriorities']);
    expect(await rules(rig)).toEqual(['10 cart.example cart']);
  });

  it('changes places with another rule of the playbook', async () => {
    const rig = await deployed(twoRules);
    await move(rig, [await outputOf(rig, 'rule', 'arn'), 20], [await outputOf(rig, 'other', 'arn'), 10]);
    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(await rules(rig)).toEqual(['10 cart.example cart', '20 other.example cart']);
  });

  it('makes room for one that is made again', async () => {
    const rig = await deployed(twoRules);
    await rig.break(['rule']);
    await move(rig, [await outputOf(rig, 'other', 'arn'), 10]);
    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(await rules(rig)).toEqual(['10 cart.example cart', '20 other.example cart']);
  });

  it("stays where it is while its place is somebody else's", async () => {
    const rig = await deployed(oneRule);
    await move(rig, [await outputOf(rig, 'rule', 'arn'), 77]);
    await addRule(rig, 10, 'pay.example');
    expect((await rig.status()).get('rule')).toMatchObject({ verdict: 'healthy' });
    expect((await rig.recover('repair', { verify: false })).report.steps).toEqual([]);
  });
});

describe("a listener on a port of somebody else's load balancer", () => {
  const withListener = textWith(`  front:
    type: elbv2/listener
    spec: { loadBalancer: '\${lb.arn}', port: 8080, protocol: HTTP, forwardTo: '\${tg.arn}' }
`);

  async function addListener(rig: Rig, action: elb.Action): Promise<void> {
    const LoadBalancerArn = await outputOf(rig, 'lb', 'arn');
    await rig.operator
      .client(elbv2)
      .send(new elb.CreateListenerCommand({ LoadBalancerArn, Port: 8080, Protocol: 'HTTP', DefaultActions: [action] }));
  }

  it('that does something else is not changed, unless it is said to be ours', async () => {
    const rig = await deployed(withListener);
    await rig.break(['front']);
    await addListener(rig, {
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '200', MessageBody: 'theirs' },
    });
    const part = await partOf(rig, 'front');
    expect(part).toMatchObject({ disposition: 'blocked' });
    expect(part?.because).toContain('HTTP:8080, fixed-response');
    const { report } = await rig.recover('repair', { verify: false, accepted: accepting('front:ownership') });
    expect(unfinished(report)).toEqual([]);
  });

  it('that does the same is taken as ours', async () => {
    const rig = await deployed(withListener);
    await rig.break(['front']);
    await addListener(rig, { Type: 'forward', TargetGroupArn: await outputOf(rig, 'tg', 'arn') });
    expect(await partOf(rig, 'front')).toMatchObject({ disposition: 'keep' });
  });
});
