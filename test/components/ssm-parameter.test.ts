// What is special about parameters: what is decrypted and when, what an overwrite keeps, and a value that cannot be kept.
import { AddTagsToResourceCommand, DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { ssm } from '../../src/aws/services/ssm.ts';
import type { Target } from '../../src/components/contract.ts';
import { parameter } from '../../src/components/ssm-parameter/index.ts';
import type { ParameterSpec } from '../../src/components/ssm-parameter/schema.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { setStuck } from '../../src/sandbox/index.ts';
import {
  bench,
  changing,
  establish,
  look,
  reading,
  region,
  scope,
  settle,
  specOf,
  stateOf,
  type Bench,
} from '../helpers/aws.ts';
import { deployedRig, mutations, ownedBy, playbookOf, recallOf, unfinished } from '../helpers/rig.ts';

const text = readFileSync(new URL('../fixtures/playbooks/settings.yaml', import.meta.url), 'utf8');

let where: Bench;

beforeEach(() => {
  where = bench();
});

function target(name: string, more: object = { type: 'String', value: 'info' }): Target<ParameterSpec> {
  return { id: name, spec: specOf(parameter, { name, ...more }) };
}

const secret = (name: string, secretValue = 'swordfish-17', more: object = {}): Target<ParameterSpec> =>
  target(name, { type: 'SecureString', secretValue, ...more });

function sent(operation: string): readonly Readonly<Record<string, unknown>>[] {
  return where.wire.filter((call) => call.operation === operation).map(({ input }) => input);
}

describe('observing parameters', () => {
  it('asks for ten names a call', async () => {
    const targets = Array.from({ length: 25 }, (_, index) => target(`/shop/${index}`));
    for (const each of targets.slice(0, 24)) await parameter.create(each, changing(where));
    where.wire.length = 0;
    const seen = await parameter.observe(targets, reading(where));
    expect(targets.map(({ id }) => seen.get(id)?.kind)).toEqual([...Array<string>(24).fill('present'), 'absent']);
    expect([sent('GetParameters').length, sent('DescribeParameters').length]).toEqual([3, 3]);
    expect(sent('GetParameter')).toEqual([]);
  });

  it('decrypts a SecureString whose value is said, and no other', async () => {
    const said = secret('/shop/said');
    const shared = secret('/shop/shared');
    for (const each of [said, shared, target('/shop/open')]) await establish(parameter, each, where);
    where.wire.length = 0;
    const seen = await parameter.observe([said, target('/shop/shared', {}), target('/shop/open')], reading(where));
    expect(sent('GetParameter')).toEqual([{ Name: '/shop/said', WithDecryption: true }]);
    expect(sent('GetParameters').map((each) => each['WithDecryption'])).toEqual([false]);
    expect(seen.get('/shop/said')).toMatchObject({ state: { secretValue: 'swordfish-17', keyId: 'alias/aws/ssm' } });
    expect(JSON.stringify(seen.get('/shop/shared'))).not.toContain('Value":"');
  });

  it.each([
    ['may not be decrypted', { kind: 'unknown', reason: 'denied' }],
    ['has a disabled key', { kind: 'unknown', reason: 'invalid' }],
  ])('conceals one that %s, and no other', async (what, expected) => {
    const [one, other] = [secret('/shop/one', 'swordfish-17', { keyId: 'alias/own' }), secret('/shop/other')];
    for (const each of [one, other]) await establish(parameter, each, where);
    if (what === 'has a disabled key')
      setStuck(where.world, { kind: 'kms-key-disabled', resource: 'alias/own', region });
    else where.faults.add({ kind: 'access-denied', operation: 'GetParameter', resource: '"/shop/one"' });
    const seen = await parameter.observe([one, other], reading(where));
    expect(seen.get('/shop/one')).toMatchObject(expected);
    expect(seen.get('/shop/other')?.kind).toBe('present');
  });

  it('takes silence about what is there for no proof of anything', async () => {
    await establish(parameter, target('/shop/a'), where);
    where.clock.advance(5_000);
    await parameter.create(target('/shop/b'), changing(where));
    where.faults.add({ kind: 'stale', operation: 'DescribeParameters' });
    await parameter.create(target('/shop/c'), changing(where));
    expect(await look(parameter, target('/shop/c'), where)).toMatchObject({ kind: 'unknown', reason: 'invalid' });
    expect((await look(parameter, target('/shop/a'), where)).kind).toBe('present');
  });
});

describe('differences', () => {
  it('of secret values are told without them', async () => {
    const state = await establish(parameter, secret('/shop/said'), where);
    const differences = parameter.diff(secret('/shop/said', 'marlin-18').spec, state);
    expect(differences).toEqual([{ path: 'secretValue', desired: '(hidden)', actual: '(hidden)' }]);
    expect(parameter.describe(state)).toBe('SecureString, Standard, version 1');
  });

  it('do not arise from another way to name a key, or another order of policies', async () => {
    const policies = [
      { type: 'NoChangeNotification', attributes: { Unit: 'Days', After: '20' } },
      { type: 'Expiration', attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } },
    ];
    const more = { tier: 'Advanced', policies, keyId: 'arn:aws:kms:eu-west-1:123456789012:key/1234-abcd' };
    const state = await establish(parameter, secret('/shop/said', 'swordfish-17', more), where);
    const other = { ...more, policies: policies.toReversed(), keyId: '1234-abcd' };
    expect(parameter.diff(secret('/shop/said', 'swordfish-17', other).spec, state)).toEqual([]);
    expect(parameter.diff(target('/shop/said', { description: '' }).spec, state)).toEqual([]);
  });
});

describe('changing parameters', () => {
  it('sends along what an overwrite might drop', async () => {
    const more = { description: 'how loud', allowedPattern: '^[a-z]+$', tier: 'Advanced', dataType: 'text' };
    const policies = [{ type: 'Expiration', attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } }];
    const all = { type: 'String', value: 'info', ...more, policies };
    const state = await establish(parameter, target('/shop/level', all), where);
    const other = target('/shop/level', { type: 'String', value: 'debug' });
    where.wire.length = 0;
    await parameter.update(other, state, parameter.diff(other.spec, state), changing(where));
    expect(sent('PutParameter')).toEqual([
      {
        Name: '/shop/level',
        Value: 'debug',
        Type: 'String',
        Tier: 'Advanced',
        Description: 'how loud',
        AllowedPattern: '^[a-z]+$',
        DataType: 'text',
        Overwrite: true,
      },
    ]);
    expect(await stateOf(parameter, other, where)).toEqual({ ...state, value: 'debug', version: 2 });
  });

  it('writes tags alone where nothing else differs, and all policies away', async () => {
    const policies = [{ type: 'Expiration', attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } }];
    const all = { type: 'String', value: 'info', tier: 'Advanced', policies, tags: { team: 'a' } };
    const state = await establish(parameter, target('/shop/level', all), where);
    where.wire.length = 0;
    const tagged = target('/shop/level', { ...all, tags: { team: 'b' } });
    await parameter.update(tagged, state, parameter.diff(tagged.spec, state), changing(where));
    expect(where.wire.map(({ operation }) => operation)).toEqual(['AddTagsToResource']);
    const bare = target('/shop/level', { ...all, policies: [], tags: { team: 'b' } });
    const now = await stateOf(parameter, tagged, where);
    await parameter.update(bare, now, parameter.diff(bare.spec, now), changing(where));
    expect((await stateOf(parameter, bare, where)).policies).toEqual([]);
  });

  it('marks as ours what was deleted behind its back and made anew by the overwrite', async () => {
    const state = await establish(parameter, target('/shop/level'), where);
    await where.aws.client(ssm).send(new DeleteParameterCommand({ Name: '/shop/level' }));
    const other = target('/shop/level', { type: 'String', value: 'debug' });
    await parameter.update(other, state, parameter.diff(other.spec, state), changing(where));
    expect(await look(parameter, other, where)).toMatchObject({ tags: changing(where).tags });
  });

  it.each([
    ["somebody else's", [], 'info'],
    ['different', undefined, 'loud'],
  ])('does not take a parameter that is %s for its own work', async (_what, tags, value) => {
    const own = Object.entries(changing(where).tags).map(([Key, Value]) => ({ Key, Value }));
    const put = { Name: '/shop/level', Type: 'String', Value: value, Tags: tags ?? own } as const;
    await where.aws.client(ssm).send(new PutParameterCommand(put));
    const failure: unknown = await parameter
      .create(target('/shop/level'), changing(where))
      .catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
  });

  it('holds the name for 30 s after a delete', async () => {
    const own = target('/shop/level');
    const state = await establish(parameter, own, where);
    const receipt = await parameter.delete(own, state, changing(where));
    const from = where.clock.now();
    await settle(parameter, own, where, 'delete', receipt);
    expect(where.clock.now() - from).toBe(30_000);
    const settled = await parameter.time.settled?.('create', receipt, own, reading(where));
    expect(settled).toEqual({ kind: 'done' });
    // Gone already: nobody knows since when.
    expect(await parameter.delete(own, state, changing(where))).toEqual({ name: '/shop/level' });
  });

  it('writes another setting of a secret with the value that it has, or not at all', async () => {
    await establish(parameter, secret('/shop/said'), where);
    const unsaid = target('/shop/said', { type: 'SecureString', description: 'x' });
    const state = await stateOf(parameter, unsaid, where);
    const differences = parameter.diff(unsaid.spec, state);
    where.faults.add({ kind: 'access-denied', operation: 'GetParameter', times: 1 });
    await expect(parameter.update(unsaid, state, differences, changing(where))).rejects.toThrow('not authorized');
    expect(sent('PutParameter')).toHaveLength(1);
    where.faults.clear();
    await parameter.update(unsaid, state, differences, changing(where));
    expect(await stateOf(parameter, secret('/shop/said'), where)).toMatchObject({
      secretValue: 'swordfish-17',
      explanation: 'x',
    });
  });

  it('takes away what is to go', async () => {
    const more = { description: 'how loud', allowedPattern: '^[a-z]+$', tags: { team: 'a', stage: 'b' } };
    const state = await establish(parameter, target('/shop/level', { type: 'String', value: 'info', ...more }), where);
    const bare = target('/shop/level', { type: 'String', value: 'info' });
    const away = ['description', 'allowedPattern', 'tags.stage'];
    const differences = away.map((path) => ({ path, desired: undefined, actual: 'x' }));
    await parameter.update(bare, state, differences, changing(where));
    const after = await stateOf(parameter, bare, where);
    expect(after).toMatchObject({ value: 'info', tags: { team: 'a' } });
    for (const path of ['description', 'allowedPattern'])
      expect(parameter.settings.isUsual(path, undefined, after), path).toBe(true);
  });
});

describe('a secret', () => {
  it('is kept before a delete, and nothing is deleted where it cannot be', async () => {
    await establish(parameter, secret('/shop/said'), where);
    const open = target('/shop/said');
    const state = await stateOf(parameter, open, where);
    const captured = await parameter.undo.capture?.(open, state, reading(where), true);
    expect(parameter.undo.specOf(open.spec, state, captured).spec).toMatchObject({
      type: 'SecureString',
      secretValue: 'swordfish-17',
    });
    // A plan does not read it: whoever carries it out does, or deletes nothing.
    const planning = bench({ from: where, mode: 'read' });
    const unread = await parameter.undo.capture?.(open, state, reading(planning), true);
    expect(await parameter.safety.cascade?.(open, state, reading(planning))).toEqual([]);
    expect(planning.wire).toEqual([]);
    expect(parameter.undo.specOf(open.spec, state, unread)).toMatchObject({ notRepresented: [] });
    expect(parameter.undo.specOf(open.spec, state, undefined).notRepresented).toEqual([
      'secretValue, which nobody decrypted',
    ]);
    expect(await parameter.safety.cascade?.(open, state, reading(where))).toEqual([]);
    where.faults.add({ kind: 'access-denied', operation: 'GetParameter' });
    await expect(parameter.safety.cascade?.(open, state, reading(where))).rejects.toThrow();
    await expect(parameter.undo.capture?.(open, state, reading(where), true)).rejects.toThrow();
  });

  it('that cannot be kept stops a replacement before the first change', async () => {
    const rig = await deployedRig(text);
    const open = playbookOf(
      text.replace(/type: SecureString[\s\S]*?secretValue: .*\n/, 'type: String\n      value: x\n'),
    );
    const other = rig.withPlaybook(open);
    other.faults.add({ kind: 'access-denied', operation: 'GetParameter' });
    const { plan, wire } = await other.recover('repair', { verify: false });
    const decision = plan.components.find(({ id }) => id === 'signing');
    expect(decision).toMatchObject({ disposition: 'blocked' });
    expect(JSON.stringify(decision)).toContain('cannot be deleted while nobody can see');
    expect(mutations(wire).filter(({ input }) => JSON.stringify(input).includes('/settings/signing'))).toEqual([]);
  });

  it('is in before-images, and in nothing that is told: neither the old one nor the new one', async () => {
    const rig = await deployedRig(text);
    const byHand = {
      Name: '/settings/signing',
      Value: 'marlin-by-hand-18',
      Type: 'SecureString',
      Overwrite: true,
    } as const;
    await rig.operator.client(ssm).send(new PutParameterCommand(byHand));
    const { assessments } = await rig.look();
    const { plan, report, journal } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.map(({ id }) => id)).toEqual(['signing.update']);
    const told = JSON.stringify([[...assessments.values()], plan, report, journal.records, planText(plan, plainPaint)]);
    expect(told).toContain('secretValue');
    for (const value of ['marlin-by-hand-18', 'correct-horse-battery']) expect(told).not.toContain(value);
    expect(JSON.stringify([...journal.beforeImages.values()])).toContain('marlin-by-hand-18');

    const undo = await rig.undo(recallOf([journal]));
    expect(unfinished(undo.report)).toEqual([]);
    expect(JSON.stringify([undo.plan, undo.report, undo.journal.records])).not.toContain('marlin-by-hand-18');
    expect(JSON.stringify(rig.world.data)).toContain('marlin-by-hand-18');
  });
});

describe('a playbook with parameters', () => {
  it('comes back whole after every piece was lost, and as it was after a teardown is taken back', async () => {
    const rig = await deployedRig(text);
    const configuration = async (): Promise<unknown> =>
      [...(await rig.look()).observations.byId].flatMap(([id, seen]) =>
        seen.kind === 'present' && rig.playbook.components.get(id)?.type === 'ssm/parameter'
          ? [[id, { ...(seen.state as object), version: 0 }, seen.tags]]
          : [],
      );
    const before = await configuration();
    const lost = rig.fork();
    await lost.break(ownedBy(rig.playbook));
    expect(unfinished((await lost.recover('repair', { verify: false })).report)).toEqual([]);
    const teardown = await rig.recover('teardown', { verify: false });
    expect(unfinished(teardown.report)).toEqual([]);
    const undo = await rig.undo(recallOf([teardown.journal]));
    expect(unfinished(undo.report)).toEqual([]);
    const address = (await rig.look()).observations.outputs.get('balancer')?.['dnsName'] ?? '';
    const after = JSON.stringify(await configuration());
    expect(after).toBe(JSON.stringify(before).replace(/"value":"internal-settings[^"]*"/, `"value":"${address}"`));
  });

  it('is refused where it spells a secret', () => {
    expect(() => playbookOf(text.replace("'${params.signing}'", 'swordfish-17'))).toThrow(
      '"secretValue" of "signing" is a secret: its value comes from a sensitive parameter',
    );
  });
});

describe('specs', () => {
  const valid = { name: '/a', type: 'String', value: 'x' };

  it.each([
    [{ name: 'aws-own' }, 'letters, digits'],
    [{ name: '/ssm/x' }, 'letters, digits'],
    [{ name: 'a/b' }, 'letters, digits'],
    [{ name: '/x'.repeat(16) }, 'letters, digits'],
    [{ type: 'SecureString' }, 'expected secretValue'],
    [{ value: undefined, secretValue: 'x' }, 'expected a SecureString for a secret value'],
    [{ keyId: 'alias/x' }, 'expected a SecureString for a key'],
    [{ policies: [{ type: 'Expiration', attributes: {} }] }, 'expected the tier Advanced for policies'],
    [{ tier: 'Standard', value: 'x'.repeat(4097) }, 'expected the tier Advanced for a value'],
    [{ value: 'x'.repeat(8193) }, 'at most 8192'],
    [{ tags: { 'relight:playbook': 'x' } }, 'no tag of AWS or of relight'],
  ])('%j are refused', (more, message) => {
    expect(() => specOf(parameter, { ...valid, ...more })).toThrow(message);
  });

  it('name what nobody may read, in every state of knowledge', () => {
    expect(parameter.judging.factsPath?.('description')).toBe('explanation');
    expect(parameter.judging.factsPath?.('value')).toBe('value');
    expect(parameter.judging.factsPath?.('policies[0].attributes.After')).toBe('policies');
  });
});

describe('permissions', () => {
  const actionsOf = (more: object) =>
    parameter.safety.policyScope(specOf(parameter, { name: '/a/b', type: 'SecureString', ...more }), scope).actions;
  const own = 'arn:aws:ssm:eu-west-1:123456789012:parameter/a/b';
  const conditions = { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': [own] } };

  it.each([
    ['1234-abcd', 'key/1234-abcd'],
    ['arn:aws:kms:eu-west-1:123456789012:key/1234-abcd', 'key/1234-abcd'],
    ['alias/own', 'key/*'],
  ])('reach the key %s, for this parameter only', (keyId, resource) => {
    const resources = [`arn:aws:kms:eu-west-1:123456789012:${resource}`];
    for (const each of ['Decrypt', 'Encrypt', 'GenerateDataKey']) {
      expect(actionsOf({ keyId })[`kms:${each}`]).toEqual({ resources, conditions });
    }
  });

  it('are none for the default key, and name the parameter where AWS lets them', () => {
    expect(actionsOf({})['kms:Decrypt']).toEqual({ resources: [] });
    expect(actionsOf({})['ssm:PutParameter']).toEqual({ resources: [own] });
    expect(actionsOf({})['ssm:DescribeParameters']).toBeUndefined();
  });
});

it('stands in for a shared one of any type', () => {
  const standIn = (more: object) => parameter.rehearsal.standIn(target('/a', more), []);
  expect(standIn({})).toEqual({ name: '/a', type: 'String', value: 'presumed' });
  expect(standIn({ type: 'SecureString' })).toMatchObject({ secretValue: 'presumed' });
});

it('adds tags of its own to those that are there', async () => {
  await establish(parameter, target('/a'), where);
  const Tags = [{ Key: 'cost', Value: '12' }];
  await where.aws.client(ssm).send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/a', Tags }));
  const tagged = target('/a', { type: 'String', value: 'info', tags: { team: 'x' } });
  const state = await stateOf(parameter, tagged, where);
  await parameter.update(tagged, state, parameter.diff(tagged.spec, state), changing(where));
  expect((await stateOf(parameter, tagged, where)).tags).toEqual({ cost: '12', team: 'x' });
});
