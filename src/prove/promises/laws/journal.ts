// What is written down before a change. Pure.
import { settingsOf } from '../../../settings/described.ts';
import type { BeforeImage } from '../../../run/journal/events.ts';
import { sameJson } from '../../../util/json.ts';
import { standingBeyond } from './settings.ts';
import { type Broken, type Case, one } from './story.ts';

export function intentionFirst({ changes, story }: Case): readonly Broken[] {
  const componentOf = new Map(
    story.told.flatMap(({ records }) =>
      records.flatMap((each) =>
        each.type === 'run-started' ? each.plan.steps.map((step) => [step.id, step.component] as const) : [],
      ),
    ),
  );
  // For each component the spans, in calls, in which a change of it is announced and not yet answered.
  const spans = new Map<string, { readonly from: number; to: number }[]>();
  for (const { callsBefore, records } of story.told) {
    const open = new Map<string, { readonly from: number; to: number }>();
    records.forEach((record, index) => {
      const at = callsBefore[index] ?? 0;
      if (record.type === 'step-intended') {
        const component = componentOf.get(record.step) ?? '';
        const span = { from: at, to: Infinity };
        open.set(record.step, span);
        spans.set(component, [...(spans.get(component) ?? []), span]);
      } else if (record.type === 'step-acted' || record.type === 'step-retrying' || record.type === 'step-failed') {
        const span = open.get(record.step);
        if (span !== undefined) span.to = at;
        open.delete(record.step);
      }
    });
  }
  return changes.flatMap(({ call, index, subjects }) => {
    if (subjects.length === 0) return [];
    const announced = subjects.some((id) => spans.get(id)?.some(({ from, to }) => from <= index && index < to));
    return announced
      ? []
      : one(
          subjects,
          `${call.operation} of ${subjects.join(' or ')} was sent with no line in the journal that announces it`,
        );
  });
}

export function beforeImage(whole: Case): readonly Broken[] {
  return [...imageIsMissing(whole), ...imageHoldsNothing(whole)];
}

/** Held against what was there before the first change of the piece: what an undo would have to go by. */
function imageHoldsNothing(whole: Case): readonly Broken[] {
  const { changes, context, story } = whole;
  if (context.lostMeanwhile.size > 0) return [];
  const { playbook, truth } = context;
  const told = new Set<string>();
  return story.told.flatMap(({ attempt, callsBefore, records }) => {
    const images = attempt.kind === 'ran' ? attempt.journal.beforeImages : new Map<string, BeforeImage>();
    return [...images.values()].flatMap((image) => {
      const { component: id } = image;
      const seen = truth.observations.byId.get(id);
      const type = playbook.types.get(image.type);
      if (told.has(id) || seen?.kind !== 'present' || type === undefined) return [];
      told.add(id);
      const saved = records.findIndex((each) => each.type === 'before-image' && each.step === image.step);
      const first = changes.find(({ subjects }) => subjects.includes(id));
      // What a change of another piece does to this one is no setting of it, but may be: it is not the first one then.
      if (first !== undefined && first.index < (callsBefore[saved] ?? Infinity)) return [];
      const held = readable(() => settingsOf(type, image.spec, image.state, image.captured ?? undefined));
      if (held === undefined)
        return one([id], `the before-image of ${image.step} holds nothing that could be read back`);
      // What no look holds has been asked for when the image was made.
      const had = [...settingsOf(type, image.spec, seen.state), ...standingBeyond(id, whole)];
      const wrong = had.find(([path, value]) => !sameJson(held.get(path), value));
      if (wrong === undefined) return [];
      const [path] = wrong;
      const what = held.has(path) ? `says of ${path} what it was not` : `does not say ${path}`;
      return one([id], `the before-image of ${image.step} ${what}`);
    });
  });
}

/** Undefined for a state that is none of the type's. */
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function imageIsMissing({ story }: Case): readonly Broken[] {
  return story.told.flatMap(({ records }) => {
    const imaged = new Set<string>();
    return records.flatMap((record) => {
      if (record.type === 'before-image') imaged.add(record.step);
      if (record.type !== 'step-intended' || record.action === 'create' || imaged.has(record.step)) return [];
      return one([record.step.split('.')[0] ?? ''], `${record.step} was begun without a before-image`);
    });
  });
}
