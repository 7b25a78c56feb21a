// Asks whether what pieces need is there, before any of them is deleted, made or changed: a certificate that is gone is found
// by a read, and not by five minutes of retries with the old piece deleted. Never writes.
import type { ChangeAction, ComponentType, Need, NeedSeen } from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { baseOf, type OutputsThen } from '../settings/base.ts';
import { layered } from '../settings/layered.ts';
import { groupBy } from '../util/group-by.ts';
import { readContext, type ObserveContext } from './context.ts';
import { typeOf, type Lacking, type Observations } from './observe.ts';

/** One thing that a change needs. */
interface Wanted {
  readonly component: string;
  readonly action: ChangeAction;
  readonly type: ComponentType;
  readonly need: Need;
  /** The component that stays as it is and needs it, where it is not the changed one itself. */
  readonly through?: string;
  /** It is there, and the same plan replaces it: the reference that the playbook should say, `load-balancer.arn`. */
  readonly replaced?: string | undefined;
  /** The playbook names it, and may be about to make it. */
  readonly fresh?: boolean;
  /** `moved`: named where the playbook leaves it to others. `said`: named there by the playbook, and used where that is gone. */
  readonly left?: 'moved' | 'said';
}

export interface SeenNeeds {
  /** By component. */
  readonly lacking: ReadonlyMap<string, readonly Lacking[]>;
  /** What the playbook leaves to others and they have moved to something that is gone by now: those names, by component. */
  readonly stale: ReadonlyMap<string, readonly string[]>;
}

/**
 * @param changes what is asked about, by component: also what would be done if the user accepted more
 * @param planned what is done as the plan stands; of some it may only be known that they are changed
 */
export async function observeNeeds(
  playbook: Playbook,
  { changes, planned }: { readonly changes: Changes; readonly planned: Changes },
  seen: Observations,
  observeContext: ObserveContext,
): Promise<SeenNeeds> {
  const own = ownPieces(playbook, planned, seen, observeContext.types);
  const wanted = [...changes].flatMap(([id, actions]) => {
    const component = playbook.components.get(id);
    if (component === undefined) return [];
    return [...actions].flatMap((action) => wantedBy(component, action, own, playbook, changes, seen, observeContext));
  });
  const answers = new Map(await lookAt(wanted, observeContext));
  const lacking = new Map<string, Lacking[]>();
  const stale = new Map<string, readonly string[]>();
  for (const [, group] of groupBy(wanted, ({ action, component }) => `${component} ${action}`)) {
    const [first] = group;
    if (first === undefined) continue;
    const gone = group.filter((each) => each.left === 'moved' && answers.get(each)?.kind === 'missing');
    if (gone.length > 0)
      stale.set(
        first.component,
        gone.map(({ need }) => need.name),
      );
    const unused = gone.length > 0 ? 'moved' : 'said';
    const told = group.flatMap((each) => {
      const answer = each.replaced === undefined ? answers.get(each) : replacedBy(each.need, each.replaced);
      if (answer === undefined || each.left === unused || isComing(answer, each)) return [];
      return [through(answer, each)];
    });
    const lacks = {
      action: first.action,
      missing: told.flatMap((each) => (each.kind === 'missing' ? [each] : [])),
      unseen: told.flatMap((each) => (each.kind === 'unseen' ? [each.detail] : [])),
    };
    if (lacks.missing.length + lacks.unseen.length === 0) continue;
    lacking.set(first.component, [...(lacking.get(first.component) ?? []), lacks]);
  }
  return { lacking, stale };
}

type Changes = ReadonlyMap<string, ReadonlySet<ChangeAction>>;

/**
 * The same of one piece that is about to be deleted to be made again.
 *
 * @param changed all components that the plan changes
 */
export async function missingToMakeAgain(
  component: Component,
  changed: readonly string[],
  playbook: Playbook,
  seen: Observations,
  observeContext: ObserveContext,
): Promise<Lacking['missing']> {
  const changes = new Map(changed.map((id) => [id, new Set<ChangeAction>()]));
  changes.set(component.id, new Set<ChangeAction>(['create']));
  const { lacking } = await observeNeeds(playbook, { changes, planned: changes }, seen, observeContext);
  return (lacking.get(component.id) ?? []).flatMap(({ missing }) => missing);
}

/** A need, and what a look found of it. */
export interface SeenNeed {
  readonly need: Need;
  readonly seen: NeedSeen;
}

/** All that the playbook's owned components need as the playbook has them, each thing once: for whoever only wants to know. */
export async function observeAllNeeds(
  playbook: Playbook,
  seen: Observations,
  observeContext: ObserveContext,
): Promise<readonly SeenNeed[]> {
  const all = new Map([...playbook.components.keys()].map((id) => [id, new Set<ChangeAction>()]));
  const own = ownPieces(playbook, all, seen, observeContext.types);
  const wanted = [...playbook.components.values()]
    .filter(({ shared }) => !shared)
    .flatMap((component): readonly Wanted[] => {
      const type = typeOf(component, observeContext.types);
      const needs = type.needs.of(asWritten(component)).filter((need) => !isOwn(need, own));
      return needs.map((need) => ({ component: component.id, action: 'create', type, need }));
    });
  const answers = await lookAt(wanted, observeContext);
  const once = new Map(answers.map(([{ need }, answer]) => [keyOf(need), { need, seen: answer }]));
  return [...once.values()];
}

/** The kinds of needs that a playbook's components have, with their types. */
export function kindsIn(
  playbook: Playbook,
  types: ReadonlyMap<string, ComponentType>,
): ReadonlyMap<ComponentType, ReadonlySet<Need['kind']>> {
  const result = new Map<ComponentType, Set<Need['kind']>>();
  for (const component of playbook.components.values()) {
    const type = types.get(component.type);
    if (type === undefined) continue;
    const kinds = result.get(type) ?? new Set();
    for (const { kind } of type.needs.of(asWritten(component))) kinds.add(kind);
    if (kinds.size > 0) result.set(type, kinds);
  }
  return result;
}

function wantedBy(
  component: Component,
  action: ChangeAction,
  own: OwnPieces,
  playbook: Playbook,
  changes: Changes,
  seen: Observations,
  { types }: ObserveContext,
): readonly Wanted[] {
  if (action === 'delete') return [];
  const { id } = component;
  const type = typeOf(component, types);
  const base = seen.bases?.get(id);
  const written = asWritten(component);
  const before = own.arnsThen(base?.outputs);
  const has = new Set(action === 'update' ? hasNow(component, type, seen).map(keyOf) : []);
  const spelled = new Set(type.needs.of(written).map(keyOf));
  // What the playbook spells stays as it is; what a base names is named anew with its piece.
  const isOthers = (need: Need): boolean =>
    !has.has(keyOf(need)) && !isOwn(need, own) && (spelled.has(keyOf(need)) || !before.has(need.name));
  const neededBy = (said: Component): readonly Need[] =>
    type.needs.of(layered(said, type, written, base).spec).filter(isOthers);
  const used = neededBy(component);
  const leavesNothing = base === undefined || component.ignore.length === 0;
  const said = leavesNothing ? used : neededBy({ ...component, ignore: [] });
  const [usedKeys, saidKeys] = [used, said].map((each) => new Set(each.map(keyOf)));
  const needed = [
    ...used.map((need): Wanted => {
      const isSpelled = spelled.has(keyOf(need));
      const wanted = {
        ...{ component: id, action, type, need },
        fresh: isSpelled && isFresh(need, own),
        replaced: isSpelled ? own.replaced.get(need.name) : undefined,
      };
      return saidKeys?.has(keyOf(need)) === true ? wanted : { ...wanted, left: 'moved' };
    }),
    ...said
      .filter((need) => usedKeys?.has(keyOf(need)) !== true)
      .map((need): Wanted => ({ component: id, action, type, need, left: 'said' })),
  ];
  if (action !== 'create') return needed;
  // What stays because unused it does nothing is put to use by the new piece.
  const kept = [...new Set(component.references.map((each) => each.component))].flatMap((through) => {
    const other = playbook.components.get(through);
    if (other === undefined || changes.has(through)) return [];
    const otherType = typeOf(other, types);
    if (!otherType.traits.inert) return [];
    return hasNow(other, otherType, seen)
      .filter((need) => !isOwn(need, own) && !before.has(need.name))
      .map((need): Wanted => ({ component: id, action, type: otherType, need, through }));
  });
  return [...needed, ...kept];
}

/** Pieces of the playbook that are there and stay, or are made: nothing that others have to bring. */
interface OwnPieces {
  readonly arns: ReadonlySet<string>;
  /** ARNs of those that the plan replaces, with the references that follow them. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly identities: ReadonlySet<string>;
  /** Of pieces that were never there: what AWS calls them is not known. */
  readonly fresh: ReadonlySet<string>;
  /** ARNs that they had when something was written down. */
  readonly arnsThen: (outputs: OutputsThen | undefined) => ReadonlySet<string>;
}

function ownPieces(
  { components }: Playbook,
  changes: Changes,
  { byId, outputs }: Observations,
  types: ObserveContext['types'],
): OwnPieces {
  const [arns, identities, fresh, ids] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  const replaced = new Map<string, string>();
  for (const component of components.values()) {
    const { id } = component;
    const [actions, seen] = [changes.get(id), byId.get(id)];
    const isMade = actions !== undefined && (actions.size === 0 || actions.has('create'));
    if (seen?.kind !== 'present' && !isMade) continue;
    const type = typeOf(component, types);
    const identity = identityOf(component, type);
    ids.add(id);
    identities.add(identity);
    if (seen?.kind === 'absent' && seen.remains === undefined) fresh.add(identity);
    for (const [name, value] of Object.entries(outputs.get(id) ?? {})) {
      if (value === undefined || !isArn(value)) continue;
      if (actions?.has('delete') === true && type.traits.outputs[name]?.onReplace === 'new')
        replaced.set(value, `${id}.${name}`);
      else arns.add(value);
    }
  }
  const arnsThen: OwnPieces['arnsThen'] = (then) => {
    const values = [...(then ?? [])].flatMap(([id, each]) => (ids.has(id) ? Object.values(each) : []));
    return new Set(values.flatMap((value) => (value !== undefined && isArn(value) ? [value] : [])));
  };
  return { arns, replaced, identities, fresh, arnsThen };
}

/** By component: each delete of a run asks for those of all. */
const identitiesKnown = new WeakMap<Component, string>();

function identityOf(component: Component, type: ComponentType): string {
  const known = identitiesKnown.get(component) ?? type.identity(asWritten(component));
  identitiesKnown.set(component, known);
  return known;
}

/** A name says nothing without its kind: a cluster, a service and a family may be called alike. */
function isOwn(need: Need, { arns, identities }: OwnPieces): boolean {
  return isArn(need.name) ? arns.has(need.name) : identities.has(needTitle(need));
}

/** `task definition web:1`: as the identities of types are written, too. */
export function needTitle({ kind, name }: Pick<Need, 'kind' | 'name'>): string {
  return `${kind.replaceAll('-', ' ')} ${name}`;
}

/** `web:1` of `task definition web`, which is registered for the first time. */
function isFresh({ kind, name }: Need, { fresh }: OwnPieces): boolean {
  return fresh.has(needTitle({ kind, name: name.split(':')[0] ?? '' }));
}

function replacedBy(need: Need, reference: string): NeedSeen {
  return {
    kind: 'missing',
    what: `${needTitle(need)} is replaced by this plan, and the new one has another ARN`,
    remedy: `Let the playbook say \${${reference}} instead`,
  };
}

function isComing(answer: NeedSeen, { fresh }: Wanted): boolean {
  return fresh === true && answer.kind === 'missing' && answer.spent !== true;
}

function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

/** What a piece that is there needs, as AWS has it. */
function hasNow(component: Component, type: ComponentType, { byId, outputs }: Observations): readonly Need[] {
  const observation = byId.get(component.id);
  if (observation?.kind !== 'present') return [];
  const spec = resolveReferences(component.spec, (id, output) => outputs.get(id)?.[output]);
  const base = baseOf(type, { ...observation, spec, outputs, source: 'piece', captured: undefined });
  return type.needs.of(base.spec);
}

/** References stand as text: what another component makes is judged with the graph. */
function asWritten({ spec }: Component): unknown {
  return resolveReferences(spec, () => undefined);
}

function keyOf({ kind, name, region = '' }: Need): string {
  return `${kind} ${region} ${name}`;
}

/** Those whose types share a reader are asked for together. */
async function lookAt(
  wanted: readonly Wanted[],
  observeContext: ObserveContext,
): Promise<readonly (readonly [Wanted, NeedSeen])[]> {
  const context = readContext(observeContext);
  const groups = [...groupBy(wanted, ({ type }) => type.needs.see)];
  const answers = await Promise.all(
    groups.map(async ([see, group]) => {
      const seen = await see(
        group.map(({ need }) => need),
        context,
      );
      return group.flatMap((each, index) => {
        const answer = seen[index];
        return answer === undefined ? [] : [[each, answer] as const];
      });
    }),
  );
  return answers.flat();
}

function through(answer: NeedSeen, { through: component }: Wanted): NeedSeen {
  if (component === undefined || answer.kind === 'there') return answer;
  if (answer.kind === 'unseen') return { ...answer, detail: `${answer.detail} (${component} needs it)` };
  return { ...answer, what: `${answer.what}, which ${component} needs` };
}
