// A rule's conditions in the form of a spec. AWS reorders them and tells most values twice [captured], so they are
// compared as sets.
import type { RuleCondition, SourceIpConditionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';

/** Parts of a query, one of which must fit. */
type QueryParts = readonly { readonly key?: string | undefined; readonly value: string }[];

/** As in a spec; several conditions of one kind are merged where AWS allows several. */
export interface Conditions {
  readonly pathPattern?: readonly string[] | undefined;
  readonly pathPatternRegex?: readonly string[] | undefined;
  readonly hostHeader?: readonly string[] | undefined;
  readonly hostHeaderRegex?: readonly string[] | undefined;
  readonly httpRequestMethod?: readonly string[] | undefined;
  readonly sourceIp?: readonly string[] | undefined;
  readonly sourceIpAddressType?: string | undefined;
  readonly httpHeader?:
    | readonly {
        readonly name: string;
        readonly values?: readonly string[] | undefined;
        readonly regexValues?: readonly string[] | undefined;
      }[]
    | undefined;
  /** Several lists: each of them must fit. */
  readonly queryString?: QueryParts | readonly QueryParts[] | undefined;
  /** Conditions that a spec cannot express: of a field that is not known. */
  readonly other?: readonly string[] | undefined;
}

export function conditionsOf(conditions: readonly RuleCondition[]): Conditions {
  const only = (name: string): RuleCondition | undefined => conditions.find((each) => each.Field === name);
  const path = only('path-pattern');
  const host = only('host-header');
  const headers = conditions.filter((each) => each.Field === 'http-header');
  const queries = conditions.filter((each) => each.Field === 'query-string').map(partsOf);
  const other = conditions.filter((each) => !expressible.has(each.Field ?? ''));
  return {
    pathPattern: some(path?.PathPatternConfig?.Values ?? path?.Values),
    pathPatternRegex: some(path?.PathPatternConfig?.RegexValues ?? path?.RegexValues),
    hostHeader: some(host?.HostHeaderConfig?.Values ?? host?.Values),
    hostHeaderRegex: some(host?.HostHeaderConfig?.RegexValues ?? host?.RegexValues),
    httpRequestMethod: some(only('http-request-method')?.HttpRequestMethodConfig?.Values),
    sourceIp: some(only('source-ip')?.SourceIpConfig?.Values),
    sourceIpAddressType: only('source-ip')?.SourceIpConfig?.IpAddressType,
    httpHeader: some(
      headers.map(({ HttpHeaderConfig: header }) => ({
        name: header?.HttpHeaderName ?? '',
        ...withValues('values', header?.Values),
        ...withValues('regexValues', header?.RegexValues),
      })),
    ),
    queryString: queries.length > 1 ? queries : queries[0],
    other: some(other.map((each) => JSON.stringify(each))),
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

function some<Value>(values: readonly Value[] | undefined): readonly Value[] | undefined {
  return values === undefined || values.length === 0 ? undefined : values;
}

function withValues(name: string, values: readonly string[] | undefined): object {
  return values === undefined || values.length === 0 ? {} : { [name]: values };
}

function partsOf(condition: RuleCondition): QueryParts {
  const values = condition.QueryStringConfig?.Values ?? [];
  return values.map(({ Key, Value }) => ({ ...(Key === undefined ? {} : { key: Key }), value: Value ?? '' }));
}

function queriesOf(said: NonNullable<Conditions['queryString']>): readonly QueryParts[] {
  return said.some((each) => Array.isArray(each)) ? (said as readonly QueryParts[]) : [said as QueryParts];
}

export function toAwsConditions(conditions: Conditions): RuleCondition[] {
  const { hostHeader, hostHeaderRegex, httpHeader, httpRequestMethod, pathPattern, pathPatternRegex } = conditions;
  const { other, queryString, sourceIp, sourceIpAddressType } = conditions;
  const patterns = (
    name: string,
    config: 'PathPatternConfig' | 'HostHeaderConfig',
    values: readonly string[] | undefined,
    regexValues: readonly string[] | undefined,
  ): readonly RuleCondition[] =>
    values === undefined && regexValues === undefined
      ? []
      : [{ Field: name, [config]: { ...withValues('Values', values), ...withValues('RegexValues', regexValues) } }];
  return [
    ...patterns('path-pattern', 'PathPatternConfig', pathPattern, pathPatternRegex),
    ...patterns('host-header', 'HostHeaderConfig', hostHeader, hostHeaderRegex),
    ...(httpRequestMethod === undefined
      ? []
      : [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: [...httpRequestMethod] } }]),
    ...(sourceIp === undefined && sourceIpAddressType === undefined
      ? []
      : [
          {
            Field: 'source-ip',
            SourceIpConfig: {
              ...withValues('Values', sourceIp),
              ...(sourceIpAddressType === undefined ? {} : { IpAddressType: sourceIpAddressType }),
            } as SourceIpConditionConfig,
          },
        ]),
    ...(httpHeader ?? []).map(({ name, regexValues, values }) => ({
      Field: 'http-header',
      HttpHeaderConfig: {
        HttpHeaderName: name,
        ...withValues('Values', values),
        ...withValues('RegexValues', regexValues),
      },
    })),
    ...(queryString === undefined ? [] : queriesOf(queryString)).map((parts) => ({
      Field: 'query-string',
      QueryStringConfig: { Values: parts.map(({ key, value }) => ({ Key: key, Value: value })) },
    })),
    ...(other ?? []).map((each) => JSON.parse(each) as RuleCondition),
  ];
}

/** AWS takes one of both; what a spec says takes the place of the other. */
const alternatives = [
  ['pathPattern', 'pathPatternRegex'],
  ['pathPatternRegex', 'pathPattern'],
  ['hostHeader', 'hostHeaderRegex'],
  ['hostHeaderRegex', 'hostHeader'],
] as const;

/** Field by field, for those that the spec says; a header by its name. A condition that only AWS has stays. */
export function conditionDifferences(desired: Conditions | undefined, actual: Conditions): readonly Difference[] {
  if (desired === undefined) return [];
  const { httpHeader, ...fields } = desired;
  const found = comparable(actual);
  return [
    ...Object.entries(comparable(fields)).flatMap(([name, members]) =>
      field(`conditions.${name}`, members, found[name]),
    ),
    ...alternatives.flatMap(([said, instead]): readonly Difference[] =>
      desired[said] === undefined || actual[instead] === undefined
        ? []
        : [{ path: `conditions.${instead}`, desired: undefined, actual: [...actual[instead]] }],
    ),
    ...(httpHeader ?? []).flatMap((header, index) => {
      const there = actual.httpHeader?.find((each) => sameText(each.name, header.name));
      return field(`conditions.httpHeader[${index}]`, headerText(header), there && headerText(there));
    }),
  ];
}

/** Both let the same requests in. */
export function sameConditions(left: Conditions, right: Conditions): boolean {
  return (
    JSON.stringify(Object.entries(comparable(left)).sort()) === JSON.stringify(Object.entries(comparable(right)).sort())
  );
}

/** `host pay.example and path /a, /b` */
export function conditionsInWords(conditions: Conditions): string {
  const words = Object.entries(comparable(conditions)).map(([name, members]) => `${name} ${members.join(', ')}`);
  return words.length === 0 ? 'no conditions' : words.join(' and ');
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function headerText({ name, regexValues, values }: NonNullable<Conditions['httpHeader']>[number]): string {
  const regex = regexValues === undefined ? '' : `~ ${[...regexValues].sort().join(', ')}`;
  return `${name.toLowerCase()}: ${[...(values ?? [])].sort().join(', ')}${regex}`;
}

/** Each kind of condition as a sorted list of texts; host and header names without regard to case [ELB API]. */
function comparable(conditions: Conditions): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[] | undefined> = {
    pathPattern: conditions.pathPattern,
    pathPatternRegex: conditions.pathPatternRegex,
    hostHeader: conditions.hostHeader?.map((host) => host.toLowerCase()),
    hostHeaderRegex: conditions.hostHeaderRegex,
    httpRequestMethod: conditions.httpRequestMethod,
    sourceIp: conditions.sourceIp,
    sourceIpAddressType: conditions.sourceIpAddressType === undefined ? undefined : [conditions.sourceIpAddressType],
    httpHeader: conditions.httpHeader?.map(headerText),
    queryString: conditions.queryString && queriesOf(conditions.queryString).map(queryText),
    other: conditions.other,
  };
  return Object.fromEntries(
    Object.entries(lists).flatMap(([name, members]) => (members === undefined ? [] : [[name, [...members].sort()]])),
  );
}

function queryText(parts: QueryParts): string {
  return parts
    .map(({ key, value }) => (key === undefined ? value : `${key}=${value}`))
    .sort()
    .join(' or ');
}
