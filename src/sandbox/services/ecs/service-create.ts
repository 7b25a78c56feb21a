// CreateService.
import type { CallContext, Input, Output } from '../../model.ts';
import { put } from '../../records.ts';
import { ecsArn, serviceKey } from './arns.ts';
import { checkShiftable, deploymentSettings } from './deployment-config.ts';
import { addDeployment } from './deployments.ts';
import { booleanOf, copyOf, integerOf, invalidParameter, recordOf, recordsOf, tagsOf, textOf } from './input.ts';
import { desiredCountOf, specFrom } from './service-input.ts';
import { serviceOutput } from './service-output.ts';
import { activeCluster, indexService, parametersOf } from './service-records.ts';
import { checkControllerCreate, checkDaemon, checkWhole, usualRebalancing } from './service-rules.ts';
import { ecsOf, type ClusterRecord, type DeploymentSpec, type ServiceRecord } from './store.ts';
import { newTaskSet } from './task-set-record.ts';
import { wakeService } from './wake.ts';

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
  const { local, now } = context;
  const cluster = activeCluster(local, input);
  const name = textOf(input, 'serviceName') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid service name.');
  const token = textOf(input, 'clientToken');
  if (token !== undefined && token.length > 36) throw invalidParameter('idempotency token longer than 36.');
  const key = serviceKey(cluster.name, name);
  const existing = repeated(ecsOf(local).services[key], input, token);
  if (existing !== undefined) return { service: serviceOutput(existing, context, true) };

  const service = serviceFrom(input, name, cluster, context);
  const spec = specOf(input, service, cluster, context);
  checkWhole(input, service, spec);
  if (spec !== undefined) begin(service, spec, key, context);
  ecsOf(local).services[key] = service;
  put(cluster.services, name, key);
  const answer = serviceOutput(service, context, true);
  wakeService(ecsOf(local), service, now);
  return { service: answer };
}

/** @returns undefined for a service whose task sets somebody else makes */
function specOf(
  input: Input,
  service: ServiceRecord,
  cluster: ClusterRecord,
  context: CallContext,
): DeploymentSpec | undefined {
  checkControllerCreate(input, service.deploymentController, service.schedulingStrategy);
  if (service.deploymentController === 'EXTERNAL') return undefined;
  const spec = specFrom(input, cluster, context);
  if (service.schedulingStrategy === 'DAEMON') checkDaemon(input, true, spec);
  checkShiftable(service.deploymentConfiguration, spec);
  return spec;
}

/** ECS deploys a service itself, or makes the first task set of one that CodeDeploy deploys from then on. */
function begin(service: ServiceRecord, spec: DeploymentSpec, key: string, { local, now, world }: CallContext): void {
  indexService(local, key, undefined, spec);
  if (service.taskSets === undefined) {
    addDeployment({ world, local, at: now }, service, spec);
    return;
  }
  service.taskSets.push({
    ...newTaskSet(world, spec, now),
    status: 'PRIMARY',
    scale: 100,
    startedBy: service.deploymentController,
  });
}

function serviceFrom(
  input: Input,
  name: string,
  cluster: ClusterRecord,
  { now, region, world }: CallContext,
): ServiceRecord {
  const token = textOf(input, 'clientToken');
  const schedulingStrategy = textOf(input, 'schedulingStrategy') === 'DAEMON' ? 'DAEMON' : 'REPLICA';
  const deploymentController = textOf(recordOf(input, 'deploymentController') ?? {}, 'type') ?? 'ECS';
  const desiredCount = desiredCountOf(input);
  if (schedulingStrategy === 'REPLICA' && desiredCount === undefined) throw invalidParameter('DesiredCount is missing');
  const settings = deploymentSettings(input, { schedulingStrategy, deploymentController });
  return {
    arn: ecsArn(world, region, `service/${cluster.name}/${name}`),
    name,
    cluster: cluster.name,
    status: 'ACTIVE',
    createdAt: now,
    createdBy: world.data.callerArn,
    desiredCount: desiredCount ?? 0,
    schedulingStrategy,
    deploymentController,
    ...settings,
    placementConstraints: copyOf(recordsOf(input, 'placementConstraints') ?? []),
    placementStrategy: copyOf(recordsOf(input, 'placementStrategy') ?? []),
    healthCheckGracePeriodSeconds: integerOf(input, 'healthCheckGracePeriodSeconds') ?? 0,
    enableECSManagedTags: booleanOf(input, 'enableECSManagedTags') ?? false,
    propagateTags: textOf(input, 'propagateTags') ?? 'NONE',
    enableExecuteCommand: booleanOf(input, 'enableExecuteCommand') ?? false,
    availabilityZoneRebalancing:
      textOf(input, 'availabilityZoneRebalancing') ?? usualRebalancing(schedulingStrategy, settings.maximumPercent),
    role: textOf(input, 'role') ?? null,
    tags: tagsOf(input),
    tokens: token === undefined ? {} : { [token]: parametersOf(input) },
    deployments: [],
    ...(deploymentController === 'ECS' ? {} : { taskSets: [] }),
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
}
