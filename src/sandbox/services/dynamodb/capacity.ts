// Consumed capacity: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
import { itemSize } from './size.ts';
import type { Item } from './value.ts';

export interface CapacityRequest {
  readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

/** Writes count 1 KB of the larger one of the items before and after, reads 4 KB, half of it when eventually consistent. */
export function itemUnits(kind: 'read' | 'write', items: readonly (Item | undefined)[], consistent: boolean): number {
  const bytes = Math.max(0, ...items.map((item) => (item === undefined ? 0 : itemSize(item))));
  return units(kind, bytes, consistent);
}

export function units(kind: 'read' | 'write', bytes: number, consistent: boolean): number {
  if (kind === 'write') return Math.max(1, Math.ceil(bytes / 1024));
  return Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
}

/** The `ConsumedCapacity` member, or undefined when it is not asked for. */
export function consumed(
  request: CapacityRequest,
  tableName: string,
  kind: 'read' | 'write',
  items: readonly (Item | undefined)[],
): object | undefined {
  return capacity(request, tableName, itemUnits(kind, items, request.ConsistentRead === true));
}

export function capacity(request: CapacityRequest, tableName: string, total: number): object | undefined {
  switch (request.ReturnConsumedCapacity) {
    case 'TOTAL':
      return { TableName: tableName, CapacityUnits: total };
    case 'INDEXES':
      return { TableName: tableName, CapacityUnits: total, Table: { CapacityUnits: total } };
    default:
      return undefined;
  }
}
