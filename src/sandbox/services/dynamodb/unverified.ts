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
  deletionProtected:
    'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
  timeToLiveEnabled: 'TimeToLive is already enabled',
  timeToLiveDisabled: 'TimeToLive is already disabled',
  timeToLiveTooOften: 'Time to live has been modified multiple times within a fixed interval',
} as const;

export const {
  beingDeleted,
  beingUpdated,
  deletionProtected,
  idempotentMismatch,
  nestingTooDeep,
  timeToLiveDisabled,
  timeToLiveEnabled,
  timeToLiveTooOften,
  transactionTooLarge,
} = unverifiedTexts;

export function tooManyInOperands(count: number): string {
  return `${unverifiedTexts.tooManyInOperands} ${count}`;
}
