// DescribeTable, ListTables, UpdateTable and DeleteTable.
import type { CallContext, Operation } from '../../model.ts';
import {
  checkBounds,
  checkTableName,
  encryptionKey,
  encryptionShape,
  tableClassShape,
  throughputOf,
  throughputShape,
} from './create-table.ts';
import { inUse, invalidValue, validation } from './errors.ts';
import { decode, flag, integer, list, oneOf, required, struct, text } from './request/shapes.ts';
import type { Decoded } from './request/shapes.ts';
import { dynamoDbOf, type TableRecord, type Throughput } from './store.ts';
import { tableDescription } from './table-description.ts';
import { tableStatus, theTable } from './tables.ts';
import type { FoundTable } from './tables.ts';
import { dynamoDbTimes } from './timings.ts';
import { beingDeleted, beingUpdated, deletionProtected } from './unverified.ts';

const nameShape = struct({ TableName: required(text({ pattern: '[a-zA-Z0-9_.-]+|arn:.+' })) });

export const describeTable: Operation = (input, context) => {
  checkTableName(input['TableName']);
  const { TableName: name } = decode(nameShape, input);
  return { Table: tableDescription(context, theTable(context, name).table) };
};

const listShape = struct({
  ExclusiveStartTableName: text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 }),
  Limit: integer({ min: 1, max: 100 }),
});

export const listTables: Operation = (input, context) => {
  const { ExclusiveStartTableName: after, Limit: limit = 100 } = decode(listShape, input);
  const { tables } = dynamoDbOf(context.local);
  const names = Object.values(tables)
    .filter((table) => tableStatus(table, context) !== undefined)
    .map((table) => table.name)
    .sort()
    .filter((name) => after === undefined || name > after);
  return {
    TableNames: names.slice(0, limit),
    LastEvaluatedTableName: names.length > limit ? names[limit - 1] : undefined,
  };
};

export const deleteTable: Operation = (input, context) => {
  checkTableName(input['TableName']);
  const { TableName: name } = decode(nameShape, input);
  const { table, status } = theTable(context, name);
  if (table.deletionProtection) throw validation(deletionProtected);
  if (status !== 'DELETING') {
    refuseUnlessActive({ table, status });
    table.deletedAt = context.now;
    table.items = {};
  }
  const { TableName, TableStatus, TableArn, TableId, ProvisionedThroughput, ItemCount, TableSizeBytes, ...rest } =
    tableDescription(context, table);
  const { DeletionProtectionEnabled, BillingModeSummary } = rest;
  return {
    TableDescription: {
      TableName,
      TableStatus: table.deletedAt === null ? TableStatus : 'DELETING',
      ProvisionedThroughput,
      TableSizeBytes,
      ItemCount,
      TableArn,
      TableId,
      BillingModeSummary,
      DeletionProtectionEnabled,
    },
  };
};

function refuseUnlessActive({ table, status }: FoundTable): void {
  switch (status) {
    case 'CREATING':
      throw inUse(`Attempt to change a resource which is still in use: Table is being created: ${table.name}`);
    case 'UPDATING':
      throw inUse(`${beingUpdated} ${table.name}`);
    case 'DELETING':
      throw inUse(`${beingDeleted} ${table.name}`);
    case 'ACTIVE':
      return;
  }
}

const updateShape = struct({
  TableName: required(text({ pattern: '[a-zA-Z0-9_.-]+|arn:.+' })),
  ProvisionedThroughput: throughputShape,
  BillingMode: oneOf(['PROVISIONED', 'PAY_PER_REQUEST']),
  GlobalSecondaryIndexUpdates: list(
    struct(
      {
        Update: struct(
          {
            IndexName: required(text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 })),
            ProvisionedThroughput: required(throughputShape),
          },
          'UpdateGlobalSecondaryIndexAction',
        ),
        Create: struct({}, 'CreateGlobalSecondaryIndexAction'),
        Delete: struct({}, 'DeleteGlobalSecondaryIndexAction'),
      },
      'GlobalSecondaryIndexUpdate',
    ),
  ),
  DeletionProtectionEnabled: flag,
  SSESpecification: encryptionShape,
  TableClass: tableClassShape,
});

type UpdateRequest = Decoded<typeof updateShape>;

export const updateTable: Operation = (input, context) => {
  checkTableName(input['TableName']);
  const request = decode(updateShape, input);
  checkUpdate(request);
  const found = theTable(context, request.TableName);
  refuseUnlessActive(found);
  const { table } = found;
  const indexes = indexThroughputs(request, table);
  const throughput = newThroughput(request, table);

  applyBilling(context, request, table, throughput);
  table.indexes = table.indexes.map((index) => {
    const own = indexes.get(index.name);
    if (own !== undefined) return { ...index, throughput: own };
    return request.BillingMode === 'PAY_PER_REQUEST' ? { ...index, throughput: null } : index;
  });
  if (request.DeletionProtectionEnabled !== undefined) table.deletionProtection = request.DeletionProtectionEnabled;
  if (request.SSESpecification !== undefined) table.kmsKey = encryptionKey(context, request.SSESpecification);
  if (request.TableClass !== undefined) table.tableClass = request.TableClass;
  // Deletion protection alone is switched at once.
  const { ProvisionedThroughput, BillingMode, GlobalSecondaryIndexUpdates, SSESpecification, TableClass } = request;
  const slow = [ProvisionedThroughput, BillingMode, GlobalSecondaryIndexUpdates, SSESpecification, TableClass];
  if (slow.some((each) => each !== undefined))
    table.updatingUntil = context.now + dynamoDbTimes(context.world).tableUpdate;
  return { TableDescription: tableDescription(context, table) };
};

function checkUpdate(request: UpdateRequest): void {
  const { ProvisionedThroughput: throughput, GlobalSecondaryIndexUpdates: updates = [] } = request;
  const { BillingMode, DeletionProtectionEnabled, SSESpecification, TableClass } = request;
  const others = [throughput, BillingMode, DeletionProtectionEnabled, SSESpecification, TableClass];
  if (updates.length === 0 && others.every((each) => each === undefined)) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or ' +
        'SSESpecification or ReplicaUpdates is required',
    );
  }
  if (BillingMode === 'PROVISIONED' && throughput === undefined) {
    throw invalidValue('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  if (throughput !== undefined) checkBounds(throughput);
  const names = new Set<string>();
  for (const { Update: update, Create: create, Delete: remove } of updates) {
    if (create !== undefined || remove !== undefined) {
      throw validation('The sandbox cannot add or remove an index of an existing table; name all in CreateTable');
    }
    if (update === undefined) {
      const one = 'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create';
      throw invalidValue(`${one}, GlobalSecondaryIndexUpdate.Delete must not be null`);
    }
    if (names.has(update.IndexName)) {
      const one = 'Only one global secondary index update per index is allowed simultaneously';
      throw invalidValue(`${one}. Index: ${update.IndexName}`);
    }
    names.add(update.IndexName);
  }
}

function indexThroughputs(request: UpdateRequest, table: TableRecord): ReadonlyMap<string, Throughput> {
  const globals = table.indexes.filter((index) => index.scope === 'global');
  const changes = new Map<string, Throughput>();
  for (const { Update: update } of request.GlobalSecondaryIndexUpdates ?? []) {
    const throughput = throughputOf(update?.ProvisionedThroughput);
    if (update === undefined || throughput === null) continue;
    if (!globals.some((index) => index.name === update.IndexName)) {
      throw validation(`The table does not have the specified index: ${update.IndexName}`);
    }
    changes.set(update.IndexName, throughput);
  }
  const missing = globals.filter((index) => !changes.has(index.name)).map((index) => index.name);
  if (request.BillingMode === 'PROVISIONED' && table.billingMode !== 'PROVISIONED' && missing.length > 0) {
    throw invalidValue(`ProvisionedThroughput must be specified for index: ${missing.join(',')}`);
  }
  return changes;
}

function newThroughput(request: UpdateRequest, table: TableRecord): Throughput | null {
  const wanted = throughputOf(request.ProvisionedThroughput);
  if (wanted === null) return null;
  if ((request.BillingMode ?? table.billingMode) === 'PAY_PER_REQUEST') {
    throw invalidValue(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  const { throughput: current, billingMode } = table;
  if (billingMode === 'PROVISIONED' && current?.read === wanted.read && current.write === wanted.write) {
    throw validation(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${current.read}. ` +
        `Requested ReadCapacityUnits: ${wanted.read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.write}. ` +
        `Requested WriteCapacityUnits: ${wanted.write}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  }
  return wanted;
}

function applyBilling(
  { now }: CallContext,
  request: UpdateRequest,
  table: TableRecord,
  throughput: Throughput | null,
): void {
  if (request.BillingMode === 'PAY_PER_REQUEST') {
    if (table.billingMode !== 'PAY_PER_REQUEST') table.onDemandSince = now;
    table.billingMode = 'PAY_PER_REQUEST';
    table.throughput = null;
  }
  if (request.BillingMode === 'PROVISIONED') table.billingMode = 'PROVISIONED';
  if (throughput === null) return;
  const { read, write } = table.throughput ?? { read: 0, write: 0 };
  if (throughput.read > read || throughput.write > write) table.throughputIncreasedAt = now;
  if (throughput.read < read || throughput.write < write) table.throughputDecreasedAt = now;
  table.throughput = throughput;
}
