// Container instances: presumed, as it is their agents that register them; told, and given tasks by StartTask.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output, RegionData, World } from '../../model.ts';
import { loseFrom, presumable, presumedHome, presumedId, presumedRegion, presumedTags } from '../../presumable.ts';
import { clusterOf, ecsArn, lastPart } from './arns.ts';
import { clusterTasks } from './clusters.ts';
import { includes, invalidParameter, pageOf, tagsOf, textOf, textsOf } from './input.ts';
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

/** `instance`: its id within the cluster; `host`: the EC2 instance. The cluster need not be there yet. */
export const presumedContainerInstance = presumable(
  'container-instance',
  {
    instance: presumedId,
    cluster: presumedId,
    host: presumedId.optional(),
    tags: presumedTags,
    region: presumedRegion,
  },
  (world, { cluster, host = 'i-0123456789abcdef0', instance, region = presumedHome, tags }) => {
    const local = world.region(region);
    const arn = ecsArn(world, region, `container-instance/${cluster}/${instance}`);
    const known = ecsOf(local).containerInstances?.[arn];
    (ecsOf(local).containerInstances ??= {})[arn] = {
      ...{ arn, cluster, host },
      registeredAt: known?.registeredAt ?? world.clock.now(),
      tags: tags === undefined ? (known?.tags ?? []) : Object.entries(tags).map(([key, value]) => ({ key, value })),
    };
  },
  (world, id, region) => {
    const { containerInstances } = ecsOf(world.region(region));
    const found = Object.keys(containerInstances ?? {}).find((arn) => arn === id || lastPart(arn) === id);
    return found !== undefined && containerInstances !== undefined && loseFrom(containerInstances, found);
  },
);

/** Those of a cluster, in the order in which they came. */
export function instancesOf(local: RegionData, { name }: Pick<ClusterRecord, 'name'>): readonly ContainerInstance[] {
  return Object.values(ecsOf(local).containerInstances ?? {}).filter(({ cluster }) => cluster === name);
}

function instanceOf(world: World, region: string, local: RegionData, cluster: ClusterRecord, given: string) {
  const arn = ecsArn(world, region, `container-instance/${cluster.name}/${lastPart(given)}`);
  return { arn, found: ecsOf(local).containerInstances?.[arn] };
}

export function listContainerInstances(input: Input, { local }: CallContext): Output {
  const cluster = clusterOf(local, textOf(input, 'cluster'));
  // All of them are ACTIVE.
  const isAsked = ['ACTIVE', undefined].includes(textOf(input, 'status'));
  const arns = isAsked ? instancesOf(local, cluster).map(({ arn }) => arn) : [];
  const page = pageOf(arns, input, 100);
  return { containerInstanceArns: page.items, nextToken: page.next };
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
  { arn, host, registeredAt, tags }: ContainerInstance,
  tasks: readonly TaskRecord[],
  { now, world }: CallContext,
  withTags: boolean,
): Output {
  const own = tasks
    .filter(({ containerInstance }) => containerInstance === arn)
    .map((task) => taskStatus(task, now, ecsTimes(world)));
  const running = own.filter((status) => status === 'RUNNING').length;
  return {
    containerInstanceArn: arn,
    ec2InstanceId: host,
    version: 1,
    versionInfo: {},
    remainingResources: [],
    registeredResources: [],
    status: 'ACTIVE',
    agentConnected: true,
    runningTasksCount: running,
    pendingTasksCount: own.filter((status) => ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(status)).length,
    attributes: [],
    registeredAt: timestamp(registeredAt),
    attachments: [],
    tags: withTags ? tags : [],
  };
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
      { cluster: cluster.name, service: '', deployment: '', spec, provided: [], tags },
    );
    task.containerInstance = arn;
    task.standalone = standaloneOf(input, spec, definition);
    keepStandalone(local, task, task.startAt);
    tasks.push(taskOutput(task, context, true));
  }
  return { tasks, failures };
}
