// A task definition as registered: checked, with the defaults that AWS fills in.
import type { Input } from '../../model.ts';
import { clientError, copyOf, integerOf, isJson, recordsOf, textOf, textsOf } from './input.ts';
import type { Json, PortMapping, TaskDefinitionRecord } from './store.ts';

type Definition = Pick<TaskDefinitionRecord, 'family' | 'networkMode' | 'body' | 'containers' | 'requires'>;

/** Members of the request that are told back as they came, next to those below. */
const kept = [
  'taskRoleArn',
  'executionRoleArn',
  'cpu',
  'memory',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'inferenceAccelerators',
  'ephemeralStorage',
  'runtimePlatform',
  'enableFaultInjection',
];

/** Fargate's memory in MiB by CPU units: least, most. */
const fargateMemory: Readonly<Record<string, readonly [number, number]>> = {
  '256': [512, 2048],
  '512': [1024, 4096],
  '1024': [2048, 8192],
  '2048': [4096, 16_384],
  '4096': [8192, 30_720],
  '8192': [16_384, 61_440],
  '16384': [32_768, 122_880],
};

function portsOf(container: Json, networkMode: string): PortMapping[] {
  return (recordsOf(container, 'portMappings') ?? []).map((mapping) => {
    const containerPort = integerOf(mapping, 'containerPort') ?? 0;
    const own = networkMode === 'awsvpc' || networkMode === 'host';
    const hostPort = integerOf(mapping, 'hostPort') ?? (own ? containerPort : 0);
    if (own && hostPort !== containerPort) {
      throw clientError('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
    }
    return { ...copyOf(mapping), containerPort, hostPort, protocol: textOf(mapping, 'protocol') ?? 'tcp' };
  });
}

function containerOf(container: Json, networkMode: string, taskMemory: string | undefined): Json {
  const name = textOf(container, 'name') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError('Container.name contains invalid characters.');
  if ((textOf(container, 'image') ?? '') === '') throw clientError('Container.image should not be null or empty.');
  if (taskMemory === undefined && container['memory'] === undefined && container['memoryReservation'] === undefined) {
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...copyOf(container),
    portMappings: portsOf(container, networkMode),
  };
}

function checkFargate(networkMode: string, cpu: string | undefined, memory: string | undefined): void {
  if (networkMode !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const range = fargateMemory[cpu];
  if (range === undefined || Number(memory) < range[0] || Number(memory) > range[1]) {
    throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
  }
}

export function definitionFrom(input: Input): Definition {
  const family = textOf(input, 'family') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw clientError('Family contains invalid characters.');
  const given = textOf(input, 'networkMode');
  const networkMode = given ?? 'bridge';
  const requires = textsOf(input, 'requiresCompatibilities') ?? [];
  const containers = recordsOf(input, 'containerDefinitions') ?? [];
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  const memory = textOf(input, 'memory');
  if (requires.includes('FARGATE')) checkFargate(networkMode, textOf(input, 'cpu'), memory);
  const definitions = containers.map((container) => containerOf(container, networkMode, memory));
  if (new Set(definitions.map(({ name }) => name)).size < definitions.length) {
    throw clientError('Container names must be unique within a task definition.');
  }
  if (!definitions.some(({ essential }) => essential === true)) {
    throw clientError('No essential container was specified.');
  }
  const awsvpc = networkMode === 'awsvpc';
  const body: Json = {
    containerDefinitions: definitions,
    // Not told when it was not given, although `bridge` is meant.
    ...(given === undefined ? {} : { networkMode: given }),
    volumes: copyOf(recordsOf(input, 'volumes') ?? []),
    requiresAttributes: [
      { name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' },
      ...(awsvpc ? [{ name: 'ecs.capability.task-eni' }] : []),
    ],
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? []),
    compatibilities: awsvpc ? ['EC2', 'FARGATE', 'MANAGED_INSTANCES'] : ['EXTERNAL', 'EC2'],
    ...(requires.length > 0 ? { requiresCompatibilities: requires } : {}),
  };
  for (const name of kept) if (input[name] !== undefined && input[name] !== null) body[name] = copyOf(input[name]);
  return {
    family,
    networkMode,
    requires,
    body,
    containers: definitions.map((container) => ({
      name: textOf(container, 'name') ?? '',
      image: textOf(container, 'image') ?? '',
      ports: Array.isArray(container['portMappings']) ? container['portMappings'].filter(isPort) : [],
    })),
  };
}

function isPort(value: unknown): value is PortMapping {
  return isJson(value) && typeof value['containerPort'] === 'number' && typeof value['hostPort'] === 'number';
}
