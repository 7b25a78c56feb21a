// How long a step takes by its type's own estimate, from what the playbook says and what was seen. Pure.
import type { ChangeAction, ComponentType, Neighbours } from '../components/contract.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
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

/**
 * Seconds of a delete's estimate, and of its settings' part, in which others would be waited for that still know the piece:
 * where nothing answers behind it nobody is.
 */
export function unwaitedSeconds(
  { action, effect }: Pick<Step, 'action' | 'effect'>,
  { time }: Pick<ComponentType, 'time'>,
  spec: unknown,
  state: unknown,
): number {
  if (action !== 'delete' || effect === 'interrupts' || effect === 'loses' || state === undefined) return 0;
  return Math.min(time.settingSeconds('delete', spec, state), time.propagationSeconds(state, {}));
}

interface EstimateView {
  readonly playbook: Playbook;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly observations: Observations;
}

/** The step as long as it takes where nobody is waited for. */
export function withoutWaiting(step: Step, { observations, playbook, types }: EstimateView): Step {
  const component = playbook.components.get(step.component);
  if (component === undefined) return step;
  const state = stateOf(component.id, observations);
  const seconds = unwaitedSeconds(step, typeOf(component, types), component.spec, state);
  return seconds === 0 ? step : { ...step, estimateSeconds: Math.max(1, step.estimateSeconds - seconds) };
}
