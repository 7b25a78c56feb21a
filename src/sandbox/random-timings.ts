// An AWS that takes a little longer today: durations drawn from distributions, for forecasts that want to be tested.
import { lognormal, seededRandom } from '../util/random.ts';
import type { Durations } from './model.ts';
import { servicesWith } from './service-set.ts';
import { awsTimings, type Timings } from './timings.ts';

/** No duration is further from its usual value than this many times: AWS's own time-outs and retries cut the tails off. */
const furthest = 4;

/**
 * Durations for one world, each drawn from a lognormal distribution about its usual value; the same seed gives the same
 * ones. Each duration has a stream of its own, so that a new one changes no other.
 *
 * @param usual the medians; AWS's usual durations unless told
 * @param services those that have the durations; the sandbox's own unless told
 */
export function randomTimings<Given extends Durations = Timings>(
  seed: number,
  usual: Given = awsTimings as unknown as Given,
  { durations } = servicesWith(),
): Given {
  const drawn = Object.entries(usual).map(([name, median]): [string, number] => {
    const sigma = durations[name]?.spread ?? 0;
    if (sigma === 0 || median === 0) return [name, median];
    const factor = lognormal(seededRandom(seed ^ hash(name)), 1, sigma);
    const value = median * Math.min(furthest, Math.max(1 / furthest, factor));
    // Factors are fractions, durations whole milliseconds.
    return [name, median < 10 ? value : Math.round(value)];
  });
  return Object.fromEntries(drawn) as unknown as Given;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
