// Texts that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  nextToken: 'The specified NextToken is not valid.',
};

/** Certificates on a page that asks for no number. */
export const usualPage = 1_000;
