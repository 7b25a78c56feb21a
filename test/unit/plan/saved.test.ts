// Saved plans: which file is believed, what it is bound to, and what has moved since it was written.
import { describe, expect, test } from 'vitest';
import type { PlanKind } from '../../../src/plan/plan.ts';
import { broughtUpSince, plansApart } from '../../../src/plan/saved-apart.ts';
import {
  otherPlace,
  otherPlaybook,
  otherSayings,
  otherTool,
  outOfTime,
  paramsFor,
  readSavedPlan,
} from '../../../src/plan/saved-check.ts';
import {
  movedSince,
  savedPlanText,
  savePlan,
  sealOf,
  type SavedPlan,
  type SavedPlanInputs,
} from '../../../src/plan/saved.ts';
import type { Check, Playbook } from '../../../src/playbook/model.ts';
import { longestDuration } from '../../../src/playbook/duration.ts';
import { hiddenValue } from '../../../src/util/secrets.ts';
import { dnsCheck, httpCheck, tcpCheck } from '../../helpers/playbook.ts';
import { identity, scriptedRig, startOfTime, type ScriptedRig, type Seen } from '../../helpers/scripted-rig.ts';

const minute = 60_000;
const key = 'k'.repeat(32);

function inputsOf(rig: ScriptedRig, { observations }: Seen): SavedPlanInputs {
  const { graph, playbook, types, observeContext } = rig;
  return { graph, playbook, types, observations, scope: observeContext.scope };
}

interface SaveOptions {
  readonly kind?: PlanKind;
  readonly excluded?: readonly string[];
  readonly key?: string;
  readonly sandbox?: boolean;
}

async function savedBy(
  rig: ScriptedRig,
  { kind = 'repair', excluded = [], key: by, sandbox = false }: SaveOptions = {},
) {
  const seen = await rig.look();
  return savePlan({
    ...inputsOf(rig, seen),
    plan: rig.planFrom(seen, kind, excluded),
    tool: 'relight 1.2.3',
    id: 'plan-1',
    sandbox,
    excluded: new Set(excluded),
    now: startOfTime,
    ttl: 15 * minute,
    ...(by === undefined ? {} : { key: by }),
  });
}

/** Two components in order, the second one lost. */
function broken(): ScriptedRig {
  const rig = scriptedRig('a; b -> a.arn; c');
  rig.world.remove('b');
  return rig;
}

/** The text of a file with a sound seal. */
function sealed(saved: SavedPlan, change: object, by?: string): string {
  const { seal, ...body } = { ...saved, ...change };
  const again = sealOf(body, by);
  expect(again).not.toBe(seal);
  return savedPlanText({ ...body, seal: again });
}

function reasonOf(file: string, by?: string): string {
  const read = readSavedPlan(file, by);
  return read.kind === 'sound' ? 'sound' : read.reason;
}

describe('a file', () => {
  test('as it was written is read as it was saved', async () => {
    const saved = await savedBy(broken());
    expect(readSavedPlan(savedPlanText(saved))).toEqual({ kind: 'sound', saved });
  });

  test.each([
    ['', 'the file is empty'],
    [' \n', 'the file is empty'],
    ['{"kind":', 'the file is not JSON: it was cut off, damaged, or is something else'],
    ['[]', 'the file is JSON, but no plan of relight'],
    ['{"kind":"relight/run","version":1}', 'the file is JSON, but no plan of relight'],
    ['{"kind":"relight/plan","version":2}', 'the file has format version 2, this relight reads version 1'],
  ])('with %j is none', (file, reason) => {
    expect(reasonOf(file)).toBe(reason);
  });

  test('that was changed by one value, or by one blank, does not fit its seal', async () => {
    const saved = await savedBy(broken());
    const text = savedPlanText(saved);
    for (const file of [
      text.replace('"strategy": "repair"', '"strategy": "rebuild"'),
      text.replace('"strategy"', ' "strategy"'),
      `${text} `,
      savedPlanText({ ...saved, seal: 'x' }),
      savedPlanText({ ...saved, seal: 7 as unknown as string }),
    ]) {
      expect(file).not.toBe(text);
      expect(reasonOf(file)).toBe('its seal does not fit: the file was edited or damaged since it was written');
    }
  });

  test('with a sound seal that lacks what a plan has says what', async () => {
    const saved = await savedBy(broken());
    expect(reasonOf(sealed(saved, { excluded: 'c' }))).toMatch(/^it lacks what a plan has: excluded: /);
    expect(reasonOf(sealed(saved, { id: 'no id' }))).toMatch(/^it lacks what a plan has: id: /);
    expect(reasonOf(sealed(saved, { plan: { ...saved.plan, steps: [{}] } }))).toMatch(/: plan\.steps\.0\.id: /);
  });

  test.each([
    ['strategy', { strategy: 'rebuild' }],
    ['environment', { environment: 'production' }],
    ['identity', { identity: { ...identity, account: '999999999999' } }],
    ['playbook', { playbook: { name: 'other', digest: 'digest', file: 'playbook.yaml' } }],
  ])('that says another %s outside than inside contradicts itself', async (what, change) => {
    expect(reasonOf(sealed(await savedBy(broken()), change))).toBe(`it contradicts itself about ${what}`);
  });
});

describe('a key', () => {
  test('that sealed a plan opens it, and no other does', async () => {
    const saved = await savedBy(broken(), { key });
    const file = savedPlanText(saved);
    expect(reasonOf(file, key)).toBe('sound');
    expect(readSavedPlan(file, 'x'.repeat(32))).toEqual({
      kind: 'refused',
      reason:
        'its seal does not fit: the file was edited or damaged since it was written, or it was sealed with another key',
      remedy: 'Check that RELIGHT_PLAN_KEY is the key it was sealed with',
    });
  });

  test('is asked for where there was one, and asks for one where there is one', async () => {
    expect(readSavedPlan(savedPlanText(await savedBy(broken(), { key })))).toMatchObject({
      reason:
        'it is sealed with a key, and RELIGHT_PLAN_KEY is not set: whether it is whole cannot be told without the key',
      remedy: 'Set RELIGHT_PLAN_KEY to the key that it was sealed with',
    });
    const unkeyed = readSavedPlan(savedPlanText(await savedBy(broken())), key);
    expect(unkeyed).toEqual({
      kind: 'refused',
      reason: 'it is not sealed with a key, and RELIGHT_PLAN_KEY asks for that: who made it cannot be told',
    });
  });

  test('cannot be told from the seal, and another body has another seal', async () => {
    const saved = await savedBy(broken(), { key });
    const { seal, ...body } = saved;
    expect(seal).toBe(sealOf(body, key));
    expect(seal).toMatch(/^hmac-sha256:/);
    expect(sealOf({ ...body, id: 'plan-2' }, key)).not.toBe(seal);
    expect(sealOf(body)).not.toContain('hmac');
  });
});

describe('what a plan is bound to', () => {
  test('the version of relight', async () => {
    const saved = await savedBy(broken());
    expect(otherTool(saved, 'relight 1.2.3')).toBeUndefined();
    expect(otherTool(saved, 'relight 1.2.4')).toBe('it was made by relight 1.2.3, this is relight 1.2.4');
  });

  test('the place and the caller: each that differs is named', async () => {
    const saved = await savedBy(broken());
    expect(otherPlace(saved, { ...identity, sandbox: false })).toBeUndefined();
    expect(otherPlace(saved, { ...identity, sandbox: true })).toBe(
      'it was made in an AWS account, and this is a sandbox',
    );
    expect(otherPlace(await savedBy(broken(), { sandbox: true }), { ...identity, sandbox: false })).toBe(
      'it was made in a sandbox, and this is not one',
    );
    expect(otherPlace(saved, { ...identity, alias: null, arn: 'arn:bob', sandbox: false })).toBe(
      `it was made in another place or by another caller: alias was shop-prod, is (none); caller was ${identity.arn}, is arn:bob`,
    );
    expect(otherPlace(saved, { ...identity, account: '9', region: 'eu-north-1', sandbox: false })).toContain(
      'account was 123456789012, is 9; region was eu-west-1, is eu-north-1',
    );
  });

  test('a while: to the very millisecond, and by clocks that are not further apart than five minutes', async () => {
    const saved = await savedBy(broken());
    expect(outOfTime(saved, startOfTime)).toBeUndefined();
    expect(outOfTime(saved, startOfTime + 15 * minute - 1)).toBeUndefined();
    expect(outOfTime(saved, startOfTime + 15 * minute)).toBe(
      'it expired at 2026-01-01T00:15:00.000Z: it was valid for 15m',
    );
    expect(outOfTime(saved, startOfTime - 5 * minute)).toBeUndefined();
    expect(outOfTime(saved, startOfTime - 5 * minute - 1)).toBe(
      'it was made at 2026-01-01T00:00:00.000Z, which is still to come: a clock is wrong',
    );
    const until = (ms: number): SavedPlan => ({ ...saved, expiresAt: new Date(startOfTime + ms).toISOString() });
    expect(outOfTime(until(longestDuration), startOfTime)).toBeUndefined();
    expect(outOfTime(until(longestDuration + 1), startOfTime)).toMatch(/^it says that it is valid for .*: no plan is$/);
  });

  describe('the playbook', () => {
    const of = (change: Partial<Playbook>): Playbook => ({ ...broken().playbook, ...change });

    test('by its digest', async () => {
      const saved = await savedBy(broken());
      expect(otherPlaybook(saved, of({}))).toBeUndefined();
      expect(otherPlaybook(saved, of({ digest: 'other' }))).toBe(
        'the playbook playbook.yaml is not the one that the plan was made from (digest then digest, now other)',
      );
    });

    test('by its parameters: each that differs is told, those that are hidden are to be given again', async () => {
      const saved = { ...(await savedBy(broken())), params: { size: 2, zone: 'a', token: hiddenValue } };
      const now = (params: Playbook['params']): string | undefined =>
        otherPlaybook(saved, of({ digest: 'other', params: { token: hiddenValue, ...params } }));
      expect(now({ size: 3, zone: 'a' })).toBe(
        'the parameters differ: size was 2, is 3 (digest then digest, now other)',
      );
      expect(now({ size: 2 })).toContain('zone was a, is (none)');
      expect(now({ size: 2, zone: 'a', more: 'x' })).toContain('more was (none), is x');
      expect(now({ size: 2, zone: 'a' })).toContain(
        '; if only a parameter that is kept out of plans differs, give it again: --param token=...',
      );
    });

    test('by its secrets, which are in no digest', async () => {
      const saved = await savedBy(broken());
      const secrets = (fingerprint: string | null, ...params: readonly string[]): Partial<Playbook> => ({
        secrets: { ...broken().playbook.secrets, params: new Set(params), fingerprint: () => fingerprint },
      });
      expect(otherPlaybook({ ...saved, secrets: 'f1' }, of(secrets('f1')))).toBeUndefined();
      expect(otherPlaybook({ ...saved, secrets: 'f1' }, of(secrets('f2')))).toBe(
        'a secret value of the playbook playbook.yaml or of its parameters is not what the plan was made with',
      );
      expect(otherPlaybook({ ...saved, secrets: 'f1' }, of(secrets('f2', 'token', 'pin')))).toContain(
        '; parameters that are kept out of plans are to be given again: --param token=... --param pin=...',
      );
    });

    test('and says nothing that the playbook does not: environment, components', async () => {
      const saved = await savedBy(broken(), { excluded: ['c'] });
      const target = { ...broken().playbook.target, environment: 'production' };
      expect(otherSayings(saved, of({}))).toBeUndefined();
      expect(otherSayings(saved, of({ target }))).toBe(
        'it says that the environment is (none), the playbook says production',
      );
      expect(otherSayings({ ...saved, environment: 'test' }, of({}))).toBe(
        'it says that the environment is test, the playbook says (none)',
      );
      expect(otherSayings({ ...saved, excluded: ['c', 'x'] }, of({}))).toBe(
        'it leaves out x, and the playbook has no such component',
      );
    });
  });

  test('its parameters are those of the file, those given now before them, and what is hidden is left out', async () => {
    const saved = { ...(await savedBy(broken())), params: { size: 2, on: true, zone: 'a', token: hiddenValue } };
    expect(paramsFor(saved, { zone: 'b', token: 't' })).toEqual({ size: '2', on: 'true', zone: 'b', token: 't' });
    expect(paramsFor(saved, {})).toEqual({ size: '2', on: 'true', zone: 'a' });
  });
});

describe('which pieces a plan is about', () => {
  const about = async (rig: ScriptedRig, options: SaveOptions = {}): Promise<readonly string[]> =>
    Object.keys((await savedBy(rig, options)).observed).toSorted();

  test('those that its steps touch, and those that these depend on', async () => {
    const rig = scriptedRig('net; a -> net; b -> a.arn; c -> b; d');
    rig.world.remove('b');
    expect(await about(rig)).toEqual(['a', 'b', 'net']);
  });

  const verified = (verify: readonly Check[]): ScriptedRig => {
    const names = { aliases: () => ['x'] };
    const rig = scriptedRig('a; b; net; c -> net; d', { verify, types: { 'test/named': names } });
    rig.world.remove('b');
    return rig;
  };

  test('those that its probes need, and what they depend on; of a teardown only its steps', async () => {
    const checks = [
      httpCheck('http://${a.name}/', { references: [] }),
      {
        ...tcpCheck('shop', 80),
        references: [{ from: 'v', path: 'host', component: 'c', output: 'arn', position: { line: 1, column: 1 } }],
      },
    ];
    expect(await about(verified(checks))).toEqual(['a', 'b', 'c', 'net']);
    expect(await about(verified(checks), { kind: 'teardown' })).toEqual(['a', 'c', 'd', 'net']);
  });

  test('the piece that has the name which a probe asks, however that is spelled', async () => {
    expect(await about(verified([dnsCheck('shop.example', undefined)]))).toEqual(['b']);
    expect(await about(verified([dnsCheck('D.', undefined)]))).toEqual(['b', 'd']);
    expect(await about(verified([tcpCheck('d', 80)]))).toEqual(['b', 'd']);
    expect(await about(verified([httpCheck('https://D:8443/path')]))).toEqual(['b', 'd']);
    expect(await about(verified([httpCheck('no address')]))).toEqual(['b']);
  });

  test('nothing, where there is nothing to do', async () => {
    expect(await about(scriptedRig('a; b'))).toEqual([]);
  });
});

describe('what has moved since', () => {
  async function moved(meanwhile: (rig: ScriptedRig) => void, rig = broken()) {
    const saved = await savedBy(rig);
    meanwhile(rig);
    return movedSince(saved, inputsOf(rig, await rig.look()));
  }

  test('nothing, while all is as it was', async () => {
    expect(await moved(() => undefined)).toEqual([]);
  });

  test('a piece that has come, gone, or is not to be seen any more', async () => {
    expect(
      await moved(({ world }) => {
        world.make('b', { name: 'b', size: 1 }, {});
      }),
    ).toEqual([{ component: 'b', path: 'presence', then: 'absent', now: 'present' }]);
    expect(
      await moved(({ world }) => {
        world.remove('a');
      }),
    ).toMatchObject([{ component: 'a', path: 'presence', then: 'present', now: 'absent' }]);
    expect(
      await moved(({ world }) => {
        world.hide('a');
      }),
    ).toMatchObject([{ component: 'a', then: 'present', now: 'unknown: denied: no look at a' }]);
  });

  test('fields and tags, each by its path', async () => {
    const moves = await moved(({ world }) => {
      world.drift('a', 'size', 7);
      world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:component': 'a', team: 'x' } });
    });
    expect(moves).toContainEqual({ component: 'a', path: 'fields.size', then: 1, now: 7 });
    expect(moves).toContainEqual({ component: 'a', path: 'tags.team', then: null, now: 'x' });
  });

  test('not what the plan is not about', async () => {
    expect(
      await moved(({ world }) => {
        world.remove('c');
      }),
    ).toEqual([]);
  });

  test('health only where it is why there is a step', async () => {
    const sick = scriptedRig('a; b -> a', { types: { 'test/node': { remedy: 'update' } } });
    sick.world.set('b', { status: 'sick' });
    const saved = await savedBy(sick);
    expect(saved.observed['b']?.facts).toMatchObject({ health: 'unhealthy' });
    expect(saved.observed['a']?.facts).not.toHaveProperty('health');
  });

  test('a value that no plan shows is told to have moved, and not what it is', async () => {
    const rig = broken();
    const saved = await savedBy(rig);
    const a = saved.observed['a'];
    if (a === undefined) throw new Error('a is not observed');
    const hidden = { ...saved, observed: { ...saved.observed, a: { ...a, fingerprint: 'other' } } };
    expect(movedSince(hidden, inputsOf(rig, await rig.look()))).toEqual([
      { component: 'a', path: '(a value that is kept out of plans)', then: '(hidden)', now: '(hidden)' },
    ]);
  });

  test('what was not looked at then, or is not now', async () => {
    const rig = broken();
    const saved = await savedBy(rig);
    const observed = Object.fromEntries(Object.entries(saved.observed).filter(([id]) => id !== 'a'));
    expect(movedSince({ ...saved, observed }, inputsOf(rig, await rig.look()))).toMatchObject([
      { component: 'a', path: 'presence', then: 'not looked at', now: 'present' },
    ]);
    const [b] = Object.values(saved.observed);
    if (b === undefined) throw new Error('nothing is observed');
    expect(
      movedSince({ ...saved, observed: { ...saved.observed, x: b } }, inputsOf(rig, await rig.look())),
    ).toMatchObject([{ component: 'x', path: 'presence', now: 'not looked at' }]);
  });

  test('the same facts in two plans have different fingerprints', async () => {
    const rig = broken();
    const seen = await rig.look();
    const save = (id: string): string | undefined =>
      savePlan({
        ...inputsOf(rig, seen),
        plan: rig.planFrom(seen, 'repair'),
        tool: 't',
        id,
        sandbox: false,
        excluded: new Set(),
        now: startOfTime,
        ttl: minute,
      }).observed['a']?.fingerprint;
    expect(save('one')).toBe(save('one'));
    expect(save('one')).not.toBe(save('two'));
  });
});

describe('two plans', () => {
  async function plans(meanwhile: (rig: ScriptedRig) => void, later: PlanKind = 'repair') {
    const rig = broken();
    const then = await rig.plan();
    meanwhile(rig);
    return [then, await rig.plan(later)] as const;
  }

  test('that do the same are not apart, whatever their words and estimates', async () => {
    const [then, now] = await plans(() => undefined);
    const steps = now.steps.map((step) => ({ ...step, because: 'other words', estimateSeconds: 1_000 }));
    expect(plansApart(then, { ...now, steps })).toEqual([]);
  });

  test('are apart in what they say of the playbook', async () => {
    const [then, now] = await plans(() => undefined);
    expect(plansApart(then, { ...now, environment: 'production', rtoSeconds: 60, approvals: ['a'] })).toEqual([
      { where: 'plan', path: 'environment', then: null, now: 'production' },
      { where: 'plan', path: 'rtoSeconds', then: null, now: 60 },
      { where: 'plan', path: 'approvals', then: [], now: ['a'] },
    ]);
  });

  test('are apart in each step that one of them lacks', async () => {
    const [then, now] = await plans(({ world }) => {
      world.remove('c');
    });
    expect(plansApart(then, now)).toEqual([{ where: 'step c.create', path: '', then: null, now: 'create' }]);
    expect(plansApart(now, then)).toEqual([{ where: 'step c.create', path: '', then: 'create', now: null }]);
  });

  test('are apart in each thing that a step does otherwise', async () => {
    const [then, now] = await plans(() => undefined);
    const [step] = now.steps;
    if (step === undefined) throw new Error('no step');
    const difference = { path: 'size', actual: 1, desired: 2, immutable: false, kind: 'changed' as const };
    for (const [change, path] of [
      [{ after: ['x'] }, 'after'],
      [{ destructive: true }, 'destructive'],
      [{ component: 'c' }, 'component'],
      [{ action: 'update' }, 'action'],
      [{ afterImage: null }, 'afterImage'],
      [{ differences: [difference] }, 'differences'],
    ] as const) {
      const other = { ...now, steps: [{ ...step, ...change }] };
      expect(plansApart(then, other).map((each) => [each.where, each.path])).toEqual([['step b.create', path]]);
    }
    const one = { ...now, steps: [{ ...step, differences: [difference] }] };
    for (const [name, value] of Object.entries({
      path: 'x',
      actual: 3,
      desired: 3,
      immutable: true,
      kind: 'dangling',
    })) {
      const other = { ...now, steps: [{ ...step, differences: [{ ...difference, [name]: value }] }] };
      expect(plansApart(one, other as typeof now).map((each) => each.path)).toEqual([`differences[0].${name}`]);
    }
  });

  test('of the same steps in another order are apart in that', async () => {
    const rig = scriptedRig('a; b');
    rig.world.remove('a', 'b');
    const plan = await rig.plan();
    expect(plansApart(plan, { ...plan, steps: plan.steps.toReversed() })).toEqual([
      { where: 'plan', path: 'order', then: ['a.create', 'b.create'], now: ['b.create', 'a.create'] },
    ]);
  });

  test('what was as it should be then and is not now is no matter of the saved one', async () => {
    const [then, now] = await plans(({ world }) => {
      world.remove('c');
    });
    expect(broughtUpSince(then, now)).toEqual(['c']);
    expect(broughtUpSince(now, now)).toEqual([]);
    const unkept = then.components.map((each) =>
      each.id === 'c' ? { ...each, disposition: 'blocked' as const } : each,
    );
    expect(broughtUpSince({ ...then, components: unkept }, now)).toEqual([]);
    const rebuilt = await plans(() => undefined, 'rebuild');
    expect(broughtUpSince(...rebuilt).toSorted()).toEqual(['a', 'c']);
  });
});
