// Tags of parameters.
import { AwsError, type CallContext, type Input, type Operation } from '../../model.ts';
import { upperTags } from '../../tags.ts';
import { listOf, requiredText, textOf } from './input.ts';
import { find } from './names.ts';
import type { ParameterRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** [SSM API, AddTagsToResource] */
const mostTags = 50;
const characters = /^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$/u;

/** The `Tags` of a request, checked; undefined where it has none. */
export function tagsOf(input: Input): Record<string, string> | undefined {
  const told = listOf(input, 'Tags', 1000);
  if (told === undefined) return undefined;
  const tags = (told as readonly Input[]).map((each) => ({
    Key: requiredText(each, 'Key', { min: 1, max: 128, pattern: characters }),
    Value: requiredText(each, 'Value', { max: 256, pattern: characters }),
  }));
  return limited(upperTags(tags));
}

function limited(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length > mostTags) throw new AwsError('TooManyTagsError', unverifiedTexts.tooManyTags);
  return tags;
}

function tagged(input: Input, context: CallContext): ParameterRecord {
  if (textOf(input, 'ResourceType') !== 'Parameter') {
    throw new AwsError('InvalidResourceType', unverifiedTexts.resourceType);
  }
  const found = find(context, requiredText(input, 'ResourceId'));
  if (found === undefined) throw new AwsError('InvalidResourceId', unverifiedTexts.resourceId);
  return found;
}

export const addTagsToResource: Operation = (input, context) => {
  const parameter = tagged(input, context);
  parameter.tags = limited({ ...parameter.tags, ...tagsOf(input) });
  return {};
};

export const removeTagsFromResource: Operation = (input, context) => {
  const parameter = tagged(input, context);
  const keys = listOf(input, 'TagKeys', 1000) ?? [];
  parameter.tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !keys.includes(key)));
  return {};
};

export const listTagsForResource: Operation = (input, context) => ({
  TagList: Object.entries(tagged(input, context).tags).map(([Key, Value]) => ({ Key, Value })),
});
