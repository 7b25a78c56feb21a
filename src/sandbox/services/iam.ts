// IAM: the account alias, of which an account has none or one.
import type { Operation, QueryService } from '../model.ts';

const listAccountAliases: Operation = (_input, { world }) => ({
  AccountAliases: world.data.alias === null ? [] : [world.data.alias],
  IsTruncated: false,
});

export const iamService: QueryService = {
  name: 'iam',
  protocol: 'query',
  version: '2010-05-08',
  xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: { ListAccountAliases: listAccountAliases },
};
