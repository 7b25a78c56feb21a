// Asks whether what pieces need is there, before any of them is deleted, made or changed: a certificate that is gone is found
// by a read, and not by five minutes of retries with the old piece deleted. Never writes.
import type { ChangeAction, ComponentType, Need, NeedSeen } from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { baseOf } from '../settings/base.ts';
import { layered } from '../settings/layered.ts';
import { groupBy } from '../util/group-by.ts';
import { readContext, typeOf, type Lacking, type Observations, type ObserveContext } from './observe.ts';

/** One thing that a change needs. */
interface Wanted {
  readonly component: string;
  readonly action: ChangeAction;
  readonly type: ComponentType;
  readonly need: Need;
  /** The component that stays as it is and needs it, where it is not the changed one itself. */
  readonly through?: string;
}

/** @param changes what is to be done, by component */
export async function observeNeeds(
  playbook: Playbook,
  changes: ReadonlyMap<string, ReadonlySet<ChangeAction>>,
  seen: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, readonly Lacking[]>> {
  // Of some it is only known that they are changed.
  const created = [...changes].flatMap(([id, actions]) =>
    actions.size === 0 || actions.has('create') ? (playbook.components.get(id) ?? []) : [],
  );
  const own = ownNames(created, seen, observeContext.types);
  const wanted = [...changes].flatMap(([id, actions]) => {
    const component = playbook.components.get(id);
    if (component === undefined) return [];
    return [...actions].flatMap((action) => wantedBy(component, action, own, playbook, changes, seen, observeContext));
  });
  const answers = new Map(await lookAt(wanted, observeContext));
  const result = new Map<string, Lacking[]>();
  for (const [, group] of groupBy(wanted, ({ action, component }) => `${component} ${action}`)) {
    const [first] = group;
    if (first === undefined) continue;
    const told = group.flatMap((each) => {
      const answer = answers.get(each);
      return answer === undefined ? [] : [through(answer, each)];
    });
    const lacking = {
      action: first.action,
      missing: told.flatMap((each) => (each.kind === 'missing' ? [each] : [])),
      unseen: told.flatMap((each) => (each.kind === 'unseen' ? [each.detail] : [])),
    };
    if (lacking.missing.length + lacking.unseen.length === 0) continue;
    result.set(first.component, [...(result.get(first.component) ?? []), lacking]);
  }
  return result;
}

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
  const lacking = await observeNeeds(playbook, changes, seen, observeContext);
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
  const known = ownNames([...playbook.components.values()], seen, observeContext.types);
  const wanted = [...playbook.components.values()]
    .filter(({ shared }) => !shared)
    .flatMap((component): readonly Wanted[] => {
      const type = typeOf(component, observeContext.types);
      const needs = type.needs.of(asWritten(component)).filter((need) => !isOwn(need, known));
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
  own: ReadonlySet<string>,
  playbook: Playbook,
  changes: ReadonlyMap<string, ReadonlySet<ChangeAction>>,
  seen: Observations,
  { types }: ObserveContext,
): readonly Wanted[] {
  if (action === 'delete') return [];
  const { id } = component;
  const type = typeOf(component, types);
  const base = seen.bases?.get(id);
  const before = valuesOf(base?.outputs.values() ?? []);
  const known = before.size === 0 ? own : new Set([...own, ...before]);
  const has = new Set(action === 'update' ? hasNow(component, type, seen).map(keyOf) : []);
  const { spec } = layered(component, type, asWritten(component), base);
  const needed = type.needs
    .of(spec)
    .filter((need) => !isOwn(need, known) && !has.has(keyOf(need)))
    .map((need): Wanted => ({ component: id, action, type, need }));
  if (action !== 'create') return needed;
  // What stays because unused it does nothing is put to use by the new piece.
  const kept = [...new Set(component.references.map((each) => each.component))].flatMap((through) => {
    const other = playbook.components.get(through);
    if (other === undefined || changes.has(through)) return [];
    const otherType = typeOf(other, types);
    if (!otherType.traits.inert) return [];
    return hasNow(other, otherType, seen)
      .filter((need) => !isOwn(need, known))
      .map((need): Wanted => ({ component: id, action, type: otherType, need, through }));
  });
  return [...needed, ...kept];
}

/**
 * What is no need: what AWS calls the playbook's own pieces, and those that are still to be made by their identities, though
 * nobody may refer to them.
 */
function ownNames(
  made: readonly Component[],
  { outputs }: Observations,
  types: ObserveContext['types'],
): ReadonlySet<string> {
  const identities = made.map((each) => typeOf(each, types).identity(asWritten(each)));
  return new Set([...valuesOf(outputs.values()), ...identities]);
}

function isOwn({ kind, name }: Need, own: ReadonlySet<string>): boolean {
  // A revision is one of its family: `web:7` of `task definition web`.
  const [family = ''] = name.split(':');
  return own.has(name) || own.has(`${kind.replaceAll('-', ' ')} ${family}`);
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

function valuesOf(outputs: Iterable<Readonly<Record<string, string | undefined>>>): ReadonlySet<string> {
  return new Set([...outputs].flatMap((each) => Object.values(each).flatMap((value) => value ?? [])));
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
