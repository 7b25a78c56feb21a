// Asks the component types what is there: in batches, with bounded concurrency, each shared read made once. Never writes.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type {
  ComponentType,
  Observation,
  ReadContext,
  Referrer,
  Referring,
  Scope,
  Target,
  UnknownReason,
} from '../components/contract.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { groupBy } from '../util/group-by.ts';
import { topOf } from '../util/paths.ts';
import { readContext, type ObserveContext } from './context.ts';
import { layersOf } from './layers.ts';
import { foretoldOutputs, typeOf, type Contents, type Observations, type Outputs } from './observe.ts';
import { locatingReferences, lookRounds, referringTo } from './rounds.ts';

/** A playbook to be looked at, and from where. */
export interface LookPart {
  readonly playbook: Playbook;
  readonly createOrder: readonly string[];
  readonly observeContext: ObserveContext;
  /** A look at the same components: only what it could not see is looked at. */
  readonly earlier?: Observations | undefined;
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
  const referrers: Referrer[] = [...(earlier?.referrers ?? [])];
  const context = readContext(observeContext, { point: (referrer) => referrers.push(referrer) });
  const looking = begun({ playbook, createOrder, observeContext, earlier }, context);
  await lookInRounds([looking]);
  const { at, components, outputs, seen, types } = looking;
  const contents = await contentsOf(components, seen, types, context);
  return { at, byId: seen, outputs, contents, referrers: inOrder(referrers) };
}

/**
 * Looks at the components of several playbooks of one place with the calls that one look at all of them takes: each piece is asked
 * for as often as AWS's limits want it, each list made once. What is seen of a playbook is what a look at it alone would see, but
 * that nobody takes down what names a piece (`referrers`) and what it holds (`contents`): it is for judging, not for changing.
 *
 * @param parts all with one and the same access
 * @returns in the order of the parts
 */
export async function observeTogether(parts: readonly LookPart[]): Promise<readonly Observations[]> {
  const [first] = parts;
  if (first === undefined) return [];
  const { aws } = first.observeContext;
  if (parts.some(({ observeContext }) => observeContext.aws !== aws)) {
    throw new Error('Internal error: playbooks of several places cannot be looked at together');
  }
  const shared = readContext(first.observeContext);
  const all = parts.map((part) => begun(part, { ...shared, scope: part.observeContext.scope }));
  await lookInRounds(all);
  return all.map(({ at, outputs, seen }) => ({ at, byId: seen, outputs, contents: new Map(), referrers: [] }));
}

/** A look at one playbook that is under way. */
interface Looking extends View {
  readonly at: number;
  readonly rounds: readonly (readonly Component[])[];
  /** Components of which what is seen may decide what is asked of others: those that are referred to, or seen before another one. */
  readonly deciding: ReadonlySet<string>;
  readonly seen: Map<string, Observation<unknown>>;
  readonly outputs: Map<string, Outputs>;
  readonly earlier: Observations | undefined;
  readonly scope: Scope;
  readonly context: ReadContext;
}

function begun({ createOrder, earlier, observeContext, playbook }: LookPart, context: ReadContext): Looking {
  const { clock, scope, types } = observeContext;
  const components = createOrder.flatMap((id) => playbook.components.get(id) ?? []);
  const outputs = foretoldOutputs(components, observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const looking: Looking = {
    ...{ components, context, earlier, lookup, outputs, scope, types },
    at: earlier?.at ?? clock.now(),
    deciding: new Set(
      components.flatMap((each) => [
        ...each.references.map(({ component }) => component),
        ...referringTo(each, components, types).map(({ id }) => id),
      ]),
    ),
    rounds: lookRounds(components, types, lookup),
    seen: new Map([...(earlier?.byId ?? [])].filter(([, each]) => each.kind !== 'unknown')),
  };
  // What an earlier look saw is known from the beginning.
  for (const round of looking.rounds) tellOutputs({ components: round, looking });
  return looking;
}

/** Components of one type of one playbook. */
interface Group {
  readonly looking: Looking;
  readonly components: readonly Component[];
  readonly type: ComponentType;
}

async function lookInRounds(all: readonly Looking[]): Promise<void> {
  const last = Math.max(0, ...all.map(({ rounds }) => rounds.length));
  /** Looks for which no round waits. */
  const loose: Promise<void>[] = [];
  for (let round = 0; round < last; round += 1) {
    const groups = all.flatMap((looking) =>
      [...groupBy(openIn(looking, round), (each) => typeOf(each, looking.types))].map(([type, components]): Group => ({
        looking,
        components,
        type,
      })),
    );
    const awaited: Promise<void>[] = [];
    for (const [type, own] of groupBy(groups, ({ type }) => type)) {
      const work = lookAtGroups(type, own).then(() => {
        for (const each of own) tellOutputs(each);
      });
      // That one fails while another one is waited for leaves nothing unhandled.
      work.catch(() => undefined);
      (own.some(decides) ? awaited : loose).push(work);
    }
    await Promise.all(awaited);
  }
  await Promise.all(loose);
}

function decides({ components, looking }: Group): boolean {
  return components.some(({ id }) => looking.deciding.has(id));
}

function openIn(looking: Looking, round: number): readonly Component[] {
  const { rounds, seen } = looking;
  return (rounds[round] ?? []).filter((component) => !seen.has(component.id) || isOutdated(component, looking));
}

function tellOutputs({ components, looking }: Pick<Group, 'components' | 'looking'>): void {
  const { lookup, outputs, scope, seen, types } = looking;
  for (const component of components) {
    const observation = seen.get(component.id);
    if (observation?.kind !== 'present') continue;
    const spec = resolveReferences(component.spec, lookup);
    outputs.set(component.id, typeOf(component, types).outputsOf(spec, observation.state, scope));
  }
}

/** A type from outside may go by its context's playbook: it is asked for one at a time. */
async function lookAtGroups(type: ComponentType, groups: readonly Group[]): Promise<void> {
  if (groups.length > 1 && type.source === undefined) {
    await lookAtAll(type, groups);
    return;
  }
  await Promise.all(
    groups.map(async ({ components, looking }) => {
      for (const [id, observation] of await lookAt(components, looking, looking.context)) {
        looking.seen.set(id, observation);
      }
    }),
  );
}

async function lookAtAll(type: ComponentType, groups: readonly Group[]): Promise<void> {
  const asked = groups.flatMap(({ components, looking }, at) => {
    const { answers, targets } = askable(components, looking, looking.context);
    for (const [id, observation] of answers) looking.seen.set(id, observation);
    return targets.map((target) => ({
      looking,
      id: target.id,
      target: {
        ...target,
        id: `${String(at)}:${target.id}`,
        owner: { playbook: looking.scope.playbook, component: target.id },
      },
    }));
  });
  const [first] = groups;
  if (first === undefined || asked.length === 0) return;
  const { context } = first.looking;
  const layers = layersOf(
    type,
    asked.map(({ target }) => target),
  );
  const observed = new Map(
    (await Promise.all(layers.map((each) => type.observe(each, context)))).flatMap((each) => [...each]),
  );
  for (const { id, looking, target } of asked) {
    looking.seen.set(id, observed.get(target.id) ?? unanswered(id, type, context));
  }
  await Promise.all(groups.map((each) => lookAgainAlone(each, refused)));
  // A server's error may pass, and is asked about once more for all of them first.
  if (groups.some(({ looking }) => looking.earlier !== undefined)) await lookAgainApart(groups);
}

/**
 * AWS refuses a call as a whole where one of its pieces may not be asked for, or is asked for wrongly: that is no reason to know nothing
 * of other playbooks' pieces.
 */
const refused: ReadonlySet<UnknownReason> = new Set(['denied', 'invalid']);
/** It may also be one of its pieces that AWS cannot tell of. */
const unanswerable: ReadonlySet<UnknownReason> = new Set(['unavailable', 'timeout']);

async function lookAgainAlone({ components, looking }: Group, why: ReadonlySet<UnknownReason>): Promise<void> {
  const spoiled = spoiledIn({ components, looking }, why);
  for (const [id, observation] of await lookAt(spoiled, looking, looking.context)) looking.seen.set(id, observation);
}

function spoiledIn(
  { components, looking }: Pick<Group, 'components' | 'looking'>,
  why: ReadonlySet<UnknownReason>,
): readonly Component[] {
  return components.filter(({ id }) => {
    const seen = looking.seen.get(id);
    return seen?.kind === 'unknown' && why.has(seen.reason);
  });
}

/** Playbooks that are asked about by themselves before it is taken for granted that nobody gets an answer. */
const probes = 4;

async function lookAgainApart(groups: readonly Group[]): Promise<void> {
  const isSpoiled = (each: Group): boolean => spoiledIn(each, unanswerable).length > 0;
  const spoiled = groups.filter(isSpoiled);
  for (let at = 0; at < spoiled.length; at += probes) {
    await Promise.all(spoiled.slice(at, at + probes).map((each) => lookAgainAlone(each, unanswerable)));
    if (spoiled.slice(0, at + probes).every(isSpoiled)) return;
  }
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

/** Zones are listed side by side, and more than once: the same answers must give the same plan. */
function inOrder(referrers: readonly Referrer[]): readonly Referrer[] {
  const different = new Map(referrers.map((each) => [JSON.stringify(each), each] as const));
  return [...different.values()].toSorted((left, right) =>
    left.from < right.from ? -1 : left.from > right.from ? 1 : 0,
  );
}

/** Seen earlier, and without somebody who decides which piece it is and has been seen by now. */
function isOutdated(component: Component, { components, earlier, seen, types }: Looking): boolean {
  return referringTo(component, components, types).some(
    ({ id }) => earlier?.byId.get(id)?.kind === 'unknown' && (seen.get(id)?.kind ?? 'unknown') !== 'unknown',
  );
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
function askable(
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
