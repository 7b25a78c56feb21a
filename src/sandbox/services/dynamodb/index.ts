// DynamoDB: tables, items, expressions, batches and transactions. The contract is in SPEC.md.
import type { Input, JsonService } from '../../model.ts';
import { dynamoDbAuthorization } from './authorization.ts';
import { createBackup, deleteBackup, describeBackup, listBackups } from './backups.ts';
import { batchGetItem, batchWriteItem } from './batch.ts';
import { describeContinuousBackups, updateContinuousBackups } from './continuous-backups.ts';
import { createTable } from './create-table.ts';
import { deleteItem, getItem, putItem, updateItem } from './items.ts';
import { formOf } from './form.ts';
import { inputs } from './inputs.ts';
import { describeEndpoints, describeLimits } from './limits.ts';
import { deleteTable, describeTable, listTables } from './manage-table.ts';
import { notModelled } from './not-modelled.ts';
import { dynamoDbPieces, itemsOf } from './pieces.ts';
import { query } from './query.ts';
import { restoreTableFromBackup, restoreTableToPointInTime } from './restore.ts';
import { scan } from './scan.ts';
import { emptyDynamoDbStore } from './store.ts';
import {
  deleteResourcePolicy,
  describeContributorInsights,
  describeKinesisStreamingDestination,
  getResourcePolicy,
  putResourcePolicy,
  updateContributorInsights,
} from './table-attachments.ts';
import { listTagsOfResource, tagResource, untagResource } from './tags.ts';
import { describeTimeToLive, updateTimeToLive } from './time-to-live.ts';
import { dynamoDbTimings } from './timings.ts';
import { transactGetItems } from './transact-get.ts';
import { transactWriteItems } from './transact-write.ts';
import { updateTable } from './update-table.ts';

export const dynamoDbService = {
  name: 'dynamodb',
  scope: 'region',
  protocol: 'json-1.0',
  targetPrefix: 'DynamoDB_20120810',
  errorNamespace: 'com.amazonaws.dynamodb.v20120810#',
  operations: {
    CreateTable: createTable,
    DescribeTable: describeTable,
    ListTables: listTables,
    UpdateTable: updateTable,
    DeleteTable: deleteTable,
    UpdateTimeToLive: updateTimeToLive,
    DescribeTimeToLive: describeTimeToLive,
    UpdateContinuousBackups: updateContinuousBackups,
    DescribeContinuousBackups: describeContinuousBackups,
    GetResourcePolicy: getResourcePolicy,
    PutResourcePolicy: putResourcePolicy,
    DeleteResourcePolicy: deleteResourcePolicy,
    DescribeContributorInsights: describeContributorInsights,
    UpdateContributorInsights: updateContributorInsights,
    DescribeKinesisStreamingDestination: describeKinesisStreamingDestination,
    CreateBackup: createBackup,
    DescribeBackup: describeBackup,
    ListBackups: listBackups,
    DeleteBackup: deleteBackup,
    RestoreTableFromBackup: restoreTableFromBackup,
    RestoreTableToPointInTime: restoreTableToPointInTime,
    DescribeLimits: describeLimits,
    DescribeEndpoints: describeEndpoints,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsOfResource: listTagsOfResource,
    PutItem: putItem,
    GetItem: getItem,
    UpdateItem: updateItem,
    DeleteItem: deleteItem,
    Query: query,
    Scan: scan,
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    TransactWriteItems: transactWriteItems,
    TransactGetItems: transactGetItems,
  },
  store: { name: 'dynamodb', empty: emptyDynamoDbStore },
  timings: dynamoDbTimings,
  // "Usually within a second".
  stale: { withinMs: 1_000, mayBe: mayBeStale },
  inputs: { model: inputs, code: 'ValidationException', notModelled, own: formOf },
  // BatchWriteItem may carry 16 MB [API reference].
  largestRequest: 17 * 1024 * 1024,
  authorization: dynamoDbAuthorization,
  errorCodes: { internal: 'InternalServerError' },
  pieces: dynamoDbPieces,
  untagged: itemsOf,
} as const satisfies JsonService;

/** DynamoDB is asked for consistency with each read. */
function mayBeStale(operation: string, input: Input): boolean {
  if (operation === 'TransactGetItems') return false;
  if (operation !== 'BatchGetItem') return input['ConsistentRead'] !== true;
  const tables = Object.values((input['RequestItems'] ?? {}) as Record<string, { ConsistentRead?: unknown }>);
  return !tables.some((table) => table.ConsistentRead === true);
}
