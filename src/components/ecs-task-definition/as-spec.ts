// A revision in a playbook's words: all that registering it again takes.
import type { ContainerDefinition, PortMapping } from '@aws-sdk/client-ecs';
import type { Json, AsSpec } from '../contract.ts';
import { memberOf, sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { plainMembers } from './definition.ts';
import { container, schema, type ContainerSpec, type TaskDefinitionSpec, type TaskDefinitionState } from './schema.ts';

/** What a revision may have and a spec has no word for [ECS API, TaskDefinition]. */
const beyondSpec = [
  'placementConstraints',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'inferenceAccelerators',
  'ephemeralStorage',
  'enableFaultInjection',
];

/** The same of a container [ECS API, ContainerDefinition]. */
const beyondContainer = [
  'links',
  'volumesFrom',
  'linuxParameters',
  'hostname',
  'disableNetworking',
  'privileged',
  'dnsServers',
  'dnsSearchDomains',
  'extraHosts',
  'dockerSecurityOptions',
  'interactive',
  'pseudoTerminal',
  'systemControls',
  'resourceRequirements',
  'firelensConfiguration',
  'credentialSpecs',
  'repositoryCredentials',
  'environmentFiles',
  'restartPolicy',
  'versionConsistency',
];

export function specOf(
  _spec: TaskDefinitionSpec,
  state: TaskDefinitionState,
  captured?: Json,
): AsSpec<TaskDefinitionSpec> {
  const containers = state.containers.map(containerOf);
  const { said, notRepresented } = sayable(schema.shape, {
    cpu: state.cpu,
    memory: state.memory,
    networkMode: state.networkMode,
    requiresCompatibilities: state.requiresCompatibilities.length === 0 ? undefined : state.requiresCompatibilities,
    executionRole: state.executionRole,
    taskRole: state.taskRole,
    runtimePlatform: state.runtimePlatform,
    volumes: state.volumes.length === 0 ? undefined : state.volumes,
  });
  return {
    spec: { family: state.family, containers: containers.map((each) => each.spec), ...said },
    parts: hasEarlierRevisions(captured) ? ['earlier revisions'] : [],
    notRepresented: [
      ...notRepresented,
      // Registering completes these where they are not told.
      ...(state.networkMode === undefined ? ['networkMode (none)'] : []),
      ...(state.requiresCompatibilities.length === 0 ? ['requiresCompatibilities (none)'] : []),
      ...spokenOfByAws(state.description, beyondSpec),
      ...containers.flatMap((each, index) => each.notRepresented.map((name) => `containers[${index}].${name}`)),
    ],
  };
}

/** The latest one is the piece itself. */
function hasEarlierRevisions(captured: Json | undefined): boolean {
  const revisions = memberOf(captured, 'revisions');
  return Array.isArray(revisions) && revisions.length > 1;
}

function containerOf(definition: ContainerDefinition): AsSpec<ContainerSpec> {
  const plain = Object.fromEntries(plainMembers.map((member) => [member, withoutEmpty(definition[member])]));
  const { said, notRepresented } = sayable(container.shape, {
    ...plain,
    ports: (definition.portMappings ?? []).map(portOf),
    environment: Object.fromEntries((definition.environment ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
    secrets: Object.fromEntries((definition.secrets ?? []).map((each) => [each.name ?? '', each.valueFrom ?? ''])),
  });
  return {
    spec: said as ContainerSpec,
    notRepresented: [
      ...notRepresented,
      ...spokenOfByAws(definition, beyondContainer),
      ...portsBeyondSpec(definition.portMappings ?? []),
    ],
  };
}

/** AWS answers with empty lists where nothing was told. */
function withoutEmpty(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

/** Host port 0 means one that is free at the start of the task: the same as none. */
function portOf({ containerPort, hostPort, protocol }: PortMapping): object {
  return {
    containerPort,
    ...(hostPort === undefined || hostPort === 0 ? {} : { hostPort }),
    protocol: protocol ?? 'tcp',
  };
}

function portsBeyondSpec(mappings: readonly PortMapping[]): readonly string[] {
  return mappings.flatMap((mapping, index) =>
    spokenOfByAws(mapping, ['name', 'appProtocol', 'containerPortRange']).map((name) => `ports[${index}].${name}`),
  );
}
