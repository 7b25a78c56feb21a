// How long the steps of a run took, for forecasts of later ones. Pure.
import type { Measurement } from '../../forecast/knowledge.ts';
import { changeOf } from '../../plan/estimates.ts';
import type { JournalRecord } from './events.ts';
import { steadied } from '../../util/steadied.ts';

type Interval = readonly [from: number, to: number];

/**
 * Durations of the steps that did something and came to a good end, from their start to their end, without the time in
 * which the run waited for credentials. Waits for approvals come before a step's start.
 *
 * @param tool whoever asks: what another version expected cannot be compared
 */
export function durationsIn(written: readonly JournalRecord[], tool: string): readonly Measurement[] {
  const { records, setBackSeconds } = steadied(written);
  // What a clock measured that was set meanwhile is no measurement.
  if (setBackSeconds > 0) return [];
  const [first] = records;
  if (first?.type !== 'run-started') return [];
  const types = new Map(first.plan.components.map((each) => [each.id, each.type]));
  const planned = new Map(first.plan.steps.map((step) => [step.id, step]));
  const pauses = pausesIn(records);
  const started = new Map<string, number>();
  const acted = new Set<string>();
  return records.flatMap((record): readonly Measurement[] => {
    if (record.type === 'step-started') started.set(record.step, Date.parse(record.at));
    if (record.type === 'step-acted') acted.add(record.step);
    // A piece that was in place already tells nothing; nor does a wait, which began before the run did.
    if (record.type !== 'step-succeeded' || !acted.has(record.step)) return [];
    const step = planned.get(record.step);
    const change = step === undefined || step.action === 'wait' ? undefined : changeOf(step);
    const type = types.get(step?.component ?? '');
    const from = started.get(record.step);
    if (step === undefined || change === undefined || type === undefined || from === undefined) return [];
    const to = Date.parse(record.at);
    const seconds = Math.max(0, to - from - overlap(pauses, [from, to])) / 1000;
    return [{ type, action: change, seconds, estimateSeconds: first.tool === tool ? step.estimateSeconds : null }];
  });
}

/** From each expiry of the credentials to their renewal, or to the end. */
function pausesIn(records: readonly JournalRecord[]): readonly Interval[] {
  const pauses: Interval[] = [];
  let since: number | undefined;
  for (const record of records) {
    if (record.type === 'credentials-expired') since ??= Date.parse(record.at);
    if (record.type !== 'credentials-renewed' || since === undefined) continue;
    pauses.push([since, Date.parse(record.at)]);
    since = undefined;
  }
  return pauses;
}

function overlap(pauses: readonly Interval[], [from, to]: Interval): number {
  return pauses.reduce((sum, pause) => sum + Math.max(0, Math.min(to, pause[1]) - Math.max(from, pause[0])), 0);
}
