// Task definitions: families of revisions. A deregistered revision goes on serving the services that run it.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { own, put } from '../../records.ts';
import { afterKind, ecsArn } from './arns.ts';
import { definitionFrom } from './definition-input.ts';
import { clientError, includes, invalidParameter, pageOf, tagsOf, textOf, textsOf } from './input.ts';
import { ecsOf, type TaskDefinitionRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** The revision that a family (its latest ACTIVE one), `family:revision` or an ARN means. */
export function findTaskDefinition(local: RegionData, given: string): TaskDefinitionRecord | undefined {
  const { families, taskDefinitions } = ecsOf(local);
  const name = afterKind(given);
  const [family = '', revision] = name.split(':');
  const arns = own(families, family)?.revisions ?? [];
  for (let index = arns.length - 1; index >= 0; index -= 1) {
    const record = taskDefinitions[arns[index] ?? ''];
    if (record === undefined) continue;
    if (revision === undefined ? record.status === 'ACTIVE' : String(record.revision) === revision) return record;
  }
  return undefined;
}

function output(record: TaskDefinitionRecord): Output {
  return {
    taskDefinitionArn: record.arn,
    ...record.body,
    family: record.family,
    revision: record.revision,
    status: record.status,
    registeredAt: timestamp(record.registeredAt),
    deregisteredAt: record.deregisteredAt === null ? undefined : timestamp(record.deregisteredAt),
    deleteRequestedAt: record.deleteRequestedAt === null ? undefined : timestamp(record.deleteRequestedAt),
    registeredBy: record.registeredBy,
  };
}

export function registerTaskDefinition(input: Input, { local, now, region, world }: CallContext): Output {
  const definition = definitionFrom(input);
  const tags = tagsOf(input);
  const { families } = ecsOf(local);
  const family = own(families, definition.family) ?? { last: 0, revisions: [] };
  put(families, definition.family, family);
  family.last += 1;
  const record: TaskDefinitionRecord = {
    arn: ecsArn(world, region, `task-definition/${definition.family}:${String(family.last)}`),
    revision: family.last,
    status: 'ACTIVE',
    registeredAt: now,
    registeredBy: world.data.callerArn,
    deregisteredAt: null,
    deleteRequestedAt: null,
    tags,
    ...definition,
  };
  ecsOf(local).taskDefinitions[record.arn] = record;
  family.revisions.push(record.arn);
  return { taskDefinition: output(record), tags };
}

function existing(local: RegionData, given: string | undefined): TaskDefinitionRecord {
  const record = given === undefined ? undefined : findTaskDefinition(local, given);
  if (record === undefined) throw clientError('Unable to describe task definition.');
  return record;
}

export function describeTaskDefinition(input: Input, { local }: CallContext): Output {
  const record = existing(local, textOf(input, 'taskDefinition'));
  return { taskDefinition: output(record), tags: includes(input, 'TAGS') ? record.tags : undefined };
}

/** Repeating it changes nothing. The answer of the first call does not tell `deregisteredAt`, later reads do. */
export function deregisterTaskDefinition(input: Input, { local, now }: CallContext): Output {
  const given = textOf(input, 'taskDefinition') ?? '';
  if (!afterKind(given).includes(':')) throw invalidParameter(unverifiedTexts.revisionNeeded);
  const record = existing(local, given);
  if (record.status !== 'ACTIVE') return { taskDefinition: output(record) };
  record.status = 'INACTIVE';
  const answer = output(record);
  record.deregisteredAt = now;
  return { taskDefinition: answer };
}

export function deleteTaskDefinitions(input: Input, { local, now }: CallContext): Output {
  const asked = textsOf(input, 'taskDefinitions') ?? [];
  if (asked.length < 1 || asked.length > 10) {
    throw invalidParameter('The number of task definitions must be between 1 and 10.');
  }
  const taskDefinitions: Output[] = [];
  const failures: Output[] = [];
  for (const given of asked) {
    const record = findTaskDefinition(local, given);
    if (record === undefined) {
      failures.push({ arn: given, reason: unverifiedTexts.nothingToDelete });
    } else if (record.status === 'ACTIVE') {
      failures.push({ arn: record.arn, reason: unverifiedTexts.stillActive });
    } else {
      const answer = { ...output(record), status: 'DELETE_IN_PROGRESS' };
      record.status = 'DELETE_IN_PROGRESS';
      record.deleteRequestedAt ??= now;
      taskDefinitions.push(answer);
      if (!isReferenced(local, record.arn)) forget(local, record);
    }
  }
  return { taskDefinitions, failures };
}

/** A service or a task that has not stopped still needs the revision. */
function isReferenced(local: RegionData, arn: string): boolean {
  const { services, standalone, tasks } = ecsOf(local);
  if (standalone?.tasks.some((task) => tasks[task]?.taskDefinition === arn) === true) return true;
  return Object.values(services).some(
    (service) =>
      service.status !== 'INACTIVE' &&
      (service.tasks.some((task) => tasks[task]?.taskDefinition === arn) ||
        [...service.deployments, ...(service.taskSets ?? [])].some(({ spec }) => spec.taskDefinition === arn)),
  );
}

function forget(local: RegionData, record: TaskDefinitionRecord): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete ecsOf(local).taskDefinitions[record.arn];
  const family = ecsOf(local).families[record.family];
  if (family !== undefined) family.revisions = family.revisions.filter((arn) => arn !== record.arn);
}

function isStatus(text: string): text is TaskDefinitionRecord['status'] {
  return text === 'ACTIVE' || text === 'INACTIVE' || text === 'DELETE_IN_PROGRESS';
}

export function listTaskDefinitions(input: Input, { local }: CallContext): Output {
  const status = textOf(input, 'status') ?? 'ACTIVE';
  if (!isStatus(status)) throw clientError(`Invalid task definition status: ${status}`);
  const wanted = textOf(input, 'familyPrefix');
  const arns: string[] = [];
  for (const name of Object.keys(ecsOf(local).families).sort()) {
    // Despite its name the parameter is a whole family name.
    if (wanted !== undefined && name !== wanted) continue;
    for (const arn of ecsOf(local).families[name]?.revisions ?? []) {
      if (ecsOf(local).taskDefinitions[arn]?.status === status) arns.push(arn);
    }
  }
  const page = pageOf(textOf(input, 'sort') === 'DESC' ? arns.reverse() : arns, input, 100);
  return { taskDefinitionArns: page.items, nextToken: page.next };
}

export function listTaskDefinitionFamilies(input: Input, { local }: CallContext): Output {
  const status = textOf(input, 'status') ?? 'ALL';
  const prefix = textOf(input, 'familyPrefix') ?? '';
  const names = Object.keys(ecsOf(local).families)
    .sort()
    .filter((name) => {
      if (!name.startsWith(prefix)) return false;
      const statuses = (ecsOf(local).families[name]?.revisions ?? []).map(
        (arn) => ecsOf(local).taskDefinitions[arn]?.status,
      );
      const active = statuses.includes('ACTIVE');
      return statuses.length > 0 && (status === 'ALL' || (status === 'ACTIVE') === active);
    });
  const page = pageOf(names, input, 100);
  return { families: page.items, nextToken: page.next };
}

/** The revision a service is to run. */
export function runnableTaskDefinition(local: RegionData, given: string): TaskDefinitionRecord {
  const record = findTaskDefinition(local, given);
  if (record === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
  if (record.status !== 'ACTIVE') throw new AwsError('ClientException', unverifiedTexts.taskDefinitionInactive);
  return record;
}
