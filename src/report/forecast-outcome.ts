// A finished run against its forecast. Pure.
import type { ForecastBrief } from '../forecast/forecast.ts';
import type { JournalRecord, RunResult } from '../run/journal/events.ts';
import { durationText } from '../util/words.ts';
import { quantilesText, sourcesText } from './forecast-text.ts';

/** `p50`: no longer than in half of the cases forecast; `p95`: no longer than at worst; `over`: longer. */
export type ForecastVerdict = 'p50' | 'p95' | 'over';

export interface ForecastOutcome extends ForecastBrief {
  /** The whole run; null unless it succeeded. */
  readonly measuredSeconds: number | null;
  /** How long it waited for people: approvals, fresh credentials. In no forecast. */
  readonly waitedForPeopleSeconds: number;
  /** Null where the two cannot be compared: it did not succeed, or it waited for people. */
  readonly within: ForecastVerdict | null;
}

export function forecastOutcome(
  records: readonly JournalRecord[],
  result: RunResult | undefined,
  durationSeconds: number,
): ForecastOutcome | null {
  const [first] = records;
  if (first?.type !== 'run-started' || first.forecast === undefined) return null;
  const { p50Seconds, p95Seconds, sources } = first.forecast;
  const waitedForPeopleSeconds = waitedIn(records);
  const measuredSeconds = result === 'succeeded' ? durationSeconds : null;
  const within =
    measuredSeconds === null || waitedForPeopleSeconds > 0 ? null : verdict(measuredSeconds, first.forecast);
  return { p50Seconds, p95Seconds, sources, measuredSeconds, waitedForPeopleSeconds, within };
}

function verdict(seconds: number, { p50Seconds, p95Seconds }: ForecastBrief): ForecastVerdict {
  if (seconds <= p50Seconds) return 'p50';
  return seconds <= p95Seconds ? 'p95' : 'over';
}

/** Seconds in which something waited for an answer or for credentials; waits at the same time count once. */
function waitedIn(records: readonly JournalRecord[]): number {
  const open = new Set<string>();
  let since = 0;
  let waited = 0;
  const change = (at: string, alter: () => void): void => {
    const before = open.size;
    alter();
    if (before === 0 && open.size > 0) since = Date.parse(at);
    if (before > 0 && open.size === 0) waited += Date.parse(at) - since;
  };
  for (const record of records) {
    switch (record.type) {
      case 'approval-requested':
        change(record.at, () => open.add(record.component));
        break;
      case 'approval-granted':
      case 'approval-refused':
        change(record.at, () => open.delete(record.component));
        break;
      case 'credentials-expired':
        change(record.at, () => open.add(''));
        break;
      case 'credentials-renewed':
        change(record.at, () => open.delete(''));
        break;
      default:
    }
  }
  return waited / 1000;
}

/** What is less than this share of the forecast, or than so many seconds, is no difference. */
const notableShare = 0.1;
const notableSeconds = 5;

function isNotablySooner(seconds: number, { p50Seconds }: ForecastBrief): boolean {
  return p50Seconds - seconds >= Math.max(notableSeconds, notableShare * p50Seconds);
}

/** `about 1m31s, at worst 2m05s; it took 1m30s: as forecast` */
export function outcomeText(outcome: ForecastOutcome): string {
  const forecast = quantilesText(outcome);
  if (outcome.measuredSeconds === null) return `${forecast}; not to be compared, as the run did not succeed`;
  const took = `${forecast}; it took ${durationText(outcome.measuredSeconds)}`;
  switch (outcome.within) {
    case 'p50':
      return isNotablySooner(outcome.measuredSeconds, outcome)
        ? `${took}: sooner than in half of the cases`
        : `${took}: as forecast`;
    case 'p95':
      return `${took}: within the forecast`;
    case 'over':
      return `${took}: LONGER than forecast`;
    case null:
      return `${took}, with ${durationText(outcome.waitedForPeopleSeconds)} of waiting for people, which no forecast holds`;
  }
}

/** The same with what the figures rested on. */
export function forecastWords(outcome: ForecastOutcome): string {
  return `${outcomeText(outcome)}; estimates from ${sourcesText(outcome.sources)}`;
}
