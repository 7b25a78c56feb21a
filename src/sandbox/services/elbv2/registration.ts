// Targets coming and going, for people (RegisterTargets) and for ECS alike.
import type { Elbv2Timings } from './timings.ts';
import { targetKey } from './health.ts';
import type { TargetGroupRecord } from './store.ts';

interface NewTarget {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | null;
}

/** Forgets targets that have drained. */
function sweep(group: TargetGroupRecord, now: number): void {
  for (const [key, target] of Object.entries(group.targets)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
    if (target.drainedAt !== null && target.drainedAt <= now) delete group.targets[key];
  }
}

/** Registering a registered target changes nothing; a draining one comes back. */
export function registerTarget(group: TargetGroupRecord, { id, port, availabilityZone }: NewTarget, now: number): void {
  sweep(group, now);
  const key = targetKey(id, port);
  const existing = group.targets[key];
  if (existing?.drainedAt === null) return;
  group.targets[key] = { id, port, availabilityZone, registeredAt: now, drainedAt: null };
}

/**
 * Starts a target's draining, which lasts the group's whole deregistration delay: the status says so even when no
 * request is in flight. In a group without a load balancer the target is gone at once.
 *
 * @returns when it has drained; `now` for a target that is not there
 */
export function deregisterTarget(
  group: TargetGroupRecord,
  target: { readonly id: string; readonly port: number },
  now: number,
  timings: Elbv2Timings,
): number {
  sweep(group, now);
  const existing = group.targets[targetKey(target.id, target.port)];
  if (existing === undefined) return now;
  if (existing.drainedAt !== null) return existing.drainedAt;
  const delay = Number(group.attributes['deregistration_delay.timeout_seconds'] ?? '300') * 1000 * timings.drainFactor;
  existing.drainedAt = group.attachedAt === null ? now : now + delay;
  sweep(group, now);
  return existing.drainedAt;
}
