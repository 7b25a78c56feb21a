// Laws of names: outputs, fields and references lead where they say.
import assert from 'node:assert/strict';
import type { Receipt } from '../components/contract.ts';
import { changing, establish, scope, settle } from './bench.ts';
import { fieldsOf, same, type Trial } from './trial.ts';

export async function generations({ fixture, target, type, where }: Trial): Promise<void> {
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

export async function foretells({ target, type, where }: Trial): Promise<void> {
  const foretold = type.outputsOf(target.spec, undefined, scope);
  const known = type.outputsOf(target.spec, await establish(type, target, where), scope);
  same(Object.keys(known).sort(), Object.keys(type.traits.outputs).sort());
  for (const [name, value] of Object.entries(known)) {
    assert.ok(value, `the output ${name} is known`);
    if (foretold[name] !== undefined) assert.equal(foretold[name], value, `the output ${name} is as foretold`);
  }
}

export async function outputsOverReplacement({ target, type, where }: Trial): Promise<void> {
  const first = await establish(type, target, where);
  const second = await replaced({ target, type, where }, first);
  const [before, after] = [first, second].map((state) => type.outputsOf(target.spec, state, scope));
  for (const [name, { onReplace }] of Object.entries(type.traits.outputs)) {
    assert.equal(after?.[name] === before?.[name], onReplace === 'same', `the output ${name} is ${onReplace}`);
  }
}

export async function outputsOverUpdate({ changed, target, type, where }: Trial): Promise<void> {
  const state = await establish(type, target, where);
  const receipt = await type.update(changed, state, type.diff(changed.spec, state), changing(where));
  const after = type.outputsOf(changed.spec, await settle(type, changed, where, 'update', receipt), scope);
  for (const [name, value] of Object.entries(type.outputsOf(target.spec, state, scope))) {
    const { onUpdate = 'same' } = type.traits.outputs[name] ?? {};
    assert.equal(after[name] === value, onUpdate === 'same', `the output ${name} is ${onUpdate}`);
  }
}

export function namesFields({ type, where }: Trial): void {
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

export function shareable({ target, type }: Trial): void {
  const { locators, schema, shareable: mayBeShared } = type.traits;
  const fields = Object.entries(target.spec as object).filter(([name]) => locators.includes(name));
  if (mayBeShared) schema.parse(Object.fromEntries(fields));
}

export function takesReferences({ another, target, type }: Trial): void {
  const withReferences = Object.entries(target.spec as object).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && value.startsWith('arn:') ? '${other.arn}' : value,
  ]);
  type.traits.schema.parse(Object.fromEntries(withReferences));
  assert.notEqual(type.identity(target.spec), type.identity(another.spec));
}
