// CreateBackup, DescribeBackup, ListBackups and DeleteBackup. Behaviour and texts are those observed in October 2026.
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Operation } from '../../model.ts';
import { allBackups, keepBackup } from './backup-records.ts';
import { invalidValue, validation } from './errors.ts';
import { decode, instant, integer, oneOf, required, struct, text } from './request/shapes.ts';
import { optionalTableName, tableNameShape } from './request/table-shapes.ts';
import { dynamoDbOf, type BackupRecord } from './store.ts';
import { encryptionDescription, keySchema, onDemandDescription, streamSpecification } from './table-description.ts';
import { readyForBackups, tableArn, tableName, tableStatus } from './tables.ts';
import { timeToLiveDescription } from './time-to-live.ts';
import { backupNotFound } from './unverified.ts';
import { countedAt, noFigures } from './writes.ts';

const backupArn = text({ min: 37, max: 1024 });

export const createBackupShape = struct({
  TableName: tableNameShape(3),
  BackupName: required(text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 })),
});

/** Names are no identity: each call makes another one. */
export const createBackup: Operation = (input, context) => {
  const { BackupName: name, TableName: of } = decode(createBackupShape, input);
  const { table } = readyForBackups(context, of);
  const backup = keepBackup(context, table, { name, type: 'USER', expiresAt: null });
  return { BackupDetails: details(backup, context, 'CREATING') };
};

export const namedBackupShape = struct({ BackupArn: required(backupArn) });

export const describeBackup: Operation = (input, context) => {
  const { BackupArn: arn } = decode(namedBackupShape, input);
  return { BackupDescription: description(theBackup(context, arn), context, 'AVAILABLE') };
};

export const deleteBackup: Operation = (input, context) => {
  const { BackupArn: arn } = decode(namedBackupShape, input);
  const backup = theBackup(context, arn);
  if (backup.type === 'SYSTEM') {
    const expiry = new Date(backup.expiresAt ?? 0).toISOString();
    throw validation(
      `Invalid Request: User is not allowed to delete the system backup with arn ${arn}. It will automatically expire on ${expiry}`,
    );
  }
  if (isRestored(context, arn)) {
    throw new AwsError('BackupInUseException', `Backup is being used to restore table: ${arn}`);
  }
  const store = dynamoDbOf(context.local);
  store.backups = Object.fromEntries(Object.entries(store.backups ?? {}).filter(([each]) => each !== arn));
  return { BackupDescription: description(backup, context, 'DELETED') };
};

export const listBackupsShape = struct({
  TableName: optionalTableName(3),
  Limit: integer({ min: 1, max: 100 }),
  TimeRangeLowerBound: instant,
  TimeRangeUpperBound: instant,
  ExclusiveStartBackupArn: backupArn,
  BackupType: oneOf(['USER', 'SYSTEM', 'AWS_BACKUP', 'ALL']),
});

/** Those of a table that is gone, too; system backups only when they are asked for. */
export const listBackups: Operation = (input, context) => {
  const request = decode(listBackupsShape, input);
  const { BackupType: type = 'USER', ExclusiveStartBackupArn: after, Limit: limit = 100, TableName: of } = request;
  const { TimeRangeLowerBound: lower = -Infinity, TimeRangeUpperBound: upper = Infinity } = request;
  if (lower > upper) throw invalidValue('Time range lower bound must be less than or equal to upper bound');
  const place = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
  const found = allBackups(context).filter(
    (backup) =>
      (of === undefined || backup.table.name === tableName(of)) &&
      (type === 'ALL' || backup.type === type) &&
      backup.createdAt >= lower &&
      backup.createdAt < upper &&
      (after === undefined || place(backup.arn) > place(after)),
  );
  const page = found.slice(0, limit);
  return {
    BackupSummaries: page.map((backup) => ({
      TableName: backup.table.name,
      TableId: backup.table.id,
      TableArn: tableArn(context, backup.table.name),
      ...details(backup, context, 'AVAILABLE'),
    })),
    LastEvaluatedBackupArn: found.length > limit ? page.at(-1)?.arn : undefined,
  };
};

/** @throws AwsError with a text for each way of being wrong */
export function theBackup(context: CallContext, arn: string): BackupRecord {
  const parts = /^arn:aws:dynamodb:([^:]*):([^:]*):table\/[^/]+\/backup\/[^/]+$/.exec(arn);
  if (parts === null) throw validation('Invalid Backup ARN');
  if (parts[2] !== context.world.data.account) throw new AwsError('AccessDeniedException', 'Access is denied');
  const found = allBackups(context).find((each) => each.arn === arn);
  if (found === undefined) throw new AwsError('BackupNotFoundException', `${backupNotFound} ${arn}`);
  return found;
}

/** A backup feeds one restore at a time. */
export function isRestored(context: CallContext, arn: string): boolean {
  return Object.values(dynamoDbOf(context.local).tables).some(
    (table) => table.restore?.backupArn === arn && tableStatus(table, context) === 'CREATING',
  );
}

type BackupStatus = 'CREATING' | 'AVAILABLE' | 'DELETED';

/** Sizes are those of the table's last count. */
function details(backup: BackupRecord, { now }: CallContext, status: BackupStatus): object {
  const { arn, createdAt, expiresAt, name, table, type } = backup;
  return {
    BackupArn: arn,
    BackupName: name,
    BackupSizeBytes: (countedAt(table, createdAt).figures[''] ?? noFigures).bytes,
    BackupStatus: status,
    BackupType: type,
    BackupCreationDateTime: timestamp(createdAt),
    BackupExpiryDateTime: expiresAt === null || expiresAt <= now ? undefined : timestamp(expiresAt),
  };
}

/** What a backup knows of its table: neither tags nor recovery, class or protection. */
function description(backup: BackupRecord, context: CallContext, status: BackupStatus): object {
  const { createdAt, table, type } = backup;
  const { bytes, items } = countedAt(table, createdAt).figures[''] ?? noFigures;
  const then = { now: createdAt, world: context.world };
  const indexes = (scope: 'global' | 'local'): readonly object[] | undefined => {
    const own = table.indexes.filter((each) => each.scope === scope);
    return own.length === 0
      ? undefined
      : own.map(({ keys, name, nonKeyAttributes, projection, throughput }) => ({
          IndexName: name,
          KeySchema: keySchema(keys),
          Projection: { ProjectionType: projection, NonKeyAttributes: nonKeyAttributes ?? undefined },
          ProvisionedThroughput: scope === 'local' ? undefined : units(throughput),
        }));
  };
  const units = (throughput: typeof table.throughput): object => ({
    ReadCapacityUnits: throughput?.read ?? 0,
    WriteCapacityUnits: throughput?.write ?? 0,
  });
  return {
    BackupDetails: details(backup, context, status),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.id,
      TableArn: tableArn(context, table.name),
      TableSizeBytes: bytes,
      KeySchema: keySchema(table.keys),
      TableCreationDateTime: timestamp(table.createdAt),
      ProvisionedThroughput: units(table.throughput),
      OnDemandThroughput: onDemandDescription(table.onDemand),
      ItemCount: items,
      BillingMode: table.billingMode,
    },
    SourceTableFeatureDetails:
      type === 'SYSTEM'
        ? {}
        : {
            GlobalSecondaryIndexes: indexes('global'),
            LocalSecondaryIndexes: indexes('local'),
            StreamDescription: streamSpecification(table),
            TimeToLiveDescription: timeToLiveDescription(table, then),
            SSEDescription: encryptionDescription(table, createdAt),
          },
  };
}
