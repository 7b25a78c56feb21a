// Whose temporary credentials signed a call, and what these may do.
import { homeOf } from '../../accounts.ts';
import type { Caller, PlacedAction, World } from '../../model.ts';
import { decide, readPolicy, type Policy } from '../iam/policy.ts';
import { resourcesOf } from '../iam/resource-names.ts';
import { stsOf, type RoleSession } from './store.ts';

/** What access keys begin with that STS gave out here. */
export const keyPrefix = 'ASIASANDBOX';

/** The session of an access key; undefined for a key that STS did not give out. */
export function sessionOf(world: World, accessKeyId: string): RoleSession | undefined {
  const { sessions } = stsOf(homeOf(world).data);
  return Object.hasOwn(sessions, accessKeyId) ? sessions[accessKeyId] : undefined;
}

/** The caller of a key that STS gave out; undefined when it is none of them. */
export function identify(world: World, accessKeyId: string, token: string | undefined): Caller | undefined {
  if (!accessKeyId.startsWith(keyPrefix)) return undefined;
  const session = sessionOf(world, accessKeyId);
  const { account, callerArn } = world.data;
  // Forgotten, or without the token that belongs to it: AWS does not know it.
  if (session === undefined || session.token !== token) return { account, arn: callerArn, refusal: 'invalid' };
  const { arn, expiresAt, rolePolicy, sessionPolicy, userId } = session;
  const known = { account: session.account, arn, userId, accessKeyId };
  if (world.clock.now() >= expiresAt) return { ...known, refusal: 'expired' };
  if (rolePolicy === undefined && sessionPolicy === undefined) return known;
  return { ...known, denies: (action) => deniedBy(session, action) };
}

const policies = new Map<string, Policy>();

function policyOf(text: string): Policy {
  const known = policies.get(text) ?? readPolicy(text);
  if (policies.size > 1_000) policies.clear();
  policies.set(text, known);
  return known;
}

/** Role and session policy both have to allow a call, and neither may deny it ["Session policies"]. */
function deniedBy(
  { rolePolicy, sessionPolicy }: RoleSession,
  call: PlacedAction,
): ReturnType<NonNullable<Caller['denies']>> {
  // "No permissions are required", and none can be taken away [STS API, GetCallerIdentity].
  if (call.service === 'sts' && call.operation === 'GetCallerIdentity') return undefined;
  const action = `${call.service}:${call.operation}`;
  for (const [kind, text] of [
    ['identity-based', rolePolicy],
    ['session', sessionPolicy],
  ] as const) {
    if (text === undefined) continue;
    for (const resource of resourcesOf(call)) {
      const decision = decide(policyOf(text), action, resource);
      if (decision === 'allowed') continue;
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
