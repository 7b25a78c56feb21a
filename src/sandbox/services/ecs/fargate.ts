// What Fargate runs: sizes of tasks, and what a task definition may not say there [developer guide "Amazon ECS task
// definition parameters for Fargate", "Task size"].
import { clientError, isJson, recordOf, recordsOf, textOf } from './input.ts';
import type { AwsError } from '../../model.ts';
import { stopTimeoutProblem } from './container-checks.ts';
import type { Json } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** Memory in MiB by CPU units: least, most, and the step between; 256 CPU units take the powers of two alone. */
const sizes: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  '256': [512, 2048, 512],
  '512': [1024, 4096, 1024],
  '1024': [2048, 8192, 1024],
  '2048': [4096, 16_384, 1024],
  '4096': [8192, 30_720, 1024],
  '8192': [16_384, 61_440, 4096],
  '16384': [32_768, 122_880, 8192],
};

/** [developer guide "Task size": Windows containers] */
const windowsCpus = ['1024', '2048', '4096'];

/** Without a size of its own a task has 20 GiB of storage [API reference "EphemeralStorage"]. */
const storage = { least: 21, most: 200 };

const logDrivers: readonly unknown[] = ['awslogs', 'splunk', 'awsfirelens'];

function isSize(cpu: string, memory: number): boolean {
  const [least = Infinity, most = 0, step = 1] = sizes[cpu] ?? [];
  if (cpu === '256' && memory === 1536) return false;
  return memory >= least && memory <= most && (memory - least) % step === 0;
}

/** A task definition with its sizes in units, whether as AWS keeps it or as it was given. */
interface Task {
  readonly networkMode: string;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly input: Json;
  readonly containers: readonly Json[];
}

/** Why Fargate cannot run a task definition; undefined when it can. */
export function fargateProblem(task: Task): AwsError | undefined {
  const { networkMode, cpu, memory, input, containers } = task;
  if (networkMode !== 'awsvpc') return clientError('Fargate only supports network mode ‘awsvpc’.');
  if (cpu === undefined) return clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) return clientError("Fargate requires that 'memory' be defined at the task level.");
  const family = textOf(recordOf(input, 'runtimePlatform') ?? {}, 'operatingSystemFamily');
  const isWindows = family?.startsWith('WINDOWS') === true;
  if (!isSize(cpu, Number(memory)) || (isWindows && !windowsCpus.includes(cpu))) {
    return clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
  }
  const size = recordOf(input, 'ephemeralStorage')?.['sizeInGiB'];
  if (typeof size === 'number' && (size < storage.least || size > storage.most)) {
    return clientError(unverifiedTexts.ephemeralStorage);
  }
  const unknown = unsupported(input, containers);
  if (unknown !== undefined) return clientError(`Fargate compatible task definitions do not support ${unknown}`);
  for (const container of containers) {
    const problem = containerProblem(container, textOf(input, 'executionRoleArn') !== undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function containerProblem(container: Json, hasRole: boolean): AwsError | undefined {
  const log = recordOf(container, 'logConfiguration');
  if (log !== undefined && !logDrivers.includes(log['logDriver'])) {
    return clientError(unverifiedTexts.fargateLogDriver(String(log['logDriver'])));
  }
  const stop = stopTimeoutProblem(container);
  if (stop !== undefined) return clientError(stop);
  const needs = 'Fargate requires task definition to have execution role ARN to support';
  if (!hasRole && log?.['logDriver'] === 'awslogs') return clientError(`${needs} log driver awslogs.`);
  if (!hasRole && isPrivateEcr(textOf(container, 'image') ?? '')) return clientError(`${needs} ECR images.`);
  if (log?.['logDriver'] === 'awslogs' && recordOf(log, 'options')?.['awslogs-stream-prefix'] === undefined) {
    return clientError(
      'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
    );
  }
  return undefined;
}

/** An image of a private registry of ECR; those of `public.ecr.aws` need no role. */
function isPrivateEcr(image: string): boolean {
  return image.includes('.dkr.') && /^\d{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9-]+\.(amazonaws\.com|on\.aws)/.test(image);
}

function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null;
}

/** The first member that Fargate does not take. */
function unsupported(input: Json, containers: readonly Json[]): string | undefined {
  for (const member of ['inferenceAccelerators', 'placementConstraints', 'ipcMode']) {
    if (isFilled(input[member])) return member;
  }
  if (input['pidMode'] === 'host') return 'pidMode';
  for (const volume of recordsOf(input, 'volumes') ?? []) {
    if (isFilled(recordOf(volume, 'host')?.['sourcePath'])) return 'sourcePath';
    if (isFilled(volume['dockerVolumeConfiguration'])) return 'dockerVolumeConfiguration';
  }
  for (const container of containers) {
    if (container['privileged'] === true) return 'privileged';
    if (isFilled(container['links'])) return 'links';
    if (isFilled(container['dockerSecurityOptions'])) return 'dockerSecurityOptions';
    if (recordsOf(container, 'resourceRequirements')?.some(({ type }) => type === 'GPU') === true) return 'GPU';
    const linux = container['linuxParameters'];
    if (!isJson(linux)) continue;
    for (const member of ['devices', 'sharedMemorySize', 'tmpfs', 'maxSwap', 'swappiness']) {
      if (isFilled(linux[member])) return member;
    }
  }
  return undefined;
}
