// What the parts of a task definition say of each other. Texts without a remark in unverified.ts are quoted from AWS in
// public issues.
import { clientError, recordOf, recordsOf, textOf, textsOf } from './input.ts';
import type { Json } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

const mostContainers = 10;

/**
 * @param containers as AWS keeps them
 * @throws AwsError ClientException
 */
export function checkContainers(containers: readonly Json[], networkMode: string): void {
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > mostContainers) throw clientError('Too many containers.');
  const byName = new Map(containers.map((container) => [textOf(container, 'name') ?? '', container]));
  if (byName.size < containers.length) throw clientError('Container names must be unique within a task definition.');
  if (!containers.some(({ essential }) => essential === true)) {
    throw clientError('No essential container was specified.');
  }
  for (const [name, container] of byName) {
    if (container['dependsOn'] !== undefined) checkDependencies(name, container, byName);
    for (const { sourceContainer } of recordsOf(container, 'volumesFrom') ?? []) {
      if (!byName.has(String(sourceContainer)) || sourceContainer === name) {
        throw clientError(texts.volumesFrom(String(sourceContainer)));
      }
    }
    if (container['links'] !== undefined) checkLinks(container, networkMode, byName);
  }
  if (containers.some(({ dependsOn }) => dependsOn !== undefined)) checkCycles(byName);
}

function checkDependencies(name: string, container: Json, byName: ReadonlyMap<string, Json>): void {
  for (const { containerName, condition } of recordsOf(container, 'dependsOn') ?? []) {
    const other = byName.get(String(containerName));
    if (other === undefined || containerName === name) {
      throw clientError(texts.dependencyMissing(name, String(containerName)));
    }
    if ((condition === 'SUCCESS' || condition === 'COMPLETE') && other['essential'] === true) {
      throw clientError('A dependency container with SUCCESS or COMPLETE condition cannot be an essential container');
    }
    if (condition === 'HEALTHY' && other['healthCheck'] === undefined) {
      throw clientError(texts.dependencyHealth(String(containerName)));
    }
  }
}

function checkCycles(byName: ReadonlyMap<string, Json>): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw clientError(texts.dependencyCycle);
    if (done.has(name)) return;
    for (const { containerName } of recordsOf(byName.get(name) ?? {}, 'dependsOn') ?? []) {
      visit(String(containerName), [...path, name]);
    }
    done.add(name);
  };
  for (const name of byName.keys()) visit(name, []);
}

function checkLinks(container: Json, networkMode: string, byName: ReadonlyMap<string, Json>): void {
  const links = textsOf(container, 'links') ?? [];
  if (links.length === 0) return;
  if (networkMode !== 'bridge') throw clientError(texts.links(networkMode));
  for (const link of links) {
    const [name = ''] = link.split(':');
    if (!byName.has(name)) throw clientError(texts.linkMissing(name));
  }
}

/** Volumes that mount points name, and what a volume on EFS may say [API reference "EFSVolumeConfiguration"]. */
export function checkVolumes(volumes: readonly Json[], containers: readonly Json[]): void {
  const names = new Set(volumes.map(({ name }) => name));
  if (names.size < volumes.length) throw clientError(texts.volumeTwice);
  for (const container of containers) {
    for (const point of recordsOf(container, 'mountPoints') ?? []) {
      const source = textOf(point, 'sourceVolume');
      if (!names.has(source)) throw clientError(`Unknown volume '${source ?? 'null'}'.`);
    }
  }
  for (const volume of volumes) {
    if (recordOf(volume, 'host')?.['sourcePath'] === '') throw clientError('host.sourcePath should not be blank.');
    const efs = recordOf(volume, 'efsVolumeConfiguration');
    if (efs === undefined) continue;
    const { accessPointId, iam } = recordOf(efs, 'authorizationConfig') ?? {};
    if ((accessPointId !== undefined || iam === 'ENABLED') && efs['transitEncryption'] !== 'ENABLED') {
      throw clientError(texts.efsEncryption);
    }
    if (accessPointId !== undefined && (efs['rootDirectory'] ?? '/') !== '/') throw clientError(texts.efsRoot);
  }
}

/** Containers fit into their task [API reference "ContainerDefinition"]. */
export function checkResources(containers: readonly Json[], cpu: string | undefined, memory: string | undefined): void {
  let reserved = 0;
  let units = 0;
  for (const container of containers) {
    const name = textOf(container, 'name') ?? '';
    const hard = numberOf(container, 'memory');
    const soft = numberOf(container, 'memoryReservation');
    if (memory === undefined && hard === undefined && soft === undefined) {
      throw clientError(
        `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
      );
    }
    if (hard !== undefined && soft !== undefined && hard < soft) throw clientError(texts.reservation(name));
    if (memory !== undefined && (hard ?? soft ?? 0) > Number(memory)) {
      throw clientError(`The 'memory' setting for container '${name}' is greater than for the task.`);
    }
    reserved += soft ?? hard ?? 0;
    units += numberOf(container, 'cpu') ?? 0;
  }
  if (memory !== undefined && reserved > Number(memory)) throw clientError(texts.memorySum);
  if (cpu !== undefined && units > Number(cpu)) {
    throw clientError("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.");
  }
}

/** Options of every log driver [API reference "LogConfiguration"]. */
const ofEvery = ['mode', 'max-buffer-size'];

/** Log drivers and secrets, whatever runs them. */
export function checkLogsAndSecrets(containers: readonly Json[], executionRole: unknown): void {
  let sends = false;
  let routes = false;
  for (const container of containers) {
    const log = recordOf(container, 'logConfiguration');
    if (log?.['logDriver'] === 'awslogs') {
      const options = recordOf(log, 'options') ?? {};
      const missing = ['awslogs-region', 'awslogs-group'].filter((name) => options[name] === undefined);
      if (missing.length > 0) throw clientError(`Log driver awslogs requires options: ${missing.join(', ')}`);
      const strange = Object.keys(options).filter((name) => !name.startsWith('awslogs-') && !ofEvery.includes(name));
      if (strange.length > 0) throw clientError(`Log driver awslogs disallows options: ${strange.join(', ')}`);
    }
    sends ||= log?.['logDriver'] === 'awsfirelens';
    routes ||= container['firelensConfiguration'] !== undefined;
    const hasRole = typeof executionRole === 'string';
    if (recordOf(container, 'repositoryCredentials') !== undefined && !hasRole)
      throw clientError(texts.credentialsRole);
    const secrets =
      (recordsOf(container, 'secrets') ?? []).length + (recordsOf(log ?? {}, 'secretOptions') ?? []).length;
    if (secrets > 0 && !hasRole) {
      throw clientError(
        "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
      );
    }
  }
  if (sends && !routes) {
    throw clientError(
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
    );
  }
  if (routes && !sends) {
    throw clientError(
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
    );
  }
}

function numberOf(container: Json, name: string): number | undefined {
  const value = container[name];
  return typeof value === 'number' ? value : undefined;
}
