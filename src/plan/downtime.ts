// Which pieces serve right now, so that nobody takes them down unawares: a piece serves by itself (a service with healthy
// targets), or because requests travel through it to one that does (its listener, its record). Pure.
import type { ComponentType, Observation } from '../components/contract.ts';
import { typeOf } from '../observe/observe.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';

/** What is known of the world when it is asked. */
export interface TrafficView {
  readonly playbook: Playbook;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly observed: (component: string) => Observation<unknown> | undefined;
  readonly output: OutputLookup;
}

/** The view, and where requests go on to in it: worked out once for all that is asked of it. */
export interface Traffic {
  readonly view: TrafficView;
  readonly onward: ReadonlyMap<string, readonly string[]>;
}

/** What the view shows now; to be asked anew once the view has changed. */
export function trafficIn(view: TrafficView): Traffic {
  return { view, onward: onwardsOf(view) };
}

export interface Serving {
  /** The component that answers. */
  readonly by: string;
  /** `2 healthy targets` */
  readonly how: string;
}

/** `listener (service: 2 healthy targets)` */
export function servingText(component: string, { by, how }: Serving): string {
  return component === by ? `${component} (${how})` : `${component} (leads to ${by}: ${how})`;
}

/**
 * Does this piece serve? Undefined when it does not. A shared piece is passed only on the way to the piece's own owner:
 * behind a shared load balancer others serve too, whose requests do not come this way.
 */
export function servingThrough(id: string, traffic: Traffic): Serving | undefined {
  const { view } = traffic;
  const owner = view.playbook.components.get(id)?.ownedBy;
  const ownerCounts = owner !== undefined && canServe(owner, view);
  const own = servingItself(id, view);
  if (own !== undefined) return own;
  for (const { component, shared } of reachedFrom(id, traffic)) {
    if (shared && ownerCounts && component !== owner) continue;
    const found = servingItself(component, view);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Components whose state decides whether this one serves; itself among them. */
export function decisiveFor(id: string, traffic: Traffic): readonly string[] {
  const all = [id, ...reachedFrom(id, traffic).map((each) => each.component)];
  return all.filter((each) => canServe(each, traffic.view));
}

function canServe(id: string, { playbook, types }: TrafficView): boolean {
  const component = playbook.components.get(id);
  return component !== undefined && typeOf(component, types).judging.serves !== undefined;
}

function servingItself(id: string, { observed, playbook, types }: TrafficView): Serving | undefined {
  const component = playbook.components.get(id);
  const observation = observed(id);
  if (component === undefined) return undefined;
  const type = typeOf(component, types);
  // What could not be seen may well serve.
  if (type.judging.serves !== undefined && observation?.kind === 'unknown') return { by: id, how: 'could not be seen' };
  if (observation?.kind !== 'present') return undefined;
  const how = type.judging.serves?.(observation.state);
  return how === undefined ? undefined : { by: id, how };
}

interface Reached {
  readonly component: string;
  /** The only way leads through a shared piece. */
  readonly shared: boolean;
}

/** Where requests that come to a piece go on to, as it is there: a reference that dangles leads nowhere. */
function reachedFrom(start: string, { onward, view }: Traffic): readonly Reached[] {
  const found = new Map<string, boolean>();
  const walk = (from: string, shared: boolean): void => {
    for (const next of onward.get(from) ?? []) {
      const through = shared || view.playbook.components.get(next)?.shared === true;
      const before = found.get(next);
      if (next === start || before === false || before === through) continue;
      found.set(next, through);
      walk(next, through);
    }
  };
  walk(start, false);
  return [...found].map(([component, shared]) => ({ component, shared }));
}

function onwardsOf(view: TrafficView): ReadonlyMap<string, readonly string[]> {
  const onward = new Map<string, string[]>();
  const lead = (from: string, to: string): void => {
    const list = onward.get(from);
    if (list === undefined) onward.set(from, [to]);
    else list.push(to);
  };
  for (const component of view.playbook.components.values()) {
    const { traffic } = typeOf(component, view.types).traits;
    if (traffic === undefined) continue;
    const { references } = component;
    const differing = references.length === 0 ? undefined : differingIn(component, view);
    if (differing === undefined) continue;
    for (const reference of references.filter((each) => !differing.some((path) => isOneWay(path, each.path)))) {
      const field = /^[^.[]*/.exec(reference.path)?.[0] ?? '';
      if (traffic.to.includes(field)) lead(component.id, reference.component);
      if (traffic.from.includes(field)) lead(reference.component, component.id);
    }
  }
  return onward;
}

/** The paths at which a piece is not as the playbook says; undefined of one that is not there. */
function differingIn(component: Component, view: TrafficView): readonly string[] | undefined {
  const observation = view.observed(component.id);
  if (observation?.kind === 'unknown') return [];
  if (observation?.kind !== 'present') return undefined;
  const spec = resolveReferences(component.spec, view.output);
  return typeOf(component, view.types)
    .diff(spec, observation.state)
    .map((each) => each.path);
}

function isOneWay(path: string, other: string): boolean {
  return isBelow(path, other) || isBelow(other, path);
}
