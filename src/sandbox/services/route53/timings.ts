// How long things take in Route 53.
import type { Duration, World } from '../../model.ts';

export const route53Timings = {
  /** Change, PENDING to INSYNC. */
  changeInSync: { usual: 35_000, spread: 0.33 }, // documentation: usually within 60 s
  /** A zone's previous change batch is still being accepted (unverified: sub-second to seconds). */
  changeAcceptance: { usual: 500, spread: 0.7 },
  /** Health check, creation to the first status. */
  healthCheckFirstStatus: { usual: 60_000, spread: 0.25 }, // documentation: 30 to 90 s
  /** Factor on a health check's own request interval (0 = what is found counts at once). */
  healthCheckPace: { usual: 1, spread: 0 },
} as const satisfies Record<string, Duration>;

export type Route53Timings = { readonly [Name in keyof typeof route53Timings]: number };

export function route53Times(world: World): Route53Timings {
  return world.timings as Route53Timings;
}
