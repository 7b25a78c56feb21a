// Whom policies see: the role of a session, or a user.
import { own } from '../../records.ts';
import type { World } from '../../model.ts';
import type { Principal } from '../iam/condition-values.ts';
import { iamOf, roleArn, type Role } from '../iam/store.ts';
import type { RoleSession } from './store.ts';

/** The role whose session it is; undefined once the role is gone. */
export function roleOf(place: World, { arn, userId }: RoleSession): Role | undefined {
  const [, name = ''] = arn.split('/');
  const role = own(iamOf(place.data).roles, name);
  // One that was made anew is another role.
  return role !== undefined && userId.startsWith(`${role.id}:`) ? role : undefined;
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

/** A user, or whoever else signs with keys that last. */
export function userOf(arn: string, account: string): Principal {
  const [, userName] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return { ...{ account, arn, userName, tags: {} }, type: userName === undefined ? 'Account' : 'User' };
}
