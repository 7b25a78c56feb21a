// What AWS would refuse, or what would be in vain for want of something, is not begun: neither the change itself, nor what would
// be in vain without it. Pure.
import type { Blocker, ChangeAction } from '../components/contract.ts';
import { ofOthers } from '../observe/blockers.ts';
import { typeOf, type Lacking } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { sentence } from '../util/words.ts';
import { hindered, isTakenAway, type Decision, type DecisionInputs } from './decision.ts';

const actionsOf: Readonly<Partial<Record<Decision['kind'], readonly ChangeAction[]>>> = {
  create: ['create'],
  update: ['update'],
  replace: ['delete', 'create'],
  delete: ['delete'],
};

/** Blocked where AWS would refuse what is to be done, or what it needs is not there; undefined where nothing is known. */
export function barred({ id }: Component, own: Decision, inputs: DecisionInputs): Decision | undefined {
  const [first] = blockersOf(id, own, inputs);
  const { text } = inputs.playbook.secrets.redactor;
  if (first === undefined) {
    const lacks = [...lackingOf(id, own, inputs).flatMap(({ missing }) => missing), ...spentFor(id, own, inputs)];
    if (lacks.length === 0) return undefined;
    return { ...hindered(own, text(lackText(lacks)), id, text(remedyText(lacks))), barred: 'lacking' };
  }
  const obstacle = text(`AWS would refuse: ${first.what}`);
  return { ...hindered(own, obstacle, id, text(sentence(first.remedy))), barred: 'refused' };
}

function blockersOf(id: string, own: Decision, inputs: DecisionInputs): readonly Blocker[] {
  const { observations, playbook } = inputs;
  const actions = actionsOf[own.kind] ?? [];
  const seen = observations.byId.get(id);
  if (own.kind === 'create' && seen?.kind === 'absent' && seen.barred !== undefined) return [seen.barred];
  const told = (observations.blockers?.get(id) ?? []).flatMap((each) =>
    each.kind === 'told' && actions.includes(each.action) ? each.blockers : [],
  );
  return ofOthers(told, playbook, observations, (holder) => holdsUnsaid(holder, id, inputs));
}

/** A repair leaves it as it is, and nothing in the playbook says that it names the other one. */
function holdsUnsaid(holder: string, held: string, { kind, playbook }: DecisionInputs): boolean {
  const references = playbook.components.get(holder)?.references ?? [];
  return kind === 'repair' && !references.some((each) => each.component === held);
}

/** Taken down only to be made again with something that AWS will not let go: that would be in vain. */
export function inVain(
  { id }: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  if (!isTakenAway(own) || (inputs.kind !== 'rebuild' && inputs.kind !== 'teardown')) return undefined;
  const stays = inputs.graph.dependenciesOf(id).find((each) => decisions.get(each)?.barred !== undefined);
  const barring = stays === undefined ? undefined : decisions.get(stays);
  if (stays === undefined || barring?.barred === undefined) return undefined;
  const root = barring.blockedBy ?? stays;
  const why = barring.barred === 'refused' ? 'AWS would not let go' : 'cannot be made again';
  return { ...hindered(own, `stays with ${root}, which ${why}`, root), barred: barring.barred };
}

function lackingOf(id: string, own: Decision, { observations }: DecisionInputs): readonly Lacking[] {
  const actions = actionsOf[own.kind] ?? [];
  return (observations.needs?.get(id) ?? []).filter((each) => actions.includes(each.action));
}

/** Shared pieces that it is to be made with, and that nothing new can be made with any more. */
function spentFor(
  id: string,
  own: Decision,
  { graph, observations, playbook, types }: DecisionInputs,
): readonly { readonly what: string; readonly remedy: string }[] {
  if (actionsOf[own.kind]?.includes('create') !== true) return [];
  return graph.dependenciesOf(id).flatMap((each) => {
    const needed = playbook.components.get(each);
    const seen = observations.byId.get(each);
    if (needed?.shared !== true || seen?.kind !== 'present') return [];
    return typeOf(needed, types).judging.spent?.(seen.state) ?? [];
  });
}

/** What nobody could see of what may stand in the way of a component's change, in words. */
export function uncheckedOf(id: string, own: Decision, inputs: DecisionInputs): readonly string[] {
  const { observations } = inputs;
  const actions = actionsOf[own.kind] ?? [];
  const refusals = (observations.blockers?.get(id) ?? []).flatMap((each) =>
    each.kind === 'unknown' && actions.includes(each.action) ? [`${refusalWords}${each.action}: ${each.detail}`] : [],
  );
  return [...refusals, ...lackingOf(id, own, inputs).flatMap(({ unseen }) => unseen)];
}

const refusalWords = 'whether AWS would refuse its ';

/** True for what a plan could not check of what AWS would refuse, as it tells it. */
export function isAboutRefusal(unchecked: string): boolean {
  return unchecked.startsWith(refusalWords);
}

/** `certificate arn:aws:acm:... is not in eu-west-1` */
export function lackText(lacks: readonly { readonly what: string }[]): string {
  return [...new Set(lacks.map(({ what }) => what))].join('; ');
}

/** Each remedy once. */
export function remedyText(lacks: readonly { readonly remedy: string }[]): string {
  return [...new Set(lacks.map(({ remedy }) => sentence(remedy)))].join('. ');
}
