// One look at the world through its data plane: everything in it is seen at the same instant, and each health check is
// asked once.
import type { World } from '../model.ts';

export interface Walk {
  readonly world: World;
  readonly now: number;
  /** Whether Route 53 holds a health check for healthy. */
  readonly isHealthy: (healthCheckId: string) => boolean;
}
