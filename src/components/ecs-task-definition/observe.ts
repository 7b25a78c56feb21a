// Which revision of a family counts, and what it holds. A pipeline registers revisions that nobody has deployed, and those
// whose deployment fails are left behind: the newest one counts only where nothing else is known.
import { DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { ownerOf, ownerTags, type Observation, type ReadContext, type Tags, type Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { failureOf } from '../kit/ecs-failures.ts';
import { fromEcsTags } from '../kit/ecs.ts';
import { absent, observeEach, present, unknownAnswer, type Observations } from '../kit/observing.ts';
import { diff } from './diff.ts';
import { listedFailure, runningOf, type Running } from './running.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export function observe(
  targets: readonly Target<TaskDefinitionSpec>[],
  context: ReadContext,
): Promise<Observations<TaskDefinitionState>> {
  return observeEach(targets, context, (target) => revisionThatCounts(target, context));
}

/**
 * The newest revision where this playbook registered it, as it wants it, and its deployment has not failed: a run is under way,
 * or was interrupted. Otherwise what the services run, or ran last. Without any that tells, the newest.
 */
async function revisionThatCounts(
  target: Target<TaskDefinitionSpec>,
  context: ReadContext,
): Promise<Observation<TaskDefinitionState>> {
  const { referredBy = [], spec } = target;
  const newest = await latestOf(spec.family, context);
  const running = runningOf(spec.family, referredBy);
  // One that was deregistered may go on in a service that could not be seen.
  const unseen = spec.containers === undefined ? referredBy.find((each) => each.unseen === true) : undefined;
  if (newest.kind === 'absent' && running === undefined && unseen !== undefined) {
    return unknownAnswer(
      `${spec.family} has no ACTIVE revision, and what ${unseen.component} runs was not seen`,
      context,
    );
  }
  if (newest.kind === 'unknown' || running === undefined) return newest;
  // Whoever waits until it is gone need not know what is left of it.
  if (newest.kind === 'absent' && context.waiting === true && spec.containers !== undefined) return newest;
  if (newest.kind === 'present' && newest.state.arn === running.revision) return newest;
  if (newest.kind === 'absent') return leftBy(await revisionAt(running.revision, context), spec, running, undefined);
  const asSaid = diff(spec, newest.state).length === 0;
  const isOurs = asSaid && isOf(newest.tags, target, context);
  const failure =
    listedFailure(newest.state.arn, referredBy) ?? (await failureIn(newest.state.arn, running, isOurs, context));
  if (isOurs && failure === undefined) return newest;
  const { arn, revision } = newest.state;
  const newer = { arn, revision, asSaid, ...(failure === undefined ? {} : { failure }) };
  const there = leftBy(await revisionAt(running.revision, context), spec, running, newer);
  if (there.kind !== 'absent') return there;
  const cannotBeMade = spec.containers === undefined && failure === undefined;
  return there.remains === undefined || cannotBeMade ? newest : there;
}

/** Whoever decides by it must know; where it is only told, it may stay untold. */
async function failureIn(
  revision: string,
  { service }: Running,
  decides: boolean,
  context: ReadContext,
): Promise<string | undefined> {
  try {
    return await failureOf(revision, service, context);
  } catch (error) {
    if (decides || isOwnFault(error)) throw error;
    return undefined;
  }
}

/**
 * An INACTIVE revision goes on in the services that run it, and no other can start from it: where the playbook says of what
 * the tasks are made, it is made again as it was. Of a family that the playbook only names, it counts as long as it is run.
 */
function leftBy(
  there: Observation<TaskDefinitionState>,
  spec: TaskDefinitionSpec,
  { goesOn }: Running,
  newer: TaskDefinitionState['newer'],
): Observation<TaskDefinitionState> {
  if (there.kind !== 'present') return there;
  const { at, tags } = there;
  const state = newer === undefined ? there.state : { ...there.state, newer };
  if (state.status === 'ACTIVE' || (goesOn && spec.containers === undefined)) return { ...there, state };
  const detail = `${state.family}:${state.revision}, which its services ${goesOn ? 'run' : 'ran last'}, is ${state.status}`;
  return { kind: 'absent', at, detail, remains: { state, tags } };
}

function isOf(tags: Tags | undefined, target: Target<unknown>, { scope }: ReadContext): boolean {
  const { component, playbook } = ownerOf(target, scope);
  return tags?.[ownerTags.playbook] === playbook && tags[ownerTags.component] === component;
}

/** The latest ACTIVE revision; a family without any is answered with an error [captured]. */
export async function latestOf(family: string, context: ReadContext): Promise<Observation<TaskDefinitionState>> {
  const seen = await revisionAt(family, context);
  return seen.kind === 'present' && seen.state.status === 'INACTIVE' ? absent(context, 'INACTIVE') : seen;
}

/** @param name a family, or the ARN of a revision in whatever status */
async function revisionAt(name: string, context: ReadContext): Promise<Observation<TaskDefinitionState>> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeTaskDefinitionCommand({ taskDefinition: name, include: ['TAGS'] })),
    );
    const definition = answer.taskDefinition;
    if (definition === undefined) return unknownAnswer(`DescribeTaskDefinition said nothing of ${name}`, context);
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
