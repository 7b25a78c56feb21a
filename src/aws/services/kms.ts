// AWS Key Management Service: whether keys are there, and can be used.
import type { KMSClient } from '@aws-sdk/client-kms';
import { always, bears, isAbout, lastPart } from '../contract/rules.ts';
import { awsService } from './service.ts';

/** An alias is answered with the key that it leads to [KMS API, DescribeKey]. */
function isKeyOf(own: string, asked: string): boolean {
  return asked.startsWith('alias/') || asked.includes(':alias/') || own === lastPart(asked);
}

export const kms = awsService({
  name: 'kms',
  signingName: 'kms',
  settingsName: 'kms',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { KMSClient: Client } = await import('@aws-sdk/client-kms');
    return (settings): KMSClient => new Client(settings);
  },
  // Modest: DescribeKey may be called 2,000 times a second [KMS request quotas].
  rates: { all: { burst: 40, refill: 40 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeKey']),
  // With HTTP 400 [KMS API, DescribeKey].
  errorCodes: { NotFoundException: 'not-found' },
  proofs: {
    DescribeKey: {
      rules: [bears('KeyMetadata.KeyId', 'KeyMetadata.KeyState'), isAbout('KeyId', 'KeyMetadata.KeyId', isKeyOf)],
      missing: { NotFoundException: always },
    },
  },
  identifyingMembers: {},
  // A key may be another account's.
  identifyNothing: new Set(['DescribeKey']),
});
