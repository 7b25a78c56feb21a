// The only file of this type that may change AWS. Every write carries a condition: what somebody else wrote in between
// is never overwritten.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ClassifiedError, isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { arnsIn } from './claim.ts';
import { diff } from './diff.ts';
import { spellings } from './marker.ts';
import { changesOf } from './merging.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { fromAttributes, toAttribute, toAttributes, type Attributes } from './values.ts';

export async function create(target: Target<ItemSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    await context.aws.client(dynamodb).send(
      new PutItemCommand({
        TableName: spec.table,
        Item: toAttributes({ ...omit(spec.attributes ?? {}, spec.without ?? []), ...spec.key }),
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': firstKeyOf(spec) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // An earlier try of this step may have written it.
    const existing: Attributes | undefined = error.Item;
    const inSync =
      existing !== undefined && diff(spec, { table: spec.table, item: fromAttributes(existing) }).length === 0;
    if (!inSync) throw conflict(`an item with this key is in ${spec.table} already, and differs`, error);
    // Equal content is no proof that this step has written it.
    return { ...receiptOf(spec), found: true };
  }
  return receiptOf(spec);
}

export async function update(
  target: Target<ItemSpec>,
  state: ItemState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  const changes = changesOf(target, state, differences);
  if (changes.length === 0) return { table: spec.table };
  const { condition, names, values } = asSeen(
    changes.map(({ name }) => name),
    state,
  );
  const set = changes.flatMap(({ value }, index) => (value === undefined ? [] : [`#name${index} = :value${index}`]));
  const gone = changes.flatMap(({ value }, index) => (value === undefined ? [`#name${index}`] : []));
  const written = changes.flatMap(({ value }, index) =>
    value === undefined ? [] : [[`:value${index}`, toAttribute(value)] as const],
  );
  const all = { ...values, ...Object.fromEntries(written) };
  try {
    await context.aws.client(dynamodb).send(
      new UpdateItemCommand({
        TableName: spec.table,
        Key: toAttributes(spec.key),
        UpdateExpression: [
          ...(set.length === 0 ? [] : [`SET ${set.join(', ')}`]),
          ...(gone.length === 0 ? [] : [`REMOVE ${gone.join(', ')}`]),
        ].join(' '),
        // Without it a deleted item would come back with nothing but the changed attributes.
        ConditionExpression: ['attribute_exists(#key)', ...condition].join(' AND '),
        ExpressionAttributeNames: {
          ...names,
          '#key': firstKeyOf(spec),
          ...Object.fromEntries(changes.map(({ name }, index) => [`#name${index}`, name])),
        },
        ...(Object.keys(all).length === 0 ? {} : { ExpressionAttributeValues: all }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw conflict(`the item in ${spec.table} has been changed or deleted in the meantime`, error);
  }
  return receiptOf(spec);
}

/** An item that is not there is success; so is one whose table is gone. */
export async function remove(target: Target<ItemSpec>, state: ItemState, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  const { condition, names, values } = asSeen(Object.keys(state.item), state);
  try {
    await context.aws.client(dynamodb).send(
      new DeleteItemCommand({
        TableName: spec.table,
        Key: toAttributes(spec.key),
        ConditionExpression: condition.join(' AND '),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      // The answer holds the item, unless there is none [DynamoDB API, DeleteItem].
      if (error.Item === undefined) return goneReceiptOf(spec);
      throw conflict(`the item in ${spec.table} has been changed in the meantime`, error);
    }
    if (!isNotFound(error)) throw error;
  }
  return goneReceiptOf(spec);
}

function omit(attributes: NonNullable<ItemSpec['attributes']>, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** What later runs know the item by: which one it is, and the ARNs that were written into it. */
function receiptOf(spec: ItemSpec): Receipt {
  return { ...goneReceiptOf(spec), wrote: [...arnsIn(spec.attributes ?? {})] };
}

function goneReceiptOf(spec: ItemSpec): Receipt {
  return { table: spec.table, piece: spellings(spec).at(-1) ?? '' };
}

/**
 * An expression holds 4 KB and 300 operators [DynamoDB developer guide, expression parameters]; an attribute takes two
 * operators and some 40 bytes. Of an item with more attributes, these must do.
 */
const mostCompared = 90;

/** The condition that attributes are as they were seen: an item has no version of its own. */
function asSeen(
  attributes: readonly string[],
  { item }: ItemState,
): { readonly condition: readonly string[]; readonly names: Record<string, string>; readonly values: Attributes } {
  const compared = attributes.slice(0, mostCompared).map((name, index) => ({ name, index, seen: item[name] }));
  return {
    condition: compared.map(({ index, seen }) =>
      seen === undefined ? `attribute_not_exists(#seen${index})` : `#seen${index} = :seen${index}`,
    ),
    names: Object.fromEntries(compared.map(({ name, index }) => [`#seen${index}`, name])),
    values: Object.fromEntries(
      compared.flatMap(({ index, seen }) =>
        seen === undefined ? [] : [[`:seen${index}`, toAttribute(seen)] as const],
      ),
    ),
  };
}

function firstKeyOf(spec: ItemSpec): string {
  return Object.keys(spec.key)[0] ?? '';
}

function conflict(message: string, cause: unknown): ClassifiedError {
  return new ClassifiedError('conflict', message, { cause });
}
