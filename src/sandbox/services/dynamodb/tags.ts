// Tags of tables.
import { AwsError } from '../../model.ts';
import type { CallContext, Operation } from '../../model.ts';
import { put } from '../../records.ts';
import { tableNotFound, validation } from './errors.ts';
import { decode, list, required, struct, text } from './request/shapes.ts';
import type { Decoded } from './request/shapes.ts';
import type { TableRecord } from './store.ts';
import { findTable, isBeingRestored, tableName } from './tables.ts';

const maxTags = 50;

export const tagsShape = list(
  struct({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ max: 256 })) }, 'Tag'),
);

/** Texts are those observed. */
export function checkTags(tags: Decoded<typeof tagsShape>): void {
  const seen = new Set<string>();
  for (const { Key: key } of tags) {
    if (key.startsWith('aws:')) throw validation(`Tag Key cannot be prefixed with aws:, Key: ${key}`);
    if (seen.has(key)) throw validation(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${key}`);
    seen.add(key);
  }
  if (tags.length > maxTags) throw tooManyTags();
}

function tooManyTags(): AwsError {
  return validation('Number of Tags exceed the current limit for the provided ResourceArn');
}

export const tagResourceShape = struct({ ResourceArn: required(text()), Tags: required(tagsShape) });

export const tagResource: Operation = (input, context) => {
  const request = decode(tagResourceShape, input);
  if (request.Tags.length === 0) throw validation('Atleast one Tag needs to be provided as Input.');
  checkTags(request.Tags);
  const table = taggedTable(context, request.ResourceArn);
  const tags = { ...table.tags };
  for (const { Key, Value } of request.Tags) put(tags, Key, Value);
  if (Object.keys(tags).length > maxTags) throw tooManyTags();
  table.tags = tags;
  return {};
};

export const untagResourceShape = struct({ ResourceArn: required(text()), TagKeys: required(list(text())) });

export const untagResource: Operation = (input, context) => {
  const request = decode(untagResourceShape, input);
  if (request.TagKeys.length === 0) throw validation('Atleast one Tag Key needs to be provided as Input.');
  const table = taggedTable(context, request.ResourceArn);
  table.tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !request.TagKeys.includes(key)));
  return {};
};

export const listTagsOfResourceShape = struct({ ResourceArn: required(text()), NextToken: text() });
const pageLength = 10;

export const listTagsOfResource: Operation = (input, context) => {
  const request = decode(listTagsOfResourceShape, input);
  const table = taggedTable(context, request.ResourceArn);
  const tags = Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value }));
  const from = request.NextToken === undefined ? 0 : Number(Buffer.from(request.NextToken, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0) throw validation('Invalid NextToken');
  const to = from + pageLength;
  return {
    Tags: tags.slice(from, to),
    NextToken: to < tags.length ? Buffer.from(String(to)).toString('base64url') : undefined,
  };
};

function taggedTable(context: CallContext, arn: string): TableRecord {
  if (!/^arn:[^:]+:dynamodb:[^:]*:\d+:table\/[^/]{3,}$/.test(arn)) {
    throw validation(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  }
  const found = findTable(context, tableName(arn));
  if (found === undefined) {
    // The misspelling is AWS's.
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
  }
  if (isBeingRestored(found)) throw tableNotFound(found.table.name);
  return found.table;
}
