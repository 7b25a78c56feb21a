// A service in a playbook's words: all that making it again takes. What it has for who says nothing is left out.
import type { AsSpec } from '../contract.ts';
import { sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { sameJson } from '../kit/compare.ts';
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
    deployment: deploymentToSay(state),
    ...unusual(
      {
        platformVersion: state.platformVersion,
        // AWS takes a grace period only together with a load balancer [ECS API, CreateService].
        healthCheckGracePeriod: balancers.length === 0 ? undefined : state.healthCheckGracePeriod,
        enableExecuteCommand: state.enableExecuteCommand,
        propagateTags: state.propagateTags,
        ...settingsOf(state),
      },
      usualSettings(state),
    ),
  });
  return {
    spec: { cluster: spec.cluster, name: state.name, ...said },
    notRepresented: [
      ...notRepresented,
      ...forgottenOf(state),
      // CODE_DEPLOY begins with one that ECS makes; of EXTERNAL somebody made each [ECS API, CreateTaskSet].
      ...(controllerOf(state) === 'EXTERNAL' ? spokenOfByAws(state.description, ['taskSets']) : []),
    ],
  };
}

type Fields = Readonly<Record<string, unknown>>;

function unusual(told: Fields, usual: Fields): Fields {
  return Object.fromEntries(Object.entries(told).filter(([word, value]) => !sameJson(value, usual[word])));
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
  if (network === undefined) return undefined;
  return {
    subnets: [...network.subnets],
    ...(network.securityGroups.length === 0 ? {} : { securityGroups: [...network.securityGroups] }),
    ...(network.assignPublicIp ? { assignPublicIp: true } : {}),
  };
}

function deploymentToSay(state: ServiceState): Fields | undefined {
  const { circuitBreaker, ...others } = deploymentOf(state);
  const { circuitBreaker: off, ...usual } = usualDeployment(isDaemon(state));
  const { enable, rollback, ...rest } = circuitBreaker ?? off;
  const further = unusual(rest, off);
  const isOff = !enable && rollback !== true && Object.keys(further).length === 0;
  const told = {
    ...unusual(others, usual),
    ...(isOff ? {} : { circuitBreaker: { enable, rollback: rollback === true, ...further } }),
  };
  return Object.keys(told).length === 0 ? undefined : told;
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
export function passing({ status }: ServiceState): readonly string[] {
  return status === 'ACTIVE' ? [] : ['desiredCount'];
}
