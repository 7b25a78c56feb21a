// What becomes of a component by what happens to its neighbours.
import type { Assessment } from '../assess/assessment.ts';
import { typeOf } from '../observe/observe.ts';
import type { Component, Reference } from '../playbook/model.ts';
import { isBelow } from '../util/paths.ts';
import { listText } from '../util/words.ts';
import { decision, follows, hindered, isTakenAway, willBeNew, type Decision, type DecisionInputs } from './decision.ts';
import { guarded } from './guarded.ts';
import { unfinishedSettings } from './settings.ts';

/** So many settings are named. */
const mostNamed = 3;

/** A service whose listener is gone has no healthy targets: starting its tasks anew would only disturb it, or be refused. */
export function patient(
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

/** What a decision becomes by what happens to the pieces that it refers to, and by what stands in their way. */
export function withNeighbours(
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
