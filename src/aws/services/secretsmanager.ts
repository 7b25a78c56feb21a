// AWS Secrets Manager: whether secrets are there. None is read.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { always, bears, textAt, type Answer } from '../contract/rules.ts';
import { awsService } from './service.ts';

/** By name, by ARN, or by the beginning of an ARN [Secrets Manager API, DescribeSecret]. */
function isAboutSecret({ input, output }: Answer): string | undefined {
  const asked = textAt(input, 'SecretId') ?? '';
  const arn = textAt(output, 'ARN') ?? '';
  return arn.startsWith(asked) || textAt(output, 'Name') === asked ? undefined : `${arn} instead of ${asked}`;
}

export const secretsmanager = awsService({
  name: 'secretsmanager',
  signingName: 'secretsmanager',
  settingsName: 'secrets_manager',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { SecretsManagerClient: Client } = await import('@aws-sdk/client-secrets-manager');
    return (settings): SecretsManagerClient => new Client(settings);
  },
  // Modest: DescribeSecret may be called 40,000 times a second [AWS Secrets Manager quotas].
  rates: { all: { burst: 40, refill: 40 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeSecret']),
  secretReads: new Map([
    ['BatchGetSecretValue', always],
    ['GetSecretValue', always],
  ]),
  errorCodes: {},
  proofs: {
    DescribeSecret: { rules: [bears('ARN', 'Name'), isAboutSecret], missing: { ResourceNotFoundException: always } },
  },
  identifyingMembers: {},
  // A secret may be another account's.
  identifyNothing: new Set(['DescribeSecret']),
});
