// A forecast in words: how long, whether the objective holds, what the figures rest on, what would shorten it.
import type { Forecast, KindForecast, KnowledgeSummary, TunableEffect, Quantiles } from '../forecast/forecast.ts';
import { unreachable } from '../util/unreachable.ts';
import { count, durationText } from '../util/words.ts';
import type { Paint } from './paint.ts';

/** `1m31s, at worst 2m05s`; at worst means: in 95 of 100 cases no longer. */
export function quantilesText({ p50Seconds, p95Seconds }: Quantiles): string {
  return `about ${durationText(p50Seconds)}, at worst ${durationText(p95Seconds)}`;
}

export function objectiveForecastText({ objective }: KindForecast, paint: Paint): string {
  if (objective === null) return '';
  const text = `objective ${durationText(objective.seconds)}`;
  switch (objective.holds) {
    case 'yes':
      return paint.good(`within ${text}${objective.probability === 1 ? '' : ` (${percent(objective.probability)})`}`);
    case 'likely':
      return paint.warn(`perhaps within ${text} (${percent(objective.probability)})`);
    case 'no':
      return paint.bad(
        `over ${text}${objective.probability === 0 ? '' : ` (within: ${percent(objective.probability)})`}`,
      );
    default:
      return unreachable(objective.holds);
  }
}

/**
 * When a recovery under way will end, and whether its objective holds: `ends after about 4m37s; objective 15m00s holds`.
 *
 * @param elapsedSeconds since it began
 * @param objectiveSeconds null where none is to be held
 */
export function endText(
  elapsedSeconds: number,
  left: Quantiles,
  objectiveSeconds: number | null,
  paint: Paint,
): string {
  const end = `ends after about ${durationText(elapsedSeconds + left.p50Seconds)}`;
  if (objectiveSeconds === null) return end;
  const objective = `objective ${durationText(objectiveSeconds)}`;
  if (elapsedSeconds > objectiveSeconds) return `${end}; ${paint.bad(`${objective} is over`)}`;
  if (elapsedSeconds + left.p95Seconds <= objectiveSeconds) return `${end}; ${paint.good(`${objective} holds`)}`;
  return elapsedSeconds + left.p50Seconds <= objectiveSeconds
    ? `${end}; ${paint.warn(`${objective} perhaps holds`)}`
    : `${end}; ${paint.bad(`${objective} will be MISSED`)}`;
}

/** Below the totals of a plan. */
export function forecastLines(forecast: Forecast, paint: Paint): readonly string[] {
  return [
    paint.dim(`  at worst: in 95 of 100 cases no longer; estimates from ${sourcesText(forecast.sources)}`),
    ...(forecast.withoutApprovals.length === 0
      ? []
      : [paint.dim(`  not counted: the time until ${forecast.withoutApprovals.join(', ')} is approved`)]),
    ...tunableLines(forecast.levers, paint),
  ];
}

export function sourcesText(sources: readonly KnowledgeSummary[]): string {
  const used = sources.filter((each) => each.steps > 0 || (each.kind === 'history' && each.runs > 0));
  return used.length === 0 ? 'nothing' : used.map(sourceText).join(', ');
}

function sourceText({ kind, runs, steps }: KnowledgeSummary): string {
  switch (kind) {
    case 'defaults':
      return `the types' defaults (${count(steps, 'step')})`;
    case 'rehearsal':
      return `a rehearsal in the embedded AWS (${count(steps, 'step')})`;
    case 'history':
      return `${count(runs, 'past run')} (${steps === 0 ? 'not enough yet to outweigh the others' : count(steps, 'step')})`;
    default:
      return unreachable(kind);
  }
}

function tunableLines(levers: readonly TunableEffect[], paint: Paint): readonly string[] {
  const [best] = levers;
  if (best === undefined) return [];
  const { component, cost, from, path, savedSeconds, to, unit } = best;
  return [
    `  shorten it by ${durationText(savedSeconds)}: ${component} ${path} ${from} → ${to} ${unit} ${paint.dim(`(${cost})`)}`,
  ];
}

export function percent(share: number): string {
  // Nothing that was simulated is certain.
  return `${Math.min(99, Math.max(1, Math.round(100 * share)))} %`;
}
