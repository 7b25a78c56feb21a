// A resolver without a cache: Route 53's published records, then the names of load balancers.
import { everyAccount } from '../accounts.ts';
import { loadBalancerHealthy } from '../services/elbv2/lookup.ts';
import { elbv2Times } from '../services/elbv2/timings.ts';
import { authoritativeAnswer, chooseRecords } from '../services/route53/answers.ts';
import type { RecordSet } from '../services/route53/answers.ts';
import { addressesOf, balancerByDnsName, ipv6AddressesOf } from './balancers.ts';
import type { Walk } from './walk.ts';

export interface DnsResolution {
  /** Values of the type asked for; names without trailing dot. */
  readonly answers: readonly string[];
  /** The name asked for and every name it led to, by CNAME or alias. */
  readonly chain: readonly string[];
  /** Seconds for which a resolver keeps the shortest-lived link of the chain; undefined where no record was passed. */
  readonly ttl?: number;
  /** Why there is no answer, for people. */
  readonly reason?: string;
}

/** Of an alias to a load balancer [Route 53 developer guide, "Choosing between alias and non-alias records"]. */
export const aliasTtl = 60;

/** Resolvers give up on longer chains. */
const longestChain = 16;

/** A record that leads on to another name. An alias is followed by the name servers themselves: nobody sees it. */
interface Link {
  readonly kind: 'alias' | 'cname';
  readonly name: string;
  readonly ttl: number;
}

/** Where a question ends. Names are without trailing dot; `zone` is the id of the one that answers, where there is one. */
export type End =
  /** Values as the zone has them. No `ttl`: of a name that is no record of Route 53's. */
  | { readonly kind: 'values'; readonly name: string; readonly values: readonly string[]; readonly ttl?: number }
  | { readonly kind: 'nx-domain'; readonly name: string; readonly zone?: string; readonly reason: string }
  | { readonly kind: 'no-data'; readonly name: string; readonly zone?: string; readonly reason: string }
  /** Not a name of this world. */
  | { readonly kind: 'outside'; readonly name: string; readonly reason: string }
  | { readonly kind: 'too-long'; readonly reason: string };

export interface Way {
  readonly links: readonly Link[];
  readonly end: End;
}

/** Follows a question through aliases and CNAMEs, as the world's name servers and a resolver would together. */
export function follow(walk: Walk, name: string, type: string): Way {
  const links: Link[] = [];
  let current = plainName(name);
  while (links.length < longestChain) {
    const answer = publishedAnswer(walk, current, type);
    if (answer.kind === 'refused') return { links, end: balancerAnswer(walk, current, type) };
    if (answer.kind === 'nx-domain') {
      return { links, end: { ...answer, name: current, reason: `${current} does not exist` } };
    }
    if (answer.kind === 'no-data') {
      return { links, end: { ...answer, name: current, reason: `${current} has no record of type ${type}` } };
    }
    const chosen = chooseRecords(answer.records, { isHealthy: (record) => isHealthy(walk, record, longestChain) });
    const [first] = chosen;
    const ttl = first?.ttl ?? aliasTtl;
    if (first?.alias !== undefined) {
      links.push({ kind: 'alias', name: current, ttl });
      current = plainName(first.alias.dnsName);
      continue;
    }
    const values = chosen.flatMap((record) => record.values ?? []);
    if (first?.type === type) return { links, end: { kind: 'values', name: current, values, ttl } };
    links.push({ kind: 'cname', name: current, ttl });
    current = plainName(values[0] ?? '');
  }
  return { links, end: { kind: 'too-long', reason: `${plainName(name)} leads through too many names` } };
}

export function resolve(walk: Walk, name: string, type: string): DnsResolution {
  const { end, links } = follow(walk, name, type);
  const chain = [...links.map((link) => link.name), ...(end.kind === 'too-long' ? [] : [end.name])];
  if (end.kind !== 'values') {
    const passed = end.kind === 'outside' || (end.kind !== 'too-long' && end.zone === undefined) ? ttlOf(links) : {};
    return { answers: [], chain, ...passed, reason: end.reason };
  }
  const answers = nameTypes.includes(type) ? end.values.map(plainName) : end.values;
  return { answers, chain, ...ttlOf(end.ttl === undefined ? links : [...links, { ttl: end.ttl }]) };
}

/** A resolver keeps an answer for as long as its shortest-lived part. */
function ttlOf(parts: readonly { readonly ttl: number }[]): { readonly ttl?: number } {
  return parts.length === 0 ? {} : { ttl: Math.min(...parts.map(({ ttl }) => ttl)) };
}

/** Of the first account that has a zone for the name. */
function publishedAnswer({ now, world }: Walk, name: string, type: string): ReturnType<typeof authoritativeAnswer> {
  for (const account of everyAccount(world)) {
    const answer = authoritativeAnswer(account, now, name, type);
    if (answer.kind !== 'refused') return answer;
  }
  return { kind: 'refused' };
}

/** Types whose values are names. */
const nameTypes: readonly string[] = ['CNAME', 'NS', 'PTR'];

function balancerAnswer(walk: Walk, name: string, type: string): End {
  const found = balancerByDnsName(walk.world, name);
  const outside = found === undefined ? addressOutside(name, type) : undefined;
  if (outside !== undefined) return { kind: 'values', name, values: [outside] };
  if (found === undefined) {
    return /\.elb\.([a-z0-9-]+\.)?amazonaws\.com$/.test(name)
      ? { kind: 'nx-domain', name, reason: `${name} is the name of no load balancer` }
      : { kind: 'outside', name, reason: `${name} is not in this sandbox` };
  }
  if (type === 'A') return { kind: 'values', name, values: addressesOf(found.balancer) };
  const values = type === 'AAAA' ? ipv6AddressesOf(found.balancer) : [];
  return values.length > 0
    ? { kind: 'values', name, values }
    : { kind: 'no-data', name, reason: `${name} has no record of type ${type}` };
}

/** Names of services that the sandbox does not have, to which an alias may lead: taken to be there, and to answer. */
const servicesOutside =
  /\.(cloudfront\.(net|cn)|awsglobalaccelerator\.com|execute-api\.[a-z0-9-]+\.amazonaws\.com|elasticbeanstalk\.com)$|^s3-website[.-][a-z0-9-]+\.amazonaws\.com$/;

/** Addresses that are kept for documentation [RFC 5737, RFC 3849]. */
const addressesOutside: Readonly<Record<string, string>> = { A: '203.0.113.53', AAAA: '2001:db8::53' };

function addressOutside(name: string, type: string): string | undefined {
  return servicesOutside.test(name) ? addressesOutside[type] : undefined;
}

/**
 * A record set is healthy when its health check is and, for an alias that evaluates its target's health, when the target
 * is: a load balancer with a healthy target in each of its target groups, or a record set that is healthy itself.
 *
 * @param depth how many more aliases may be followed; a circle counts as healthy
 */
function isHealthy(walk: Walk, record: RecordSet, depth: number): boolean {
  if (record.healthCheckId !== undefined && !walk.isHealthy(record.healthCheckId)) return false;
  const { alias } = record;
  if (alias?.evaluateTargetHealth !== true || depth === 0) return true;
  const found = balancerByDnsName(walk.world, alias.dnsName);
  if (found !== undefined) return loadBalancerHealthy(found.local, found.balancer, walk.now, elbv2Times(walk.world));
  const answer = publishedAnswer(walk, alias.dnsName, record.type);
  return answer.kind === 'records' && answer.records.some((target) => isHealthy(walk, target, depth - 1));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
