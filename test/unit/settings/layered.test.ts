import { describe, expect, test } from 'vitest';
import { silently } from '../../../src/settings/layered.ts';

describe('what is lost without a word', () => {
  test('is not what a difference shows as going', () => {
    const lost = ['fixedResponse.status', 'fixedResponse.body', 'redirect.host', 'authenticateOidc.clientSecret'];
    const differences = [
      { path: 'fixedResponse', desired: undefined },
      // It is changed, and the rest of it is not spoken of.
      { path: 'redirect', desired: { path: '/new' } },
    ];
    expect(silently(lost, differences)).toEqual(['redirect.host', 'authenticateOidc.clientSecret']);
  });
});
