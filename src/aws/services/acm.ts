// AWS Certificate Manager: whether certificates are there.
import type { ACMClient } from '@aws-sdk/client-acm';
import { always, bears, isAbout } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const acm = awsService({
  name: 'acm',
  signingName: 'acm',
  settingsName: 'acm',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { ACMClient: Client } = await import('@aws-sdk/client-acm');
    return (settings): ACMClient => new Client(settings);
  },
  // DescribeCertificate, 10 a second [AWS Certificate Manager endpoints and quotas].
  rates: { all: { burst: 10, refill: 10 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeCertificate', 'ListCertificates']),
  errorCodes: {},
  proofs: {
    DescribeCertificate: {
      rules: [
        bears('Certificate.CertificateArn', 'Certificate.Status'),
        isAbout('CertificateArn', 'Certificate.CertificateArn'),
      ],
      missing: { ResourceNotFoundException: always },
    },
  },
  identifyingMembers: { DescribeCertificate: ['Certificate.CertificateArn'] },
  identifyNothing: new Set(),
});
