// Finding tables, and the states that their instants mean.
import { AwsError } from '../../model.ts';
import type { CallContext } from '../../model.ts';
import { backedTableNotFound, itemTableNotFound, tableNotFound } from './errors.ts';
import { dynamoDbOf, type TableRecord } from './store.ts';
import { dynamoDbTimes } from './timings.ts';
import { forgetView } from './views.ts';

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** Undefined once the table is gone. */
export function tableStatus(table: TableRecord, { now, world }: CallContext): TableStatus | undefined {
  const times = dynamoDbTimes(world);
  if (table.deletedAt !== null) return now < table.deletedAt + times.tableDelete ? 'DELETING' : undefined;
  if (now < table.createdAt + (table.restore ? times.tableRestore : times.tableCreate)) return 'CREATING';
  return now < table.updatingUntil ? 'UPDATING' : 'ACTIVE';
}

export interface FoundTable {
  readonly table: TableRecord;
  readonly status: TableStatus;
}

/** @param name of the table, or its ARN */
export function findTable(context: CallContext, name: string): FoundTable | undefined {
  const { tables } = dynamoDbOf(context.local);
  const own = tableName(name);
  const table = Object.hasOwn(tables, own) ? tables[own] : undefined;
  const status = table === undefined ? undefined : tableStatus(table, context);
  if (table !== undefined) settleIndexes(table, context);
  return table === undefined || status === undefined ? undefined : { table, status };
}

/** A deleted index is gone with its attributes once its time has come. */
function settleIndexes(table: TableRecord, { now }: CallContext): void {
  const change = table.indexChange ?? null;
  if (change === null || now < change.until) return;
  table.indexChange = null;
  if (change.kind === 'create') return;
  table.indexes = table.indexes.filter(({ name }) => name !== change.index);
  forgetView(table, change.index);
  const used = new Set([table, ...table.indexes].flatMap(({ keys }) => keys.map(({ name }) => name)));
  table.attributes = Object.fromEntries(Object.entries(table.attributes).filter(([name]) => used.has(name)));
}

/** For DescribeTable and DeleteTable. */
export function theTable(context: CallContext, name: string): FoundTable {
  const found = findTable(context, name);
  if (found === undefined) throw tableNotFound(tableName(name));
  return found;
}

/** For what else manages a table: one that is being restored is as good as missing [observed]. */
export function theMadeTable(context: CallContext, name: string): FoundTable {
  const found = theTable(context, name);
  if (isBeingRestored(found)) throw tableNotFound(tableName(name));
  return found;
}

export function isBeingRestored({ status, table }: FoundTable): boolean {
  return status === 'CREATING' && table.restore !== undefined && table.restore !== null;
}

/** For operations on backups, which do not find tables that are not made yet [observed]. */
function backedTable(context: CallContext, name: string): FoundTable {
  const found = findTable(context, name);
  if (found === undefined || found.status === 'CREATING') throw backedTableNotFound(tableName(name));
  return found;
}

/** For some seconds after a table is made there are no backups of it [observed]. */
export function readyForBackups(context: CallContext, name: string): FoundTable {
  const found = backedTable(context, name);
  const { tableCreate, tableRestore, backupsEnable } = dynamoDbTimes(context.world);
  const { createdAt, restore } = found.table;
  if (context.now < createdAt + (restore ? tableRestore : tableCreate) + backupsEnable) {
    throw new AwsError(
      'ContinuousBackupsUnavailableException',
      `Backups are being enabled for the table: ${found.table.name}. Please retry later`,
    );
  }
  return found;
}

/** For reading and writing items: a table that is being created or deleted is as good as missing. */
export function itemTable(context: CallContext, name: string): TableRecord {
  const found = findTable(context, name);
  if (found === undefined || found.status === 'CREATING' || found.status === 'DELETING') throw itemTableNotFound();
  return found.table;
}

/** `arn:aws:dynamodb:eu-west-1:123456789012:table/Music` names a table as well as `Music` does. */
export function tableName(nameOrArn: string): string {
  return /^arn:[^:]*:dynamodb:[^:]*:\d*:table\/([^/]+)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

export function tableArn(context: CallContext, name: string): string {
  return `arn:aws:dynamodb:${context.region}:${context.world.data.account}:table/${name}`;
}
