// GetResources: what the index of tags tells, which is behind [aws-facts 10, aws-facts-2 10].
import { AwsError, type CallContext, type Input, type Operation } from '../../model.ts';
import { taggingOf, type Tags } from './store.ts';
import { globalRegion, taggedBy } from './tagged.ts';
import { unverifiedTexts } from './unverified.ts';
import { toldBefore } from './watch.ts';

interface Told {
  readonly arn: string;
  readonly tags: Tags;
}

/** All that the index of a region tells at this instant, by ARN. */
function indexOf({ now, region, world }: CallContext): readonly Told[] {
  const told = new Map<string, Tags>();
  const tell = (arn: string, own: Tags | undefined): void => {
    const tags = toldBefore(world, region, arn, own, now);
    if (tags !== null) told.set(arn, tags);
  };
  for (const plug of world.services.all) {
    if (plug.scope === 'account' && region !== globalRegion) continue;
    for (const [arn, tags] of taggedBy(world, region, plug)) tell(arn, tags);
  }
  const living = new Set(told.keys());
  for (const [arn, { ghost }] of Object.entries(taggingOf(world.data).regions[region] ?? {})) {
    if (ghost !== null && !living.has(arn)) tell(arn, undefined);
  }
  return [...told].map(([arn, tags]) => ({ arn, tags })).sort((left, right) => (left.arn < right.arn ? -1 : 1));
}

interface TagFilter {
  readonly Key?: string;
  readonly Values?: readonly string[];
}

/** All filters must hold, any value of each; one without values wants the key alone. */
function holds({ tags }: Told, filters: readonly TagFilter[]): boolean {
  return filters.every(({ Key: key = '', Values: values = [] }) => {
    const own = Object.hasOwn(tags, key) ? tags[key] : undefined;
    return own !== undefined && (values.length === 0 || values.includes(own));
  });
}

/** `ecs`, `ecs:service`, of `arn:aws:ecs:eu-west-1:123456789012:service/a/b`. */
function isOfType({ arn }: Told, type: string): boolean {
  const [, , service = '', , , ...rest] = arn.split(':');
  const [kind = ''] = rest.join(':').split(/[/:]/);
  return type === service || type === `${service}:${kind}`;
}

/** [Resource Groups Tagging API, PaginationTokenExpiredException] */
const tokenLives = 15 * 60_000;

export const getResources: Operation = (input, context) => {
  const arns = listOf<string>(input, 'ResourceARNList');
  const filters = listOf<TagFilter>(input, 'TagFilters');
  const types = listOf<string>(input, 'ResourceTypeFilters');
  const { PaginationToken: token, ResourcesPerPage: perPage } = input;
  const isPaged = perPage !== undefined || (token !== undefined && token !== '');
  if (arns.length > 0 && (filters.length > 0 || types.length > 0 || isPaged)) {
    throw new AwsError('InvalidParameterException', unverifiedTexts.arnsAndFilters);
  }
  const size = typeof perPage === 'number' ? perPage : 50;
  if (size < 1 || size > 100) throw new AwsError('InvalidParameterException', unverifiedTexts.perPage);
  const found = indexOf(context).filter(
    (each) =>
      (arns.length === 0 || arns.includes(each.arn)) &&
      holds(each, filters) &&
      (types.length === 0 || types.some((type) => isOfType(each, type))),
  );
  const from = startOf(token, context);
  const to = arns.length > 0 ? found.length : from + size;
  return {
    // Empty after the last page [aws-facts 10].
    PaginationToken: to < found.length ? tokenOf(to, context) : '',
    ResourceTagMappingList: found.slice(from, to).map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};

function listOf<Item>(input: Input, name: string): readonly Item[] {
  const value = input[name];
  return Array.isArray(value) ? (value as readonly Item[]) : [];
}

function tokenOf(from: number, { now }: CallContext): string {
  return Buffer.from(JSON.stringify([from, now])).toString('base64');
}

function startOf(token: unknown, { now }: CallContext): number {
  if (token === undefined || token === null || token === '') return 0;
  const text = typeof token === 'string' ? Buffer.from(token, 'base64').toString() : '';
  const [, from, madeAt] = /^\[(\d+),(\d+)\]$/.exec(text) ?? [];
  if (from === undefined || madeAt === undefined) {
    throw new AwsError('InvalidParameterException', unverifiedTexts.token);
  }
  if (now > Number(madeAt) + tokenLives) {
    throw new AwsError('PaginationTokenExpiredException', unverifiedTexts.expired);
  }
  return Number(from);
}
