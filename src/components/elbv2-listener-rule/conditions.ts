// A rule's conditions in the form of a spec. AWS reorders them and tells most values twice [captured], so they are
// compared as sets.
import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';

/** As in a spec; several conditions of one kind are merged where AWS allows several. */
export interface Conditions {
  readonly pathPattern?: readonly string[] | undefined;
  readonly hostHeader?: readonly string[] | undefined;
  readonly httpRequestMethod?: readonly string[] | undefined;
  readonly sourceIp?: readonly string[] | undefined;
  readonly httpHeader?: readonly { readonly name: string; readonly values: readonly string[] }[] | undefined;
  readonly queryString?: readonly { readonly key?: string | undefined; readonly value: string }[] | undefined;
  /** Conditions that a spec cannot express: regular expressions, several query strings. */
  readonly other?: readonly string[] | undefined;
}

export function conditionsOf(conditions: readonly RuleCondition[]): Conditions {
  const only = (name: string): RuleCondition | undefined => conditions.find((each) => each.Field === name);
  const headers = conditions.filter((each) => each.Field === 'http-header');
  const queries = conditions.filter((each) => each.Field === 'query-string');
  const other = conditions.filter(isBeyondSpec).concat(queries.slice(1));
  return {
    pathPattern: only('path-pattern')?.PathPatternConfig?.Values ?? only('path-pattern')?.Values,
    hostHeader: only('host-header')?.HostHeaderConfig?.Values ?? only('host-header')?.Values,
    httpRequestMethod: only('http-request-method')?.HttpRequestMethodConfig?.Values,
    sourceIp: only('source-ip')?.SourceIpConfig?.Values,
    httpHeader:
      headers.length === 0
        ? undefined
        : headers.map(({ HttpHeaderConfig: header }) => ({
            name: header?.HttpHeaderName ?? '',
            values: header?.Values ?? [],
          })),
    queryString: queries[0]?.QueryStringConfig?.Values?.map(({ Key, Value }) => ({ key: Key, value: Value ?? '' })),
    other: other.length === 0 ? undefined : other.map((each) => JSON.stringify(each)),
  };
}

const expressible = new Set([
  'path-pattern',
  'host-header',
  'http-request-method',
  'source-ip',
  'http-header',
  'query-string',
]);

function isBeyondSpec(condition: RuleCondition): boolean {
  const patterns = [
    condition.RegexValues,
    condition.PathPatternConfig?.RegexValues,
    condition.HostHeaderConfig?.RegexValues,
    condition.HttpHeaderConfig?.RegexValues,
  ];
  return !expressible.has(condition.Field ?? '') || patterns.some((each) => each !== undefined && each.length > 0);
}

export function toAwsConditions(conditions: Conditions): RuleCondition[] {
  const { pathPattern, hostHeader, httpRequestMethod, sourceIp, httpHeader, queryString } = conditions;
  const result: RuleCondition[] = [];
  if (pathPattern !== undefined) {
    result.push({ Field: 'path-pattern', PathPatternConfig: { Values: [...pathPattern] } });
  }
  if (hostHeader !== undefined) result.push({ Field: 'host-header', HostHeaderConfig: { Values: [...hostHeader] } });
  if (httpRequestMethod !== undefined) {
    result.push({ Field: 'http-request-method', HttpRequestMethodConfig: { Values: [...httpRequestMethod] } });
  }
  if (sourceIp !== undefined) result.push({ Field: 'source-ip', SourceIpConfig: { Values: [...sourceIp] } });
  for (const { name, values } of httpHeader ?? []) {
    result.push({ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: name, Values: [...values] } });
  }
  if (queryString !== undefined) {
    result.push({
      Field: 'query-string',
      QueryStringConfig: { Values: queryString.map(({ key, value }) => ({ Key: key, Value: value })) },
    });
  }
  return result;
}

/** The conditions of a rule are compared as a whole: one that the spec does not name would let fewer requests in. */
export function conditionDifferences(desired: Conditions | undefined, actual: Conditions): readonly Difference[] {
  if (desired === undefined) return [];
  const wanted = comparable(desired);
  const found = comparable(actual);
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((name): readonly Difference[] => {
    const path = `conditions.${name}`;
    const members = wanted[name];
    return members === undefined
      ? [{ path, desired: undefined, actual: found[name] ?? [] }]
      : field(path, members, found[name]);
  });
}

/** Each kind of condition as a sorted list of texts; host and header names without regard to case [ELB API]. */
function comparable(conditions: Conditions): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[] | undefined> = {
    pathPattern: conditions.pathPattern,
    hostHeader: conditions.hostHeader?.map((host) => host.toLowerCase()),
    httpRequestMethod: conditions.httpRequestMethod,
    sourceIp: conditions.sourceIp,
    httpHeader: conditions.httpHeader?.map(
      ({ name, values }) => `${name.toLowerCase()}: ${[...values].sort().join(', ')}`,
    ),
    queryString: conditions.queryString?.map(({ key, value }) => (key === undefined ? value : `${key}=${value}`)),
    other: conditions.other,
  };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, members]) => (members === undefined ? [] : [[name, [...members].sort()]])),
  );
}
