// How long things take in Elastic Load Balancing.
import type { Duration, World } from '../../model.ts';

export const elbv2Timings = {
  /** ALB and NLB, `provisioning` to `active`. */
  loadBalancerProvisioning: { usual: 110_000, spread: 0.35 }, // 62 to 196 s
  /** A target group stays "in use" this long after its last listener or rule went. */
  targetGroupRelease: { usual: 5_000, spread: 0.5 }, // captured: 1 to 10 s
  /** A deleted load balancer's network interfaces stay this long, the latter half of it unattached. */
  networkInterfaceRelease: { usual: 60_000, spread: 0.6 }, // captured: tens of seconds to minutes
  /** Registration of a target before its first health check. */
  targetRegistration: { usual: 4_000, spread: 0.4 },
  /** Factor on the target group's own health-check interval until the first check passed (0 = at once). */
  healthCheckFactor: { usual: 1, spread: 0.1 },
  /** Factor on the target group's own deregistration delay. */
  drainFactor: { usual: 1, spread: 0 },
} as const satisfies Record<string, Duration>;

export type Elbv2Timings = { readonly [Name in keyof typeof elbv2Timings]: number };

export function elbv2Times(world: World): Elbv2Timings {
  return world.timings as Elbv2Timings;
}
