// What keeps a cluster from being deleted: services, tasks and container instances in it.
import { DescribeTasksCommand, ListServicesCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { ecs } from '../../aws/services/ecs.ts';
import type { Blocker, ChangeAction, ReadContext, Target } from '../contract.ts';
import { count } from '../../util/words.ts';
import { memberOf } from '../kit/as-spec.ts';
import { nameIn } from '../kit/ecs.ts';
import { allPages } from '../kit/observing.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

/** Services of the playbook bear their ARNs: they are judged with the graph. */
export async function blockers(
  _target: Target<ClusterSpec>,
  state: ClusterState | undefined,
  action: ChangeAction,
  context: ReadContext,
): Promise<readonly Blocker[]> {
  if (action !== 'delete' || state === undefined) return [];
  const services = state.activeServices === 0 ? [] : await servicesIn(state.arn, context);
  const starting = Number(memberOf(state.description, 'pendingTasksCount') ?? 0);
  const tasks = state.runningTasks + starting === 0 ? [] : await loneTasksIn(state.arn, context);
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
  return allPages(
    (arn) => arn,
    async (nextToken: string | undefined) => {
      const input = { cluster, maxResults: 100, nextToken };
      const answer = await context.limit(() => context.aws.client(ecs).send(new ListServicesCommand(input)));
      return { items: answer.serviceArns ?? [], next: answer.nextToken };
    },
  );
}

/** Services start most of the tasks, and have gone by then; of the others one stands in the way as well as many. */
async function loneTasksIn(cluster: string, context: ReadContext): Promise<readonly string[]> {
  const client = context.aws.client(ecs);
  let nextToken: string | undefined;
  do {
    const input = { cluster, maxResults: 100, nextToken };
    const listed = await context.limit(() => client.send(new ListTasksCommand(input)));
    const arns = listed.taskArns ?? [];
    if (arns.length > 0) {
      const told = await context.limit(() => client.send(new DescribeTasksCommand({ cluster, tasks: arns })));
      const lone = (told.tasks ?? []).filter(({ group }) => group?.startsWith('service:') !== true);
      if (lone.length > 0) return lone.flatMap(({ taskArn }) => taskArn ?? []);
    }
    nextToken = listed.nextToken === '' ? undefined : listed.nextToken;
  } while (nextToken !== undefined);
  return [];
}

/** They are in no component [ECS API, DeleteCluster]. */
function instancesIn({ description }: ClusterState): readonly Blocker[] {
  const registered = Number(memberOf(description, 'registeredContainerInstancesCount') ?? 0);
  if (registered === 0) return [];
  return [
    {
      what: `it has ${count(registered, 'container instance')}, and AWS does not delete a cluster that has some`,
      remedy: 'deregister them first, if it may go',
    },
  ];
}
