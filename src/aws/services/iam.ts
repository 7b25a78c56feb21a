// AWS Identity and Access Management: the account's alias, and whether roles are there.
import type { IAMClient } from '@aws-sdk/client-iam';
import { always, bears, isAbout, lastPart, lists } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const iam = awsService({
  name: 'iam',
  signingName: 'iam',
  settingsName: 'iam',
  protocol: 'query',
  accountWide: true,
  // The account's alias is optional: IAM's control plane must not be able to stop a recovery.
  optional: true,
  load: async () => {
    const { IAMClient: Client } = await import('@aws-sdk/client-iam');
    return (settings): IAMClient => new Client(settings);
  },
  // Unverified and modest.
  rates: { all: { burst: 5, refill: 5 } },
  bucketOf: () => 'all',
  reads: new Set(['GetRole']),
  identityCalls: new Set(['ListAccountAliases']),
  // With HTTP 404 [IAM API, GetRole].
  errorCodes: { NoSuchEntity: 'not-found' },
  absentStatus: 404,
  // An account may have no alias, and never has two [IAM API, ListAccountAliases].
  proofs: {
    ListAccountAliases: {
      rules: [
        lists('AccountAliases'),
        ({ output }) =>
          (output['AccountAliases'] as readonly unknown[]).length > 1 ? 'several AccountAliases' : undefined,
      ],
    },
    GetRole: {
      rules: [
        bears('Role.RoleName', 'Role.Arn'),
        isAbout('RoleName', 'Role.RoleName'),
        isAbout(
          'RoleName',
          'Role.Arn',
          (arn, name) => /^arn:[\w-]+:iam::\d{12}:role\//.test(arn) && lastPart(arn) === name,
        ),
      ],
      missing: { NoSuchEntity: always },
    },
  },
  identifyingMembers: {},
  // The alias is compared by the guard, before anything else is sent. A role's ARN names no region.
  identifyNothing: new Set(['GetRole', 'ListAccountAliases']),
});
