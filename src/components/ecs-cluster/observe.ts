// Looks at clusters by name, 100 a call. A missing one is no error but an entry under `failures`.
import { DescribeClustersCommand, type Cluster, type Failure } from '@aws-sdk/client-ecs';
import { ecs } from '../../aws/services/ecs.ts';
import type { Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { fromEcsTags, nameIn } from '../kit/ecs.ts';
import { absent, observeChunks, present, unknownAnswer, type Observations } from '../kit/observing.ts';
import { clustersPerCall } from './calls.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

export function observe(
  targets: readonly Target<ClusterSpec>[],
  context: ReadContext,
): Promise<Observations<ClusterState>> {
  return observeChunks(targets, clustersPerCall, context, async (chunk) => {
    const clusters = chunk.map((target) => target.spec.name);
    const answer = await context.limit(() =>
      context.aws
        .client(ecs)
        .send(new DescribeClustersCommand({ clusters, include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] })),
    );
    return new Map(
      chunk.map((target): [string, Observation<ClusterState>] => {
        const { name } = target.spec;
        const cluster = answer.clusters?.find((each) => each.clusterName === name);
        const failure = answer.failures?.find((each) => nameIn(each.arn ?? '') === name);
        return [target.id, observationOf(name, cluster, failure, context)];
      }),
    );
  });
}

function observationOf(
  name: string,
  cluster: Cluster | undefined,
  failure: Failure | undefined,
  context: ReadContext,
): Observation<ClusterState> {
  if (cluster === undefined) {
    if (failure?.reason === 'MISSING') return absent(context);
    return unknownAnswer(`DescribeClusters said ${failure?.reason ?? 'nothing'} of ${name}`, context);
  }
  // A deleted cluster stays describable for a while [ECS API, DeleteCluster].
  if (cluster.status === 'INACTIVE') return absent(context, 'deleted, AWS still lists it as INACTIVE');
  return present(stateOf(cluster), fromEcsTags(cluster.tags), context);
}

function stateOf(cluster: Cluster): ClusterState {
  return {
    arn: cluster.clusterArn ?? '',
    name: cluster.clusterName ?? '',
    status: cluster.status ?? '',
    containerInsights: cluster.settings?.find((setting) => setting.name === 'containerInsights')?.value,
    activeServices: cluster.activeServicesCount ?? 0,
    runningTasks: cluster.runningTasksCount ?? 0,
    description: toJson(cluster),
  };
}
