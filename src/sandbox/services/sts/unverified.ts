// Texts of STS for which no captured answer is at hand: the one place to correct them. Codes are those of the API model.
export const unverifiedTexts = {
  longerThanRole: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  packedPolicyTooLarge: 'Packed size of the session policy consumes more than 100% of allotted space',
} as const;
