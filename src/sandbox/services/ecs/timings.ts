// How long things take in ECS.
import type { Duration, World } from '../../model.ts';

export const ecsTimings = {
  /** Task, PROVISIONING to RUNNING (unverified: 20-90 s on Fargate). */
  taskStart: { usual: 40_000, spread: 0.45 }, // 19 to 84 s
  /** Task, SIGTERM to STOPPED. */
  taskStop: { usual: 15_000, spread: 0.4 }, // up to 30 s, the default stopTimeout
  /** Rollout is COMPLETED this long after the last task is steady. */
  rolloutCompletion: { usual: 10_000, spread: 0.35 },
  /** DRAINING to INACTIVE after the last task has stopped and drained. */
  serviceDrained: { usual: 20_000, spread: 0.5 }, // captured: up to 45 s
  /** INACTIVE service to MISSING (unverified: hours). */
  servicePurge: { usual: 3_600_000, instant: 3_600_000, spread: 0 },
} as const satisfies Record<string, Duration>;

export type EcsTimings = { readonly [Name in keyof typeof ecsTimings]: number };

export function ecsTimes(world: World): EcsTimings {
  return world.timings as EcsTimings;
}
