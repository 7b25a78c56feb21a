// Whom a role trusts.
import type { Input, World } from '../../model.ts';
import { own } from '../../records.ts';
import { matches } from '../../wildcards.ts';
import { conditionValuesFor, type Principal } from '../iam/condition-values.ts';
import { readTrust, trustDecision } from '../iam/policy.ts';
import { iamOf, roleArn, type Role } from '../iam/store.ts';

export function roleIn(place: World, arn: string): Role | undefined {
  return Object.values(iamOf(place.data).roles).find((each) => roleArn(place, each) === arn);
}

export interface Assuming {
  readonly account: string;
  readonly callerArn: string;
  readonly principal: Principal;
  readonly input: Input;
  readonly region: string;
  /** Keys of tags that the caller's session hands on. */
  readonly transitive: readonly string[];
  /** Whether it is not enough that the caller's account is trusted. */
  readonly byName: boolean;
}

/** What a role's trust policy says of a caller; where nobody wrote one, what was presumed of the role. */
export function trusts(role: Role, asked: Assuming, world: World): boolean {
  const { account, byName, callerArn, input, principal, region, transitive } = asked;
  const accounts = byName ? [] : [account, `arn:aws:iam::${account}:root`];
  if (role.trustPolicy === undefined) {
    const isTrusted = role.trusts?.some((each) => accounts.includes(each) || matches(each, callerArn)) ?? !byName;
    return isTrusted && (role.externalId === undefined || role.externalId === input['ExternalId']);
  }
  const known = own(role.trustedIds, principal.arn);
  const isKnown = known === undefined || principal.userId?.startsWith(`${known}:`) === true;
  const names = [...accounts, callerArn, ...(isKnown ? [principal.arn] : [])];
  const policy = readTrust(role.trustPolicy, world.services);
  const call = { service: 'sts', operation: 'AssumeRole', input, region, account };
  const given = [input['Tags'], input['TransitiveTagKeys']].some((each) => Array.isArray(each) && each.length > 0);
  // Each of these is a permission of its own [IAM user guide, "Required permissions"].
  const actions = [
    'sts:AssumeRole',
    ...(given || transitive.length > 0 ? ['sts:TagSession'] : []),
    ...(input['SourceIdentity'] === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  return actions.every((action) => {
    const permission = { action, resource: String(input['RoleArn']) };
    const valuesOf = conditionValuesFor({ call, permission, principal, world });
    return trustDecision(policy, action, names, valuesOf) === 'allowed';
  });
}
