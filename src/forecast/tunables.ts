// Which setting would shorten a recovery, and by how much: the same simulated recoveries with another value.
import { typeOf } from '../observe/observe.ts';
import { stateOf } from '../plan/estimates.ts';
import type { TunableEffect } from './forecast.ts';
import { withTurned, type ForecastInputs } from './modelled.ts';
import { quantile, simulateAgain, tidy, type SimulatedStep, type Simulation } from './simulate.ts';

/** Steps that are critical less often than this are not worth a setting. */
const seldom = 0.02;
/** Components that are tried, the most critical ones first: enough for any chain, and fewer for large plans. */
const mostTried = 24;
const triesBudget = 20_000;
const fewestSeconds = 1;

/** Tries the settings of the owned components on the critical path, and of those that they refer to. */
export function tunableEffects(
  inputs: ForecastInputs,
  steps: readonly SimulatedStep[],
  run: Simulation,
): readonly TunableEffect[] {
  const { plan, playbook, observations, types } = inputs;
  const now = { mean: meanOf(run.totals), p95: quantile(run.totals, 0.95) };
  const effects: TunableEffect[] = [];
  for (const id of decisive(inputs, steps, run)) {
    const component = playbook.components.get(id);
    if (component === undefined || component.shared) continue;
    const type = typeOf(component, types);
    const state = stateOf(id, observations);
    for (const tunable of type.time.tunables) {
      const suggestion = tunable.suggest(component.spec, state);
      if (suggestion === undefined) continue;
      const { from, to } = suggestion;
      const turned = { component: id, ...tunable.set(to, component.spec, state) };
      const { totals } = simulateAgain(withTurned(steps, plan, inputs, turned), steps, run);
      const p95 = quantile(totals, 0.95);
      effects.push({
        component: id,
        path: tunable.path,
        from,
        to,
        unit: tunable.unit,
        p50Seconds: tidy(quantile(totals, 0.5)),
        p95Seconds: tidy(p95),
        savedSeconds: tidy(now.mean - meanOf(totals)),
        savedAtP95Seconds: tidy(now.p95 - p95),
        cost: tunable.cost,
      });
    }
  }
  return effects
    .filter((each) => each.savedSeconds >= fewestSeconds)
    .toSorted((left, right) => right.savedSeconds - left.savedSeconds);
}

function decisive(
  { plan, playbook }: ForecastInputs,
  steps: readonly SimulatedStep[],
  run: Simulation,
): readonly string[] {
  const componentOf = new Map(plan.steps.map((step) => [step.id, step.component]));
  const critical = steps
    .map(({ id }, index) => ({ component: componentOf.get(id) ?? '', often: run.critical[index] ?? 0 }))
    .filter((each) => each.often >= seldom * run.totals.length)
    .toSorted((left, right) => right.often - left.often);
  const ids = critical.flatMap(({ component }) => [
    component,
    ...(playbook.components.get(component)?.references ?? []).map((each) => each.component),
  ]);
  const tried = Math.max(2, Math.min(mostTried, Math.floor(triesBudget / Math.max(1, steps.length))));
  return [...new Set(ids)].slice(0, tried);
}

/** Looks come in steps of up to a quarter of a minute, which the median would jump over. */
function meanOf(totals: Float64Array): number {
  return totals.reduce((sum, each) => sum + each, 0) / Math.max(1, totals.length);
}
