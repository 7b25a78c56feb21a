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
const aliasTtl = 60;

/** Resolvers give up on longer chains. */
const longestChain = 16;

export function resolve(walk: Walk, name: string, type: string): DnsResolution {
  const chain: string[] = [];
  let current = plainName(name);
  let ttl: number | undefined;
  while (chain.length < longestChain) {
    chain.push(current);
    const answer = publishedAnswer(walk, current, type);
    if (answer.kind === 'refused') {
      return { ...balancerAnswer(walk, current, type, chain), ...(ttl === undefined ? {} : { ttl }) };
    }
    if (answer.kind === 'nx-domain') return { answers: [], chain, reason: `${current} does not exist` };
    if (answer.kind === 'no-data') return { answers: [], chain, reason: `${current} has no record of type ${type}` };
    const chosen = chooseRecords(answer.records, { isHealthy: (record) => isHealthy(walk, record, longestChain) });
    const [first] = chosen;
    ttl = Math.min(ttl ?? Infinity, first?.ttl ?? aliasTtl);
    if (first?.alias !== undefined) {
      current = plainName(first.alias.dnsName);
      continue;
    }
    const values = chosen.flatMap((record) => record.values ?? []);
    if (first?.type === type) {
      return { answers: nameTypes.includes(type) ? values.map(plainName) : values, chain, ttl };
    }
    current = plainName(values[0] ?? '');
  }
  return { answers: [], chain, reason: `${plainName(name)} leads through too many names` };
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

function balancerAnswer(walk: Walk, name: string, type: string, chain: readonly string[]): DnsResolution {
  const found = balancerByDnsName(walk.world, name);
  const outside = found === undefined ? addressOutside(name, type) : undefined;
  if (outside !== undefined) return { answers: [outside], chain };
  if (found === undefined) {
    const what = /\.elb\.([a-z0-9-]+\.)?amazonaws\.com$/.test(name)
      ? 'is the name of no load balancer'
      : 'is not in this sandbox';
    return { answers: [], chain, reason: `${name} ${what}` };
  }
  if (type === 'A') return { answers: addressesOf(found.balancer), chain };
  const answers = type === 'AAAA' ? ipv6AddressesOf(found.balancer) : [];
  return answers.length > 0 ? { answers, chain } : { answers, chain, reason: `${name} has no record of type ${type}` };
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
