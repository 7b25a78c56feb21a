// Secrets that are read as if they were parameters [SSM user guide, "Referencing AWS Secrets Manager secrets from Parameter Store
// parameters"]: what is said of those that are not there. One that is there wants leave to read the secret besides, and is refused.
import { notModelledCode } from '../../inputs/check.ts';
import { AwsError, type CallContext, type Input } from '../../model.ts';
import { secretNamed } from '../secretsmanager/store.ts';
import { validation } from './input.ts';

const prefix = '/aws/reference/secretsmanager/';

function isThere(asked: string, { local }: CallContext): boolean {
  const [name = ''] = asked.slice(prefix.length).split(':');
  return secretNamed(local, name) !== undefined;
}

function notModelled(asked: string): AwsError {
  const advice = 'the sandbox does not model secrets that are read as parameters; GetSecretValue tells it';
  return new AwsError(notModelledCode, `${asked}: ${advice}`);
}

/** @throws AwsError for every name that means a secret; texts are asserted by moto's tests, in part verified by LocalStack */
export function refuseReference(asked: string, input: Input, context: CallContext): void {
  if (!asked.startsWith(prefix)) return;
  if (input['WithDecryption'] !== true) {
    throw validation('WithDecryption flag must be True for retrieving a Secret Manager secret.');
  }
  if (isThere(asked, context)) throw notModelled(asked);
  throw new AwsError(
    'ParameterNotFound',
    `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${asked} not found.`,
  );
}

/** Of several names, those that are not there are told by name. */
export function refuseReferences(asked: readonly string[], context: CallContext): void {
  const found = asked.find((each) => each.startsWith(prefix) && isThere(each, context));
  if (found !== undefined) throw notModelled(found);
}
