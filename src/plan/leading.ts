// What a plan takes requests away from that no component tells of: a record that it deletes or leads elsewhere may be what
// others are reached by. Pure.
import { namesToAskFor, nothingKnown, type ProofInputs } from '../assess/proof.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { resolveReferences } from '../playbook/expressions.ts';
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

/**
 * Names that are to be asked for before this piece is taken away or led elsewhere.
 *
 * @param taken it is deleted: of what pieces of the playbook answer in, what was seen of those tells
 */
export function namesBehind(component: Component, state: unknown, view: View, taken: boolean): readonly string[] {
  const type = typeOf(component, view.types);
  const owner = component.ownedBy === undefined ? undefined : view.playbook.components.get(component.ownedBy);
  const counts = owner !== undefined && typeOf(owner, view.types).judging.serves !== undefined;
  const names = namesToAskFor(component, state, { ...view, known: nothingKnown }, counts);
  if (type.judging.sendsTo === undefined) return names;
  if (taken) {
    const told = new Set(answeredFor(view).flatMap((id) => Object.values(view.outputsOf(id) ?? {})));
    return names.filter((each) => !told.has(each));
  }
  const spec = resolveReferences(component.spec, (id, output) => view.outputsOf(id)?.[output]);
  return names.length === 0 ? [] : [...new Set([...names, ...type.judging.sendsTo(spec)])];
}

/** Components that others of the playbook answer in: a target group in which a service of it registers. */
function answeredFor({ playbook, types }: View): readonly string[] {
  return [...playbook.components.values()].flatMap((component) => {
    const from = typeOf(component, types).traits.traffic?.from ?? [];
    return component.references.flatMap(({ component: to, path }) =>
      from.some((each) => isBelow(path, each)) ? [to] : [],
    );
  });
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
    const found = namesBehind(component, seen.state, view, step.destructive);
    return found.length === 0 ? [] : [[component.id, found]];
  });
  return new Map(names);
}
