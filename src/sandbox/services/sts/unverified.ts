// Texts of STS for which no captured answer is at hand: the one place to correct them. Codes are those of the API model.
export const unverifiedTexts = {
  tooManyPolicies: 'The number of policies exceeds the limit of 10.',
  packedPolicyTooLarge: 'Packed size of the session policy consumes more than 100% of allotted space',
} as const;
