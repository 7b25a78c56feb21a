import type { Difference } from '../contract.ts';
import { field, said, unordered } from '../kit/compare.ts';
import { nameIn } from '../kit/ecs.ts';
import type { LoadBalancerSpec, ServiceSpec, ServiceState } from './schema.ts';

export function diff(spec: ServiceSpec, state: ServiceState): readonly Difference[] {
  return [
    ...taskDefinitionDiff(spec.taskDefinition, state.taskDefinition),
    ...field('desiredCount', spec.desiredCount, state.desiredCount),
    ...loadBalancersDiff(spec, state),
    ...unordered('network.subnets', spec.network?.subnets, state.network?.subnets),
    ...unordered('network.securityGroups', spec.network?.securityGroups, state.network?.securityGroups),
    ...field('network.assignPublicIp', spec.network?.assignPublicIp, state.network?.assignPublicIp),
    ...field('launchType', spec.launchType, state.launchType),
    ...platformVersionDiff(spec.platformVersion, state.platformVersion),
    ...field('schedulingStrategy', spec.schedulingStrategy, state.schedulingStrategy),
    ...field('deployment.minimumHealthyPercent', spec.deployment?.minimumHealthyPercent, state.minimumHealthyPercent),
    ...field('deployment.maximumPercent', spec.deployment?.maximumPercent, state.maximumPercent),
    ...said('deployment.circuitBreaker', spec.deployment?.circuitBreaker, state.circuitBreaker),
    ...field('healthCheckGracePeriod', spec.healthCheckGracePeriod, state.healthCheckGracePeriod ?? 0),
    ...field('enableExecuteCommand', spec.enableExecuteCommand, state.enableExecuteCommand),
    ...field('propagateTags', spec.propagateTags, state.propagateTags ?? 'NONE'),
  ];
}

/** AWS always tells the ARN of a revision; a spec may also name `family:revision` or a family. */
function taskDefinitionDiff(desired: string | undefined, actual: string): readonly Difference[] {
  if (desired === undefined) return [];
  const revision = nameIn(actual);
  const family = revision.slice(0, revision.lastIndexOf(':'));
  return desired === revision || desired === family ? [] : field('taskDefinition', desired, actual);
}

/** LATEST is resolved when tasks start; AWS tells either word. */
function platformVersionDiff(desired: string | undefined, actual: string | undefined): readonly Difference[] {
  return desired === 'LATEST' ? [] : field('platformVersion', desired, actual);
}

function loadBalancersDiff(spec: ServiceSpec, state: ServiceState): readonly Difference[] {
  const [only, ...others] = state.loadBalancers;
  if (spec.loadBalancer !== undefined && only !== undefined && others.length === 0) {
    return said('loadBalancer', spec.loadBalancer, only);
  }
  if (spec.loadBalancer !== undefined) return field('loadBalancer', spec.loadBalancer, sorted(state.loadBalancers));
  return field('loadBalancers', spec.loadBalancers && sorted(spec.loadBalancers), sorted(state.loadBalancers));
}

function sorted(loadBalancers: readonly LoadBalancerSpec[]): readonly LoadBalancerSpec[] {
  const keyOf = (each: LoadBalancerSpec): string => `${each.targetGroup} ${each.container} ${each.port}`;
  return [...loadBalancers].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}
