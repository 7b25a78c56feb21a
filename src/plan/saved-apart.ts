// A saved plan against one that was made anew from what is there now. Only the new one is ever run: from the file comes what
// somebody wanted to be done, and where the two would not do the same, nothing is done. Pure.
import type { Json } from '../components/contract.ts';
import { fieldsApart, type FieldApart } from '../util/fields-apart.ts';
import { sameJson } from '../util/json.ts';
import type { Plan, Step } from './plan.ts';

/** One thing in which they differ: `step service.create: action`, or a member of the plan. What is not there is null. */
export interface Apart extends FieldApart {
  readonly where: string;
}

/** What the playbook and the command line say, and a file may not: told where the file says something else. */
const sayings = ['environment', 'strategy', 'rtoSeconds', 'approvals'] as const;

/**
 * What the saved plan would do otherwise, in the order of the steps. Estimates are left aside, since they vary with what past
 * runs took, and so are words for people: those of the new plan are the ones that are shown and kept.
 */
export function plansApart(saved: Plan, now: Plan): readonly Apart[] {
  const [before, after] = [byId(saved.steps), byId(now.steps)];
  const said = sayings.flatMap((path): readonly Apart[] =>
    sameJson(saved[path], now[path]) ? [] : [{ where: 'plan', path, then: saved[path], now: now[path] }],
  );
  const ids = [...new Set([...after.keys(), ...before.keys()])];
  const steps = ids.flatMap((id): readonly Apart[] => {
    const [then, there] = [before.get(id), after.get(id)];
    const where = `step ${id}`;
    if (then === undefined || there === undefined) {
      return [{ where, path: '', then: then?.action ?? null, now: there?.action ?? null }];
    }
    return fieldsApart('', actsOf(then), actsOf(there)).map((each) => ({ where, ...each }));
  });
  if (said.length > 0 || steps.length > 0) return [...said, ...steps];
  const [order, wanted] = [now, saved].map((plan) => plan.steps.map((step) => step.id));
  return sameJson(order, wanted) ? [] : [{ where: 'plan', path: 'order', then: wanted ?? [], now: order ?? [] }];
}

function byId(steps: readonly Step[]): ReadonlyMap<string, Step> {
  return new Map(steps.map((step) => [step.id, step]));
}

/** Of a step, what the run goes by or an operator decides by. */
function actsOf({ action, after, afterImage, component, destructive, differences, effect, remedy }: Step): Json {
  const changes = differences.map(({ actual, desired, immutable, kind, path }) => ({
    path,
    actual,
    desired,
    immutable,
    kind,
  }));
  return { component, action, after, destructive, effect, afterImage, differences: changes, remedy: remedy ?? null };
}

/**
 * Components that the new plan would change and the saved one does not speak of: they were as they should be then. A saved
 * plan does its own steps and no others.
 */
export function broughtUpSince(saved: Plan, now: Plan): readonly string[] {
  const own = new Set(saved.steps.map((step) => step.component));
  const kept = new Set(saved.components.filter((each) => each.disposition === 'keep').map((each) => each.id));
  const others = now.steps.map((step) => step.component).filter((id) => !own.has(id) && kept.has(id));
  return [...new Set(others)];
}
