// What speaks against a change and can be lifted by consent, all of it at once: whoever is asked must not find the next
// reason behind the one that was accepted. Pure.
import type { Assessment } from '../assess/assessment.ts';
import { takenText } from '../assess/assess.ts';
import { untaggedText } from '../assess/proof.ts';
import type { TakenPlace } from '../components/contract.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { listText } from '../util/words.ts';
import { unreachable } from '../util/unreachable.ts';
import { backendsOf, cascadeObstacles, deletedWithIt, type CascadeObstacle } from './cascade.ts';
import type { ConsentReason, Doubt } from './consent.ts';
import { decision, isTakenAway, type Decision, type DecisionInputs } from './decision.ts';
import { settingDoubts } from './settings.ts';
import { referrersOf, unlistedAmong, unseenListers } from './referrers.ts';

/** All doubts about what becomes of a component. */
export function doubtsAbout(
  component: Component,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly Doubt[] {
  const assessment = inputs.assessments.get(component.id);
  if (assessment?.present !== true) return placeDoubts(component, own, inputs);
  const changes = own.kind === 'update' || isTakenAway(own);
  return [
    ...(changes ? ownershipDoubts(assessment, own) : []),
    ...(changes ? settingDoubts(component, own, inputs, decisions) : []),
    ...(isTakenAway(own) ? deleteDoubts(component, inputs, decisions) : []),
  ];
}

/** Blocked until the doubts are lifted; in words it is told once all of them are known. */
export function doubtedDecision(
  id: string,
  { kind: disposition, because }: Decision,
  unmet: readonly Doubt[],
): Decision {
  // Who cannot see what points at it has to look there.
  const [first] = unmet;
  const by = unmet.every((each) => each.reason === 'unseen') && first !== undefined ? first.subject : id;
  return {
    ...decision('blocked', unmet.map((each) => each.what).join('; '), by),
    would: `${disposition} (${because})`,
  };
}

/** Somebody else's piece in its place stays; whether it is made elsewhere then, the user says. */
export function placeDoubts(component: Component, own: Decision, { observations }: DecisionInputs): readonly Doubt[] {
  const seen = observations.byId.get(component.id);
  if (own.kind !== 'create' || seen?.kind !== 'absent' || seen.taken === undefined) return [];
  return [placeDoubt(seen.taken)];
}

export function placeDoubt(taken: TakenPlace): Doubt {
  return { reason: 'ownership', subject: takenText(taken), what: `${takenText(taken)}, which stays as it is` };
}

/** What was made by another deployer may be put right, and is not taken away: its name alone is no proof of whose it is. */
export function ownershipDoubts({ reasons }: Assessment, own: Decision): readonly Doubt[] {
  return reasons.flatMap(({ key, kind, text }): readonly Doubt[] => {
    if (kind === 'unproven') return [{ reason: 'ownership', subject: key ?? text, what: text }];
    if (kind !== 'untagged' || !isTakenAway(own)) return [];
    return [{ reason: 'ownership', subject: key ?? text, what: untaggedText }];
  });
}

/** Doubts about deleting what is there. */
export function deleteDoubts(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly Doubt[] {
  const { text } = inputs.playbook.secrets.redactor;
  const redacted = ({ subject, what, ...others }: Doubt): Doubt => ({
    ...others,
    subject: text(subject),
    what: text(what),
  });
  return [
    ...referrerDoubts(component, inputs).map(redacted),
    ...unseenDoubts(component, inputs),
    ...cascadeDoubts(component, inputs, decisions).map(redacted),
    ...lossDoubts(component, inputs).map(redacted),
  ];
}

/** Records that are in no component and would lead to a name that is free again. */
function referrerDoubts(component: Component, { observations, types }: DecisionInputs): readonly Doubt[] {
  const referrers = referrersOf(component, observations.byId.get(component.id), observations.referrers, types);
  const names = new Set(unlistedAmong(referrers).map((each) => each.from));
  return [...names].map((from) => ({
    reason: 'referrers',
    subject: from,
    what: `${from}, which is in no component, points at it`,
  }));
}

/** What could not be listed may well point at it. Those that hold it are judged with the other dependents. */
function unseenDoubts(component: Component, { playbook, observations, types }: DecisionInputs): readonly Doubt[] {
  const type = typeOf(component, types);
  if (type.judging.aliases === undefined) return [];
  return unseenListers(playbook, observations.byId, types)
    .filter((each) => !(type.traits.heldBy.includes(each.type) && refersTo(each, component.id)))
    .map(({ id }) => ({
      reason: 'unseen',
      subject: id,
      what: `${id} could not be seen, and with it what else may point at this`,
    }));
}

function cascadeDoubts(
  component: Component,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly Doubt[] {
  return obstaclesIn(component, inputs, decisions).flatMap((each) =>
    each.acceptable === undefined
      ? []
      : [
          {
            reason: 'cascade' as const,
            subject: each.acceptable,
            what: deletedWithIt(each),
            ...(each.lost === undefined ? {} : { stuck: true as const }),
          },
        ],
  );
}

/** What AWS would delete with it must be the playbook's own, and be going too. */
export function obstaclesIn(
  { id }: Component,
  { playbook, observations, types }: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): readonly CascadeObstacle[] {
  const cascade = observations.cascades?.get(id);
  if (cascade?.kind !== 'told') return [];
  return cascadeObstacles(id, cascade.pieces, {
    playbook,
    types,
    outputs: (each) => [observations.outputs.get(each) ?? {}],
    backends: (each) => backendsOf(each, observations.byId.get(each), { playbook, types }),
    goes: (each) => isTakenAway(decisions.get(each)) || decisions.get(each)?.kind === 'create',
  });
}

/** Data that no before-image keeps: once deleted, nobody can put it back. */
function lossDoubts(component: Component, { observations, types }: DecisionInputs): readonly Doubt[] {
  if (typeOf(component, types).safety.holds === undefined) return [];
  const contents = observations.contents.get(component.id) ?? { kind: 'unknown', detail: 'nobody has looked' };
  if (contents.kind === 'none') return [];
  const what =
    contents.kind === 'some'
      ? `it holds ${contents.detail}`
      : `nobody could see whether it holds anything (${contents.detail})`;
  // What is in it comes and goes; that it may be lost does not depend on how much it is.
  return [{ reason: 'loss', subject: 'contents', what: `${what}, and relight could not put that back` }];
}

/** Those that refer to it are judged with the other dependents. */
export function refersTo(pointing: Component, id: string): boolean {
  return pointing.references.some((each) => each.component === id);
}

// --- In words --------------------------------------------------------------------------------------------------------

/** So many of a kind are named; the plan's JSON has all. */
const mostNamed = 3;

/** @param would what would be done, `delete (taken down)` */
export function doubtsText(doubts: readonly Doubt[], would: string, command: string): string {
  const reasons = [...new Set(doubts.map((each) => each.reason))];
  const sentences = reasons.map((reason) => {
    const own = doubts.filter((each) => each.reason === reason);
    return sentenceOf(reason, own, would);
  });
  const [first, ...others] = reasons;
  const wayOut = first === undefined || others.length > 0 ? 'If all of that is right' : wayOutOf(first, would, doubts);
  return `${sentences.join('; ')}. ${wayOut}: ${command}`;
}

function sentenceOf(reason: ConsentReason, doubts: readonly Doubt[], would: string): string {
  const [first] = doubts;
  const named = doubts.slice(0, mostNamed);
  const more = doubts.length - named.length;
  const list = (words: readonly string[]): string => listText([...words, ...(more === 0 ? [] : [`${more} more`])]);
  const all = list(named.map((each) => each.what));
  const several = doubts.length > 1;
  switch (reason) {
    case 'ownership':
    case 'effect':
      return `${all}; would be: ${would}`;
    case 'referrers':
      return several
        ? `cannot be deleted while ${list(named.map((each) => each.subject))}, which are in no component, point at it`
        : `cannot be deleted while ${first?.what ?? ''}`;
    case 'unseen':
      return several
        ? `cannot be deleted: ${list(named.map((each) => each.subject))} could not be seen, and with them what else may point at this`
        : `cannot be deleted: ${all}`;
    case 'cascade':
      return `cannot be deleted: ${all}`;
    case 'loss':
      return `${wouldDelete(would) ? 'cannot be deleted' : 'is not changed'}: ${all}`;
    default:
      return unreachable(reason);
  }
}

/** @param would `delete (taken down)` */
function wouldDelete(would: string): boolean {
  return /^(delete|replace)\b/.test(would);
}

/** What else could be done about it. */
function wayOutOf(reason: ConsentReason, would: string, doubts: readonly Doubt[]): string {
  switch (reason) {
    case 'ownership':
      return would.startsWith('create') ? 'To have it made there' : "If it is this playbook's all the same";
    case 'referrers':
      return 'Change that record first, or';
    case 'unseen':
      return 'Let it be read, or, if nothing does';
    case 'cascade':
      return doubts.every((each) => each.stuck === true) ? 'If that may be lost' : 'Move that elsewhere first, or';
    case 'loss':
      return 'If that may be lost';
    case 'effect':
      return 'If that is meant';
    default:
      return unreachable(reason);
  }
}
