// What a look at items takes.
import { groupBy } from '../../util/group-by.ts';
import { callsFor } from '../kit/look-calls.ts';
import type { ItemSpec } from './schema.ts';

/** [DynamoDB API, BatchGetItem] */
export const keysPerCall = 100;

export function lookCalls(specs: readonly ItemSpec[]): Readonly<Record<string, number>> {
  const tables = [...groupBy(specs, ({ table }) => table).values()];
  return { 'dynamodb:BatchGetItem': tables.reduce((sum, { length }) => sum + callsFor(length, keysPerCall), 0) };
}
