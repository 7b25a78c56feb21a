// Finding tables, and the states that their instants mean.
import type { CallContext } from '../../model.ts';
import { itemTableNotFound, tableNotFound } from './errors.ts';
import { dynamoDbOf, type TableRecord } from './store.ts';
import { dynamoDbTimes } from './timings.ts';

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** Undefined once the table is gone. */
export function tableStatus(table: TableRecord, { now, world }: CallContext): TableStatus | undefined {
  if (table.deletedAt !== null)
    return now < table.deletedAt + dynamoDbTimes(world).tableDelete ? 'DELETING' : undefined;
  if (now < table.createdAt + dynamoDbTimes(world).tableCreate) return 'CREATING';
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
  return table === undefined || status === undefined ? undefined : { table, status };
}

/** For the control plane. */
export function theTable(context: CallContext, name: string): FoundTable {
  const found = findTable(context, name);
  if (found === undefined) throw tableNotFound(tableName(name));
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
