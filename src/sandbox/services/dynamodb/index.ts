// DynamoDB: tables, items, expressions, batches and transactions. The contract is in ../../spec/dynamodb.md.
import type { JsonService } from '../../model.ts';
import { batchGetItem, batchWriteItem } from './batch.ts';
import { createTable } from './create-table.ts';
import { deleteItem, getItem, putItem, updateItem } from './items.ts';
import { deleteTable, describeTable, listTables, updateTable } from './manage-table.ts';
import { query } from './query.ts';
import { scan } from './scan.ts';
import { listTagsOfResource, tagResource, untagResource } from './tags.ts';
import { describeContinuousBackups, describeTimeToLive, updateTimeToLive } from './time-to-live.ts';
import { transactGetItems } from './transact-get.ts';
import { transactWriteItems } from './transact-write.ts';

export const dynamoDbService: JsonService = {
  name: 'dynamodb',
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
};
