// What the world's name servers answer: INSYNC data of public zones only. Knows nothing of load balancers and of what is
// behind them; the data plane walks on from here.
import type { World } from '../../model.ts';
import { isWithin, parentOf, parseName } from './names.ts';
import { namesBelow, publishedRecords } from './records.ts';
import { route53Of, type HostedZone, type RecordSet } from './store.ts';
import { own } from '../../records.ts';

export type { RecordSet } from './store.ts';

/** The answer of the authoritative name servers, before a routing policy chose among the record sets. */
export type Answer =
  /** No public zone of the account is responsible. */
  | { readonly kind: 'refused' }
  /** The name does not exist. */
  | { readonly kind: 'nx-domain'; readonly zone: string }
  /** The name exists, but has no records of this type. */
  | { readonly kind: 'no-data'; readonly zone: string }
  /** Of the type asked for, or CNAME. Several only under a routing policy: `chooseRecords`. */
  | { readonly kind: 'records'; readonly zone: string; readonly records: readonly RecordSet[] };

/** What a public resolver's question is answered with at `now`. */
export function authoritativeAnswer(world: World, now: number, name: string, type: string): Answer {
  const parsed = parseName(name);
  if (parsed.kind === 'fault') return { kind: 'refused' };
  const zone = responsibleZone(world, parsed.name);
  return zone === undefined ? { kind: 'refused' } : answerFromZone(world, now, zone, parsed.name, type);
}

/** The answer of one zone, for a canonical name. */
export function answerFromZone(world: World, now: number, zone: HostedZone, name: string, type: string): Answer {
  if (!isWithin(name, zone.name)) return { kind: 'refused' };
  const exact = publishedRecords(world, now, zone, name);
  const found = exact.length > 0 ? exact : wildcardRecords(world, now, zone, name);
  if (found.length === 0) {
    return { kind: hasNamesBelow(world, now, zone, name) ? 'no-data' : 'nx-domain', zone: zone.id };
  }
  const wanted = found.filter((record) => record.type === type);
  const records = wanted.length > 0 ? wanted : found.filter((record) => record.type === 'CNAME');
  return records.length === 0 ? { kind: 'no-data', zone: zone.id } : { kind: 'records', zone: zone.id, records };
}

/** Of the zones that contain the name the one with the longest name; of two with the same name the older one. */
function responsibleZone(world: World, name: string): HostedZone | undefined {
  const { zones, zoneIdsByName } = route53Of(world.data);
  for (let current: string | undefined = name; current !== undefined; current = parentOf(current)) {
    for (const id of own(zoneIdsByName, current) ?? []) {
      const zone = own(zones, id);
      if (zone !== undefined && !zone.privateZone) return zone;
    }
  }
  return undefined;
}

/** `*` stands for any number of labels, but only where the name itself does not exist (RFC 4592). */
function wildcardRecords(world: World, now: number, zone: HostedZone, name: string): RecordSet[] {
  let closest = parentOf(name);
  while (closest !== undefined && isWithin(closest, zone.name)) {
    const found = publishedRecords(world, now, zone, `\\052.${closest}`);
    if (found.length > 0) return found.map((record) => ({ ...record, name }));
    if (publishedRecords(world, now, zone, closest).length > 0) return [];
    closest = parentOf(closest);
  }
  return [];
}

/** An empty non-terminal: it exists since a longer name does. */
function hasNamesBelow(world: World, now: number, zone: HostedZone, name: string): boolean {
  for (const other of namesBelow(zone, name)) if (publishedRecords(world, now, zone, other).length > 0) return true;
  return false;
}

/** Where a question is asked from, and how the record sets it may be answered with are. */
export interface RoutingView {
  /** Whether Route 53 holds the record set for healthy: its health check, and its alias target when it evaluates it. */
  readonly isHealthy: (record: RecordSet) => boolean;
  /** AWS region of the resolver, for latency-based and geoproximity routing. */
  readonly region?: string;
}

/**
 * What the routing policy makes of the record sets of one name and type ("Choosing a routing policy" and "How Route 53
 * chooses records when health checking is configured" in the Developer Guide). Where AWS would draw lots the heaviest
 * and then the first set is taken, so that the same world always answers the same.
 */
export function chooseRecords(records: readonly RecordSet[], view: RoutingView): readonly RecordSet[] {
  const first = records[0];
  if (first === undefined) return [];
  if (first.setIdentifier === undefined) return [first];
  if (first.failover !== undefined) return chooseFailover(records, view);
  if (first.weight !== undefined) return chooseWeighted(records, view);
  // When all are unhealthy, all count as healthy.
  const healthy = records.filter(view.isHealthy);
  const eligible = healthy.length > 0 ? healthy : records;
  if (first.multiValueAnswer === true) return eligible.slice(0, 8);
  const nearest = eligible.find((record) =>
    record.geoLocation === undefined
      ? (record.region ?? record.geoProximity?.region) === view.region
      : record.geoLocation.countryCode === '*',
  );
  return [nearest ?? eligible[0] ?? first];
}

function chooseFailover(records: readonly RecordSet[], view: RoutingView): readonly RecordSet[] {
  const primary = records.find((record) => record.failover === 'PRIMARY');
  const secondary = records.find((record) => record.failover === 'SECONDARY');
  const chosen = [primary, secondary].find((record) => record !== undefined && view.isHealthy(record));
  const answer = chosen ?? primary ?? secondary;
  return answer === undefined ? [] : [answer];
}

function chooseWeighted(records: readonly RecordSet[], view: RoutingView): readonly RecordSet[] {
  const weightOf = (record: RecordSet): number => record.weight ?? 0;
  const weighted = records.filter((record) => weightOf(record) > 0);
  // Sets of weight 0 only count when all are of weight 0, or when all others are unhealthy.
  const tiers = weighted.length > 0 ? [weighted, records.filter((record) => weightOf(record) === 0)] : [records];
  const eligible = tiers.map((tier) => tier.filter(view.isHealthy)).find((tier) => tier.length > 0) ?? tiers[0] ?? [];
  const heaviest = eligible.toSorted((left, right) => weightOf(right) - weightOf(left))[0];
  return heaviest === undefined ? [] : [heaviest];
}
