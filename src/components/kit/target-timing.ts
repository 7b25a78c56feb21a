// Settings of a target group that decide how long a service takes to come and to go. The service sees the group as a
// neighbour: its spec as in the playbook, and its state when it is there.
import { z } from 'zod';
import type { Neighbours } from '../contract.ts';

/** Attribute of a target group [ELB API, TargetGroupAttribute]. */
export const drainKey = 'deregistration_delay.timeout_seconds';

/** AWS's defaults, in seconds [ELB guide]. */
export const usualInterval = 30;
export const usualDrain = 300;

export interface TargetTiming {
  /** Seconds between two checks. A new target counts as healthy after the first one [ELB guide, "Target health status"]. */
  readonly interval: number;
  /** Seconds for which a deregistered target counts as draining. */
  readonly drain: number;
}

const seconds = z.coerce.number().min(0).optional().catch(undefined);
const settings = z.object({
  healthCheck: z.object({ interval: seconds }).optional().catch(undefined),
  deregistrationDelay: seconds,
  attributes: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** What the spec says, else what is there, else AWS's defaults. */
export function targetTiming(spec: unknown, state: unknown): TargetTiming {
  const said = settings.safeParse(spec).data;
  const found = settings.safeParse(state).data;
  const drains = [said?.deregistrationDelay, said?.attributes?.[drainKey], found?.attributes?.[drainKey]];
  const drain = drains.map((each) => seconds.parse(each)).find((each) => each !== undefined);
  return {
    interval: said?.healthCheck?.interval ?? found?.healthCheck?.interval ?? usualInterval,
    drain: drain ?? usualDrain,
  };
}

/** Of the slowest target group among the neighbours; AWS's defaults where none is among them. */
export function slowestTarget(neighbours: Neighbours | undefined): TargetTiming {
  const groups = (neighbours?.() ?? []).filter((each) => each.type === 'elbv2/target-group');
  if (groups.length === 0) return { interval: usualInterval, drain: usualDrain };
  const timings = groups.map(({ spec, state }) => targetTiming(spec, state));
  return {
    interval: Math.max(...timings.map((each) => each.interval)),
    drain: Math.max(...timings.map((each) => each.drain)),
  };
}
