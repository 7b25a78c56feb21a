// The probes of a captured playbook: its names, by the way that requests take from them to the service. Pure.
import type { Json, ProbeShare } from '../components/contract.ts';
import type { Found, Member } from './model.ts';
import { canonical, containersOf, NameIndex, textsIn } from './naming.ts';

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
  const checks = all.flatMap((found) => {
    const { check } = shareOf(found);
    return check === undefined ? [] : [{ found, check }];
  });
  const doors = all
    .filter((each) => containersOf(each, all).includes(entry))
    .flatMap((listener) => {
      const { door } = shareOf(listener);
      const schemes: Readonly<Record<string, string>> = { HTTPS: 'https', HTTP: 'http' };
      const scheme = door === undefined ? undefined : schemes[door.protocol];
      if (door === undefined || scheme === undefined) return [];
      const within = [listener, ...all.filter((each) => containersOf(each, all).includes(listener))];
      const serving = within.filter((each) => takes(each, fqdn));
      const named = serving.flatMap((each) => textsIn(each.described).flatMap(({ text }) => index.get(text) ?? []));
      const reached = checks.find(({ found }) => named.includes(found));
      return reached === undefined ? [] : [{ door, scheme, check: reached.check, path: pathOf(serving) }];
    })
    .sort((left, right) => Number(right.scheme === 'https') - Number(left.scheme === 'https'));
  const [first] = doors;
  if (first === undefined || root === entry) return undefined;
  // Where only some paths are the service's, its health check may be somebody else's there.
  if (first.path !== undefined && !first.path.some((pattern) => fits(pattern, first.check.path))) return undefined;
  const usual = { https: 443, http: 80 }[first.scheme];
  const port = first.door.port === usual ? '' : `:${first.door.port}`;
  return {
    http: { url: `${first.scheme}://${fqdn}${port}${first.check.path}`, status: first.check.status, within: '5m' },
  };
}

function takes({ described, type }: Found, fqdn: string): boolean {
  const hosts = type.capturing.hosts?.(described);
  return hosts === undefined || hosts.some((pattern) => fits(pattern.toLowerCase(), fqdn));
}

/** Paths that the pieces take requests for; undefined where all. */
function pathOf(serving: readonly Found[]): readonly string[] | undefined {
  const all = serving.map(({ described, type }) => type.capturing.paths?.(described));
  return all.some((each) => each === undefined) ? undefined : all.flatMap((each) => each ?? []);
}

function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return first === text;
  return text.startsWith(first) && text.endsWith(rest.at(-1) ?? '');
}
