// A sign-in whose client secret the playbook does not say: AWS keeps it and tells nobody.
import { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { elbv2Of } from '../../src/sandbox/index.ts';
import { playbookOf, type Rig } from '../helpers/rig.ts';
import { describe as told } from './described.ts';
import { Hands, home } from './hands.ts';
import { changed, expectAtRest, ours, recover, sources, trouble, worldOf, type Made } from './suite.ts';
import { oidc, oidcPlaybook, rulesOf } from './worlds/oidc.ts';

const because = /setting authenticateOidc.clientSecret is not in the playbook, and AWS tells it to nobody/;

/** @param playbook says no secret unless told */
async function without(playbook = oidcPlaybook()): Promise<Made> {
  const { before, memory, rig } = await worldOf(oidc);
  return { before, memory, rig: rig.withPlaybook(playbookOf(playbook)) };
}

/** What the sandbox keeps, as AWS does, and its API does not tell. */
function secretsIn(rig: Rig): readonly unknown[] {
  return Object.values(elbv2Of(rig.world.region(home)).rules).flatMap(({ actions }) =>
    actions.flatMap((each) => (each.kind === 'authenticate-oidc' ? [each.config['ClientSecret']] : [])),
  );
}

test('is no drift, and stays when something else of the rule is put right', async () => {
  const { before, rig } = await without();
  await expectAtRest(rig);
  const drift = oidc.drifts.find((each) => each.what === 'the rule is for another name');
  await drift?.by(new Hands(rig));
  const recovered = await recover(rig);
  expect(trouble(recovered)).toEqual([]);
  expect(changed(before, recovered.after)).toEqual({});
  expect(secretsIn(rig)).toEqual(['correct-horse-battery']);
});

test('stays when the target group that the rule forwards to is another one', async () => {
  const second = oidcPlaybook().replace('name: backoffice, port: 3000', 'name: backoffice-2, port: 3000');
  const { rig } = await without(second);
  const recovered = await recover(rig);
  expect(trouble(recovered)).toEqual([]);
  expect(recovered.plan.steps.map((each) => each.id)).toEqual(
    expect.arrayContaining(['targets.create', 'rule.update', 'service.update']),
  );
  expect(secretsIn(rig)).toEqual(['correct-horse-battery']);
});

test.each(['known', 'unknown'])('a lost rule is not made without it, and the plan says why: %s', async (knowledge) => {
  const { memory, rig } = await without();
  await rig.break(['rule']);
  const recovered = await recover(rig, knowledge === 'known' ? { memory } : {});
  const part = recovered.plan.components.find((each) => each.id === 'rule');
  expect(part?.disposition).toBe('blocked');
  expect(part?.because).toMatch(because);
  expect(part?.because).toContain('by a sensitive parameter');
  expect(recovered.plan.steps).toEqual([]);
});

test('nothing is taken down that could not be made again without it', async () => {
  const { before, rig } = await without();
  for (const accepted of [ours(rig), ours(rig, 'rule:loss')]) {
    const { after, plan } = await recover(rig.fork(), { kind: 'rebuild', accepted });
    expect(plan.components.find((each) => each.id === 'rule')).toMatchObject({ disposition: 'blocked' });
    const deleted = plan.steps.flatMap((each) => (each.destructive ? [each.component] : []));
    expect(deleted).not.toContain('rule');
    for (const id of ['listener', 'balancer', 'targets', 'service']) expect(deleted).not.toContain(id);
    expect(Object.keys(changed(before, after)).filter((each) => !each.startsWith('record '))).toEqual([]);
  }
});

test('a sign-in that the playbook does not speak of is in the way all the same', async () => {
  const text = oidcPlaybook();
  const [start, end] = [text.indexOf('      actions:\n'), text.indexOf('  tasks:\n')];
  const silent = `${text.slice(0, start)}      forwardTo: '\${targets.arn}'\n${text.slice(end)}`;
  const { before, memory, rig } = await without(silent);
  await expectAtRest(rig);
  const { plan } = await recover(rig.fork(), { kind: 'rebuild', accepted: ours(rig, 'rule:loss') });
  expect(plan.components.find((each) => each.id === 'rule')?.because).toMatch(because);
  await rig.break(['rule']);
  const lost = await recover(rig.fork(), { memory });
  expect(lost.plan.components.find((each) => each.id === 'rule')?.because).toMatch(because);
  // Nothing known of it: it is made as the playbook says, and the plan says that nothing was known.
  const unknown = await recover(rig);
  expect(trouble(unknown)).toEqual([]);
  expect(sources(unknown)['rule']).toBe('defaults');
  expect(Object.keys(changed(before, unknown.after))).toEqual(['rule tools:443 at 20']);
});

test('a listener that has a rule in no component is not taken down unasked, and the plan names it', async () => {
  const { rig } = await worldOf(oidc);
  const hands = new Hands(rig);
  const [rule] = await rulesOf(hands);
  const ListenerArn = rule?.RuleArn?.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
  const other = await hands.rule({
    ListenerArn,
    Priority: 5,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/status'] } }],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
  });
  await hands.elb.send(new DescribeTagsCommand({ ResourceArns: [other] }));
  const before = await told(hands);
  const refused = await recover(rig.fork(), { kind: 'rebuild' });
  const part = refused.plan.components.find((each) => each.id === 'listener');
  expect(part?.disposition).toBe('blocked');
  expect(part?.because).toMatch(/--accept listener:.*cascade/);
  expect(refused.after['rule tools:443 at 5']).toEqual(before['rule tools:443 at 5']);
  expect(refused.plan.steps.map((each) => each.id)).not.toContain('listener.delete');
  const accepted = ours(rig, 'listener:cascade', 'balancer:cascade');
  const rebuilt = await recover(rig, { kind: 'rebuild', accepted });
  expect(trouble(rebuilt)).toEqual([]);
  expect(Object.keys(changed(before, rebuilt.after))).toEqual(['rule tools:443 at 5']);
});
