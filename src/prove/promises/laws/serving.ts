// What those get who are served. Pure.
import type { Step } from '../../../plan/plan.ts';
import { wasDone } from '../subjects.ts';
import { type Broken, type Case, one, type Told } from './story.ts';

/** A probe that passed before, and a piece taken away that only its owner's loss condemned. */
export function keepsServing({ changes, context, story, truth }: Case): readonly Broken[] {
  if (story.kind !== 'repair' || !context.serving || context.lostMeanwhile.size > 0) return [];
  return changes.flatMap(({ call, deletes, subjects }) => {
    const [id] = subjects;
    if (!deletes || id === undefined || !wasDone(call) || truth[id] !== 'orphaned') return [];
    const { leftover } = context.truth.assessments.get(id) ?? {};
    const served =
      context.playbook.types.get(context.playbook.components.get(id)?.type ?? '')?.traits.heldBy !== undefined;
    if (!served || leftover === null || leftover === undefined) return [];
    return one(
      [id, leftover.owner],
      `${id} was deleted while the service answered, for nothing but that its owner ${leftover.owner} was gone`,
    );
  });
}

/** Effects of a step by which those who are served get no answer, or a wrong one: that more people get in silences nobody. */
const silencing: ReadonlySet<Step['effect']> = new Set(['interrupts', 'loses']);

/** Clients were asked after each call. From the first step on that tells such an effect, all is as told. */
export function keepsAnswering({ changes, context, story }: Case): readonly Broken[] {
  if (context.lostMeanwhile.size > 0) return [];
  const told = Math.min(...story.told.map(toldFrom));
  return story.witnessed.silences
    .filter(({ calls }) => calls <= told)
    .slice(0, 1)
    .flatMap(({ calls, detail, name }) => {
      const change = changes.findLast(({ call, index }) => index < calls && wasDone(call));
      if (change === undefined) return [];
      const { operation } = change.call;
      const who = change.subjects.join(' or ');
      return one(
        change.subjects,
        `${name} failed (${detail}) after ${operation} of ${who}, and no step of the plan had told so`,
      );
    });
}

/** How many calls AWS had got when the first step was begun that tells a silence of those who are served. */
function toldFrom({ callsBefore, records }: Told): number {
  const started = records.find((each) => each.type === 'run-started');
  const harmful = new Set(
    started?.type === 'run-started'
      ? started.plan.steps.flatMap((each) => (silencing.has(each.effect) ? each.id : []))
      : [],
  );
  const begun = records.findIndex((each) => each.type === 'step-intended' && harmful.has(each.step));
  return begun === -1 ? Infinity : (callsBefore[begun] ?? Infinity);
}
