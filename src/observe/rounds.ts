// In which order the pieces of a playbook are looked at: what is found through another one comes after it. Pure.
import type { ComponentType } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import type { OutputLookup } from '../playbook/expressions.ts';
import { topOf } from '../util/paths.ts';
import { typeOf } from './observe.ts';

/** Components of the types that a piece is seen after, which refer to it. */
export function referringTo(
  component: Component,
  components: Iterable<Component>,
  types: ReadonlyMap<string, ComponentType>,
): readonly Component[] {
  const { seenAfter = [] } = typeOf(component, types).traits;
  if (seenAfter.length === 0) return [];
  return [...components].filter(
    ({ references, type }) => seenAfter.includes(type) && references.some((each) => each.component === component.id),
  );
}

/** Components by the number of looks that must come before theirs. */
export function lookRounds(
  components: readonly Component[],
  types: ReadonlyMap<string, ComponentType>,
  predicted: OutputLookup,
): readonly (readonly Component[])[] {
  const byId = new Map(components.map((each) => [each.id, each]));
  const roundOf = new Map<string, number>();
  const place = (component: Component): number => {
    const known = roundOf.get(component.id);
    if (known !== undefined) return known;
    // Whoever is asked for while it is being placed comes first: references know no circle, and of two rules that make one
    // the locators count.
    roundOf.set(component.id, 0);
    const located = tellingReferences(component, types)
      .filter((reference) => predicted(reference.component, reference.output) === undefined)
      .flatMap((reference) => byId.get(reference.component) ?? []);
    const before = [...located, ...referringTo(component, components, types)];
    const round = before.reduce((latest, each) => Math.max(latest, place(each) + 1), 0);
    roundOf.set(component.id, round);
    return round;
  };
  const rounds: Component[][] = [];
  for (const component of components) (rounds[place(component)] ??= []).push(component);
  // A round may be without any: what it held waits for another one.
  return Array.from(rounds, (round: readonly Component[] | undefined) => round ?? []);
}

export function locatingReferences(
  component: Component,
  types: ReadonlyMap<string, ComponentType>,
): readonly Component['references'][number][] {
  const { locators } = typeOf(component, types).traits;
  return component.references.filter((reference) => locators.includes(topOf(reference.path)));
}

/** What is to be seen first: without the locators it cannot be looked up, without the others perhaps not be told. */
function tellingReferences(
  component: Component,
  types: ReadonlyMap<string, ComponentType>,
): readonly Component['references'][number][] {
  const { toldBy = [] } = typeOf(component, types).traits;
  const telling = component.references.filter((reference) => toldBy.includes(topOf(reference.path)));
  return [...locatingReferences(component, types), ...telling];
}
