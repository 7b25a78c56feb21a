// Where the calls of each service go. Resolved once, for all clients alike, so that what was checked at one host is never
// done at another. Pure; who reads environment and profile is endpoint-settings.ts.
import { awsHostOf, isUsualHost, wrongHost } from './aws-hosts.ts';
import { awsServices } from '../services/index.ts';
import type { AwsService } from '../services/service.ts';

/** An endpoint that somebody named, and where. */
export interface NamedEndpoint {
  readonly url: string;
  /** `--endpoint-url`, `AWS_ENDPOINT_URL_ECS`, `profile ops`. */
  readonly source: string;
}

/** What environment, profile and command line say. */
export interface EndpointSettings {
  /** By service; those of which nothing is named go to AWS's own. */
  readonly named: Readonly<Record<string, NamedEndpoint>>;
  readonly fips: boolean;
  readonly dualStack: boolean;
  /** What cannot be understood, each with its place. */
  readonly mistakes: readonly string[];
}

/** Where the calls of one service go. */
export type Endpoint =
  /** AWS's own, as its SDK finds it by service and region. */
  | { readonly kind: 'aws' }
  /** It is only asked aside and not at the place of all others: it is not asked at all. */
  | { readonly kind: 'none' }
  /** A host of AWS that was named: a VPC endpoint, say. */
  | ({ readonly kind: 'named-aws' } & NamedEndpoint)
  | ({ readonly kind: 'other' } & NamedEndpoint);

export interface EndpointMap {
  /** By service. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
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
export function everywhere(url: string, source: string, services = awsServices): EndpointSettings['named'] {
  const one: NamedEndpoint = { url, source };
  return Object.fromEntries(services.map((each) => [each.name, one]));
}

/** @param services those that are spoken to; relight's own unless told */
export function endpointMap(settings: EndpointSettings, region: string, services = awsServices): EndpointMap {
  const { dualStack, fips } = settings;
  const mistakes = [...settings.mistakes];
  const named = new Map<AwsService, NamedEndpoint & { readonly parsed: URL }>();
  for (const service of services) {
    const one = settings.named[service.name];
    if (one === undefined) continue;
    const parsed = URL.canParse(one.url) ? new URL(one.url) : undefined;
    if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) named.set(service, { ...one, parsed });
    else mistakes.push(`${one.source} ${one.url}: expected a URL such as http://127.0.0.1:4566`);
  }
  // One spelling for all: `localhost` and `127.0.0.1` may be two servers after all, and only the first one was checked.
  const first = [...named].find(
    ([{ aside }, { parsed }]) => aside !== true && awsHostOf(parsed.hostname, services) === undefined,
  )?.[1].parsed;
  // What is only asked aside cannot make two places of one: where it is not beside all others, it is not asked.
  const isBesideAll = (own: URL | undefined): boolean => {
    const isElsewhere = own !== undefined && awsHostOf(own.hostname, services) === undefined;
    if (first === undefined || !isElsewhere) return first === undefined && !isElsewhere;
    return placeOf(first) === placeOf(own);
  };
  const endpointOf = (service: AwsService): Endpoint => {
    const one = named.get(service);
    if (service.aside === true && !isBesideAll(one?.parsed)) return { kind: 'none' };
    if (one === undefined) return { kind: 'aws' };
    const { parsed, source } = one;
    const { hostname, pathname, search } = parsed;
    if (awsHostOf(hostname, services) === undefined) {
      const origin = first !== undefined && placeOf(first) === placeOf(parsed) ? first.origin : parsed.origin;
      return { kind: 'other', url: `${origin}${pathname}${search}`, source };
    }
    const usual = parsed.href === `https://${hostname}/` && isUsualHost(hostname, service, region);
    return usual && !fips && !dualStack
      ? { kind: 'aws' }
      : { kind: 'named-aws', url: `${parsed.origin}${pathname}${search}`, source };
  };
  const found = services.map((service) => ({ service, endpoint: endpointOf(service) }));
  const endpoints = Object.fromEntries(found.map(({ service, endpoint }) => [service.name, endpoint]));
  const problems = problemsOf(found, { region, fips, dualStack });
  const other = found.find(({ endpoint }) => endpoint.kind === 'other')?.endpoint;
  const sole = other?.kind === 'other' && problems.length === 0 ? new URL(other.url).origin : undefined;
  return { endpoints, region, fips, dualStack, elsewhere: sole, mistakes: [...new Set(mistakes)], problems };
}

interface Found {
  readonly service: AwsService;
  readonly endpoint: Endpoint;
}

function problemsOf(
  found: readonly Found[],
  map: Pick<EndpointMap, 'region' | 'fips' | 'dualStack'>,
): readonly string[] {
  const { region } = map;
  const problems: string[] = [];
  const places = new Map<string, Found[]>();
  for (const each of found) {
    if (each.endpoint.kind === 'none') continue;
    const place = each.endpoint.kind === 'other' ? placeOf(new URL(each.endpoint.url)) : 'AWS';
    places.set(place, [...(places.get(place) ?? []), each]);
  }
  if (places.size > 1) {
    const list = [...places.values()].map(
      (all) => `${all.map(({ service }) => service.name).join(', ')}: ${wordsOf(all.map(({ endpoint }) => endpoint))}`,
    );
    problems.push(
      `the endpoints lead to ${places.size} places (${list.join('; ')}): what is checked at one would be done at another`,
    );
  }
  const wrongs = new Map<string, string[]>();
  const services = found.map(({ service }) => service);
  for (const { endpoint, service } of found) {
    if (!isNamed(endpoint)) continue;
    const host = awsHostOf(new URL(endpoint.url).hostname, services);
    if (host === undefined) continue;
    const http = new URL(endpoint.url).protocol === 'http:' ? 'AWS is spoken to by https' : undefined;
    for (const wrong of [wrongHost(host, service, region), http]) {
      if (wrong === undefined) continue;
      const words = `${endpoint.url} (${endpoint.source}): ${wrong}`;
      wrongs.set(words, [...(wrongs.get(words) ?? []), service.name]);
    }
  }
  for (const [words, names] of wrongs) {
    problems.push(`${names.join(', ')} ${names.length === 1 ? 'goes' : 'go'} to ${words}`);
  }
  const kind = map.fips ? 'FIPS' : map.dualStack ? 'dual stack' : undefined;
  const [given] = found.flatMap(({ endpoint }) => (isNamed(endpoint) ? [endpoint.source] : []));
  if (kind !== undefined && given !== undefined) {
    // The SDK refuses the same, with each call [endpoint rules of all services].
    problems.push(`${kind} endpoints are asked for, and ${given} names another one: take one of both away`);
  }
  return problems;
}

/** `http://127.0.0.1:4566 (AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_IAM)` */
function wordsOf(all: readonly Endpoint[]): string {
  const urls = new Set(all.map((each) => (isNamed(each) ? new URL(each.url).origin : unnamedWords[each.kind])));
  const sources = new Set(all.flatMap((each) => (isNamed(each) ? [each.source] : [])));
  return `${[...urls].join(', ')}${sources.size === 0 ? '' : ` (${[...sources].join(', ')})`}`;
}

const unnamedWords = { aws: "AWS's own", none: 'not asked' } as const;

type Named = Exclude<Endpoint, { readonly kind: 'aws' | 'none' }>;

function isNamed(endpoint: Endpoint): endpoint is Named {
  return endpoint.kind !== 'aws' && endpoint.kind !== 'none';
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
  const endpoints = Object.entries(map.endpoints);
  const groups = new Map<string, string[]>();
  for (const [service, endpoint] of endpoints) {
    const words = wordsOf([endpoint]);
    groups.set(words, [...(groups.get(words) ?? []), service]);
  }
  const kinds = [map.fips ? 'FIPS' : [], map.dualStack ? 'dual stack' : []].flat();
  const list = [...groups].map(
    ([words, services]) => `${services.length === endpoints.length ? 'all services' : services.join(', ')}: ${words}`,
  );
  return [...list, ...kinds].join('; ');
}

/** What was named of AWS's own, for people; undefined where nothing was. */
export function awsOwnWords({ dualStack, endpoints, fips }: EndpointMap): string | undefined {
  const words = Object.entries(endpoints).flatMap(([service, endpoint]) =>
    endpoint.kind === 'named-aws' ? [`${service} at ${new URL(endpoint.url).host}`] : [],
  );
  if (fips) words.push('FIPS');
  if (dualStack) words.push('dual stack');
  return words.length === 0 ? undefined : words.join(', ');
}

/** Where the calls of a service go that may not be in the map: with all the others, or to AWS. */
function endpointFor(map: EndpointMap, service: AwsService): Endpoint {
  const aside: Endpoint =
    map.elsewhere === undefined
      ? { kind: 'aws' }
      : { kind: 'other', url: map.elsewhere, source: 'where all services are' };
  return map.endpoints[service.name] ?? aside;
}

/**
 * What an SDK client is told, so that nothing else can lead it: it reads environment and profile itself where no endpoint
 * is given [SDK for JavaScript, getEndpointFromConfig].
 */
export function clientSettings(map: EndpointMap, service: AwsService): object {
  const endpoint = endpointFor(map, service);
  return {
    ...(isNamed(endpoint) ? { endpoint: endpoint.url } : {}),
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: map.fips,
    useDualstackEndpoint: map.dualStack,
    ...service.clientSettings,
  };
}

/** False for what is not asked: nothing of it may be sent. */
export function isAsked({ endpoints }: EndpointMap, { name }: AwsService): boolean {
  return endpoints[name]?.kind !== 'none';
}

/** Whether a request that is about to leave goes where the map says. */
export function leadsTo(
  map: EndpointMap,
  service: AwsService,
  { hostname, port, protocol }: { readonly hostname: string; readonly port?: number; readonly protocol: string },
): boolean {
  const endpoint = endpointFor(map, service);
  if (endpoint.kind === 'none') return false;
  if (endpoint.kind === 'aws') {
    const host = awsHostOf(hostname, [service]);
    return host !== undefined && protocol === 'https:' && wrongHost(host, service, map.region) === undefined;
  }
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
  return url.origin === new URL(endpoint.url).origin;
}
