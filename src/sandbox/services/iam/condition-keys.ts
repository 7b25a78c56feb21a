// What policies may ask of a call ["AWS global condition context keys", "Service Authorization Reference"].
import { accountWorld, homeOf } from '../../accounts.ts';
import type { PlacedAction } from '../../authorization.ts';
import type { Input, World } from '../../model.ts';
import { leadingKeys } from '../dynamodb/leading-keys.ts';
import { findTaskDefinition } from '../ecs/task-definitions.ts';
import { taggedBy } from '../resourcegroupstaggingapi/tagged.ts';
import { parseName } from '../route53/names.ts';
import { own } from '../../records.ts';
import { iamOf, policiesOf } from './store.ts';

/** What a call has for a condition key; undefined where it has nothing. Case does not matter. */
export type Told = (key: string) => readonly string[] | undefined;

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

/** One question to policies. */
export interface Question {
  readonly call: PlacedAction;
  readonly action: string;
  readonly resource: string;
  /** What this question has beside the call's own: to whom a role is passed. */
  readonly more?: Readonly<Record<string, string>>;
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

type Teller = (question: Question, principal: Principal, world: World) => readonly string[] | undefined;

const one = (value: unknown): readonly string[] | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : undefined;

const global: Readonly<Record<string, Teller>> = {
  'aws:currenttime': (_question, _principal, world) => [new Date(world.clock.now()).toISOString()],
  'aws:epochtime': (_question, _principal, world) => [String(Math.floor(world.clock.now() / 1000))],
  'aws:multifactorauthpresent': (_question, { type }) => (type === 'AssumedRole' ? ['false'] : undefined),
  'aws:principalaccount': (_question, { account }) => [account],
  'aws:principalarn': (_question, { arn }) => [arn],
  'aws:principalisawsservice': () => ['false'],
  'aws:principaltype': (_question, { type }) => [type],
  'aws:requestedregion': ({ call }) => [globalServices.has(call.service) ? 'us-east-1' : call.region],
  'aws:resourceaccount': ({ call, resource }) => [accountIn(resource) ?? call.account],
  // The doors are on this machine, and stand for AWS's, which are behind TLS.
  'aws:securetransport': () => ['true'],
  'aws:sourceip': () => ['127.0.0.1'],
  'aws:sourceidentity': (_question, { sourceIdentity }) => one(sourceIdentity),
  'aws:tagkeys': ({ call }) => {
    const keys = Object.keys(requestTags(call.input));
    return keys.length === 0 ? undefined : keys;
  },
  'aws:tokenissuetime': (_question, { issuedAt }) =>
    issuedAt === undefined ? undefined : [new Date(issuedAt).toISOString()],
  'aws:userid': (_question, { userId }) => one(userId),
  'aws:username': (_question, { userName }) => one(userName),
  'aws:viaawsservice': ({ more }) => [String(more?.['via'] !== undefined)],
};

const globalServices = new Set(['iam', 'sts', 'route53']);

const member =
  (...names: readonly string[]): Teller =>
  ({ call }) =>
    one(names.map((name) => call.input[name]).find((value) => value !== undefined && value !== null));
const members =
  (name: string): Teller =>
  ({ call }) => {
    const value = call.input[name];
    return Array.isArray(value) && value.length > 0 ? value.filter((each) => typeof each === 'string') : undefined;
  };
const further =
  (name: string): Teller =>
  ({ more }) =>
    one(more?.[name]);

const ofServices: Readonly<Record<string, Teller>> = {
  'dynamodb:leadingkeys': ({ call }, _principal, world) => leadingKeys(call, world),
  'dynamodb:returnconsumedcapacity': member('ReturnConsumedCapacity'),
  'dynamodb:returnvalues': member('ReturnValues'),
  'dynamodb:select': member('Select'),
  'ecs:capacity-provider': ({ call }) => textsOf(call.input['capacityProviderStrategy'], 'capacityProvider'),
  'ecs:cluster': ({ call }) => clusterOf(call),
  'ecs:createaction': further('createAction'),
  'ecs:enable-execute-command': member('enableExecuteCommand'),
  'ecs:service': ({ resource }) => (/:service\//.test(resource) ? [resource] : undefined),
  'ecs:task-definition': ({ call }, _principal, { data }) => {
    const name = call.input['taskDefinition'];
    if (typeof name !== 'string') return undefined;
    const local = data.regions[call.region];
    const known = local === undefined ? undefined : findTaskDefinition(local, name);
    if (known !== undefined) return [known.arn];
    return [name.startsWith('arn:') ? name : `arn:aws:ecs:${call.region}:${call.account}:task-definition/${name}`];
  },
  'elasticloadbalancing:createaction': further('createAction'),
  'elasticloadbalancing:listenerprotocol': member('Protocol'),
  'elasticloadbalancing:scheme': member('Scheme'),
  'elasticloadbalancing:securitygroup': members('SecurityGroups'),
  'elasticloadbalancing:securitypolicy': member('SslPolicy'),
  'elasticloadbalancing:subnet': members('Subnets'),
  'iam:passedtoservice': further('passedTo'),
  'iam:policyarn': member('PolicyArn'),
  'kms:encryptioncontext:parameter_arn': further('parameterArn'),
  'kms:viaservice': further('via'),
  'route53:changeresourcerecordsetsactions': ({ call }) => changesIn(call.input, ({ Action }) => Action),
  'route53:changeresourcerecordsetsnormalizedrecordnames': ({ call }) =>
    changesIn(call.input, ({ ResourceRecordSet }) => normalized(ResourceRecordSet?.Name)),
  'route53:changeresourcerecordsetsrecordtypes': ({ call }) =>
    changesIn(call.input, ({ ResourceRecordSet }) => ResourceRecordSet?.Type),
  'ssm:overwrite': member('Overwrite'),
  'ssm:recursive': member('Recursive'),
  'sts:externalid': member('ExternalId'),
  'sts:rolesessionname': member('RoleSessionName'),
  'sts:sourceidentity': member('SourceIdentity'),
  'sts:transitivetagkeys': members('TransitiveTagKeys'),
};

/** Keys whose last part is the key of a tag: of the request, of what it acts on, of who calls. */
function tagKey(key: string): readonly [kind: 'request' | 'resource' | 'principal', tag: string] | undefined {
  const [, space = '', kind = '', tag] = /^([\w-]+):(requesttag|resourcetag|principaltag)\/(.+)$/i.exec(key) ?? [];
  if (tag === undefined) return undefined;
  const what = kind.toLowerCase().replace('tag', '') as 'request' | 'resource' | 'principal';
  const isKnown = space.toLowerCase() === 'aws' || (what === 'resource' && taggable.has(space.toLowerCase()));
  return isKnown ? [what, tag] : undefined;
}

const taggable = new Set(['ecs', 'elasticloadbalancing', 'ssm', 'iam', 'secretsmanager', 'ec2']);

/** Whether the sandbox can decide on a condition key. */
export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return (
    absent.has(name) || Object.hasOwn(global, name) || Object.hasOwn(ofServices, name) || tagKey(key) !== undefined
  );
}

/** What a question to policies has for each key; worked out when it is asked. */
export function toldOf(question: Question, principal: Principal, world: World): Told {
  return (key) => {
    const tag = tagKey(key);
    if (tag !== undefined) return one(own(tagsFor(tag[0], question, principal, world), tag[1]));
    const name = key.toLowerCase();
    const teller = Object.hasOwn(global, name) ? global[name] : ofServices[name];
    // Of a service's own keys only its own calls have a value.
    return teller?.(question, principal, world);
  };
}

function tagsFor(
  kind: 'request' | 'resource' | 'principal',
  { call, resource }: Question,
  principal: Principal,
  world: World,
): Readonly<Record<string, string>> {
  if (kind === 'principal') return principal.tags;
  return kind === 'request' ? requestTags(call.input) : tagsOfResource(world, call, resource);
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
  { account, region }: PlacedAction,
  resource: string,
): Readonly<Record<string, string>> {
  const [, , service = '', place = ''] = resource.split(':');
  const there = accountWorld(homeOf(world), accountIn(resource) ?? account);
  if (service === 'iam') {
    const name = /:role\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1] ?? '';
    return own(iamOf(there.data).roles, name)?.tags ?? own(policiesOf(there.data), resource)?.tags ?? {};
  }
  for (const plug of there.services.all) {
    if (plug.name !== service) continue;
    const tags = taggedBy(there, place === '' ? region : place, plug).get(resource);
    if (tags !== undefined) return tags;
  }
  return {};
}

function accountIn(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}

function textsOf(list: unknown, name: string): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const found = (list as (Readonly<Record<string, unknown>> | null)[]).map((each) => each?.[name]);
  return found.length === 0 ? undefined : found.filter((each) => typeof each === 'string');
}

/** The cluster of a call to ECS, by name or ARN; the default one where a call that has one says nothing. */
function clusterOf({ account, input, operation, region, service }: PlacedAction): readonly string[] | undefined {
  if (service !== 'ecs' || /TaskDefinition|Clusters?$|CapacityProviders?$|AccountSetting|Tag/.test(operation))
    return undefined;
  const name = typeof input['cluster'] === 'string' ? input['cluster'] : 'default';
  return [name.startsWith('arn:') ? name : `arn:aws:ecs:${region}:${account}:cluster/${name}`];
}

interface Change {
  readonly Action?: unknown;
  readonly ResourceRecordSet?: { readonly Name?: unknown; readonly Type?: unknown } | null;
}

/** Asked before an input is checked: it may say anything. */
function changesIn(input: Input, of: (change: Change) => unknown): readonly string[] | undefined {
  const body = input['body'] as { readonly ChangeBatch?: { readonly Changes?: unknown } | null } | null | undefined;
  const changes = body?.ChangeBatch?.Changes;
  if (!Array.isArray(changes)) return undefined;
  return (changes as readonly (Change | null)[]).flatMap((each) => {
    const said = each === null ? undefined : of(each);
    return typeof said === 'string' ? [said] : [];
  });
}

/** As AWS compares names: lower case, what is special escaped, no trailing dot. */
function normalized(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const parsed = parseName(name);
  return (parsed.kind === 'name' ? parsed.name : name.toLowerCase()).replace(/\.$/, '');
}
