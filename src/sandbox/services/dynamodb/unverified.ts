// Texts that AWS documentation does not give and that no capture or tested source confirms: the one place to correct them.

const unverifiedTexts = {
  /** Quoted in forum posts only. */
  tooManyInOperands: 'The IN operator is provided with too many operands; number of operands:',
  /** The limit of 32 levels is documented, the text is quoted in forum posts only. */
  nestingTooDeep: 'One or more parameter values were invalid: Nesting Levels have exceeded supported limits',
  /** The limit of 4 MB is documented; of its text only "size cannot exceed" is confirmed. */
  transactionTooLarge: 'Transaction request size cannot exceed 4194304 bytes',
  idempotentMismatch:
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with ' +
    'different requests, unless the requests are identical',
  /** Sent for changes of a table that is not ACTIVE; after the documented text for tables being created. */
  beingUpdated: 'Attempt to change a resource which is still in use: Table is being updated:',
  beingDeleted: 'Attempt to change a resource which is still in use: Table is being deleted:',
  /** That a 21st index is a LimitExceededException here is observed. */
  tooManyIndexes: 'Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table limit of 20',
  /** The code is observed. */
  backupNotFound: 'Backup not found:',
  /** Its beginning is observed. */
  bothTimes:
    'Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore request. ' +
    'Please set one of them',
  /** Observed: a LimitExceededException that says "Only 50 restore operations". */
  tooManyRestores: 'Subscriber limit exceeded: Only 50 restore operations can be in progress simultaneously',
  /** The codes are documented. */
  policyNotFound: 'Requested resource not found: Policy not found for table:',
  policyMoved: 'Policy not found: its revision is not the expected one',
  notAPolicy: 'Invalid policy document: it is not in the correct JSON format',
} as const;

export const {
  notAPolicy,
  policyMoved,
  policyNotFound,
  backupNotFound,
  bothTimes,
  tooManyRestores,
  beingDeleted,
  beingUpdated,
  idempotentMismatch,
  nestingTooDeep,
  tooManyIndexes,
  transactionTooLarge,
} = unverifiedTexts;

export function tooManyInOperands(count: number): string {
  return `${unverifiedTexts.tooManyInOperands} ${count}`;
}

/** Its beginning is observed. */
export function unchangedIndex(
  index: string,
  { read, write }: { readonly read: number; readonly write: number },
): string {
  return (
    `The provisioned throughput for the index ${index} will not change. The requested value equals the current value. ` +
    `Current ReadCapacityUnits provisioned for the index: ${read}. Requested ReadCapacityUnits: ${read}. ` +
    `Current WriteCapacityUnits provisioned for the index: ${write}. Requested WriteCapacityUnits: ${write}. ` +
    'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.'
  );
}
