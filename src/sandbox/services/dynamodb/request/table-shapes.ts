// Shapes that several operations on tables have in common.
import type { Violation } from '../../../inputs/model.ts';
import {
  broken,
  checkLength,
  flag,
  integer,
  isArn,
  list,
  oneOf,
  required,
  struct,
  text,
  type Required,
  type Shape,
} from './shapes.ts';

const namePattern = '[a-zA-Z0-9_.-]+';
const wholeName = /^[a-zA-Z0-9_.-]+$/;
const longestName = 255;

/**
 * A table by its name or its ARN. Texts and lengths are those that AWS tells of names
 * [observed in June 2026: github.com/nubo-db/dynamodb-conformance].
 *
 * @param min shortest name: 3 where tables are managed, 1 where items are
 */
export function tableNameShape(min: 1 | 3): Required<string> {
  return required(optionalTableName(min));
}

export function optionalTableName(min: 1 | 3): Shape<string> {
  const name = text();
  return {
    read: (raw) => name.read(raw),
    check(value, at, problems: Violation[]) {
      if (isArn(value)) return;
      const before = problems.length;
      checkLength(value, value.length, { min, max: longestName }, at, problems);
      if (problems.length === before && !wholeName.test(value)) {
        problems.push(broken(value, at, `Member must satisfy regular expression pattern: ${namePattern}`));
      }
    },
  };
}

/** Of a new table: nothing but a name. */
export const newTableName = required(text({ pattern: namePattern, min: 3, max: longestName }));
export const indexName = text({ pattern: namePattern, min: 3, max: longestName });
export const billingModeShape = oneOf(['PROVISIONED', 'PAY_PER_REQUEST']);

export const throughputShape = struct(
  {
    WriteCapacityUnits: required(integer({ min: 1 }, 'Long')),
    ReadCapacityUnits: required(integer({ min: 1 }, 'Long')),
  },
  'ProvisionedThroughput',
);

export const onDemandShape = struct(
  { MaxReadRequestUnits: integer({}, 'Long'), MaxWriteRequestUnits: integer({}, 'Long') },
  'OnDemandThroughput',
);

const keySchemaElement = struct(
  { AttributeName: required(text({ min: 1, max: 255 })), KeyType: required(oneOf(['HASH', 'RANGE'])) },
  'KeySchemaElement',
);
export const keySchemaShape = list(keySchemaElement, { min: 1, max: 2 });
/** Keys of global indexes may have four attributes each. */
const longKeySchemaShape = list(keySchemaElement, { min: 1, max: 8 });

const projectionShape = struct(
  { ProjectionType: oneOf(['ALL', 'INCLUDE', 'KEYS_ONLY']), NonKeyAttributes: list(text(), { min: 1, max: 20 }) },
  'Projection',
);

export const localIndexShape = struct(
  { IndexName: required(indexName), KeySchema: required(keySchemaShape), Projection: required(projectionShape) },
  'LocalSecondaryIndex',
);

const globalIndexMembers = {
  IndexName: required(indexName),
  KeySchema: required(longKeySchemaShape),
  Projection: required(projectionShape),
  ProvisionedThroughput: throughputShape,
  OnDemandThroughput: onDemandShape,
} as const;

export const globalIndexShape = struct(globalIndexMembers, 'GlobalSecondaryIndex');

export const indexUpdateShape = struct(
  {
    Update: struct(
      {
        IndexName: required(indexName),
        ProvisionedThroughput: throughputShape,
        OnDemandThroughput: onDemandShape,
      },
      'UpdateGlobalSecondaryIndexAction',
    ),
    Create: struct(globalIndexMembers, 'CreateGlobalSecondaryIndexAction'),
    Delete: struct({ IndexName: required(indexName) }, 'DeleteGlobalSecondaryIndexAction'),
  },
  'GlobalSecondaryIndexUpdate',
);

export const attributeDefinitionsShape = list(
  struct(
    { AttributeName: required(text({ min: 1, max: 255 })), AttributeType: required(oneOf(['B', 'N', 'S'])) },
    'AttributeDefinition',
  ),
);

export const encryptionShape = struct(
  { Enabled: flag, SSEType: oneOf(['AES256', 'KMS']), KMSMasterKeyId: text() },
  'SSESpecification',
);

export const streamShape = struct(
  {
    StreamEnabled: required(flag),
    StreamViewType: oneOf(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']),
  },
  'StreamSpecification',
);

export const tableClassShape = oneOf(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);
