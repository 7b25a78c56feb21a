// What is special about listener rules: found by priority, made once, conditions without order.
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { ownerTags, type Target } from '../../src/components/contract.ts';
import {
  conditionDifferences,
  conditionsOf,
  toAwsConditions,
} from '../../src/components/elbv2-listener-rule/conditions.ts';
import { listenerRule } from '../../src/components/elbv2-listener-rule/index.ts';
import type { ListenerRuleSpec } from '../../src/components/elbv2-listener-rule/schema.ts';
import { listener } from '../../src/components/elbv2-listener/index.ts';
import { bench, changing, establish, look, reading, settle, specOf, type Bench } from '../helpers/aws.ts';
import { establishLoadBalancer, establishTargetGroup } from '../helpers/elbv2.ts';

interface Harness {
  readonly where: Bench;
  readonly listenerArn: string;
  readonly forwardTo: string;
  readonly deleteListener: () => Promise<unknown>;
}

async function harness(): Promise<Harness> {
  const where = bench();
  const loadBalancer = await establishLoadBalancer('api', where);
  const forwardTo = await establishTargetGroup('api', where);
  const raw = { loadBalancer, port: 80, protocol: 'HTTP', fixedResponse: { status: '404' } };
  const front = { id: 'listener', spec: specOf(listener, raw) };
  const state = await establish(listener, front, where);
  const deleteListener = (): Promise<unknown> => listener.delete(front, state, changing(where));
  return { where, listenerArn: state.arn, forwardTo, deleteListener };
}

function rule(listenerArn: string, more: object): Target<ListenerRuleSpec> {
  const raw = { listener: listenerArn, priority: 10, conditions: { pathPattern: ['/api/*'] }, ...more };
  return { id: 'rule', spec: specOf(listenerRule, raw) };
}

describe('listener rules', () => {
  it('cost one listing per listener, and are gone with it', async () => {
    const { where, listenerArn, forwardTo, deleteListener } = await harness();
    const targets = [1, 2, 3].map((priority) => ({
      ...rule(listenerArn, { priority, forwardTo }),
      id: `r${priority}`,
    }));
    for (const each of targets.slice(0, 2)) await establish(listenerRule, each, where);
    where.calls.length = 0;
    const seen = await listenerRule.observe(targets, reading(where));
    expect([...seen].map(([id, each]) => `${id} ${each.kind}`).sort()).toEqual([
      'r1 present',
      'r2 present',
      'r3 absent',
    ]);
    expect(where.calls.map((call) => call.operation).sort()).toEqual(['DescribeRules', 'DescribeTags']);

    await deleteListener();
    const after = await listenerRule.observe(targets, reading(where));
    expect([...after.values()].map((each) => each.kind)).toEqual(['absent', 'absent', 'absent']);
  });

  it('carry every kind of condition, and differ in none after they were made', async () => {
    const { where, listenerArn, forwardTo } = await harness();
    const several = rule(listenerArn, {
      forwardTo,
      conditions: { hostHeader: ['API.example', '*.example'], pathPattern: ['/b', '/a'], httpRequestMethod: ['GET'] },
    });
    await establish(listenerRule, several, where);
    const other = rule(listenerArn, {
      priority: 11,
      fixedResponse: { status: '403' },
      conditions: {
        httpHeader: [{ name: 'X-Canary', values: ['yes'] }],
        queryString: [{ key: 'version', value: '2' }],
        sourceIp: ['10.0.0.0/8'],
      },
    });
    await establish(listenerRule, { ...other, id: 'other' }, where);
  });

  it('are not made twice, and a rule of someone else in their place is an error', async () => {
    const { where, listenerArn, forwardTo } = await harness();
    const wanted = rule(listenerArn, { forwardTo });
    const first = await listenerRule.create(wanted, changing(where, { id: 'rule' }));
    expect(await listenerRule.create(wanted, changing(where, { id: 'rule' }))).toEqual(first);

    const different = rule(listenerArn, { forwardTo, conditions: { pathPattern: ['/other'] } });
    const error: unknown = await listenerRule.create(different, changing(where)).catch((reason: unknown) => reason);
    expect(classify(error).code).toBe('PriorityInUse');

    const theirs = { ...rule(listenerArn, { forwardTo, priority: 20 }), id: 'theirs' };
    await listenerRule.create(theirs, changing(where, { tags: { [ownerTags.playbook]: 'another' } }));
    const refused: unknown = await listenerRule.create(theirs, changing(where)).catch((reason: unknown) => reason);
    expect(classify(refused).code).toBe('PriorityInUse');
  });

  it('that are shared can be seeded from their place', async () => {
    const { where, listenerArn } = await harness();
    const shared = { id: 'rule', spec: specOf(listenerRule, { listener: listenerArn, priority: 10 }) };
    const seeded = { ...shared, spec: listenerRule.rehearsal.standIn(shared, []) };
    const state = await establish(listenerRule, seeded, where);
    expect(listenerRule.diff(shared.spec, state)).toEqual([]);
  });

  it('change conditions and action in place, and are deleted once', async () => {
    const { where, listenerArn, forwardTo } = await harness();
    const before = await establish(listenerRule, rule(listenerArn, { fixedResponse: { status: '503' } }), where);
    const wanted = rule(listenerArn, { forwardTo, conditions: { hostHeader: ['api.example'] } });
    const differences = listenerRule.diff(wanted.spec, before);
    expect(differences.map((each) => each.path)).toEqual(['conditions.hostHeader', 'forwardTo', 'fixedResponse']);
    await listenerRule.update(wanted, before, differences, changing(where));
    const after = await settle(listenerRule, wanted, where, 'update');
    if (after === undefined) throw new Error('the rule is gone');
    expect(after.arn).toBe(before.arn);
    // A condition of another field stays.
    expect(after.conditions).toMatchObject({ hostHeader: ['api.example'], pathPattern: ['/api/*'] });

    await listenerRule.delete(wanted, after, changing(where));
    await listenerRule.delete(wanted, after, changing(where));
    expect((await look(listenerRule, wanted, where)).kind).toBe('absent');
  });
});

describe('conditions', () => {
  it('compare as sets, whichever way AWS tells the values', () => {
    const actual = conditionsOf([
      { Field: 'path-pattern', Values: ['/b', '/a'] },
      { Field: 'host-header', Values: ['Api.Example'], HostHeaderConfig: { Values: ['Api.Example'] } },
    ]);
    expect(conditionDifferences({ hostHeader: ['api.example'], pathPattern: ['/a', '/b'] }, actual)).toEqual([]);
  });

  it('leave alone what the spec does not name, and can say regular expressions', () => {
    const actual = conditionsOf([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } },
      { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
      { Field: 'host-header', HostHeaderConfig: { RegexValues: ['^api'] } },
    ]);
    expect(conditionDifferences({ pathPattern: ['/a'] }, actual)).toEqual([]);
    expect(conditionDifferences({ hostHeaderRegex: ['^api'] }, actual)).toEqual([]);
    expect(conditionDifferences({ hostHeader: ['api'] }, actual)).toMatchObject([
      { path: 'conditions.hostHeader' },
      { path: 'conditions.hostHeaderRegex', desired: undefined },
    ]);
  });

  it('keep several conditions on the query apart, and send what no spec can say as it is', () => {
    const rule = [
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } },
      { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'beta' }] } },
      { Field: 'moon-phase', Values: ['full'] },
    ];
    const told = conditionsOf(rule);
    expect(told.queryString).toEqual([[{ key: 'v', value: '2' }], [{ value: 'beta' }]]);
    expect(toAwsConditions(told)).toEqual(rule);
    expect(conditionDifferences({ queryString: [{ key: 'v', value: '2' }] }, told)).toMatchObject([
      { path: 'conditions.queryString' },
    ]);
  });
});
