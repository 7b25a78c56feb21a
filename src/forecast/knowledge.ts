// What has been measured of steps like those of a plan, and how an estimate is made of it.
import type { ChangeAction } from '../components/contract.ts';
import { nextLook } from '../util/looks.ts';
import type { SourceShare } from './forecast.ts';

/** How long one step took, from its start to its end, waits for people left out. */
export interface Measurement {
  readonly type: string;
  readonly action: ChangeAction;
  readonly seconds: number;
  /** What the same version of the tool expected; null when another one did, and the two cannot be compared. */
  readonly estimateSeconds: number | null;
}

export interface Knowledge {
  readonly rehearsal: { readonly runs: number; readonly measurements: readonly Measurement[] };
  /** Oldest first. */
  readonly history: { readonly runs: number; readonly measurements: readonly Measurement[] };
}

export const noKnowledge: Knowledge = {
  rehearsal: { runs: 0, measurements: [] },
  history: { runs: 0, measurements: [] },
};

/** A step's duration: a part that settings decide, and a lognormal one about a usual value. */
export interface StepModel {
  /** Seconds that settings decide. */
  readonly setting: number;
  /** Median of the rest, in seconds. */
  readonly usual: number;
  /** Standard deviation of the logarithm of the rest. */
  readonly spread: number;
  /** It is under way already: what is left is something between half of it and all. */
  readonly begun: boolean;
  /** Pauses between two looks: those of a step grow, those of a probe do not. */
  readonly looks: 'growing' | 'steady';
  /** Seconds that the plan says of it, by which a step's looks go; 0 where there is no step. */
  readonly expected: number;
  readonly sources: readonly SourceShare[];
}

/**
 * How much each source counts: a default as one observation, a rehearsal as four, a past run as one for each time. The
 * spreads: a default says nothing of this service, a rehearsal knows its settings.
 */
const weights = { defaults: 1, rehearsal: 4 } as const;
const spreads = { defaults: 0.32, rehearsal: 0.28 } as const;
/** No history is so even that tomorrow could not differ. */
const leastSpread = 0.1;
/** What lies further back than the last so many observations was another service. */
const mostObservations = 30;
/** No less than this is left to chance, in seconds: a call and its answer. */
export const leastUsual = 0.2;

/** Measurements by type and action. */
export type Lookup = (type: string, action: ChangeAction) => readonly Measurement[];

export function lookupOf(measurements: readonly Measurement[]): Lookup {
  const known = new Map<string, Measurement[]>();
  for (const each of measurements) {
    const key = `${each.type} ${each.action}`;
    const list = known.get(key);
    if (list === undefined) known.set(key, [each]);
    else list.push(each);
  }
  return (type, action) => known.get(`${type} ${action}`)?.slice(-mostObservations) ?? [];
}

/** One step of a type, with what is known of its like. */
export interface StepFacts {
  readonly estimateSeconds: number;
  readonly settingSeconds: number;
  readonly rehearsed: readonly Measurement[];
  readonly past: readonly Measurement[];
  readonly begun: boolean;
}

/** The weighted mean of what the sources say, and a spread that narrows as history grows and agrees. */
export function modelOf(facts: StepFacts): StepModel {
  const { estimateSeconds, past, rehearsed, begun } = facts;
  const setting = Math.min(facts.settingSeconds, estimateSeconds);
  const seen = (each: Measurement): number => restOf(each, estimateSeconds, setting);
  const pastRests = past.map(seen);
  const parts = [
    { kind: 'defaults' as const, weight: weights.defaults, rest: estimateSeconds - setting, observations: 0 },
    ...(rehearsed.length === 0
      ? []
      : [
          {
            kind: 'rehearsal' as const,
            weight: weights.rehearsal,
            rest: mean(rehearsed.map(seen)),
            observations: rehearsed.length,
          },
        ]),
    ...(past.length === 0
      ? []
      : [{ kind: 'history' as const, weight: past.length, rest: mean(pastRests), observations: past.length }]),
  ];
  const total = sum(parts.map((each) => each.weight));
  const usual = Math.max(leastUsual, sum(parts.map((each) => each.weight * each.rest)) / total);
  const prior = rehearsed.length === 0 ? spreads.defaults : spreads.rehearsal;
  const deviations = sum(pastRests.map((rest) => Math.log(Math.max(leastUsual, rest) / usual) ** 2));
  const spread = Math.sqrt(((total - past.length) * prior ** 2 + deviations) / total);
  return {
    setting,
    usual,
    spread: Math.max(leastSpread, spread),
    begun,
    looks: 'growing',
    expected: estimateSeconds,
    sources: parts.map(({ kind, observations, weight }) => ({ kind, observations, share: weight / total })),
  };
}

/** Probes ask the service itself: once it is there, the first answer is the right one. */
export function probeModel(estimateSeconds: number): StepModel {
  const sources = [{ kind: 'defaults', observations: 0, share: 1 }] as const;
  return {
    setting: 0,
    usual: estimateSeconds / 2,
    spread: spreads.defaults,
    begun: false,
    looks: 'steady',
    expected: 0,
    sources,
  };
}

/**
 * What chance decided of a measured duration, had it been measured with the settings of today. A measured duration ends
 * with the look that saw the result: on average half a pause too late.
 */
function restOf({ estimateSeconds: then, seconds }: Measurement, now: number, setting: number): number {
  const difference = then === null ? 0 : now - then;
  return Math.max(leastUsual, seconds - pauseBefore(seconds, then ?? 0) / 2 + difference - setting);
}

/** Seconds; what is done sooner is done by the time of the first look, and that one follows at once. */
const atOnce = 0.5;

/** Seconds at which a look sees what was done after `seconds`. @param usual seconds that it was expected to take */
export function seenAfter(seconds: number, usual = 0): number {
  if (seconds < atOnce) return seconds;
  let look = 0;
  while (look < seconds) look = nextLook(look, usual);
  return look;
}

/** Length of the pause that ended with a look at about `seconds`. @param usual seconds that it was expected to take */
function pauseBefore(seconds: number, usual: number): number {
  let before = 0;
  let look = 0;
  while (look < seconds - atOnce) {
    before = look;
    look = nextLook(look, usual);
  }
  return look - before;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / Math.max(1, values.length);
}
