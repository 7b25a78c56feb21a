// Target health, derived from instants: registration, attachment of the target group, the load balancer's nodes, the
// group's own health-check interval. Descriptions and reasons are those of DescribeTargetHealth.
import type { RegionData } from '../../world-data.ts';
import { answerChangesOf, answerOfTarget } from './answers.ts';
import { checkedState } from './checks.ts';
import type { Elbv2Timings } from './timings.ts';
import { elbv2Of, type LoadBalancerRecord, type TargetGroupRecord, type TargetRecord } from './store.ts';

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

export interface TargetHealth {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone: string | null;
  readonly state: TargetState;
  /** Null for a healthy target. */
  readonly reason: string | null;
  readonly description: string | null;
  /** When this answer will be another one, if nothing is changed until then. */
  readonly until: number | null;
}

/** Status that a failing application answers health checks with. */
const failingStatus = 503;

/** Share of a load balancer's provisioning after which its nodes exist and check targets: network interfaces were seen
 *  59 to 67 s after creation of one that was active after 96 s. */
export const nodesShare = 0.6;

type Verdict = Pick<TargetHealth, 'state' | 'reason' | 'description' | 'until'>;

function verdict(
  state: TargetState,
  reason: string | null,
  description: string | null,
  until: number | null = null,
): Verdict {
  return { state, reason, description, until };
}

/** What DescribeTargetHealth says of an id and port that is not (or no longer) in the group. */
export const notRegistered = verdict('unused', 'Target.NotRegistered', 'Target is not registered to the target group');

/** Whether a fault makes this load balancer, or whatever has its name, end `failed`. */
export function fails(local: RegionData, { arn, name }: LoadBalancerRecord): boolean {
  const { behaviours } = elbv2Of(local);
  return behaviours[name] === 'fails' || behaviours[arn] === 'fails' || behaviours[arn] === 'failed';
}

/** The instant from which the group's load balancers check its targets; null when none does or ever will. */
function checksSince(local: RegionData, group: TargetGroupRecord, timings: Elbv2Timings): number | null {
  if (group.attachedAt === null) return null;
  let since: number | null = null;
  for (const user in group.usedBy) {
    const balancer = elbv2Of(local).loadBalancers[group.usedBy[user] ?? ''];
    if (balancer === undefined || fails(local, balancer)) continue;
    const nodes = Math.max(group.attachedAt, balancer.createdAt + timings.loadBalancerProvisioning * nodesShare);
    if (since === null || nodes < since) since = nodes;
  }
  return since;
}

/**
 * One target's health at an instant. A new target is healthy after one passed check; any is unhealthy after
 * `UnhealthyThresholdCount` failed ones, and healthy again after `HealthyThresholdCount` passed ones.
 */
export function healthOfTarget(
  local: RegionData,
  group: TargetGroupRecord,
  target: TargetRecord,
  now: number,
  timings: Elbv2Timings,
): Verdict {
  if (target.drainedAt !== null) {
    if (target.drainedAt <= now) return notRegistered;
    return verdict(
      'draining',
      'Target.DeregistrationInProgress',
      'Target deregistration is in progress',
      target.drainedAt,
    );
  }
  if (group.attachedAt === null) {
    return verdict(
      'unused',
      'Target.NotInUse',
      'Target group is not configured to receive traffic from the load balancer',
    );
  }
  const since = checksSince(local, group, timings);
  const registering = ['Elb.RegistrationInProgress', 'Target registration is in progress'] as const;
  if (since === null) return verdict('initial', ...registering);
  const registered = Math.max(target.registeredAt, since) + timings.targetRegistration;
  if (now < registered) return verdict('initial', ...registering, registered);
  if (!group.healthCheck.enabled) {
    return verdict('unavailable', 'Target.HealthCheckDisabled', 'Health checks are not enabled for this target');
  }
  const { intervalSeconds, healthyThreshold, unhealthyThreshold } = group.healthCheck;
  const { state, failure, until } = checkedState(
    {
      since: registered,
      interval: intervalSeconds * 1000 * timings.healthCheckFactor,
      healthyThreshold,
      unhealthyThreshold,
    },
    answerOfTarget(local, target),
    answerChangesOf(local, target),
    now,
  );
  if (state === 'initial')
    return verdict('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress', until);
  switch (failure) {
    case 'ok':
      return verdict('healthy', null, null, until);
    case 'error':
      return verdict(
        'unhealthy',
        'Target.ResponseCodeMismatch',
        `Health checks failed with these codes: [${String(failingStatus)}]`,
        until,
      );
    case 'timeout':
      return verdict('unhealthy', 'Target.Timeout', 'Request timed out', until);
  }
}

export function targetKey(id: string, port: number): string {
  return `${id}:${String(port)}`;
}

/** All targets that the unfiltered DescribeTargetHealth lists; those that have drained are dropped from the store. */
export function healthOfGroup(
  local: RegionData,
  group: TargetGroupRecord,
  now: number,
  timings: Elbv2Timings,
): TargetHealth[] {
  const list: TargetHealth[] = [];
  for (const target of Object.values(group.targets)) {
    if (target.drainedAt !== null && target.drainedAt <= now) continue;
    const { id, port, availabilityZone } = target;
    list.push({ id, port, availabilityZone, ...healthOfTarget(local, group, target, now, timings) });
  }
  return list;
}
