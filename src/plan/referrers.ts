// What was seen to point at a piece by its DNS name, in the playbook or not: nobody may be sent to a name that is free
// again, and could be given to somebody else. Pure.
import type { ComponentType, Observation, Referrer } from '../components/contract.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component, Playbook } from '../playbook/model.ts';

export function referrersOf(
  component: Component,
  observation: Observation<unknown> | undefined,
  referrers: readonly Referrer[],
  types: ReadonlyMap<string, ComponentType>,
): readonly Referrer[] {
  if (observation?.kind !== 'present') return [];
  const names = typeOf(component, types).judging.aliases?.(observation.state) ?? [];
  return referrers.filter((each) => names.includes(each.to));
}

/** Records that are in no component: nobody here knows whether they may be changed. */
export function unlistedAmong(referrers: readonly Referrer[]): readonly Referrer[] {
  return referrers.filter((each) => each.component === undefined);
}

/** Components whose listings would tell what points where, and that could not be seen. */
export function unseenListers(
  playbook: Playbook,
  observations: ReadonlyMap<string, Observation<unknown>>,
  types: ReadonlyMap<string, ComponentType>,
): readonly Component[] {
  return [...playbook.components.values()].filter(
    (each) => typeOf(each, types).traits.listsReferrers === true && observations.get(each.id)?.kind === 'unknown',
  );
}
