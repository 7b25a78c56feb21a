// Deployments that put new tasks beside the old ones and shift the traffic of a listener rule to them: blue/green at
// once, canary in two steps, linear in equal ones [developer guide "Amazon ECS blue/green deployments"].
import type { RegionData } from '../../world-data.ts';
import { elbv2Of, type ActionRecord } from '../elbv2/store.ts';
import { integerOf, recordOf, textOf } from './input.ts';
import type { Agenda, Scene } from './scene.ts';
import type { DeploymentRecord, DeploymentSpec, Json, ServiceRecord, TrafficShift } from './store.ts';
import { targetGroupOf } from './task-life.ts';

const minute = 60_000;

/** Whether a service's old and new tasks stand side by side until the traffic has shifted. */
export function shiftsTraffic({ deploymentConfiguration }: ServiceRecord): boolean {
  return (textOf(deploymentConfiguration, 'strategy') ?? 'ROLLING') !== 'ROLLING';
}

/** Where the tasks of a service's next deployment stand; undefined in one that never shifted traffic. */
export function nextShift(service: ServiceRecord, at: number): TrafficShift | undefined {
  const serving = service.deployments.find(({ shift }) => shift === undefined || shift.weight > 0);
  const alternate = serving?.shift?.alternate === true;
  if (!shiftsTraffic(service)) {
    return alternate ? { alternate, weight: 100, steps: 0, bakedAt: at } : undefined;
  }
  if (serving === undefined) return { alternate: false, weight: 100, steps: 0, bakedAt: at };
  return { alternate: !alternate, weight: 0, steps: 0, bakedAt: null };
}

interface Step {
  readonly weight: number;
  readonly bake: number;
}

function stepsOf(configuration: Json): Step[] {
  const last = { weight: 100, bake: (integerOf(configuration, 'bakeTimeInMinutes') ?? 0) * minute };
  const number = (holder: Json | undefined, member: string, usual: number): number => {
    const value = holder?.[member];
    return typeof value === 'number' ? value : usual;
  };
  switch (textOf(configuration, 'strategy')) {
    case 'CANARY': {
      const canary = recordOf(configuration, 'canaryConfiguration');
      const bake = number(canary, 'canaryBakeTimeInMinutes', 10) * minute;
      return [{ weight: number(canary, 'canaryPercent', 5), bake }, last];
    }
    case 'LINEAR': {
      const linear = recordOf(configuration, 'linearConfiguration');
      const bake = number(linear, 'stepBakeTimeInMinutes', 6) * minute;
      const percent = number(linear, 'stepPercent', 10);
      const steps: Step[] = [];
      for (let weight = percent; weight < 100; weight += percent) steps.push({ weight, bake });
      return [...steps, last];
    }
    default:
      return [last];
  }
}

/**
 * Moves a deployment's traffic as far as its steps allow.
 *
 * @param ready whether all its tasks serve
 * @returns whether all traffic is there and the time to bake is over
 */
export function shiftTraffic(scene: Scene, deployment: DeploymentRecord, ready: boolean, agenda: Agenda): boolean {
  const { shift, spec } = deployment;
  if (shift === undefined) return true;
  const { local, service, at } = scene;
  const steps = stepsOf(service.deploymentConfiguration);
  for (;;) {
    if (shift.bakedAt !== null && shift.bakedAt > at) {
      agenda.add(shift.bakedAt);
      return false;
    }
    if (shift.weight === 100) return true;
    if (!ready) return false;
    const step = steps[Math.min(shift.steps, steps.length - 1)];
    if (step === undefined) return true;
    shift.steps += 1;
    shift.weight = step.weight;
    shift.bakedAt = at + step.bake;
    directTraffic(local, spec, shift, at);
  }
}

/** Gives the production listener rules of a deployment the weights of its two groups; both are in them from then on. */
export function directTraffic(local: RegionData, spec: DeploymentSpec, shift: TrafficShift, at: number): void {
  for (const balancer of spec.loadBalancers) {
    const arn = textOf(balancer.advancedConfiguration ?? {}, 'productionListenerRule') ?? '';
    const forward = actionsOf(local, arn).find((action) => action.kind === 'forward');
    if (forward === undefined) continue;
    const weights = [
      [targetGroupOf(balancer, shift.alternate), shift.weight],
      [targetGroupOf(balancer, !shift.alternate), 100 - shift.weight],
    ] as const;
    for (const [group, weight] of weights) {
      const entry = forward.targetGroups.find((each) => each.arn === group);
      if (entry !== undefined) entry.weight = weight;
      else if (attach(local, arn, group, at)) forward.targetGroups.push({ arn: group, weight });
    }
  }
}

function actionsOf(local: RegionData, arn: string): ActionRecord[] {
  const { listeners, rules } = elbv2Of(local);
  const rule = rules[arn];
  if (rule !== undefined && rule.priority !== null) return rule.actions;
  return listeners[rule?.listener ?? arn]?.defaultActions ?? [];
}

function attach(local: RegionData, arn: string, groupArn: string, at: number): boolean {
  const { listeners, rules, targetGroups } = elbv2Of(local);
  const group = targetGroups[groupArn];
  const balancer = listeners[rules[arn]?.listener ?? arn]?.loadBalancer;
  if (group === undefined || balancer === undefined) return false;
  group.usedBy[arn] = balancer;
  group.attachedAt ??= at;
  group.detachedAt = null;
  return true;
}
