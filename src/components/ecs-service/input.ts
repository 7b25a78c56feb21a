// A spec in the form of CreateService and UpdateService.
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import type { Difference, Target } from '../contract.ts';
import { cannotTakeAway, topOf } from '../kit/changing.ts';
import { sameJson } from '../kit/compare.ts';
import { genericMembers } from '../kit/members/part.ts';
import { toInput } from '../kit/members/input.ts';
import { balancerPart, breakerPart, deploymentPart, servicePart } from './parts.ts';
import { loadBalancersIn, type DeploymentSpec, type ServiceSpec, type ServiceState } from './schema.ts';
import { deploymentOf, fitting, isDaemon, usualDeployment, usualSettings } from './words.ts';

/** Without the client token and the tags. Tasks run on Fargate unless the spec says where. */
export function toCreation({ spec }: Pick<Target<ServiceSpec>, 'spec'>): CreateServiceCommandInput {
  const { capacityProviderStrategy = [], deploymentController, schedulingStrategy } = spec;
  const isPlain = schedulingStrategy !== 'DAEMON' && deploymentController?.type !== 'EXTERNAL';
  const usesFargate = isPlain && capacityProviderStrategy.length === 0;
  return {
    ...toInput(servicePart, spec),
    cluster: spec.cluster,
    serviceName: spec.name,
    taskDefinition: spec.taskDefinition,
    desiredCount: schedulingStrategy === 'DAEMON' ? undefined : (spec.desiredCount ?? 1),
    loadBalancers: toBalancers(loadBalancersIn(spec)),
    networkConfiguration: toNetwork(spec.network),
    launchType: spec.launchType ?? (usesFargate ? 'FARGATE' : undefined),
    platformVersion: spec.platformVersion,
    schedulingStrategy,
    role: spec.role,
    deploymentConfiguration: spec.deployment && toDeployment(spec.deployment),
    healthCheckGracePeriodSeconds: spec.healthCheckGracePeriod,
    enableExecuteCommand: spec.enableExecuteCommand,
    propagateTags: spec.propagateTags,
  };
}

/**
 * Only the fields that differ, each of them whole: UpdateService leaves alone what it is not told [ECS API]. What the playbook
 * takes away is sent as what a service has for who says nothing.
 *
 * @throws Error for what no service can be without
 */
export function toChange(
  { spec, whole = false }: Target<ServiceSpec>,
  state: ServiceState,
  differences: readonly Difference[],
): Partial<UpdateServiceCommandInput> {
  const tops = new Set(differences.map(({ path }) => topOf(path)));
  const usual = usualSettings(state);
  const changes: Record<string, unknown> = {};
  const wanted = <Word extends keyof ServiceSpec>(word: Word): ServiceSpec[Word] => {
    const value = spec[word] ?? (usual[word] as ServiceSpec[Word]);
    if (value === undefined) throw cannotTakeAway(word);
    return value;
  };
  for (const { word } of genericMembers(servicePart)) {
    if (!tops.has(word)) continue;
    Object.assign(changes, toInput(servicePart, { [word]: wanted(word as keyof ServiceSpec) }));
  }
  if (tops.has('loadBalancer') || tops.has('loadBalancers')) {
    changes['loadBalancers'] = toBalancers(loadBalancersIn(spec) ?? []);
  }
  if (tops.has('network')) changes['networkConfiguration'] = toNetwork(networkOf(wanted('network'), state, whole));
  if (tops.has('deployment')) {
    changes['deploymentConfiguration'] = toDeployment(deploymentFor(spec.deployment ?? {}, state, whole));
  }
  for (const word of [
    'taskDefinition',
    'desiredCount',
    'platformVersion',
    'enableExecuteCommand',
    'propagateTags',
  ] as const) {
    if (tops.has(word)) changes[word] = wanted(word);
  }
  if (tops.has('healthCheckGracePeriod')) {
    changes['healthCheckGracePeriodSeconds'] = wanted('healthCheckGracePeriod');
  }
  // What tasks run on changes with a new deployment alone, which has to be asked for [ECS API, UpdateService].
  if (tops.has('capacityProviderStrategy')) changes['forceNewDeployment'] = true;
  return changes;
}

function toBalancers(balancers: ReturnType<typeof loadBalancersIn>): LoadBalancer[] | undefined {
  return balancers?.map((each) => ({
    ...toInput(balancerPart, each),
    targetGroupArn: each.targetGroup,
    containerName: each.container,
    containerPort: each.port,
  }));
}

/** The configuration is replaced as a whole, so what a spec leaves open that does not tell all is sent as it is. */
function networkOf(network: ServiceSpec['network'], state: ServiceState, whole: boolean): ServiceSpec['network'] {
  if (whole || network === undefined || state.network === undefined) return network;
  const { assignPublicIp, securityGroups } = state.network;
  return { assignPublicIp, securityGroups: [...securityGroups], ...network };
}

function toNetwork(network: ServiceSpec['network']): NetworkConfiguration | undefined {
  if (network === undefined) return undefined;
  const { assignPublicIp, securityGroups, subnets } = network;
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      securityGroups: securityGroups && [...securityGroups],
      assignPublicIp: assignPublicIp === true ? 'ENABLED' : 'DISABLED',
    },
  };
}

/** What there is and is not to be any more is sent as none: AWS keeps what it is not told. */
function deploymentFor(wanted: DeploymentSpec, state: ServiceState, whole: boolean): DeploymentSpec {
  const there = deploymentOf(state);
  if (!whole)
    return fitting({ ...there, ...wanted, circuitBreaker: { ...there.circuitBreaker, ...wanted.circuitBreaker } });
  const usual = usualDeployment(isDaemon(state));
  const told: Readonly<Record<string, unknown>> = {
    ...there,
    circuitBreaker: { ...usual.circuitBreaker, ...there.circuitBreaker },
  };
  const gone = Object.entries(usual).filter(([word, value]) => word in there && !sameJson(told[word], value));
  return fitting({ ...(Object.fromEntries(gone) as DeploymentSpec), ...wanted });
}

function toDeployment(deployment: DeploymentSpec): DeploymentConfiguration {
  const { circuitBreaker, maximumPercent, minimumHealthyPercent } = deployment;
  return {
    ...toInput(deploymentPart, deployment),
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: circuitBreaker && {
      ...toInput(breakerPart, circuitBreaker),
      enable: circuitBreaker.enable ?? false,
      rollback: circuitBreaker.rollback ?? false,
    },
  };
}
