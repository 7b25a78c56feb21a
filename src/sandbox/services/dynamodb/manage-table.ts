// DescribeTable, ListTables and DeleteTable.
import type { CallContext, Operation } from '../../model.ts';
import { systemBackup } from './backup-records.ts';
import { inUse, validation } from './errors.ts';
import { decode, integer, struct, text } from './request/shapes.ts';
import { tableNameShape } from './request/table-shapes.ts';
import { dynamoDbOf } from './store.ts';
import { tableDescription } from './table-description.ts';
import { tableStatus, theTable } from './tables.ts';
import type { FoundTable } from './tables.ts';
import { beingDeleted, beingUpdated } from './unverified.ts';

export const namedTableShape = struct({ TableName: tableNameShape(3) });

export const describeTable: Operation = (input, context) => {
  const { TableName: name } = decode(namedTableShape, input);
  return { Table: tableDescription(context, theTable(context, name).table) };
};

export const listTablesShape = struct({
  ExclusiveStartTableName: text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 }),
  Limit: integer({ min: 1, max: 100 }),
});

export const listTables: Operation = (input, context) => {
  const { ExclusiveStartTableName: after, Limit: limit = 100 } = decode(listTablesShape, input);
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
  const { TableName: name } = decode(namedTableShape, input);
  const { table, status } = theTable(context, name);
  if (table.deletionProtection) {
    // [observed]
    throw validation(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  if (status !== 'DELETING') {
    refuseUnlessActive({ table, status });
    refuseWhileIndexesChange({ table, status }, context);
    systemBackup(context, table);
    table.deletedAt = context.now;
    table.items = {};
    table.recovery = null;
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

/** @throws AwsError with a text for each state that stands in the way */
export function refuseUnlessActive({ table, status }: FoundTable): void {
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

/** A table is not deleted while one of its indexes comes or goes, though it is ACTIVE [observed]. */
function refuseWhileIndexesChange({ table }: FoundTable, { now }: CallContext): void {
  const changing = now < (table.indexChange?.until ?? 0) || now < (table.indexUpdate?.until ?? 0);
  if (!changing) return;
  throw inUse(
    'Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, or deleted.',
  );
}
