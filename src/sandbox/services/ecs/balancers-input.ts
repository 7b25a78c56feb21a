// The load balancers, registries and port names of a service: all that a deployment has outside ECS.
import type { RegionData } from '../../world-data.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { copyOf, integerOf, invalidParameter, recordOf, recordsOf, textOf } from './input.ts';
import type { ClusterRecord, DeploymentSpec, Json, ServiceLoadBalancer, TaskDefinitionRecord } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

const mostTargetGroups = 5;

/** The load balancers of a service must be in place: each target group behind a listener or rule. */
export function loadBalancersFrom(
  items: readonly Json[],
  definition: TaskDefinitionRecord,
  local: RegionData,
): ServiceLoadBalancer[] {
  if (items.length > mostTargetGroups) throw invalidParameter('load balancers can have at most 5 items.');
  return items.map((item) => {
    const targetGroupArn = textOf(item, 'targetGroupArn') ?? '';
    const containerName = textOf(item, 'containerName') ?? '';
    const containerPort = integerOf(item, 'containerPort') ?? 0;
    checkContainerPort(definition, containerName, containerPort);
    checkTargetGroup(targetGroupArn, definition, local);
    const advanced = recordOf(item, 'advancedConfiguration');
    if (advanced === undefined) return { targetGroupArn, containerName, containerPort };
    checkAdvanced(advanced, local);
    return { targetGroupArn, containerName, containerPort, advancedConfiguration: copyOf(advanced) };
  });
}

/** What a service that is changed keeps must fit its new task definition, too. */
export function checkKept(balancers: readonly ServiceLoadBalancer[], definition: TaskDefinitionRecord): void {
  for (const { containerName, containerPort } of balancers)
    checkContainerPort(definition, containerName, containerPort);
}

function checkContainerPort(definition: TaskDefinitionRecord, name: string, containerPort: number): void {
  const container = definition.containers.find((each) => each.name === name);
  if (container === undefined) throw invalidParameter(`The container ${name} does not exist in the task definition.`);
  if (!container.ports.some((port) => port.containerPort === containerPort)) {
    throw invalidParameter(`The container ${name} did not have a container port ${String(containerPort)} defined.`);
  }
}

function checkTargetGroup(arn: string, definition: TaskDefinitionRecord, local: RegionData): void {
  const group = elbv2Of(local).targetGroups[arn];
  if (group === undefined) throw invalidParameter(texts.targetGroupMissing);
  if (definition.networkMode === 'awsvpc' ? group.targetType !== 'ip' : group.targetType !== 'instance') {
    throw invalidParameter(
      `The provided target group ${arn} has target type ${group.targetType}, which is incompatible with the ` +
        `${definition.networkMode} network mode specified in the task definition.`,
    );
  }
  if (group.attachedAt === null) {
    throw invalidParameter(`The target group with targetGroupArn ${arn} does not have an associated load balancer.`);
  }
}

/** What a blue/green deployment shifts its traffic with [API reference "AdvancedConfiguration"]. */
function checkAdvanced(advanced: Json, local: RegionData): void {
  const { rules, listeners, targetGroups } = elbv2Of(local);
  const alternate = textOf(advanced, 'alternateTargetGroupArn');
  if (alternate !== undefined && targetGroups[alternate] === undefined) {
    throw invalidParameter(texts.targetGroupMissing);
  }
  for (const member of ['productionListenerRule', 'testListenerRule']) {
    const arn = textOf(advanced, member);
    // Of a network load balancer it is the listener itself.
    if (arn !== undefined && rules[arn] === undefined && listeners[arn] === undefined) {
      throw invalidParameter(texts.listenerRuleMissing(arn));
    }
  }
}

/** A service has one registry [API reference "CreateService"]. */
export function registriesFrom(items: readonly Json[], definition: TaskDefinitionRecord): Json[] {
  if (items.length > 1) throw invalidParameter(texts.twoRegistries);
  for (const item of items) {
    const name = textOf(item, 'containerName');
    if (name !== undefined && !definition.containers.some((container) => container.name === name)) {
      throw invalidParameter(`The container ${name} does not exist in the task definition.`);
    }
  }
  return copyOf([...items]);
}

function portNames(definition: TaskDefinitionRecord): Set<unknown> {
  const containers = recordsOf(definition.body, 'containerDefinitions') ?? [];
  return new Set(containers.flatMap((each) => (recordsOf(each, 'portMappings') ?? []).map(({ name }) => name)));
}

/**
 * Service Connect and VPC Lattice name ports, volumes are those that are configured at launch.
 *
 * @throws AwsError InvalidParameterException
 */
export function checkNames(spec: DeploymentSpec, definition: TaskDefinitionRecord, cluster: ClusterRecord): void {
  const connect = spec.serviceConnectConfiguration;
  const lattice = spec.vpcLatticeConfigurations ?? [];
  if (connect?.['enabled'] === true || lattice.length > 0) {
    const ports = portNames(definition);
    for (const { portName } of [...(recordsOf(connect ?? {}, 'services') ?? []), ...lattice]) {
      if (!ports.has(portName)) throw invalidParameter(texts.portName(String(portName)));
    }
  }
  if (connect?.['enabled'] === true) {
    const namespace = textOf(connect, 'namespace') ?? textOf(cluster.serviceConnectDefaults ?? {}, 'namespace');
    if (namespace === undefined) throw invalidParameter(texts.noNamespace);
  }
  if (spec.volumeConfigurations.length === 0) return;
  const volumes = (recordsOf(definition.body, 'volumes') ?? []).filter((each) => each['configuredAtLaunch'] === true);
  for (const { name } of spec.volumeConfigurations) {
    if (!volumes.some((volume) => volume['name'] === name)) throw invalidParameter(texts.volumeAtLaunch(String(name)));
  }
}
