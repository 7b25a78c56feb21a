// What AWS would refuse is not begun: neither the change itself, nor what would be in vain without it. Pure.
import type { Blocker, ChangeAction } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { decision, isTakenAway, type Decision, type DecisionInputs } from './decision.ts';

const actionsOf: Readonly<Partial<Record<Decision['kind'], readonly ChangeAction[]>>> = {
  create: ['create'],
  update: ['update'],
  replace: ['delete', 'create'],
  delete: ['delete'],
};

/** Blocked where AWS would refuse what is to be done; undefined where nothing is known to stand in the way. */
export function barred({ id }: Component, own: Decision, inputs: DecisionInputs): Decision | undefined {
  const [first] = blockersOf(id, own, inputs);
  if (first === undefined) return undefined;
  const { text } = inputs.playbook.secrets.redactor;
  const wouldBe = `would be: ${own.kind} (${own.because})`;
  return {
    ...decision('blocked', text(`AWS would refuse: ${first.what}; ${wouldBe}. ${first.remedy}`), id),
    barred: true,
  };
}

function blockersOf(id: string, own: Decision, { observations, playbook }: DecisionInputs): readonly Blocker[] {
  const actions = actionsOf[own.kind] ?? [];
  const told = (observations.blockers?.get(id) ?? []).filter((each) => actions.includes(each.action));
  const known = new Set(
    [...playbook.components.keys()].flatMap((each) => Object.values(observations.outputs.get(each) ?? {})),
  );
  // Holders that are components are judged with the other dependents.
  return told.flatMap((each) =>
    each.kind === 'told' ? each.blockers.filter((blocker) => blocker.id === undefined || !known.has(blocker.id)) : [],
  );
}

/** Taken down only to be made again with something that AWS will not let go: that would be in vain. */
export function inVain(
  { id }: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision | undefined {
  if (!isTakenAway(own) || (inputs.kind !== 'rebuild' && inputs.kind !== 'teardown')) return undefined;
  const stays = inputs.graph.dependenciesOf(id).find((each) => decisions.get(each)?.barred === true);
  if (stays === undefined) return undefined;
  const because = `stays with ${decisions.get(stays)?.blockedBy ?? stays}, which AWS would not let go; would be: ${own.kind} (${own.because})`;
  return { ...decision('blocked', because, decisions.get(stays)?.blockedBy ?? stays), barred: true };
}

/** What nobody could see of what may stand in the way of a component's change, in words. */
export function uncheckedOf(id: string, own: Decision, { observations }: DecisionInputs): readonly string[] {
  const actions = actionsOf[own.kind] ?? [];
  return (observations.blockers?.get(id) ?? []).flatMap((each) =>
    each.kind === 'unknown' && actions.includes(each.action)
      ? [`whether AWS would refuse its ${each.action}: ${each.detail}`]
      : [],
  );
}
