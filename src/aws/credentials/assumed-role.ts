// Credentials of a role that is assumed in another account, for scans of a fleet. Read anew each time like all others, so that what
// runs out in the middle of a scan is renewed.
import type { AwsAccess } from '../access.ts';
import { ClassifiedError } from '../classified-error.ts';
import { lazily } from '../loading.ts';
import { sts } from '../services/sts.ts';
import type { CredentialSource } from './credentials.ts';

const commands = lazily(async () => {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
  return { AssumeRoleCommand };
});

export interface RoleToAssume {
  /** ARN. */
  readonly arn: string;
  readonly externalId: string | undefined;
  /** What CloudTrail shows; whatever does not fit is made to. */
  readonly sessionName: string;
  /** JSON of what the session may do at most, whatever the role may; at most 2,048 characters [STS API, AssumeRole]. */
  readonly policy: string;
}

/**
 * An hour: roles that were assumed by a role last no longer, whatever is asked for, and single sign-on, CI and ECS tasks are roles
 * [IAM User Guide, "Role chaining"].
 */
const seconds = 3_600;

/**
 * @param aws as whom it is assumed: of it nothing but this call is made
 * @returns a source that rejects with what AWS says, or with `denied` where the answer is of another account
 */
export function assumedRole({ arn, externalId, policy, sessionName }: RoleToAssume, aws: AwsAccess): CredentialSource {
  return async () => {
    const { AssumeRoleCommand } = await commands();
    const { AssumedRoleUser, Credentials } = await aws.client(sts).send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: sessionNameOf(sessionName),
        DurationSeconds: seconds,
        Policy: policy,
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      }),
    );
    if (accountIn(AssumedRoleUser?.Arn) !== accountIn(arn)) {
      const detail = `${arn} was to be assumed, and the answer is about ${AssumedRoleUser?.Arn ?? 'nobody'}`;
      throw new ClassifiedError('denied', detail, { code: 'AnotherRole' });
    }
    return {
      keys: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
        ...(Credentials?.Expiration === undefined ? {} : { expiration: Credentials.Expiration }),
      },
      origin: `role ${arn}`,
      remedy: 'renew the credentials by which it is assumed',
      fixed: false,
    };
  };
}

/** `123456789012` of an ARN. */
function accountIn(arn: string | undefined): string | undefined {
  return arn?.split(':')[4];
}

/** 2 to 64 letters, digits and `_=,.@-` [STS API, AssumeRole: RoleSessionName]. */
function sessionNameOf(text: string): string {
  return text
    .replaceAll(/[^\w+=,.@-]/g, '-')
    .slice(0, 64)
    .padEnd(2, '-');
}
