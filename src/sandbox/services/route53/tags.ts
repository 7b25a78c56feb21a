// Tags of hosted zones and health checks. They come in a call of their own, never with the creation.
import type { CallContext, Input, Operation, Output } from '../../model.ts';
import { healthCheckOf, zoneOf } from './errors.ts';
import * as read from './input.ts';
import { route53Of, type Tag } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedTexts } from './unverified.ts';

const resourceTypes = ['healthcheck', 'hostedzone'] as const;
type ResourceType = (typeof resourceTypes)[number];

interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}

const mostOfCall = 10;

export const changeTagsForResource: Operation = (input, context) => {
  const resource = resourceOf(input, context, read.requiredText(input, 'ResourceId', 64));
  const request = read.body(input);
  const added = read.structures(request, 'AddTags');
  const removed = read.texts(request, 'RemoveTagKeys');
  for (const [member, list] of [
    ['addTags', added],
    ['removeTagKeys', removed],
  ] as const) {
    if (list !== undefined) checkCount(member, list.length);
  }
  if (added === undefined && removed === undefined) throw read.invalidInput(unverifiedTexts.missing('addTags'));

  const store = route53Of(context.world.data);
  const place = `${resource.type}/${resource.id}`;
  const tags = (own(store.tags, place) ?? []).filter(({ key }) => removed?.includes(key) !== true);
  for (const tag of (added ?? []).map(readTag)) {
    const index = tags.findIndex(({ key }) => key === tag.key);
    if (index < 0) tags.push(tag);
    else tags[index] = tag;
  }
  if (tags.length > 0) store.tags[place] = tags;
  else Reflect.deleteProperty(store.tags, place);
  return {};
};

function readTag(input: Input): Tag {
  return { key: read.requiredText(input, 'Key', 128), value: read.optionalText(input, 'Value', 256) ?? '' };
}

function checkCount(member: string, count: number): void {
  if (count >= 1 && count <= mostOfCall) return;
  const rule =
    count < 1 ? 'have length greater than or equal to 1' : `have length less than or equal to ${String(mostOfCall)}`;
  throw read.invalidInput(unverifiedTexts.constraint(`${String(count)} items`, member, rule));
}

function resourceOf(input: Input, context: CallContext, id: string): Resource {
  const type = read.oneOf(input, 'ResourceType', resourceTypes);
  if (type === undefined) throw read.invalidInput(unverifiedTexts.missing('resourceType'));
  switch (type) {
    case 'healthcheck':
      return { type, id: healthCheckOf(context, id).id };
    case 'hostedzone':
      return { type, id: zoneOf(context, id).id };
  }
}

export const listTagsForResource: Operation = (input, context) => {
  const resource = resourceOf(input, context, read.requiredText(input, 'ResourceId', 64));
  return { ResourceTagSet: tagSet(resource, context) };
};

export const listTagsForResources: Operation = (input, context) => {
  const ids = read.texts(read.body(input), 'ResourceIds') ?? [];
  checkCount('resourceIds', ids.length);
  return { ResourceTagSets: ids.map((id) => tagSet(resourceOf(input, context, id), context)) };
};

function tagSet({ type, id }: Resource, { world }: CallContext): Output {
  const tags = own(route53Of(world.data).tags, `${type}/${id}`) ?? [];
  return { ResourceType: type, ResourceId: id, Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}
