// What tasks run on: a launch type or capacity providers, and the platform version that goes with it.
import type { Input } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { capacityProviderOf, isFargateProvider } from './capacity-store.ts';
import { copyOf, integerOf, invalidParameter, recordsOf, textOf } from './input.ts';
import { ecsOf, type ClusterRecord, type DeploymentSpec, type Json, type TaskDefinitionRecord } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

export type Launch = Pick<DeploymentSpec, 'launchType' | 'capacityProviderStrategy'>;

const mostProviders = 20;

/** A strategy with AWS's defaults: a weight and a base of 0. */
export function fullStrategy(items: readonly Json[]): Json[] {
  return items.map((item) => ({ weight: 0, base: 0, ...copyOf(item) }));
}

/**
 * @param associated providers of the cluster
 * @throws AwsError InvalidParameterException [API reference "CapacityProviderStrategyItem"]
 */
export function checkStrategy(strategy: readonly Json[], associated: readonly string[], local: RegionData): void {
  if (strategy.length > mostProviders) throw invalidParameter(texts.strategyTooLong);
  const names = strategy.map((item) => textOf(item, 'capacityProvider') ?? '');
  for (const name of names) {
    if (!associated.includes(name)) {
      throw invalidParameter(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
      );
    }
    const provider = capacityProviderOf(ecsOf(local), name);
    if (!isFargateProvider(name) && provider?.status !== 'ACTIVE')
      throw invalidParameter(texts.providerNotActive(name));
  }
  if (new Set(names).size < names.length) throw invalidParameter(texts.providerTwice);
  if (new Set(names.map(isFargateProvider)).size > 1) {
    // [captured: terraform-aws-modules/terraform-aws-ecs#68]
    throw invalidParameter(
      'A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.',
    );
  }
  if (strategy.filter((item) => (integerOf(item, 'base') ?? 0) > 0).length > 1) throw invalidParameter(texts.twoBases);
  if (strategy.length > 1 && strategy.every((item) => (integerOf(item, 'weight') ?? 0) === 0)) {
    throw invalidParameter(texts.noWeight);
  }
}

/**
 * What a request asks for, what is in force, or what the cluster says.
 *
 * @param current of the service that is changed
 */
export function launchFrom(
  input: Input,
  cluster: ClusterRecord,
  local: RegionData,
  current: DeploymentSpec | undefined,
): Launch {
  const launchType = textOf(input, 'launchType');
  const strategy = recordsOf(input, 'capacityProviderStrategy');
  if (launchType !== undefined && strategy !== undefined && strategy.length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  }
  if (strategy !== undefined && strategy.length > 0) {
    checkStrategy(strategy, cluster.capacityProviders, local);
    return { launchType: null, capacityProviderStrategy: fullStrategy(strategy) };
  }
  if (launchType !== undefined) return { launchType, capacityProviderStrategy: [] };
  if (current !== undefined) {
    if (strategy === undefined || current.launchType !== null) {
      return { launchType: current.launchType, capacityProviderStrategy: current.capacityProviderStrategy };
    }
    return { launchType: onFargate(current) ? 'FARGATE' : 'EC2', capacityProviderStrategy: [] };
  }
  const usual = cluster.defaultCapacityProviderStrategy;
  if (usual.length > 0 && usual.every((item) => (integerOf(item, 'weight') ?? 0) === 0)) {
    // [captured: terraform-aws-modules/terraform-aws-ecs#27, of a strategy of one]
    throw invalidParameter(
      "There are no capacity providers with a weight value greater than zero defined in the default capacity provider strategy. At least one capacity provider must have a weight value greater than zero specified. Update the cluster's default capacity provider strategy or specify a valid capacity provider strategy and try again.",
    );
  }
  return usual.length > 0
    ? { launchType: null, capacityProviderStrategy: fullStrategy(usual) }
    : { launchType: 'EC2', capacityProviderStrategy: [] };
}

export function onFargate(launch: Launch): boolean {
  if (launch.launchType !== null) return launch.launchType === 'FARGATE';
  return launch.capacityProviderStrategy.some(({ capacityProvider }) => isFargateProvider(String(capacityProvider)));
}

/**
 * The provider of a further task: bases first, then shares by weight [API reference "CapacityProviderStrategyItem"].
 *
 * @param provided those of the tasks that are there
 */
export function chosenProvider(
  strategy: readonly Json[],
  provided: readonly (string | undefined)[],
): string | undefined {
  const items = strategy.map((item) => {
    const name = textOf(item, 'capacityProvider') ?? '';
    const base = integerOf(item, 'base') ?? 0;
    const count = provided.filter((each) => each === name).length;
    return { name, base, weight: integerOf(item, 'weight') ?? 0, count };
  });
  const lacking = items.find(({ base, count }) => count < base);
  if (lacking !== undefined) return lacking.name;
  const share = ({ base, count, weight }: { base: number; count: number; weight: number }): number =>
    weight === 0 ? Infinity : (count - base) / weight;
  return [...items].sort((a, b) => share(a) - share(b) || 0)[0]?.name;
}

/** Versions of Fargate's platform, Linux and Windows [developer guide "Fargate platform versions"]. */
const platformVersions = ['LATEST', '1.4.0', '1.3.0', '1.0.0'];

/**
 * @returns null where tasks do not run on Fargate
 * @throws AwsError when the task definition cannot run there, or the version is none
 */
export function platformVersionFrom(
  input: Input,
  launch: Launch,
  definition: TaskDefinitionRecord,
  current: string | null | undefined,
): string | null {
  const given = textOf(input, 'platformVersion');
  const compatibilities: unknown = definition.body['compatibilities'];
  const fits = (name: string): boolean => Array.isArray(compatibilities) && compatibilities.includes(name);
  if (!onFargate(launch)) {
    if (given !== undefined) {
      throw invalidParameter('The platform version must be null when specifying an EC2 launch type.');
    }
    if (launch.launchType === 'EXTERNAL' && !fits('EXTERNAL')) {
      throw invalidParameter('Task definition does not support launch_type EXTERNAL.');
    }
    return null;
  }
  if (!fits('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (given !== undefined && !platformVersions.includes(given)) throw invalidParameter(texts.platformVersion(given));
  return given ?? current ?? 'LATEST';
}
