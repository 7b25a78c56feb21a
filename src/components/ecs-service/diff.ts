// Compares a spec with a service: only what the spec says. A load balancer that AWS has and the spec does not name is no
// difference.
import type { Difference } from '../contract.ts';
import { field, said, unordered } from '../kit/compare.ts';
import { means, nameIn, sameNamespace } from '../kit/ecs.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { roleOf } from './as-spec.ts';
import { balancerPart, breakerPart, deploymentPart, keys, servicePart } from './parts.ts';
import { balancersOf, deploymentOf, fitting, isDaemon, settingsOf, usualDeployment, usualSettings } from './words.ts';
import type { LoadBalancerSpec, ServiceSpec, ServiceState } from './schema.ts';

export function diff(spec: ServiceSpec, state: ServiceState): readonly Difference[] {
  const settings = { ...usualSettings(state), ...settingsOf(state) };
  return [
    ...taskDefinitionDiff(spec.taskDefinition, state.taskDefinition),
    ...field('desiredCount', spec.desiredCount, state.desiredCount),
    ...balancersDiff(spec, balancersOf(state)),
    ...unordered('network.subnets', spec.network?.subnets, state.network?.subnets),
    ...unordered('network.securityGroups', spec.network?.securityGroups, state.network?.securityGroups),
    ...field('network.assignPublicIp', spec.network?.assignPublicIp, state.network?.assignPublicIp),
    ...field('launchType', spec.launchType, state.launchType),
    ...platformVersionDiff(spec.platformVersion, state.platformVersion),
    ...field('schedulingStrategy', spec.schedulingStrategy, state.schedulingStrategy),
    ...roleDiff(spec.role, state),
    ...deploymentDiff(spec, state),
    ...field('healthCheckGracePeriod', spec.healthCheckGracePeriod, state.healthCheckGracePeriod ?? 0),
    ...field('enableExecuteCommand', spec.enableExecuteCommand, state.enableExecuteCommand),
    ...field('propagateTags', spec.propagateTags, state.propagateTags ?? 'NONE'),
    ...saidDiff(servicePart, '', spec, settings, keys).filter((each) => !sameNamespace(each)),
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

/** A role is said by its name or its ARN. */
function roleDiff(desired: string | undefined, state: ServiceState): readonly Difference[] {
  const actual = roleOf(state);
  return desired === undefined || means(desired, actual) ? [] : field('role', desired, actual);
}

function deploymentDiff(spec: ServiceSpec, state: ServiceState): readonly Difference[] {
  if (spec.deployment === undefined) return [];
  const desired = fitting(spec.deployment);
  const usual = usualDeployment(isDaemon(state));
  const actual = deploymentOf(state);
  const breaker = { ...usual.circuitBreaker, ...actual.circuitBreaker };
  const { enable, rollback } = desired.circuitBreaker ?? {};
  return [
    ...field('deployment.minimumHealthyPercent', desired.minimumHealthyPercent, actual.minimumHealthyPercent),
    ...field('deployment.maximumPercent', desired.maximumPercent, actual.maximumPercent),
    ...field('deployment.circuitBreaker.enable', enable, breaker.enable),
    ...field('deployment.circuitBreaker.rollback', rollback, breaker.rollback),
    ...saidDiff(breakerPart, 'deployment.circuitBreaker', desired.circuitBreaker ?? {}, breaker, keys),
    ...saidDiff(deploymentPart, 'deployment', desired, { ...usual, ...actual }, keys),
  ];
}

function balancersDiff(spec: ServiceSpec, there: readonly LoadBalancerSpec[]): readonly Difference[] {
  const { loadBalancer, loadBalancers } = spec;
  const [only, ...others] = there;
  if (loadBalancer !== undefined && only !== undefined && others.length === 0) {
    return balancerDiff('loadBalancer', loadBalancer, only);
  }
  if (loadBalancer !== undefined) return itemDiff('loadBalancer', loadBalancer, [loadBalancer], there);
  return (loadBalancers ?? []).flatMap((item, index) =>
    itemDiff(`loadBalancers[${index}]`, item, loadBalancers ?? [], there),
  );
}

/** What is there and no other one of the spec is compared, by its port where it leads to another target group. */
function itemDiff(
  path: string,
  desired: LoadBalancerSpec,
  all: readonly LoadBalancerSpec[],
  there: readonly LoadBalancerSpec[],
): readonly Difference[] {
  const found =
    there.find((each) => isSame(desired, each)) ??
    there.find((each) => isAtPort(desired, each) && !all.some((other) => isSame(other, each)));
  return found === undefined ? field(path, desired, undefined) : balancerDiff(path, desired, found);
}

function balancerDiff(path: string, desired: LoadBalancerSpec, there: LoadBalancerSpec): readonly Difference[] {
  const { container, port, targetGroup } = desired;
  const actual = { container: there.container, port: there.port, targetGroup: there.targetGroup };
  const main = targetGroup === undefined ? { container, port } : { targetGroup, container, port };
  return [...said(path, main, actual), ...saidDiff(balancerPart, path, desired, there, keys)];
}

function isAtPort(desired: LoadBalancerSpec, there: LoadBalancerSpec): boolean {
  return desired.container === there.container && desired.port === there.port;
}

function isSame(desired: LoadBalancerSpec, there: LoadBalancerSpec): boolean {
  return isAtPort(desired, there) && desired.targetGroup === there.targetGroup;
}
