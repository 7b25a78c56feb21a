// ecs/service: how long it takes to come, to change and to go, and which of its settings decide that.
import type { ChangeAction, Tunable, Neighbours } from '../contract.ts';
import { slowestTarget, type TargetTiming } from '../kit/target-timing.ts';
import { loadBalancersIn, type ServiceSpec, type ServiceState } from './schema.ts';

/** Seconds, from the usual ranges. */
const typical = {
  /** A Fargate task, PROVISIONING to RUNNING [unverified: 20 to 90 s]. */
  taskStart: 40,
  /** Registration of a target; then it has to pass one check, an interval later [ELB guide]. */
  registration: 5,
  /** Rollout COMPLETED after the last task is steady, also for a service without tasks [captured: 14 to 20 s]. */
  rollout: 15,
  /** A service without running tasks, DRAINING to INACTIVE [captured: up to 45 s]. */
  emptyGone: 45,
  /** DRAINING to INACTIVE once its tasks are gone. */
  inactive: 20,
  /**
   * SIGTERM to STOPPED; a container gets up to 30 s by default [ECS developer guide]. With the deregistration delay, for all of
   * which a target counts as draining, and the end of the service this matches the 6 minutes that a deletion with a load
   * balancer was seen to take [terraform-provider-aws#2283].
   */
  taskStop: 20,
} as const;

export function estimate(
  action: ChangeAction,
  spec: ServiceSpec,
  state: ServiceState | undefined,
  neighbours?: Neighbours,
): number {
  return partsOf(action, spec, state, neighbours).reduce((sum, [seconds]) => sum + seconds, 0);
}

export function settingSeconds(
  action: ChangeAction,
  spec: ServiceSpec,
  state: ServiceState | undefined,
  neighbours?: Neighbours,
): number {
  return partsOf(action, spec, state, neighbours).reduce((sum, [, setting]) => sum + setting, 0);
}

/** What is waited for: its seconds, and how many of them are a setting. */
type Part = readonly [seconds: number, setting: number];

function partsOf(
  action: ChangeAction,
  spec: ServiceSpec,
  state: ServiceState | undefined,
  neighbours: Neighbours | undefined,
): readonly Part[] {
  const tasks = action === 'delete' ? (state?.runningCount ?? 1) : tasksOf(spec, state);
  const behind = (state?.loadBalancers.length ?? loadBalancersIn(spec)?.length ?? 0) > 0;
  const timing: TargetTiming = behind ? slowestTarget(neighbours) : { interval: 0, comeback: 0, drain: 0 };
  const check: Part = behind ? [typical.registration + timing.interval, timing.interval] : [0, 0];
  const drain: Part = [timing.drain, timing.drain];
  switch (action) {
    case 'delete':
      // A DRAINING one counts no tasks any more while their targets still drain.
      if (tasks === 0 && state?.status !== 'DRAINING') return [[typical.emptyGone, 0]];
      return [[typical.taskStop, 0], drain, [typical.inactive, 0]];
    case 'create':
      if (tasks === 0) return [[typical.rollout, 0]];
      // Its tasks run already, and wait for their targets: new ones pass one check, unhealthy ones their threshold.
      if (state !== undefined && state.runningCount >= tasks) {
        const comeback: Part = [timing.comeback, timing.comeback];
        return [hasUnhealthy(state) ? comeback : check, [typical.rollout, 0]];
      }
      return [[typical.taskStart, 0], check, [typical.rollout, 0]];
    case 'update': {
      if (tasks === 0) return [[typical.rollout, 0]];
      const round: readonly Part[] = [[typical.taskStart, 0], check, drain, [typical.taskStop, 0]];
      return [...Array.from({ length: roundsOf(spec, state) }, () => round).flat(), [typical.rollout, 0]];
    }
  }
}

function hasUnhealthy({ targets }: ServiceState): boolean {
  return targets.some((group) => group.targets.some((each) => each.state === 'unhealthy'));
}

function tasksOf(spec: ServiceSpec, state: ServiceState | undefined): number {
  return spec.desiredCount ?? state?.desiredCount ?? 1;
}

/** Percentages of the desired number; AWS's defaults are 100 and 200 [ECS API, DeploymentConfiguration]. */
function limitsOf(
  spec: ServiceSpec,
  state: ServiceState | undefined,
): { readonly least: number; readonly most: number } {
  return {
    least: spec.deployment?.minimumHealthyPercent ?? state?.minimumHealthyPercent ?? 100,
    most: spec.deployment?.maximumPercent ?? state?.maximumPercent ?? 200,
  };
}

/** How often a rolling deployment starts some tasks and stops others: AWS rounds `least` up and `most` down. */
function roundsOf(spec: ServiceSpec, state: ServiceState | undefined): number {
  const tasks = tasksOf(spec, state);
  const { least, most } = limitsOf(spec, state);
  const atOnce = Math.floor((tasks * most) / 100) - Math.ceil((tasks * least) / 100);
  return Math.ceil(tasks / Math.max(1, atOnce));
}

/** Half of the tasks serve while the others are replaced. */
const fewerHealthy = 50;
/** As many new tasks as there are old ones. */
const moreAtOnce = 200;

export const tunables: readonly Tunable<ServiceSpec, ServiceState>[] = [
  {
    path: 'deployment.maximumPercent',
    unit: '%',
    cost: 'up to twice as many tasks run during a deployment',
    suggest: (spec, state) => {
      const from = limitsOf(spec, state).most;
      return roundsOf(spec, state) > 1 && from < moreAtOnce ? { from, to: moreAtOnce } : undefined;
    },
    set: (to, spec, state) => ({ spec: { ...spec, deployment: { ...spec.deployment, maximumPercent: to } }, state }),
  },
  {
    path: 'deployment.minimumHealthyPercent',
    unit: '%',
    cost: 'half of the tasks carry all requests during a deployment',
    suggest: (spec, state) => {
      const from = limitsOf(spec, state).least;
      return roundsOf(spec, state) > 1 && from > fewerHealthy ? { from, to: fewerHealthy } : undefined;
    },
    set: (to, spec, state) => ({
      spec: { ...spec, deployment: { ...spec.deployment, minimumHealthyPercent: to } },
      state,
    }),
  },
];
