// What Parameter Store asks of KMS in its caller's name [SSM user guide, "AWS KMS encryption for Parameter Store"]: whoever reads or
// writes secrets under a key of the account's needs leave to use it. The default key is for all of the account.
import type { NeededPermission, PlacedCall } from '../../authorization.ts';
import type { Input } from '../../model.ts';
import type { WorldData } from '../../world-data.ts';
import { keyArn } from '../kms/find.ts';
import { defaultKey } from './keys.ts';
import { arnOf } from './names.ts';
import { ssmOf, type ParameterRecord } from './store.ts';

/** Asked before an input is checked: it may say anything. */
export function keyUses(call: PlacedCall, data: WorldData): readonly NeededPermission[] {
  const { input, operation, region } = call;
  const local = data.regions[region];
  const all = local === undefined ? [] : Object.values(ssmOf(local).parameters);
  const use = (action: string, name: string, keyId: string | null | undefined): readonly NeededPermission[] => {
    if (keyId === null || keyId === undefined || keyId.endsWith(defaultKey)) return [];
    const key = keyArn(keyId, { account: data.account, local, region });
    if (key === undefined) return [];
    const conditionValues = {
      'aws:ViaAWSService': 'true',
      'kms:EncryptionContext:PARAMETER_ARN': arnOf(name, region, data),
      'kms:ViaService': `ssm.${region}.amazonaws.com`,
    };
    return [{ action, resource: key, conditionValues }];
  };
  if (operation === 'PutParameter') {
    const { Name, KeyId, Type, Tier } = input;
    const before = all.find(({ name }) => name === Name);
    if (typeof Name !== 'string' || (Type ?? before?.type) !== 'SecureString') return [];
    const isAdvanced = Tier === 'Advanced' || before?.tier === 'Advanced';
    const keyId = typeof KeyId === 'string' ? KeyId : before?.keyId;
    return use(isAdvanced ? 'kms:GenerateDataKey' : 'kms:Encrypt', Name, keyId);
  }
  if (input['WithDecryption'] !== true) return [];
  return all
    .filter((each) => isAsked(each, input, arnOf(each.name, region, data)))
    .flatMap(({ keyId, name }) => use('kms:Decrypt', name, keyId));
}

function isAsked({ name }: ParameterRecord, { Name, Names, Path }: Input, arn: string): boolean {
  if (typeof Path === 'string') return name.startsWith(Path.endsWith('/') ? Path : `${Path}/`);
  const asked: readonly unknown[] = Array.isArray(Names) ? Names : [Name];
  return asked.some(
    (each) => typeof each === 'string' && [name, arn].some((own) => each === own || each.startsWith(`${own}:`)),
  );
}
