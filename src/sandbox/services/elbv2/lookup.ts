// Questions that other parts of the world (data plane, Route 53, ECS) ask of the load balancers. Reads only.
import type { RegionData } from '../../world-data.ts';
import type { Elbv2Timings } from './timings.ts';
import { fails, healthOfGroup } from './health.ts';
import type { TargetHealth } from './health.ts';
import { elbv2Of, type ActionRecord, type ListenerRecord, type LoadBalancerRecord, type RuleRecord } from './store.ts';

export type { TargetHealth } from './health.ts';
export { answerOfTarget } from './answers.ts';

export type LoadBalancerState = 'provisioning' | 'active' | 'failed';

/** The load balancer that answers for a DNS name: case, a trailing dot and the `dualstack.` prefix do not matter. */
export function findLoadBalancerByDnsName(local: RegionData, dnsName: string): LoadBalancerRecord | undefined {
  const name = dnsName
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^dualstack\./, '');
  const arn = elbv2Of(local).dnsNames[name];
  return arn === undefined ? undefined : elbv2Of(local).loadBalancers[arn];
}

export function loadBalancerState(
  local: RegionData,
  balancer: LoadBalancerRecord,
  now: number,
  timings: Elbv2Timings,
): LoadBalancerState {
  if (now < balancer.createdAt + timings.loadBalancerProvisioning) return 'provisioning';
  return fails(local, balancer) ? 'failed' : 'active';
}

/** The listeners of a load balancer, by port. */
export function listenersOf(local: RegionData, balancer: LoadBalancerRecord): ListenerRecord[] {
  const list: ListenerRecord[] = [];
  for (const arn of balancer.listeners) {
    const listener = elbv2Of(local).listeners[arn];
    if (listener !== undefined) list.push(listener);
  }
  return list.sort((a, b) => a.port - b.port);
}

/** The rules of a listener in the order they are tried: by priority, the default rule last. */
export function orderedRules(local: RegionData, listener: ListenerRecord): RuleRecord[] {
  const list: RuleRecord[] = [];
  for (const arn of [...listener.rules, listener.defaultRule]) {
    const rule = elbv2Of(local).rules[arn];
    if (rule !== undefined) list.push(rule);
  }
  return list.sort((a, b) => (a.priority ?? Number.MAX_SAFE_INTEGER) - (b.priority ?? Number.MAX_SAFE_INTEGER));
}

/** What a rule does; the default rule does what its listener says. */
export function actionsOf(local: RegionData, rule: RuleRecord): readonly ActionRecord[] {
  if (rule.priority !== null) return rule.actions;
  return elbv2Of(local).listeners[rule.listener]?.defaultActions ?? [];
}

/** Health of every target of a group, draining ones included; empty when the group does not exist. The caller brings
 *  ECS up to date first (`advanceEcs`). */
export function targetHealth(
  local: RegionData,
  targetGroupArn: string,
  now: number,
  timings: Elbv2Timings,
): readonly TargetHealth[] {
  const group = elbv2Of(local).targetGroups[targetGroupArn];
  return group === undefined ? [] : healthOfGroup(local, group, now, timings);
}

/** Target groups that any listener or rule of the load balancer forwards to. */
export function targetGroupsOf(local: RegionData, balancer: LoadBalancerRecord): readonly string[] {
  const arns = new Set<string>();
  for (const listener of listenersOf(local, balancer)) {
    for (const rule of orderedRules(local, listener)) {
      for (const action of actionsOf(local, rule)) {
        if (action.kind === 'forward') for (const { arn } of action.targetGroups) arns.add(arn);
      }
    }
  }
  return [...arns];
}

/**
 * What Route 53 makes of an alias to this load balancer with EvaluateTargetHealth: healthy only if every target group
 * that contains targets has at least one healthy target; a group without targets counts as unhealthy.
 */
export function loadBalancerHealthy(
  local: RegionData,
  balancer: LoadBalancerRecord,
  now: number,
  timings: Elbv2Timings,
): boolean {
  if (loadBalancerState(local, balancer, now, timings) !== 'active') return false;
  return targetGroupsOf(local, balancer).every((arn) =>
    targetHealth(local, arn, now, timings).some((target) => target.state === 'healthy'),
  );
}
