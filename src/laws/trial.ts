// What every law is tried with, and what several of them ask.
import assert from 'node:assert/strict';
import { classify } from '../aws/errors.ts';
import type { ComponentType, Difference, Target } from '../components/contract.ts';
import { plainJsonSchema } from '../playbook/json-schema.ts';
import type { ObservedCall } from '../sandbox/index.ts';
import { toJson } from '../util/json.ts';
import { type Bench, changing, look, reading, settle } from './bench.ts';
import type { Fixture } from './fixture.ts';

/** What a law is tried with: a world of its own, and the specs of the fixture. */
export interface Trial {
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

export type Check = (trial: Trial) => Promise<void> | void;

/** As JSON: a member that is undefined is none. */
export function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(toJson(actual), toJson(expected));
}

/** Each operation once, in order of first appearance. */
export function operationsIn(wire: readonly ObservedCall[]): readonly ObservedCall[] {
  return [...new Map(wire.map((call) => [`${call.service}:${call.operation}`, call])).values()];
}

export function pathsOf(differences: readonly Difference[]): readonly string[] {
  return differences.map((each) => each.path).sort();
}

export function hasNewOutputOnUpdate(type: ComponentType): boolean {
  return Object.values(type.traits.outputs).some((trait) => trait.onUpdate === 'new');
}

/** Paths of all fields of a spec, as far as objects go. */
export function fieldsOf(type: ComponentType): readonly string[] {
  const walk = (schema: unknown, base: string): readonly string[] => {
    const { properties = {} } = schema as { properties?: Readonly<Record<string, unknown>> };
    return Object.entries(properties).flatMap(([name, inner]) => [`${base}${name}`, ...walk(inner, `${base}${name}.`)]);
  };
  return walk(plainJsonSchema(type.traits.schema), '');
}

/** Gives the state after the change. */
export async function changeAndDelete(
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
export async function unlessBusy(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => {
    if (classify(error).class !== 'conflict') throw error;
  });
}

// --- Described as it is ----------------------------------------------------------------------------------------------

/** A look, a create, all that may be asked of the piece, an update, a delete. */
export async function wholeLife({ changed, target, type, where }: Trial): Promise<void> {
  await look(type, target, where);
  const receipt = await type.create(target, changing(where, { id: target.id }));
  const state = await settle(type, target, where, 'create', receipt);
  await type.time.verify?.(target, state, reading(where));
  await type.undo.capture?.(target, state, reading(where), true);
  await type.safety.cascade?.(target, state, reading(where));
  await type.safety.holds?.(state, 0, reading(where));
  await changeAndDelete({ changed, target, type, where }, state);
}
