// ssm/parameter: where its actions are needed.
import type { ActionScope, PolicyScope, Scope } from '../contract.ts';
import { limited, patternOf, regionalArn } from '../kit/policy.ts';
import { arnOf } from './outputs.ts';
import { traits, type ParameterSpec } from './schema.ts';

/** DescribeParameters takes no resource [Service Authorization Reference, AWS Systems Manager]. */
export function policyScope(spec: ParameterSpec, scope: Scope): PolicyScope {
  const { read, readOwned, write } = traits.permissions;
  const own = [...read, ...readOwned, ...write].filter(
    (each) => each.startsWith('ssm:') && each !== 'ssm:DescribeParameters',
  );
  const key = keyScope(spec, scope);
  return {
    actions: {
      ...limited(own, [patternOf(arnOf(spec.name, scope))]),
      'kms:Decrypt': key,
      'kms:Encrypt': key,
      'kms:GenerateDataKey': key,
    },
  };
}

/**
 * Of this parameter's secrets only: Parameter Store names it in the encryption context [SSM user guide, "AWS KMS encryption for
 * Parameter Store"]. The default key allows its use to all of the account by its own policy.
 */
function keyScope({ keyId, name, type }: ParameterSpec, scope: Scope): ActionScope {
  if (type !== 'SecureString' || keyId === undefined || keyId === 'alias/aws/ssm') return { resources: [] };
  const conditions = { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': [arnOf(name, scope)] } };
  // Policies know keys by their ids alone [KMS guide, "Using aliases to control access"].
  const id = keyId.includes('alias/') ? '*' : keyId.slice(keyId.lastIndexOf('/') + 1);
  return { resources: [keyId.includes(':key/') ? keyId : regionalArn(scope, 'kms', `key/${id}`)], conditions };
}
