// Right before a change: what the plan was allowed to do may not be right any more. Each of the plan's rules is asked
// again, of the world as it is now.
import { classify } from '../../aws/errors.ts';
import {
  ownerTags,
  type ChangeAction,
  type CascadedPiece,
  type Observation,
  type Referrer,
} from '../../components/contract.ts';
import {
  adoptionKey,
  isTagless,
  nothingKnown,
  ownershipOf,
  strangenessOf,
  untaggedText,
  type ProofInputs,
} from '../../assess/proof.ts';
import { factsIn } from '../../observe/facts.ts';
import { missingToMakeAgain } from '../../observe/needs.ts';
import type { Leads, Outputs } from '../../observe/observe.ts';
import { isAboutRefusal, lackText, remedyText } from '../../plan/blockers.ts';
import { sentence } from '../../util/words.ts';
import { backendsOf, cascadeObstacles, deletedWithIt } from '../../plan/cascade.ts';
import { consentsShown, consentWord, isLifted, type ConsentReason } from '../../plan/consent.ts';
import { decisiveFor, trafficIn, type TrafficView } from '../../plan/downtime.ts';
import { harmsOf, moversOf, unmetHarms } from '../../plan/effects.ts';
import { placeDoubt } from '../../plan/doubts.ts';
import { isHalfMade } from '../../plan/half-made.ts';
import { isLedAway, namesBehind } from '../../plan/leading.ts';
import type { Plan } from '../../plan/plan.ts';
import { referrersOf, unlistedAmong } from '../../plan/referrers.ts';
import { sameJson, toJson } from '../../util/json.ts';
import { failure, isBug, pause } from './failing.ts';
import { lookSurely } from './settling.ts';
import { isLetBeside } from './beside.ts';
import { readsOf, targetOf, type Work } from '../work.ts';

export function refuseForeign(seen: Observation<unknown>, work: Work): void {
  if (seen.kind !== 'present') return;
  const owner = seen.tags?.[ownerTags.playbook];
  if (owner !== undefined && owner !== work.environment.playbook.metadata.name) {
    throw failure('foreign', `it belongs to playbook ${owner} and is not touched`);
  }
}

/**
 * Throws when the change must not be made.
 *
 * @param begun this step has sent a change before: what is there may be its own doing
 */
export async function refuseUnsafe(
  action: ChangeAction,
  seen: Observation<unknown>,
  work: Work,
  begun: boolean,
): Promise<void> {
  if (action === 'create') refuseTaken(seen, work);
  if (seen.kind !== 'present') return;
  const { plan, playbook } = work.environment;
  const finishes = action !== 'delete' && isHalfMade(work.component, seen, plan.resumes, playbook);
  if (!finishes && !(action === 'create' && begun)) refuseProtected(seen, work);
  refuseUnproven(action, seen, work);
  await refuseHarmful(action, seen, work);
  if (action !== 'delete') return;
  await refusePointedAt(seen, work);
  await refuseCascade(seen, work);
  await refuseBarred(action, seen, work);
  await refuseLacking(work);
  await refuseHolding(seen.state, work);
}

/** Somebody else may have moved into its place since the plan was made. */
function refuseTaken(seen: Observation<unknown>, work: Work): void {
  if (seen.kind !== 'absent' || seen.taken === undefined || isLetBeside(work)) return;
  throw failure('foreign', `${placeDoubt(seen.taken).what}; plan again`);
}

function refuseProtected(seen: Observation<unknown>, work: Work): void {
  const byTag = seen.kind === 'present' && seen.tags?.[ownerTags.protect] === 'true';
  if (byTag) throw failure('protected', `it carries the tag ${ownerTags.protect}=true and is not changed`);
  if (work.component.protect) throw failure('protected', 'the playbook protects it, and it is not changed');
}

/** What the plan saw and found right, or the user accepted, may be changed; what has come in its place may not. */
function refuseUnproven(action: ChangeAction, seen: Present, work: Work): void {
  const { component, environment } = work;
  const because = doubtIn(action, seen, work);
  if (because === undefined) return;
  const reasons = environment.plan.components.find((each) => each.id === component.id)?.reasons ?? [];
  const doubted = reasons.some(({ kind }) => kind === 'unproven' || kind === 'untagged');
  const allowed = consentsShown(environment.plan).get(component.id)?.has('ownership') === true || !doubted;
  if (allowed && isAsPlanned(seen, work)) return;
  const flag = `--accept ${consentWord(component.id, 'ownership')}`;
  throw failure('unproven', `it ${because}; plan again, and add ${flag} if that is right`);
}

type Present = Extract<Observation<unknown>, { kind: 'present' }>;

/** Of what is known without journals: those the plan has asked. */
function doubtIn(action: ChangeAction, seen: Present, work: Work): string | undefined {
  const { component, environment, type } = work;
  const { playbook, liveView, observeContext } = environment;
  const inputs: ProofInputs = {
    playbook,
    types: observeContext.types,
    outputsOf: liveView.outputs,
    observed: liveView.seen,
    known: nothingKnown,
  };
  if (!isTagless(type, seen.tags)) {
    if (action === 'delete') return seen.tags?.[ownerTags.playbook] === undefined ? untaggedText : undefined;
    return action === 'update' ? strangenessOf(component, seen, inputs) : undefined;
  }
  const ownership = ownershipOf(component, seen, inputs);
  return ownership?.kind === 'unproven' ? ownership.because : undefined;
}

/** Without tags: with the same content. Of a kind with tags: the same one, and as untagged as it was. */
function isAsPlanned(seen: Present, { component, environment, type }: Work): boolean {
  const { liveView, observations, observeContext } = environment;
  const planned = observations.byId.get(component.id);
  if (planned?.kind !== 'present') return false;
  if (isTagless(type, seen.tags)) return sameJson(toJson(factsIn(type, planned)), toJson(factsIn(type, seen)));
  const keyOf = ({ state }: Present, outputsOf: (id: string) => Outputs | undefined): string =>
    adoptionKey(component, state, { outputsOf, types: observeContext.types });
  const then = keyOf(planned, (id) => observations.outputs.get(id));
  return planned.tags?.[ownerTags.playbook] === undefined && then === keyOf(seen, liveView.outputs);
}

/**
 * Something may have become healthy since the plan was made, or have come to answer where the piece leads, or it leads
 * elsewhere by now. Where the plan moves what serves first, it is waited for.
 */
async function refuseHarmful(action: ChangeAction, seen: Present, work: Work): Promise<void> {
  const { component, environment, step } = work;
  const { plan, playbook, liveView, observeContext } = environment;
  if (action === 'create') return;
  const view: TrafficView = { playbook, types: observeContext.types, observed: liveView.seen, output: liveView.output };
  const traffic = trafficIn(view);
  const movers = moversOf(step, { traffic, steps: plan.steps }).filter((each) => each.goesFirst);
  if (plan.allowDowntime && movers.length === 0) return;
  const others = decisiveFor(component.id, traffic).filter((id) => id !== component.id && action === 'delete');
  await Promise.all(others.flatMap((id) => playbook.components.get(id) ?? []).map((other) => liveView.look(other)));
  for (let round = 0; ; round += 1) {
    const leads = await leadsNow(action, seen, work);
    // What the plan moves first has to answer there by now.
    const now = { traffic: trafficIn(view), leads: () => leads, steps: plan.steps, settled: true as const };
    const harms = harmsOf({ ...step, action }, now);
    if (movers.length > 0 && harms.some((each) => each.effect === 'interrupts')) {
      await pause(work, round, `waits until ${movers.map((each) => each.component).join(', ')} answers there`);
      continue;
    }
    const [first] = plan.allowDowntime ? [] : unmetHarms(component.id, harms, consentsShown(plan));
    if (first === undefined) return;
    throw harmful(component.id, first.what);
  }
}

function harmful(id: string, what: string): Error {
  const flags = `--allow-downtime, or --accept ${consentWord(id, 'effect')}`;
  return failure('serving', `it serves by now: ${what}; plan again, with ${flags} if that is meant`);
}

async function leadsNow(action: ChangeAction, seen: Present, work: Work): Promise<Leads | undefined> {
  const { component, environment, step, type } = work;
  const { playbook, liveView, observeContext } = environment;
  if (type.judging.leads === undefined || !isLedAway(step, component, observeContext.types)) return undefined;
  const view = { playbook, types: observeContext.types, outputsOf: liveView.outputs, observed: liveView.seen };
  const names = namesBehind(component, seen.state, view, action === 'delete');
  if (names.length === 0) return undefined;
  const leads = await readSurely(work, 'nobody can tell what answers behind it', () =>
    type.judging.leads?.(names, seen.state, readsOf(work)),
  );
  return { kind: 'told', leads: leads ?? [] };
}

/** Nobody may be sent to a name that is free again, or depend on a health check that is gone. */
async function refusePointedAt(seen: Observation<unknown>, work: Work): Promise<void> {
  const { component, environment, type } = work;
  const { liveView, observeContext } = environment;
  if (type.judging.aliases === undefined) return;
  const referrers = referrersOf(component, seen, await referrersNow(work), observeContext.types).filter((each) =>
    // The listing may be older than the delete that another step has just settled.
    each.component === undefined
      ? !wasAccepted('referrers', each.from, work)
      : liveView.seen(each.component)?.kind !== 'absent',
  );
  const first = unlistedAmong(referrers)[0] ?? referrers[0];
  if (first === undefined) return;
  throw failure('pointed-at', `${first.from} points at it, and would name what is gone: change it first`);
}

/** Waits until all that could point at it has been listed, but for what the user knows that nobody sees. */
async function referrersNow(work: Work): Promise<readonly Referrer[]> {
  for (let round = 0; ; round += 1) {
    const { observations, referrers } = await work.environment.liveView.referrers();
    const unseen = [...observations].find(([id, each]) => each.kind === 'unknown' && !wasAccepted('unseen', id, work));
    if (unseen === undefined) return referrers;
    const [id, observation] = unseen;
    const why = observation.kind === 'unknown' ? observation.detail : '';
    if (observation.kind === 'unknown' && ['denied', 'invalid', 'upstream', 'status'].includes(observation.reason)) {
      throw failure('denied', `nobody can tell whether ${id} points at it: ${why}`);
    }
    await pause(work, round, `${id} cannot be seen: ${why}`);
  }
}

/** What AWS deletes with the piece is asked for again: something may have moved in since the plan was made. */
async function refuseCascade(seen: Observation<unknown>, work: Work): Promise<void> {
  const { component, environment, type } = work;
  const { plan, playbook, liveView, observations } = environment;
  if (type.safety.cascade === undefined) return;
  const { types } = environment.observeContext;
  const obstacles = cascadeObstacles(component.id, await cascadeNow(seen, work), {
    playbook,
    types,
    // A listing may be older than the delete that another step has just settled.
    outputs: (each) => [liveView.outputs(each) ?? {}, observations.outputs.get(each) ?? {}],
    // Those of a component that an earlier step has taken down may still be told.
    backends: (each) => {
      const known = [liveView.seen(each), observations.byId.get(each)].flatMap(
        (seen) => backendsOf(each, seen, { playbook, types }) ?? [],
      );
      return known.length === 0 ? undefined : Math.max(...known);
    },
    goes: (each) => liveView.seen(each)?.kind === 'absent' || isDeletedBy(plan, each),
  });
  const obstacle = obstacles.find(
    ({ acceptable }) => acceptable === undefined || !wasAccepted('cascade', acceptable, work),
  );
  if (obstacle === undefined) return;
  throw failure('cascade', `${deletedWithIt(obstacle)}: plan again`);
}

/** Something may have come to stand in the way since the plan was made. */
async function refuseBarred(action: ChangeAction, seen: Present, work: Work): Promise<void> {
  const { component, environment, type } = work;
  const { liveView, plan, playbook } = environment;
  // Who may not read that was told so by the plan.
  if (plan.components.some(({ id, unchecked }) => id === component.id && unchecked?.some(isAboutRefusal) === true))
    return;
  const blockers = await readSurely(work, 'nobody can tell whether AWS would refuse it', () =>
    type.safety.blockers?.(targetOf(work), seen.state, action, readsOf(work)),
  );
  const known = new Set([...playbook.components.keys()].flatMap((id) => Object.values(liveView.outputs(id) ?? {})));
  const first = blockers?.find(({ id }) => id === undefined || !known.has(id));
  if (first !== undefined)
    throw failure('cascade', `AWS would refuse: ${first.what}. ${sentence(first.remedy)}`, component.id);
}

/** What the new piece needs may have gone since the plan was made: the old one stays then. What cannot be seen is no reason. */
async function refuseLacking({ component, environment }: Work): Promise<void> {
  const { observations, observeContext, plan, playbook } = environment;
  const comesAgain = plan.steps.some((step) => step.component === component.id && step.action === 'create');
  if (!comesAgain) return;
  const changed = plan.steps.map((step) => step.component);
  const lacks = await missingToMakeAgain(component, changed, playbook, observations, observeContext);
  if (lacks.length === 0) return;
  throw failure('lacking', `it could not be made again: ${lackText(lacks)}. ${remedyText(lacks)}`, component.id);
}

function isDeletedBy(plan: Plan, component: string): boolean {
  return plan.steps.some((step) => step.component === component && step.destructive);
}

/** Empty when the piece itself has gone in the meantime. */
async function cascadeNow(seen: Observation<unknown>, work: Work): Promise<readonly CascadedPiece[]> {
  const { type } = work;
  let last = seen;
  for (let round = 0; ; round += 1) {
    if (last.kind !== 'present') return [];
    try {
      return (await type.safety.cascade?.(targetOf(work), last.state, readsOf(work))) ?? [];
    } catch (error) {
      if (isBug(error)) throw error;
      const problem = classify(error);
      const why = `nobody can tell what would be deleted with it: ${problem.code}: ${problem.message}`;
      if (problem.class === 'denied' || problem.class === 'expired' || problem.class === 'invalid') {
        throw failure(problem.class, why);
      }
      await pause(work, round, why);
    }
    last = await lookSurely(work);
  }
}

/** The plan showed just that, and the user has accepted it. */
function wasAccepted(reason: ConsentReason, subject: string, { component, environment }: Work): boolean {
  const { plan, playbook } = environment;
  // As it was shown: without secrets.
  const shown = { reason, subject: playbook.secrets.redactor.text(subject) };
  return isLifted(consentsShown(plan), component.id, shown);
}

/** Something may have been put in since the plan was made; what was the playbook's own in it has gone before. */
async function refuseHolding(state: unknown, work: Work): Promise<void> {
  const { component } = work;
  if (wasAccepted('loss', 'contents', work)) return;
  const what = await holdsNow(state, work);
  if (what === undefined) return;
  const remedy = `plan again, and add --accept ${consentWord(component.id, 'loss')} if that may be lost`;
  throw failure('holds-data', `it holds ${what}, and relight could not put that back; ${remedy}`);
}

function holdsNow(state: unknown, work: Work): Promise<string | undefined> {
  return readSurely(work, 'nobody can tell whether it holds anything', () =>
    work.type.safety.holds?.(state, 0, readsOf(work)),
  );
}

/** Waits out what passes; anything else ends the step. */
async function readSurely<Answer>(
  work: Work,
  unseen: string,
  read: () => Promise<Answer> | undefined,
): Promise<Answer | undefined> {
  for (let round = 0; ; round += 1) {
    try {
      return await read();
    } catch (error) {
      if (isBug(error)) throw error;
      const { class: kind, code, message } = classify(error);
      const detail = `${unseen}: ${code}: ${message}`;
      if (!['throttled', 'unavailable', 'timeout'].includes(kind)) throw failure('denied', detail, code);
      await pause(work, round, detail);
    }
  }
}
