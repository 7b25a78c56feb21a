// What a container says by itself, and the ports that the containers of a task share. Texts without a remark in unverified.ts
// are quoted from AWS in public issues.
import { clientError, recordOf, recordsOf, textOf } from './input.ts';
import type { Json } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

/** Bounds of a health check [API reference "HealthCheck"]. */
const healthCheckBounds: Readonly<Record<string, readonly [least: number, most: number]>> = {
  interval: [5, 300],
  timeout: [2, 120],
  retries: [1, 10],
  startPeriod: [0, 300],
};

/** Docker runs no container with less [API reference "ContainerDefinition", memory: 4 MiB up to version 19, 6 since]. */
const leastMemory = 4;
const mostStop = 120;

/** @throws AwsError ClientException */
export function checkContainerSettings(container: Json): void {
  const name = textOf(container, 'name') ?? '';
  for (const mapping of recordsOf(container, 'portMappings') ?? []) {
    // Pasted: aws/aws-cli#7288.
    if (mapping['containerPortRange'] === undefined && !isPort(mapping['containerPort'])) {
      throw clientError(`Invalid 'containerPort' setting for container '${name}'.`);
    }
    const host = mapping['hostPort'];
    if (host !== undefined && host !== 0 && !isPort(host)) throw clientError(texts.hostPort(name));
  }
  checkHealthCheck(name, recordOf(container, 'healthCheck'));
  for (const member of ['memory', 'memoryReservation']) {
    const value = container[member];
    if (typeof value === 'number' && value < leastMemory) throw clientError(texts.leastMemory(member, name));
  }
  for (const point of recordsOf(container, 'mountPoints') ?? []) {
    if ((textOf(point, 'containerPath') ?? '') === '') throw clientError(texts.mountPath(name));
  }
  checkNames(container);
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && value >= 1 && value <= 65_535;
}

function checkHealthCheck(name: string, check: Json | undefined): void {
  if (check === undefined) return;
  if (Array.isArray(check['command']) && check['command'].length === 0) throw clientError(texts.healthCommand(name));
  for (const [member, [least, most]] of Object.entries(healthCheckBounds)) {
    const value = check[member];
    if (typeof value === 'number' && (value < least || value > most)) {
      throw clientError(texts.healthBounds(name, member, least, most));
    }
  }
}

/** Pasted: dagster-io/dagster#11622, CircleCI-Public/aws-ecs-orb#190. */
function checkNames(container: Json): void {
  const variables = new Set((recordsOf(container, 'environment') ?? []).map((each) => textOf(each, 'name')));
  const secrets = (recordsOf(container, 'secrets') ?? []).map((each) => textOf(each, 'name') ?? '');
  const twice = secrets.find((each, index) => secrets.indexOf(each) !== index);
  if (twice !== undefined)
    throw clientError(`Duplicate secret names found: ${twice}. Each secret name must be unique.`);
  const shared = secrets.find((each) => variables.has(each));
  if (shared !== undefined) {
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared}'.`,
    );
  }
}

/** Fargate stops a container after two minutes at most [API reference "ContainerDefinition", stopTimeout]. */
export function stopTimeoutProblem(container: Json): string | undefined {
  const value = container['stopTimeout'];
  return typeof value === 'number' && value > mostStop ? texts.stopTimeout(mostStop) : undefined;
}

/** @param containers as AWS keeps them: with the host port that a network mode gives */
export function checkPorts(containers: readonly Json[]): void {
  const taken = new Set<string>();
  const names = new Set<string>();
  for (const { hostPort, name, protocol } of containers.flatMap((each) => recordsOf(each, 'portMappings') ?? [])) {
    const place = `${String(protocol)} ${String(hostPort)}`;
    if (typeof hostPort === 'number' && hostPort !== 0 && taken.has(place)) {
      // Pasted: aws/amazon-ecs-agent#1220.
      const what = String(protocol).toUpperCase();
      throw clientError(`${what} host port '${String(hostPort)}' is mapped multiple times in task.`);
    }
    taken.add(place);
    if (typeof name !== 'string') continue;
    if (names.has(name)) throw clientError(texts.portNameTwice(name));
    names.add(name);
  }
}

/** @throws AwsError ClientException for what is neither a role's ARN nor its name */
export function checkRoles(input: Json): void {
  for (const member of ['taskRoleArn', 'executionRoleArn']) {
    const role = textOf(input, member);
    if (role === undefined || role === '') continue;
    if (!/^(arn:aws[\w-]*:iam::\d{12}:role\/)?[\w+=,.@/-]+$/.test(role)) throw clientError(texts.roleNotValid);
  }
}
