// What becomes of each component: first by its own verdict and the strategy, then by what happens to its neighbours.
import type { Assessment } from '../assess/assessment.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component, Reference } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import { unreachable } from '../util/unreachable.ts';
import { barred } from './blockers.ts';
import { everyConsent, isLifted, type NeededConsent } from './consent.ts';
import { doubtedDecision, doubtsAbout, doubtsText, ownershipDoubts, placeDoubts } from './doubts.ts';
import {
  acceptCommand,
  changeDecision,
  decision,
  hindered,
  follows,
  isTakenAway,
  willBeNew,
  type Decision,
  type DecisionInputs,
} from './decision.ts';
import { heldBack } from './held-back.ts';
import { isHalfMade } from './half-made.ts';
import type { PlanKind } from './plan.ts';
import { settingDoubts, unfinishedSettings } from './settings.ts';
import { listText } from '../util/words.ts';
import { undoDecision } from './undo-decisions.ts';

/**
 * Decides every component's decision. Decisions travel downstream (a new load balancer changes its listener, its record); what
 * stands in the way of a delete travels upstream (a load balancer stays while an unreadable record may name it), and
 * then the decision starts again with that component blocked.
 */
export function decideAll(inputs: DecisionInputs): Decisions {
  const decisions = new Map(settledDecisions(inputs));
  // What would stand in the way if all were accepted tells which consents help, and which are needed together.
  // Where nothing is blocked, nothing more is to be accepted.
  const isBlocked = [...decisions.values()].some(({ kind }) => kind === 'blocked');
  const accepted = everyConsent(inputs.playbook.components.keys());
  const willing = isBlocked ? settledDecisions({ ...inputs, accepted }) : decisions;
  const consents = new Map<string, readonly NeededConsent[]>();
  for (const component of inputs.playbook.components.values()) {
    const { id } = component;
    const [own, ifWilling] = [decisions.get(id), willing.get(id)];
    if (own === undefined || ifWilling === undefined) continue;
    const isBlocked = own.kind === 'blocked';
    const doubts = isBlocked
      ? doubtsAbout(component, ifWilling, inputs, willing)
      : doubtsAbout(component, own, inputs, decisions);
    if (doubts.length > 0) {
      consents.set(
        id,
        doubts.map((each) => ({ ...each, given: isLifted(inputs.accepted, id, each) })),
      );
    }
    if (own.would === undefined) continue;
    if (ifWilling.kind === 'blocked') {
      const stands = ifWilling.obstacle ?? ifWilling.because;
      const because = `${own.because}; would be: ${own.would}. To accept that would not help: ${stands}`;
      decisions.set(id, { ...own, because });
      continue;
    }
    const unmet = doubts.filter((each) => !isLifted(inputs.accepted, id, each));
    const command = acceptCommand(id, [...new Set(doubts.map((each) => each.reason))], inputs);
    decisions.set(id, { ...own, because: doubtsText(unmet, own.would, command) });
  }
  return { decisions, consents };
}

/** What becomes of each component, and what of that hangs on the user's consent. */
export interface Decisions {
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly consents: ReadonlyMap<string, readonly NeededConsent[]>;
}

/** What becomes of each component, whatever it hangs on. */
export function settledDecisions(inputs: DecisionInputs): ReadonlyMap<string, Decision> {
  const blocked = new Map<string, Decision>();
  for (;;) {
    const decisions = downstream(inputs, blocked);
    const before = blocked.size;
    for (const [id, decision] of [...heldBack(inputs, decisions), ...ownerless(inputs, decisions)])
      blocked.set(id, decision);
    if (blocked.size === before) return decisions;
  }
}

function downstream(inputs: DecisionInputs, blocked: ReadonlyMap<string, Decision>): ReadonlyMap<string, Decision> {
  const decisions = new Map<string, Decision>();
  // Who stands in the way of each component's dependents: also across pieces that stay as they are.
  const inTheWay = new Map<string, string>();
  for (const id of inputs.graph.createOrder) {
    const component = inputs.playbook.components.get(id);
    const assessment = inputs.assessments.get(id);
    if (component === undefined || assessment === undefined) continue;
    const wished = patient(component, assessment, ownDecision(component, assessment, inputs), inputs, decisions);
    const own = blocked.get(id) ?? guarded(component, assessment, wished, inputs, decisions);
    const blockers = inputs.graph.dependenciesOf(id).flatMap((each) => inTheWay.get(each) ?? []);
    // What stays only because this one stays is no reason.
    const blocker = blockers.find((each) => each !== id) ?? blockers[0];
    const wanted =
      inputs.kind === 'teardown' ? own : withNeighbours(component, assessment, own, { decisions, blocker }, inputs);
    const made = guarded(component, assessment, wanted, inputs, decisions);
    decisions.set(id, made);
    const root = made.kind === 'blocked' ? (made.blockedBy ?? id) : blocker;
    if (root !== undefined && made.kind !== 'excluded') inTheWay.set(id, root);
  }
  return decisions;
}

// --- What is not changed ---------------------------------------------------------------------------------------------

/** A protected piece is never changed, but for being finished; one whose content may be somebody else's only on request. */
function guarded(
  component: Component,
  assessment: Assessment,
  wanted: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision {
  const { id } = component;
  const { kind: disposition } = wanted;
  const stands = disposition === 'create' || disposition === 'update' ? barred(component, wanted, inputs) : undefined;
  if (stands !== undefined) return stands;
  const homeless = placeDoubts(component, wanted, inputs).filter((each) => !isLifted(inputs.accepted, id, each));
  if (homeless.length > 0) return doubtedDecision(id, wanted, homeless);
  const changes = disposition === 'update' || isTakenAway(wanted);
  if (!changes || !assessment.present) return wanted;
  const seen = inputs.observations.byId.get(id);
  const finishes = disposition === 'update' && isHalfMade(component, seen, inputs.resumes, inputs.playbook);
  if (assessment.protected && !finishes) {
    return hindered(wanted, `${protectionOf(assessment)} and is not changed`, id, disarming);
  }
  const refused = wanted.kind === 'update' ? refusedBy(component, assessment, inputs, decisions) : undefined;
  if (refused !== undefined) return hindered(wanted, refused, id);
  const doubts = [...ownershipDoubts(assessment, wanted), ...settingDoubts(component, wanted, inputs, decisions)];
  const unmet = doubts.filter((each) => !isLifted(inputs.accepted, id, each));
  return unmet.length === 0 ? wanted : doubtedDecision(id, wanted, unmet);
}

/** Why AWS would refuse the update, as far as that can be told before. */
function refusedBy(
  component: Component,
  { differences }: Assessment,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): string | undefined {
  const { safety } = typeOf(component, inputs.types);
  const seen = inputs.observations.byId.get(component.id);
  if (safety.refuses === undefined || seen?.kind !== 'present') return undefined;
  const followed = component.references.filter(
    (each) => willBeNew(each, inputs, decisions) && follows(each, component),
  );
  return safety.refuses(seen.state, [...new Set([...differences, ...followed].map(({ path }) => path))]);
}

function protectionOf({ reasons }: Assessment): string {
  return reasons.find((each) => each.kind === 'protected')?.text ?? 'protected';
}

const disarming = 'Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS';

// --- By its own verdict ----------------------------------------------------------------------------------------------

function ownDecision(component: Component, assessment: Assessment, inputs: DecisionInputs): Decision {
  if (inputs.excluded.has(component.id)) return decision('excluded', 'left out on request');
  if (component.shared) return sharedDecision(assessment, inputs.kind);
  if (inputs.kind === 'undo') return undoDecision(assessment, inputs.goals.get(component.id));
  const why = assessment.reasons[0]?.text ?? '';
  switch (assessment.verdict) {
    case 'unknown':
      return decision('blocked', `could not be seen: ${why}`, component.id);
    case 'foreign':
      return foreignDecision(component, why, inputs);
    case 'missing':
      return inputs.kind === 'teardown'
        ? decision('keep', 'already gone')
        : decision('create', why === 'not there' ? 'missing' : `missing: ${why}`);
    case 'settling':
    case 'orphaned':
    case 'drifted':
    case 'unhealthy':
    case 'healthy':
      return presentDecision(component, assessment, inputs);
    default:
      return unreachable(assessment.verdict);
  }
}

/** What is somebody else's is not touched; a piece whose place it holds may be made elsewhere. */
function foreignDecision({ id }: Component, why: string, { kind, observations }: DecisionInputs): Decision {
  const seen = observations.byId.get(id);
  if (seen?.kind !== 'absent') return decision('blocked', `belongs to others: ${why}`, id);
  if (kind === 'teardown') return decision('keep', `already gone: ${why}`);
  const instead = seen.taken?.instead;
  return instead === undefined ? decision('blocked', why, id) : decision('create', `missing: made ${instead}`);
}

function sharedDecision(assessment: Assessment, kind: PlanKind): Decision {
  if (kind === 'teardown') return decision('keep', 'shared');
  const why = assessment.reasons[0]?.text ?? '';
  switch (assessment.verdict) {
    case 'unknown':
      return decision('blocked', `shared, and could not be seen: ${why}`, assessment.id);
    case 'missing':
      return decision(
        'blocked',
        'shared and missing: it has to be brought back by its own playbook first',
        assessment.id,
      );
    case 'settling':
      return assessment.settling === 'coming'
        ? decision('wait', why)
        : decision('blocked', `shared and on its way out: ${why}`, assessment.id);
    case 'foreign':
    case 'orphaned':
    case 'drifted':
    case 'unhealthy':
    case 'healthy':
      return decision('keep', assessment.verdict === 'healthy' ? 'shared' : `shared, ${assessment.verdict}: ${why}`);
    default:
      return unreachable(assessment.verdict);
  }
}

function presentDecision(component: Component, assessment: Assessment, inputs: DecisionInputs): Decision {
  const why = assessment.reasons[0]?.text ?? '';
  if (assessment.settling === 'going') {
    return inputs.kind === 'teardown'
      ? decision('wait', why)
      : decision('create', `on its way out (${why}): made again after`);
  }
  if (inputs.kind === 'repair') return repairDecision(component, assessment, inputs);
  if (inputs.kind === 'rebuild' && inputs.made.has(component.id)) return repairDecision(component, assessment, inputs);
  if (assessment.protected) {
    return inputs.kind === 'teardown'
      ? decision('keep', 'protected')
      : repairDecision(component, assessment, inputs, 'protected: ');
  }
  if (inputs.kind === 'teardown') return decision('delete', 'taken down');
  const { inert, keepsName } = typeOf(component, inputs.types).traits;
  const settled = assessment.verdict === 'healthy' || assessment.verdict === 'orphaned';
  if (inert && settled && assessment.differences.length === 0) {
    return decision('keep', 'in sync, and unused it does nothing');
  }
  if (inert) return repairDecision(component, assessment, inputs);
  // What has to go under it takes it along (withNeighbours).
  if (keepsName === true && assessment.leftover?.disposition !== 'replace') {
    return settled && assessment.differences.length === 0
      ? decision('keep', 'in sync, and its name is in use')
      : repairDecision(component, assessment, inputs);
  }
  return decision('replace', rebuildText(assessment, why));
}

/** What fits is taken down all the same; only other trouble is worth a word. */
function rebuildText(assessment: Assessment, why: string): string {
  if (assessment.verdict === 'healthy') return 'rebuild';
  if (assessment.leftover !== null)
    return assessment.leftover.fits ? 'rebuild: left over' : 'rebuild: left over, cannot stay';
  return `rebuild; ${assessment.verdict}: ${why}`;
}

function repairDecision(component: Component, assessment: Assessment, inputs: DecisionInputs, prefix = ''): Decision {
  const why = `${prefix}${assessment.reasons[0]?.text ?? ''}`;
  switch (assessment.verdict) {
    case 'healthy':
      return decision('keep', prefix === '' ? 'healthy' : why);
    case 'settling':
      // Ready as it is, it would still not be as wanted.
      return assessment.differences.length === 0 ? decision('wait', why) : changeDecision(assessment, why);
    case 'orphaned':
      if (inputs.made.has(component.id) && !isDangling(assessment)) return madeDecision(assessment);
      if (assessment.leftover?.disposition === 'replace') return decision('replace', why);
      return assessment.differences.length === 0 ? decision('keep', why) : changeDecision(assessment, why);
    case 'drifted':
      return changeDecision(assessment, why);
    case 'unhealthy':
      return remedyDecision(component, assessment, why, inputs);
    case 'unknown':
    case 'foreign':
    case 'missing':
      throw new Error(`Internal error: ${assessment.verdict} has no repair of what is present`);
    default:
      return unreachable(assessment.verdict);
  }
}

function isDangling({ reasons }: Assessment): boolean {
  return reasons.some((each) => each.kind === 'dangling');
}

/** It only seems left over: its owner has not been made yet. What takes several calls may have been half made. */
function madeDecision(assessment: Assessment): Decision {
  const why = 'made by the run that this one goes on with';
  return assessment.differences.length === 0 ? decision('keep', why) : changeDecision(assessment, `half ${why}`);
}

function remedyDecision(component: Component, assessment: Assessment, why: string, inputs: DecisionInputs): Decision {
  const { remedy } = typeOf(component, inputs.types).traits;
  const watchedText = `${why}; no change of it would help, so it is watched`;
  switch (remedy) {
    case 'update':
      return decision('update', why);
    case 'replace':
      return decision('replace', why);
    case 'replace-stuck':
      if (assessment.stuck) return decision('replace', `${why}; waiting does not heal it`);
      return decision('wait', watchedText);
    case 'none':
      return decision('wait', watchedText);
    default:
      return unreachable(remedy);
  }
}

/** So many settings are named. */
const mostNamed = 3;

// --- By what happens to its neighbours -------------------------------------------------------------------------------

/** A service whose listener is gone has no healthy targets: starting its tasks anew would only disturb it, or be refused. */
function patient(
  component: Component,
  assessment: Assessment,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
): Decision {
  if (own.kind !== 'update' || assessment.verdict !== 'unhealthy' || assessment.stuck) return own;
  const isPutRight = inputs.graph.dependenciesOf(component.id).some((each) => {
    const disposition = decisions.get(each)?.kind;
    return disposition === 'create' || disposition === 'replace' || disposition === 'update';
  });
  if (!isPutRight) return own;
  const because = `${own.because}; what it needs is put right first`;
  // What must not be changed without consent, or not at all, is waited for and no more.
  if (guarded(component, assessment, own, inputs, decisions) !== own) return decision('wait', because);
  return { ...decision('wait', `${because}, and it is updated if that does not help`), remedy: 'update' };
}

function withNeighbours(
  component: Component,
  assessment: Assessment,
  own: Decision,
  { decisions, blocker }: { readonly decisions: ReadonlyMap<string, Decision>; readonly blocker: string | undefined },
  inputs: DecisionInputs,
): Decision {
  if (own.kind === 'excluded' || own.kind === 'blocked' || component.shared) return own;
  // What goes for good follows nobody.
  if (own.kind === 'delete') return own;
  const isLeft = own.kind === 'keep' || (own.kind === 'wait' && assessment.verdict === 'settling');
  const finished = isLeft && inputs.kind !== 'undo' ? finishing(own) : own;
  const changed = assessment.present && assessment.settling !== 'going' ? changedByUpstream() : finished;
  if (changed.kind === 'keep') return changed;
  if (blocker === undefined) return changed;
  return hindered(changed, `waits for ${blocker}`, blocker);

  // Cut off in the middle of its making, it has all that the playbook says and not all that it had.
  function finishing(kept: Decision): Decision {
    const lacks = unfinishedSettings(component, inputs, decisions);
    if (lacks.length === 0) return kept;
    const names = listText(lacks.slice(0, mostNamed).map((each) => each.path));
    return decision('update', `half made by the run that this one goes on with: it lacks ${names}`);
  }

  function changedByUpstream(): Decision {
    let result = finished;
    for (const reference of component.references) {
      if (result.kind === 'replace' || result.kind === 'blocked') break;
      const change = changeThrough(reference, component, decisions, inputs);
      if (change === 'replace') {
        const goes = decisions.get(reference.component)?.kind === 'delete';
        const why = `${reference.component} ${goes ? 'goes, which it names' : 'is replaced under it'}`;
        result = decision('replace', why);
      } else if (change === 'update' && (result.kind === 'keep' || result.kind === 'wait')) {
        result = decision('update', `${reference.path} follows ${reference.component}'s new ${reference.output}`);
      }
    }
    return result;
  }
}

/** What a change of the referenced component means for a present piece that refers to it. */
function changeThrough(
  reference: Reference,
  component: Component,
  decisions: ReadonlyMap<string, Decision>,
  inputs: DecisionInputs,
): 'none' | 'update' | 'replace' {
  const other = inputs.playbook.components.get(reference.component);
  const otherDecision = decisions.get(reference.component);
  if (other === undefined || otherDecision === undefined) return 'none';
  const otherType = typeOf(other, inputs.types);
  const type = typeOf(component, inputs.types);
  if (isTakenAway(otherDecision) && otherType.traits.heldBy.includes(component.type)) return 'replace';
  if (!willBeNew(reference, inputs, decisions) || !follows(reference, component)) return 'none';
  return type.traits.immutable.some((path) => isBelow(reference.path, path)) ? 'replace' : 'update';
}

// --- What had better not be replaced -----------------------------------------------------------------------------------

/** Leftovers whose owner does not come back by this plan: made again, they would be left over again, run after run. */
function ownerless(inputs: DecisionInputs, decisions: ReadonlyMap<string, Decision>): ReadonlyMap<string, Decision> {
  const result = new Map<string, Decision>();
  if (inputs.kind !== 'repair') return result;
  for (const [id, own] of decisions) {
    const leftover = inputs.assessments.get(id)?.leftover;
    if (leftover?.disposition !== 'replace' || own.kind !== 'replace') continue;
    const { owner } = leftover;
    const ownerDecision = decisions.get(owner);
    if (ownerDecision?.kind === 'excluded') result.set(id, decision('keep', `stays while ${owner} is left out`));
    if (ownerDecision?.kind !== 'blocked') continue;
    const root = ownerDecision.blockedBy ?? owner;
    const why = root === owner ? '' : `, which waits for ${root}`;
    result.set(id, hindered(own, `waits for its owner ${owner}${why}`, root));
  }
  return result;
}
