// CreateService, UpdateService, DeleteService.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output, RegionData } from '../../model.ts';
import { clusterOf, ecsArn, serviceKey, serviceOf } from './arns.ts';
import { addDeployment } from './deployments.ts';
import {
  booleanOf,
  clientError,
  copyOf,
  integerOf,
  invalidParameter,
  recordOf,
  recordsOf,
  tagsOf,
  textOf,
} from './input.ts';
import { deploymentSettings, desiredCountOf, specFrom } from './service-input.ts';
import { serviceOutput } from './service-output.ts';
import { ecsOf, type ClusterRecord, type DeploymentSpec, type ServiceRecord } from './store.ts';
import { stopTask } from './task-life.ts';
import { unverifiedTexts } from './unverified.ts';
import { wakeService } from './wake.ts';

/** The parameters that a repeated clientToken must come with again: all but the tags, whatever their order. */
function parametersOf(input: Input): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  };
  return JSON.stringify(sorted({ ...input, tags: undefined, clientToken: undefined }));
}

/** Which services a target group's changes concern. */
function index(local: RegionData, key: string, before: DeploymentSpec | undefined, after: DeploymentSpec): void {
  const { servicesByTargetGroup } = ecsOf(local);
  const arns = [...(before?.loadBalancers ?? []), ...after.loadBalancers].map(({ targetGroupArn }) => targetGroupArn);
  for (const arn of arns) {
    const keys = (servicesByTargetGroup[arn] ??= []);
    if (!keys.includes(key)) keys.push(key);
  }
}

function activeCluster(local: RegionData, input: Input): ClusterRecord {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  if (cluster.status !== 'ACTIVE') throw clientError(unverifiedTexts.clusterNotActive);
  return cluster;
}

/**
 * The answer to a create whose name is taken, or undefined when the name is free. A token is scoped to the cluster and
 * the service's name; with the same token and parameters the existing service is the answer, even with other tags.
 */
function repeated(
  existing: ServiceRecord | undefined,
  input: Input,
  token: string | undefined,
): ServiceRecord | undefined {
  if (existing === undefined || existing.status === 'INACTIVE') return undefined;
  if (existing.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
  if (token !== undefined && existing.tokens[token] === parametersOf(input)) return existing;
  throw invalidParameter('Creation of service was not idempotent.');
}

export function createService(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = activeCluster(local, input);
  const name = textOf(input, 'serviceName') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid service name.');
  const token = textOf(input, 'clientToken');
  if (token !== undefined && token.length > 36) throw invalidParameter('idempotency token longer than 36.');
  const key = serviceKey(cluster.name, name);
  const existing = repeated(ecsOf(local).services[key], input, token);
  if (existing !== undefined) return { service: serviceOutput(existing, context, true) };

  const schedulingStrategy = textOf(input, 'schedulingStrategy') === 'DAEMON' ? 'DAEMON' : 'REPLICA';
  const desiredCount = desiredCountOf(input);
  if (schedulingStrategy === 'REPLICA' && desiredCount === undefined) throw invalidParameter('DesiredCount is missing');
  const spec = specFrom(input, cluster, context);
  const service: ServiceRecord = {
    arn: ecsArn(world, region, `service/${cluster.name}/${name}`),
    name,
    cluster: cluster.name,
    status: 'ACTIVE',
    createdAt: now,
    createdBy: world.data.callerArn,
    desiredCount: desiredCount ?? 0,
    schedulingStrategy,
    deploymentController: textOf(recordOf(input, 'deploymentController') ?? {}, 'type') ?? 'ECS',
    ...deploymentSettings(input),
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? []),
    placementStrategy: copyOf(recordsOf(input, 'placementStrategy') ?? []),
    healthCheckGracePeriodSeconds: integerOf(input, 'healthCheckGracePeriodSeconds') ?? 0,
    enableECSManagedTags: booleanOf(input, 'enableECSManagedTags') ?? false,
    propagateTags: textOf(input, 'propagateTags') ?? 'NONE',
    enableExecuteCommand: booleanOf(input, 'enableExecuteCommand') ?? false,
    availabilityZoneRebalancing: textOf(input, 'availabilityZoneRebalancing') ?? 'ENABLED',
    role: textOf(input, 'role') ?? null,
    tags: tagsOf(input),
    tokens: token === undefined ? {} : { [token]: parametersOf(input) },
    deployments: [],
    history: [],
    revisions: {},
    events: [],
    tasks: [],
    steadySince: null,
    steadyTold: false,
    lastCompleted: null,
    failures: 0,
    retryAt: now,
    emptySince: null,
    inactiveAt: null,
    due: null,
  };
  addDeployment(world, service, spec, now);
  ecsOf(local).services[key] = service;
  cluster.services[name] = key;
  index(local, key, undefined, spec);
  const answer = serviceOutput(service, context, true);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

function existingService(input: Input, { local }: CallContext): ServiceRecord {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const service = serviceOf(local, cluster, textOf(input, 'service') ?? '');
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** A desired count edits the PRIMARY deployment; only what tasks are made from makes a new one. */
export function updateService(input: Input, context: CallContext): Output {
  const { local, now, world } = context;
  const service = existingService(input, context);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  const cluster = clusterOf(local, service.cluster);
  const desiredCount = desiredCountOf(input);
  const current = service.deployments[0]?.spec;
  const spec = specFrom(input, cluster, context, current);
  const settings = deploymentSettings(input, service.deploymentConfiguration);
  Object.assign(service, settings, {
    desiredCount: desiredCount ?? service.desiredCount,
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? service.placementConstraints),
    placementStrategy: copyOf(recordsOf(input, 'placementStrategy') ?? service.placementStrategy),
    healthCheckGracePeriodSeconds:
      integerOf(input, 'healthCheckGracePeriodSeconds') ?? service.healthCheckGracePeriodSeconds,
    enableECSManagedTags: booleanOf(input, 'enableECSManagedTags') ?? service.enableECSManagedTags,
    propagateTags: textOf(input, 'propagateTags') ?? service.propagateTags,
    enableExecuteCommand: booleanOf(input, 'enableExecuteCommand') ?? service.enableExecuteCommand,
    availabilityZoneRebalancing: textOf(input, 'availabilityZoneRebalancing') ?? service.availabilityZoneRebalancing,
  } satisfies Partial<ServiceRecord>);
  const renew = booleanOf(input, 'forceNewDeployment') === true || JSON.stringify(spec) !== JSON.stringify(current);
  const primary = service.deployments[0];
  if (renew) {
    index(local, serviceKey(service.cluster, service.name), current, spec);
    addDeployment(world, service, spec, now);
  } else if (primary !== undefined && desiredCount !== undefined && primary.desiredCount !== desiredCount) {
    primary.desiredCount = desiredCount;
    primary.updatedAt = now;
    service.steadySince = null;
    service.steadyTold = false;
  }
  const answer = serviceOutput(service, context, false);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

/** Answers at once with DRAINING, even for a service without tasks; repeating it on a DRAINING one is no error. */
export function deleteService(input: Input, context: CallContext): Output {
  const { local, now } = context;
  const service = existingService(input, context);
  if (service.status === 'INACTIVE') throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status === 'DRAINING') return { service: serviceOutput(service, context, true) };
  if (booleanOf(input, 'force') !== true) refuseUnforced(service);
  service.status = 'DRAINING';
  service.desiredCount = 0;
  for (const deployment of service.deployments) deployment.desiredCount = 0;
  // Spelled out: `local` is a getter of the context, which a spread would lose.
  const place = { world: context.world, region: context.region, local, at: now };
  for (const arn of service.tasks) {
    const task = ecsOf(local).tasks[arn];
    if (task === undefined || task.stoppingAt !== null) continue;
    stopTask(place, task, 'ServiceSchedulerInitiated', 'Scaling activity initiated by deployment');
  }
  service.steadySince = null;
  const answer = serviceOutput(service, context, true);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

function refuseUnforced(service: ServiceRecord): void {
  if (service.schedulingStrategy === 'DAEMON') return;
  if (service.desiredCount > 0) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  const rolling = service.deployments.length > 1 || service.deployments[0]?.rolloutState === 'IN_PROGRESS';
  if (rolling && service.tasks.length > 0) {
    throw invalidParameter('The service cannot be stopped while deployments are active.');
  }
}
