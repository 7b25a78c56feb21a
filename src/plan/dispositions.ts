// What becomes of each component: first by its own verdict and the strategy, then by what happens to its neighbours.
import type { Assessment } from '../assess/assessment.ts';
import { typeOf } from '../observe/look.ts';
import type { Component, Reference } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import { unreachable } from '../util/unreachable.ts';
import { everyConsent, isLifted, type NeededConsent } from './consent.ts';
import { doubtedFate, doubtsAbout, doubtsText, ownershipDoubts } from './doubts.ts';
import {
  acceptCommand,
  changeFate,
  fate,
  follows,
  isTakenAway,
  willBeNew,
  type Fate,
  type FateInputs,
} from './fate.ts';
import { heldBack } from './held-back.ts';
import { isHalfMade } from './half-made.ts';
import type { PlanKind } from './plan.ts';
import { undoFate } from './undo-fates.ts';

/**
 * Decides every component's fate. Fates travel downstream (a new load balancer changes its listener, its record); what
 * stands in the way of a delete travels upstream (a load balancer stays while an unreadable record may name it), and
 * then the decision starts again with that component blocked.
 */
export function decideFates(inputs: FateInputs): Decision {
  const fates = new Map(settledFates(inputs));
  // What would stand in the way if all were accepted tells which consents help, and which are needed together.
  const willing = settledFates({ ...inputs, accepted: everyConsent(inputs.playbook.components.keys()) });
  const consents = new Map<string, readonly NeededConsent[]>();
  for (const component of inputs.playbook.components.values()) {
    const { id } = component;
    const [own, ifWilling] = [fates.get(id), willing.get(id)];
    if (own === undefined || ifWilling === undefined) continue;
    const isBlocked = own.disposition === 'blocked';
    const doubts = isBlocked
      ? doubtsAbout(component, ifWilling, inputs, willing)
      : doubtsAbout(component, own, inputs, fates);
    if (doubts.length > 0) {
      consents.set(
        id,
        doubts.map((each) => ({ ...each, given: isLifted(inputs.accepted, id, each) })),
      );
    }
    if (own.would === undefined) continue;
    if (ifWilling.disposition === 'blocked') {
      const because = `${own.because}; would be: ${own.would}. To accept that would not help: ${ifWilling.because}`;
      fates.set(id, { ...own, because });
      continue;
    }
    const unmet = doubts.filter((each) => !isLifted(inputs.accepted, id, each));
    const command = acceptCommand(id, [...new Set(doubts.map((each) => each.reason))], inputs);
    fates.set(id, { ...own, because: doubtsText(unmet, own.would, command) });
  }
  return { fates, consents };
}

/** What becomes of each component, and what of that hangs on the user's consent. */
export interface Decision {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly consents: ReadonlyMap<string, readonly NeededConsent[]>;
}

function settledFates(inputs: FateInputs): ReadonlyMap<string, Fate> {
  const blocked = new Map<string, Fate>();
  for (;;) {
    const fates = downstream(inputs, blocked);
    const before = blocked.size;
    for (const [id, fate] of [...heldBack(inputs, fates), ...ownerless(inputs, fates)]) blocked.set(id, fate);
    if (blocked.size === before) return fates;
  }
}

function downstream(inputs: FateInputs, blocked: ReadonlyMap<string, Fate>): ReadonlyMap<string, Fate> {
  const fates = new Map<string, Fate>();
  // Who stands in the way of each component's dependents: also across pieces that stay as they are.
  const inTheWay = new Map<string, string>();
  for (const id of inputs.graph.createOrder) {
    const component = inputs.playbook.components.get(id);
    const assessment = inputs.assessments.get(id);
    if (component === undefined || assessment === undefined) continue;
    const own = blocked.get(id) ?? guarded(component, assessment, ownFate(component, assessment, inputs), inputs);
    const blocker = inputs.graph.dependenciesOf(id).flatMap((each) => inTheWay.get(each) ?? [])[0];
    const wanted =
      inputs.kind === 'teardown' ? own : withNeighbours(component, assessment, own, { fates, blocker }, inputs);
    const made = guarded(component, assessment, wanted, inputs);
    fates.set(id, made);
    const root = made.disposition === 'blocked' ? (made.blockedBy ?? id) : blocker;
    if (root !== undefined && made.disposition !== 'excluded') inTheWay.set(id, root);
  }
  return fates;
}

// --- What is not changed ---------------------------------------------------------------------------------------------

/** A protected piece is never changed, but for being finished; one whose content may be somebody else's only on request. */
function guarded(component: Component, assessment: Assessment, wanted: Fate, inputs: FateInputs): Fate {
  const { id } = component;
  const { disposition, because } = wanted;
  const changes = disposition === 'update' || isTakenAway(wanted);
  if (!changes || !assessment.present) return wanted;
  const wouldBe = `would be: ${disposition} (${because})`;
  const seen = inputs.survey.observations.get(id);
  const finishes = disposition === 'update' && isHalfMade(component, seen, inputs.resumes, inputs.playbook);
  if (assessment.protected && !finishes) {
    return fate('blocked', `${protectionOf(assessment)} and is not changed; ${wouldBe}. ${disarming}`, id);
  }
  const unmet = ownershipDoubts(assessment, wanted).filter((each) => !isLifted(inputs.accepted, id, each));
  return unmet.length === 0 ? wanted : doubtedFate(id, wanted, unmet);
}

function protectionOf({ reasons }: Assessment): string {
  return reasons.find((each) => each.kind === 'protected')?.text ?? 'protected';
}

const disarming = 'Change it by hand, or remove protect from the playbook and the tag relight:protect in AWS';

// --- By its own verdict ----------------------------------------------------------------------------------------------

function ownFate(component: Component, assessment: Assessment, inputs: FateInputs): Fate {
  if (inputs.excluded.has(component.id)) return fate('excluded', 'left out on request');
  if (component.shared) return sharedFate(assessment, inputs.kind);
  if (inputs.kind === 'undo') return undoFate(assessment, inputs.goals.get(component.id));
  const why = assessment.reasons[0]?.text ?? '';
  switch (assessment.verdict) {
    case 'unknown':
      return fate('blocked', `could not be seen: ${why}`, component.id);
    case 'foreign':
      return fate('blocked', `belongs to others: ${why}`, component.id);
    case 'missing':
      return inputs.kind === 'teardown'
        ? fate('keep', 'already gone')
        : fate('create', why === 'not there' ? 'missing' : `missing: ${why}`);
    case 'settling':
    case 'orphaned':
    case 'drifted':
    case 'unhealthy':
    case 'healthy':
      return presentFate(component, assessment, inputs);
    default:
      return unreachable(assessment.verdict);
  }
}

function sharedFate(assessment: Assessment, kind: PlanKind): Fate {
  if (kind === 'teardown') return fate('keep', 'shared');
  const why = assessment.reasons[0]?.text ?? '';
  switch (assessment.verdict) {
    case 'unknown':
      return fate('blocked', `shared, and could not be seen: ${why}`, assessment.id);
    case 'missing':
      return fate('blocked', 'shared and missing: it has to be brought back by its own playbook first', assessment.id);
    case 'settling':
      return assessment.settling === 'coming'
        ? fate('wait', why)
        : fate('blocked', `shared and on its way out: ${why}`, assessment.id);
    case 'foreign':
    case 'orphaned':
    case 'drifted':
    case 'unhealthy':
    case 'healthy':
      return fate('keep', assessment.verdict === 'healthy' ? 'shared' : `shared, ${assessment.verdict}: ${why}`);
    default:
      return unreachable(assessment.verdict);
  }
}

function presentFate(component: Component, assessment: Assessment, inputs: FateInputs): Fate {
  const why = assessment.reasons[0]?.text ?? '';
  if (assessment.settling === 'going') {
    return inputs.kind === 'teardown' ? fate('wait', why) : fate('create', `on its way out (${why}): made again after`);
  }
  if (inputs.kind === 'repair') return repairFate(component, assessment, inputs);
  if (inputs.kind === 'rebuild' && inputs.made.has(component.id)) return repairFate(component, assessment, inputs);
  if (assessment.protected) {
    return inputs.kind === 'teardown'
      ? fate('keep', 'protected')
      : repairFate(component, assessment, inputs, 'protected: ');
  }
  if (inputs.kind === 'teardown') return fate('delete', 'taken down');
  const { inert } = typeOf(component, inputs.types);
  const settled = assessment.verdict === 'healthy' || assessment.verdict === 'orphaned';
  if (inert && settled && assessment.differences.length === 0) {
    return fate('keep', 'in sync, and unused it does nothing');
  }
  if (inert) return repairFate(component, assessment, inputs);
  return fate('replace', rebuildText(assessment, why));
}

/** What fits is taken down all the same; only other trouble is worth a word. */
function rebuildText(assessment: Assessment, why: string): string {
  if (assessment.verdict === 'healthy') return 'rebuild';
  if (assessment.leftover !== null)
    return assessment.leftover.fits ? 'rebuild: left over' : 'rebuild: left over, cannot stay';
  return `rebuild; ${assessment.verdict}: ${why}`;
}

function repairFate(component: Component, assessment: Assessment, inputs: FateInputs, prefix = ''): Fate {
  const why = `${prefix}${assessment.reasons[0]?.text ?? ''}`;
  switch (assessment.verdict) {
    case 'healthy':
      return fate('keep', prefix === '' ? 'healthy' : why);
    case 'settling':
      // Ready as it is, it would still not be as wanted.
      return assessment.differences.length === 0 ? fate('wait', why) : changeFate(assessment, why);
    case 'orphaned':
      if (inputs.made.has(component.id) && !isDangling(assessment)) return madeFate(assessment);
      if (assessment.leftover?.disposition === 'replace') return fate('replace', why);
      return assessment.differences.length === 0 ? fate('keep', why) : changeFate(assessment, why);
    case 'drifted':
      return changeFate(assessment, why);
    case 'unhealthy':
      return remedyFate(component, assessment, why, inputs);
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
function madeFate(assessment: Assessment): Fate {
  const why = 'made by the run that this one goes on with';
  return assessment.differences.length === 0 ? fate('keep', why) : changeFate(assessment, `half ${why}`);
}

function remedyFate(component: Component, assessment: Assessment, why: string, inputs: FateInputs): Fate {
  const { remedy } = typeOf(component, inputs.types);
  const watchedText = `${why}; no change of it would help, so it is watched`;
  switch (remedy) {
    case 'update':
      return fate('update', why);
    case 'replace':
      return fate('replace', why);
    case 'replace-stuck':
      if (assessment.stuck) return fate('replace', `${why}; waiting does not heal it`);
      return fate('wait', watchedText);
    case 'none':
      return fate('wait', watchedText);
    default:
      return unreachable(remedy);
  }
}

// --- By what happens to its neighbours -------------------------------------------------------------------------------

function withNeighbours(
  component: Component,
  assessment: Assessment,
  own: Fate,
  { fates, blocker }: { readonly fates: ReadonlyMap<string, Fate>; readonly blocker: string | undefined },
  inputs: FateInputs,
): Fate {
  if (own.disposition === 'excluded' || own.disposition === 'blocked' || component.shared) return own;
  // What goes for good follows nobody.
  if (own.disposition === 'delete') return own;
  const watched = waitsForUpstream() ? fate('wait', `${own.because}; what it needs is put right first`) : own;
  const changed = assessment.present && assessment.settling !== 'going' ? changedByUpstream() : watched;
  if (changed.disposition === 'keep') return changed;
  if (blocker === undefined) return changed;
  return fate('blocked', `waits for ${blocker}; would be: ${changed.disposition} (${changed.because})`, blocker);

  // A service whose listener is gone has no healthy targets: starting its tasks anew would only disturb it.
  function waitsForUpstream(): boolean {
    if (own.disposition !== 'update' || assessment.verdict !== 'unhealthy' || assessment.stuck) return false;
    return inputs.graph.dependenciesOf(component.id).some((each) => {
      const disposition = fates.get(each)?.disposition;
      return disposition === 'create' || disposition === 'replace' || disposition === 'update';
    });
  }

  function changedByUpstream(): Fate {
    let result = watched;
    for (const reference of component.references) {
      if (result.disposition === 'replace' || result.disposition === 'blocked') break;
      const change = changeThrough(reference, component, fates, inputs);
      if (change === 'replace') {
        const goes = fates.get(reference.component)?.disposition === 'delete';
        const why = `${reference.component} ${goes ? 'goes, which it names' : 'is replaced under it'}`;
        result = fate('replace', why);
      } else if (change === 'update' && (result.disposition === 'keep' || result.disposition === 'wait')) {
        result = fate('update', `${reference.path} follows ${reference.component}'s new ${reference.output}`);
      }
    }
    return result;
  }
}

/** What a change of the referenced component means for a present piece that refers to it. */
function changeThrough(
  reference: Reference,
  component: Component,
  fates: ReadonlyMap<string, Fate>,
  inputs: FateInputs,
): 'none' | 'update' | 'replace' {
  const other = inputs.playbook.components.get(reference.component);
  const otherFate = fates.get(reference.component);
  if (other === undefined || otherFate === undefined) return 'none';
  const otherType = typeOf(other, inputs.types);
  const type = typeOf(component, inputs.types);
  if (isTakenAway(otherFate) && otherType.heldBy.includes(component.type)) return 'replace';
  if (!willBeNew(reference, inputs, fates) || !follows(reference, component)) return 'none';
  return type.immutable.some((path) => isBelow(reference.path, path)) ? 'replace' : 'update';
}

// --- What had better not be replaced -----------------------------------------------------------------------------------

/** Leftovers whose owner does not come back by this plan: made again, they would be left over again, run after run. */
function ownerless(inputs: FateInputs, fates: ReadonlyMap<string, Fate>): ReadonlyMap<string, Fate> {
  const result = new Map<string, Fate>();
  if (inputs.kind !== 'repair') return result;
  for (const [id, own] of fates) {
    const leftover = inputs.assessments.get(id)?.leftover;
    if (leftover?.disposition !== 'replace' || own.disposition !== 'replace') continue;
    const { owner } = leftover;
    const ownerFate = fates.get(owner);
    if (ownerFate?.disposition === 'excluded') result.set(id, fate('keep', `stays while ${owner} is left out`));
    if (ownerFate?.disposition !== 'blocked') continue;
    const root = ownerFate.blockedBy ?? owner;
    const why = root === owner ? '' : `, which waits for ${root}`;
    result.set(id, fate('blocked', `waits for its owner ${owner}${why}; would be: replace (${own.because})`, root));
  }
  return result;
}
