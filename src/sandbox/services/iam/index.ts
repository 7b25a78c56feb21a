// IAM: the account alias, of which an account has none or one, roles and their policies.
import type { Operation, QueryService } from '../../model.ts';
import { presumable, presumedId } from '../../presumable.ts';
import { iamAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { managedPolicyOperations, presumedPolicy } from './managed-policies.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { presumedRole, roleOperations } from './roles.ts';
import { emptyIamStore } from './store.ts';

const listAccountAliases: Operation = (_input, { world }) => ({
  AccountAliases: world.data.alias === null ? [] : [world.data.alias],
  IsTruncated: false,
});

const presumedAlias = presumable('alias', { alias: presumedId }, (world, { alias }) => {
  if (!/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(alias)) {
    throw new Error(`${JSON.stringify(alias)} is no account alias: 3 to 63 of a-z, 0-9 and single hyphens`);
  }
  world.data.alias = alias;
});

export const iamService: QueryService = {
  name: 'iam',
  scope: 'account',
  protocol: 'query',
  version: '2010-05-08',
  xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    ListAccountAliases: listAccountAliases,
    ...roleOperations,
    ...rolePolicyOperations,
    ...managedPolicyOperations,
  },
  store: { name: 'iam', empty: emptyIamStore },
  // Documented as eventually consistent, without a figure (unverified); Terraform allows two minutes.
  stale: { withinMs: 5_000 },
  inputs: {
    model: inputs,
    code: 'ValidationError',
    // Recorded by LocalStack: tests/aws/services/iam/test_iam_policies.py, test_policy_version_errors.
    tellsValues: false,
    notModelled: {
      'CreateRoleRequest.PermissionsBoundary': 'roles have no permissions boundaries',
    },
  },
  authorization: iamAuthorization,
  errorCodes: { internal: 'ServiceFailure' },
  presumes: [presumedAlias, presumedRole, presumedPolicy],
};
