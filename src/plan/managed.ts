// Who else keeps a record of the pieces that a plan changes, and what the change is to them. Pure.
import { typeOf, type Observations } from '../observe/observe.ts';
import { meaningOf, stackIn, tellingTags, type Managed, type Manager } from '../owners/managers.ts';
import type { ComponentType } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import type { Decision } from './decision.ts';
import type { DecisionKind } from './plan.ts';

/** What is known of managers. */
export interface ManagerInputs {
  readonly observations: Observations;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly managers?: ReadonlyMap<string, Manager>;
}

/** Empty where the piece is left as it is, or nobody else is known to manage it. */
export function managedBy(
  component: Component,
  { kind }: Pick<Decision, 'kind'>,
  { managers, observations, types }: ManagerInputs,
): readonly Managed[] {
  const meaning = meaningOf(typeOf(component, types), changeIn(kind));
  if (meaning === undefined) return [];
  const seen = observations.byId.get(component.id);
  const stack = stackIn(tellingTags(seen, observations.bases?.get(component.id)?.tags));
  const told = managers?.get(component.id);
  return [stack ?? [], told ?? []].flat().map((each) => ({ ...each, meaning }));
}

function changeIn(kind: DecisionKind): 'create' | 'replace' | 'update' | 'delete' | undefined {
  switch (kind) {
    case 'create':
    case 'replace':
    case 'update':
    case 'delete':
      return kind;
    case 'keep':
    case 'wait':
    case 'blocked':
    case 'excluded':
      return undefined;
  }
}
