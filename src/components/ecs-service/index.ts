// ecs/service, assembled.
import { hasReference } from '../kit/schema.ts';
import type { ChangeAction, ComponentType, Json, Scope } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { inAnyOrder, lasting } from '../kit/facts.ts';
import { memberOf } from '../kit/portrait.ts';
import { create, remove, update } from './change.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { policyScope } from './policy.ts';
import { specOf } from './portrait.ts';
import { describeState, readiness, serves } from './readiness.ts';
import { loadBalancersIn, traits, type ServiceSpec, type ServiceState } from './schema.ts';

export const service: ComponentType<ServiceSpec, ServiceState> = {
  ...traits,
  identity: (spec) => `service ${nameIn(spec.cluster)}/${spec.name}`,
  presumes: (spec) => [
    ...(spec.network?.subnets ?? []).map((id) => ({ kind: 'subnet', id }) as const),
    ...(spec.network?.securityGroups ?? []).map((id) => ({ kind: 'security-group', id }) as const),
  ],
  observe,
  readiness,
  diff,
  facts,
  outputsOf: (spec, state, scope) => ({ arn: state?.arn ?? predictedArn(spec, scope), name: spec.name }),
  serves,
  describe: describeState,
  estimate,
  policyScope,
  specOf,
  incarnation: ({ arn, description }) => `${arn} ${JSON.stringify(memberOf(description, 'createdAt'))}`,
  create,
  update,
  delete: remove,
};

/**
 * Counts, targets (tasks by their addresses) and deployments go up and down while ECS keeps a service running; what was
 * asked of it stays.
 */
function facts({ network, ...state }: ServiceState): Json {
  const inOrder = network && {
    ...network,
    subnets: inAnyOrder(network.subnets),
    securityGroups: inAnyOrder(network.securityGroups),
  };
  return lasting({ ...state, network: inOrder }, 'runningCount', 'pendingCount', 'deployments', 'targets', 'lastEvent');
}

function predictedArn(spec: ServiceSpec, scope: Scope): string | undefined {
  const cluster = nameIn(spec.cluster);
  if (hasReference(cluster) || hasReference(spec.name)) return undefined;
  return `arn:${scope.partition}:ecs:${scope.region}:${scope.account}:service/${cluster}/${spec.name}`;
}

/** Seconds, from the usual ranges. */
const typical = {
  /** A Fargate task, PROVISIONING to RUNNING [unverified: 20 to 90 s]. */
  taskStart: 40,
  /** Registration and the one check that a new target has to pass; the checks' default interval is 30 s [ELB guide]. */
  firstCheck: 35,
  /** Rollout COMPLETED after the last task is steady, also for a service without tasks [captured: 14 to 20 s]. */
  rollout: 15,
  /** A service without running tasks, DRAINING to INACTIVE [captured: up to 45 s]. */
  emptyGone: 45,
  /** DRAINING to INACTIVE once its tasks are gone. */
  inactive: 20,
  /** Default time that a container gets to stop [ECS developer guide]. */
  taskStop: 30,
  /**
   * Default deregistration delay: a target counts as draining for all of it [ELB guide]. With the stop of the task and
   * the end of the service this matches the 6 minutes that a deletion with a load balancer was seen to take
   * [terraform-provider-aws#2283].
   */
  deregistration: 300,
} as const;

function estimate(action: ChangeAction, spec: ServiceSpec, state: ServiceState | undefined): number {
  const tasks = action === 'delete' ? (state?.runningCount ?? 1) : (spec.desiredCount ?? state?.desiredCount ?? 1);
  const targetGroups = state?.loadBalancers.length ?? loadBalancersIn(spec)?.length ?? 0;
  if (action === 'delete') {
    // A DRAINING one counts no tasks any more while their targets still drain.
    if (tasks === 0 && state?.status !== 'DRAINING') return typical.emptyGone;
    return typical.taskStop + (targetGroups > 0 ? typical.deregistration : 0) + typical.inactive;
  }
  if (tasks === 0) return typical.rollout;
  return typical.taskStart + (targetGroups > 0 ? typical.firstCheck : 0) + typical.rollout;
}
