// Texts and values that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  idsAndPages: (ids: string) => `The parameter ${ids} cannot be used with the parameter MaxResults`,
  malformed: (id: string, prefix: string) => `Invalid id: "${id}" (expecting "${prefix}...")`,
  nextToken: 'The specified token is not valid.',
};

/** Ranges of what was presumed without one. */
export const usualCidr = { vpc: '10.0.0.0/16', subnet: '10.0.0.0/20' };

/** Addresses that are free in a subnet, whatever stands in it: a /20 without the five that AWS keeps. */
export const freeAddresses = 4_091;
