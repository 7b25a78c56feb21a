// How a table is told by CreateTable, DescribeTable, UpdateTable and DeleteTable.
import { timestamp } from '../../model.ts';
import type { CallContext, Timestamp } from '../../model.ts';
import { own as ownOf } from '../../records.ts';
import type {
  Figures,
  IndexRecord,
  KeyElement,
  OnDemandLimits,
  RestoreRecord,
  TableRecord,
  Throughput,
} from './store.ts';
import { tableArn, tableStatus } from './tables.ts';
import type { TableStatus } from './tables.ts';
import { countedAt, noFigures } from './writes.ts';

export function tableDescription(context: CallContext, table: TableRecord): Readonly<Record<string, unknown>> {
  const status = tableStatus(table, context) ?? 'DELETING';
  const { now } = context;
  const { figures } = countedAt(table, now);
  const { items, bytes } = figures[''] ?? noFigures;
  const arn = tableArn(context, table.name);
  const indexes = (scope: IndexRecord['scope']): readonly object[] | undefined => {
    const own = table.indexes.filter((index) => index.scope === scope);
    return own.length === 0
      ? undefined
      : own.map((index) => ({
          ...indexDescription(index, ownOf(figures, index.name) ?? noFigures, arn),
          ...(scope === 'local' ? {} : globalIndexStatus(index, table, status, now)),
        }));
  };
  return {
    AttributeDefinitions: Object.entries(table.attributes).map(([name, type]) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    TableName: table.name,
    KeySchema: keySchema(table.keys),
    TableStatus: status,
    CreationDateTime: timestamp(table.createdAt),
    ProvisionedThroughput: throughputDescription(table.throughput, table),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: arn,
    TableId: table.id,
    BillingModeSummary:
      table.onDemandSince === null
        ? undefined
        : {
            BillingMode: table.billingMode,
            LastUpdateToPayPerRequestDateTime: timestamp(table.onDemandSince),
          },
    LocalSecondaryIndexes: indexes('local'),
    GlobalSecondaryIndexes: indexes('global'),
    SSEDescription: encryptionDescription(table, now),
    StreamSpecification: streamSpecification(table),
    LatestStreamArn: table.stream ? `${arn}/stream/${table.stream.label}` : undefined,
    LatestStreamLabel: table.stream?.label,
    OnDemandThroughput: onDemandDescription(table.onDemand),
    RestoreSummary: status === 'CREATING' && table.restore ? restoreSummary(table.restore) : undefined,
    TableClassSummary: table.tableClass === null ? undefined : { TableClass: table.tableClass },
    DeletionProtectionEnabled: table.deletionProtection,
  };
}

/** Also of a backup's source. */
export function encryptionDescription(table: TableRecord, now: number): object | undefined {
  const updating = now < (table.encryptionUpdatingUntil ?? 0);
  if (table.kmsKey === null) return updating ? { Status: 'UPDATING' } : undefined;
  return { Status: updating ? 'UPDATING' : 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: table.kmsKey };
}

/** None once it is disabled. */
export function streamSpecification({ stream }: TableRecord): object | undefined {
  return stream?.enabled === true ? { StreamEnabled: true, StreamViewType: stream.viewType } : undefined;
}

export function onDemandDescription(limits: OnDemandLimits | null | undefined): object | undefined {
  if (limits === undefined || limits === null) return undefined;
  return { MaxReadRequestUnits: limits.read ?? -1, MaxWriteRequestUnits: limits.write ?? -1 };
}

function restoreSummary({ asOf, backupArn, tableArn: source }: RestoreRecord): object {
  return {
    SourceBackupArn: backupArn ?? undefined,
    SourceTableArn: source,
    RestoreDateTime: timestamp(asOf),
    RestoreInProgress: true,
  };
}

/** A new index is CREATING until it is filled; the table is ACTIVE long before. */
function globalIndexStatus({ name }: IndexRecord, table: TableRecord, status: TableStatus, now: number): object {
  const change = table.indexChange ?? null;
  if (change !== null && now < change.until) {
    if (change.index !== name) return { IndexStatus: status === 'DELETING' ? status : 'ACTIVE' };
    if (change.kind === 'delete') return { IndexStatus: 'DELETING' };
    return { IndexStatus: 'CREATING', Backfilling: now >= change.backfillsAt };
  }
  const { indexUpdate } = table;
  if (indexUpdate && now < indexUpdate.until && indexUpdate.indexes.includes(name)) return { IndexStatus: 'UPDATING' };
  return { IndexStatus: status };
}

function indexDescription(index: IndexRecord, { items, bytes }: Figures, arn: string): object {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.keys),
    Projection: { ProjectionType: index.projection, NonKeyAttributes: index.nonKeyAttributes ?? undefined },
    ProvisionedThroughput: index.scope === 'local' ? undefined : throughputDescription(index.throughput),
    OnDemandThroughput: onDemandDescription(index.onDemand),
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: `${arn}/index/${index.name}`,
  };
}

function throughputDescription(
  throughput: Throughput | null,
  changes?: Pick<TableRecord, 'throughputIncreasedAt' | 'throughputDecreasedAt'>,
): object {
  return {
    LastIncreaseDateTime: instant(changes?.throughputIncreasedAt),
    LastDecreaseDateTime: instant(changes?.throughputDecreasedAt),
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: throughput?.read ?? 0,
    WriteCapacityUnits: throughput?.write ?? 0,
  };
}

function instant(at: number | null | undefined): Timestamp | undefined {
  return at === null || at === undefined ? undefined : timestamp(at);
}

export function keySchema(keys: readonly KeyElement[]): readonly object[] {
  return keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role }));
}
