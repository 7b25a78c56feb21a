// How a table is told by CreateTable, DescribeTable, UpdateTable and DeleteTable.
import { timestamp } from '../../model.ts';
import type { CallContext, Timestamp } from '../../model.ts';
import type { Figures, IndexRecord, KeyElement, TableRecord, Throughput } from './store.ts';
import { tableArn, tableStatus } from './tables.ts';
import type { TableStatus } from './tables.ts';
import { countedAt, noFigures } from './writes.ts';

export function tableDescription(context: CallContext, table: TableRecord): Readonly<Record<string, unknown>> {
  const status = tableStatus(table, context) ?? 'DELETING';
  const { figures } = countedAt(table, context.now);
  const { items, bytes } = figures[''] ?? noFigures;
  const arn = tableArn(context, table.name);
  const indexes = (scope: IndexRecord['scope']): readonly object[] | undefined => {
    const own = table.indexes.filter((index) => index.scope === scope);
    return own.length === 0
      ? undefined
      : own.map((index) => indexDescription(index, figures[index.name] ?? noFigures, arn, status));
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
    SSEDescription:
      table.kmsKey === null ? undefined : { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: table.kmsKey },
    TableClassSummary: table.tableClass === null ? undefined : { TableClass: table.tableClass },
    DeletionProtectionEnabled: table.deletionProtection,
  };
}

function indexDescription(index: IndexRecord, { items, bytes }: Figures, arn: string, status: TableStatus): object {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.keys),
    Projection: { ProjectionType: index.projection, NonKeyAttributes: index.nonKeyAttributes ?? undefined },
    IndexStatus: index.scope === 'local' ? undefined : status,
    ProvisionedThroughput: index.scope === 'local' ? undefined : throughputDescription(index.throughput),
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

function keySchema(keys: readonly KeyElement[]): readonly object[] {
  return keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role }));
}
