// The probes of a captured playbook: its names, by the way that requests take from them to the service. Pure.
import type { Json, ProbeShare } from '../components/contract.ts';
import type { Found, Member } from './model.ts';
import { canonical, containersOf, matches, NameIndex, textsIn } from './naming.ts';

/** As many names are asked, lest a run waits for dozens. */
const mostNames = 5;

/** For `verify`; none where nothing leads to the service. */
export function probesOf(root: Found, members: readonly Member[]): readonly Json[] {
  const all = members.map(({ found }) => found);
  const index = new NameIndex(all);
  const names = all.flatMap((found) => {
    const share = shareOf(found);
    return share.name === undefined ? [] : [{ found, inside: share.inside === true, name: share.name }];
  });
  const probes = names.flatMap(({ found, inside, name: { fqdn, type } }): readonly Json[] => {
    if (fqdn.startsWith('*') || !/^(?:A|AAAA|CNAME)$/.test(type)) return [];
    const entry = entryOf(found, all, index);
    const isInside = inside || (entry !== undefined && shareOf(entry).inside === true);
    const url = entry === undefined || isInside ? undefined : urlOf(fqdn, entry, root, all, index);
    return url === undefined ? [] : [url];
  });
  const distinct = [...new Map(probes.map((each) => [JSON.stringify(each), each])).values()];
  return distinct.slice(0, mostNames);
}

function shareOf(found: Found): ProbeShare {
  return found.type.capturing.probe?.(found.described, found.state) ?? {};
}

/** What a name leads to in the end. */
function entryOf(found: Found, all: readonly Found[], index: NameIndex, seen = new Set<Found>()): Found | undefined {
  if (seen.has(found)) return undefined;
  seen.add(found);
  for (const name of found.leading?.leadsTo ?? []) {
    const next = index.get(name) ?? all.find((each) => each.leading?.provides.includes(canonical(name)) === true);
    if (next === undefined) continue;
    return next.leading === undefined ? next : entryOf(next, all, index, seen);
  }
  return undefined;
}

/** By the door whose requests reach the service; an encrypted one first. */
function urlOf(fqdn: string, entry: Found, root: Found, all: readonly Found[], index: NameIndex): Json | undefined {
  const doors = all
    .filter((each) => containersOf(each, all).includes(entry))
    .flatMap((listener) => {
      const { door } = shareOf(listener);
      const schemes: Readonly<Record<string, string>> = { HTTPS: 'https', HTTP: 'http' };
      const scheme = door === undefined ? undefined : schemes[door.protocol];
      const answer = answerOf(fqdn, listener, all, index);
      return door === undefined || scheme === undefined || answer === undefined ? [] : [{ door, scheme, answer }];
    })
    .sort((left, right) => Number(right.scheme === 'https') - Number(left.scheme === 'https'));
  const [first] = doors;
  if (first === undefined || root === entry) return undefined;
  const { answer, door, scheme } = first;
  const usual = { https: 443, http: 80 }[scheme];
  const port = door.port === usual ? '' : `:${door.port}`;
  const status = answer.statuses.length === 1 ? answer.statuses[0] : answer.statuses;
  return { http: { url: `${scheme}://${fqdn}${port}${answer.path}`, status: status ?? 200, within: '5m' } };
}

/**
 * What a client gets that asks for the path of the health check: of the first that takes such requests and leads them to the service,
 * rules before the listener. Undefined where only other paths are the service's: there, it may be somebody else's.
 */
function answerOf(
  fqdn: string,
  listener: Found,
  all: readonly Found[],
  index: NameIndex,
): { readonly path: string; readonly statuses: readonly number[] } | undefined {
  const within = [...all.filter((each) => containersOf(each, all).includes(listener)), listener];
  for (const each of within.filter((one) => takes(one, fqdn))) {
    const named = textsIn(each.described).flatMap(({ text }) => index.get(text) ?? []);
    const check = named.map((one) => shareOf(one).check).find((one) => one !== undefined);
    if (check === undefined || !isAskedFor(each, check.path)) continue;
    const { stranger } = shareOf(each);
    return { path: check.path, statuses: stranger === undefined ? check.statuses : [stranger] };
  }
  return undefined;
}

function takes({ described, type }: Found, fqdn: string): boolean {
  const hosts = type.capturing.hosts?.(described);
  return hosts === undefined || hosts.some((pattern) => matches(pattern.toLowerCase(), fqdn));
}

function isAskedFor({ described, type }: Found, path: string): boolean {
  const paths = type.capturing.paths?.(described);
  return paths === undefined || paths.some((pattern) => matches(pattern, path));
}
