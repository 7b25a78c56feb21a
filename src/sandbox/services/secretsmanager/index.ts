// Secrets Manager: whether a secret is there, and what it is. The contract is in SPEC.md.
import type { JsonService, Piece } from '../../model.ts';
import { secretsManagerAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { presumedSecret } from './presume.ts';
import { describeSecret, getSecretValue, listSecrets } from './reads.ts';
import { emptySecretsStore, secretsOf } from './store.ts';

const onlyOneOrder = 'secrets are told in the order in which they came';

export const secretsManagerService = {
  name: 'secretsmanager',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'secretsmanager',
  errorNamespace: '',
  // Recorded by LocalStack: tests/aws/services/secretsmanager, test_secret_not_found.
  errorMember: 'Message',
  operations: { DescribeSecret: describeSecret, GetSecretValue: getSecretValue, ListSecrets: listSecrets },
  store: { name: 'secretsmanager', empty: emptySecretsStore },
  // It writes nothing that a read could show late.
  inputs: {
    model: inputs,
    code: 'ValidationException',
    notModelled: { 'ListSecretsRequest.SortBy': onlyOneOrder, 'ListSecretsRequest.SortOrder': onlyOneOrder },
  },
  authorization: secretsManagerAuthorization,
  errorCodes: { internal: 'InternalServiceError' },
  presumes: [presumedSecret],
  pieces: ({ local }) =>
    Object.values(secretsOf(local).secrets).map((secret): Piece => ({
      id: secret.arn,
      title: `secret ${secret.name}`,
      tags: secret.tags,
      // Deleted for whoever lists, and to be had back.
      settings: () => ({ deletedAt: secret.deletedAt, tags: secret.tags, version: secret.version?.id }),
      putTag: (key, value) => {
        secret.tags = { ...secret.tags, [key]: value };
      },
    })),
} as const satisfies JsonService;
