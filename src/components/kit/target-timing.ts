// Settings of a target group that decide how long a service takes to come and to go. The service sees the group as a
// neighbour: its spec as in the playbook, and its state when it is there.
import { z } from 'zod';
import type { Neighbours } from '../contract.ts';

/** Attribute of a target group [ELB API, TargetGroupAttribute]. */
export const drainKey = 'deregistration_delay.timeout_seconds';

/** AWS's defaults, in seconds [ELB guide]. */
export const usualInterval = 30;
export const usualDrain = 300;
/** Passed checks in a row until an unhealthy target is healthy again; of a group of an application load balancer. */
export const usualHealthyThreshold = 5;

export interface TargetTiming {
  /** Seconds between two checks. A new target counts as healthy after the first one [ELB guide, "Target health status"]. */
  readonly interval: number;
  /** Seconds until an unhealthy target that answers again counts as healthy: its threshold of passed checks [ELB guide]. */
  readonly comeback: number;
  /** Seconds for which a deregistered target counts as draining. */
  readonly drain: number;
}

const seconds = z.coerce.number().min(0).optional().catch(undefined);
const settings = z.object({
  healthCheck: z.object({ interval: seconds, healthyThreshold: seconds }).optional().catch(undefined),
  deregistrationDelay: seconds,
  attributes: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** What the spec says, else what is there, else AWS's defaults. */
export function targetTiming(spec: unknown, state: unknown): TargetTiming {
  const said = settings.safeParse(spec).data;
  const found = settings.safeParse(state).data;
  const drains = [said?.deregistrationDelay, said?.attributes?.[drainKey], found?.attributes?.[drainKey]];
  const drain = drains.map((each) => seconds.parse(each)).find((each) => each !== undefined);
  const interval = said?.healthCheck?.interval ?? found?.healthCheck?.interval ?? usualInterval;
  return { interval, comeback: interval * healthyThresholdIn(said, found), drain: drain ?? usualDrain };
}

/** Passed checks until an unhealthy target is healthy again: what the spec says, else what is there, else AWS's default. */
export function healthyThreshold(spec: unknown, state: unknown): number {
  return healthyThresholdIn(settings.safeParse(spec).data, settings.safeParse(state).data);
}

type Settings = z.infer<typeof settings> | undefined;

function healthyThresholdIn(said: Settings, found: Settings): number {
  return said?.healthCheck?.healthyThreshold ?? found?.healthCheck?.healthyThreshold ?? usualHealthyThreshold;
}

/** Of the slowest target group among the neighbours; AWS's defaults where none is among them. */
export function slowestTarget(neighbours: Neighbours | undefined): TargetTiming {
  const groups = (neighbours?.() ?? []).filter((each) => each.type === 'elbv2/target-group');
  if (groups.length === 0) return targetTiming(undefined, undefined);
  const timings = groups.map(({ spec, state }) => targetTiming(spec, state));
  return {
    interval: Math.max(...timings.map((each) => each.interval)),
    comeback: Math.max(...timings.map((each) => each.comeback)),
    drain: Math.max(...timings.map((each) => each.drain)),
  };
}
