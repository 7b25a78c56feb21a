// Container instances: presumed, as it is their agents that register them; told, and given tasks by StartTask.
import { z } from 'zod';
import { fixedHex, fixedUuid } from '../../fixed-id.ts';
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output, World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { loseFrom, presumable, presumedHome, presumedId, presumedRegion, presumedTags } from '../../presumable.ts';
import { clusterOf, ecsArn, lastPart } from './arns.ts';
import { clusterTasks } from './clusters.ts';
import { includes, invalidParameter, pageOf, tagsOf, textOf, textsOf } from './input.ts';
import { attributesOf, gpusOf, instancesOf, subjectsOf, wakeDaemons } from './placement.ts';
import { checkExpression } from './placement-input.ts';
import { means } from './query-language.ts';
import { checkRun, mergedTags, standaloneOf } from './run-task.ts';
import { specFrom } from './service-input.ts';
import { activeCluster } from './service-records.ts';
import { keepStandalone } from './standalone.ts';
import { ecsOf, type ClusterRecord, type ContainerInstance, type TaskRecord } from './store.ts';
import { placeTask, taskStatus } from './task-life.ts';
import { taskOutput } from './task-output.ts';
import { ecsTimes } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';

/** StartTask and DescribeContainerInstances [API reference: "up to 10", "up to 100"]. */
const mostStarted = 10;
const mostDescribed = 100;

/** More than any type of instance has. */
const mostGpus = 64;

/** `instance`: its id within the cluster; `host`: the EC2 instance. The cluster need not be there yet. */
export const presumedContainerInstance = presumable(
  'container-instance',
  {
    instance: presumedId,
    cluster: presumedId,
    host: presumedId.optional(),
    availabilityZone: presumedId.optional(),
    instanceType: presumedId.optional(),
    gpus: z.int().min(0).max(mostGpus).optional(),
    attributes: z.record(presumedId, z.string().max(128)).optional(),
    tags: presumedTags,
    region: presumedRegion,
  },
  (world, { cluster, instance, region = presumedHome, tags, ...item }) => {
    const ecs = ecsOf(world.region(region));
    const arn = ecsArn(world, region, `container-instance/${cluster}/${instance}`);
    const known = ecs.containerInstances?.[arn];
    (ecs.containerInstances ??= {})[arn] = {
      ...{ arn, cluster },
      host: item.host ?? known?.host ?? `i-${fixedHex(arn, 17)}`,
      availabilityZone: item.availabilityZone ?? known?.availabilityZone ?? `${region}a`,
      instanceType: item.instanceType ?? known?.instanceType ?? 'm5.large',
      gpus: item.gpus ?? known?.gpus ?? 0,
      attributes: item.attributes ?? known?.attributes ?? {},
      registeredAt: known?.registeredAt ?? world.clock.now(),
      tags: tags === undefined ? (known?.tags ?? []) : Object.entries(tags).map(([key, value]) => ({ key, value })),
    };
    wakeDaemons(ecs, cluster, world.clock.now());
  },
  (world, id, region) => {
    const ecs = ecsOf(world.region(region));
    const found = Object.values(ecs.containerInstances ?? {}).find(({ arn }) => arn === id || lastPart(arn) === id);
    if (found === undefined) return false;
    wakeDaemons(ecs, found.cluster, world.clock.now());
    return loseFrom(ecs.containerInstances ?? {}, found.arn);
  },
);

function instanceOf(world: World, region: string, local: RegionData, cluster: ClusterRecord, given: string) {
  const arn = ecsArn(world, region, `container-instance/${cluster.name}/${lastPart(given)}`);
  return { arn, found: ecsOf(local).containerInstances?.[arn] };
}

export function listContainerInstances(input: Input, { local }: CallContext): Output {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const filter = textOf(input, 'filter') ?? '';
  if (filter !== '') checkExpression(filter, invalidParameter);
  // All of them are ACTIVE.
  const isAsked = ['ACTIVE', undefined].includes(textOf(input, 'status'));
  const found = instancesOf(local, cluster.name).filter((each) => isAsked && (filter === '' || isMeant(each, filter)));
  const page = pageOf(
    found.map(({ arn }) => arn),
    input,
    100,
  );
  return { containerInstanceArns: page.items, nextToken: page.next };
}

function isMeant(instance: ContainerInstance, filter: string): boolean {
  const verdict = means(filter, subjectsOf(instance));
  if (verdict !== undefined) return verdict;
  const text = `The sandbox cannot decide on ${filter}, and would rather refuse it than list what it does not mean`;
  throw new AwsError(notModelledCode, text);
}

export function describeContainerInstances(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  const asked = textsOf(input, 'containerInstances') ?? [];
  if (asked.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (asked.length > mostDescribed) throw invalidParameter(unverifiedTexts.instancesPage);
  const tasks = clusterTasks(local, cluster, now);
  const looked = asked.map((given) => instanceOf(world, region, local, cluster, given));
  return {
    containerInstances: looked.flatMap(({ found }) =>
      found === undefined ? [] : [output(found, tasks, context, includes(input, 'TAGS'))],
    ),
    failures: looked.flatMap(({ arn, found }) => (found === undefined ? [{ arn, reason: 'MISSING' }] : [])),
  };
}

function output(
  instance: ContainerInstance,
  tasks: readonly TaskRecord[],
  { local, now, world }: CallContext,
  withTags: boolean,
): Output {
  const { arn, host, registeredAt, tags } = instance;
  const held = tasks.filter(({ containerInstance }) => containerInstance === arn);
  const own = held.map((task) => taskStatus(task, now, ecsTimes(world)));
  const running = own.filter((status) => status === 'RUNNING').length;
  const taken = held
    .filter((_, index) => own[index] !== 'STOPPED')
    .map(({ taskDefinition }) => gpusOf(ecsOf(local).taskDefinitions[taskDefinition]?.body ?? {}))
    .reduce((sum, each) => sum + each, 0);
  return {
    containerInstanceArn: arn,
    ec2InstanceId: host,
    version: 1,
    versionInfo: {},
    remainingResources: gpusFrom(instance, taken),
    registeredResources: gpusFrom(instance, 0),
    status: 'ACTIVE',
    agentConnected: true,
    runningTasksCount: running,
    pendingTasksCount: own.filter((status) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(status)).length,
    attributes: Object.entries(attributesOf(instance)).map(([name, value]) => ({ name, value })),
    registeredAt: timestamp(registeredAt),
    attachments: [],
    tags: withTags ? tags : [],
  };
}

/** The GPUs of an instance, by their ids, but for the first ones. */
function gpusFrom({ arn, gpus }: ContainerInstance, first: number): readonly Output[] {
  if (gpus === 0) return [];
  const ids = Array.from({ length: gpus }, (_, index) => `GPU-${fixedUuid(`${arn} ${String(index)}`)}`);
  return [{ name: 'GPU', type: 'STRINGSET', stringSetValue: ids.slice(first) }];
}

/** One task on each instance that is named; those that are not there are failures. */
export function startTask(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = activeCluster(local, input);
  const asked = textsOf(input, 'containerInstances') ?? [];
  if (asked.length === 0) throw invalidParameter('Container instances cannot be empty.');
  if (asked.length > mostStarted) throw invalidParameter(unverifiedTexts.startInstances);
  const spec = specFrom({ ...input, launchType: 'EC2' }, cluster, context);
  const definition = ecsOf(local).taskDefinitions[spec.taskDefinition];
  if (definition === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
  checkRun(input, spec, definition);
  const inherited = textOf(input, 'propagateTags') === 'TASK_DEFINITION' ? definition.tags : [];
  const tags = mergedTags(inherited, tagsOf(input));
  const tasks: Output[] = [];
  const failures: Output[] = [];
  for (const given of asked) {
    const { arn, found } = instanceOf(world, region, local, cluster, given);
    if (found === undefined) {
      failures.push({ arn, reason: 'MISSING' });
      continue;
    }
    const task = placeTask(
      { world, region, local, at: now },
      { cluster: cluster.name, service: '', deployment: '', spec, provided: [], tags, on: found },
    );
    task.standalone = standaloneOf(input, spec, definition);
    keepStandalone(local, task, task.startAt);
    tasks.push(taskOutput(task, context, true));
  }
  return { tasks, failures };
}
