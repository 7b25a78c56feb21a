// A table as Terraform and CloudFormation know it: by its name, which stays.
import type { Json, Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, blocksIn, flagIn, numberIn, tagsIn, textIn, textsIn, told } from '../kit/terraform.ts';
import type { Further, KeyAttribute, TableSpec, TableState } from './schema.ts';

export const owners: Owners<TableSpec, TableState> = {
  by: 'name',
  terraform: {
    resources: ['aws_dynamodb_table'],
    pieceOf,
    // [AWS provider docs, aws_dynamodb_table, "Import"]: by name.
    importId: ({ state }) => state.name,
  },
  cloudFormation: {
    type: 'AWS::DynamoDB::Table',
    identifier: ({ state }) => ({ TableName: state.name }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<TableSpec, TableState> | undefined {
  const arn = textIn(attributes, 'arn');
  const name = textIn(attributes, 'name');
  if (arn === undefined || name === undefined) return undefined;
  const types = new Map(
    blocksIn(attributes, 'attribute').map((each) => [textIn(each, 'name'), textIn(each, 'type')] as const),
  );
  const keyOf = (attribute: string): KeyAttribute | undefined => {
    const key = textIn(attributes, attribute);
    return key === undefined ? undefined : { name: key, type: (types.get(key) ?? 'S') as KeyAttribute['type'] };
  };
  const billingMode = textIn(attributes, 'billing_mode') ?? 'PROVISIONED';
  const state: TableState = {
    arn,
    name,
    status: 'ACTIVE',
    hashKey: keyOf('hash_key'),
    rangeKey: keyOf('range_key'),
    billingMode,
    readCapacity: numberIn(attributes, 'read_capacity') ?? 0,
    writeCapacity: numberIn(attributes, 'write_capacity') ?? 0,
    deletionProtection: flagIn(attributes, 'deletion_protection_enabled') ?? false,
    itemCount: 0,
    description: descriptionOf(attributes, types, name),
    further: furtherOf(attributes),
  };
  // A policy and Contributor Insights are resources of their own.
  const captured = toJson({ further: state.further, unread: ['resourcePolicy', 'contributorInsights'] });
  return { spec: { name }, state, captured, tags: tagsIn(attributes) };
}

/** As DescribeTable tells it. */
function descriptionOf(
  attributes: TerraformAttributes,
  types: ReadonlyMap<string | undefined, string | undefined>,
  name: string,
): Json {
  const view = textIn(attributes, 'stream_view_type');
  const encryption = blockIn(attributes, 'server_side_encryption');
  const isEncrypted = encryption !== undefined && flagIn(encryption, 'enabled') === true;
  const tableClass = textIn(attributes, 'table_class');
  return toJson({
    TableName: name,
    TableStatus: 'ACTIVE',
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    TableClassSummary: tableClass === undefined ? undefined : { TableClass: tableClass },
    OnDemandThroughput: demandOf(attributes),
    StreamSpecification:
      flagIn(attributes, 'stream_enabled') === true ? { StreamEnabled: true, StreamViewType: view } : undefined,
    SSEDescription: isEncrypted
      ? { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: textIn(encryption, 'kms_key_arn') }
      : undefined,
    GlobalSecondaryIndexes: blocksIn(attributes, 'global_secondary_index').map((index) => ({
      ...indexOf(index, textIn(index, 'hash_key')),
      ProvisionedThroughput: told({
        ReadCapacityUnits: numberIn(index, 'read_capacity'),
        WriteCapacityUnits: numberIn(index, 'write_capacity'),
      }),
      OnDemandThroughput: demandOf(index),
    })),
    LocalSecondaryIndexes: blocksIn(attributes, 'local_secondary_index').map((index) =>
      indexOf(index, textIn(attributes, 'hash_key')),
    ),
    Replicas: blocksIn(attributes, 'replica').map((each) => ({ RegionName: textIn(each, 'region_name') })),
  });
}

function indexOf(index: TerraformAttributes, hashKey: string | undefined): object {
  const range = textIn(index, 'range_key');
  const others = textsIn(index, 'non_key_attributes');
  return {
    IndexName: textIn(index, 'name'),
    KeySchema: [
      { AttributeName: hashKey, KeyType: 'HASH' },
      ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
    ],
    Projection: {
      ProjectionType: textIn(index, 'projection_type'),
      ...(others.length === 0 ? {} : { NonKeyAttributes: others }),
    },
  };
}

function demandOf(attributes: TerraformAttributes): object | undefined {
  const demand = blockIn(attributes, 'on_demand_throughput');
  return (
    demand &&
    told({
      MaxReadRequestUnits: numberIn(demand, 'max_read_request_units'),
      MaxWriteRequestUnits: numberIn(demand, 'max_write_request_units'),
    })
  );
}

function furtherOf(attributes: TerraformAttributes): Further {
  const ttl = blockIn(attributes, 'ttl');
  const recovery = blockIn(attributes, 'point_in_time_recovery');
  const isTimed = ttl !== undefined && flagIn(ttl, 'enabled') === true;
  const isKept = recovery !== undefined && flagIn(recovery, 'enabled') === true;
  const days = recovery && numberIn(recovery, 'recovery_period_in_days');
  return {
    timeToLive: isTimed ? { enabled: true, attributeName: textIn(ttl, 'attribute_name') ?? '' } : null,
    pointInTimeRecovery: isKept
      ? {
          pointInTimeRecoveryEnabled: true,
          ...(days === undefined || days === 0 ? {} : { recoveryPeriodInDays: days }),
        }
      : null,
  };
}
