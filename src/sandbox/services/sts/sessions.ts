// Whose temporary credentials signed a call, and what these may do.
import { accountWorld, homeOf } from '../../accounts.ts';
import type { PlacedCall } from '../../authorization.ts';
import type { Caller, Services, World } from '../../model.ts';
import { permissionsFor } from '../../permissions.ts';
import { conditionValuesFor } from '../iam/condition-values.ts';
import { decide, readPolicy, type Policy } from '../iam/policy.ts';
import { documentOf, permissionsOf } from '../iam/role-policies.ts';
import type { Role } from '../iam/store.ts';
import { principalOf, roleOf } from './principals.ts';
import { own } from '../../records.ts';
import { stsOf, type RoleSession } from './store.ts';
import { roleIn, trusts } from './trust.ts';

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

const policies = new WeakMap<Services, Map<string, Policy>>();

function policyOf(text: string, services: Services): Policy {
  const known = policies.get(services) ?? new Map<string, Policy>();
  policies.set(services, known);
  const policy = known.get(text) ?? readPolicy(text, services);
  if (known.size > 1_000) known.clear();
  known.set(text, policy);
  return policy;
}

/** Policies of role and session both have to allow a call, and none may deny it ["Session policies"]. */
function deniedBy(
  place: World,
  role: Role,
  session: RoleSession,
  call: PlacedCall,
): ReturnType<NonNullable<Caller['denies']>> {
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
  const isNamed = isTrustedByName(place, session, call);
  for (const permission of permissionsFor(call, place)) {
    const { action, resource } = permission;
    const valuesOf = conditionValuesFor({ call, permission, principal, world: place });
    for (const [kind, texts] of sides) {
      if (texts === undefined) continue;
      const decision = decide(
        texts.map((text) => policyOf(text, place.services)),
        { action, resource, valuesOf },
      );
      if (decision === 'allowed' || (decision === 'not-allowed' && kind === 'identity-based' && isNamed)) continue;
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

/**
 * Whoever a role of the same account trusts by name needs no policy for it beside; an account that is trusted gives leave by its
 * policies [STS API, AssumeRole, Permissions].
 */
function isTrustedByName(
  place: World,
  session: RoleSession,
  { input, operation, region, service }: PlacedCall,
): boolean {
  if (service !== 'sts' || operation !== 'AssumeRole') return false;
  const role = roleIn(place, String(input['RoleArn']));
  const { account, arn, transitive = [] } = session;
  const asked = { account, callerArn: arn, input, principal: principalOf(place, session), region, transitive };
  return role !== undefined && trusts(role, { ...asked, byName: true }, place);
}
