// Laws of describing: a piece comes back the same from what was said of it.
import assert from 'node:assert/strict';
import type { AsSpec, ComponentType, Json, Target } from '../components/contract.ts';
import { toJson } from '../util/json.ts';
import { type Bench, changing, establish, made, reading, scope, settle, stateOf } from './bench.ts';
import { fieldsOf, same, type Trial } from './trial.ts';

export async function describesAll({ fixture, target, type, where }: Trial): Promise<void> {
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

export async function saysAll({ apart, full, target, type, where }: Trial): Promise<void> {
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

export async function comesBack({ fixture, target, type, where }: Trial, piece: Target<unknown>): Promise<void> {
  const before = await establish(type, piece, where);
  const { spec } = await asSpecOf(type, target, before, where);
  const again: Target<unknown> = { id: 'piece', spec: type.traits.schema.parse(spec) };
  // Seen by the same spec, so that both states hold the same members.
  const seen = await stateOf(type, again, where);
  await settle(type, again, where, 'delete', await type.delete(again, seen, changing(where)));
  const receipt = await made(type, again, where, { token: 'again' });
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
