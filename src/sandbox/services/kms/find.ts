// What names a key: its id, its ARN, an alias, an alias's ARN [KMS API, DescribeKey].
import { AwsError } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { fixedUuid } from '../../fixed-id.ts';
import { kmsOf, type KeyRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** `key/<id>` or `alias/<name>`, of an ARN too. */
export function keyName(name: string): { readonly kind: 'key' | 'alias'; readonly name: string } {
  const own = name.startsWith('arn:') ? name.split(':').slice(5).join(':') : name;
  if (own.startsWith('alias/')) return { kind: 'alias', name: own };
  return { kind: 'key', name: own.replace(/^key\//, '') };
}

/** The region in an ARN; undefined for ids and aliases. */
export function regionOfKey(name: string): string | undefined {
  return name.startsWith('arn:') ? name.split(':')[3] : undefined;
}

/** AWS's own keys are there from the moment something wants one; in the sandbox, always. */
function ofAws(alias: string, account: string, region: string): KeyRecord {
  return { id: fixedUuid(`${account} ${region} ${alias}`), state: 'Enabled', createdAt: 0, tags: {} };
}

/** Those of the services here that encrypt with a key of AWS's own. */
const awsAliases = ['alias/aws/dynamodb', 'alias/aws/secretsmanager', 'alias/aws/ssm'];

export function isOfAws(alias: string): boolean {
  return alias.startsWith('alias/aws/');
}

const idPattern = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i;

/** @throws AwsError as DescribeKey does */
export function findKey(
  asked: string,
  { account, local, region }: { readonly account: string; readonly local: RegionData; readonly region: string },
): { readonly key: KeyRecord; /** Of a key of AWS's own, its alias. */ readonly ofAws?: string } {
  const { aliases, keys } = kmsOf(local);
  const { kind, name } = keyName(asked);
  const elsewhere = regionOfKey(asked);
  if (elsewhere !== undefined && elsewhere !== region) {
    throw new AwsError('NotFoundException', unverifiedTexts.otherRegion(elsewhere));
  }
  if (kind === 'alias') {
    if (isOfAws(name)) return { key: ofAws(name, account, region), ofAws: name };
    const key = keys[aliases[name] ?? ''];
    if (key !== undefined) return { key };
    throw new AwsError('NotFoundException', `Alias arn:aws:kms:${region}:${account}:${name} is not found.`);
  }
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key !== undefined) return { key };
  const alias = awsAliases.find((each) => ofAws(each, account, region).id === name);
  if (alias !== undefined) return { key: ofAws(alias, account, region), ofAws: alias };
  // Pasted: `Invalid keyId 'aws/s3'`.
  if (!asked.startsWith('arn:') && !idPattern.test(name))
    throw new AwsError('NotFoundException', `Invalid keyId '${name}'`);
  throw new AwsError('NotFoundException', `Key '${arnOfKey(name, region, account)}' does not exist`);
}

/** The ARN by which policies know what a call names; undefined for an alias that leads to no key. */
export function keyArn(
  asked: string,
  {
    account,
    local,
    region,
  }: { readonly account: string; readonly local: RegionData | undefined; readonly region: string },
): string | undefined {
  const { kind, name } = keyName(asked);
  if (kind === 'key') return asked.startsWith('arn:') ? asked : arnOfKey(name, region, account);
  if (isOfAws(name)) return arnOfKey(ofAws(name, account, region).id, region, account);
  const aliases = local === undefined ? {} : kmsOf(local).aliases;
  const id = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  return id === undefined ? undefined : arnOfKey(id, region, account);
}

export function arnOfKey(id: string, region: string, account: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}
