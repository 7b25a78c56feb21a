// What becomes of a component by its own verdict and the strategy.
import type { Assessment } from '../assess/assessment.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { unreachable } from '../util/unreachable.ts';
import { changeDecision, decision, type Decision, type DecisionInputs } from './decision.ts';
import type { PlanKind } from './plan.ts';
import { undoDecision } from './undo-decisions.ts';

/** By its own verdict, the strategy and what the user left out: neighbours are not asked. */
export function ownDecision(component: Component, assessment: Assessment, inputs: DecisionInputs): Decision {
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
