// Texts that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  arnsAndFilters: 'ResourceARNList cannot be used together with filters or pages',
  perPage: 'ResourcesPerPage must be between 1 and 100',
  token: 'The PaginationToken is not valid.',
  expired: 'The PaginationToken has expired.',
};
