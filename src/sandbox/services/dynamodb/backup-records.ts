// Backups as they are kept: whole tables with their items, by ARN.
import type { CallContext } from '../../model.ts';
import { dynamoDbOf, type BackupRecord, type TableRecord } from './store.ts';
import { tableArn } from './tables.ts';

const day = 86_400_000;
/** "retains it for 35 days (at no additional cost)" */
const systemBackupLife = 35 * day;

/** In the order of their making; expired ones are gone. */
export function allBackups({ local, now }: CallContext): readonly BackupRecord[] {
  return Object.values(dynamoDbOf(local).backups ?? {})
    .filter(({ expiresAt }) => expiresAt === null || now < expiresAt)
    .sort((left, right) => left.createdAt - right.createdAt || (left.arn < right.arn ? -1 : 1));
}

/** Keeps a table as it is: items are values, and the table's further ones do not show. */
export function keepBackup(
  context: CallContext,
  table: TableRecord,
  { expiresAt, name, type }: Pick<BackupRecord, 'expiresAt' | 'name' | 'type'>,
): BackupRecord {
  const { now, world } = context;
  const suffix = type === 'SYSTEM' ? '00000000' : world.hex(8);
  const arn = `${tableArn(context, table.name)}/backup/${String(now).padStart(14, '0')}-${suffix}`;
  const kept = { ...table, items: { ...table.items }, tags: {}, recovery: null };
  const backup: BackupRecord = { arn, name, type, createdAt: now, expiresAt, table: kept };
  const store = dynamoDbOf(context.local);
  store.backups = { ...store.backups, [arn]: backup };
  return backup;
}

/** Of a table that is deleted while its point-in-time recovery is on. */
export function systemBackup(context: CallContext, table: TableRecord): void {
  if (!table.recovery) return;
  const name = `${table.name}$DeletedTableBackup`;
  keepBackup(context, table, { name, type: 'SYSTEM', expiresAt: context.now + systemBackupLife });
}
