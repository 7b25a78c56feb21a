// A recovery under way -> what is left of it: the forecast's own steps, without those that have ended, and those that run
// for some time already no shorter than that. Pure.
import type { Plan } from '../plan/plan.ts';
import type { Forecast, Quantiles } from './forecast.ts';
import { quantile, runDrawn, simulate, tidy, type SimulatedStep } from './simulate.ts';

/** `seconds`: for how long it has run. */
export type StepStatus =
  { readonly kind: 'pending' } | { readonly kind: 'running'; readonly seconds: number } | { readonly kind: 'over' };

/** What is left, by where each step stands now. */
export type Rest = (statusOf: (step: string) => StepStatus) => Quantiles;

/** It is asked for twice a second. */
const drawBudget = 60_000;
const mostSamples = 400;
const fewestSamples = 20;
/** Distance of the 95th percentile from the median, in standard deviations. */
const p95Place = 1.645;
/** A step that has taken longer than was ever foreseen takes this much longer, as a share of its usual time. */
const overtime = 0.1;
const leastOvertime = 5;

export function foreseeRest(plan: Plan, forecast: Forecast): Rest {
  const foreseen = new Map(forecast.steps.map((each) => [each.step, each]));
  const types = new Map(plan.components.map((each) => [each.id, each.type]));
  const steps = plan.steps.flatMap(({ action, after, component, id }): readonly SimulatedStep[] => {
    const own = foreseen.get(id);
    return own === undefined
      ? []
      : [{ id, after, kind: `${types.get(component) ?? ''} ${action}`, model: modelOf(own) }];
  });
  const samples = Math.max(fewestSamples, Math.min(mostSamples, Math.floor(drawBudget / Math.max(1, steps.length))));
  const { durations } = simulate(steps, samples);
  return (statusOf) => {
    const left = steps.flatMap((step, index): readonly (readonly [SimulatedStep, Float64Array])[] => {
      const now = statusOf(step.id);
      const drawn = durations[index] ?? new Float64Array(samples);
      if (now.kind === 'over') return [];
      return [[step, now.kind === 'pending' ? drawn : restOf(drawn, now.seconds, step.model.usual)]];
    });
    const { totals } = runDrawn(
      left.map(([step]) => step),
      left.map(([, drawn]) => drawn),
      samples,
    );
    return { p50Seconds: tidy(quantile(totals, 0.5)), p95Seconds: tidy(quantile(totals, 0.95)) };
  };
}

/** A duration that has these percentiles. */
function modelOf({ p50Seconds, p95Seconds }: Quantiles): SimulatedStep['model'] {
  const usual = Math.max(p50Seconds, 0.1);
  const spread = Math.log(Math.max(1, p95Seconds / usual)) / p95Place;
  return { setting: 0, usual, spread, begun: false, looks: 'steady', expected: 0, sources: [] };
}

/** Of the recoveries in which it takes longer than it has taken, what it takes more; the next such for each other one. */
function restOf(drawn: Float64Array, seconds: number, usual: number): Float64Array {
  const longer = [...drawn.keys()].filter((index) => (drawn[index] ?? 0) > seconds);
  if (longer.length === 0) return drawn.map(() => Math.max(leastOvertime, overtime * usual));
  return drawn.map((own, index) => {
    const other = drawn[longer[index % longer.length] ?? 0] ?? 0;
    return (own > seconds ? own : other) - seconds;
  });
}
