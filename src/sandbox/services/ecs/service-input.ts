// What a service is made from, as CreateService and UpdateService check it.
import type { CallContext, Input, RegionData } from '../../model.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { clientError, copyOf, invalidParameter, integerOf, isJson, recordOf, recordsOf, textOf } from './input.ts';
import {
  ecsOf,
  type ClusterRecord,
  type DeploymentSpec,
  type Json,
  type ServiceLoadBalancer,
  type ServiceRecord,
  type TaskDefinitionRecord,
} from './store.ts';
import { runnableTaskDefinition } from './task-definitions.ts';
import { unverifiedTexts } from './unverified.ts';

const mostTargetGroups = 5;

/** The load balancers of a service must be in place: each target group behind a listener or rule. */
function loadBalancersFrom(
  items: readonly Json[],
  definition: TaskDefinitionRecord,
  local: RegionData,
): ServiceLoadBalancer[] {
  if (items.length > mostTargetGroups) throw invalidParameter('load balancers can have at most 5 items.');
  return items.map((item) => {
    const targetGroupArn = textOf(item, 'targetGroupArn') ?? '';
    const containerName = textOf(item, 'containerName') ?? '';
    const containerPort = integerOf(item, 'containerPort') ?? 0;
    const container = definition.containers.find(({ name }) => name === containerName);
    if (container === undefined) {
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    }
    if (!container.ports.some((port) => port.containerPort === containerPort)) {
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${String(containerPort)} defined.`,
      );
    }
    const group = elbv2Of(local).targetGroups[targetGroupArn];
    if (group === undefined) throw invalidParameter(unverifiedTexts.targetGroupMissing);
    if (definition.networkMode === 'awsvpc' ? group.targetType === 'instance' : group.targetType === 'ip') {
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the ` +
          `${definition.networkMode} network mode specified in the task definition.`,
      );
    }
    if (group.attachedAt === null) {
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    }
    return { targetGroupArn, containerName, containerPort };
  });
}

/** As a service tells it: public addresses are off unless asked for. */
function networkFrom(config: Json | undefined): Json | null {
  const vpc = config?.['awsvpcConfiguration'];
  if (!isJson(vpc)) return null;
  return { awsvpcConfiguration: { securityGroups: [], assignPublicIp: 'DISABLED', ...copyOf(vpc) } };
}

interface Launch {
  readonly launchType: string | null;
  readonly capacityProviderStrategy: Json[];
}

function launchFrom(input: Input, cluster: ClusterRecord, current: DeploymentSpec | undefined): Launch {
  const launchType = textOf(input, 'launchType');
  const strategy = recordsOf(input, 'capacityProviderStrategy');
  if (launchType !== undefined && strategy !== undefined && strategy.length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  }
  const full = (items: readonly Json[]): Json[] => items.map((item) => ({ weight: 0, base: 0, ...copyOf(item) }));
  if (strategy !== undefined && strategy.length > 0) {
    return { launchType: null, capacityProviderStrategy: full(strategy) };
  }
  if (launchType !== undefined) return { launchType, capacityProviderStrategy: [] };
  if (current !== undefined) {
    return { launchType: current.launchType, capacityProviderStrategy: current.capacityProviderStrategy };
  }
  const usual = cluster.defaultCapacityProviderStrategy;
  return usual.length > 0
    ? { launchType: null, capacityProviderStrategy: full(usual) }
    : { launchType: 'EC2', capacityProviderStrategy: [] };
}

export function onFargate(spec: Pick<DeploymentSpec, 'launchType' | 'capacityProviderStrategy'>): boolean {
  if (spec.launchType !== null) return spec.launchType === 'FARGATE';
  return spec.capacityProviderStrategy.some(({ capacityProvider }) => String(capacityProvider).startsWith('FARGATE'));
}

/** What the request asks for on top of what runs now. */
export function specFrom(
  input: Input,
  cluster: ClusterRecord,
  { local }: CallContext,
  current?: DeploymentSpec,
): DeploymentSpec {
  const given = textOf(input, 'taskDefinition');
  if (given === undefined && current === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  const definition =
    given === undefined
      ? ecsOf(local).taskDefinitions[current?.taskDefinition ?? '']
      : runnableTaskDefinition(local, given);
  if (definition === undefined) throw clientError('TaskDefinition not found.');
  const launch = launchFrom(input, cluster, current);
  const fargate = onFargate(launch);
  if (fargate && definition.networkMode !== 'awsvpc') {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  const network = recordOf(input, 'networkConfiguration');
  const networkConfiguration = network === undefined ? (current?.networkConfiguration ?? null) : networkFrom(network);
  if (definition.networkMode === 'awsvpc' && networkConfiguration === null) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (definition.networkMode !== 'awsvpc' && network !== undefined && networkFrom(network) !== null) {
    throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
  }
  const balancers = recordsOf(input, 'loadBalancers');
  return {
    taskDefinition: definition.arn,
    ...launch,
    platformVersion: fargate ? (textOf(input, 'platformVersion') ?? current?.platformVersion ?? 'LATEST') : null,
    networkConfiguration,
    loadBalancers:
      balancers === undefined ? (current?.loadBalancers ?? []) : loadBalancersFrom(balancers, definition, local),
    serviceRegistries: copyOf(recordsOf(input, 'serviceRegistries') ?? current?.serviceRegistries ?? []),
    serviceConnectConfiguration: copyOf(
      recordOf(input, 'serviceConnectConfiguration') ?? current?.serviceConnectConfiguration ?? null,
    ),
    volumeConfigurations: copyOf(recordsOf(input, 'volumeConfigurations') ?? current?.volumeConfigurations ?? []),
  };
}

/** The members of a service that follow from `deploymentConfiguration`. */
export function deploymentSettings(
  input: Input,
  current?: Json,
): Pick<ServiceRecord, 'deploymentConfiguration' | 'maximumPercent' | 'minimumHealthyPercent' | 'circuitBreaker'> {
  const given = recordOf(input, 'deploymentConfiguration');
  const breaker: Json = {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
    ...recordOf(current ?? {}, 'deploymentCircuitBreaker'),
    ...recordOf(given ?? {}, 'deploymentCircuitBreaker'),
  };
  const configuration: Json = {
    maximumPercent: 200,
    minimumHealthyPercent: 100,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    ...current,
    ...copyOf(given ?? {}),
    deploymentCircuitBreaker: copyOf(breaker),
  };
  const maximumPercent = integerOf(configuration, 'maximumPercent') ?? 200;
  const minimumHealthyPercent = integerOf(configuration, 'minimumHealthyPercent') ?? 100;
  if (maximumPercent < 100 || maximumPercent > 200 || minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalidParameter('The specified deployment configuration is invalid.');
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalidParameter('The specified deployment configuration leaves no room to replace a task.');
  }
  return {
    deploymentConfiguration: configuration,
    maximumPercent,
    minimumHealthyPercent,
    circuitBreaker: { enable: breaker['enable'] === true, rollback: breaker['rollback'] === true },
  };
}

export function desiredCountOf(input: Input): number | undefined {
  const count = integerOf(input, 'desiredCount');
  if (count !== undefined && count < 0) throw invalidParameter('Task count can not be lesser than 0');
  return count;
}
