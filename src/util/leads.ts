// What a text leads to: the hosts, registries and products that are named in it. Sure finds only: a name inside a longer
// name, in a path, in an e-mail address or in prose is none. Pure.

/** Something that a service provides and others need, by its name. */
export type Named =
  /** `orders.example.org`; `*.example.org` (below); a part of a registry, `registry.example.org/orders` (path). */
  | { readonly kind: 'host'; readonly host: string; readonly below: boolean; readonly path: string }
  /** A word that names a product. */
  | { readonly kind: 'product'; readonly word: string };

/** How a text is read. */
export type Reading =
  /** A value, a line of a command, a URL. */
  | 'text'
  /** The same, and no word in it names a product. */
  | 'hosts'
  /** The address of an image. */
  | 'image'
  /** The name of a secret or a parameter, or its ARN. */
  | 'name';

/** What is named in a text. */
export interface Leads {
  readonly hosts: readonly { readonly host: string; readonly path: string }[];
  /** Names of which a word may be a product's. */
  readonly names: readonly string[];
}

const productPattern = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])$/;
const hostPattern = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
const pathPattern = /^[a-z0-9][a-z0-9._/-]{0,254}$/;
const address = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** What is AWS's: whoever provided it all would provide everything. */
const awsOwn = /(?:^|\.)(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws|on\.aws|cloudfront\.net)$/;

/** `orders.example.org`, `*.example.org`, `https://orders.example.org`, `registry.example.org/orders`, `product:orders`. */
export function readNamed(text: string): Named | undefined {
  const lower = text.trim().toLowerCase();
  const [, word] = /^product:(.*)$/.exec(lower) ?? [];
  if (word !== undefined) return readProduct(word);
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#@\s]+)(?:[/?#]\S*)?$/.exec(lower);
  const [, star, rest = ''] = /^(\*\.)?(.*)$/.exec(url?.[1] ?? lower) ?? [];
  const [, host = '', path = ''] = /^([^/:]+)(?::\d{1,5})?(?:\/(.*))?$/.exec(rest) ?? [];
  const plain = host.replace(/\.$/, '');
  const isHost = address.test(plain) || (hostPattern.test(plain) && !/\.\d+$/.test(plain));
  if (!isHost || (path !== '' && !pathPattern.test(path))) return undefined;
  const below = star !== undefined;
  // A whole top-level domain is nobody's.
  if (below && (path !== '' || address.test(plain) || awsOwn.test(plain))) return undefined;
  return { kind: 'host', host: plain, below, path: path.replace(/\/+$/, '') };
}

/** One word: letters, digits, hyphens and underscores, two at least. */
export function readProduct(word: string): Named | undefined {
  const lower = word.trim().toLowerCase();
  return productPattern.test(lower) ? { kind: 'product', word: lower } : undefined;
}

/** As `readNamed` reads it. */
export function namedText(named: Named): string {
  if (named.kind === 'product') return `product:${named.word}`;
  return `${named.below ? '*.' : ''}${named.host}${named.path === '' ? '' : `/${named.path}`}`;
}

/** In a sentence. */
export function namedWords(named: Named): string {
  return named.kind === 'product' ? `product ${named.word}` : namedText(named);
}

/** True when who provides the first one provides the second one. */
export function covers(provided: Named, needed: Named): boolean {
  if (provided.kind === 'product' || needed.kind === 'product') {
    return provided.kind === 'product' && needed.kind === 'product' && provided.word === needed.word;
  }
  if (!within(provided.path, needed.path)) return false;
  if (!provided.below) return !needed.below && provided.host === needed.host;
  return isBelow(needed.host, provided.host) || (needed.below && needed.host === provided.host);
}

/** True when a text of these leads leads to it. */
export function leadsTo({ hosts, names }: Leads, named: Named): boolean {
  if (named.kind === 'product') return names.some((name) => hasWord(name, named.word));
  return hosts.some(
    ({ host, path }) =>
      (named.below ? isBelow(host, named.host) : host === named.host) && within(named.path, withoutTag(path)),
  );
}

/** Label by label: `reorders.example.org` is not below `orders.example.org`. */
function isBelow(host: string, parent: string): boolean {
  return host.length > parent.length && host.endsWith(`.${parent}`);
}

function within(part: string, path: string): boolean {
  return part === '' || path === part || path.startsWith(`${part}/`);
}

function withoutTag(path: string): string {
  return path.replace(/[:@].*$/, '').replace(/\/+$/, '');
}

/** The whole word: `orders-api` has the word `orders`, `reorders` has not. */
function hasWord(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1)) {
    const [before, after] = [name.charAt(at - 1), name.charAt(at + word.length)];
    if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)) return true;
  }
  return false;
}

/** What stands for an output that is not known: part of a label, and equal to none. */
const unknown = '\u0001';
const noLeads: Leads = { hosts: [], names: [] };

/** @param text may hold references of a playbook, `${load-balancer.dnsName}` */
export function leadsIn(text: string, reading: Reading): Leads {
  const plain = plainly(text);
  switch (reading) {
    case 'image':
      return inImage(plain);
    case 'name': {
      const name = /:secret:(.+)$|:parameter\/(.+)$/.exec(plain);
      const own = name?.[1] ?? name?.[2] ?? plain;
      return { hosts: hostsIn(own, true), names: [own] };
    }
    case 'hosts':
      return plain.includes('.') ? { hosts: hostsIn(plain, false), names: [] } : noLeads;
    case 'text':
      return { hosts: plain.includes('.') ? hostsIn(plain, false) : [], names: namesIn(plain) };
  }
}

function plainly(text: string): string {
  const known = text.includes('${') ? text.replaceAll(/(?<!\$)\$\{[^}]*\}/g, unknown).replaceAll('$${', '${') : text;
  const decoded = known.includes('%')
    ? known.replaceAll(/%3a/gi, ':').replaceAll(/%2f/gi, '/').replaceAll(/%40/g, '@')
    : known;
  return decoded.toLowerCase();
}

/** An image's first part is a registry where it could be a host [OCI distribution; Docker's reference grammar]. */
function inImage(image: string): Leads {
  const [, host = '', path = ''] = /^([^/]+)\/(.+)$/.exec(image) ?? [];
  const [, name = ''] = /^(.*?)(?::\d+)?$/.exec(host) ?? [];
  return name.includes('.') ? { hosts: [{ host: name, path }], names: [] } : noLeads;
}

/** Characters around a name that say what it is. */
const nearby = 512;

/** @param inPaths names after a single slash count too: the text is a name, no path */
function hostsIn(text: string, inPaths: boolean): Leads['hosts'] {
  const found: { host: string; path: string }[] = [];
  for (const { 0: token, index } of text.matchAll(/[a-z0-9_\u0001](?:[a-z0-9_\u0001.-]*[a-z0-9_\u0001])?/g)) {
    if (!token.includes('.')) continue;
    const before = text.slice(Math.max(0, index - nearby), index);
    const after = text.slice(index + token.length, index + token.length + nearby);
    // `.example.org` and `*.example.org` speak of a domain, as a list of exceptions does; `user.name@` of a user.
    if (/[.*]$/.test(before) || after.startsWith('@')) continue;
    if (/@$/.test(before) && !/:\/\/[^\s/"'<>,]*@$/.test(before)) continue;
    if (!inPaths && /\/$/.test(before) && !/(?:^|[^/])\/\/$/.test(before)) continue;
    const [, path = ''] = /^(?::\d{1,5})?\/([^\s"'?#,;]*)/.exec(after) ?? [];
    found.push({ host: token, path });
  }
  return found;
}

/** Endings of names that are nobody's on the internet, so that a word in them is one's own. */
const privateEnding = /\.(?:internal|intranet|private|corp|lan|home\.arpa|local)$/;
const awsPrivate = /(?:\.compute|ec2)\.internal$/;

/** A word by itself, and hosts of one's own: of a public name, a path or a sentence no word says whose it is. */
function namesIn(text: string): readonly string[] {
  if (/^[a-z0-9_-]+$/.test(text)) return [text];
  const hosts = [
    ...text.matchAll(/[a-z][a-z0-9+.-]*:\/\/(?:[^\s/"'@]*@)?([a-z0-9_\u0001.-]+)/g),
    ...text.matchAll(/(?<![a-z0-9_.@/\u0001-])([a-z0-9_\u0001][a-z0-9_\u0001.-]*):\d{2,5}(?![a-z0-9_.-])/g),
  ].map(([, host = '']) => host.replace(/\.$/, ''));
  return hosts.filter((host) => !host.includes('.') || (privateEnding.test(host) && !awsPrivate.test(host)));
}
