// Laws of rehearsals and proofs: a piece can be brought into each state, and every change is known for its own.
import assert from 'node:assert/strict';
import { foreignPlaybook, type InjectedState, ownerTags, type RehearsedComponent } from '../components/contract.ts';
import { changing, establish, look, settle, stateOf } from './bench.ts';
import { asUnknown } from './looking.ts';
import { isAbout, namedPiece, operatorOn, settleNeighbour } from './rehearsing.ts';
import { changeAndDelete, same, type Trial } from './trial.ts';

const inWords = /^[A-Za-z].{10,}/;

export async function injected(trial: Trial, state: InjectedState): Promise<void> {
  const { bare, fixture, full, target, type, where } = trial;
  const injection = type.rehearsal.injections[state];
  if (injection.kind === 'cannot') {
    assert.match(injection.because, inWords);
    return;
  }
  if (injection.kind === 'denied') {
    const before = await establish(type, target, where);
    const calls = injection.calls(target.spec, before);
    assert.ok(calls.length > 0, 'some call is denied');
    for (const each of calls) where.faults.add({ kind: 'access-denied', ...each });
    same(asUnknown(await look(type, target, where)), { kind: 'unknown', reason: 'denied' });
    return;
  }
  const reference = state === 'dangling' ? fixture.dangling : undefined;
  const others = reference?.others ?? [];
  const rehearsed = [target, full, ...(bare === undefined ? [] : [bare])].map(({ id, spec }): RehearsedComponent => ({
    id,
    type: type.traits.type,
    spec: structuredClone(spec),
    references: reference === undefined ? [] : [{ path: reference.path, component: others[0]?.id ?? 'other' }],
    ignore: [],
  }));
  const playbook = { components: new Map(others.map((each) => [each.id, each])) };
  const reasons = rehearsed.map((each) => injection.unless(each, playbook));
  for (const each of reasons) if (each !== undefined) assert.match(each, inWords);
  const component = rehearsed[reasons.indexOf(undefined)];
  if (component === undefined) throw new Error(`no piece of the fixture can be ${state}: ${reasons.join('; ')}`);
  const own = { id: component.id, spec: component.spec };
  const before = await establish(type, own, where);
  const what = await injection.inject(operatorOn(type, component, others, before, where));
  assert.equal(typeof what, 'string', 'an injection tells what it did');
  if (injection.until === 'settled') await where.clock.sleep(60_000);
  const seen = await look(type, own, where);
  if (seen.kind !== 'present') throw new Error(`it is ${seen.kind} when ${state}`);
  if (state === 'foreign') assert.equal(seen.tags?.[ownerTags.playbook], foreignPlaybook);
  else if (state === 'drifted') assert.notDeepEqual(type.diff(own.spec, seen.state), []);
  else if (state === 'dangling') {
    // It differs, or what it refers to has another output now.
    const differs = type.diff(own.spec, seen.state).length > 0;
    assert.ok(differs || (await fixture.dangling?.hasMoved?.(where, before)) === true, 'it dangles');
  } else assert.equal(type.readiness(seen.state, own.spec).kind, state);
}

export async function namesChanges({ another, changed, target, type, where }: Trial): Promise<void> {
  where.wire.length = 0;
  const receipt = await type.create(target, changing(where, { id: target.id }));
  const made = await settle(type, target, where, 'create', receipt);
  const after = await changeAndDelete({ changed, target, type, where }, made);
  const piece = namedPiece(type, [target.spec, changed.spec], [made, after]);
  const stranger = namedPiece(type, [another.spec], []);
  const sent = where.wire.filter((call) => call.mutating);
  assert.ok(sent.length > 1, 'changes are sent');
  for (const call of sent) {
    const { operation } = call;
    const told = { operation, own: isAbout(call, piece, type), other: isAbout(call, stranger, type) };
    same(told, { operation, own: true, other: false });
  }
}

export function namesPermissions({ type }: Trial): void {
  const named = Object.keys(type.rehearsal.subjects);
  assert.ok(named.length > 0, 'subjects are named');
  // What AWS's services do with each other for the caller is a permission and no call of his: to pass a role, to encrypt.
  const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));
  const called = new Set(named.map(serviceOf));
  const { write } = type.traits.permissions;
  same(
    write.filter((each) => called.has(serviceOf(each)) && !named.includes(each)),
    [],
  );
  same(
    named.filter((each) => !write.includes(each)),
    [],
  );
}

export async function neighbour({ target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const beside = await settleNeighbour(type, target.spec, where);
  assert.notEqual(type.identity(beside.spec), type.identity(target.spec));
  const state = await stateOf(type, target, where);
  await settle(type, target, where, 'delete', await type.delete(target, state, changing(where)));
  assert.equal((await look(type, beside, where)).kind, 'present');
}

// --- Judging ---------------------------------------------------------------------------------------------------------
