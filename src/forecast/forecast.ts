// Plan -> Forecast: how long a recovery will take, with which certainty, and what would shorten it. Pure, and the same
// inputs give the same figures.
import type { PlanKind } from '../plan/plan.ts';

export const sourceKinds = ['defaults', 'rehearsal', 'history'] as const;
/**
 * Where an estimate comes from. `defaults`: what the component type knows of AWS and of its piece's settings.
 * `rehearsal`: the playbook's own steps in the embedded AWS, at AWS's usual durations. `history`: this service's own past
 * runs.
 */
export type SourceKind = (typeof sourceKinds)[number];

/** What one source contributed to an estimate. */
export interface SourceShare {
  readonly kind: SourceKind;
  /** Measurements; 0 for defaults. */
  readonly observations: number;
  /** Its part of the estimate, 0 to 1. */
  readonly share: number;
}

/** Half of the times it takes no longer than p50, in 95 of 100 cases no longer than p95. */
export interface Quantiles {
  readonly p50Seconds: number;
  readonly p95Seconds: number;
}

export interface StepForecast extends Quantiles {
  readonly step: string;
  readonly sources: readonly SourceShare[];
  /** In how many of the simulated recoveries it was on the longest chain, 0 to 1. */
  readonly critical: number;
}

/** Does the objective hold? `yes`: at p95; `likely`: at p50 but not at p95; `no`: not even at p50. */
export interface ObjectiveForecast {
  readonly seconds: number;
  readonly holds: 'yes' | 'likely' | 'no';
  /** Of the simulated recoveries, 0 to 1. */
  readonly probability: number;
}

export interface KindForecast extends Quantiles {
  /** The steps that are on the longest chain most often, in order. */
  readonly criticalPath: readonly string[];
  /** Null when the playbook names no objective, and where nothing is to be brought back. */
  readonly objective: ObjectiveForecast | null;
}

/** One setting with another value, and what the forecast would be with it. */
export interface TunableEffect extends Quantiles {
  readonly component: string;
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly unit: string;
  /** On average over the simulated recoveries. */
  readonly savedSeconds: number;
  readonly savedAtP95Seconds: number;
  readonly cost: string;
}

/** A source as a whole. */
export interface KnowledgeSummary {
  readonly kind: SourceKind;
  /** Past runs, or rehearsals; 0 for defaults. */
  readonly runs: number;
  /** Steps of the plan whose estimate rests mainly on it. */
  readonly steps: number;
}

export interface Forecast {
  /** Simulated recoveries, and the seed of their chance. */
  readonly samples: number;
  readonly seed: number;
  /** The plan's own kind first. */
  readonly kinds: Readonly<Partial<Record<PlanKind, KindForecast>>>;
  /** Of the plan's own kind. */
  readonly steps: readonly StepForecast[];
  /** Of the plan's own kind; of the alternatives where the plan has nothing to do. */
  readonly sources: readonly KnowledgeSummary[];
  /** Of the plan's own kind: what saves most first; only what saves something. */
  readonly levers: readonly TunableEffect[];
  /** Components whose approval is waited for: that time is in no figure. */
  readonly withoutApprovals: readonly string[];
}

/** What a run writes down of its forecast, to be held against what happened. */
export interface ForecastBrief extends Quantiles {
  readonly sources: readonly KnowledgeSummary[];
}
