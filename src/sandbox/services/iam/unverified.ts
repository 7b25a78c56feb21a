// Texts of IAM for which no captured answer is at hand: the one place to correct them. Codes are those of the API model.
export const unverifiedTexts = {
  doubleTag: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  inlineMissing: (name: string) => `The role policy with name ${name} cannot be found.`,
  marker: 'Invalid Marker',
  ownPolicy: (arn: string) => `Policy ${arn} is of AWS and cannot be changed.`,
  trustAction: 'AssumeRole policy may only specify STS AssumeRole actions.',
  tooManyTags: 'Cannot exceed quota for TagsPerEntity: 50',
  versionMissing: (arn: string, version: string) =>
    `Policy ${arn} version ${version} does not exist or is not attachable.`,
} as const;
