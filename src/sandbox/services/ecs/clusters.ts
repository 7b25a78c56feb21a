// Clusters. A deleted one stays describable as INACTIVE; its name may be used again.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { own, put } from '../../records.ts';
import { sweepCluster } from './advance.ts';
import { effectiveSetting } from './capacity-store.ts';
import { capacityFrom, checkRemoved } from './cluster-capacity.ts';
import { clusterName, clusterOf, defaultCluster, ecsArn } from './arns.ts';
import {
  clientError,
  copyOf,
  includes,
  invalidParameter,
  pageOf,
  recordOf,
  recordsOf,
  tagsOf,
  textOf,
  textsOf,
} from './input.ts';
import { instancesOf } from './placement.ts';
import { ecsOf, type ClusterRecord, type TaskRecord } from './store.ts';
import { taskStatus } from './task-life.ts';
import { ecsTimes } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';

/** Tasks of a cluster that are kept, stopped ones included. */
export function clusterTasks(local: RegionData, cluster: ClusterRecord, now: number): TaskRecord[] {
  sweepCluster(local, cluster.tasks, now);
  return Object.keys(cluster.tasks).flatMap((arn) => ecsOf(local).tasks[arn] ?? []);
}

function output(cluster: ClusterRecord, { local, now, world }: CallContext, input: Input): Output {
  let running = 0;
  let pending = 0;
  for (const task of clusterTasks(local, cluster, now)) {
    const status = taskStatus(task, now, ecsTimes(world));
    if (status === 'RUNNING') running += 1;
    else if (status === 'PROVISIONING' || status === 'PENDING' || status === 'ACTIVATING') pending += 1;
  }
  const active = Object.values(cluster.services).filter(
    (key) => ecsOf(local).services[key]?.status === 'ACTIVE',
  ).length;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: instancesOf(local, cluster.name).length,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: active,
    statistics: [],
    tags: includes(input, 'TAGS') ? cluster.tags : [],
    settings: includes(input, 'SETTINGS') ? cluster.settings : [],
    configuration: includes(input, 'CONFIGURATIONS') ? (cluster.configuration ?? undefined) : undefined,
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
    serviceConnectDefaults: cluster.serviceConnectDefaults ?? undefined,
  };
}

const everything: Input = { include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] };

/** Without a setting of its own a cluster has the account's. */
function settingsOf(input: Input, { local, world, callerArn }: CallContext): { name: string; value: string }[] {
  const given = (recordsOf(input, 'settings') ?? []).map((item) => ({
    name: textOf(item, 'name') ?? 'containerInsights',
    value: textOf(item, 'value') ?? '',
  }));
  for (const { value } of given) {
    if (!insights.includes(value)) throw invalidParameter(unverifiedTexts.clusterSetting(value));
  }
  if (given.length > 0) return given;
  const value = effectiveSetting(ecsOf(local), 'containerInsights', callerArn ?? world.data.callerArn);
  return [{ name: 'containerInsights', value }];
}

const insights = ['enabled', 'disabled', 'enhanced'];

/** Idempotent for equal settings; tags are not compared. */
export function createCluster(input: Input, context: CallContext): Output {
  const { local, region, world } = context;
  const name = textOf(input, 'clusterName') ?? defaultCluster;
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid cluster name.');
  const cluster: ClusterRecord = {
    arn: ecsArn(world, region, `cluster/${name}`),
    name,
    status: 'ACTIVE',
    settings: settingsOf(input, context),
    configuration: copyOf(recordOf(input, 'configuration') ?? null),
    ...capacityFrom(input, local),
    serviceConnectDefaults: copyOf(recordOf(input, 'serviceConnectDefaults') ?? null),
    tags: tagsOf(input),
    services: {},
    tasks: {},
  };
  const existing = own(ecsOf(local).clusters, name);
  if (existing?.status === 'ACTIVE') {
    if (settingsText(existing) === settingsText(cluster)) return { cluster: output(existing, context, everything) };
    throw clientError(
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  if (existing !== undefined) {
    cluster.services = existing.services;
    cluster.tasks = existing.tasks;
  }
  put(ecsOf(local).clusters, name, cluster);
  return { cluster: output(cluster, context, everything) };
}

function settingsText(cluster: ClusterRecord): string {
  const { settings, configuration, capacityProviders, defaultCapacityProviderStrategy, serviceConnectDefaults } =
    cluster;
  return JSON.stringify([
    settings,
    configuration,
    capacityProviders,
    defaultCapacityProviderStrategy,
    serviceConnectDefaults,
  ]);
}

export function describeClusters(input: Input, context: CallContext): Output {
  const asked = textsOf(input, 'clusters') ?? [];
  if (asked.length > 100) throw invalidParameter('Clusters cannot exceed 100 entries');
  const clusters: Output[] = [];
  const failures: Output[] = [];
  for (const item of asked.length === 0 ? [defaultCluster] : asked) {
    const name = clusterName(item);
    const cluster = own(ecsOf(context.local).clusters, name);
    if (cluster === undefined) {
      failures.push({ arn: ecsArn(context.world, context.region, `cluster/${name}`), reason: 'MISSING' });
    } else {
      clusters.push(output(cluster, context, input));
    }
  }
  return { clusters, failures };
}

/** INACTIVE clusters are not listed. */
export function listClusters(input: Input, { local }: CallContext): Output {
  const arns = Object.values(ecsOf(local).clusters)
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ arn }) => arn);
  const page = pageOf(arns, input, 100);
  return { clusterArns: page.items, nextToken: page.next };
}

function existingActive(input: Input, { local }: CallContext): ClusterRecord {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  if (cluster.status !== 'ACTIVE') throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

export function updateCluster(input: Input, context: CallContext): Output {
  const cluster = existingActive(input, context);
  if (recordsOf(input, 'settings') !== undefined) cluster.settings = settingsOf(input, context);
  cluster.configuration = copyOf(recordOf(input, 'configuration') ?? cluster.configuration);
  cluster.serviceConnectDefaults = copyOf(recordOf(input, 'serviceConnectDefaults') ?? cluster.serviceConnectDefaults);
  return { cluster: output(cluster, context, everything) };
}

export function updateClusterSettings(input: Input, context: CallContext): Output {
  const cluster = existingActive(input, context);
  cluster.settings = settingsOf(input, context);
  return { cluster: output(cluster, context, everything) };
}

/** Both lists replace what the cluster has. */
export function putClusterCapacityProviders(input: Input, context: CallContext): Output {
  const cluster = existingActive(input, context);
  const capacity = capacityFrom(input, context.local);
  checkRemoved(cluster, capacity.capacityProviders, context.local);
  Object.assign(cluster, capacity);
  return { cluster: output(cluster, context, everything) };
}

/** Refused while tasks are not stopped, then while services are ACTIVE or DRAINING: in this order. */
export function deleteCluster(input: Input, context: CallContext): Output {
  const { local, now, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  if (cluster.status === 'INACTIVE') return { cluster: output(cluster, context, everything) };
  if (instancesOf(local, cluster.name).length > 0) {
    const text = 'The Cluster cannot be deleted while Container Instances are active or draining.';
    throw new AwsError('ClusterContainsContainerInstancesException', text);
  }
  const busy = clusterTasks(local, cluster, now).some((task) => taskStatus(task, now, ecsTimes(world)) !== 'STOPPED');
  if (busy) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  const served = Object.values(cluster.services).some((key) => {
    const status = ecsOf(local).services[key]?.status;
    return status === 'ACTIVE' || status === 'DRAINING';
  });
  if (served) {
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  }
  cluster.status = 'INACTIVE';
  return { cluster: output(cluster, context, everything) };
}
