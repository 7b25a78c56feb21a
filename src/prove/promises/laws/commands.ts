// What a command may do at all: a saved plan, a limit, one run at a time, time and calls. Pure.
import { wasDone } from '../subjects.ts';
import { type Broken, type Case, one } from './story.ts';

export function savedPlan({ changes, obstacles, story }: Case): readonly Broken[] {
  const { saved } = story.command;
  if (saved === undefined) return [];
  const isStale = Object.keys(saved.set).length > 0;
  const [before] = story.told;
  // In the very world that it was made for nothing speaks against it.
  if (!isStale && obstacles.size === 0 && before?.attempt.kind === 'refused') {
    return one([], `a saved plan was not run, though nothing had changed since: ${before.attempt.reason}`);
  }
  const after = isStale ? before : story.told[1];
  if (after === undefined) return [];
  const from = isStale ? 0 : (before?.callsUntil ?? 0);
  const change = changes.find(({ index }) => index >= from);
  // One that has nothing to do may be told so.
  if ((after.attempt.kind === 'refused' || after.attempt.kind === 'idle') && change === undefined) return [];
  const how = isStale ? `although ${Object.keys(saved.set).join(', ')} had been deleted since` : 'a second time';
  const [components, what] =
    change === undefined
      ? [[], '']
      : [change.subjects, `: ${change.call.operation} was sent to ${change.subjects.join(' or ')}`];
  return one(components, `a saved plan was run ${how}${what}`);
}

export function maxDeletes({ changes, context, story }: Case): readonly Broken[] {
  const { maxDeletes: most } = context.playbook.recovery;
  if (most === undefined || story.told.some(({ operator }) => operator > 0)) return [];
  // A piece may take several calls: a task definition has revisions.
  const deletes = new Set(
    changes.flatMap(({ call, deletes: takes, subjects }) => (takes && wasDone(call) ? [subjects.join(' or ')] : [])),
  );
  // A second run after a loss may begin a count of its own.
  const runs = context.lostMeanwhile.size > 0 ? story.told.length : 1;
  return deletes.size <= most * runs ? [] : one([], `${deletes.size} pieces were deleted, the playbook allows ${most}`);
}

export function oneRun({ changes, story }: Case): readonly Broken[] {
  const operators = [...new Set(story.told.map((each) => each.operator))];
  if (operators.length < 2) return [];
  const spans = story.told.flatMap(({ callsBefore, operator, records }) => {
    const acts = records.flatMap((each, index) => (each.type === 'step-intended' ? [callsBefore[index] ?? 0] : []));
    const [first] = acts;
    const last = acts.at(-1);
    return first === undefined || last === undefined ? [] : [{ operator, first, last }];
  });
  const clash = spans.some((left) =>
    spans.some((right) => left.operator < right.operator && left.first <= right.last && right.first <= left.last),
  );
  const [change] = changes;
  return clash ? one(change?.subjects ?? [], 'two runs were changing pieces at the same time') : [];
}

/** Calls for each component and each step of a plan, in one run: several times what any run of the shipped playbooks needs. */
export const callsPerComponent = 12;

export const callsPerStep = 60;

export function bounded({ context, story }: Case): readonly Broken[] {
  const { recovery } = context.playbook;
  const runs = story.told.length;
  const most = (recovery.deadline / 1000) * runs + 200 * (runs - 1);
  if (story.seconds > most) return one([], `it took ${Math.round(story.seconds)} s, the deadline is ${most} s`);
  const steps = Math.max(
    0,
    ...story.told.map(({ attempt }) => ('plan' in attempt && attempt.plan !== null ? attempt.plan.steps.length : 0)),
  );
  const calls = runs * (callsPerComponent * context.playbook.components.size + callsPerStep * steps + 20);
  return story.wire.length <= calls ? [] : one([], `it made ${story.wire.length} calls, ${calls} are allowed`);
}
