// Laws of changing: once is as good as twice, and nothing more than was asked for.
import assert from 'node:assert/strict';
import { changing, establish, look, reading, scope, settle, stateOf } from './bench.ts';
import { callsBeside } from './stray-calls.ts';
import { hasNewOutputOnUpdate, operationsIn, pathsOf, same, type Trial, unlessBusy, wholeLife } from './trial.ts';

export async function makesOne({ fixture, target, type, where }: Trial): Promise<void> {
  const before = await fixture.count(where);
  const context = changing(where, { id: target.id });
  const receipt = await type.create(target, context);
  await unlessBusy(type.create(target, context));
  const state = await settle(type, target, where, 'create', receipt);
  await type.create(target, context);
  assert.equal(await fixture.count(where), before + 1);
  const later = await stateOf(type, target, where);
  same(type.outputsOf(target.spec, later, scope), type.outputsOf(target.spec, state, scope));
}

/** What neither the schema nor `requiredWhenOwned` wants, AWS does not want either. */
export async function needsNoMore({ fixture, target, type, where }: Trial): Promise<void> {
  const needed = new Set([...(type.traits.requiredWhenOwned ?? []).flat(), ...(fixture.neededHere ?? [])]);
  const said = Object.entries(target.spec as object);
  for (const [field] of said) {
    if (needed.has(field)) continue;
    const parsed = type.traits.schema.safeParse(Object.fromEntries(said.filter(([name]) => name !== field)));
    if (!parsed.success) continue;
    const piece = { id: target.id, spec: parsed.data };
    try {
      const receipt = await type.create(piece, changing(where, { id: piece.id, token: `without ${field}` }));
      const state = await settle(type, piece, where, 'create', receipt);
      await settle(type, piece, where, 'delete', await type.delete(piece, state, changing(where)));
    } catch (error) {
      assert.fail(`without ${field} there is no piece, and requiredWhenOwned does not name it: ${String(error)}`);
    }
  }
}

export async function inSync({ target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  same(type.readiness(state, target.spec), { kind: 'ready' });
  same(type.diff(target.spec, state), []);
  assert.notEqual(type.describe(state), '');
}

export async function goes({ fixture, target, type, where }: Trial): Promise<void> {
  const before = await fixture.count(where);
  const state = await establish(type, target, where);
  const context = changing(where, { id: target.id });
  const receipt = await type.delete(target, state, context);
  await unlessBusy(type.delete(target, state, context));
  await settle(type, target, where, 'delete', receipt);
  await type.delete(target, state, context);
  assert.equal((await look(type, target, where)).kind, 'absent');
  assert.equal(await fixture.count(where), before);
}

export async function changes({ changed, changedPaths, fixture, target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  const before = await fixture.count(where);
  const differences = type.diff(changed.spec, state);
  same(pathsOf(differences), [...changedPaths].sort());
  same(
    changedPaths.filter((path) => type.traits.immutable.some((fixed) => path.startsWith(fixed))),
    [],
  );
  const receipt = await type.update(changed, state, differences, changing(where, { id: target.id }));
  const after = await settle(type, changed, where, 'update', receipt);
  same(type.diff(changed.spec, after), []);
  same(pathsOf(type.diff(target.spec, after)), [...changedPaths].sort());
  // A task definition's update is a new revision; everything else stays the one piece.
  if (!hasNewOutputOnUpdate(type)) assert.equal(await fixture.count(where), before);
}

export async function permissions(trial: Trial): Promise<void> {
  const { full, type, where } = trial;
  await wholeLife(trial);
  // Some reads are made only for what a spec says.
  const whole = { ...full, id: 'whole' };
  await type.undo.capture?.(whole, await establish(type, whole, where), reading(where), true);
  const calls = operationsIn(where.wire);
  assert.ok(
    calls.some((call) => call.mutating),
    'something is changed',
  );
  for (const { service, operation, mutating } of calls) {
    const { read, readOwned = [], write } = type.traits.permissions;
    const declared: readonly string[] = mutating ? write : [...read, ...readOwned];
    assert.ok(declared.includes(`${service}:${operation}`), `${service}:${operation} is not declared in permissions`);
  }
}

export async function metered(trial: Trial): Promise<void> {
  const { where } = trial;
  where.wire.length = 0;
  const before = where.aws.meter.total;
  same(await callsBeside(() => wholeLife(trial)), []);
  assert.ok(where.wire.length > 0, 'something is sent');
  assert.equal(where.aws.meter.total - before, where.wire.length, 'each call that AWS saw was metered');
}

export async function takesTime({ target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  for (const action of ['create', 'update', 'delete'] as const) {
    for (const known of [undefined, state]) {
      const seconds = type.time.estimate(action, target.spec, known);
      assert.ok(seconds > 0 && seconds < 3600, `${action} is estimated to take ${seconds} s`);
    }
  }
}

// --- Rehearsed and proved --------------------------------------------------------------------------------------------
