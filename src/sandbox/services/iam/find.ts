// Roles and policies by their names, and what IAM says of those that are not there.
import { AwsError, type Input, type World } from '../../model.ts';
import { notModelledCode } from '../../inputs/check.ts';
import { pageOfList } from '../../pages.ts';
import { own } from '../../records.ts';
import { awsManaged } from './aws-managed.ts';
import { iamOf, policiesOf, principalId, type ManagedPolicy, type Role } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export const textOf = (input: Input, name: string): string => String(input[name]);

/** A member of a form: absent, or a text. */
export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function noSuchEntity(text: string): AwsError {
  return new AwsError('NoSuchEntity', text, 404);
}

/** @throws AwsError `NoSuchEntity` */
export function roleNamed(world: World, input: Input): Role {
  const name = textOf(input, 'RoleName');
  const role = own(iamOf(world.data).roles, name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

const ofAws = 'arn:aws:iam::aws:policy';

/** One of the account's, one that was presumed, or one of AWS's own. */
export function policyAt(world: World, arn: string): ManagedPolicy | undefined {
  const kept = own(policiesOf(world.data), arn);
  if (kept !== undefined) return kept;
  const known = arn.startsWith(ofAws) ? awsManaged.get(arn.slice(ofAws.length)) : undefined;
  if (known === undefined) return undefined;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const createdAt = Date.UTC(2015, 1, 6);
  return {
    ...{ name, arn, createdAt, updatedAt: createdAt, description: null, tags: {} },
    path: arn.slice(ofAws.length, -name.length),
    id: principalId('ANPA', arn),
    versions: [{ id: 'v1', document: known, createdAt }],
    ...{ defaultVersion: 'v1', lastVersion: 1 },
  };
}

/** @param missing what is said of one that is not there */
export function policyNamed(
  world: World,
  arn: string,
  missing = (name: string): string => `Policy ${name} was not found.`,
): ManagedPolicy {
  const policy = policyAt(world, arn);
  if (policy !== undefined) return policy;
  if (arn.startsWith(`${ofAws}/`)) {
    throw new AwsError(notModelledCode, `The sandbox does not know what ${arn} says: presume it with its document`);
  }
  throw noSuchEntity(missing(arn));
}

/** One page of a list, as IAM tells it: 100 unless told. */
export function pageOf<Item>(all: readonly Item[], input: Input, name: string): Readonly<Record<string, unknown>> {
  const { items, next } = pageOfList(all, {
    size: Number(input['MaxItems'] ?? 100),
    token: input['Marker'],
    refuse: () => new AwsError('ValidationError', unverifiedTexts.marker),
  });
  return { [name]: items, IsTruncated: next !== undefined, Marker: next };
}

/** @throws AwsError `InvalidInput` for a key that comes twice, `LimitExceeded` for more than 50 */
export function tagsIn(input: Input): Readonly<Record<string, string>> {
  const said = (Array.isArray(input['Tags']) ? input['Tags'] : []) as readonly { Key: string; Value: string }[];
  const keys = new Set(said.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < said.length) throw new AwsError('InvalidInput', unverifiedTexts.doubleTag);
  return Object.fromEntries(said.map(({ Key, Value }) => [Key, Value]));
}

export function withinTagLimit(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(tags).length > 50) throw new AwsError('LimitExceeded', unverifiedTexts.tooManyTags, 409);
  return tags;
}

export function toldTags(tags: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
