// A spec in the form of RegisterTaskDefinition, with what AWS needs to be told and a playbook need not say.
import type {
  Compatibility,
  ContainerDefinition,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { toInput } from '../kit/members/input.ts';
import { containerPart, taskPart } from './parts.ts';
import type { ContainerSpec, TaskDefinitionSpec } from './schema.ts';

/** The smallest task that Fargate takes [ECS developer guide, Fargate task sizes]. */
const smallestOnFargate = { cpu: 256, memory: 512 } as const;

/** @param whole the spec tells all, and nothing is to be completed */
export function toRegistration(spec: TaskDefinitionSpec, whole = false): RegisterTaskDefinitionCommandInput {
  const requiresCompatibilities: Compatibility[] | undefined =
    spec.requiresCompatibilities ?? (whole ? undefined : ['FARGATE']);
  const least = !whole && requiresCompatibilities?.includes('FARGATE') === true ? smallestOnFargate : undefined;
  return {
    ...toInput(taskPart, spec),
    family: spec.family,
    containerDefinitions: (spec.containers ?? []).map(toContainer),
    cpu: cpuUnits(spec.cpu ?? least?.cpu),
    memory: mebibytes(spec.memory ?? least?.memory),
    networkMode: spec.networkMode ?? (whole ? undefined : 'awsvpc'),
    requiresCompatibilities,
    executionRoleArn: spec.executionRole,
    taskRoleArn: spec.taskRole,
  };
}

function toContainer(spec: ContainerSpec): ContainerDefinition {
  return {
    ...toInput(containerPart, spec),
    portMappings: portsOf(spec),
    environment: spec.environment && Object.entries(environmentOf(spec)).map(([name, value]) => ({ name, value })),
    secrets: secretsOf(spec),
  };
}

/** None at all is not told to AWS: it would be kept as an empty list. */
function secretsOf({ secrets = {} }: ContainerSpec): ContainerDefinition['secrets'] {
  const pairs = Object.entries(secrets).map(([name, valueFrom]) => ({ name, valueFrom }));
  return pairs.length === 0 ? undefined : pairs;
}

/** Undefined when the spec says nothing of ports. */
export function portsOf(spec: ContainerSpec): PortMapping[] | undefined {
  if (spec.port !== undefined) return [{ containerPort: spec.port, protocol: 'tcp' }];
  return spec.ports?.map((each) => ({ ...each, protocol: each.protocol ?? 'tcp' }));
}

/** Environment values are texts; YAML reads `8080` and `true` as something else. */
export function environmentOf(spec: ContainerSpec): Record<string, string> {
  return Object.fromEntries(Object.entries(spec.environment ?? {}).map(([name, value]) => [name, String(value)]));
}

/** A spec that says the one port as a list, and the protocol of each: by it a port is told from another of the same number. */
export function plainly(spec: TaskDefinitionSpec): TaskDefinitionSpec {
  const containers = spec.containers?.map(({ port, ...container }): ContainerSpec => {
    if (port !== undefined) return { ...container, ports: [{ containerPort: port, protocol: 'tcp' }] };
    const ports = container.ports?.map((each) => ({ ...each, protocol: each.protocol ?? ('tcp' as const) }));
    return ports === undefined ? container : { ...container, ports };
  });
  return containers === undefined ? spec : { ...spec, containers };
}

/** "1 vCPU" is 1024; AWS takes either and tells the number [ECS API, RegisterTaskDefinition]. */
export function cpuUnits(value: string | number | undefined): string | undefined {
  return inUnits(value, /^([\d.]+) *vcpu$/i);
}

/** "2 GB" is 2048. */
export function mebibytes(value: string | number | undefined): string | undefined {
  return inUnits(value, /^([\d.]+) *gb$/i);
}

function inUnits(value: string | number | undefined, inThousands: RegExp): string | undefined {
  if (value === undefined) return undefined;
  const amount = inThousands.exec(String(value))?.[1];
  return amount === undefined ? String(value) : String(Number(amount) * 1024);
}
