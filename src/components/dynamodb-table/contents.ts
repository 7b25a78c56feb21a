// What a table holds: relight keeps items of the playbook in before-images, and no others.
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { ReadContext } from '../contract.ts';
import type { TableState } from './schema.ts';

/**
 * Counts items until there are more than the playbook's own. `ItemCount` is up to six hours old [DynamoDB API,
 * TableDescription], so it is asked consistently; only the number comes back, never an item.
 */
export async function holds(state: TableState, own: number, context: ReadContext): Promise<string | undefined> {
  // Nobody can write to a table before it is ACTIVE, and one that goes takes nothing more with it.
  if (state.status === 'CREATING' || state.status === 'DELETING') return undefined;
  let found = 0;
  let next: ScanPosition;
  do {
    const page = await countFrom(next, state.name, own + 1 - found, context);
    if (page === undefined) return undefined;
    found += page.count;
    next = page.next;
  } while (found <= own && next !== undefined);
  if (found <= own) return undefined;
  return own === 0 ? 'items' : `items beside the playbook's own ${own}`;
}

type ScanPosition = ScanCommand['input']['ExclusiveStartKey'];

/** Undefined when the table is gone. A page ends at its limit, or at 1 MB before that [DynamoDB API, Scan]. */
async function countFrom(
  start: ScanPosition,
  name: string,
  limit: number,
  context: ReadContext,
): Promise<{ readonly count: number; readonly next: ScanPosition } | undefined> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(dynamodb).send(
        new ScanCommand({
          TableName: name,
          Select: 'COUNT',
          ConsistentRead: true,
          Limit: limit,
          ExclusiveStartKey: start,
        }),
      ),
    );
    return { count: answer.Count ?? 0, next: answer.LastEvaluatedKey };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
