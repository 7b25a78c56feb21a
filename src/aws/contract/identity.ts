// What proves the answers that tell whose account this is.
import { bears, lists, textAt, type Proof } from './rules.ts';

export const stsProofs: Readonly<Record<string, Proof>> = {
  GetCallerIdentity: {
    rules: [
      bears('Account', 'Arn'),
      ({ output }) => (/^\d{12}$/.test(textAt(output, 'Account') ?? '') ? undefined : 'an Account that is none'),
    ],
  },
};

export const iamProofs: Readonly<Record<string, Proof>> = {
  // An account may have no alias.
  ListAccountAliases: { rules: [lists('AccountAliases')] },
};
