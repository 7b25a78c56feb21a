// The only file of this type that may change AWS.
import {
  CreateTableCommand,
  DeleteTableCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { classify, isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow, isOwnWork, refusal } from '../kit/changing.ts';
import { diff } from './diff.ts';
import { observeTable } from './observe.ts';
import type { TableSpec, TableState } from './schema.ts';

export async function create(target: Target<TableSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    const answer = await context.aws.client(dynamodb).send(
      new CreateTableCommand({
        TableName: spec.name,
        ...keysOf(spec),
        ...billingOf(spec),
        DeletionProtectionEnabled: spec.deletionProtection,
        Tags: Object.entries(context.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { arn: answer.TableDescription?.TableArn ?? '' };
  } catch (error) {
    if (classify(error).code !== 'ResourceInUseException') throw error;
    const existing = await observeTable(spec.name, context);
    const ownWork =
      existing.kind === 'present' && isOwnWork(existing.tags, context.tags) && diff(spec, existing.state).length === 0;
    if (!ownWork) throw error;
    return { arn: existing.state.arn };
  }
}

export async function update(
  target: Target<TableSpec>,
  state: TableState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  const billingDiffers = ['billingMode', 'readCapacity', 'writeCapacity'].some((path) =>
    differsBelow(differences, path),
  );
  const protectionDiffers = differsBelow(differences, 'deletionProtection');
  if (billingDiffers || protectionDiffers) {
    await context.aws.client(dynamodb).send(
      new UpdateTableCommand({
        TableName: state.name,
        ...(billingDiffers ? billingOf(spec) : {}),
        ...(protectionDiffers ? { DeletionProtectionEnabled: spec.deletionProtection } : {}),
      }),
    );
  }
  return { arn: state.arn };
}

/** With deletion protection on AWS refuses; it is the user who takes it off. */
export async function remove(_target: Target<TableSpec>, state: TableState, context: ChangeContext): Promise<Receipt> {
  try {
    await context.aws.client(dynamodb).send(new DeleteTableCommand({ TableName: state.name }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

function keysOf(spec: TableSpec): Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema'> {
  if (spec.hashKey === undefined) {
    throw refusal('ValidationException', `table ${spec.name} cannot be created: its spec names no hashKey`);
  }
  const keys = [spec.hashKey, ...(spec.rangeKey === undefined ? [] : [spec.rangeKey])];
  return {
    AttributeDefinitions: keys.map((each) => ({ AttributeName: each.name, AttributeType: each.type })),
    KeySchema: keys.map((each, index) => ({ AttributeName: each.name, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  };
}

function billingOf(spec: TableSpec): Pick<CreateTableCommandInput, 'BillingMode' | 'ProvisionedThroughput'> {
  if (spec.billingMode !== 'PROVISIONED') return { BillingMode: 'PAY_PER_REQUEST' };
  return {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: spec.readCapacity, WriteCapacityUnits: spec.writeCapacity },
  };
}
