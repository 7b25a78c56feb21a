// How it ends. Pure.
import type { Attempt } from '../../../rehearse/world/attempt.ts';
import { excusedBy } from '../obstacles.ts';
import { failuresIn, isBarred } from './stated.ts';
import { type Broken, type Case, one } from './story.ts';

export function heals({ context, obstacles, story }: Case): readonly Broken[] {
  const { end } = story;
  const last = story.told.findLast(({ operator }) => operator === 0);
  if (last === undefined) return one([], 'no command was run to its end');
  const stated = failuresIn(last.attempt);
  const troubles = Object.entries(end.verdicts).filter(([, verdict]) => verdict !== 'healthy');
  if (obstacles.size === 0) {
    const [failed] = stated.failed;
    if (failed !== undefined) return one([failed.component], failed.text);
    const [blocked] = stated.blocked;
    if (blocked !== undefined)
      return one([blocked.component, blocked.by], `${blocked.component} is blocked: ${blocked.text}`);
    if (stated.refused !== undefined) return refusal(stated.refused, last.attempt);
    const [trouble] = troubles;
    if (trouble !== undefined) {
      const why = end.assessed.assessments.get(trouble[0])?.reasons[0]?.text ?? '';
      return one(
        troubles.map(([id]) => id),
        `it ends with ${trouble[0]} ${trouble[1]}: ${why}`,
      );
    }
    const silent = end.probes.find((each) => !each.ok);
    return silent === undefined ? [] : one([], `it ends without serving: ${silent.name}: ${silent.detail}`);
  }
  if (stated.refused !== undefined) {
    return isBarred(last.attempt)
      ? refusal(stated.refused, last.attempt)
      : one([...obstacles.keys()], `refused: ${stated.refused}`);
  }
  const excused = excusedBy(obstacles, story.kind, context);
  // What leads to nowhere is waited for in vain; whether the probes had to pass is told by the end.
  const failed = stated.failed.find(({ action, component }) => action !== 'verify' && !excused.has(component));
  if (failed !== undefined) return one([failed.component], failed.text);
  const undeserved = stated.blocked.find(({ by, component }) => ![component, by].every((each) => excused.has(each)));
  if (undeserved !== undefined) {
    const { by, component, text } = undeserved;
    return one(
      [component, by],
      `${component} is blocked by ${by}, and nothing that it needs stands in the way: ${text}`,
    );
  }
  // What was made again belongs to an owner that may not have come back.
  const ownerless = (id: string): boolean => {
    const leftover = end.assessed.assessments.get(id)?.leftover;
    return (
      end.verdicts[id] === 'orphaned' && leftover !== null && leftover !== undefined && excused.has(leftover.owner)
    );
  };
  const unhealed = troubles.find(([id]) => !excused.has(id) && !ownerless(id));
  if (unhealed !== undefined) {
    const [id, verdict] = unhealed;
    return one([id], `it ends with ${id} ${verdict}, and nothing that it needs stands in the way`);
  }
  // Whose tag a piece carries makes no difference to who asks it, as long as nothing else is wrong with it.
  const isWhole = troubles.every(
    ([id]) => obstacles.has(id) && end.assessed.assessments.get(id)?.reasons.every(({ kind }) => kind === 'foreign'),
  );
  const silent = isWhole ? end.probes.find((each) => !each.ok) : undefined;
  return silent === undefined
    ? []
    : one([], `it ends without serving, although all is there: ${silent.name}: ${silent.detail}`);
}

function refusal(reason: string, attempt: Attempt): readonly Broken[] {
  return [{ components: [], seen: `refused: ${reason}`, ...(isBarred(attempt) ? { barred: true as const } : {}) }];
}

/** Beside what may stay undone. */
export function nothingLeft({ context, obstacles, story }: Case): readonly Broken[] {
  // What was refused leaves all undone, and that is told already.
  if (isBarred(story.told.findLast(({ operator }) => operator === 0)?.attempt)) return [];
  const excused = excusedBy(obstacles, story.kind, context);
  const step = story.end.plan.steps.find(
    ({ action, component }) => !(obstacles.size > 0 && action === 'verify') && !excused.has(component),
  );
  return step === undefined
    ? []
    : one([step.component], `a second plan would ${step.action} ${step.component}: ${step.because}`);
}
