// IAM: the account alias, of which an account has none or one, and the roles that an account is told to hold.
import { z } from 'zod';
import type { Operation, QueryService } from '../../model.ts';
import { presumable, presumedId } from '../../presumable.ts';
import { inputs } from './inputs.ts';
import { readPolicy } from './policy.ts';
import { emptyIamStore, iamOf, principalId, roleArn } from './store.ts';

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

/** `123456789012`, `arn:aws:iam::123456789012:user/*`, `*`. */
const presumedArnPattern = z.string().regex(/^(\d{12}|\*|arn:[!-~]+)$/, 'an ARN or an account id');

const presumedRole = presumable(
  'role',
  {
    name: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'a role name: 1 to 64 of letters, digits and +=,.@_-'),
    path: z
      .string()
      .regex(/^\/([!-~]+\/)?$/, 'a path such as /ops/')
      .default('/'),
    maxSessionDuration: z.int().min(3_600).max(43_200).default(3_600),
    externalId: z.string().min(2).max(1_224).optional(),
    trusts: z.array(presumedArnPattern).min(1).optional(),
    policy: z.record(z.string(), z.unknown()).optional(),
  },
  (world, { policy, ...item }) => {
    const text = policy === undefined ? undefined : JSON.stringify(policy);
    if (text !== undefined) readPolicy(text);
    const id = principalId('AROA', roleArn(world, item));
    iamOf(world.data).roles[item.name] = { ...item, id, ...(text === undefined ? {} : { policy: text }) };
  },
);

export const iamService: QueryService = {
  name: 'iam',
  scope: 'account',
  protocol: 'query',
  version: '2010-05-08',
  xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: { ListAccountAliases: listAccountAliases },
  // Documented as eventually consistent, without a figure (unverified); Terraform allows two minutes.
  stale: { withinMs: 5_000 },
  inputs: { model: inputs, code: 'ValidationError' },
  errorCodes: { internal: 'ServiceFailure' },
  store: { name: 'iam', empty: emptyIamStore },
  presumes: [presumedAlias, presumedRole],
};
