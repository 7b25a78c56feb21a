// Texts that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  nextToken: 'The specified nextToken is invalid.',
  protectedGroup: 'The log group has deletion protection enabled.',
  retention: (days: number) => `Invalid retention: ${String(days)} days`,
};
