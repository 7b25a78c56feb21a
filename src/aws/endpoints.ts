// Where the calls of each service go. Resolved once, for all clients alike, so that what was checked at one host is never
// done at another. Pure; who reads environment and profile is endpoint-settings.ts.
import type { AwsService } from './access.ts';
import { awsHostOf, isUsualHost, wrongHost } from './aws-hosts.ts';

/** In the order in which they are told: those that say where one is come first. */
export const awsServices = [
  'sts',
  'iam',
  'ecs',
  'elbv2',
  'route53',
  'dynamodb',
] as const satisfies readonly AwsService[];

/** An endpoint that somebody named, and where. */
export interface NamedEndpoint {
  readonly url: string;
  /** `--endpoint-url`, `AWS_ENDPOINT_URL_ECS`, `profile ops`. */
  readonly source: string;
}

/** What environment, profile and command line say. */
export interface EndpointSettings {
  /** Services of which nothing is named go to AWS's own. */
  readonly named: Readonly<Partial<Record<AwsService, NamedEndpoint>>>;
  readonly fips: boolean;
  readonly dualStack: boolean;
  /** What cannot be understood, each with its place. */
  readonly mistakes: readonly string[];
}

/** Where the calls of one service go. */
export type Endpoint =
  /** AWS's own, as its SDK finds it by service and region. */
  | { readonly kind: 'aws' }
  /** A host of AWS that was named: a VPC endpoint, say. */
  | ({ readonly kind: 'named-aws' } & NamedEndpoint)
  | ({ readonly kind: 'other' } & NamedEndpoint);

export interface EndpointMap {
  readonly endpoints: Readonly<Record<AwsService, Endpoint>>;
  readonly region: string;
  readonly fips: boolean;
  readonly dualStack: boolean;
  /** The one place that all services lead to where it is not AWS; undefined for AWS's own. Without path and password. */
  readonly elsewhere: string | undefined;
  /** What cannot be understood. Nothing may be sent then. */
  readonly mistakes: readonly string[];
  /** Why these endpoints are no one place. Nothing may be sent then. */
  readonly problems: readonly string[];
}

export const noSettings: EndpointSettings = { named: {}, fips: false, dualStack: false, mistakes: [] };

/** One endpoint for all services. */
export function everywhere(url: string, source: string): EndpointSettings['named'] {
  const one: NamedEndpoint = { url, source };
  return Object.fromEntries(awsServices.map((each) => [each, one]));
}

export function endpointMap(settings: EndpointSettings, region: string): EndpointMap {
  const { dualStack, fips } = settings;
  const mistakes = [...settings.mistakes];
  const named: Partial<Record<AwsService, NamedEndpoint & { readonly parsed: URL }>> = {};
  for (const service of awsServices) {
    const one = settings.named[service];
    if (one === undefined) continue;
    const parsed = URL.canParse(one.url) ? new URL(one.url) : undefined;
    if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) named[service] = { ...one, parsed };
    else mistakes.push(`${one.source} ${one.url}: expected a URL such as http://127.0.0.1:4566`);
  }
  // One spelling for all: `localhost` and `127.0.0.1` may be two servers after all, and only the first one was checked.
  const first = awsServices.map((each) => named[each]).find((each) => each && !awsHostOf(each.parsed.hostname))?.parsed;
  const endpointOf = (service: AwsService): Endpoint => {
    const one = named[service];
    if (one === undefined) return { kind: 'aws' };
    const { parsed, source } = one;
    const { hostname, pathname, search } = parsed;
    if (awsHostOf(hostname) === undefined) {
      const origin = first !== undefined && placeOf(first) === placeOf(parsed) ? first.origin : parsed.origin;
      return { kind: 'other', url: `${origin}${pathname}${search}`, source };
    }
    const usual = parsed.href === `https://${hostname}/` && isUsualHost(hostname, service, region);
    return usual && !fips && !dualStack
      ? { kind: 'aws' }
      : { kind: 'named-aws', url: `${parsed.origin}${pathname}${search}`, source };
  };
  const endpoints: EndpointMap['endpoints'] = {
    sts: endpointOf('sts'),
    iam: endpointOf('iam'),
    ecs: endpointOf('ecs'),
    elbv2: endpointOf('elbv2'),
    route53: endpointOf('route53'),
    dynamodb: endpointOf('dynamodb'),
  };
  const problems = problemsOf({ endpoints, region, fips, dualStack });
  const sole = endpoints.sts.kind === 'other' && problems.length === 0 ? new URL(endpoints.sts.url).origin : undefined;
  return { endpoints, region, fips, dualStack, elsewhere: sole, mistakes: [...new Set(mistakes)], problems };
}

function problemsOf(map: Pick<EndpointMap, 'endpoints' | 'region' | 'fips' | 'dualStack'>): readonly string[] {
  const { endpoints, region } = map;
  const problems: string[] = [];
  const places = new Map<string, AwsService[]>();
  for (const service of awsServices) {
    const endpoint = endpoints[service];
    const place = endpoint.kind === 'other' ? placeOf(new URL(endpoint.url)) : 'AWS';
    places.set(place, [...(places.get(place) ?? []), service]);
  }
  if (places.size > 1) {
    const list = [...places.values()].map((each) => `${each.join(', ')}: ${wordsOf(each, endpoints)}`).join('; ');
    problems.push(
      `the endpoints lead to ${places.size} places (${list}): what is checked at one would be done at another`,
    );
  }
  const wrongs = new Map<string, AwsService[]>();
  for (const service of awsServices) {
    const endpoint = endpoints[service];
    if (endpoint.kind === 'aws') continue;
    const host = awsHostOf(new URL(endpoint.url).hostname);
    if (host === undefined) continue;
    const http = new URL(endpoint.url).protocol === 'http:' ? 'AWS is spoken to by https' : undefined;
    for (const wrong of [wrongHost(host, service, region), http]) {
      if (wrong === undefined) continue;
      const words = `${endpoint.url} (${endpoint.source}): ${wrong}`;
      wrongs.set(words, [...(wrongs.get(words) ?? []), service]);
    }
  }
  for (const [words, services] of wrongs) {
    problems.push(`${services.join(', ')} ${services.length === 1 ? 'goes' : 'go'} to ${words}`);
  }
  const kind = map.fips ? 'FIPS' : map.dualStack ? 'dual stack' : undefined;
  const [given] = awsServices.flatMap((each) => {
    const endpoint = endpoints[each];
    return endpoint.kind === 'aws' ? [] : [endpoint.source];
  });
  if (kind !== undefined && given !== undefined) {
    // The SDK refuses the same, with each call [endpoint rules of all services].
    problems.push(`${kind} endpoints are asked for, and ${given} names another one: take one of both away`);
  }
  return problems;
}

/** `http://127.0.0.1:4566 (AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_IAM)` */
function wordsOf(services: readonly AwsService[], endpoints: EndpointMap['endpoints']): string {
  const all = services.map((each) => endpoints[each]);
  const urls = new Set(all.map((each) => (each.kind === 'aws' ? "AWS's own" : new URL(each.url).origin)));
  const sources = new Set(all.flatMap((each) => (each.kind === 'aws' ? [] : [each.source])));
  return `${[...urls].join(', ')}${sources.size === 0 ? '' : ` (${[...sources].join(', ')})`}`;
}

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Only this machine answers there. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && loopback.has(new URL(url).hostname.replace(/\.$/, ''));
}

/** Host and port, alike for all spellings of one place. The protocol is no part of it: a port speaks one. */
function placeOf({ hostname, port, protocol }: URL): string {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  const host = loopback.has(name) ? '127.0.0.1' : name;
  return `${host}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
}

/** Whether two spellings lead to one place; null is AWS itself. */
export function isSameEndpoint(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return URL.canParse(one) && URL.canParse(other) && placeOf(new URL(one)) === placeOf(new URL(other));
}

/** The whole map in words: `all services: http://127.0.0.1:4566 (AWS_ENDPOINT_URL)`. */
export function endpointWords(map: EndpointMap): string {
  const { endpoints } = map;
  const groups = new Map<string, AwsService[]>();
  for (const service of awsServices) {
    const words = wordsOf([service], endpoints);
    groups.set(words, [...(groups.get(words) ?? []), service]);
  }
  const kinds = [map.fips ? 'FIPS' : [], map.dualStack ? 'dual stack' : []].flat();
  const list = [...groups].map(
    ([words, services]) => `${services.length === awsServices.length ? 'all services' : services.join(', ')}: ${words}`,
  );
  return [...list, ...kinds].join('; ');
}

/** What was named of AWS's own, for people; undefined where nothing was. */
export function awsOwnWords({ dualStack, endpoints, fips }: EndpointMap): string | undefined {
  const words = awsServices.flatMap((each) => {
    const endpoint = endpoints[each];
    return endpoint.kind === 'named-aws' ? [`${each} at ${new URL(endpoint.url).host}`] : [];
  });
  if (fips) words.push('FIPS');
  if (dualStack) words.push('dual stack');
  return words.length === 0 ? undefined : words.join(', ');
}

/**
 * What an SDK client is told, so that nothing else can lead it: it reads environment and profile itself where no endpoint
 * is given [SDK for JavaScript, getEndpointFromConfig].
 */
export function clientSettings(map: EndpointMap, service: AwsService): object {
  const endpoint = map.endpoints[service];
  return {
    ...(endpoint.kind === 'aws' ? {} : { endpoint: endpoint.url }),
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: map.fips,
    useDualstackEndpoint: map.dualStack,
    // DynamoDB's client can be led elsewhere by an account's id in the credentials or in an ARN, and by a call of its own.
    ...(service === 'dynamodb' ? { accountIdEndpointMode: 'disabled', endpointDiscoveryEnabled: false } : {}),
  };
}

/** Whether a request that is about to leave goes where the map says. */
export function leadsTo(
  map: EndpointMap,
  service: AwsService,
  { hostname, port, protocol }: { readonly hostname: string; readonly port?: number; readonly protocol: string },
): boolean {
  const endpoint = map.endpoints[service];
  if (endpoint.kind === 'aws') {
    const host = awsHostOf(hostname);
    return host !== undefined && protocol === 'https:' && wrongHost(host, service, map.region) === undefined;
  }
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
  return url.origin === new URL(endpoint.url).origin;
}
