// The identity calls: the only ones that pass the gate before the guard has approved the place.
import type { AwsAccess } from '../access.ts';
import { classify } from '../errors.ts';
import { lazily } from '../loading.ts';
import { iam } from '../services/iam.ts';
import { sts } from '../services/sts.ts';

const stsCommands = lazily(async () => {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  return { GetCallerIdentityCommand };
});
const iamCommands = lazily(async () => {
  const { ListAccountAliasesCommand } = await import('@aws-sdk/client-iam');
  return { ListAccountAliasesCommand };
});

/** As whom and where a command acts. */
export interface Identity {
  /** 12 digits. */
  readonly account: string;
  /** Null when the account has none, or when it may not be read: `aliasDetail` tells. */
  readonly alias: string | null;
  /** Why the alias could not be read; null when it could. */
  readonly aliasDetail: string | null;
  readonly region: string;
  /** The caller's ARN. */
  readonly arn: string;
  readonly partition: string;
}

/**
 * Asks AWS who the caller is. GetCallerIdentity needs no permission [STS]; the alias needs iam:ListAccountAliases and is
 * optional, because IAM's control plane must not be able to stop a recovery.
 *
 * @throws what the SDK throws when the caller cannot be told: no credentials, expired ones, no network
 */
export async function readIdentity(aws: AwsAccess): Promise<Identity> {
  const { GetCallerIdentityCommand } = await stsCommands();
  const caller = await aws.client(sts).send(new GetCallerIdentityCommand({}));
  const arn = caller.Arn ?? '';
  const alias = await readAlias(aws);
  return {
    account: caller.Account ?? '',
    ...alias,
    region: aws.region,
    arn,
    partition: arn.split(':')[1] ?? 'aws',
  };
}

async function readAlias(aws: AwsAccess): Promise<Pick<Identity, 'alias' | 'aliasDetail'>> {
  try {
    const { ListAccountAliasesCommand } = await iamCommands();
    const answer = await aws.client(iam).send(new ListAccountAliasesCommand({}));
    return { alias: answer.AccountAliases?.[0] ?? null, aliasDetail: null };
  } catch (error) {
    const failure = classify(error);
    return { alias: null, aliasDetail: `${failure.code}: ${failure.message}` };
  }
}
