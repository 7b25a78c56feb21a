// Whose temporary credentials signed a call, and what these may do.
import { accountWorld, homeOf } from '../../accounts.ts';
import type { Caller, PlacedAction, World } from '../../model.ts';
import { toldOf, type Principal } from '../iam/condition-keys.ts';
import { decide, readPolicy, type Policy } from '../iam/policy.ts';
import { questionsOf } from '../iam/questions.ts';
import { documentOf, permissionsOf } from '../iam/role-policies.ts';
import { iamOf, roleArn, type Role } from '../iam/store.ts';
import { own } from '../../records.ts';
import { stsOf, type RoleSession } from './store.ts';

/** What access keys begin with that STS gave out here. */
export const keyPrefix = 'ASIASANDBOX';

/** The session of an access key; undefined for a key that STS did not give out. */
export function sessionOf(world: World, accessKeyId: string): RoleSession | undefined {
  return own(stsOf(homeOf(world).data).sessions, accessKeyId);
}

/** The caller of a key that STS gave out; undefined when it is none of them. */
export function identify(world: World, accessKeyId: string, token: string | undefined): Caller | undefined {
  if (!accessKeyId.startsWith(keyPrefix)) return undefined;
  const session = sessionOf(world, accessKeyId);
  const { account, callerArn } = world.data;
  const unknown = { account, arn: callerArn, refusal: 'invalid' } as const;
  // Forgotten, or without the token that belongs to it: AWS does not know it.
  if (session === undefined || session.token !== token) return unknown;
  const { arn, expiresAt, userId } = session;
  const known = { account: session.account, arn, userId, accessKeyId };
  if (world.clock.now() >= expiresAt) return { ...known, refusal: 'expired' };
  const place = accountWorld(world, session.account);
  const role = roleOf(place, session);
  return role === undefined ? unknown : { ...known, denies: (action) => deniedBy(place, role, session, action) };
}

/** The role whose session it is; undefined once the role is gone. */
function roleOf(place: World, { arn }: RoleSession): Role | undefined {
  const [, name = ''] = arn.split('/');
  return own(iamOf(place.data).roles, name);
}

const policies = new Map<string, Policy>();

function policyOf(text: string): Policy {
  const known = policies.get(text) ?? readPolicy(text);
  if (policies.size > 1_000) policies.clear();
  policies.set(text, known);
  return known;
}

/** Whom policies see in a session: its tags stand before those of the role. */
export function principalOf(place: World, session: RoleSession): Principal {
  const role = roleOf(place, session);
  const { account, arn, issuedAt, sourceIdentity, tags, userId } = session;
  return {
    ...{ account, userId, issuedAt, sourceIdentity, type: 'AssumedRole' },
    arn: role === undefined ? arn : roleArn(place, role),
    tags: { ...role?.tags, ...tags },
  };
}

/** Policies of role and session both have to allow a call, and none may deny it ["Session policies"]. */
function deniedBy(
  place: World,
  role: Role,
  session: RoleSession,
  call: PlacedAction,
): ReturnType<NonNullable<Caller['denies']>> {
  // "No permissions are required", and none can be taken away [STS API, GetCallerIdentity].
  if (call.service === 'sts' && call.operation === 'GetCallerIdentity') return undefined;
  const { policyArns, sessionPolicy } = session;
  const limits = [
    ...(sessionPolicy === undefined ? [] : [sessionPolicy]),
    ...(policyArns ?? []).flatMap((arn) => documentOf(place, arn) ?? []),
  ];
  const sides = [
    ['identity-based', permissionsOf(place, role)],
    ['session', sessionPolicy === undefined && policyArns === undefined ? undefined : limits],
  ] as const;
  if (sides.every(([, texts]) => texts === undefined)) return undefined;
  const principal = principalOf(place, session);
  for (const question of questionsOf(call, place)) {
    const asked = { ...question, told: toldOf(question, principal, place) };
    for (const [kind, texts] of sides) {
      if (texts === undefined) continue;
      const decision = decide(texts.map(policyOf), asked);
      if (decision === 'allowed') continue;
      const { action, resource } = question;
      const article = kind === 'session' ? 'a session' : 'an identity-based';
      const why =
        decision === 'denied'
          ? ` with an explicit deny in ${article} policy`
          : ` because no ${kind} policy allows the ${action} action`;
      return { action, resource, why };
    }
  }
  return undefined;
}
