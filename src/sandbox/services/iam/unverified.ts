// Texts of IAM for which no captured answer is at hand: the one place to correct them. Codes are those of the API model.
export const unverifiedTexts = {
  doubleTag: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  marker: 'Invalid Marker',
  ownPolicy: (arn: string) => `Policy ${arn} is of AWS and cannot be changed.`,
  tooManyTags: 'Cannot exceed quota for TagsPerEntity: 50',
} as const;
