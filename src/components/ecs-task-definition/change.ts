// The only file of this type that may change AWS.
import { DeregisterTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { isOwnWork } from '../kit/changing.ts';
import { toEcsTags } from '../kit/ecs.ts';
import { diff } from './diff.ts';
import { toRegistration } from './definition.ts';
import { latestOf } from './observe.ts';
import { activeRevisions, mayDeregister } from './revisions.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

/** Registering knows no token and always makes a revision, so a repeated step looks first. */
export function create(target: Target<TaskDefinitionSpec>, context: ChangeContext): Promise<Receipt> {
  return register(target, undefined, context);
}

/**
 * @param seen the revision that is to be replaced: another one that is as wanted was made by an earlier try, unless its
 * deployment has failed
 */
async function register(
  target: Target<TaskDefinitionSpec>,
  seen: TaskDefinitionState | undefined,
  context: ChangeContext,
): Promise<Receipt> {
  const { spec, whole } = target;
  const latest = await latestOf(spec.family, context);
  if (
    latest.kind === 'present' &&
    latest.state.arn !== seen?.arn &&
    !(seen?.newer?.failure !== undefined && latest.state.arn === seen.newer.arn) &&
    isOwnWork(latest.tags, context.tags) &&
    diff(spec, latest.state).length === 0
  ) {
    return { arn: latest.state.arn };
  }
  const answer = await context.aws
    .client(ecs)
    .send(new RegisterTaskDefinitionCommand({ ...toRegistration(spec, whole), tags: toEcsTags(context.tags) }));
  return { arn: answer.taskDefinition?.taskDefinitionArn ?? '' };
}

/** A revision cannot be changed: the next one takes its place. */
export function update(
  target: Target<TaskDefinitionSpec>,
  state: TaskDefinitionState,
  _differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  return register(target, state, context);
}

/**
 * The family is gone when none of its revisions is ACTIVE. That which was seen is what the engine has asked about, and goes;
 * an earlier one goes with it unless it is not ours, or protected.
 */
export async function remove(
  target: Target<TaskDefinitionSpec>,
  state: TaskDefinitionState,
  context: ChangeContext,
): Promise<Receipt> {
  const { family } = target.spec;
  const arns = (await activeRevisions(family, context))
    .filter((each) => each.arn === state.arn || mayDeregister(each, context))
    .map((each) => each.arn);
  for (const arn of arns) {
    try {
      await context.aws.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return { family, deregistered: arns };
}
