// Asks the component types what is there: in batches, with bounded concurrency, each shared read made once. Never writes.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type {
  Blocker,
  CascadedPiece,
  ChangeAction,
  ComponentType,
  Lead,
  NeedSeen,
  Observation,
  Referrer,
  Referring,
  ReadContext,
  Target,
} from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { Base } from '../settings/base.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import { readContext, type ObserveContext } from './context.ts';

/** What was seen of a whole playbook. */
export interface Observations {
  /** Milliseconds since the epoch, when the look began. */
  readonly at: number;
  readonly byId: ReadonlyMap<string, Observation<unknown>>;
  /** Component id to its known outputs. */
  readonly outputs: ReadonlyMap<string, Outputs>;
  /** What points where, of the playbook or not, in the listings that were read on the way. */
  readonly referrers: readonly Referrer[];
  /** What AWS would delete with pieces that a plan deletes, by component; undefined where nobody has asked. */
  readonly cascades?: ReadonlyMap<string, Cascade>;
  /** Where pieces lead that a plan deletes or leads elsewhere, as far as no component tells; undefined where nobody asked. */
  readonly leads?: ReadonlyMap<string, Leads>;
  /** What pieces that a plan changes or makes are or were, by component; undefined where nobody has asked. */
  readonly bases?: ReadonlyMap<string, Base>;
  /** What AWS would refuse of the changes that a plan makes, by component; undefined where nobody has asked. */
  readonly blockers?: ReadonlyMap<string, readonly Barring[]>;
  /** What pieces that a plan changes or makes need and is not there, or was not seen; undefined where nobody has asked. */
  readonly needs?: ReadonlyMap<string, readonly Lacking[]>;
  /** What owned pieces hold that no before-image keeps, where they are there and of a kind that may hold such. */
  readonly contents: ReadonlyMap<string, Contents>;
}

/** What AWS would delete with one piece. */
export type Cascade =
  | { readonly kind: 'told'; readonly pieces: readonly CascadedPiece[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** What stands in the way of one change of a piece. */
export type Barring = { readonly action: ChangeAction } & (
  | { readonly kind: 'told'; readonly blockers: readonly Blocker[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string }
);

/** What stands in the way of one change of a piece, because it would be in vain. */
export interface Lacking {
  readonly action: ChangeAction;
  readonly missing: readonly Extract<NeedSeen, { readonly kind: 'missing' }>[];
  /** What nobody could see, in words. */
  readonly unseen: readonly string[];
}

/** What answers behind the names that one piece sends requests on to. */
export type Leads =
  | { readonly kind: 'told'; readonly leads: readonly Lead[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** What would be lost with a piece, for good. "I could not see" is never "nothing". */
export type Contents =
  | { readonly kind: 'none' }
  /** In words: `items`. */
  | { readonly kind: 'some'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

export type Outputs = Readonly<Record<string, string | undefined>>;

/** The type of a component; the loader has made sure that it exists. */
export function typeOf(component: Component, types: ReadonlyMap<string, ComponentType>): ComponentType {
  const type = types.get(component.type);
  if (type === undefined) throw new Error(`Internal error: no component type ${component.type}`);
  return type;
}

/**
 * Looks at every component of a playbook. Pieces that can be found by their spec alone are looked up together; pieces
 * that are found through another one (a listener through its load balancer) follow when that has been seen.
 *
 * @param earlier a look at the same components: only what it could not see is looked at
 */
export async function observations(
  playbook: Playbook,
  createOrder: readonly string[],
  observeContext: ObserveContext,
  earlier?: Observations,
): Promise<Observations> {
  const at = earlier?.at ?? observeContext.clock.now();
  const referrers: Referrer[] = [...(earlier?.referrers ?? [])];
  const context = readContext(observeContext, { point: (referrer) => referrers.push(referrer) });
  const components = createOrder.flatMap((id) => playbook.components.get(id) ?? []);
  const observations = new Map([...(earlier?.byId ?? [])].filter(([, each]) => each.kind !== 'unknown'));
  const outputs = foretoldOutputs(components, observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  for (const round of lookRounds(components, observeContext.types, lookup)) {
    const open = round.filter(
      (component) =>
        !observations.has(component.id) ||
        isOutdated(component, { components, seen: observations, earlier, types: observeContext.types }),
    );
    await Promise.all(
      [...groupByType(open)].map(async ([, group]) => {
        const view = { seen: observations, lookup, types: observeContext.types, components };
        for (const [id, observation] of await lookAt(group, view, context)) {
          observations.set(id, observation);
        }
      }),
    );
    for (const component of round) {
      const observation = observations.get(component.id);
      if (observation?.kind !== 'present') continue;
      const spec = resolveReferences(component.spec, lookup);
      outputs.set(
        component.id,
        typeOf(component, observeContext.types).outputsOf(spec, observation.state, observeContext.scope),
      );
    }
  }
  const contents = await contentsOf(components, observations, observeContext.types, context);
  return { at, byId: observations, outputs, referrers: inOrder(referrers), contents };
}

async function contentsOf(
  components: readonly Component[],
  observations: ReadonlyMap<string, Observation<unknown>>,
  types: ReadonlyMap<string, ComponentType>,
  context: ReadContext,
): Promise<ReadonlyMap<string, Contents>> {
  const answers = components.map(async (component): Promise<readonly (readonly [string, Contents])[]> => {
    const { id, shared } = component;
    const type = typeOf(component, types);
    const observation = observations.get(id);
    if (shared || type.safety.holds === undefined || observation?.kind !== 'present') return [];
    // They go first, and each has a before-image of its own.
    const own = components.filter(
      (each) =>
        type.traits.heldBy.includes(each.type) &&
        each.references.some((reference) => reference.component === id) &&
        observations.get(each.id)?.kind === 'present',
    );
    try {
      const detail = await type.safety.holds(observation.state, own.length, context);
      return [[id, detail === undefined ? { kind: 'none' } : { kind: 'some', detail }]];
    } catch (error) {
      if (isOwnFault(error)) throw error;
      const { code, message } = classify(error);
      return [[id, { kind: 'unknown', detail: `${code}: ${message}` }]];
    }
  });
  return new Map((await Promise.all(answers)).flat());
}

/** Asks what AWS would delete with these components' pieces; those that are not there, or have no cascade, are left out. */
export async function observeCascades(
  components: readonly Component[],
  { byId: observations, outputs }: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, Cascade>> {
  const context = readContext(observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const answers = await Promise.all(
    components.map(async (component): Promise<readonly [string, Cascade] | undefined> => {
      const observation = observations.get(component.id);
      const type = typeOf(component, observeContext.types);
      if (type.safety.cascade === undefined || observation?.kind !== 'present') return undefined;
      const target = { id: component.id, spec: resolveReferences(component.spec, lookup) };
      try {
        return [component.id, { kind: 'told', pieces: await type.safety.cascade(target, observation.state, context) }];
      } catch (error) {
        if (isOwnFault(error)) throw error;
        const { code, message } = classify(error);
        return [component.id, { kind: 'unknown', detail: `${code}: ${message}` }];
      }
    }),
  );
  return new Map(answers.flatMap((each) => (each === undefined ? [] : [each])));
}

/** Asks what answers behind names that pieces send requests on to. @param names by component */
export async function observeLeads(
  playbook: Playbook,
  names: ReadonlyMap<string, readonly string[]>,
  { byId: observations }: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, Leads>> {
  const context = readContext(observeContext);
  const answers = await Promise.all(
    [...names].map(async ([id, asked]): Promise<readonly (readonly [string, Leads])[]> => {
      const component = playbook.components.get(id);
      const observation = observations.get(id);
      if (component === undefined || observation?.kind !== 'present') return [];
      try {
        const leads = await typeOf(component, observeContext.types).judging.leads?.(asked, observation.state, context);
        return leads === undefined ? [] : [[id, { kind: 'told', leads }]];
      } catch (error) {
        if (isOwnFault(error)) throw error;
        const { code, message } = classify(error);
        return [[id, { kind: 'unknown', detail: `${code}: ${message}` }]];
      }
    }),
  );
  return new Map(answers.flat());
}

/** Outputs that can be told from the specs alone. @param components in create order */
export function foretoldOutputs(
  components: readonly Component[],
  { scope, types }: Pick<ObserveContext, 'scope' | 'types'>,
): Map<string, Outputs> {
  const outputs = new Map<string, Outputs>();
  for (const component of components) {
    const spec = resolveReferences(component.spec, (id, output) => outputs.get(id)?.[output]);
    outputs.set(component.id, typeOf(component, types).outputsOf(spec, undefined, scope));
  }
  return outputs;
}

/** Zones are listed side by side, and more than once: the same answers must give the same plan. */
function inOrder(referrers: readonly Referrer[]): readonly Referrer[] {
  const different = new Map(referrers.map((each) => [JSON.stringify(each), each] as const));
  return [...different.values()].toSorted((left, right) =>
    left.from < right.from ? -1 : left.from > right.from ? 1 : 0,
  );
}

/** Seen earlier, and without somebody who decides which piece it is and has been seen by now. */
function isOutdated(
  component: Component,
  {
    components,
    earlier,
    seen,
    types,
  }: Pick<View, 'components' | 'seen' | 'types'> & { readonly earlier: Observations | undefined },
): boolean {
  return referringTo(component, components, types).some(
    ({ id }) => earlier?.byId.get(id)?.kind === 'unknown' && (seen.get(id)?.kind ?? 'unknown') !== 'unknown',
  );
}

/** Components of the types that a piece is seen after, which refer to it. */
function referringTo(
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
function lookRounds(
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

function locatingReferences(
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

/** Does AWS take the piece along when that one is deleted, since it lives in it? */
export function liesIn(
  { references, type }: Pick<Component, 'references' | 'type'>,
  id: string,
  types: ReadonlyMap<string, ComponentType>,
): boolean {
  const containers = types.get(type)?.traits.containers ?? [];
  return references.some((each) => each.component === id && containers.includes(topOf(each.path)));
}

/** The top-level field of a spec path: `values` of `values[0]`. */
function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

function groupByType(components: readonly Component[]): ReadonlyMap<string, readonly Component[]> {
  const groups = new Map<string, Component[]>();
  for (const component of components) {
    const group = groups.get(component.type);
    if (group === undefined) groups.set(component.type, [component]);
    else group.push(component);
  }
  return groups;
}

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
  { components, lookup, seen, types }: View,
  context: ReadContext,
): Promise<ReadonlyMap<string, Observation<unknown>>> {
  const answers = new Map<string, Observation<unknown>>();
  const targets: Target<unknown>[] = [];
  const first = group[0];
  if (first === undefined) return answers;
  const type = typeOf(first, types);
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
  if (targets.length === 0) return answers;
  const observed = await type.observe(targets, context);
  for (const { id } of targets) {
    answers.set(id, observed.get(id) ?? unanswered(id, type, context));
  }
  return answers;
}

function unanswered(id: string, type: ComponentType, context: ReadContext): Observation<never> {
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
