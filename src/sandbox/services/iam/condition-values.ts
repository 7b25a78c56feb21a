// What policies may ask of a call: keys of all services ["AWS global condition context keys"], and a service's own as it brings them.
import { accountWorld } from '../../accounts.ts';
import type { ConditionKey, NeededPermission, PlacedCall } from '../../authorization.ts';
import { oneValue } from '../../condition-keys.ts';
import type { Input, Services, World } from '../../model.ts';
import { own } from '../../records.ts';
import { taggedBy } from '../resourcegroupstaggingapi/tagged.ts';

/** The values that a condition key has for a call; undefined where it has none. Case does not matter. */
export type ConditionValues = (key: string) => readonly string[] | undefined;

/** Who calls, as policies see it. */
export interface Principal {
  readonly arn: string;
  readonly account: string;
  /** `AssumedRole`, `User`, .. */
  readonly type: string;
  readonly userId?: string | undefined;
  readonly userName?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string | undefined;
  /** When temporary credentials were given out. */
  readonly issuedAt?: number | undefined;
}

/** One permission that policies are asked for. */
export interface AskedPermission {
  readonly call: PlacedCall;
  readonly permission: NeededPermission;
  readonly principal: Principal;
  readonly world: World;
}

/** Those that no call of the sandbox has a value for: conditions on them are decided as AWS decides on absent keys. */
const absent: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:referer',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
]);

const global: Readonly<Record<string, (asked: AskedPermission) => readonly string[] | undefined>> = {
  'aws:currenttime': ({ world }) => [new Date(world.clock.now()).toISOString()],
  'aws:epochtime': ({ world }) => [String(Math.floor(world.clock.now() / 1000))],
  'aws:multifactorauthpresent': ({ principal: { type } }) => (type === 'AssumedRole' ? ['false'] : undefined),
  'aws:principalaccount': ({ principal }) => [principal.account],
  'aws:principalarn': ({ principal }) => [principal.arn],
  'aws:principalisawsservice': () => ['false'],
  'aws:principaltype': ({ principal }) => [principal.type],
  'aws:requestedregion': ({ call, world }) => {
    const { authorization } = world.services.byName.get(call.service) ?? {};
    return [authorization?.isGlobal === true ? 'us-east-1' : call.region];
  },
  'aws:resourceaccount': ({ call, permission }) => [accountIn(permission.resource) ?? call.account],
  // The doors are on this machine, and stand for AWS's, which are behind TLS.
  'aws:securetransport': () => ['true'],
  'aws:sourceip': () => ['127.0.0.1'],
  'aws:sourceidentity': ({ principal }) => oneValue(principal.sourceIdentity),
  'aws:tagkeys': ({ call }) => {
    const keys = Object.keys(requestTags(call.input));
    return keys.length === 0 ? undefined : keys;
  },
  'aws:tokenissuetime': ({ principal: { issuedAt } }) =>
    issuedAt === undefined ? undefined : [new Date(issuedAt).toISOString()],
  'aws:userid': ({ principal }) => oneValue(principal.userId),
  'aws:username': ({ principal }) => oneValue(principal.userName),
  'aws:viaawsservice': () => ['false'],
};

/** A key of a service's own. */
function serviceKey(key: string, { callable }: Services): readonly [service: string, find: ConditionKey] | undefined {
  const [, prefix = '', name = ''] = /^([^:]+):(.+)$/.exec(key.toLowerCase()) ?? [];
  const plug = callable.find(({ authorization, name: own }) => (authorization?.prefix ?? own) === prefix);
  const found = Object.entries(plug?.authorization?.conditionKeys ?? {}).find(([each]) => each.toLowerCase() === name);
  return plug === undefined || found === undefined ? undefined : [plug.name, found[1]];
}

/** Keys whose last part is the key of a tag: of the request, of what it acts on, of who calls. */
function tagKey(
  key: string,
  { byName }: Services,
): readonly [kind: 'request' | 'resource' | 'principal', tag: string] | undefined {
  const [, prefix = '', kind = '', tag] = /^([\w-]+):(requesttag|resourcetag|principaltag)\/(.+)$/i.exec(key) ?? [];
  if (tag === undefined) return undefined;
  const what = kind.toLowerCase().replace('tag', '') as 'request' | 'resource' | 'principal';
  const isKnown =
    prefix.toLowerCase() === 'aws' ||
    (what === 'resource' && byName.get(prefix.toLowerCase())?.authorization?.hasResourceTags === true);
  return isKnown ? [what, tag] : undefined;
}

/** Whether the sandbox can decide on a condition key. */
export function isKnownKey(key: string, services: Services): boolean {
  const name = key.toLowerCase();
  return (
    absent.has(name) ||
    Object.hasOwn(global, name) ||
    serviceKey(key, services) !== undefined ||
    tagKey(key, services) !== undefined
  );
}

/** What a permission that is asked for has for each condition key; worked out when a policy wants to know. */
export function conditionValuesFor(asked: AskedPermission): ConditionValues {
  const { call, permission, world } = asked;
  const ownValues = Object.entries(permission.conditionValues ?? {});
  return (key) => {
    const name = key.toLowerCase();
    const ownValue = ownValues.find(([each]) => each.toLowerCase() === name);
    if (ownValue !== undefined) return [ownValue[1]];
    const tag = tagKey(key, world.services);
    if (tag !== undefined) return oneValue(own(tagsFor(tag[0], asked), tag[1]));
    if (Object.hasOwn(global, name)) return global[name]?.(asked);
    const [service, find] = serviceKey(key, world.services) ?? [];
    return service === call.service ? find?.(call, permission.resource, world.data) : undefined;
  };
}

function tagsFor(
  kind: 'request' | 'resource' | 'principal',
  { call, permission, principal, world }: AskedPermission,
): Readonly<Record<string, string>> {
  if (kind === 'principal') return principal.tags;
  return kind === 'request' ? requestTags(call.input) : tagsOfResource(world, call, permission.resource);
}

/** The tags that a request is to set, however its service writes them. */
function requestTags(input: Input): Readonly<Record<string, string>> {
  const inside = typeof input['body'] === 'object' && input['body'] !== null ? (input['body'] as Input) : input;
  const said = inside['Tags'] ?? inside['tags'] ?? inside['AddTags'];
  if (Array.isArray(said)) {
    const pairs = said
      .filter((tag): tag is Readonly<Record<string, unknown>> => typeof tag === 'object' && tag !== null)
      .map((tag) => [tag['Key'] ?? tag['key'], tag['Value'] ?? tag['value'] ?? '']);
    return Object.fromEntries(pairs.map(([key, value]) => [String(key), String(value)]));
  }
  if (typeof said === 'object' && said !== null) {
    return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, String(value)]));
  }
  const keys = inside['TagKeys'] ?? inside['tagKeys'];
  return Array.isArray(keys) ? Object.fromEntries(keys.map((key) => [String(key), ''])) : {};
}

function tagsOfResource(
  world: World,
  { account, region }: PlacedCall,
  resource: string,
): Readonly<Record<string, string>> {
  const [, , service = '', place = ''] = resource.split(':');
  const there = accountWorld(world, accountIn(resource) ?? account);
  const plug = there.services.byName.get(service);
  if (plug === undefined) return {};
  const ofPieces = (): Readonly<Record<string, string>> | undefined =>
    taggedBy(there, place === '' ? region : place, plug).get(resource);
  return plug.authorization?.tagsOf?.(resource, there.data) ?? ofPieces() ?? {};
}

function accountIn(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
