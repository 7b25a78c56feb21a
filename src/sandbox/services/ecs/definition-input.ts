// A task definition as registered: checked, with the defaults that AWS fills in.
import type { Input } from '../../model.ts';
import { checkContainerSettings, checkPorts, checkRoles } from './container-checks.ts';
import { checkContainers, checkLogsAndSecrets, checkResources, checkVolumes } from './definition-checks.ts';
import { fargateProblem } from './fargate.ts';
import { clientError, copyOf, integerOf, isJson, recordOf, recordsOf, textOf, textsOf } from './input.ts';
import type { Json, PortMapping, TaskDefinitionRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';
import { checkConstraints } from './placement-input.ts';

type Definition = Pick<TaskDefinitionRecord, 'family' | 'networkMode' | 'body' | 'containers' | 'requires'>;

/** Members of the request that are told back as they came, next to those below. */
const kept = [
  'taskRoleArn',
  'executionRoleArn',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'inferenceAccelerators',
  'ephemeralStorage',
  'runtimePlatform',
  'enableFaultInjection',
];

function portsOf(container: Json, networkMode: string): PortMapping[] {
  return (recordsOf(container, 'portMappings') ?? []).map((mapping) => {
    // A range has no single port; which ones of the host it gets, AWS says of the running task.
    if (mapping['containerPortRange'] !== undefined)
      return { protocol: 'tcp', ...copyOf(mapping) } as Json & PortMapping;
    const containerPort = integerOf(mapping, 'containerPort') ?? 0;
    const own = networkMode === 'awsvpc' || networkMode === 'host';
    const hostPort = integerOf(mapping, 'hostPort') ?? (own ? containerPort : 0);
    if (own && hostPort !== containerPort) {
      throw clientError('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
    }
    return { ...copyOf(mapping), containerPort, hostPort, protocol: textOf(mapping, 'protocol') ?? 'tcp' };
  });
}

/** As AWS keeps it; the defaults of a health check are those of [API reference "HealthCheck"]. */
function containerOf(container: Json, networkMode: string): Json {
  const name = textOf(container, 'name') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw clientError('Container.name contains invalid characters.');
  if ((textOf(container, 'image') ?? '') === '') throw clientError('Container.image should not be null or empty.');
  const whole: Json = {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...copyOf(container),
    portMappings: portsOf(container, networkMode),
  };
  const { healthCheck } = whole;
  if (isJson(healthCheck)) whole['healthCheck'] = { interval: 30, timeout: 5, retries: 3, ...healthCheck };
  return whole;
}

/** A volume that says no more than its name is one of the host; one on EFS is mounted at its root. */
function volumeOf(volume: Json): Json {
  const whole = copyOf(volume);
  const efs = recordOf(whole, 'efsVolumeConfiguration');
  if (efs !== undefined) return { ...whole, efsVolumeConfiguration: { rootDirectory: '/', ...efs } };
  const said = Object.keys(whole).filter((name) => name !== 'name' && whole[name] !== undefined);
  return said.length === 0 ? { ...whole, host: {} } : whole;
}

/**
 * A size in units, whether it is written so or as `1 vCPU` or `2 GB` [API reference "RegisterTaskDefinition"].
 *
 * @throws AwsError ClientException for a size that is neither
 */
function sizeOf(input: Input, member: 'cpu' | 'memory', large: RegExp): string | undefined {
  const given = textOf(input, member);
  if (given === undefined) return undefined;
  const amount = large.exec(given)?.[1];
  const units = amount === undefined ? Number(given) : Number(amount) * 1024;
  if (given.trim() === '' || !Number.isInteger(units) || units <= 0)
    throw clientError(unverifiedTexts.taskSize(member));
  return String(units);
}

const largeCpu = /^\s*(\d*\.?\d+)\s*vcpus?\s*$/i;
const largeMemory = /^\s*(\d*\.?\d+)\s*gb\s*$/i;

export function definitionFrom(input: Input): Definition {
  const family = textOf(input, 'family') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw clientError('Family contains invalid characters.');
  const given = textOf(input, 'networkMode');
  const networkMode = given ?? 'bridge';
  const requires = textsOf(input, 'requiresCompatibilities') ?? [];
  const cpu = sizeOf(input, 'cpu', largeCpu);
  const memory = sizeOf(input, 'memory', largeMemory);
  const containers = (recordsOf(input, 'containerDefinitions') ?? []).map((each) => containerOf(each, networkMode));
  const volumes = (recordsOf(input, 'volumes') ?? []).map(volumeOf);
  checkRoles(input);
  checkConstraints(input, clientError);
  checkContainers(containers, networkMode);
  for (const container of recordsOf(input, 'containerDefinitions') ?? []) checkContainerSettings(container);
  checkPorts(containers);
  const problem = fargateProblem({ networkMode, cpu, memory, input, containers });
  if (problem !== undefined && requires.includes('FARGATE')) throw problem;
  checkResources(containers, cpu, memory);
  checkVolumes(volumes, containers);
  checkLogsAndSecrets(containers, input['executionRoleArn']);
  const proxy = textOf(recordOf(input, 'proxyConfiguration') ?? {}, 'containerName');
  if (proxy !== undefined && !containers.some(({ name }) => name === proxy)) {
    throw clientError(unverifiedTexts.proxyContainer(proxy));
  }
  const awsvpc = networkMode === 'awsvpc';
  const body: Json = {
    containerDefinitions: containers,
    // Not told when it was not given, although `bridge` is meant.
    ...(given === undefined ? {} : { networkMode: given }),
    volumes,
    requiresAttributes: [
      { name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' },
      ...(awsvpc ? [{ name: 'ecs.capability.task-eni' }] : []),
    ],
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? []),
    compatibilities: compatibilitiesOf(awsvpc, problem === undefined),
    ...(requires.length > 0 ? { requiresCompatibilities: requires } : {}),
  };
  for (const name of kept) if (input[name] !== undefined && input[name] !== null) body[name] = copyOf(input[name]);
  if (cpu !== undefined) body['cpu'] = cpu;
  if (memory !== undefined) body['memory'] = memory;
  return {
    family,
    networkMode,
    requires,
    body,
    containers: containers.map((container) => ({
      name: textOf(container, 'name') ?? '',
      image: textOf(container, 'image') ?? '',
      ports: Array.isArray(container['portMappings']) ? container['portMappings'].filter(isPort) : [],
    })),
  };
}

function compatibilitiesOf(awsvpc: boolean, fargate: boolean): string[] {
  if (!awsvpc) return ['EXTERNAL', 'EC2'];
  return fargate ? ['EC2', 'FARGATE', 'MANAGED_INSTANCES'] : ['EC2', 'MANAGED_INSTANCES'];
}

function isPort(value: unknown): value is PortMapping {
  return isJson(value) && typeof value['containerPort'] === 'number' && typeof value['hostPort'] === 'number';
}
