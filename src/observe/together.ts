// One look at the playbooks of a place: their pieces go through the rounds side by side, and a type is asked for all of them at once.
import type { ComponentType, UnknownReason } from '../components/contract.ts';
import type { Component } from '../playbook/model.ts';
import { readContext } from './context.ts';
import { layersOf } from './layers.ts';
import { askable, lookAt, unanswered } from './look-at.ts';
import { askApart, begun, lookInRounds, type Group, type LookPart } from './look.ts';
import type { Observations } from './observe.ts';

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
  await lookInRounds(all, lookAtGroups);
  return all.map(({ at, outputs, seen }) => ({ at, byId: seen, outputs, contents: new Map(), referrers: [] }));
}

/** A type from outside may go by its context's playbook: it is asked for one at a time. */
async function lookAtGroups(type: ComponentType, groups: readonly Group[]): Promise<void> {
  if (groups.length > 1 && type.source === undefined) {
    await lookAtAll(type, groups);
    return;
  }
  await askApart(groups);
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
