// The forecast of a plan, with that of its alternative beside it.
import { isRecovery, type Plan, type PlanKind } from '../plan/plan.ts';
import type {
  Forecast,
  ForecastBrief,
  KindForecast,
  KnowledgeSummary,
  ObjectiveForecast,
  SourceKind,
} from './forecast.ts';
import { noKnowledge, type Knowledge } from './knowledge.ts';
import { tunableEffects } from './tunables.ts';
import { modelPlan, type ForecastInputs } from './modelled.ts';
import { forecastSeed, quantile, samplesFor, simulate, tidy, type SimulatedStep, type Simulation } from './simulate.ts';

export function makeForecast(inputs: ForecastInputs): Forecast {
  const { alternatives = [], plan } = inputs;
  const own = modelPlan(plan, inputs);
  const samples = samplesFor(own.length);
  const run = simulate(own, samples);
  const others = alternatives.map((each) => {
    const steps = modelPlan(each, inputs);
    return { plan: each, steps, run: simulate(steps, samplesFor(steps.length)) };
  });
  const kinds: Partial<Record<PlanKind, KindForecast>> = Object.fromEntries([
    [plan.strategy, kindForecast(plan, own, run)] as const,
    ...others.map((each) => [each.plan.strategy, kindForecast(each.plan, each.steps, each.run)] as const),
  ]);
  return {
    samples,
    seed: forecastSeed,
    kinds,
    steps: own.map((step, index) => {
      const drawn = (run.durations[index] ?? new Float64Array()).toSorted();
      return {
        step: step.id,
        p50Seconds: tidy(quantile(drawn, 0.5)),
        p95Seconds: tidy(quantile(drawn, 0.95)),
        sources: step.model.sources,
        critical: (run.critical[index] ?? 0) / samples,
      };
    }),
    // Where there is nothing to do, the figures are those of the alternative.
    sources: sourcesOf(own.length > 0 ? own : others.flatMap(({ steps }) => steps), inputs.knowledge ?? noKnowledge),
    levers: tunableEffects(inputs, own, run),
    withoutApprovals: plan.approvals,
  };
}

/** What a run of the plan writes down of its forecast. */
export function briefOf(plan: Plan, forecast: Forecast): ForecastBrief {
  const own = forecast.kinds[plan.strategy];
  return { p50Seconds: own?.p50Seconds ?? 0, p95Seconds: own?.p95Seconds ?? 0, sources: forecast.sources };
}

function kindForecast(plan: Plan, steps: readonly SimulatedStep[], run: Simulation): KindForecast {
  const p50Seconds = tidy(quantile(run.totals, 0.5));
  const p95Seconds = tidy(quantile(run.totals, 0.95));
  const criticalPath = run.chain.flatMap((place) => steps[place]?.id ?? []);
  return { p50Seconds, p95Seconds, criticalPath, objective: objectiveOf(plan, run.totals) };
}

function objectiveOf(plan: Plan, totals: Float64Array): ObjectiveForecast | null {
  if (plan.rtoSeconds === null || !isRecovery(plan.strategy)) return null;
  const seconds = plan.rtoSeconds;
  const probability = totals.filter((each) => each <= seconds).length / Math.max(1, totals.length);
  const holds = quantile(totals, 0.95) <= seconds ? 'yes' : quantile(totals, 0.5) <= seconds ? 'likely' : 'no';
  return { seconds, holds, probability };
}

function sourcesOf(steps: readonly SimulatedStep[], knowledge: Knowledge): readonly KnowledgeSummary[] {
  const mainly = steps.map(({ model }) =>
    model.sources.reduce((best, each) => (each.share > best.share ? each : best)),
  );
  const summary = (kind: SourceKind, runs: number): KnowledgeSummary => ({
    kind,
    runs,
    steps: mainly.filter((each) => each.kind === kind).length,
  });
  return [
    summary('defaults', 0),
    summary('rehearsal', knowledge.rehearsal.runs),
    summary('history', knowledge.history.runs),
  ];
}
