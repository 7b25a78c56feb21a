// What the four ELBv2 types share: tags, 20 resources a call, and pieces that are listed by what they live in.
import { DescribeTagsCommand, type Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { Confirmation, Observation, ReadContext, Tags, Target } from '../contract.ts';
import { afresh } from './changing.ts';
import { arnsPerCall } from './look-calls.ts';
import { absent, chunks, present, unknownFrom, type Observations } from './observing.ts';
import { groupBy } from '../../util/group-by.ts';

/**
 * Tags by ARN; of what AWS does not know any more there are none. What is asked for at about the same time goes out
 * together, of whatever kind the pieces are.
 */
export async function elbv2TagsOf(arns: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, Tags>> {
  if (arns.length === 0) return new Map();
  const answers = await context.together('elbv2 tags', arns, (all) => tagsOrErrors(all, afresh(context)));
  const told = arns.map((arn) => [arn, answers.get(arn)] as const);
  for (const [, answer] of told) if (answer?.kind === 'failed') throw answer.error;
  return new Map(told.flatMap(([arn, answer]) => (answer?.kind === 'told' ? [[arn, answer.tags] as const] : [])));
}

/** Whether pieces are there, of whatever of the four kinds: DescribeTags knows those that are, and no others. */
export async function elbv2Confirmed(
  arns: readonly string[],
  context: ReadContext,
): Promise<ReadonlyMap<string, Confirmation>> {
  try {
    const tags = await elbv2TagsOf(arns, context);
    return new Map(
      arns.map((arn): [string, Confirmation] => {
        const own = tags.get(arn);
        return [arn, own === undefined ? { kind: 'gone' } : { kind: 'there', tags: own }];
      }),
    );
  } catch (error) {
    return new Map(arns.map((arn) => [arn, { kind: 'failed', error }]));
  }
}

type TagAnswer = { readonly kind: 'told'; readonly tags: Tags } | { readonly kind: 'failed'; readonly error: unknown };

/** A failed call says nothing about what others were asked. */
async function tagsOrErrors(arns: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, TagAnswer>> {
  const answers = await Promise.all(chunks(arns, arnsPerCall).map((chunk) => tagsOfChunk(chunk, context)));
  return new Map(answers.flat());
}

async function tagsOfChunk(
  arns: readonly string[],
  context: ReadContext,
): Promise<readonly (readonly [arn: string, answer: TagAnswer])[]> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeTagsCommand({ ResourceArns: [...arns] })),
    );
    const told = answer.TagDescriptions ?? [];
    const tagsOf = (arn: string): readonly Tag[] => told.find((each) => each.ResourceArn === arn)?.Tags ?? [];
    return arns.map((arn) => [arn, { kind: 'told', tags: fromAwsTags(tagsOf(arn)) }]);
  } catch (error) {
    if (!isNotFound(error)) return arns.map((arn) => [arn, { kind: 'failed', error }]);
    if (arns.length === 1) return [];
    // One that is gone spoils the whole call, and the answer does not tell which it is.
    return (await Promise.all(arns.map((arn) => tagsOfChunk([arn], context)))).flat();
  }
}

function fromAwsTags(tags: readonly Tag[]): Tags {
  return Object.fromEntries(tags.map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

/**
 * A piece that was listed, with its tags. Without them nobody can tell whose it is: a list may be older than a delete
 * that DescribeTags knows of already [eventual consistency of ELB reads], so it is to be looked at again.
 */
export function presentWithTags<State extends { readonly arn: string }>(
  state: State,
  tags: ReadonlyMap<string, Tags>,
  context: ReadContext,
): Observation<State> {
  const own = tags.get(state.arn);
  if (own !== undefined) return present(state, own, context);
  const detail = `DescribeTags does not know ${state.arn}, which is listed: it may have gone just now`;
  return {
    kind: 'unknown',
    reason: 'unavailable',
    detail,
    at: context.now(),
    api: 'elasticloadbalancing:DescribeTags',
  };
}

/** Undefined for none: an empty list of tags is refused [service model, `TagList` has at least one]. */
export function toAwsTags(tags: Tags): Tag[] | undefined {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return list.length === 0 ? undefined : list;
}

/** How pieces are found that AWS lists only by what they live in: listeners in a load balancer, rules in a listener. */
export interface Listing<Spec, Item, State> {
  /** ARN of what the piece lives in. */
  readonly container: (spec: Spec) => string;
  readonly list: (container: string) => Promise<readonly Item[]>;
  readonly find: (items: readonly Item[], spec: Spec) => State | undefined;
}

/**
 * Observes pieces by one listing per container. A container that does not exist holds nothing, so its pieces are absent;
 * a listing that fails otherwise makes the pieces of that container unknown and no others.
 */
export async function observeListed<Spec, Item, State extends { readonly arn: string }>(
  targets: readonly Target<Spec>[],
  context: ReadContext,
  listing: Listing<Spec, Item, State>,
): Promise<Observations<State>> {
  const answers = new Map<string, Observation<State>>();
  const found: Found<State>[] = [];
  await Promise.all(
    [...groupBy(targets, (target) => listing.container(target.spec))].map(async ([container, members]) => {
      try {
        const items = await listing.list(container);
        for (const { id, spec } of members) {
          const state = listing.find(items, spec);
          if (state === undefined) answers.set(id, absent(context));
          else found.push({ id, state });
        }
      } catch (error) {
        const answer = isNotFound(error) ? absent(context, `${container} does not exist`) : unknownFrom(error, context);
        for (const { id } of members) answers.set(id, answer);
      }
    }),
  );
  for (const [id, observation] of await withTags(found, context)) answers.set(id, observation);
  return answers;
}

/** A piece that was found; its tags are still to be asked for. */
interface Found<State> {
  readonly id: string;
  readonly state: State;
}

/** Asks for the tags of all that was found; a failed call makes its own pieces unknown and no others. */
async function withTags<State extends { readonly arn: string }>(
  found: readonly Found<State>[],
  context: ReadContext,
): Promise<Observations<State>> {
  const answers = new Map<string, Observation<State>>();
  await Promise.all(
    chunks(found, arnsPerCall).map(async (chunk) => {
      try {
        const tags = await elbv2TagsOf(
          chunk.map((each) => each.state.arn),
          context,
        );
        for (const { id, state } of chunk) answers.set(id, presentWithTags(state, tags, context));
      } catch (error) {
        for (const { id } of chunk) answers.set(id, unknownFrom(error, context));
      }
    }),
  );
  return answers;
}
