// What a plan takes requests away from that no component tells of: a record that it deletes or leads elsewhere may be what
// others are reached by. Pure.
import { namesToAskFor, nothingKnown, type ProofInputs } from '../assess/proof.ts';
import type { Lead } from '../components/contract.ts';
import { typeOf, type Leads, type Observations } from '../observe/observe.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import type { Step } from './plan.ts';

type View = Pick<ProofInputs, 'playbook' | 'types' | 'outputsOf' | 'observed'>;

/** Takes the piece away, or sends its requests elsewhere. */
export function isLedAway(
  step: Pick<Step, 'action' | 'destructive' | 'differences'>,
  component: Component,
  types: View['types'],
): boolean {
  if (step.destructive) return true;
  const to = typeOf(component, types).traits.traffic?.to ?? [];
  return step.action === 'update' && step.differences.some(({ path }) => to.some((each) => isBelow(path, each)));
}

/** Names that are to be asked for before this piece is taken away or led elsewhere. */
export function namesBehind(component: Component, state: unknown, view: View): readonly string[] {
  const owner = component.ownedBy === undefined ? undefined : view.playbook.components.get(component.ownedBy);
  const counts = owner !== undefined && typeOf(owner, view.types).judging.serves !== undefined;
  return namesToAskFor(component, state, { ...view, known: nothingKnown }, counts);
}

/** By component, for all steps of a plan. */
export function namesToAsk(
  steps: readonly Step[],
  playbook: Playbook,
  observations: Observations,
  types: View['types'],
): ReadonlyMap<string, readonly string[]> {
  const view: View = {
    playbook,
    types,
    outputsOf: (id) => observations.outputs.get(id),
    observed: (id) => observations.byId.get(id),
  };
  const names = steps.flatMap((step): readonly (readonly [string, readonly string[]])[] => {
    const component = playbook.components.get(step.component);
    const seen = observations.byId.get(step.component);
    if (component === undefined || seen?.kind !== 'present' || !isLedAway(step, component, types)) return [];
    const found = namesBehind(component, seen.state, view);
    return found.length === 0 ? [] : [[component.id, found]];
  });
  return new Map(names);
}

/**
 * What answers there, in words; undefined when nothing does. What could not be seen counts where the piece goes for good: a
 * record that is led elsewhere goes on answering.
 */
export function servesBehind(leads: Leads | undefined, taken: boolean): string | undefined {
  if (leads === undefined) return undefined;
  if (leads.kind === 'unknown') return `nobody could see what answers behind it: ${leads.detail}`;
  const counting = leads.leads.find((each) => counts(each, taken));
  return counting === undefined ? undefined : `leads to ${counting.to}: ${counting.serves ?? ''}`;
}

function counts({ seen, serves }: Lead, taken: boolean): boolean {
  return serves !== null && (seen || taken);
}
