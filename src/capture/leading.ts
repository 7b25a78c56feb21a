// Which records and health checks are a service's: those that lead to what is its own, by way of whatever. Pure.
import { canonicalName } from '../util/dns.ts';
import type { Leading } from '../components/contract.ts';
import type { Found, Member } from './model.ts';
import { canonical, matches } from './naming.ts';

/** What leads to a service, and what might. */
export interface LeadingChoice {
  readonly taken: readonly Leading[];
  /** By what of `taken`: why it is not the service's alone. */
  readonly shared: ReadonlyMap<Leading, string>;
  /** They lead to what the service shares with others, and nothing says for whom. */
  readonly doubtful: readonly Leading[];
}

/**
 * @param all records and health checks of the account
 * @param asked names that the user said are the service's
 * @param isWhole all records and health checks were seen
 */
export function leadingTo(
  members: readonly Member[],
  all: readonly Leading[],
  found: Iterable<Found>,
  asked: readonly string[],
  isWhole: boolean,
): LeadingChoice {
  const own = new Set(namesOf(members.filter(({ role }) => role === 'owned')));
  const common = new Set(namesOf(members.filter(({ role }) => role === 'shared')));
  const hosts = hostsOf(members, found);
  const taken = new Set<Leading>();
  const doubtful = new Set<Leading>();
  const shared = new Map<Leading, string>();
  const said = new Set(asked.map(canonicalName));
  const isTaken = (each: Leading): boolean => {
    if (each.leadsTo.some((name) => own.has(name))) return true;
    if (!each.leadsTo.some((name) => common.has(name))) return false;
    if (each.provides.some((name) => said.has(name) || hosts.isOwn(name))) return true;
    const why = each.provides.map(hosts.sharedWildcard).find((reason) => reason !== undefined);
    if (why !== undefined) {
      shared.set(each, why);
      return true;
    }
    if (!each.provides.every(hosts.isForeign)) doubtful.add(each);
    return false;
  };
  // A name that leads to a name of the service is the service's, too.
  for (let before = -1; before !== taken.size;) {
    before = taken.size;
    for (const each of all) {
      if (taken.has(each) || !isTaken(each)) continue;
      taken.add(each);
      const names = shared.has(each) ? common : own;
      for (const name of each.provides) names.add(name);
    }
  }
  // A health check that a record of the service goes by; one that calculates goes by others.
  for (let front: readonly Leading[] = [...taken]; front.length > 0;) {
    const uses = new Set(front.flatMap((each) => each.uses));
    front = all.filter((each) => !taken.has(each) && each.provides.some((name) => uses.has(name)));
    for (const each of front) taken.add(each);
  }
  for (const each of taken) {
    const users = all.filter((one) => !taken.has(one) && one.uses.some((id) => each.provides.includes(id)));
    if (!isWhole && each.usable === true) shared.set(each, 'who else goes by it could not be seen');
    if (users.length > 0) shared.set(each, `${users.map(({ what }) => what).join(', ')} goes by it too`);
  }
  return { taken: [...taken], shared, doubtful: [...doubtful].filter((each) => !taken.has(each)) };
}

/** DNS names of pieces. */
function namesOf(members: readonly Member[]): readonly string[] {
  return members.flatMap(({ found: { outputs } }) =>
    Object.values(outputs).flatMap((value) =>
      value === undefined || value.startsWith('arn:') ? [] : canonical(value),
    ),
  );
}

/** Whose a host name is, by the rules that take requests for it. */
interface Hosts {
  readonly isOwn: (name: string) => boolean;
  readonly isForeign: (name: string) => boolean;
  /** Why a wildcard record answers for more than the service; undefined for any other. */
  readonly sharedWildcard: (name: string) => string | undefined;
}

function hostsOf(members: readonly Member[], found: Iterable<Found>): Hosts {
  const ours = new Set(members.map((each) => each.found));
  const patterns = [...found].flatMap((each) => {
    const hosts = each.type.capturing.hosts?.(each.described);
    return (hosts ?? []).map((pattern) => ({ own: ours.has(each), pattern: pattern.toLowerCase() }));
  });
  const own = patterns.filter((each) => each.own);
  const foreign = patterns.filter((each) => !each.own);
  const fits = (name: string, { pattern }: { readonly pattern: string }): boolean => matches(pattern, name);
  return {
    isOwn: (name) => own.some((each) => fits(name, each)) && !foreign.some((each) => fits(name, each)),
    isForeign: (name) => foreign.some((each) => fits(name, each)),
    sharedWildcard: (name) => {
      if (!name.startsWith('*.')) return undefined;
      const answered = own.filter(({ pattern }) => pattern.endsWith(name.slice(1)));
      return answered.length === 0 ? undefined : 'it answers for every name of its kind';
    },
  };
}
