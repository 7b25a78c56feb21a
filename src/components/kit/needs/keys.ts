// Keys of KMS: in this region, and enabled.
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { isNotFound } from '../../../aws/errors.ts';
import { kms } from '../../../aws/services/kms.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { each, inArn, missing, there, unseen } from './answers.ts';

/** Those with which nothing is encrypted [KMS developer guide, "Key states"]. */
const unusable: ReadonlySet<string> = new Set([
  'Creating',
  'Disabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
]);

async function see(need: Need, context: ReadContext): Promise<NeedSeen> {
  const { region } = context.scope;
  const home = inArn(need.name, 'region') ?? region;
  if (home !== region) return missing(need, `is not in ${region}`, `Name one of ${region}`);
  try {
    const answer = await context.limit(() =>
      context.aws.client(kms).send(new DescribeKeyCommand({ KeyId: need.name })),
    );
    const { KeyState: state = '' } = answer.KeyMetadata ?? {};
    if (state === 'Enabled' || state === 'Updating') return there;
    if (!unusable.has(state)) return unseen(need, `nobody knows what its state ${state} means`);
    return missing(need, `cannot be used (${state})`, 'Enable it or cancel its deletion, or name another one');
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return missing(need, `is not in ${region}`, 'A deleted key does not come back: name another one');
  }
}

export const keys = each(see);
