// What comes before what. Pure.
import type { Component } from '../../../playbook/model.ts';
import type { PromiseContext } from '../promise-context.ts';
import { wasDone } from '../subjects.ts';
import { type Broken, type Case, type Change, one, orderErrors, wasDoneLater } from './story.ts';

/** Something of the playbook that AWS would leave pointing at nothing is gone before what it refers to. */
export function holdersFirst(whole: Case): readonly Broken[] {
  return [...holderStays(whole), ...resolversLeadThere(whole)];
}

/** What resolvers have kept of a deleted record sends clients to a name that is free again. */
function resolversLeadThere({ changes, context, story }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  return story.witnessed.strays.slice(0, 1).flatMap(({ calls, name, seconds, to }) => {
    const change = changes.findLast(({ call, deletes, index }) => index < calls && deletes && wasDone(call));
    const [id] = change?.subjects ?? [];
    return one(id === undefined ? [] : [id], `resolvers lead ${name} to ${to}, which is gone, for ${seconds} s more`);
  });
}

function holderStays({ changes, context, truth }: Case): readonly Broken[] {
  const { playbook } = context;
  const gone = new Map<string, number>();
  const broken: Broken[] = [];
  for (const { call, deletes, index, subjects } of changes) {
    const [id] = subjects;
    if (id === undefined || !wasDone(call)) continue;
    if (!deletes) {
      // Pointed elsewhere, or made anew, it holds nothing of the old one.
      gone.set(id, index);
      continue;
    }
    const heldBy = playbook.types.get(playbook.components.get(id)?.type ?? '')?.traits.heldBy ?? [];
    for (const holder of playbook.components.values()) {
      if (!heldBy.includes(holder.type) || !holder.references.some((each) => each.component === id)) continue;
      if (gone.has(holder.id) || !holdsAtFirst(holder, id, truth, context) || context.lostMeanwhile.has(holder.id))
        continue;
      broken.push({ components: [id, holder.id], seen: `${id} was deleted while ${holder.id} still referred to it` });
    }
    gone.set(id, index);
  }
  return broken;
}

/** It was there, and referred to this very piece. */
function holdsAtFirst(holder: Component, id: string, truth: Case['truth'], { truth: look }: PromiseContext): boolean {
  const verdict = truth[holder.id];
  // Somebody else's may stand in its place.
  if (verdict === 'missing' || look.observations.byId.get(holder.id)?.kind === 'absent') return false;
  const assessment = look.assessments.get(holder.id);
  if (assessment?.settling === 'going') return false;
  const paths = holder.references.filter((each) => each.component === id).map((each) => each.path);
  const differs = assessment?.differences.some((each) =>
    paths.some((path) => path.startsWith(each.path) || each.path.startsWith(path)),
  );
  return differs !== true;
}

export function order({ changes, context }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  return changes.flatMap((change) => {
    const { call, deletes, index, subjects } = change;
    if (call.outcome.kind !== 'error' || !orderErrors.test(call.outcome.code)) return [];
    if (deletes && isFreed(subjects, index, changes, context)) return [];
    // It asks for its own place first, and takes another one when that is still held.
    if (!deletes && subjects.some((id) => isInsteadOf(id, context)) && wasDoneLater(change, changes)) return [];
    return one(subjects, `AWS answered ${call.operation} of ${subjects.join(' or ')} with ${call.outcome.code}`);
  });
}

function isInsteadOf(id: string, { truth }: PromiseContext): boolean {
  const seen = truth.observations.byId.get(id);
  return seen?.kind === 'absent' && seen.taken !== undefined;
}

/**
 * AWS goes on calling a piece in use for a while after the last one that used it was deleted (a target group after its
 * listener): who asks then, and asks again, has kept the order. Let pass when all holders that there were have been
 * deleted before.
 */
function isFreed(
  subjects: readonly string[],
  before: number,
  changes: readonly Change[],
  context: PromiseContext,
): boolean {
  const [id] = subjects;
  const { playbook, truth } = context;
  const heldBy = playbook.types.get(playbook.components.get(id ?? '')?.type ?? '')?.traits.heldBy ?? [];
  const gone = new Set(
    changes.flatMap((each) => (each.index < before && each.deletes && wasDone(each.call) ? each.subjects : [])),
  );
  const holders = [...playbook.components.values()].filter(
    (each) => heldBy.includes(each.type) && each.references.some((reference) => reference.component === id),
  );
  return (
    holders.length > 0 && holders.every((each) => gone.has(each.id) || truth.assessments.get(each.id)?.present !== true)
  );
}
