// What was seen to point at a piece by its DNS name, in the playbook or not: nobody may be sent to a name that is free
// again, and could be given to somebody else. Pure.
import type { ComponentType, Observation, Pointer } from '../components/contract.ts';
import { typeOf } from '../observe/look.ts';
import type { Component, Playbook } from '../playbook/model.ts';

export function pointersAt(
  component: Component,
  observation: Observation<unknown> | undefined,
  pointers: readonly Pointer[],
  types: ReadonlyMap<string, ComponentType>,
): readonly Pointer[] {
  if (observation?.kind !== 'present') return [];
  const names = typeOf(component, types).answersTo?.(observation.state) ?? [];
  return pointers.filter((each) => names.includes(each.to));
}

/** Records that are in no component: nobody here knows whether they may be changed. */
export function strangersAmong(pointers: readonly Pointer[]): readonly Pointer[] {
  return pointers.filter((each) => each.component === undefined);
}

/** Components whose listings would tell what points where, and that could not be seen. */
export function unseenListers(
  playbook: Playbook,
  observations: ReadonlyMap<string, Observation<unknown>>,
  types: ReadonlyMap<string, ComponentType>,
): readonly Component[] {
  return [...playbook.components.values()].filter(
    (each) => typeOf(each, types).listsPointers === true && observations.get(each.id)?.kind === 'unknown',
  );
}
