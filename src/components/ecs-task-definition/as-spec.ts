// A revision in a playbook's words: all that registering it again takes.
import type { ContainerDefinition, PortMapping } from '@aws-sdk/client-ecs';
import type { Json, AsSpec } from '../contract.ts';
import { memberOf, sayable } from '../kit/as-spec.ts';
import { fromOutput } from '../kit/members/output.ts';
import { settingsOf } from './facts.ts';
import { containerPart, portPart } from './parts.ts';
import { container, schema, type ContainerSpec, type TaskDefinitionSpec, type TaskDefinitionState } from './schema.ts';

export function specOf(
  _spec: TaskDefinitionSpec,
  state: TaskDefinitionState,
  captured?: Json,
): AsSpec<TaskDefinitionSpec> {
  const settings = settingsOf(state);
  const containers = state.containers.map(containerOf);
  const { said, notRepresented } = sayable(schema.shape, {
    cpu: state.cpu,
    memory: state.memory,
    executionRole: state.executionRole,
    taskRole: state.taskRole,
    ...settings,
  });
  return {
    spec: { family: state.family, containers: containers.map((each) => each.spec), ...said },
    parts: hasEarlierRevisions(captured) ? ['earlier revisions'] : [],
    notRepresented: [
      ...notRepresented,
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
  const { environment = [], portMappings = [], secrets = [] } = definition;
  const { said, notRepresented } = sayable(container.shape, {
    ...fromOutput(containerPart, definition),
    ports: portMappings.map(portOf),
    environment: Object.fromEntries(environment.map(({ name, value }) => [name ?? '', value ?? ''])),
    secrets: Object.fromEntries(secrets.map((each) => [each.name ?? '', each.valueFrom ?? ''])),
  });
  return { spec: said as ContainerSpec, notRepresented };
}

/** Host port 0 means one that is free at the start of the task: the same as none. */
function portOf(mapping: PortMapping): object {
  const { containerPort, containerPortRange, hostPort, protocol } = mapping;
  return {
    ...(containerPortRange === undefined ? { containerPort } : { containerPortRange }),
    ...(hostPort === undefined || hostPort === 0 ? {} : { hostPort }),
    protocol: protocol ?? 'tcp',
    ...fromOutput(portPart, mapping),
  };
}
