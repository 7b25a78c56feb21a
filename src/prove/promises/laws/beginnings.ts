// What comes before anything else: who and where, and a run. Pure.
import { type Broken, type Case, one } from './story.ts';

const identityReads: ReadonlySet<string> = new Set(['GetCallerIdentity', 'ListAccountAliases']);

export function identityFirst({ changes, story }: Case): readonly Broken[] {
  const [first] = story.wire;
  if (first !== undefined && !identityReads.has(first.operation)) {
    return one([], `the first call was ${first.operation}`);
  }
  const firstOther = story.wire.findIndex((each) => !identityReads.has(each.operation));
  const asked = story.wire.slice(0, firstOther).map((each) => each.operation);
  if (firstOther > 0 && !asked.includes('GetCallerIdentity')) {
    return one([], `${story.wire[firstOther]?.operation ?? ''} was sent before GetCallerIdentity`);
  }
  return story.told.flatMap(({ callsBefore, callsUntil, records }) => {
    const start = callsBefore[0] ?? Infinity;
    const change = changes.find((each) => each.index >= start && each.index < callsUntil);
    if (change === undefined) return [];
    const checked = records.findIndex((each) => each.type === 'identity-checked');
    const at = checked === -1 ? Infinity : (callsBefore[checked] ?? Infinity);
    return at <= change.index
      ? []
      : one(change.subjects, `${change.call.operation} was sent before the caller was checked again`);
  });
}

export function plannedChangesOnly({ changes, story }: Case): readonly Broken[] {
  const began = story.told.some(({ records }) => records.length > 0);
  const [first] = changes;
  return began || first === undefined ? [] : one(first.subjects, `${first.call.operation} was sent without a run`);
}
