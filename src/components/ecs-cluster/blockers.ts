// What keeps a cluster from being deleted: services, tasks and container instances in it.
import { DescribeTasksCommand, ListServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ecs } from '../../aws/services/ecs.ts';
import type { Blocker, ChangeAction, ReadContext, Target } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';
import { instancesIn } from './words.ts';

/** Services of the playbook bear their ARNs: they are judged with the graph. */
export async function blockers(
  _target: Target<ClusterSpec>,
  state: ClusterState | undefined,
  action: ChangeAction,
  context: ReadContext,
): Promise<readonly Blocker[]> {
  if (action !== 'delete' || state === undefined) return [];
  const services = state.activeServices === 0 ? [] : await servicesIn(state.arn, context);
  const tasks = state.runningTasks === 0 ? [] : await loneTasksIn(state.arn, context);
  return [
    ...services.map((arn) => ({
      what: `service ${nameIn(arn)} is in it, and AWS deletes no cluster with services`,
      remedy: 'move that elsewhere, or delete it, first',
      id: arn,
    })),
    ...tasks.map((arn) => ({
      what: `task ${nameIn(arn)} of no service runs in it, and AWS deletes no cluster with tasks`,
      remedy: 'let it end, or stop it, first',
    })),
    ...instancesIn(state),
  ];
}

async function servicesIn(cluster: string, context: ReadContext): Promise<readonly string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { cluster, maxResults: 100, nextToken };
    const answer = await context.limit(() => context.aws.client(ecs).send(new ListServicesCommand(input)));
    found.push(...(answer.serviceArns ?? []));
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Of the first hundred: one is enough to stand in the way. */
async function loneTasksIn(cluster: string, context: ReadContext): Promise<readonly string[]> {
  const client = context.aws.client(ecs);
  const listed = await context.limit(() => client.send(new ListTasksCommand({ cluster, maxResults: 100 })));
  const arns = listed.taskArns ?? [];
  if (arns.length === 0) return [];
  const { tasks = [] } = await context.limit(() => client.send(new DescribeTasksCommand({ cluster, tasks: arns })));
  return tasks.flatMap(({ group, taskArn }) =>
    taskArn === undefined || group?.startsWith('service:') === true ? [] : [taskArn],
  );
}
