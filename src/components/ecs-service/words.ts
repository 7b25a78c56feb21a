// A service in a playbook's words, as far as AWS tells of it; and what it has for who says nothing.
import type { Json } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { isMap, type AnyMap } from '../kit/members/maps.ts';
import { fromOutput } from '../kit/members/output.ts';
import { balancerPart, breakerPart, deploymentPart, servicePart } from './parts.ts';
import type { DeploymentSpec, LoadBalancerSpec, ServiceSpec, ServiceState } from './schema.ts';

type Words = Readonly<Record<string, Json>>;

/** `ECS`, `CODE_DEPLOY` or `EXTERNAL`: who makes its deployments. */
export function controllerOf({ description }: Pick<ServiceState, 'description'>): string {
  const type = memberOf(memberOf(description, 'deploymentController'), 'type');
  return typeof type === 'string' ? type : 'ECS';
}

/** Members that AWS tells with each deployment and not of the service [ECS API, Deployment]. */
const ofDeployments = ['serviceConnectConfiguration', 'volumeConfigurations', 'vpcLatticeConfigurations'];

/** All members that a spec says by AWS's names, as AWS tells them. */
export function settingsOf({ description }: ServiceState): Words {
  const deployments = memberOf(description, 'deployments');
  const all: readonly unknown[] = Array.isArray(deployments) ? deployments : [];
  const primary = all.find((each) => memberOf(each, 'status') === 'PRIMARY') ?? all[0];
  const told = Object.fromEntries(ofDeployments.map((name) => [name, memberOf(primary, name)]));
  return fromOutput(servicePart, { ...(isMap(description) ? description : {}), ...told });
}

/** What AWS tells of the service no more; where task sets tell what it runs on, they are gone. */
export function forgottenOf({ description, launchType, status }: ServiceState): readonly string[] {
  if (status !== 'INACTIVE') return [];
  const strategy = memberOf(description, 'capacityProviderStrategy');
  const isPlaced = launchType !== undefined || (Array.isArray(strategy) && strategy.length > 0);
  return isPlaced ? ofDeployments : [...ofDeployments, ...ofPlaces];
}

const ofPlaces = ['launchType', 'capacityProviderStrategy', 'platformVersion'] as const;

export function balancersOf({ description, loadBalancers }: ServiceState): readonly LoadBalancerSpec[] {
  const described = memberOf(description, 'loadBalancers');
  const told: readonly unknown[] = Array.isArray(described) ? described : [];
  return loadBalancers.map(({ container, port, targetGroup }, index) => {
    const item = told[index];
    return {
      ...(targetGroup === '' ? {} : { targetGroup }),
      container,
      port,
      ...(isMap(item) ? fromOutput(balancerPart, item) : {}),
    };
  });
}

/** How it is deployed, in full. */
export function deploymentOf(state: ServiceState): DeploymentSpec {
  const configuration = memberOf(state.description, 'deploymentConfiguration');
  const breaker = memberOf(configuration, 'deploymentCircuitBreaker');
  const { maximumPercent, minimumHealthyPercent } = state;
  return {
    ...(minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent }),
    ...(maximumPercent === undefined ? {} : { maximumPercent }),
    circuitBreaker: { ...state.circuitBreaker, ...(isMap(breaker) ? fromOutput(breakerPart, breaker) : {}) },
    ...(isMap(configuration) ? withAlarms(fromOutput(deploymentPart, configuration)) : {}),
  };
}

/** A list without items is left out of what AWS tells; AWS wants one of alarms that are off. */
function withAlarms({ alarms, ...others }: Words): Words {
  return isMap(alarms) ? { ...others, alarms: { alarmNames: [], ...alarms } } : others;
}

// --- What it has for who says nothing ----------------------------------------------------------------------------------

const breakerOff = {
  enable: false,
  rollback: false,
  resetOnHealthyTask: true,
  thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
};

/** Percentages of the desired number [ECS API, DeploymentConfiguration]; the others mean "none". */
export function usualDeployment(isDaemon: boolean): DeploymentSpec & { readonly circuitBreaker: typeof breakerOff } {
  return {
    minimumHealthyPercent: isDaemon ? 0 : 100,
    maximumPercent: isDaemon ? 100 : 200,
    circuitBreaker: breakerOff,
    strategy: 'ROLLING',
    bakeTimeInMinutes: 0,
    alarms: { alarmNames: [], enable: false, rollback: false },
    lifecycleHooks: [],
    earlySuccessCriteria: { enable: false },
  } as DeploymentSpec & { readonly circuitBreaker: typeof breakerOff };
}

export function isDaemon({ schedulingStrategy }: Pick<ServiceState, 'schedulingStrategy'>): boolean {
  return schedulingStrategy === 'DAEMON';
}

/**
 * Values that a service has for who says nothing; to send one is to take the setting away. Zones are balanced unless the
 * tasks cannot be moved [ECS API, CreateService].
 */
export function usualSettings(state: ServiceState): Partial<ServiceSpec> {
  const canMove = !isDaemon(state) && (state.maximumPercent ?? 200) > 100 && state.launchType !== 'EXTERNAL';
  return {
    loadBalancers: [],
    serviceRegistries: [],
    capacityProviderStrategy: [],
    placementConstraints: [],
    placementStrategy: [],
    volumeConfigurations: [],
    vpcLatticeConfigurations: [],
    gatewayConnectors: [],
    monitoring: {},
    serviceConnectConfiguration: { enabled: false },
    enableECSManagedTags: false,
    availabilityZoneRebalancing: canMove ? 'ENABLED' : 'DISABLED',
    deploymentController: { type: 'ECS' },
    platformVersion: 'LATEST',
    healthCheckGracePeriod: 0,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
  } as Partial<ServiceSpec>;
}

/** Canary and linear steps are those of their own strategies alone: with another one they are gone. */
export function fitting(deployment: DeploymentSpec): DeploymentSpec {
  const { canaryConfiguration, linearConfiguration, ...others } = deployment as DeploymentSpec & AnyMap;
  const { strategy } = others;
  return {
    ...others,
    ...(canaryConfiguration !== undefined && (strategy ?? 'CANARY') === 'CANARY' ? { canaryConfiguration } : {}),
    ...(linearConfiguration !== undefined && (strategy ?? 'LINEAR') === 'LINEAR' ? { linearConfiguration } : {}),
  };
}
