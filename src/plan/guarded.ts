// What a plan must not change: what is protected, what AWS would refuse, and what is changed only on request.
import type { Assessment } from '../assess/assessment.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component } from '../playbook/model.ts';
import { barred } from './blockers.ts';
import { isLifted } from './consent.ts';
import { follows, hindered, isTakenAway, willBeNew, type Decision, type DecisionInputs } from './decision.ts';
import { doubtedDecision, ownershipDoubts, placeDoubts } from './doubts.ts';
import { isHalfMade } from './half-made.ts';
import { settingDoubts } from './settings.ts';

/** A protected piece is never changed, but for being finished; one whose content may be somebody else's only on request. */
export function guarded(
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
