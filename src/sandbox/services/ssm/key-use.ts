// What Parameter Store asks of KMS in its caller's name [SSM user guide, "AWS KMS encryption for Parameter Store"]: whoever reads or
// writes secrets under a key of the account's needs leave to use it. The default key is for all of the account.
import type { PlacedAction } from '../../authorization.ts';
import type { Input, World } from '../../model.ts';
import { keyArn } from '../kms/find.ts';
import { defaultKey } from './keys.ts';
import { arnOf } from './names.ts';
import { ssmOf, type ParameterRecord } from './store.ts';

export interface KeyUse {
  /** `kms:Decrypt` */
  readonly action: string;
  /** ARN of the key. */
  readonly key: string;
  /** What the encryption context names. */
  readonly parameter: string;
}

/** Asked before an input is checked: it may say anything. */
export function keyUses(call: PlacedAction, { data }: World): readonly KeyUse[] {
  const { input, operation, region } = call;
  const local = data.regions[region];
  const all = local === undefined ? [] : Object.values(ssmOf(local).parameters);
  const use = (action: string, name: string, keyId: string | null | undefined): readonly KeyUse[] => {
    if (keyId === null || keyId === undefined || keyId.endsWith(defaultKey)) return [];
    const key = keyArn(keyId, { account: data.account, local, region });
    return key === undefined ? [] : [{ action, key, parameter: arnOf(name, region, data) }];
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
