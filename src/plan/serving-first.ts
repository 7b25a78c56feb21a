// What serves moves before the requests are led after it, where it can: then somebody answers all the time. Pure.
import { moversOf, type EffectView } from './effects.ts';
import type { Step } from './plan.ts';

/**
 * Where a service and what leads requests to it both move, the service does not wait for the other any more; that one begins
 * at the same time, and waits before it acts until something answers where it will lead.
 */
export function servingFirst(steps: readonly Step[], view: EffectView): readonly Step[] {
  const leading = new Map(
    steps.map((step) => [step.id, moversOf(step, view).filter((each) => each.goesFirst)] as const),
  );
  if ([...leading.values()].every((movers) => movers.length === 0)) return steps;
  const seconds = new Map(steps.map((step) => [step.id, step.estimateSeconds]));
  const before = new Map(steps.map((step) => [step.id, step.after]));
  return inOrder(
    steps.map((step) => {
      const led = [...leading].filter(([, movers]) => movers.some((each) => each.step === step.id)).map(([id]) => id);
      // What the other one waited for is still waited for.
      const after = step.after.flatMap((id) => (led.includes(id) ? (before.get(id) ?? []) : [id]));
      const waits = (leading.get(step.id) ?? []).map((each) => seconds.get(each.step) ?? 0);
      return {
        ...step,
        after: led.length === 0 ? step.after : [...new Set(after)],
        estimateSeconds: step.estimateSeconds + Math.max(0, ...waits),
      };
    }),
    leading,
  );
}

/** A step that moves stands before those that are led after it. */
function inOrder(
  steps: readonly Step[],
  leading: ReadonlyMap<string, readonly { readonly step: string }[]>,
): readonly Step[] {
  const placed = new Set<string>();
  const result: Step[] = [];
  const byId = new Map(steps.map((step) => [step.id, step]));
  const place = (step: Step): void => {
    if (placed.has(step.id)) return;
    placed.add(step.id);
    const earlier = [...step.after, ...(leading.get(step.id) ?? []).map((each) => each.step)];
    for (const each of earlier.flatMap((id) => byId.get(id) ?? [])) place(each);
    result.push(step);
  };
  for (const step of steps) place(step);
  return result;
}
