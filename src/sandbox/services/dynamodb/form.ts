// What DynamoDB's own front end says of a request's form, before the service model does: in the order and in the words that
// were observed.
import type { Violation } from '../../inputs/model.ts';
import type { Input } from '../../model.ts';
import { createBackupShape, listBackupsShape, namedBackupShape } from './backups.ts';
import { batchGetItemShape, batchWriteItemShape } from './batch.ts';
import { updateContinuousBackupsShape } from './continuous-backups.ts';
import { createTableShape } from './create-table.ts';
import { validation } from './errors.ts';
import { refuseMixture } from './expressions.ts';
import { deleteItemShape, getItemShape, putItemShape, updateItemShape } from './items.ts';
import { listTablesShape, namedTableShape } from './manage-table.ts';
import { queryShape } from './query.ts';
import { violationsOf, type Shape } from './request/shapes.ts';
import { restoreFromBackupShape, restoreToPointInTimeShape } from './restore.ts';
import { scanShape } from './scan.ts';
import { listTagsOfResourceShape, tagResourceShape, untagResourceShape } from './tags.ts';
import { describeTimeToLiveShape, updateTimeToLiveShape } from './time-to-live.ts';
import { transactGetItemsShape } from './transact-get.ts';
import { transactWriteItemsShape } from './transact-write.ts';
import { updateTableShape } from './update-table.ts';

type Check = (input: Input) => readonly Violation[];

function shaped<T>(shape: Shape<T>): Check {
  return (input) => violationsOf(shape, input);
}

const checks: Readonly<Record<string, Check>> = {
  CreateTable: shaped(createTableShape),
  DescribeTable: shaped(namedTableShape),
  ListTables: shaped(listTablesShape),
  UpdateTable: shaped(updateTableShape),
  DeleteTable: shaped(namedTableShape),
  UpdateTimeToLive: shaped(updateTimeToLiveShape),
  DescribeTimeToLive: shaped(describeTimeToLiveShape),
  UpdateContinuousBackups: shaped(updateContinuousBackupsShape),
  DescribeContinuousBackups: shaped(namedTableShape),
  CreateBackup: shaped(createBackupShape),
  DescribeBackup: shaped(namedBackupShape),
  ListBackups: shaped(listBackupsShape),
  DeleteBackup: shaped(namedBackupShape),
  RestoreTableFromBackup: shaped(restoreFromBackupShape),
  RestoreTableToPointInTime: shaped(restoreToPointInTimeShape),
  TagResource: shaped(tagResourceShape),
  UntagResource: shaped(untagResourceShape),
  ListTagsOfResource: shaped(listTagsOfResourceShape),
  PutItem: shaped(putItemShape),
  GetItem: shaped(getItemShape),
  UpdateItem: shaped(updateItemShape),
  DeleteItem: shaped(deleteItemShape),
  Query: shaped(queryShape),
  Scan: shaped(scanShape),
  BatchGetItem: shaped(batchGetItemShape),
  BatchWriteItem: shaped(batchWriteItemShape),
  TransactWriteItems: shaped(transactWriteItemsShape),
  TransactGetItems: shaped(transactGetItemsShape),
};

/** Where the name is looked at before everything else. */
const namedFirst: ReadonlySet<string> = new Set(['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable']);

/**
 * @returns constraints that the request breaks, in AWS's order
 * @throws AwsError for a JSON value of another type, and for what stands before all constraints
 */
export function formOf(operation: string, input: Input): readonly Violation[] {
  const name = input['TableName'];
  if (namedFirst.has(operation) && (name === undefined || name === null)) {
    throw validation("The parameter 'TableName' is required but was not present in the request");
  }
  const found = checks[operation]?.(input) ?? none;
  if (found.length === 0) refuseMixture(operation, input);
  return found;
}

const none: readonly Violation[] = [];
