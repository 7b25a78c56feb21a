// What an operator does by hand in a world: changes pieces through their types, and makes others beside them.
import { classify } from '../../aws/errors.ts';
import {
  ownerTags,
  type ChangeContext,
  type ComponentType,
  type Operator,
  type Target,
} from '../../components/contract.ts';
import { afresh } from '../../components/kit/changing.ts';
import type { Session } from '../../engine.ts';
import { typeOf } from '../../observe/observe.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { LiveView } from '../../run/live-view.ts';
import { deleteByHand } from './delete-by-hand.ts';
import type { Harness } from './harness.ts';
import { describedPlainly } from '../../settings/described.ts';
import { layOver } from '../../settings/overlay.ts';
import { rulesOf } from '../../settings/rules.ts';
import { interventionsIn } from './interventions.ts';

export function typeNamed(name: string, types: Playbook['types']): ComponentType {
  const found = types.get(name);
  if (found === undefined) throw new Error(`Internal error: no component type ${name}`);
  return found;
}

/** Makes a piece that is no component, or finds it, and tells its outputs. */
export async function makePiece(
  typeName: string,
  id: string,
  raw: unknown,
  context: ChangeContext,
  { liveView, types }: { readonly liveView: LiveView; readonly types: Playbook['types'] },
): Promise<Readonly<Record<string, string | undefined>>> {
  const type = typeNamed(typeName, types);
  const target = { id, spec: type.traits.schema.parse(raw) };
  await createdByHand(type, target, context);
  // In a context of its own: what was read before the create is not asked again in that one.
  const seen = (await type.observe([target], liveView.context())).get(id);
  const state = seen?.kind === 'present' ? seen.state : undefined;
  return type.outputsOf(target.spec, state, context.scope);
}

/** Who makes a piece by hand does not wait for AWS to set it up to the end, where that takes calls of their own. */
async function createdByHand(type: ComponentType, target: Target<unknown>, context: ChangeContext): Promise<void> {
  try {
    await type.create(target, context);
  } catch (error) {
    if (classify(error).class !== 'conflict') throw error;
    const again = afresh(context);
    if ((await type.observe([target], again)).get(target.id)?.kind !== 'present') throw error;
  }
}

/** Milliseconds. */
const betweenTries = 15_000;
const mostTries = 8;

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
  const { spec } = target;
  const contextOf = (id: string): ChangeContext => ({
    ...liveView.context(),
    token: `by-hand-${id}-${harness.clock.now()}`.slice(0, 36),
    // Who makes a piece anew in the console from what was there keeps its tags.
    tags: playbook.components.has(id)
      ? { [ownerTags.playbook]: playbook.metadata.name, [ownerTags.component]: id }
      : {},
  });
  const { region } = playbook.target;
  const context = contextOf(component.id);
  return {
    playbook,
    component,
    spec,
    state,
    region,
    sandbox: interventionsIn(world, region),
    change: async (other) => {
      // Who changes a field by hand leaves the others as they are.
      const there = describedPlainly(type, spec, state);
      const whole = layOver(there, type.settings.plainly(other, there), rulesOf(type)).value;
      const target = type.settings.updates === 'parts' ? { spec: other } : { spec: whole, whole: true };
      await type.update({ id: component.id, ...target }, state, type.diff(other, state), contextOf(component.id));
    },
    alter: async (id, field, value) => {
      const other = playbook.components.get(id);
      if (other === undefined) throw new Error(`Internal error: no component ${id}`);
      const seen = await liveView.look(other);
      if (seen.kind !== 'present') throw new Error(`${id} is not there`);
      const changed = { ...(liveView.target(other).spec as object), [field]: value };
      const otherType = typeOf(other, types);
      const differences = otherType.diff(changed, seen.state);
      await otherType.update({ id, spec: changed }, seen.state, differences, contextOf(id));
    },
    remove: async () => {
      await deleteByHand(type, { id: component.id, spec }, state, context);
    },
    create: async () => {
      await createdByHand(type, { id: component.id, spec }, context);
    },
    remake: async (other) => {
      await deleteByHand(type, { id: component.id, spec }, state, context);
      while ((await liveView.look(component)).kind === 'present') await harness.clock.sleep(betweenTries);
      await createdByHand(type, { id: component.id, spec: other }, contextOf(component.id));
    },
    make: async (name, id, raw) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await makePiece(name, id, raw, contextOf(id), { liveView, types });
        } catch (error) {
          // AWS may still be at work on what the same hands did before.
          if (!['throttled', 'conflict'].includes(classify(error).class) || tries === mostTries) throw error;
          await harness.clock.sleep(betweenTries);
        }
      }
    },
    unmake: async (name, id, raw) => {
      const other = typeNamed(name, types);
      const target = { id, spec: other.traits.schema.parse(raw) };
      const seen = (await other.observe([target], context)).get(id);
      if (seen?.kind === 'present') await other.delete(target, seen.state, context);
    },
  };
}
