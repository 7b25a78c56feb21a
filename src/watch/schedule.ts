// When a schedule falls due, by the wall clock of its time zone: no time of a night is skipped or met twice when the clocks change.
import { Cron } from 'croner';
import type { FleetSchedule } from '../fleet/model.ts';

export type Times = Pick<FleetSchedule, 'cron' | 'timeZone'>;

/**
 * The first time after an instant at which it falls due; both in milliseconds since the epoch.
 *
 * @returns undefined where it never does again
 */
export function dueAfter({ cron, timeZone }: Times, after: number): number | undefined {
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(after))?.getTime();
}

/**
 * The longest time from one fall due to the next within the coming ones, in milliseconds: whoever has heard nothing for that long,
 * and a deadline more, has been forgotten.
 */
export function longestPause(times: Times, from: number): number {
  let longest = 0;
  let last = dueAfter(times, from);
  for (let count = 0; count < lookedAhead && last !== undefined; count += 1) {
    const next = dueAfter(times, last);
    if (next !== undefined) longest = Math.max(longest, next - last);
    last = next;
  }
  return longest;
}

const lookedAhead = 50;
