import type { AsSpec } from '../contract.ts';
import { memberOf, sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { schema, type ServiceSpec, type ServiceState } from './schema.ts';

/** What a service may have and a spec has no word for [ECS API, Service]. */
const beyondSpec = [
  'capacityProviderStrategy',
  'serviceRegistries',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'taskSets',
];

export function specOf(spec: ServiceSpec, state: ServiceState): AsSpec<ServiceSpec> {
  const { said, notRepresented } = sayable(schema.shape, {
    taskDefinition: state.taskDefinition === '' ? undefined : state.taskDefinition,
    // A daemon has one task per instance and no count of its own.
    desiredCount: state.schedulingStrategy === 'DAEMON' ? undefined : state.desiredCount,
    ...loadBalancersOf(spec, state),
    network: state.network,
    launchType: state.launchType,
    platformVersion: state.platformVersion,
    schedulingStrategy: state.schedulingStrategy,
    deployment: {
      ...(state.minimumHealthyPercent === undefined ? {} : { minimumHealthyPercent: state.minimumHealthyPercent }),
      ...(state.maximumPercent === undefined ? {} : { maximumPercent: state.maximumPercent }),
      circuitBreaker: state.circuitBreaker,
    },
    // AWS takes a grace period only together with a load balancer [ECS API, CreateService].
    healthCheckGracePeriod: state.loadBalancers.length === 0 ? undefined : (state.healthCheckGracePeriod ?? 0),
    enableExecuteCommand: state.enableExecuteCommand,
    propagateTags: state.propagateTags ?? 'NONE',
  });
  return {
    spec: { cluster: spec.cluster, name: state.name, ...said },
    notRepresented: [
      ...notRepresented,
      ...spokenOfByAws(state.description, beyondSpec),
      ...deploymentBeyondSpec(state),
    ],
  };
}

/** In the form that the spec uses, as long as it can. */
function loadBalancersOf(spec: ServiceSpec, state: ServiceState): Pick<ServiceSpec, 'loadBalancer' | 'loadBalancers'> {
  const [only, ...others] = state.loadBalancers;
  if (only !== undefined && others.length === 0 && spec.loadBalancers === undefined) return { loadBalancer: only };
  if (only === undefined && spec.loadBalancers === undefined && spec.loadBalancer === undefined) return {};
  return { loadBalancers: [...state.loadBalancers] };
}

function deploymentBeyondSpec(state: ServiceState): readonly string[] {
  const controller = memberOf(memberOf(state.description, 'deploymentController'), 'type');
  const alarms = memberOf(memberOf(state.description, 'deploymentConfiguration'), 'alarms');
  const strategy = memberOf(memberOf(state.description, 'deploymentConfiguration'), 'strategy');
  return [
    ...(controller === undefined || controller === 'ECS' ? [] : ['deploymentController']),
    ...(memberOf(alarms, 'enable') === true ? ['deploymentConfiguration.alarms'] : []),
    ...(strategy === undefined || strategy === 'ROLLING' ? [] : ['deploymentConfiguration.strategy']),
  ];
}

/** A spec that says its target groups as a list, as a service is told. */
export function plainly({ loadBalancer, ...spec }: ServiceSpec): ServiceSpec {
  return loadBalancer === undefined ? spec : { ...spec, loadBalancers: [loadBalancer] };
}

/** A service on its way out wants no tasks any more: that is no setting of it [ECS API, DeleteService]. */
export function passing({ status }: ServiceState): readonly string[] {
  return status === 'ACTIVE' ? [] : ['desiredCount'];
}
