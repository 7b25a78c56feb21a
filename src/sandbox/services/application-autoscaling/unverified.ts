// Texts and behaviour that no documentation and no paste proves: the one place to correct them. That a registration moves
// the desired count at once, and not when an alarm or a scheduled action first asks, is not proven either; nor is when the target
// of a deleted service goes: here with DeleteService.

export const unverifiedTexts = {
  noCapacity: 'Both minimum and maximum capacity must be specified for a new scalable target.',
  minAboveMax: 'Maximum capacity cannot be less than minimum capacity',
  nextToken: 'The NextToken is not valid.',
  dimensionNeedsResource: 'A scalable dimension needs a resource ID',
  otherConfiguration: (type: string) => `A policy of type ${type} needs the configuration of that type and no other`,
};
