// A look at some pieces of one type: what can be asked for, and what is known without asking.
import type { ComponentType, Observation, ReadContext, Referring, Target } from '../components/contract.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import type { Component } from '../playbook/model.ts';
import { topOf } from '../util/paths.ts';
import { typeOf } from './observe.ts';
import { locatingReferences, referringTo } from './rounds.ts';

/** What is known of a playbook's pieces when some of them are looked at. */
export interface View {
  readonly seen: ReadonlyMap<string, Observation<unknown>>;
  readonly lookup: OutputLookup;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** All of the playbook's. */
  readonly components: readonly Component[];
}

function referringAs({ id, type }: Component, seen: View['seen']): Referring {
  const observation = seen.get(id);
  const state =
    observation?.kind === 'present'
      ? observation.state
      : observation?.kind === 'absent'
        ? observation.remains?.state
        : undefined;
  return { component: id, type, state, ...(observation?.kind === 'unknown' ? { unseen: true } : {}) };
}

/**
 * Looks at components of one type. A piece whose place is not known is not asked for: it is absent when what it lives in
 * is, and unknown otherwise.
 */
export async function lookAt(
  group: readonly Component[],
  view: View,
  context: ReadContext,
): Promise<ReadonlyMap<string, Observation<unknown>>> {
  const [first] = group;
  if (first === undefined) return new Map();
  const type = typeOf(first, view.types);
  const { answers, targets } = askable(group, view, context);
  if (targets.length === 0) return answers;
  const observed = await type.observe(targets, context);
  for (const { id } of targets) {
    answers.set(id, observed.get(id) ?? unanswered(id, type, context));
  }
  return answers;
}

/** What can be asked for, and what is known of the others. */
export function askable(
  group: readonly Component[],
  { components, lookup, seen, types }: View,
  context: ReadContext,
): { readonly answers: Map<string, Observation<unknown>>; readonly targets: readonly Target<unknown>[] } {
  const answers = new Map<string, Observation<unknown>>();
  const targets: Target<unknown>[] = [];
  for (const component of group) {
    const placeless = withoutPlace(component, seen, lookup, types, context);
    if (placeless === undefined) {
      const takenAway = [...component.cleared, ...component.exact];
      const referredBy = referringTo(component, components, types).map((each) => referringAs(each, seen));
      targets.push({
        id: component.id,
        spec: resolveReferences(component.spec, lookup),
        ...(takenAway.length === 0 ? {} : { takenAway }),
        ...(referredBy.length === 0 ? {} : { referredBy }),
      });
    } else {
      answers.set(component.id, placeless);
    }
  }
  return { answers, targets };
}

export function unanswered(id: string, type: ComponentType, context: ReadContext): Observation<never> {
  return {
    kind: 'unknown',
    reason: 'invalid',
    detail: `${type.traits.type} said nothing about ${id}`,
    at: context.now(),
  };
}

function withoutPlace(
  component: Component,
  seen: ReadonlyMap<string, Observation<unknown>>,
  lookup: OutputLookup,
  types: ReadonlyMap<string, ComponentType>,
  context: ReadContext,
): Observation<never> | undefined {
  const { containers } = typeOf(component, types).traits;
  const at = context.now();
  for (const reference of locatingReferences(component, types)) {
    const place = seen.get(reference.component);
    if (place?.kind === 'unknown') {
      const detail = `cannot be looked up while ${reference.component} is unknown`;
      return { kind: 'unknown', reason: 'upstream', detail, at, via: reference.component };
    }
    if (lookup(reference.component, reference.output) !== undefined) continue;
    if (containers.includes(topOf(reference.path))) {
      return {
        kind: 'absent',
        at,
        detail: `${reference.component}, which it lives in, is gone`,
        via: reference.component,
      };
    }
    const detail = `cannot be looked up without ${reference.component}'s ${reference.output}`;
    return { kind: 'unknown', reason: 'upstream', detail, at, via: reference.component };
  }
  return undefined;
}
