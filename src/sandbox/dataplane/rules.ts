// Which rule of a listener a request falls under ("Listener rules for your Application Load Balancer").
import { linearPattern, type LinearPattern } from '../linear-pattern.ts';
import type { RegionData } from '../world-data.ts';
import { matches as wildcard } from '../wildcards.ts';
import { actionsOf, orderedRules } from '../services/elbv2/lookup.ts';
import type { ActionRecord, ConditionRecord, ListenerRecord } from '../services/elbv2/store.ts';

/** Where a probe comes from: an address of 198.51.100.0/24, which RFC 5737 keeps for documentation. */
const clientAddress = '198.51.100.1';

/** The actions of the first rule that matches, in order: the last one answers those whom the others let pass. */
export function actionsFor(local: RegionData, listener: ListenerRecord, url: URL): readonly ActionRecord[] {
  for (const rule of orderedRules(local, listener)) {
    if (rule.conditions.every((condition) => holds(condition, url))) return actionsOf(local, rule);
  }
  return [];
}

function holds(condition: ConditionRecord, url: URL): boolean {
  switch (condition.kind) {
    case 'host-header':
      return matches(condition, url.hostname, (pattern) => pattern.toLowerCase());
    case 'path-pattern':
      return matches(condition, url.pathname, (pattern) => pattern);
    case 'http-request-method':
      return condition.values.includes('GET');
    case 'source-ip':
      return condition.values.some(containsClient);
    case 'http-header':
      return (
        condition.header.toLowerCase() === 'host' &&
        matches(condition, url.hostname, (pattern) => pattern.toLowerCase())
      );
    case 'query-string':
      return condition.values.some(({ key, value }) =>
        [...url.searchParams].some(
          ([name, content]) =>
            (key === null || wildcard(key.toLowerCase(), name.toLowerCase())) &&
            wildcard(value.toLowerCase(), content.toLowerCase()),
        ),
      );
  }
}

/** Wildcards, or the regular expressions that may stand in their place. */
function matches(
  { values, regex }: { readonly values: readonly string[]; readonly regex?: readonly string[] },
  text: string,
  read: (pattern: string) => string,
): boolean {
  if (regex !== undefined) return regex.some((pattern) => regular(pattern)?.(text) === true);
  return values.some((pattern) => wildcard(read(pattern), text));
}

/** One that cannot be read here matches nothing. */
function regular(pattern: string): LinearPattern | undefined {
  try {
    return linearPattern(pattern);
  } catch {
    return undefined;
  }
}

function containsClient(block: string): boolean {
  const [network = '', length = '32'] = block.split('/');
  if (network.includes(':')) return false;
  const bits = Number(length);
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return (number(network) & mask) >>> 0 === (number(clientAddress) & mask) >>> 0;
}

function number(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
