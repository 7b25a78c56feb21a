import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { ChangeContext } from '../contract.ts';

/** One change of a table. */
export interface Move {
  /** In words: `its stream`. */
  readonly what: string;
  /** What of UpdateTable it takes; undefined for an operation of its own. */
  readonly table?: Omit<UpdateTableCommandInput, 'TableName'>;
  readonly other?: (context: ChangeContext) => Promise<unknown>;
}
