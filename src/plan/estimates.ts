// How long a step takes by its type's own estimate, from what the playbook says and what was seen. Pure.
import type { ChangeAction, Neighbours } from '../components/contract.ts';
import type { Observations } from '../observe/observe.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { Step } from './plan.ts';

/** The change that a step makes or waits for; undefined for probes. */
export function changeOf({ action, afterImage }: Pick<Step, 'action' | 'afterImage'>): ChangeAction | undefined {
  if (action === 'verify') return undefined;
  if (action !== 'wait') return action;
  return afterImage === null ? 'delete' : 'create';
}

/** The state of a piece that was seen to be there. */
export function stateOf(id: string, seen: Observations): unknown {
  const observation = seen.byId.get(id);
  return observation?.kind === 'present' ? observation.state : undefined;
}

/** @param specOf another spec than the playbook's, to see what it would change */
export function neighboursOf(
  component: Component,
  playbook: Playbook,
  seen: Observations,
  specOf: (neighbour: Component) => unknown = ({ spec }) => spec,
): Neighbours {
  return () =>
    [...new Set(component.references.map((each) => each.component))].flatMap((id) => {
      const neighbour = playbook.components.get(id);
      if (neighbour === undefined) return [];
      return [{ type: neighbour.type, spec: specOf(neighbour), state: stateOf(id, seen) }];
    });
}
