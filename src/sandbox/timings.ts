// How long things take in AWS, all services together. Each service has its own durations in its timings.ts: the one place
// to correct when a duration proves wrong. Section numbers there are those of the facts in SPEC.md; "unverified" marks guesses.
import type { Durations } from './model.ts';
import { servicesWith } from './service-set.ts';
import type { BuiltInTimings } from './services/index.ts';

/** Durations of the sandbox's own services, in milliseconds, factors aside. */
export type Timings = BuiltInTimings;

/** AWS's usual durations: the middle of the ranges in SPEC.md. */
export const awsTimings: Timings = servicesWith().usual as Timings;

/** Nothing takes any time: for tests of logic, and for benches that count calls. */
export const instantTimings: Timings = instantOf(servicesWith().durations) as Timings;

function instantOf(durations: ReturnType<typeof servicesWith>['durations']): Durations {
  return Object.fromEntries(Object.entries(durations).map(([name, { instant = 0 }]) => [name, instant]));
}
