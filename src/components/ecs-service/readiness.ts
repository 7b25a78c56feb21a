// Is the service up? Running tasks alone do not tell: the rollout must be over and the load balancer's checks passed.
import { count } from '../../util/words.ts';
import type { Readiness } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { nameIn } from '../kit/ecs.ts';
import { isLeaving } from '../kit/target-health.ts';
import { controllerOf } from './words.ts';
import type { ServiceState, TargetsState } from './schema.ts';

/** Status words of Service.status [ECS API]; an INACTIVE one is observed as absent. */
export function readiness(state: ServiceState): Readiness {
  switch (state.status) {
    case 'ACTIVE':
      return rollout(state) ?? tasks(state) ?? targets(state) ?? { kind: 'ready' };
    case 'DRAINING':
      return {
        kind: 'settling',
        direction: 'going',
        detail:
          state.runningCount === 0
            ? 'DRAINING: no task runs any more, its targets finish their connections'
            : `DRAINING, tasks still running: ${state.runningCount}`,
      };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}

/** Undefined once there is nothing to say against the rollout. */
function rollout(state: ServiceState): Readiness | undefined {
  // With a controller other than ECS there may be no deployments at all.
  const primary = state.deployments.find((each) => each.status === 'PRIMARY');
  if (primary === undefined) return undefined;
  switch (primary.rolloutState) {
    case 'FAILED':
      return unhealthy(state, `rollout failed: ${primary.rolloutStateReason ?? 'no reason given'}`, true);
    case 'IN_PROGRESS': {
      if (primary.failedTasks >= failuresThatCount(state.desiredCount)) {
        return unhealthy(state, `${primary.failedTasks} tasks failed to start`);
      }
      const counts = `${state.runningCount} of ${state.desiredCount} tasks running`;
      return { kind: 'settling', direction: 'coming', detail: `rollout in progress, ${counts}` };
    }
    case 'COMPLETED':
    case undefined:
      if (state.deployments.length === 1) return undefined;
      return { kind: 'settling', direction: 'coming', detail: 'tasks of the deployment before are still stopping' };
    default:
      return { kind: 'unknown', detail: `unlisted rollout state ${primary.rolloutState}` };
  }
}

/**
 * Without a circuit breaker a rollout whose tasks fail goes on for ever. AWS's own breaker, where it is on, gives up
 * after half the desired number, at least 3 and at most 200 [ECS developer guide, deployment circuit breaker].
 */
function failuresThatCount(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired / 2)));
}

function tasks(state: ServiceState): Readiness | undefined {
  const { runningCount, pendingCount, desiredCount } = state;
  if (controllerOf(state) === 'EXTERNAL' && desiredCount > 0 && !hasTaskSets(state)) {
    return unhealthy(state, 'it has no task set: what deploys it by the EXTERNAL controller has to make one', true);
  }
  if (runningCount === desiredCount) return undefined;
  const counts = `${runningCount} of ${desiredCount} tasks running`;
  if (runningCount > desiredCount) return { kind: 'settling', direction: 'coming', detail: `${counts}, stopping` };
  if (runningCount + pendingCount >= desiredCount) {
    return { kind: 'settling', direction: 'coming', detail: `${counts}, ${pendingCount} starting` };
  }
  return unhealthy(state, counts);
}

function hasTaskSets({ description }: ServiceState): boolean {
  const taskSets = memberOf(description, 'taskSets');
  return Array.isArray(taskSets) && taskSets.length > 0;
}

function targets(state: ServiceState): Readiness | undefined {
  for (const group of state.targets) {
    const verdict = targetsIn(group, state);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Words of TargetHealthStateEnum [ELB API]. */
const passed: ReadonlySet<string> = new Set(['healthy']);
const waiting: ReadonlySet<string> = new Set(['initial']);
const failed: ReadonlySet<string> = new Set(['unhealthy', 'unused', 'unavailable']);

function targetsIn(group: TargetsState, state: ServiceState): Readiness | undefined {
  // arn:aws:elasticloadbalancing:region:account:targetgroup/<name>/<id>
  const name = group.targetGroup.split('/').at(-2) ?? group.targetGroup;
  if (group.gone) return unhealthy(state, `its target group ${name} does not exist`);
  const known = (word: string): boolean =>
    isLeaving(word) || [passed, waiting, failed].some((words) => words.has(word));
  const strange = group.targets.find((each) => !known(each.state));
  if (strange !== undefined) return { kind: 'unknown', detail: `unlisted target state ${strange.state}` };

  const healthy = passing(group);
  if (healthy >= state.desiredCount) return undefined;
  const counts = `${healthy} of ${state.desiredCount} targets healthy in ${name}`;
  const initial = group.targets.filter((each) => waiting.has(each.state)).length;
  if (healthy + initial >= state.desiredCount) {
    return { kind: 'settling', direction: 'coming', detail: `${counts}, ${initial} being checked` };
  }
  const bad = group.targets.find((each) => failed.has(each.state) && !isUnchecked(each));
  return unhealthy(state, bad === undefined ? counts : `${counts}: ${bad.state}, ${bad.reason ?? 'no reason given'}`);
}

/** How many targets get requests. */
export function passing({ targets }: TargetsState): number {
  return targets.filter((each) => passed.has(each.state) || isUnchecked(each)).length;
}

/** Where health checks are off there is nothing to wait for. */
function isUnchecked(target: TargetsState['targets'][number]): boolean {
  return target.state === 'unavailable' && target.reason === 'Target.HealthCheckDisabled';
}

function unhealthy(state: ServiceState, detail: string, terminal = false): Readiness {
  const said =
    state.lastEvent === undefined || !/unable|fail|unhealthy/i.test(state.lastEvent) ? '' : `; ${state.lastEvent}`;
  return { kind: 'unhealthy', terminal, detail: `${detail}${said}` };
}

/** Behind load balancers a service answers through its healthy targets; without one, its tasks are all that is known. */
export function serves(state: ServiceState): string | undefined {
  if (state.status !== 'ACTIVE') return undefined;
  if (state.loadBalancers.length === 0) {
    return state.runningCount === 0 ? undefined : count(state.runningCount, 'running task');
  }
  const healthy = state.targets.reduce((sum, group) => sum + passing(group), 0);
  return healthy === 0 ? undefined : count(healthy, 'healthy target');
}

/** `ACTIVE, 2 of 2 tasks running, 2 targets healthy` */
export function describeState(state: ServiceState): string {
  const words = [state.status, `${state.runningCount} of ${state.desiredCount} tasks running`];
  if (state.taskDefinition !== '') words.push(nameIn(state.taskDefinition));
  for (const group of state.targets) {
    const healthy = group.targets.filter((each) => passed.has(each.state)).length;
    words.push(group.gone ? 'its target group is gone' : `${healthy} of ${group.targets.length} targets healthy`);
  }
  return words.join(', ');
}

/** A deployment that failed is told as long as its tasks are there, also where ECS went back to the one before. */
export function remarks({ deployments }: ServiceState): readonly string[] {
  return deployments
    .filter(({ rolloutState, status }) => rolloutState === 'FAILED' && status !== 'PRIMARY')
    .map(({ rolloutStateReason, taskDefinition }) => {
      const why = rolloutStateReason === undefined ? '' : `: ${rolloutStateReason}`;
      return `the deployment of ${nameIn(taskDefinition)} failed${why}`;
    });
}
