// The laws that every component type obeys, on the wire: real SDK clients against the embedded AWS.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import {
  foreignPlaybook,
  ownerTags,
  type AsSpec,
  type ComponentType,
  type Difference,
  type InjectedState,
  type Json,
  type Target,
} from '../../src/components/contract.ts';
import { componentTypes } from '../../src/components/index.ts';
import type { FaultKind, ObservedCall } from '../../src/sandbox/index.ts';
import { plainJsonSchema } from '../../src/playbook/json-schema.ts';
import { toJson } from '../../src/util/json.ts';
import { bench, changing, establish, look, reading, scope, settle, stateOf, type Bench } from '../helpers/aws.ts';
import { fixtureOf } from '../helpers/fixtures.ts';
import { isAbout, namedPiece, operatorOn, settleNeighbour } from '../helpers/rehearsing.ts';

it('there are component types to judge, each under its own name', () => {
  expect(componentTypes.size).toBeGreaterThan(0);
  for (const [name, type] of componentTypes) expect(type.traits.type).toBe(name);
});

/** A misfortune that hits a read, and what the look must make of it. */
const misfortunes: readonly { readonly kind: FaultKind; readonly reason: string }[] = [
  { kind: 'access-denied', reason: 'denied' },
  { kind: 'expired-token', reason: 'denied' },
  { kind: 'throttle', reason: 'throttled' },
  { kind: 'error-500', reason: 'unavailable' },
  { kind: 'error-503', reason: 'unavailable' },
  { kind: 'reset-before', reason: 'unavailable' },
  { kind: 'hang', reason: 'timeout' },
];

describe.each([...componentTypes.values()].map((type) => [type.traits.type, type] as const))('%s', (_name, type) => {
  const fixture = fixtureOf(type.traits.type);
  const prepared = bench();
  let where: Bench;
  let target: Target<unknown>;
  let changed: Target<unknown>;
  let another: Target<unknown>;
  let changedPaths: readonly string[];
  let full: Target<unknown>;
  let apart: readonly string[];
  let bare: Target<unknown> | undefined;

  beforeAll(async () => {
    const specs = await fixture.prepare(prepared);
    target = { id: 'piece', spec: type.traits.schema.parse(specs.spec) };
    changed = { id: 'piece', spec: type.traits.schema.parse(specs.changed.spec) };
    another = { id: 'another', spec: type.traits.schema.parse(specs.another) };
    changedPaths = specs.changed.paths;
    full = { id: 'piece', spec: type.traits.schema.parse(specs.full) };
    apart = specs.apart ?? [];
    bare = specs.bare && { id: 'piece', spec: type.traits.schema.parse(specs.bare) };
  });

  beforeEach(() => {
    where = bench({ from: prepared });
  });

  it('takes absence for a value', async () => {
    const before = await fixture.count(where);
    expect((await look(type, target, where)).kind).toBe('absent');
    await establish(type, target, where);
    expect((await look(type, target, where)).kind).toBe('present');
    expect(await fixture.count(where)).toBe(before + 1);
  });

  it('answers for each piece, whatever the others are', async () => {
    await establish(type, target, where);
    const seen = await type.observe([target, another], reading(where));
    expect(seen.get('piece')?.kind).toBe('present');
    expect(seen.get('another')?.kind).toBe('absent');
    expect(seen.size).toBe(2);
  });

  it('changes nothing by looking', async () => {
    await look(type, target, where);
    await establish(type, target, where);
    where.wire.length = 0;
    await look(type, target, where);
    expect(where.wire.length).toBeGreaterThan(0);
    expect(where.wire.filter((call) => call.mutating)).toEqual([]);
  });

  it.each(misfortunes)('never takes a read that fails by $kind for absence', async ({ kind, reason }) => {
    for (const piece of ['absent', 'present'] as const) {
      if (piece === 'present') await establish(type, target, where);
      where.wire.length = 0;
      await look(type, target, where);
      const reads = operationsIn(where.wire);
      expect(reads.length).toBeGreaterThan(0);
      for (const { service, operation } of reads) {
        where.faults.add({ service, operation, kind });
        const seen = await look(type, target, where);
        where.faults.clear();
        expect({ piece, operation, seen }).toMatchObject({ seen: { kind: 'unknown', reason } });
      }
    }
  });

  it('makes one piece, however often it is asked', async () => {
    const before = await fixture.count(where);
    const context = changing(where, { id: target.id });
    const receipt = await type.create(target, context);
    await unlessBusy(type.create(target, context));
    const state = await settle(type, target, where, 'create', receipt);
    await type.create(target, context);
    expect(await fixture.count(where)).toBe(before + 1);
    const later = await stateOf(type, target, where);
    expect(type.outputsOf(target.spec, later, scope)).toEqual(type.outputsOf(target.spec, state, scope));
  });

  it('has nothing left to differ once it is made', async () => {
    const state = await establish(type, target, where);
    expect(type.readiness(state, target.spec)).toEqual({ kind: 'ready' });
    expect(type.diff(target.spec, state)).toEqual([]);
    expect(type.describe(state)).not.toBe('');
  });

  it('tells the same facts of an untouched piece an hour later, and others once it is changed', async () => {
    await establish(type, target, where);
    const hour = 3_600_000;
    await where.clock.sleep(hour);
    const state = await stateOf(type, target, where);
    await where.clock.sleep(hour);
    const facts = type.judging.facts(state);
    expect(type.judging.facts(await stateOf(type, target, where))).toEqual(facts);
    expect(JSON.stringify(facts)).not.toContain('"description"');

    const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
    expect(type.judging.facts(await settle(type, changed, where, 'update', receipt))).not.toEqual(facts);
  });

  it('is gone, however often it is told to go', async () => {
    const before = await fixture.count(where);
    const state = await establish(type, target, where);
    const context = changing(where, { id: target.id });
    const receipt = await type.delete(target, state, context);
    await unlessBusy(type.delete(target, state, context));
    await settle(type, target, where, 'delete', receipt);
    await type.delete(target, state, context);
    expect((await look(type, target, where)).kind).toBe('absent');
    expect(await fixture.count(where)).toBe(before);
  });

  it('tells a changed field apart from all others, and brings it in line', async () => {
    const state = await establish(type, target, where);
    const before = await fixture.count(where);
    const differences = type.diff(changed.spec, state);
    expect(pathsOf(differences)).toEqual([...changedPaths].sort());
    const immutable = changedPaths.filter((path) => type.traits.immutable.some((fixed) => path.startsWith(fixed)));
    expect(immutable).toEqual([]);

    const receipt = await type.update(changed, state, differences, changing(where, { id: target.id }));
    const after = await settle(type, changed, where, 'update', receipt);
    expect(type.diff(changed.spec, after)).toEqual([]);
    expect(pathsOf(type.diff(target.spec, after))).toEqual([...changedPaths].sort());
    // A task definition's update is a new revision; everything else stays the one piece.
    if (!hasNewOutputOnUpdate(type)) expect(await fixture.count(where)).toBe(before);
  });

  it('takes an unlisted status word for unknown', async () => {
    const state = (await establish(type, target, where)) as { readonly status?: unknown };
    expect(typeof state.status === 'string').toBe(fixture.hasStatus);
    if (!fixture.hasStatus) return;
    expect(type.readiness({ ...state, status: 'WOBBLING' }, target.spec).kind).toBe('unknown');
  });

  it('declares the permissions for all that it does', async () => {
    await look(type, target, where);
    const receipt = await type.create(target, changing(where, { id: target.id }));
    const state = await settle(type, target, where, 'create', receipt);
    await type.time.verify?.(target, state, reading(where));
    await type.undo.capture?.(target, state, reading(where), true);
    await type.safety.cascade?.(target, state, reading(where));
    await type.safety.holds?.(state, 0, reading(where));
    const differences = type.diff(changed.spec, state);
    const updated = await type.update(changed, state, differences, changing(where, { id: target.id, token: 'update' }));
    const after = await settle(type, changed, where, 'update', updated);
    await settle(type, changed, where, 'delete', await type.delete(changed, after, changing(where)));

    const calls = operationsIn(where.wire);
    expect(calls.some((call) => call.mutating)).toBe(true);
    for (const { service, operation, mutating } of calls) {
      const { read, readOwned = [], write } = type.traits.permissions;
      const declared: readonly string[] = mutating ? write : [...read, ...readOwned];
      expect(declared).toContain(`${service}:${operation}`);
    }
  });

  it('describes a piece as a spec that says all of it', async () => {
    const state = await establish(type, target, where);
    const { spec } = await asSpecOf(type, target, state, where);
    expect(type.diff(spec, state)).toEqual([]);
    expect(type.traits.schema.parse(spec)).toEqual(spec);
    expect(type.identity(spec)).toBe(type.identity(target.spec));
    // All that the playbook says is said.
    expect(type.diff(target.spec, state)).toEqual([]);
    expect(Object.keys(target.spec as object).filter((name) => !saysAs(name, spec))).toEqual([]);
  });

  it('says all that a schema has a word for, also what its playbook does not know of', async () => {
    const said = Object.keys(full.spec as object);
    expect(fieldsOf(type).filter((path) => !path.includes('.') && ![...said, ...apart].includes(path))).toEqual([]);
    const state = await establish(type, full, where);
    const { spec } = await asSpecOf(type, target, state, where);
    expect(type.diff(spec, state)).toEqual([]);
    expect(type.diff(full.spec, state)).toEqual([]);
    expect(type.traits.schema.parse(spec)).toEqual(spec);
    expect(Object.keys(spec as object)).toEqual(expect.arrayContaining(said));
  });

  it.each(['as in its playbook', 'with all that a spec can say'])(
    'comes back the same from its description, %s',
    async (how) => {
      const piece = how === 'as in its playbook' ? target : full;
      const before = await establish(type, piece, where);
      const { spec } = await asSpecOf(type, target, before, where);
      const again: Target<unknown> = { id: 'piece', spec: type.traits.schema.parse(spec) };
      // Seen by the same spec, so that both states hold the same members.
      const seen = await stateOf(type, again, where);
      await settle(type, again, where, 'delete', await type.delete(again, seen, changing(where)));
      const receipt = await type.create(again, changing(where, { id: 'piece', token: 'again' }));
      const after = await settle(type, again, where, 'create', receipt);
      expect(configurationIn(type, again, after)).toEqual(configurationIn(type, again, seen));
    },
  );

  it('tells one piece from another one that is made later under its name', async () => {
    const first = await establish(type, target, where);
    const outputs = type.outputsOf(target.spec, first, scope);
    const hasIds = Object.entries(type.traits.outputs).some(
      ([name, { onReplace }]) => onReplace === 'new' && name in outputs,
    );
    await settle(type, target, where, 'delete', await type.delete(target, first, changing(where)));
    const receipt = await type.create(target, changing(where, { id: target.id, token: 'second' }));
    const second = await settle(type, target, where, 'create', receipt);
    const [before, after] = [first, second].map((state) => type.undo.generation?.(state));
    if (type.undo.generation !== undefined) expect(after).not.toBe(before);
    else expect(hasIds).toBe(!(fixture.hasNoGeneration ?? false));
  });

  it('knows all outputs once it is made, and foretells none wrongly', async () => {
    const foretold = type.outputsOf(target.spec, undefined, scope);
    const known = type.outputsOf(target.spec, await establish(type, target, where), scope);
    expect(Object.keys(known).sort()).toEqual(Object.keys(type.traits.outputs).sort());
    for (const [name, value] of Object.entries(known)) {
      expect(value, name).toBeTruthy();
      if (foretold[name] !== undefined) expect(foretold[name], name).toBe(value);
    }
  });

  it('keeps or changes its outputs over a replacement as it says', async () => {
    const first = await establish(type, target, where);
    await settle(type, target, where, 'delete', await type.delete(target, first, changing(where)));
    const receipt = await type.create(target, changing(where, { id: target.id, token: 'second' }));
    const second = await settle(type, target, where, 'create', receipt);
    const [before, after] = [first, second].map((state) => type.outputsOf(target.spec, state, scope));
    for (const [name, trait] of Object.entries(type.traits.outputs)) {
      if (trait.onReplace === 'same') expect(after?.[name], name).toBe(before?.[name]);
      else expect(after?.[name], name).not.toBe(before?.[name]);
    }
  });

  it('keeps or changes its outputs over an update as it says', async () => {
    const state = await establish(type, target, where);
    const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
    const after = type.outputsOf(changed.spec, await settle(type, changed, where, 'update', receipt), scope);
    for (const [name, value] of Object.entries(type.outputsOf(target.spec, state, scope))) {
      if (type.traits.outputs[name]?.onUpdate === 'new') expect(after[name], name).not.toBe(value);
      else expect(after[name], name).toBe(value);
    }
  });

  it('names fields that exist', () => {
    const fields = fieldsOf(type);
    for (const path of type.traits.immutable) expect(fields).toContain(path);
    for (const field of [
      ...type.traits.locators,
      ...type.traits.containers,
      ...(type.traits.requiredWhenOwned ?? []).flat(),
    ]) {
      expect(fields).toContain(field);
    }
    for (const field of type.traits.containers) expect(type.traits.locators).toContain(field);
    for (const holder of type.traits.heldBy) expect([...componentTypes.keys()]).toContain(holder);
  });

  it('can be shared by its locators alone', () => {
    const shared = Object.fromEntries(
      Object.entries(target.spec as object).filter(([name]) => type.traits.locators.includes(name)),
    );
    if (type.traits.shareable) expect(() => type.traits.schema.parse(shared)).not.toThrow();
  });

  it('takes a reference in place of an ARN, and tells pieces apart', () => {
    const withReferences = Object.fromEntries(
      Object.entries(target.spec as object).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' && value.startsWith('arn:') ? '${other.arn}' : value,
      ]),
    );
    expect(() => type.traits.schema.parse(withReferences)).not.toThrow();
    expect(type.identity(target.spec)).not.toBe(type.identity(another.spec));
  });

  describe('can be rehearsed and proved', () => {
    const states = Object.keys(type.rehearsal.injections) as readonly InjectedState[];

    it.each(states)('is brought into the state %s, or says why not', async (state) => {
      const injection = type.rehearsal.injections[state];
      if (injection.kind === 'cannot') {
        expect(injection.because).toMatch(/^[A-Za-z].{10,}/);
        return;
      }
      if (injection.kind === 'denied') {
        await establish(type, target, where);
        const before = await stateOf(type, target, where);
        const calls = injection.calls(target.spec, before);
        expect(calls.length).toBeGreaterThan(0);
        for (const each of calls) where.faults.add({ kind: 'access-denied', ...each });
        expect(await look(type, target, where)).toMatchObject({ kind: 'unknown', reason: 'denied' });
        return;
      }
      const reference = state === 'dangling' ? fixture.dangling : undefined;
      const others = reference?.others ?? [];
      const rehearsed = [target, full, ...(bare === undefined ? [] : [bare])].map(({ id, spec }) => ({
        id,
        type: type.traits.type,
        spec: structuredClone(spec),
        references: reference === undefined ? [] : [{ path: reference.path, component: others[0]?.id ?? 'other' }],
        ignore: [],
      }));
      const playbook = { components: new Map(others.map((each) => [each.id, each])) };
      const component = rehearsed.find((each) => injection.unless(each, playbook) === undefined);
      const reasons = rehearsed.map((each) => injection.unless(each, playbook));
      for (const each of reasons) if (each !== undefined) expect(each).toMatch(/^[A-Za-z].{10,}/);
      if (component === undefined) throw new Error(`no piece of the fixture can be ${state}: ${reasons.join('; ')}`);
      const own = { id: component.id, spec: component.spec };
      const before = await establish(type, own, where);
      const what = await injection.inject(operatorOn(type, component, others, before, where));
      expect(what).toEqual(expect.any(String));
      if (injection.until === 'settled') await where.clock.sleep(60_000);
      const seen = await look(type, own, where);
      if (seen.kind !== 'present') throw new Error(`it is ${seen.kind} when ${state}`);
      if (state === 'foreign') expect(seen.tags?.[ownerTags.playbook]).toBe(foreignPlaybook);
      else if (state === 'drifted') expect(type.diff(own.spec, seen.state)).not.toEqual([]);
      else if (state === 'dangling') await expectDangling(own, seen.state, before);
      else expect(type.readiness(seen.state, own.spec).kind).toBe(state);
    });

    /** It differs, or what it refers to has another output now. */
    async function expectDangling(own: Target<unknown>, now: unknown, before: unknown): Promise<void> {
      const differs = type.diff(own.spec, now).length > 0;
      const moved = await fixture.dangling?.hasMoved?.(where, before);
      expect(differs || moved === true).toBe(true);
    }

    it('has every change that it makes named as its own, and not as another piece', async () => {
      where.wire.length = 0;
      const receipt = await type.create(target, changing(where, { id: target.id }));
      const made = await settle(type, target, where, 'create', receipt);
      const updated = await type.update(
        changed,
        made,
        type.diff(changed.spec, made),
        changing(where, { id: target.id, token: 'update' }),
      );
      const after = await settle(type, changed, where, 'update', updated);
      await settle(type, changed, where, 'delete', await type.delete(changed, after, changing(where)));
      const piece = namedPiece(type, [target.spec, changed.spec], [made, after]);
      const stranger = namedPiece(type, [another.spec], []);
      const changes = where.wire.filter((call) => call.mutating);
      expect(changes.length).toBeGreaterThan(1);
      for (const call of changes) {
        const told = {
          operation: call.operation,
          own: isAbout(call, piece, type),
          other: isAbout(call, stranger, type),
        };
        expect(told).toEqual({ operation: call.operation, own: true, other: false });
      }
    });

    it('names what every permission to change stands for', () => {
      const named = Object.keys(type.rehearsal.subjects);
      // To pass a role is a permission and no operation [IAM guide].
      const changes = type.traits.permissions.write.filter((each) => each !== 'iam:PassRole');
      expect(changes.filter((each) => !named.includes(each))).toEqual([]);
    });

    it('has a neighbour that stands beside it and is another piece', async () => {
      await establish(type, target, where);
      const neighbour = await settleNeighbour(type, target.spec, where);
      expect(type.identity(neighbour.spec)).not.toBe(type.identity(target.spec));
      const state = await stateOf(type, target, where);
      await settle(type, target, where, 'delete', await type.delete(target, state, changing(where)));
      expect((await look(type, neighbour, where)).kind).toBe('present');
    });
  });

  it('takes some time for every change', async () => {
    const state = await establish(type, target, where);
    for (const action of ['create', 'update', 'delete'] as const) {
      for (const known of [undefined, state]) {
        const seconds = type.time.estimate(action, target.spec, known);
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThan(3600);
      }
    }
  });
});

async function asSpecOf(
  type: ComponentType,
  target: Target<unknown>,
  state: unknown,
  where: Bench,
): Promise<AsSpec<unknown>> {
  return type.undo.specOf(target.spec, state, await type.undo.capture?.(target, state, reading(where), true));
}

/** Fields that may be said in another word of the same meaning. */
function saysAs(name: string, spec: unknown): boolean {
  const words = name === 'deregistrationDelay' ? ['attributes'] : [name];
  return words.some((word) => word in (spec as object));
}

/** What AWS chose for this very piece, and what tells of its history. */
const ownMembers = new Set([
  'createdAt',
  'registeredAt',
  'CreatedTime',
  'CreationDateTime',
  'TableId',
  'callerReference',
  'CallerReference',
  'version',
  'HealthCheckVersion',
  'revision',
  'deployments',
  'targets',
  'currentServiceRevisions',
]);

/** A state less ids, ARNs, DNS names and times. */
function configurationIn(type: ComponentType, target: Target<unknown>, state: unknown): Json {
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

/** While a change is under way AWS may say that it is busy; the engine then waits and looks again. */
async function unlessBusy(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    expect(classify(error).class).toBe('conflict');
  });
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
