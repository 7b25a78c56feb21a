// All ACTIVE revisions of a family: when the piece is deleted they go, and AWS makes none of them active again.
import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import { ownerTags, type CascadedPiece, type Json, type ReadContext, type Tags, type Target } from '../contract.ts';
import { mayBeOurs } from '../kit/changing.ts';
import { toJson } from '../kit/compare.ts';
import { fromEcsTags, nameIn } from '../kit/ecs.ts';
import { allPages } from '../kit/observing.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export interface Revision {
  readonly arn: string;
  readonly tags: Tags;
  readonly description: Json;
}

/** Each is described by itself, since a listing tells no tags [ECS API, ListTaskDefinitions]. */
export async function activeRevisions(family: string, context: ReadContext): Promise<readonly Revision[]> {
  const arns = await allPages(
    (each: string) => each,
    async (nextToken: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws
          .client(ecs)
          .send(new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE', nextToken })),
      );
      return { items: answer.taskDefinitionArns ?? [], next: answer.nextToken };
    },
  );
  const own = arns.filter((each) => nameIn(each).startsWith(`${family}:`));
  const found = await Promise.all(own.map((arn) => revisionOf(arn, context)));
  return found.flatMap((each) => each ?? []);
}

/** Undefined when it has been deregistered since it was listed. */
async function revisionOf(arn: string, context: ReadContext): Promise<Revision | undefined> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(ecs).send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] })),
    );
    if (answer.taskDefinition?.status === 'INACTIVE') return undefined;
    return { arn, tags: fromEcsTags(answer.tags), description: toJson(answer.taskDefinition ?? {}) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** False for what another playbook has registered, or somebody protects. */
export function mayDeregister({ tags }: Revision, { scope }: ReadContext): boolean {
  return mayBeOurs(tags, scope) && tags[ownerTags.protect] !== 'true';
}

/** The family is gone when its last revision is, so one that must stay keeps all of it. */
export async function cascade(
  { spec }: Target<TaskDefinitionSpec>,
  _state: TaskDefinitionState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  const revisions = await activeRevisions(spec.family, context);
  return revisions.map(({ arn, tags }) => ({ kind: 'part', what: `revision ${nameIn(arn)}`, id: arn, tags }));
}

/** A revision that is updated stays as it is; all that a delete deregisters cannot be read back from AWS as active. */
export async function capture(
  { spec }: Target<TaskDefinitionSpec>,
  _state: TaskDefinitionState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  return leaves ? { revisions: toJson(await activeRevisions(spec.family, context)) } : null;
}
