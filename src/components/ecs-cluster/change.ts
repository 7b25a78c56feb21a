// The only file of this type that may change AWS.
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  UpdateClusterCommand,
  type ClusterSetting,
} from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow } from '../kit/changing.ts';
import { toEcsTags } from '../kit/ecs.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

/** Repeating it with the same settings answers with the existing one [ECS API]. */
export async function create(target: Target<ClusterSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  const answer = await context.aws.client(ecs).send(
    new CreateClusterCommand({
      clusterName: spec.name,
      settings: settingsOf(spec),
      tags: toEcsTags(context.tags),
    }),
  );
  return { arn: answer.cluster?.clusterArn ?? '' };
}

export async function update(
  target: Target<ClusterSpec>,
  state: ClusterState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  if (differsBelow(differences, 'containerInsights')) {
    await context.aws
      .client(ecs)
      .send(new UpdateClusterCommand({ cluster: state.arn, settings: settingsOf(target.spec) }));
  }
  return { arn: state.arn };
}

export async function remove(
  _target: Target<ClusterSpec>,
  state: ClusterState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(ecs).send(new DeleteClusterCommand({ cluster: state.arn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

function settingsOf(spec: ClusterSpec): ClusterSetting[] | undefined {
  if (spec.containerInsights === undefined) return undefined;
  return [{ name: 'containerInsights', value: spec.containerInsights }];
}
