// AWS Security Token Service: who calls, and as whom.
import type { STSClient } from '@aws-sdk/client-sts';
import { bears, textAt } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const sts = awsService({
  name: 'sts',
  signingName: 'sts',
  settingsName: 'sts',
  protocol: 'query',
  accountWide: false,
  load: async () => {
    const { STSClient: Client } = await import('@aws-sdk/client-sts');
    return (settings): STSClient => new Client(settings);
  },
  // Unverified and modest.
  rates: { all: { burst: 20, refill: 20 } },
  bucketOf: () => 'all',
  // GetSessionToken and GetFederationToken make credentials: they are no reads.
  reads: new Set(),
  identityCalls: new Set(['AssumeRole', 'GetCallerIdentity']),
  errorCodes: { RegionDisabledException: 'denied' },
  proofs: {
    GetCallerIdentity: {
      rules: [
        bears('Account', 'Arn'),
        ({ output }) => (/^\d{12}$/.test(textAt(output, 'Account') ?? '') ? undefined : 'an Account that is none'),
      ],
    },
    AssumeRole: {
      rules: [
        bears(
          'AssumedRoleUser.Arn',
          'Credentials.AccessKeyId',
          'Credentials.SecretAccessKey',
          'Credentials.SessionToken',
          'Credentials.Expiration',
        ),
      ],
    },
  },
  identifyingMembers: {},
  // Compared by the guard, before anything else is sent; a role may be of any account, and whoever assumes it compares that.
  identifyNothing: new Set(['AssumeRole', 'GetCallerIdentity']),
});
