// What an operator does by hand in a world: changes pieces through their types, and makes others beside them.
import { ownerTags, type ChangeContext, type ComponentType } from '../components/contract.ts';
import { componentTypes } from '../components/index.ts';
import type { Session } from '../engine.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { LiveView } from '../run/live-view.ts';
import type { World } from '../sandbox/index.ts';
import type { Harness } from './harness.ts';

/** A spec as hands see it: a piece of JSON. */
export type SpecObject = Readonly<Record<string, unknown>>;

/** An operator's hands on one piece that is there. */
export interface Operator {
  readonly playbook: Playbook;
  readonly component: Component;
  /** With every known reference replaced by its value. */
  readonly spec: SpecObject;
  readonly state: unknown;
  readonly world: World;
  readonly region: string;
  readonly context: ChangeContext;
  readonly type: ComponentType;
  /** Changes the piece to another spec through its type. */
  readonly change: (spec: SpecObject) => Promise<void>;
  /** Makes a helper piece, or finds it, and tells its outputs. */
  readonly make: (type: string, id: string, spec: SpecObject) => Promise<Readonly<Record<string, string | undefined>>>;
}

export function typeNamed(name: string): ComponentType {
  const found = componentTypes.get(name);
  if (found === undefined) throw new Error(`Internal error: no component type ${name}`);
  return found;
}

/** Makes a piece that is no component, or finds it, and tells its outputs. */
export async function makePiece(
  typeName: string,
  id: string,
  raw: SpecObject,
  context: ChangeContext,
  liveView: LiveView,
): Promise<Readonly<Record<string, string | undefined>>> {
  const type = typeNamed(typeName);
  const target = { id, spec: type.traits.schema.parse(raw) };
  await type.create(target, context);
  // In a context of its own: what was read before the create is not asked again in that one.
  const seen = (await type.observe([target], liveView.context())).get(id);
  const state = seen?.kind === 'present' ? seen.state : undefined;
  return type.outputsOf(target.spec, state, context.scope);
}

export function operatorOn(
  harness: Harness,
  session: Session,
  liveView: LiveView,
  component: Component,
  state: unknown,
): Operator {
  const { playbook, world } = harness;
  const { types } = session;
  const type = typeOf(component, types);
  const target = liveView.target(component);
  const spec = target.spec as SpecObject;
  const contextOf = (id: string): ChangeContext => ({
    ...liveView.context(),
    token: `by-hand-${id}-${harness.clock.now()}`.slice(0, 36),
    // Who makes a piece anew in the console from what was there keeps its tags.
    tags: playbook.components.has(id)
      ? { [ownerTags.playbook]: playbook.metadata.name, [ownerTags.component]: id }
      : {},
  });
  return {
    playbook,
    component,
    spec,
    state,
    world,
    region: playbook.target.region,
    context: contextOf(component.id),
    type,
    change: async (other) => {
      await type.update({ id: component.id, spec: other }, state, type.diff(other, state), contextOf(component.id));
    },
    make: (name, id, raw) => makePiece(name, id, raw, contextOf(id), liveView),
  };
}
