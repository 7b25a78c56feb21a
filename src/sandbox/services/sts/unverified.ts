// Texts of STS for which no captured answer is at hand: the one place to correct them. Codes are those of the API model.
export const unverifiedTexts = {
  doubleTag: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  tagNotGiven: (key: string) => `The specified transitive tag key ${key} must be included in the requested tags.`,
  tooManyPolicies: 'The number of policies exceeds the limit of 10.',
  transitiveTag: (key: string) =>
    `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${key}`,
  longerThanRole: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  packedPolicyTooLarge: 'Packed size of the session policy consumes more than 100% of allotted space',
} as const;
