// What was taken away comes back. Pure.
import { isHindered } from '../../../rehearse/disaster/disaster.ts';
import { wasDone } from '../subjects.ts';
import { type Broken, type Case, type Change, one, orderErrors, type Story, wasDoneLater } from './story.ts';

/** What was there before is there again at the end, unless others took it away; and AWS refuses nothing once something has gone. */
export function noDeadEnd({ changes, context, story }: Case): readonly Broken[] {
  if (story.kind === 'teardown' || context.lostMeanwhile.size > 0) return [];
  if (!Object.values(story.disaster).some(isHindered)) return [];
  const deleted = changes.filter(({ call, deletes }) => deletes && wasDone(call));
  const [first] = deleted;
  if (first === undefined) return [];
  const gone = new Set(
    deleted
      .flatMap(({ subjects }) => (subjects.length === 1 ? subjects : []))
      .filter((id) => {
        const before = context.truth.assessments.get(id);
        return before?.present === true && before.settling !== 'going' && isGoneAtEnd(id, story);
      }),
  );
  const refused = changes.find((each) => each.index > first.index && isForetold(each, changes));
  const by =
    refused?.call.outcome.kind === 'error'
      ? `AWS refused ${refused.call.operation} of ${refused.subjects.join(' or ')} with ${refused.call.outcome.code}`
      : undefined;
  const [lost] = gone;
  if (lost !== undefined) {
    return one(
      [lost, ...(refused?.subjects ?? [])],
      `${lost} was deleted and is not there in the end${by === undefined ? '' : `: ${by}`}`,
    );
  }
  return by === undefined
    ? []
    : one(refused?.subjects ?? [], `${by}, when ${first.subjects.join(' or ')} had been deleted`);
}

function isGoneAtEnd(id: string, { end }: Story): boolean {
  return end.assessed.assessments.get(id)?.present !== true;
}

/** Refused for what the disaster had put in the way, and not carried out later. */
function isForetold(change: Change, changes: readonly Change[]): boolean {
  const { outcome } = change.call;
  return outcome.kind === 'error' && orderErrors.test(outcome.code) && !wasDoneLater(change, changes);
}
