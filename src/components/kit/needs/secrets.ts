// Secrets: whether they are there, one by one. A listing hides some, and to read them by the batch would give them away.
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { isNotFound } from '../../../aws/errors.ts';
import { secretsmanager } from '../../../aws/services/secretsmanager.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { each, elsewhere, inArn, missing, there } from './answers.ts';

/** A container's `valueFrom` may go on with a key, a stage and a version [ECS developer guide, secrets]. */
export function secretId(name: string): string {
  return name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : name;
}

async function see(need: Need, context: ReadContext): Promise<NeedSeen> {
  const { region } = context.scope;
  const away = elsewhere(need, inArn(need.name, 'region'), context);
  if (away !== undefined) return away;
  try {
    const answer = await context.limit(() =>
      context.aws.client(secretsmanager).send(new DescribeSecretCommand({ SecretId: secretId(need.name) })),
    );
    // Until then its value is refused [Secrets Manager API, DeleteSecret].
    if (answer.DeletedDate === undefined) return there;
    return missing(need, 'is marked for deletion', 'Restore it: aws secretsmanager restore-secret');
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return missing(need, `is not in ${region}`, 'Make it again, or name another one');
  }
}

export const secrets = each(see);
