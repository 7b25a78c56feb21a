// What a scan's session may do at most, whatever the role that it assumes may: a policy that is short enough to be passed
// along. Pure.

/** Characters of a session policy [STS API, AssumeRole]. */
export const longestSessionPolicy = 2_048;

/** Verbs that only describe: under these a whole family may stand for its members. `Get` gives away secrets and items too. */
const familyVerbs = ['Describe', 'List'];

/**
 * Allows these actions on everything, and nothing else. Exactly these where that is short enough, else `ecs:Describe*` for all that
 * begins so.
 *
 * @param actions reads, as IAM names them
 * @returns JSON; undefined where not even families are short enough
 */
export function sessionPolicy(actions: Iterable<string>): string | undefined {
  const exact = [...new Set(actions)].sort();
  const families = [...new Set(exact.map(familyOf))].sort();
  return [exact, families].map(policyOf).find((text) => text.length <= longestSessionPolicy);
}

function policyOf(actions: readonly string[]): string {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

function familyOf(action: string): string {
  const [service = '', operation = ''] = action.split(':');
  const verb = familyVerbs.find((each) => operation.startsWith(each));
  return verb === undefined ? action : `${service}:${verb}*`;
}
