// Looks at the latest ACTIVE revision of each family, one call per family: AWS takes one at a time.
import { DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { fromEcsTags } from '../kit/ecs.ts';
import { absent, observeEach, present, unknownAnswer, type Observations } from '../kit/observing.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export function observe(
  targets: readonly Target<TaskDefinitionSpec>[],
  context: ReadContext,
): Promise<Observations<TaskDefinitionState>> {
  return observeEach(targets, context, (target) => latestOf(target.spec.family, context));
}

/** The latest ACTIVE revision; a family without any is answered with an error [captured]. */
export async function latestOf(family: string, context: ReadContext): Promise<Observation<TaskDefinitionState>> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] })),
    );
    const definition = answer.taskDefinition;
    if (definition === undefined) return unknownAnswer(`DescribeTaskDefinition said nothing of ${family}`, context);
    if (definition.status === 'INACTIVE') return absent(context, 'INACTIVE');
    return present(stateOf(definition), fromEcsTags(answer.tags), context);
  } catch (error) {
    if (isNotFound(error)) return absent(context);
    throw error;
  }
}

function stateOf(definition: TaskDefinition): TaskDefinitionState {
  return {
    arn: definition.taskDefinitionArn ?? '',
    family: definition.family ?? '',
    revision: definition.revision ?? 0,
    status: definition.status ?? '',
    containers: definition.containerDefinitions ?? [],
    cpu: definition.cpu,
    memory: definition.memory,
    networkMode: definition.networkMode,
    requiresCompatibilities: definition.requiresCompatibilities ?? [],
    executionRole: definition.executionRoleArn,
    taskRole: definition.taskRoleArn,
    runtimePlatform: definition.runtimePlatform === undefined ? undefined : toJson(definition.runtimePlatform),
    volumes: definition.volumes ?? [],
    description: toJson(definition),
  };
}
