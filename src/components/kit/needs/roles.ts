// Roles of this account.
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { isNotFound } from '../../../aws/errors.ts';
import { iam } from '../../../aws/services/iam.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { each, inArn, missing, there, unseen } from './answers.ts';

async function see(need: Need, context: ReadContext): Promise<NeedSeen> {
  const { name } = need;
  const { account } = context.scope;
  const remedy = 'Make it again, with its policies, or name another one';
  const owner = inArn(name, 'account') ?? account;
  if (owner !== account) return unseen(need, `it is one of account ${owner}, and relight looks in ${account} only`);
  try {
    const bare = name.slice(name.lastIndexOf('/') + 1);
    const { Role: role } = await context.limit(() =>
      context.aws.client(iam).send(new GetRoleCommand({ RoleName: bare })),
    );
    // Names are unique in an account, whatever their paths [IAM user guide, quotas]: another path is another ARN.
    if (!name.startsWith('arn:') || role?.Arn === name) return there;
    return missing(need, `does not exist: the role of that name is ${role?.Arn ?? 'another one'}`, remedy);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return missing(need, `does not exist in account ${account}`, remedy);
  }
}

export const roles = each(see);
