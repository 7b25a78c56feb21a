// The laws that every component type obeys, on the wire: real SDK clients against the embedded AWS. A list for whichever
// runner; each law judges by `node:assert` and stands by itself.
import assert from 'node:assert/strict';
import { classify } from '../aws/errors.ts';
import {
  foreignPlaybook,
  ownerTags,
  type AsSpec,
  type ComponentType,
  type Difference,
  type InjectedState,
  type Json,
  type Observation,
  type Receipt,
  type RehearsedComponent,
  type Target,
} from '../components/contract.ts';
import { componentTypes } from '../components/index.ts';
import { plainJsonSchema } from '../playbook/json-schema.ts';
import type { FaultKind, ObservedCall } from '../sandbox/index.ts';
import { toJson } from '../util/json.ts';
import { bench, changing, establish, look, reading, scope, settle, stateOf, type Bench } from './bench.ts';
import type { Fixture } from './fixture.ts';
import { isAbout, namedPiece, operatorOn, settleNeighbour } from './rehearsing.ts';
import { callsBeside } from './stray-calls.ts';

/** One thing that must hold of a type. */
export interface Law {
  /** As a test is called: `takes absence for a value`. */
  readonly name: string;
  /** @throws Error, most of them of `node:assert`, that says what does not hold */
  readonly check: () => Promise<void>;
}

/** What a law is tried with: a world of its own, and the specs of the fixture. */
interface Trial {
  readonly type: ComponentType;
  readonly fixture: Fixture;
  readonly where: Bench;
  readonly target: Target<unknown>;
  readonly changed: Target<unknown>;
  readonly changedPaths: readonly string[];
  readonly another: Target<unknown>;
  readonly full: Target<unknown>;
  readonly bare: Target<unknown> | undefined;
  readonly apart: readonly string[];
}

type Check = (trial: Trial) => Promise<void> | void;

/**
 * The laws for one type.
 *
 * @param types all that there are, this one among them; unless told, the shipped ones and this one
 */
export function laws(
  type: ComponentType,
  fixture: Fixture,
  types: ReadonlyMap<string, ComponentType> = new Map([...componentTypes, [type.traits.type, type]]),
): readonly Law[] {
  let prepared: Promise<Omit<Trial, 'where'> & { readonly from: Bench }> | undefined;
  const prepare = async (): Promise<Awaited<NonNullable<typeof prepared>>> => {
    const from = bench({ types });
    const specs = await fixture.prepare(from);
    const piece = (spec: object, id = 'piece'): Target<unknown> => ({ id, spec: type.traits.schema.parse(spec) });
    return {
      type,
      fixture,
      from,
      target: piece(specs.spec),
      changed: piece(specs.changed.spec),
      changedPaths: specs.changed.paths,
      another: piece(specs.another, 'another'),
      full: piece(specs.full),
      bare: specs.bare && piece(specs.bare),
      apart: specs.apart ?? [],
    };
  };
  const states = Object.keys(type.rehearsal.injections) as readonly InjectedState[];
  const checks: readonly (readonly [string, Check])[] = [
    ['takes absence for a value', absence],
    ['answers for each piece, whatever the others are', answersForEach],
    ['changes nothing by looking', looksOnly],
    ...misfortunes.map((each): [string, Check] => [
      `never takes a read that fails by ${each.kind} for absence`,
      (trial) => misfortune(trial, each),
    ]),
    ['makes one piece, however often it is asked', makesOne],
    ['makes a piece from what a spec has to say, and names all of that', needsNoMore],
    ['has nothing left to differ once it is made', inSync],
    ['tells the same facts of an untouched piece an hour later, and others once it is changed', facts],
    ['is gone, however often it is told to go', goes],
    ['tells a changed field apart from all others, and brings it in line', changes],
    ['takes an unlisted status word for unknown', unlistedStatus],
    ['declares the permissions for all that it does', permissions],
    ['sends all its calls by aws.client(), so that each of them is metered', metered],
    ['describes a piece as a spec that says all of it', describesAll],
    ['says all that a schema has a word for, also what its playbook does not know of', saysAll],
    ['comes back the same from its description, as in its playbook', (trial) => comesBack(trial, trial.target)],
    ['comes back the same from its description, with all that a spec can say', (trial) => comesBack(trial, trial.full)],
    ['tells one piece from another one that is made later under its name', generations],
    ['knows all outputs once it is made, and foretells none wrongly', foretells],
    ['keeps or changes its outputs over a replacement as it says', outputsOverReplacement],
    ['keeps or changes its outputs over an update as it says', outputsOverUpdate],
    ['names fields that exist', namesFields],
    ['can be shared by its locators alone', shareable],
    ['takes a reference in place of an ARN, and tells pieces apart', takesReferences],
    ...states.map((state): [string, Check] => [
      `is brought into the state ${state}, or says why not`,
      (trial) => injected(trial, state),
    ]),
    ['has every change that it makes named as its own, and not as another piece', namesChanges],
    ['names what every permission to change stands for', namesPermissions],
    ['has a neighbour that stands beside it and is another piece', neighbour],
    ['takes some time for every change', takesTime],
  ];
  return checks.map(([name, check]) => ({
    name,
    check: async () => {
      const { from, ...trial } = await (prepared ??= prepare());
      await check({ ...trial, where: bench({ from }) });
    },
  }));
}

/** A misfortune that hits a read, and what the look must make of it. */
interface Misfortune {
  readonly kind: FaultKind;
  readonly reason: string;
}

const misfortunes: readonly Misfortune[] = [
  { kind: 'access-denied', reason: 'denied' },
  { kind: 'expired-token', reason: 'denied' },
  { kind: 'throttle', reason: 'throttled' },
  { kind: 'error-500', reason: 'unavailable' },
  { kind: 'error-503', reason: 'unavailable' },
  { kind: 'reset-before', reason: 'unavailable' },
  { kind: 'hang', reason: 'timeout' },
];

// --- Looking ---------------------------------------------------------------------------------------------------------

async function absence({ fixture, target, type, where }: Trial): Promise<void> {
  const before = await fixture.count(where);
  assert.equal((await look(type, target, where)).kind, 'absent');
  await establish(type, target, where);
  assert.equal((await look(type, target, where)).kind, 'present');
  assert.equal(await fixture.count(where), before + 1);
}

async function answersForEach({ another, target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const seen = await type.observe([target, another], reading(where));
  assert.equal(seen.get('piece')?.kind, 'present');
  assert.equal(seen.get('another')?.kind, 'absent');
  assert.equal(seen.size, 2);
}

async function looksOnly({ target, type, where }: Trial): Promise<void> {
  await look(type, target, where);
  await establish(type, target, where);
  where.wire.length = 0;
  await look(type, target, where);
  assert.ok(where.wire.length > 0, 'a look sends something');
  same(
    where.wire.filter((call) => call.mutating).map(({ operation }) => operation),
    [],
  );
}

async function misfortune({ target, type, where }: Trial, { kind, reason }: Misfortune): Promise<void> {
  for (const piece of ['absent', 'present'] as const) {
    if (piece === 'present') await establish(type, target, where);
    where.wire.length = 0;
    await look(type, target, where);
    const reads = operationsIn(where.wire);
    assert.ok(reads.length > 0, 'a look sends something');
    for (const { service, operation } of reads) {
      where.faults.add({ service, operation, kind });
      const seen = await look(type, target, where);
      where.faults.clear();
      same({ piece, operation, ...asUnknown(seen) }, { piece, operation, kind: 'unknown', reason });
    }
  }
}

function asUnknown(seen: Observation<unknown>): object {
  return seen.kind === 'unknown' ? { kind: seen.kind, reason: seen.reason } : { kind: seen.kind };
}

async function facts({ changed, target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const hour = 3_600_000;
  await where.clock.sleep(hour);
  const state = await stateOf(type, target, where);
  await where.clock.sleep(hour);
  const told = type.judging.facts(state);
  same(type.judging.facts(await stateOf(type, target, where)), told);
  assert.ok(!JSON.stringify(told).includes('"description"'), 'facts leave the description out');
  const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
  assert.notDeepEqual(type.judging.facts(await settle(type, changed, where, 'update', receipt)), told);
}

async function unlistedStatus({ fixture, target, type, where }: Trial): Promise<void> {
  const state = (await establish(type, target, where)) as { readonly status?: unknown };
  assert.equal(typeof state.status === 'string', fixture.hasStatus, 'the state has a status word, as its fixture says');
  if (!fixture.hasStatus) return;
  assert.equal(type.readiness({ ...state, status: 'WOBBLING' }, target.spec).kind, 'unknown');
}

// --- Changing --------------------------------------------------------------------------------------------------------

async function makesOne({ fixture, target, type, where }: Trial): Promise<void> {
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
async function needsNoMore({ fixture, target, type, where }: Trial): Promise<void> {
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

async function inSync({ target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  same(type.readiness(state, target.spec), { kind: 'ready' });
  same(type.diff(target.spec, state), []);
  assert.notEqual(type.describe(state), '');
}

async function goes({ fixture, target, type, where }: Trial): Promise<void> {
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

async function changes({ changed, changedPaths, fixture, target, type, where }: Trial): Promise<void> {
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

async function permissions(trial: Trial): Promise<void> {
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

async function metered(trial: Trial): Promise<void> {
  const { where } = trial;
  where.wire.length = 0;
  const before = where.aws.meter.total;
  same(await callsBeside(() => wholeLife(trial)), []);
  assert.ok(where.wire.length > 0, 'something is sent');
  assert.equal(where.aws.meter.total - before, where.wire.length, 'each call that AWS saw was metered');
}

/** A look, a create, all that may be asked of the piece, an update, a delete. */
async function wholeLife({ changed, target, type, where }: Trial): Promise<void> {
  await look(type, target, where);
  const receipt = await type.create(target, changing(where, { id: target.id }));
  const state = await settle(type, target, where, 'create', receipt);
  await type.time.verify?.(target, state, reading(where));
  await type.undo.capture?.(target, state, reading(where), true);
  await type.safety.cascade?.(target, state, reading(where));
  await type.safety.holds?.(state, 0, reading(where));
  await changeAndDelete({ changed, target, type, where }, state);
}

/** Gives the state after the change. */
async function changeAndDelete(
  { changed, target, type, where }: Pick<Trial, 'changed' | 'target' | 'type' | 'where'>,
  state: unknown,
): Promise<unknown> {
  const context = changing(where, { id: target.id, token: 'update' });
  const updated = await type.update(changed, state, type.diff(changed.spec, state), context);
  const after = await settle(type, changed, where, 'update', updated);
  await settle(type, changed, where, 'delete', await type.delete(changed, after, changing(where)));
  return after;
}

/** While a change is under way AWS may say that it is busy; the engine then waits and looks again. */
async function unlessBusy(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    if (classify(error).class !== 'conflict') throw error;
  });
}

// --- Described as it is ----------------------------------------------------------------------------------------------

async function describesAll({ fixture, target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  const { spec } = await asSpecOf(type, target, state, where);
  same(type.diff(spec, state), []);
  same(type.traits.schema.parse(spec), spec);
  assert.equal(type.identity(spec), type.identity(target.spec));
  // All that the playbook says is said.
  same(type.diff(target.spec, state), []);
  const unsaid = Object.keys(target.spec as object).filter((name) => {
    return !((fixture.saidAs?.[name] ?? name) in (spec as object));
  });
  same(unsaid, []);
}

async function saysAll({ apart, full, target, type, where }: Trial): Promise<void> {
  const said = Object.keys(full.spec as object);
  same(
    fieldsOf(type).filter((path) => !path.includes('.') && ![...said, ...apart].includes(path)),
    [],
  );
  const state = await establish(type, full, where);
  const { spec } = await asSpecOf(type, target, state, where);
  same(type.diff(spec, state), []);
  same(type.diff(full.spec, state), []);
  same(type.traits.schema.parse(spec), spec);
  same(
    said.filter((name) => !(name in (spec as object))),
    [],
  );
}

async function comesBack({ fixture, target, type, where }: Trial, piece: Target<unknown>): Promise<void> {
  const before = await establish(type, piece, where);
  const { spec } = await asSpecOf(type, target, before, where);
  const again: Target<unknown> = { id: 'piece', spec: type.traits.schema.parse(spec) };
  // Seen by the same spec, so that both states hold the same members.
  const seen = await stateOf(type, again, where);
  await settle(type, again, where, 'delete', await type.delete(again, seen, changing(where)));
  const receipt = await type.create(again, changing(where, { id: 'piece', token: 'again' }));
  const after = await settle(type, again, where, 'create', receipt);
  const own = new Set(fixture.ownMembers ?? []);
  same(configurationIn(type, again, after, own), configurationIn(type, again, seen, own));
}

async function asSpecOf(
  type: ComponentType,
  target: Target<unknown>,
  state: unknown,
  where: Bench,
): Promise<AsSpec<unknown>> {
  return type.undo.specOf(target.spec, state, await type.undo.capture?.(target, state, reading(where), true));
}

/** A state less ids, ARNs, DNS names, and what AWS chose for this very piece. */
function configurationIn(
  type: ComponentType,
  target: Target<unknown>,
  state: unknown,
  ownMembers: ReadonlySet<string>,
): Json {
  const names = Object.entries(type.outputsOf(target.spec, state, scope)).filter(
    ([name, value]) => type.traits.outputs[name]?.onReplace === 'new' && value !== undefined,
  );
  const scrub = (value: Json): Json => {
    if (typeof value === 'string') {
      return names.reduce((text, [name, own]) => text.replaceAll(own ?? '', `<${name}>`), value);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(scrub);
    const members = Object.entries(value as Readonly<Record<string, Json>>);
    return Object.fromEntries(
      members.filter(([name]) => !ownMembers.has(name)).map(([name, each]) => [name, scrub(each)]),
    );
  };
  return scrub(toJson(state));
}

async function generations({ fixture, target, type, where }: Trial): Promise<void> {
  const first = await establish(type, target, where);
  const outputs = type.outputsOf(target.spec, first, scope);
  const hasIds = Object.entries(type.traits.outputs).some(
    ([name, { onReplace }]) => onReplace === 'new' && name in outputs,
  );
  const second = await replaced({ target, type, where }, first);
  const [before, after] = [first, second].map((state) => type.undo.generation?.(state));
  if (type.undo.generation !== undefined) assert.notEqual(after, before);
  else assert.equal(hasIds, !(fixture.hasNoGeneration ?? false), 'an output is new, unless its fixture says otherwise');
}

/** Deletes the piece and makes it again; gives its state. */
async function replaced({ target, type, where }: Pick<Trial, 'target' | 'type' | 'where'>, state: unknown) {
  await settle(type, target, where, 'delete', await type.delete(target, state, changing(where)));
  const receipt: Receipt = await type.create(target, changing(where, { id: target.id, token: 'second' }));
  return settle(type, target, where, 'create', receipt);
}

// --- What it tells of itself -----------------------------------------------------------------------------------------

async function foretells({ target, type, where }: Trial): Promise<void> {
  const foretold = type.outputsOf(target.spec, undefined, scope);
  const known = type.outputsOf(target.spec, await establish(type, target, where), scope);
  same(Object.keys(known).sort(), Object.keys(type.traits.outputs).sort());
  for (const [name, value] of Object.entries(known)) {
    assert.ok(value, `the output ${name} is known`);
    if (foretold[name] !== undefined) assert.equal(foretold[name], value, `the output ${name} is as foretold`);
  }
}

async function outputsOverReplacement({ target, type, where }: Trial): Promise<void> {
  const first = await establish(type, target, where);
  const second = await replaced({ target, type, where }, first);
  const [before, after] = [first, second].map((state) => type.outputsOf(target.spec, state, scope));
  for (const [name, { onReplace }] of Object.entries(type.traits.outputs)) {
    assert.equal(after?.[name] === before?.[name], onReplace === 'same', `the output ${name} is ${onReplace}`);
  }
}

async function outputsOverUpdate({ changed, target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
  const after = type.outputsOf(changed.spec, await settle(type, changed, where, 'update', receipt), scope);
  for (const [name, value] of Object.entries(type.outputsOf(target.spec, state, scope))) {
    const { onUpdate = 'same' } = type.traits.outputs[name] ?? {};
    assert.equal(after[name] === value, onUpdate === 'same', `the output ${name} is ${onUpdate}`);
  }
}

function namesFields({ type, where }: Trial): void {
  const { containers, heldBy, immutable, locators, requiredWhenOwned = [] } = type.traits;
  const fields = fieldsOf(type);
  const named = [...immutable, ...locators, ...containers, ...requiredWhenOwned.flat()];
  same(
    named.filter((each) => !fields.includes(each)),
    [],
  );
  same(
    containers.filter((each) => !locators.includes(each)),
    [],
  );
  same(
    heldBy.filter((each) => !where.types.has(each)),
    [],
  );
}

function shareable({ target, type }: Trial): void {
  const { locators, schema, shareable: mayBeShared } = type.traits;
  const fields = Object.entries(target.spec as object).filter(([name]) => locators.includes(name));
  if (mayBeShared) schema.parse(Object.fromEntries(fields));
}

function takesReferences({ another, target, type }: Trial): void {
  const withReferences = Object.entries(target.spec as object).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && value.startsWith('arn:') ? '${other.arn}' : value,
  ]);
  type.traits.schema.parse(Object.fromEntries(withReferences));
  assert.notEqual(type.identity(target.spec), type.identity(another.spec));
}

async function takesTime({ target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  for (const action of ['create', 'update', 'delete'] as const) {
    for (const known of [undefined, state]) {
      const seconds = type.time.estimate(action, target.spec, known);
      assert.ok(seconds > 0 && seconds < 3600, `${action} is estimated to take ${seconds} s`);
    }
  }
}

// --- Rehearsed and proved --------------------------------------------------------------------------------------------

const inWords = /^[A-Za-z].{10,}/;

async function injected(trial: Trial, state: InjectedState): Promise<void> {
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

async function namesChanges({ another, changed, target, type, where }: Trial): Promise<void> {
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

function namesPermissions({ type }: Trial): void {
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

async function neighbour({ target, type, where }: Trial): Promise<void> {
  await establish(type, target, where);
  const beside = await settleNeighbour(type, target.spec, where);
  assert.notEqual(type.identity(beside.spec), type.identity(target.spec));
  const state = await stateOf(type, target, where);
  await settle(type, target, where, 'delete', await type.delete(target, state, changing(where)));
  assert.equal((await look(type, beside, where)).kind, 'present');
}

// --- Judging ---------------------------------------------------------------------------------------------------------

/** As JSON: a member that is undefined is none. */
function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(toJson(actual), toJson(expected));
}

/** Each operation once, in order of first appearance. */
function operationsIn(wire: readonly ObservedCall[]): readonly ObservedCall[] {
  return [...new Map(wire.map((call) => [`${call.service}:${call.operation}`, call])).values()];
}

function pathsOf(differences: readonly Difference[]): readonly string[] {
  return differences.map((each) => each.path).sort();
}

function hasNewOutputOnUpdate(type: ComponentType): boolean {
  return Object.values(type.traits.outputs).some((trait) => trait.onUpdate === 'new');
}

/** Paths of all fields of a spec, as far as objects go. */
function fieldsOf(type: ComponentType): readonly string[] {
  const walk = (schema: unknown, base: string): readonly string[] => {
    const { properties = {} } = schema as { properties?: Readonly<Record<string, unknown>> };
    return Object.entries(properties).flatMap(([name, inner]) => [`${base}${name}`, ...walk(inner, `${base}${name}.`)]);
  };
  return walk(plainJsonSchema(type.traits.schema), '');
}
