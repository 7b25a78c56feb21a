// DynamoDB: tables, items, expressions, batches and transactions. The contract is in SPEC.md.
import type { Input, JsonService } from '../../model.ts';
import { batchGetItem, batchWriteItem } from './batch.ts';
import { createTable } from './create-table.ts';
import { deleteItem, getItem, putItem, updateItem } from './items.ts';
import { deleteTable, describeTable, listTables, updateTable } from './manage-table.ts';
import { dynamoDbPieces, itemsOf } from './pieces.ts';
import { query } from './query.ts';
import { scan } from './scan.ts';
import { emptyDynamoDbStore } from './store.ts';
import { listTagsOfResource, tagResource, untagResource } from './tags.ts';
import { describeContinuousBackups, describeTimeToLive, updateTimeToLive } from './time-to-live.ts';
import { dynamoDbTimings } from './timings.ts';
import { transactGetItems } from './transact-get.ts';
import { transactWriteItems } from './transact-write.ts';

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
    DescribeContinuousBackups: describeContinuousBackups,
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
