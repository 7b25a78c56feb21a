// Texts and values that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  idsAndPages: 'maxResults and nextToken cannot be used together with imageIds',
  nextToken: 'The specified nextToken is not valid.',
  noId: 'An image id needs a digest or a tag',
};

/** Of an image that nobody pushed. */
export const usualSize = 50_000_000;
