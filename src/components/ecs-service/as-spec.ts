// A service in a playbook's words: all that making it again takes.
import type { AsSpec } from '../contract.ts';
import { sayable, spokenOfByAws } from '../kit/as-spec.ts';
import {
  balancersOf,
  controllerOf,
  deploymentOf,
  forgottenOf,
  isDaemon,
  settingsOf,
  usualDeployment,
  usualSettings,
} from './words.ts';
import { schema, type LoadBalancerSpec, type ServiceSpec, type ServiceState } from './schema.ts';

export function specOf(spec: ServiceSpec, state: ServiceState): AsSpec<ServiceSpec> {
  const balancers = balancersOf(state);
  const { said, notRepresented } = sayable(schema.shape, {
    taskDefinition: state.taskDefinition === '' ? undefined : state.taskDefinition,
    // A daemon has one task per instance and no count of its own.
    desiredCount: isDaemon(state) ? undefined : state.desiredCount,
    ...balancersAs(spec, balancers),
    network: networkOf(state),
    launchType: state.launchType,
    role: roleOf(state),
    schedulingStrategy: state.schedulingStrategy,
    deployment: deploymentOf(state),
    platformVersion: state.platformVersion,
    // AWS takes a grace period only together with a load balancer [ECS API, CreateService].
    healthCheckGracePeriod: balancers.length === 0 ? graceLeft(state) : (state.healthCheckGracePeriod ?? 0),
    enableExecuteCommand: state.enableExecuteCommand,
    propagateTags: state.propagateTags ?? 'NONE',
    ...settingsOf(state),
  });
  return {
    spec: { cluster: spec.cluster, name: state.name, ...said },
    notRepresented: [
      ...notRepresented,
      // CODE_DEPLOY begins with one that ECS makes; of EXTERNAL somebody made each [ECS API, CreateTaskSet].
      ...(controllerOf(state) === 'EXTERNAL' ? spokenOfByAws(state.description, ['taskSets']) : []),
    ],
    forgotten: forgottenOf(state),
  };
}

/** A deleted service may tell its grace period still, and its load balancers no more. */
function graceLeft({ healthCheckGracePeriod = 0, status }: ServiceState): number | undefined {
  return status !== 'ACTIVE' && healthCheckGracePeriod > 0 ? healthCheckGracePeriod : undefined;
}

/** In the form that the spec uses, as long as it can. */
function balancersAs(
  spec: ServiceSpec,
  balancers: readonly LoadBalancerSpec[],
): Pick<ServiceSpec, 'loadBalancer' | 'loadBalancers'> {
  const [only, ...others] = balancers;
  if (only === undefined) return {};
  return others.length === 0 && spec.loadBalancers === undefined
    ? { loadBalancer: only }
    : { loadBalancers: [...balancers] };
}

function networkOf({ network }: ServiceState): ServiceSpec['network'] {
  return network && { ...network, subnets: [...network.subnets], securityGroups: [...network.securityGroups] };
}

/** The service-linked role is AWS's own choice, and cannot be named [ECS API, CreateService]. */
export function roleOf({ description }: ServiceState): string | undefined {
  const role = (description as { readonly roleArn?: unknown } | null)?.roleArn;
  return typeof role === 'string' && !role.includes(':role/aws-service-role/') ? role : undefined;
}

/** A spec that says its target groups as a list, as a service is told. */
export function plainly({ loadBalancer, ...spec }: ServiceSpec): ServiceSpec {
  return loadBalancer === undefined ? spec : { ...spec, loadBalancers: [loadBalancer] };
}

/** A service on its way out wants no tasks any more: that is no setting of it [ECS API, DeleteService]. */
export function passing(state: ServiceState): readonly string[] {
  return state.status === 'ACTIVE' || isDaemon(state) ? [] : ['desiredCount'];
}

/** What it has for who says nothing. */
export function usual(state: ServiceState): Readonly<Record<string, unknown>> {
  return {
    ...usualSettings(state),
    deployment: usualDeployment(isDaemon(state)),
    network: { assignPublicIp: false, securityGroups: [] },
  };
}
