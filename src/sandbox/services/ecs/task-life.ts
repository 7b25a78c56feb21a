// A task from its start to its end: addresses, targets, and the status that follows from its instants.
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { elbv2Of } from '../elbv2/store.ts';
import { elbv2Times } from '../elbv2/timings.ts';
import { networkOf } from '../network/store.ts';
import { ecsTimes, type EcsTimings } from './timings.ts';
import { targetKey } from '../elbv2/health.ts';
import { deregisterTarget } from '../elbv2/registration.ts';
import { ecsArn } from './arns.ts';
import { chosenProvider, onFargate } from './launch-input.ts';
import {
  ecsOf,
  type ContainerInstance,
  type DeploymentSpec,
  type ServiceLoadBalancer,
  type ServiceRecord,
  type Tag,
  type TaskRecord,
  type TrafficShift,
} from './store.ts';
import { startShares, stopShares } from './unverified.ts';

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

/** `DEACTIVATING` lasts until the task's targets have drained; only then do its containers get their SIGTERM. */
export function taskStatus(task: TaskRecord, now: number, timings: EcsTimings): TaskStatus {
  if (task.stoppedAt !== null && task.stoppedAt <= now) return 'STOPPED';
  if (task.stoppingAt !== null) {
    if (task.drainedAt === null || task.drainedAt > now) return 'DEACTIVATING';
    const share = timings.taskStop === 0 ? 1 : (now - task.drainedAt) / timings.taskStop;
    return share < stopShares.deprovisioning || task.networkInterface === null ? 'STOPPING' : 'DEPROVISIONING';
  }
  if (task.startedAt !== null) return 'RUNNING';
  const share = timings.taskStart === 0 ? 1 : (now - task.createdAt) / timings.taskStart;
  if (share < startShares.pending) return task.networkInterface === null ? 'PENDING' : 'PROVISIONING';
  return share < startShares.activating || task.targets.length === 0 ? 'PENDING' : 'ACTIVATING';
}

/** Whether the scheduler counts on a task: it has not begun to stop. */
export function isLive(task: TaskRecord): boolean {
  return task.stoppingAt === null && task.stoppedAt === null;
}

/** Private addresses are never reused within a region's world, so that a stale target finds nobody. */
function nextAddress(local: RegionData): string {
  ecsOf(local).addressCount += 1;
  const count = ecsOf(local).addressCount + 255;
  return `10.${String((count >>> 16) & 255)}.${String((count >>> 8) & 255)}.${String(count & 255)}`;
}

interface Place {
  readonly world: World;
  readonly region: string;
  readonly local: RegionData;
  readonly at: number;
}

function subnetsOf(spec: DeploymentSpec): string[] {
  const config = spec.networkConfiguration?.['awsvpcConfiguration'];
  const subnets = typeof config === 'object' && config !== null && 'subnets' in config ? config.subnets : undefined;
  return Array.isArray(subnets) ? subnets.filter((item): item is string => typeof item === 'string') : [];
}

/** What a task is made from; `service` and `deployment` are empty where there is none. */
interface NewTask {
  readonly cluster: string;
  readonly service: string;
  readonly deployment: string;
  readonly spec: DeploymentSpec;
  /** What the tasks of the same deployment run on, for its strategy to choose. */
  readonly provided: readonly (string | undefined)[];
  /** Whether it serves from the alternate target groups. */
  readonly alternate?: boolean;
  readonly tags: Tag[];
  /** The container instance that it is for; any unless told. */
  readonly on?: ContainerInstance | undefined;
}

/** Starts one task of a deployment or a task set. @param on the container instance that it is for */
export function startTask(
  place: Place,
  service: ServiceRecord,
  of: { readonly id: string; readonly spec: DeploymentSpec; readonly shift?: TrafficShift },
  on?: ContainerInstance,
): TaskRecord {
  const definition = ecsOf(place.local).taskDefinitions[of.spec.taskDefinition];
  const inherited = { SERVICE: service.tags, TASK_DEFINITION: definition?.tags ?? [] };
  const { propagateTags } = service;
  const from = propagateTags === 'SERVICE' || propagateTags === 'TASK_DEFINITION' ? inherited[propagateTags] : [];
  const task = placeTask(place, {
    cluster: service.cluster,
    service: `${service.cluster}/${service.name}`,
    deployment: of.id,
    spec: of.spec,
    provided: of.spec.capacityProviderStrategy.length === 0 ? [] : providersOf(place.local, service, of.id),
    alternate: of.shift?.alternate === true,
    tags: from.map((tag) => ({ ...tag })),
    on,
  });
  service.tasks.push(task.arn);
  return task;
}

function providersOf(local: RegionData, service: ServiceRecord, deployment: string): (string | undefined)[] {
  return service.tasks.flatMap((arn) => {
    const task = ecsOf(local).tasks[arn];
    return task?.deployment === deployment && isLive(task) ? [task.capacityProvider] : [];
  });
}

/** Puts a task into its cluster: from here on it starts. */
export function placeTask({ world, region, local, at }: Place, from: NewTask): TaskRecord {
  const { spec } = from;
  const ecs = ecsOf(local);
  const definition = ecs.taskDefinitions[spec.taskDefinition];
  const awsvpc = definition?.networkMode === 'awsvpc';
  const id = world.hex(32);
  const subnets = subnetsOf(spec);
  const subnet = awsvpc ? (subnets[ecs.addressCount % Math.max(1, subnets.length)] ?? null) : null;
  const zone = subnet === null ? undefined : networkOf(local).subnets[subnet]?.availabilityZone;
  const address = awsvpc ? nextAddress(local) : null;
  const instance = awsvpc ? null : (from.on?.host ?? `i-${world.hex(17)}`);
  const hostPorts: Record<string, number> = {};
  for (const container of definition?.containers ?? []) {
    for (const port of container.ports) {
      const dynamic = port.hostPort === 0 ? 32_768 + Math.floor(world.random() * 28_000) : port.hostPort;
      hostPorts[`${container.name}:${String(port.containerPort)}`] = awsvpc ? port.containerPort : dynamic;
    }
  }
  const capacityProvider = chosenProvider(spec.capacityProviderStrategy, from.provided);
  const task: TaskRecord = {
    arn: ecsArn(world, region, `task/${from.cluster}/${id}`),
    id,
    service: from.service,
    cluster: from.cluster,
    deployment: from.deployment,
    taskDefinition: spec.taskDefinition,
    launchType: spec.launchType ?? (onFargate(spec) ? 'FARGATE' : 'EC2'),
    ...(capacityProvider === undefined ? {} : { capacityProvider }),
    createdAt: at,
    startAt: at + ecsTimes(world).taskStart,
    startedAt: null,
    stoppingAt: null,
    drainedAt: null,
    stoppedAt: null,
    stopCode: null,
    stoppedReason: null,
    attachment: awsvpc ? `${world.hex(8)}-${world.hex(4)}-4${world.hex(3)}-a${world.hex(3)}-${world.hex(12)}` : null,
    networkInterface: awsvpc ? `eni-${world.hex(17)}` : null,
    subnet,
    availabilityZone: zone ?? from.on?.availabilityZone ?? `${region}a`,
    address,
    instance,
    ...(from.on === undefined ? {} : { containerInstance: from.on.arn }),
    hostPorts,
    targets: spec.loadBalancers.map((balancer) => ({
      targetGroupArn: targetGroupOf(balancer, from.alternate === true),
      id: address ?? instance ?? '',
      port: hostPorts[`${balancer.containerName}:${String(balancer.containerPort)}`] ?? balancer.containerPort,
      registeredAt: null,
      retryAt: null,
      failed: false,
    })),
    tags: from.tags,
  };
  ecs.tasks[task.arn] = task;
  if (address !== null) ecs.addresses[address] = task.arn;
  const cluster = ecs.clusters[from.cluster];
  if (cluster !== undefined) cluster.tasks[task.arn] = true;
  return task;
}

/** The target group of a service's tasks, or the other one in which their successors stand beside them. */
export function targetGroupOf(
  { targetGroupArn, advancedConfiguration }: ServiceLoadBalancer,
  alternate: boolean,
): string {
  const other = advancedConfiguration?.['alternateTargetGroupArn'];
  return alternate && typeof other === 'string' ? other : targetGroupArn;
}

/** Begins a task's stop: its targets start to drain. Returns the target groups it was deregistered from. */
export function stopTask(place: Place, task: TaskRecord, stopCode: string, reason: string): string[] {
  const { local, at, world } = place;
  task.stoppingAt = at;
  task.stopCode = stopCode;
  task.stoppedReason = reason;
  const left: string[] = [];
  for (const target of task.targets) {
    const group = elbv2Of(local).targetGroups[target.targetGroupArn];
    if (target.registeredAt === null || group === undefined) continue;
    deregisterTarget(group, target, at, elbv2Times(world));
    left.push(target.targetGroupArn);
  }
  task.drainedAt = drainEnd(local, task, at) > at ? null : at;
  return left;
}

/** When the last of a task's targets has drained; `at` when none is draining any more. */
export function drainEnd(local: RegionData, task: TaskRecord, at: number): number {
  let end = at;
  for (const { targetGroupArn, id, port } of task.targets) {
    const drained = elbv2Of(local).targetGroups[targetGroupArn]?.targets[targetKey(id, port)]?.drainedAt;
    if (drained !== undefined && drained !== null && drained > end) end = drained;
  }
  return end;
}

/** Forgets a task for good. */
export function purgeTask(local: RegionData, task: TaskRecord): void {
  const ecs = ecsOf(local);
  // Keys of plain JSON records.
  /* eslint-disable @typescript-eslint/no-dynamic-delete */
  delete ecs.tasks[task.arn];
  if (task.address !== null) delete ecs.addresses[task.address];
  const cluster = ecs.clusters[task.cluster];
  if (cluster !== undefined) delete cluster.tasks[task.arn];
  /* eslint-enable @typescript-eslint/no-dynamic-delete */
}
