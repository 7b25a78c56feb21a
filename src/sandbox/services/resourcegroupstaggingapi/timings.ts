// How long the index of tags is behind.
import type { Duration, World } from '../../model.ts';

export const taggingTimings = {
  /** A change of tags until the index tells it: "seconds to minutes". */
  tagIndexLag: { usual: 60_000, spread: 0.8 },
  /** Something is deleted until the index forgets it: "hours" [boto3#3341]. */
  tagIndexGhost: { usual: 4 * 3_600_000, spread: 0.7 },
} as const satisfies Record<string, Duration>;

export function taggingTimes(world: World): { readonly [Name in keyof typeof taggingTimings]: number } {
  return world.timings as { readonly [Name in keyof typeof taggingTimings]: number };
}
