// What CreateTable is sent. Pure.
import type { AttributeDefinition, CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { refusal } from '../kit/changing.ts';
import { toInput } from '../kit/members/input.ts';
import { tablePart } from './parts.ts';
import type { TableSpec } from './schema.ts';

/** @throws an error like AWS's own when the spec names no partition key */
export function toCreation(spec: TableSpec): CreateTableCommandInput {
  const members = toInput(tablePart, spec);
  const { ResourcePolicy: policy } = members;
  return {
    ...members,
    ResourcePolicy: undefined,
    // An empty one means none.
    ...(policy === undefined || policy === '' ? {} : { ResourcePolicy: policy as string }),
    TableName: spec.name,
    AttributeDefinitions: [...definitionsOf(spec)],
    KeySchema: keySchemaOf(spec),
    ...billingOf(spec),
    ...(spec.deletionProtection === undefined ? {} : { DeletionProtectionEnabled: spec.deletionProtection }),
  };
}

/** Types of the keys of the table and of its indexes; one that is not told is a text. */
export function definitionsOf(spec: TableSpec): readonly AttributeDefinition[] {
  const { AttributeDefinitions: told = [] } = toInput(tablePart, spec) as {
    readonly AttributeDefinitions?: readonly AttributeDefinition[];
  };
  const types = new Map(told.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  for (const key of [spec.hashKey, spec.rangeKey]) {
    if (key !== undefined) types.set(key.name, key.type ?? types.get(key.name) ?? 'S');
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function keySchemaOf({ hashKey, name, rangeKey }: TableSpec): KeySchemaElement[] {
  if (hashKey === undefined) {
    throw refusal('ValidationException', `table ${name} cannot be created: its spec names no hashKey`);
  }
  return [
    { AttributeName: hashKey.name, KeyType: 'HASH' },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey.name, KeyType: 'RANGE' as const }]),
  ];
}

export function billingOf(spec: TableSpec): Pick<CreateTableCommandInput, 'BillingMode' | 'ProvisionedThroughput'> {
  if (spec.billingMode !== 'PROVISIONED') return { BillingMode: 'PAY_PER_REQUEST' };
  return {
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: spec.readCapacity, WriteCapacityUnits: spec.writeCapacity },
  };
}
