// Asks the component types what is there: in batches, with bounded concurrency, each shared read made once. Never writes.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type { ComponentType, Observation, ReadContext, Referrer, Scope } from '../components/contract.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { groupBy } from '../util/group-by.ts';
import { readContext, type ObserveContext } from './context.ts';
import { lookAt, type View } from './look-at.ts';
import { foretoldOutputs, typeOf, type Contents, type Observations, type Outputs } from './observe.ts';
import { lookRounds, referringTo } from './rounds.ts';

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
  await lookInRounds([looking], (_type, groups) => askApart(groups));
  const { at, components, outputs, seen, types } = looking;
  const contents = await contentsOf(components, seen, types, context);
  return { at, byId: seen, outputs, contents, referrers: inOrder(referrers) };
}

/** A look at one playbook that is under way. */
export interface Looking extends View {
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

export function begun({ createOrder, earlier, observeContext, playbook }: LookPart, context: ReadContext): Looking {
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
export interface Group {
  readonly looking: Looking;
  readonly components: readonly Component[];
  readonly type: ComponentType;
}

/** @param ask looks at components of one type, of several playbooks */
export async function lookInRounds(
  all: readonly Looking[],
  ask: (type: ComponentType, groups: readonly Group[]) => Promise<void>,
): Promise<void> {
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
      const work = ask(type, own).then(() => {
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

/** Each playbook by itself. */
export async function askApart(groups: readonly Group[]): Promise<void> {
  await Promise.all(
    groups.map(async ({ components, looking }) => {
      for (const [id, observation] of await lookAt(components, looking, looking.context)) {
        looking.seen.set(id, observation);
      }
    }),
  );
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
