// RunTask: tasks that belong to no service.
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { booleanOf, copyOf, integerOf, invalidParameter, recordOf, recordsOf, tagsOf, textOf } from './input.ts';
import { onFargate } from './launch-input.ts';
import { resolvedVersion } from './spec-output.ts';
import { specFrom } from './service-input.ts';
import { activeCluster, parametersOf } from './service-records.ts';
import { keepStandalone } from './standalone.ts';
import { ecsOf, type DeploymentSpec, type Json, type StandaloneTask, type TaskDefinitionRecord } from './store.ts';
import { placeTask } from './task-life.ts';
import { taskOutput } from './task-output.ts';
import { unverifiedTexts } from './unverified.ts';
import { checkConstraints } from './placement-input.ts';

const mostTasks = 10;

/** @returns `tasks` as they begin; `failures` is empty, for there is always room */
export function runTask(input: Input, context: CallContext): Output {
  const { local, now, region, world } = context;
  const cluster = activeCluster(local, input);
  const count = integerOf(input, 'count') ?? 1;
  if (count < 1 || count > mostTasks) throw invalidParameter(unverifiedTexts.runCount);
  const token = textOf(input, 'clientToken');
  if (token !== undefined && token.length > 64) throw invalidParameter(unverifiedTexts.runToken);
  const parameters = parametersOf({ ...input, count });
  const known = token === undefined ? undefined : ecsOf(local).runTokens?.[`${cluster.name} ${token}`];
  // Forgotten with its last task.
  if (known?.tasks.some((arn) => ecsOf(local).tasks[arn] !== undefined) === true) {
    if (known.parameters !== parameters) throw new AwsError('ConflictException', unverifiedTexts.runTokenConflict);
    return { tasks: known.tasks.flatMap((arn) => told(arn, context)), failures: [] };
  }
  const spec = specFrom(input, cluster, context);
  const definition = ecsOf(local).taskDefinitions[spec.taskDefinition];
  if (definition === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
  checkRun(input, spec, definition);
  const tags = tagsOf(input);
  const inherited = textOf(input, 'propagateTags') === 'TASK_DEFINITION' ? definition.tags : [];
  const arns: string[] = [];
  const provided: (string | undefined)[] = [];
  for (let index = 0; index < count; index += 1) {
    const task = placeTask(
      { world, region, local, at: now },
      { cluster: cluster.name, service: '', deployment: '', spec, provided, tags: mergedTags(inherited, tags) },
    );
    provided.push(task.capacityProvider);
    task.standalone = standaloneOf(input, spec, definition);
    keepStandalone(local, task, task.startAt);
    arns.push(task.arn);
  }
  if (token !== undefined) {
    (ecsOf(local).runTokens ??= {})[`${cluster.name} ${token}`] = { parameters, tasks: arns };
  }
  return { tasks: arns.flatMap((arn) => told(arn, context)), failures: [] };
}

function told(arn: string, context: CallContext): Output[] {
  const task = ecsOf(context.local).tasks[arn];
  return task === undefined ? [] : [taskOutput(task, context, true)];
}

export function mergedTags<T extends { key: string }>(inherited: readonly T[], own: readonly T[]): T[] {
  return [...inherited.filter(({ key }) => !own.some((tag) => tag.key === key)), ...own].map((tag) => ({ ...tag }));
}

export function standaloneOf(input: Input, spec: DeploymentSpec, definition: TaskDefinitionRecord): StandaloneTask {
  const overrides = copyOf(recordOf(input, 'overrides') ?? {});
  return {
    group: textOf(input, 'group') ?? `family:${definition.family}`,
    startedBy: textOf(input, 'startedBy') ?? null,
    overrides: { ...overrides, containerOverrides: recordsOf(overrides, 'containerOverrides') ?? [] },
    platformVersion: onFargate(spec) ? resolvedVersion(spec.platformVersion) : null,
    enableExecuteCommand: booleanOf(input, 'enableExecuteCommand') ?? false,
  };
}

export function checkRun(input: Input, spec: DeploymentSpec, definition: TaskDefinitionRecord): void {
  checkConstraints(input, invalidParameter);
  if (textOf(input, 'propagateTags') === 'SERVICE') throw invalidParameter(unverifiedTexts.runPropagate);
  const placed =
    (recordsOf(input, 'placementConstraints') ?? []).length + (recordsOf(input, 'placementStrategy') ?? []).length;
  if (placed > 0 && onFargate(spec)) throw invalidParameter(unverifiedTexts.fargatePlacement);
  const overrides: readonly Json[] = recordsOf(recordOf(input, 'overrides') ?? {}, 'containerOverrides') ?? [];
  for (const { name } of overrides) {
    if (!definition.containers.some((container) => container.name === name)) {
      throw invalidParameter(`Override for container named ${String(name)} is not a container in the TaskDefinition.`);
    }
  }
}
