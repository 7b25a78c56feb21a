// AssumeRole: temporary credentials for a role, in whichever account it lies [STS API, AssumeRole; aws-facts-2 11].
import { accountWorld, everyAccount, homeOf } from '../../accounts.ts';
import { AwsError, timestamp } from '../../model.ts';
import type { CallContext, Input, Operation, World } from '../../model.ts';
import { policyNamed } from '../iam/find.ts';
import { readPolicy } from '../iam/policy.ts';
import type { Role } from '../iam/store.ts';
import { principalOf, userOf } from './principals.ts';
import { keyPrefix, sessionOf } from './sessions.ts';
import { stsOf, type RoleSession } from './store.ts';
import { roleIn, trusts } from './trust.ts';
import { unverifiedTexts } from './unverified.ts';

const usualDuration = 3_600;
/** "Role chaining limits your session to a maximum of one hour." */
const longestChained = 3_600;
/** Characters of a session policy. */
const longestPolicy = 2_048;
/** Credentials that expired longer ago are forgotten: they are invalid then, and no longer expired. */
const remembered = 24 * 3_600_000;

interface Wanted {
  readonly arn: string;
  readonly sessionName: string;
  /** Seconds. */
  readonly duration: number | undefined;
  readonly externalId: string | undefined;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
}

/** Recorded by LocalStack: tests/aws/services/sts/test_sts.py; the last one as users of aws-vault paste it. */
const texts = {
  doubleTag: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  tagNotGiven: 'The specified transitive tag key must be included in the requested tags.',
  transitiveTag:
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  longerThanRole: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
} as const;

/** Partition, service and resource are a must [recorded by LocalStack: test_sts_invalid_parameters]. */
const arnPattern = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./;

/** [STS API, AssumeRole, PolicyArns] */
const mostPolicies = 10;

export const assumeRole: Operation = (input, context) => {
  const wanted = wantedIn(input);
  if (!arnPattern.test(wanted.arn)) throw new AwsError('ValidationError', `${wanted.arn} is invalid`);
  const { caller, now, world } = context;
  const callerArn = caller?.arn ?? world.data.callerArn;
  const parent = caller?.accessKeyId === undefined ? undefined : sessionOf(world, caller.accessKeyId);
  const { policy, policyArns } = wanted;
  if (policyArns.length > mostPolicies) throw new AwsError('ValidationError', unverifiedTexts.tooManyPolicies);
  if (policy !== undefined) {
    readPolicy(policy, world.services);
    if (policy.length > longestPolicy) throw new AwsError('PackedPolicyTooLarge', unverifiedTexts.packedPolicyTooLarge);
  }
  const place = placeOf(world, wanted.arn);
  const role = place === undefined ? undefined : roleIn(place, wanted.arn);
  // One answer for all of these, so that nobody learns which roles there are.
  const isRefused =
    role === undefined ||
    !mayAssume(role, input, context, parent) ||
    (parent?.sourceIdentity !== undefined && ![undefined, parent.sourceIdentity].includes(wanted.sourceIdentity));
  if (place === undefined || isRefused) {
    const text = `User: ${callerArn} is not authorized to perform: sts:AssumeRole on resource: ${wanted.arn}`;
    throw new AwsError('AccessDenied', text, 403);
  }
  for (const arn of policyArns) policyNamed(place, arn);
  const session = begin(place, role, withInherited(wanted, parent), {
    now,
    seconds: durationOf(wanted, role, callerArn.includes(':assumed-role/')),
    sourceIdentity: wanted.sourceIdentity ?? parent?.sourceIdentity,
  });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: world.hex(40),
      SessionToken: session.token,
      Expiration: timestamp(session.expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
    ...(policy === undefined ? {} : { PackedPolicySize: Math.ceil((policy.length / longestPolicy) * 100) }),
    SourceIdentity: session.sourceIdentity,
  };
};

function wantedIn(input: Input): Wanted {
  const text = (name: string): string | undefined => {
    const value = input[name];
    return typeof value === 'string' ? value : undefined;
  };
  const list = (name: string): readonly unknown[] => (Array.isArray(input[name]) ? input[name] : []);
  const duration = text('DurationSeconds');
  return {
    arn: text('RoleArn') ?? '',
    sessionName: text('RoleSessionName') ?? '',
    duration: duration === undefined ? undefined : Number(duration),
    externalId: text('ExternalId'),
    policy: text('Policy'),
    policyArns: (list('PolicyArns') as readonly { readonly arn?: string }[]).flatMap(({ arn }) => arn ?? []),
    sourceIdentity: text('SourceIdentity'),
    tags: tagsIn(list('Tags') as readonly { readonly Key: string; readonly Value: string }[]),
    transitive: list('TransitiveTagKeys') as readonly string[],
  };
}

/** The account of a role, when there is one; asking makes none. */
function placeOf(world: World, arn: string): World | undefined {
  const account = /^arn:aws:iam::(\d{12}):role\//.exec(arn)?.[1];
  return account === undefined || !everyAccount(world).some(({ data }) => data.account === account)
    ? undefined
    : accountWorld(world, account);
}

function tagsIn(tags: readonly { readonly Key: string; readonly Value: string }[]): Readonly<Record<string, string>> {
  const keys = new Set(tags.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < tags.length) throw new AwsError('InvalidParameterValue', texts.doubleTag);
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Transitive tags go on, and cannot be given another value ["Pass session tags in AWS STS", role chaining]. */
function withInherited(wanted: Wanted, parent: RoleSession | undefined): Wanted {
  const keys = parent?.transitive ?? [];
  const inherited = Object.fromEntries(Object.entries(parent?.tags ?? {}).filter(([key]) => keys.includes(key)));
  const isTaken = (key: string): boolean => keys.some((each) => each.toLowerCase() === key.toLowerCase());
  if (Object.keys(wanted.tags).some(isTaken)) throw new AwsError('InvalidParameterValue', texts.transitiveTag);
  if (wanted.transitive.some((key) => !Object.hasOwn(wanted.tags, key))) {
    throw new AwsError('InvalidParameterValue', texts.tagNotGiven);
  }
  return { ...wanted, tags: { ...wanted.tags, ...inherited }, transitive: [...wanted.transitive, ...keys] };
}

function mayAssume(role: Role, input: Input, context: CallContext, parent: RoleSession | undefined): boolean {
  const { caller, callerArn = '', region, world } = context;
  const account = caller?.account ?? world.data.account;
  const principal =
    parent === undefined ? userOf(callerArn, account) : principalOf(accountWorld(world, account), parent);
  const { transitive = [] } = parent ?? {};
  return trusts(role, { account, callerArn, input, principal, region, transitive, byName: false }, world);
}

function durationOf({ duration }: Wanted, { maxSessionDuration }: Role, isChained: boolean): number {
  if (isChained && duration !== undefined && duration > longestChained) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (duration !== undefined && duration > maxSessionDuration) {
    throw new AwsError('ValidationError', texts.longerThanRole);
  }
  return duration ?? usualDuration;
}

function begin(
  place: World,
  role: Role,
  { policy, policyArns, sessionName, tags, transitive }: Wanted,
  { now, seconds, sourceIdentity }: { now: number; seconds: number; sourceIdentity: string | undefined },
): RoleSession {
  const { account } = place.data;
  const { sessions } = stsOf(homeOf(place).data);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  for (const [id, { expiresAt }] of Object.entries(sessions)) if (expiresAt + remembered < now) delete sessions[id];
  const session: RoleSession = {
    accessKeyId: `${keyPrefix}${place.hex(9).toUpperCase()}`,
    token: `SANDBOX${place.hex(64)}`,
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    issuedAt: now,
    expiresAt: now + seconds * 1_000,
    ...(policy === undefined ? {} : { sessionPolicy: policy }),
    ...(policyArns.length === 0 ? {} : { policyArns }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(transitive.length === 0 ? {} : { transitive }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
  sessions[session.accessKeyId] = session;
  return session;
}
