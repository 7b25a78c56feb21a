// Capacity providers: AWS's own two, and those that were created for groups of instances. Texts without a remark in
// unverified.ts are quoted from AWS in public issues.
import { fixedUuid } from '../../fixed-id.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { loseFrom, presumable, presumedHome, presumedId, presumedRegion, presumedTags } from '../../presumable.ts';
import { put } from '../../records.ts';
import { clusterOf, ecsArn } from './arns.ts';
import { capacityProviderOf, isFargateProvider, providerName, type CapacityProviderRecord } from './capacity-store.ts';
import {
  clientError,
  copyOf,
  includes,
  integerOf,
  invalidParameter,
  pageOf,
  recordOf,
  tagsOf,
  textOf,
  textsOf,
} from './input.ts';
import { ecsOf, type EcsStore, type Json } from './store.ts';
import { unverifiedTexts as texts } from './unverified.ts';

/** As AWS fills a group's settings in [API reference "ManagedScaling"]. */
function groupProvider(given: Json, current: Json | null): Json {
  const scaling: Json = {
    status: 'DISABLED',
    targetCapacity: 100,
    minimumScalingStepSize: 1,
    maximumScalingStepSize: 10_000,
    instanceWarmupPeriod: 300,
    ...recordOf(current ?? {}, 'managedScaling'),
    ...recordOf(given, 'managedScaling'),
  };
  const whole: Json = {
    managedTerminationProtection: 'DISABLED',
    managedDraining: 'ENABLED',
    ...current,
    ...copyOf(given),
    managedScaling: scaling,
  };
  if (whole['managedTerminationProtection'] === 'ENABLED' && scaling['status'] !== 'ENABLED') {
    throw invalidParameter(texts.terminationProtection);
  }
  return whole;
}

/** One over an Auto Scaling group of its own, which nobody asks for. */
export const presumedCapacityProvider = presumable(
  'capacity-provider',
  { name: presumedId, tags: presumedTags, region: presumedRegion },
  (world, { name, region = presumedHome, tags = {} }) => {
    const ecs = ecsOf(world.region(region));
    if (capacityProviderOf(ecs, name)?.status === 'ACTIVE') return;
    const arn = ecsArn(world, region, `capacity-provider/${name}`);
    const group = `autoScalingGroup:${fixedUuid(arn)}:autoScalingGroupName/${name}`;
    const [, partition = '', , , account = ''] = arn.split(':');
    const autoScalingGroupArn = `arn:${partition}:autoscaling:${region}:${account}:${group}`;
    const record: CapacityProviderRecord = {
      arn,
      name,
      cluster: null,
      status: 'ACTIVE',
      autoScalingGroupProvider: groupProvider({ autoScalingGroupArn }, null),
      managedInstancesProvider: null,
      updateStatus: 'CREATE_COMPLETE',
      updateStatusReason: null,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    };
    put((ecs.capacityProviders ??= {}), name, record);
  },
  (world, id, region) => {
    const ecs = ecsOf(world.region(region));
    const found = Object.values(ecs.capacityProviders ?? {}).find(({ arn, name }) => arn === id || name === id);
    return found !== undefined && loseFrom(ecs.capacityProviders ?? {}, found.name);
  },
);

export function createCapacityProvider(input: Input, { local, region, world }: CallContext): Output {
  const ecs = ecsOf(local);
  const name = textOf(input, 'name') ?? '';
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name) || /^(aws|ecs|fargate)/i.test(name)) {
    throw invalidParameter(texts.providerNameInvalid);
  }
  if (capacityProviderOf(ecs, name)?.status === 'ACTIVE') throw clientError(texts.providerExists);
  const group = recordOf(input, 'autoScalingGroupProvider');
  const managed = recordOf(input, 'managedInstancesProvider');
  if ((group === undefined) === (managed === undefined)) throw invalidParameter(texts.providerKind);
  if (group !== undefined && usesGroup(ecs, textOf(group, 'autoScalingGroupArn'))) {
    throw clientError(
      'The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.',
    );
  }
  const cluster = textOf(input, 'cluster');
  if (managed !== undefined && cluster === undefined) throw invalidParameter(texts.managedCluster);
  const home = cluster === undefined ? undefined : clusterOf(local, cluster);
  const record: CapacityProviderRecord = {
    arn: ecsArn(world, region, `capacity-provider/${name}`),
    name,
    cluster: home?.arn ?? null,
    status: 'ACTIVE',
    autoScalingGroupProvider: group === undefined ? null : groupProvider(group, null),
    managedInstancesProvider: managed === undefined ? null : copyOf(managed),
    updateStatus: 'CREATE_COMPLETE',
    updateStatusReason: null,
    tags: tagsOf(input),
  };
  put((ecs.capacityProviders ??= {}), name, record);
  // One that manages its instances belongs to its cluster from the beginning.
  if (home !== undefined && !home.capacityProviders.includes(name)) home.capacityProviders.push(name);
  return { capacityProvider: output(record, true) };
}

function usesGroup(ecs: EcsStore, arn: string | undefined): boolean {
  return Object.values(ecs.capacityProviders ?? {}).some(
    ({ autoScalingGroupProvider, status }) =>
      status === 'ACTIVE' && autoScalingGroupProvider?.['autoScalingGroupArn'] === arn,
  );
}

function existing(input: Input, ecs: EcsStore, member: string): CapacityProviderRecord {
  const name = providerName(textOf(input, member) ?? '');
  if (isFargateProvider(name)) throw clientError(texts.providerReserved);
  const record = capacityProviderOf(ecs, name);
  if (record?.status !== 'ACTIVE') throw providerNotFound();
  return record;
}

export function providerNotFound(): ReturnType<typeof invalidParameter> {
  return invalidParameter(
    'The specified capacity provider was not found. Specify a valid capacity provider and try again.',
  );
}

export function updateCapacityProvider(input: Input, { local }: CallContext): Output {
  const record = existing(input, ecsOf(local), 'name');
  const group = recordOf(input, 'autoScalingGroupProvider');
  const managed = recordOf(input, 'managedInstancesProvider');
  if (group !== undefined && record.autoScalingGroupProvider !== null) {
    record.autoScalingGroupProvider = groupProvider(group, record.autoScalingGroupProvider);
  } else if (managed !== undefined && record.managedInstancesProvider !== null) {
    record.managedInstancesProvider = { ...record.managedInstancesProvider, ...copyOf(managed) };
  } else {
    throw invalidParameter(texts.providerKind);
  }
  record.updateStatus = 'UPDATE_COMPLETE';
  record.updateStatusReason = null;
  return { capacityProvider: output(record, true) };
}

/** One that a cluster has is not deleted: the answer says DELETE_FAILED. A deleted one is INACTIVE. */
export function deleteCapacityProvider(input: Input, { local }: CallContext): Output {
  const ecs = ecsOf(local);
  const record = existing(input, ecs, 'capacityProvider');
  const held = Object.values(ecs.clusters).some(
    ({ arn, capacityProviders, status }) =>
      status === 'ACTIVE' && arn !== record.cluster && capacityProviders.includes(record.name),
  );
  if (held) {
    record.updateStatus = 'DELETE_FAILED';
    record.updateStatusReason = texts.providerHeld;
    return { capacityProvider: output(record, true) };
  }
  const answer = { ...output(record, true), updateStatus: 'DELETE_IN_PROGRESS' };
  record.status = 'INACTIVE';
  record.updateStatus = 'DELETE_COMPLETE';
  for (const cluster of Object.values(ecs.clusters)) {
    if (cluster.arn === record.cluster) {
      cluster.capacityProviders = cluster.capacityProviders.filter((name) => name !== record.name);
    }
  }
  return { capacityProvider: answer };
}

/** All that are ACTIVE unless told. */
export function describeCapacityProviders(input: Input, context: CallContext): Output {
  const { local, region, world } = context;
  const ecs = ecsOf(local);
  const withTags = includes(input, 'TAGS');
  const own = (name: string): Output => ({
    capacityProviderArn: ecsArn(world, region, `capacity-provider/${name}`),
    name,
    status: 'ACTIVE',
    type: name,
    tags: [],
  });
  const told = (name: string): Output | undefined => {
    if (isFargateProvider(name)) return own(name);
    const record = capacityProviderOf(ecs, name);
    return record === undefined ? undefined : output(record, withTags);
  };
  const asked = textsOf(input, 'capacityProviders') ?? [];
  if (asked.length > 100) throw invalidParameter(texts.tooManyProviders);
  if (asked.length > 0) {
    const capacityProviders: Output[] = [];
    const failures: Output[] = [];
    for (const given of asked) {
      const name = providerName(given);
      const found = told(name);
      if (found !== undefined) capacityProviders.push(found);
      else failures.push({ arn: ecsArn(world, region, `capacity-provider/${name}`), reason: 'MISSING' });
    }
    return { capacityProviders, failures };
  }
  const cluster = textOf(input, 'cluster');
  const home = cluster === undefined ? undefined : clusterOf(local, cluster).arn;
  const created = Object.values(ecs.capacityProviders ?? {}).filter(({ status }) => status === 'ACTIVE');
  const names = ['FARGATE', 'FARGATE_SPOT', ...created.map(({ name }) => name)];
  const wanted = home === undefined ? names : created.filter((each) => each.cluster === home).map(({ name }) => name);
  const size = integerOf(input, 'maxResults');
  if (size !== undefined && (size < 1 || size > 10)) throw invalidParameter(texts.providersPage);
  const page = pageOf(wanted, input, 10);
  return { capacityProviders: page.items.flatMap((name) => told(name) ?? []), failures: [], nextToken: page.next };
}

function output(record: CapacityProviderRecord, withTags: boolean): Output {
  return {
    capacityProviderArn: record.arn,
    name: record.name,
    cluster: record.cluster ?? undefined,
    status: record.status,
    type: record.managedInstancesProvider === null ? 'EC2_AUTOSCALING' : 'MANAGED_INSTANCES',
    autoScalingGroupProvider: record.autoScalingGroupProvider ?? undefined,
    managedInstancesProvider: record.managedInstancesProvider ?? undefined,
    updateStatus: record.updateStatus,
    updateStatusReason: record.updateStatusReason ?? undefined,
    tags: withTags ? record.tags : [],
  };
}
