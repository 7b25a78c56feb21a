// Task sets of services that somebody else deploys: CreateTaskSet, UpdateTaskSet, DeleteTaskSet, DescribeTaskSets,
// UpdateServicePrimaryTaskSet.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { clusterOf, lastPart, serviceKey } from './arns.ts';
import { booleanOf, includes, invalidParameter, recordOf, tagsOf, textOf, textsOf } from './input.ts';
import { specFrom } from './service-input.ts';
import { activeService, existingService, indexService, parametersOf } from './service-records.ts';
import { ecsOf, type ServiceRecord, type TaskSetRecord } from './store.ts';
import { taskSetArn, taskSetOutput } from './task-set-output.ts';
import { newTaskSet } from './task-set-record.ts';
import { unverifiedTexts } from './unverified.ts';
import { wakeService } from './wake.ts';

const mostTaskSets = 5;

function managed(service: ServiceRecord): TaskSetRecord[] {
  if (service.deploymentController !== 'EXTERNAL' || service.taskSets === undefined) {
    throw invalidParameter(
      'Amazon ECS only supports task set management on services configured to use external deployment controllers.',
    );
  }
  return service.taskSets;
}

function taskSetOf(sets: readonly TaskSetRecord[], given: string): TaskSetRecord | undefined {
  return sets.find(({ id }) => id === lastPart(given));
}

function existingTaskSet(input: Input, service: ServiceRecord, member: string): TaskSetRecord {
  const found = taskSetOf(managed(service), textOf(input, member) ?? '');
  if (found === undefined) throw new AwsError('TaskSetNotFoundException', unverifiedTexts.taskSetMissing);
  return found;
}

/** Percent of the service's desired count [API reference "Scale"]. */
function scaleOf(input: Input): number | undefined {
  const value = recordOf(input, 'scale')?.['value'];
  if (typeof value !== 'number') return undefined;
  if (value < 0 || value > 100) throw invalidParameter(unverifiedTexts.scale);
  return value;
}

export function createTaskSet(input: Input, context: CallContext): Output {
  const { local, now, world } = context;
  const service = activeService(input, context);
  const sets = managed(service);
  const text = textOf(input, 'clientToken');
  if (text !== undefined && text.length > 36) throw invalidParameter('idempotency token longer than 36.');
  const parameters = parametersOf(input);
  const before = text === undefined ? undefined : sets.find(({ token }) => token?.text === text);
  if (before !== undefined) {
    if (before.token?.parameters !== parameters) throw invalidParameter(unverifiedTexts.taskSetToken);
    return { taskSet: taskSetOutput(service, before, context, true) };
  }
  if (sets.length >= mostTaskSets) {
    throw invalidParameter(
      `${String(mostTaskSets)} deployments exist on the service. Unable to create new TaskSet since this exceeds the maximum limit.`,
    );
  }
  const spec = specFrom(input, clusterOf(local, service.cluster), context);
  const set: TaskSetRecord = {
    ...newTaskSet(world, spec, now),
    externalId: textOf(input, 'externalId') ?? null,
    scale: scaleOf(input) ?? 0,
    tags: tagsOf(input),
    token: text === undefined ? null : { text, parameters },
  };
  indexService(local, serviceKey(service.cluster, service.name), undefined, spec);
  sets.unshift(set);
  return { taskSet: answerAndWake(service, set, context) };
}

export function updateTaskSet(input: Input, context: CallContext): Output {
  const service = activeService(input, context);
  const set = existingTaskSet(input, service, 'taskSet');
  set.scale = scaleOf(input) ?? set.scale;
  set.updatedAt = context.now;
  return { taskSet: answerAndWake(service, set, context) };
}

/** The others are ACTIVE from then on; the service tells what its primary task set is made from. */
export function updateServicePrimaryTaskSet(input: Input, context: CallContext): Output {
  const service = activeService(input, context);
  const chosen = existingTaskSet(input, service, 'primaryTaskSet');
  if (chosen.status === 'DRAINING') throw invalidParameter(unverifiedTexts.taskSetDraining);
  for (const set of service.taskSets ?? []) {
    if (set.status === 'PRIMARY') set.status = 'ACTIVE';
  }
  chosen.status = 'PRIMARY';
  chosen.updatedAt = context.now;
  return { taskSet: answerAndWake(service, chosen, context) };
}

/** Without `force` only what is scaled to 0. It is DRAINING until its tasks have stopped, and gone then. */
export function deleteTaskSet(input: Input, context: CallContext): Output {
  const service = existingService(input, context);
  const set = existingTaskSet(input, service, 'taskSet');
  if (set.scale > 0 && booleanOf(input, 'force') !== true) throw invalidParameter(unverifiedTexts.taskSetScaled);
  set.status = 'DRAINING';
  set.updatedAt = context.now;
  return { taskSet: answerAndWake(service, set, context) };
}

/** All of a service unless told; those that are not there are failures. */
export function describeTaskSets(input: Input, context: CallContext): Output {
  const service = existingService(input, context);
  const sets = service.taskSets;
  if (sets === undefined) managed(service);
  const asked = textsOf(input, 'taskSets') ?? [];
  const withTags = includes(input, 'TAGS');
  const told = (set: TaskSetRecord): Output => taskSetOutput(service, set, context, withTags);
  if (asked.length === 0) return { taskSets: (sets ?? []).map(told), failures: [] };
  const taskSets: Output[] = [];
  const failures: Output[] = [];
  for (const given of asked) {
    const found = taskSetOf(sets ?? [], given);
    if (found === undefined) failures.push({ arn: taskSetArn(context, service, lastPart(given)), reason: 'MISSING' });
    else taskSets.push(told(found));
  }
  return { taskSets, failures };
}

function answerAndWake(service: ServiceRecord, set: TaskSetRecord, context: CallContext): Output {
  const answer = taskSetOutput(service, set, context, true);
  wakeService(ecsOf(context.local), service, context.now);
  return answer;
}
