// Clusters, all in a call, and revisions of task definitions, one by one.
import { DescribeClustersCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../../aws/errors.ts';
import { ecs } from '../../../aws/services/ecs.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { chunks } from '../observing.ts';
import { each, missing, there, unseen, unseenFrom } from './answers.ts';

/** [ECS API, DescribeClusters, clusters] */
const clustersPerCall = 100;

export async function clusters(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  const answers = await Promise.all(chunks(needs, clustersPerCall).map((chunk) => clustersOf(chunk, context)));
  return answers.flat();
}

async function clustersOf(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  try {
    const names = needs.map(({ name }) => name);
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeClustersCommand({ clusters: names })),
    );
    return needs.map((need) => {
      const status = answer.clusters?.find(({ clusterName }) => clusterName === need.name)?.status;
      const remedy = 'Bring the cluster back, or name another one';
      switch (status) {
        case 'ACTIVE':
        case 'PROVISIONING':
          return there;
        // A deleted cluster may be told for a while [ECS API, DeleteCluster].
        case 'INACTIVE':
        case 'DEPROVISIONING':
        case 'FAILED':
          return missing(need, `is ${status}`, remedy);
        case undefined:
          return isMissing(need, answer.failures ?? [])
            ? missing(need, `is not in ${context.scope.region}`, remedy)
            : unseen(need, 'DescribeClusters said nothing of it');
        default:
          return unseen(need, `nobody knows what its status ${status} means`);
      }
    });
  } catch (error) {
    return needs.map((need) => unseenFrom(need, error));
  }
}

function isMissing(
  { name }: Need,
  failures: readonly { readonly arn?: string | undefined; readonly reason?: string | undefined }[],
): boolean {
  return failures.some(({ arn, reason }) => reason === 'MISSING' && arn?.split('/').at(-1) === name);
}

async function taskDefinition(need: Need, context: ReadContext): Promise<NeedSeen> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeTaskDefinitionCommand({ taskDefinition: need.name })),
    );
    const status = answer.taskDefinition?.status;
    if (status === 'ACTIVE') return there;
    if (status === undefined) return unseen(need, 'DescribeTaskDefinition said nothing of it');
    // Services that run it go on with it, and no other starts from it [ECS API, DeregisterTaskDefinition].
    return { ...missing(need, `is ${status}`, 'Register it again, and name the new revision'), spent: true };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return missing(need, `is not in ${context.scope.region}`, 'Register it again, or name another one');
  }
}

export const taskDefinitions = each(taskDefinition);
