// Texts that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  nextToken: 'The NextToken is not valid.',
};
