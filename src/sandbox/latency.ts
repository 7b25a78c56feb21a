// How long an answer takes on its way: fixed, or drawn anew for each call.
import { unreachable } from '../util/unreachable.ts';
import { lognormal } from '../util/random.ts';

/** All in milliseconds, but `sigma`: the standard deviation of the logarithm. */
export type Latency =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly most?: number | undefined };

/** One delay, in whole milliseconds. */
export function drawLatency(latency: Latency, random: () => number): number {
  switch (latency.kind) {
    case 'fixed':
      return latency.ms;
    case 'uniform':
      return Math.round(latency.from + random() * (latency.to - latency.from));
    case 'lognormal':
      return Math.round(
        Math.min(latency.most ?? Number.POSITIVE_INFINITY, lognormal(random, latency.median, latency.sigma)),
      );
    default:
      return unreachable(latency);
  }
}
