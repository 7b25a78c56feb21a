// The only file of this type that may change AWS. Every write carries a condition: what somebody else wrote in between
// is never overwritten.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ClassifiedError, isNotFound } from '../../aws/errors.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow } from '../kit/changing.ts';
import { diff } from './diff.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { fromAttributes, toAttributes, valueLike, type Attributes } from './values.ts';

export async function create(target: Target<ItemSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    await context.aws.dynamodb.send(
      new PutItemCommand({
        TableName: spec.table,
        Item: toAttributes({ ...spec.attributes, ...spec.key }),
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
  }
  return { table: spec.table };
}

export async function update(
  target: Target<ItemSpec>,
  state: ItemState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  const changed = Object.entries(spec.attributes).filter(([name]) => differsBelow(differences, `attributes.${name}`));
  if (changed.length === 0) return { table: spec.table };
  try {
    await context.aws.dynamodb.send(
      new UpdateItemCommand({
        TableName: spec.table,
        Key: toAttributes(spec.key),
        UpdateExpression: `SET ${changed.map((_each, index) => `#name${index} = :value${index}`).join(', ')}`,
        // Without it a deleted item would come back with nothing but the changed attributes.
        ConditionExpression: 'attribute_exists(#key)',
        ExpressionAttributeNames: {
          '#key': firstKeyOf(spec),
          ...Object.fromEntries(changed.map(([name], index) => [`#name${index}`, name])),
        },
        ExpressionAttributeValues: Object.fromEntries(
          changed.map(([name, value], index) => [`:value${index}`, valueLike(value, state.item[name])]),
        ),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw conflict(`the item has been deleted from ${spec.table} in the meantime`, error);
  }
  return { table: spec.table };
}

/** Deleting what is not there is success [DynamoDB API]; so is an item whose table is gone. */
export async function remove(target: Target<ItemSpec>, _state: ItemState, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    await context.aws.dynamodb.send(new DeleteItemCommand({ TableName: spec.table, Key: toAttributes(spec.key) }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { table: spec.table };
}

function firstKeyOf(spec: ItemSpec): string {
  return Object.keys(spec.key)[0] ?? '';
}

function conflict(message: string, cause: unknown): ClassifiedError {
  return new ClassifiedError('conflict', message, { cause });
}
