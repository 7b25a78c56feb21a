// Looks at records through their zones: one listing per zone, shared by all its records.
import { ListResourceRecordSetsCommand, type ResourceRecordSet, type RRType } from '@aws-sdk/client-route-53';
import { isNotFound } from '../../aws/errors.ts';
import { unexpected } from '../../aws/contract/envelope.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { Observation, ReadContext, Target } from '../contract.ts';
import { unreachable } from '../../util/unreachable.ts';
import { canonicalName } from '../../util/dns.ts';
import { afresh } from '../kit/changing.ts';
import { absent, allPages, present, unknownAnswer, unknownFrom, type Observations } from '../kit/observing.ts';
import { markerName } from './marker.ts';
import { routedBy, routingOf } from './parts.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias } from './values.ts';
import { findZone, forgetZone, noteServers, type ZoneAnswer } from './zones.ts';
import { groupBy } from '../../util/group-by.ts';

export async function observe(
  targets: readonly Target<RecordSpec>[],
  context: ReadContext,
): Promise<Observations<RecordState>> {
  const seen = await observeOnce(targets, context);
  // A zone that was known and is gone may have been made anew.
  const again = targets.filter(({ id }) => seen.astray.has(id));
  if (again.length === 0) return seen.answers;
  for (const { spec } of again) forgetZone(spec.zone, context);
  return new Map([...seen.answers, ...(await observeOnce(again, afresh(context))).answers]);
}

interface SeenInZones {
  readonly answers: Observations<RecordState>;
  /** Components whose zone AWS does not know any more. */
  readonly astray: ReadonlySet<string>;
}

async function observeOnce(targets: readonly Target<RecordSpec>[], context: ReadContext): Promise<SeenInZones> {
  const answers = new Map<string, Observation<RecordState>>();
  const astray = new Set<string>();
  const zones = new Map<string, { readonly zone: FoundZone; readonly members: Target<RecordSpec>[] }>();
  await Promise.all(
    [...groupBy(targets, (target) => target.spec.zone)].map(async ([name, members]) => {
      const zone = await placeOf(name, context);
      if (zone.kind === 'found') {
        // Playbooks may name one zone by its name here and by its id there.
        const others = zones.get(zone.id)?.members ?? [];
        zones.set(zone.id, { zone, members: [...others, ...members] });
      } else {
        for (const { id } of members) answers.set(id, zone);
      }
    }),
  );
  await Promise.all(
    [...zones.values()].map(async ({ zone, members }) => {
      try {
        for (const [id, observation] of await observeIn(zone, members, context)) answers.set(id, observation);
      } catch (error) {
        for (const { id } of members) answers.set(id, unknownFrom(error, context));
        if (isNotFound(error)) for (const { id } of members) astray.add(id);
      }
    }),
  );
  return { answers, astray };
}

type FoundZone = Extract<ZoneAnswer, { readonly kind: 'found' }>;

/** The zone of that name or id, or what its not being told means for the records in it. */
async function placeOf(name: string, context: ReadContext): Promise<FoundZone | Observation<never>> {
  try {
    const zone = await findZone(name, context);
    switch (zone.kind) {
      case 'found':
        return zone;
      case 'none':
        return absent(context, zone.detail);
      case 'ambiguous':
        return unknownAnswer(zone.detail, context);
      default:
        return unreachable(zone);
    }
  } catch (error) {
    return unknownFrom(error, context);
  }
}

async function observeIn(
  { id: zone, isPrivate, name }: FoundZone,
  members: readonly Target<RecordSpec>[],
  context: ReadContext,
): Promise<Observations<RecordState>> {
  const answers = new Map<string, Observation<RecordState>>();
  const records = await context.once(`route53 records of ${zone}`, () => recordsOf(zone, name, context));
  noteServers(zone, name, records, context);
  const claims = new Map<ResourceRecordSet, string>();
  for (const { id, spec } of members) {
    const claimed = findIn(spec, records);
    if (claimed !== undefined) claims.set(claimed, id);
    const seen = pick(spec, { id: zone, isPrivate }, records, context);
    const missed = missedSeconds(name, records);
    answers.set(id, seen.kind === 'unknown' || missed === undefined ? seen : { ...seen, missedSeconds: missed });
  }
  pointAt(zone, records, claims, context);
  return answers;
}

interface Marker {
  readonly name: string | undefined;
  readonly type: RRType | undefined;
  readonly identifier: string | undefined;
}

/**
 * Every zone has one SOA record, under its own name, and no names but those below its own [Route 53 developer guide, "SOA and
 * NS records that Route 53 creates for a public hosted zone"]: a listing without them is not this zone's.
 */
export function checkZone(zone: string, name: string, records: readonly ResourceRecordSet[]): void {
  const alien = records.find((each) => {
    const own = canonicalName(each.Name ?? '');
    return own !== name && !own.endsWith(`.${name}`);
  });
  if (alien !== undefined) {
    throw unexpected(`the listing of zone ${zone} (${name}) tells of ${alien.Name ?? ''}, which is not in it`);
  }
  if (records.some((each) => each.Type === 'SOA' && canonicalName(each.Name ?? '') === name)) return;
  throw unexpected(`the listing of zone ${zone} (${name}) is without its SOA record, which every zone has`);
}

/**
 * How long resolvers keep that a name of the zone is missing: the smaller of the SOA record's own TTL and of its last number
 * [RFC 2308, section 5]; 900 s in a new zone [Route 53 developer guide, "The start of authority (SOA) record"].
 */
export function missedSeconds(name: string, records: readonly ResourceRecordSet[]): number | undefined {
  const soa = records.find((each) => each.Type === 'SOA' && canonicalName(each.Name ?? '') === name);
  const [minimum] = /\d+$/.exec(soa?.ResourceRecords?.[0]?.Value?.trim() ?? '') ?? [];
  return minimum === undefined || soa?.TTL === undefined ? undefined : Math.min(soa.TTL, Number(minimum));
}

/** What tells a record of a zone from others [Route 53 API, ResourceRecordSet]. */
function keyOf({ Name, SetIdentifier, Type }: ResourceRecordSet): string {
  return JSON.stringify([Name, Type, SetIdentifier]);
}

async function recordsOf(zone: string, name: string, context: ReadContext): Promise<readonly ResourceRecordSet[]> {
  const records = await listed(zone, context);
  checkZone(zone, name, records);
  return records;
}

/** All three markers go back: with the name alone, a name of more records than fit on a page would never end. */
export function listed(zone: string, context: ReadContext): Promise<readonly ResourceRecordSet[]> {
  return allPages(keyOf, async (marker: Marker | undefined) => {
    const answer = await context.limit(() =>
      context.aws.client(route53).send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zone,
          StartRecordName: marker?.name,
          StartRecordType: marker?.type,
          StartRecordIdentifier: marker?.identifier,
        }),
      ),
    );
    const next: Marker = {
      name: answer.NextRecordName,
      type: answer.NextRecordType,
      identifier: answer.NextRecordIdentifier,
    };
    return { items: answer.ResourceRecordSets ?? [], next: answer.IsTruncated === true ? next : undefined };
  });
}

/** The records that share the name and type, as listed from there on; one page holds any group [quota: 100 weighted]. */
export async function groupOf(state: RecordState, context: ReadContext): Promise<readonly ResourceRecordSet[]> {
  const { Name, Type } = state.description;
  const answer = await context.limit(() =>
    context.aws.client(route53).send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: state.zone.id,
        StartRecordName: Name,
        StartRecordType: Type,
      }),
    ),
  );
  return (answer.ResourceRecordSets ?? []).filter((each) => each.Name === Name && each.Type === Type);
}

/** AWS's own names, load balancers' among them: [ELB guide, DNS names of load balancers]. */
const awsName = /\.amazonaws\.com(\.cn)?$/;

/**
 * Tells of every record of the zone that leads to a name of AWS or names a health check, also of those that are in no
 * playbook. AWS deletes a health check under the records that name it [Route 53 API, DeleteHealthCheck].
 */
function pointAt(
  zone: string,
  records: readonly ResourceRecordSet[],
  claims: ReadonlyMap<ResourceRecordSet, string>,
  context: ReadContext,
): void {
  for (const each of records) {
    const { AliasTarget, HealthCheckId, Name = '', ResourceRecords = [], SetIdentifier, Type = '' } = each;
    const names = Type === 'CNAME' ? ResourceRecords.map(({ Value = '' }) => Value) : [AliasTarget?.DNSName ?? ''];
    const member = SetIdentifier === undefined ? '' : ` (${SetIdentifier})`;
    const from = `${Type} ${canonicalName(Name)}${member} in zone ${zone}`;
    for (const to of new Set([...names, AliasTarget?.DNSName ?? ''].map(canonicalAlias))) {
      if (awsName.test(to)) context.noteReferrer?.({ from, component: claims.get(each), to });
    }
    if (HealthCheckId !== undefined) context.noteReferrer?.({ from, component: claims.get(each), to: HealthCheckId });
  }
}

/** A record of another set identifier is another record, whoever's it is. */
function findIn(spec: RecordSpec, records: readonly ResourceRecordSet[]): ResourceRecordSet | undefined {
  const name = canonicalName(spec.name);
  return records.find(
    (each) =>
      canonicalName(each.Name ?? '') === name && each.Type === spec.type && each.SetIdentifier === spec.setIdentifier,
  );
}

function pick(
  spec: RecordSpec,
  zone: RecordState['zone'],
  records: readonly ResourceRecordSet[],
  context: ReadContext,
): Observation<RecordState> {
  const name = canonicalName(spec.name);
  const sameName = records.filter((each) => canonicalName(each.Name ?? '') === name);
  const found = findIn(spec, records);
  if (found !== undefined) return present(withMarker({ zone, description: found }, spec, records), undefined, context);
  const obstacle = inTheWay(
    spec,
    sameName.filter((each) => each.Type === spec.type),
  );
  if (obstacle !== undefined) return unknownAnswer(`${spec.type} ${name} ${obstacle}`, context);
  // AWS allows nothing beside a CNAME [Route 53 developer guide].
  const conflict = sameName.find((each) => (each.Type === 'CNAME') !== (spec.type === 'CNAME'));
  if (conflict === undefined) return absent(context);
  const detail = `a record of type ${conflict.Type ?? 'unknown'} has this name`;
  const what = `${detail}, and AWS allows nothing beside a CNAME`;
  return { ...absent(context, detail), barred: { what, remedy: 'delete the other record first, if it may go' } };
}

/**
 * All records of a name and type are routed in one way, and one without a set identifier is the only one [Route 53 API,
 * ResourceRecordSet]. What is there is not this record, so nothing of it is changed, and this one cannot be made.
 */
function inTheWay(spec: RecordSpec, others: readonly ResourceRecordSet[]): string | undefined {
  const [first] = others;
  if (first === undefined) return undefined;
  const identifiers = others.map((each) => each.SetIdentifier ?? '').join(', ');
  const way = 'delete what is there first, if it may go';
  if (spec.setIdentifier === undefined) {
    return `is a group (${identifiers}), and the playbook names no setIdentifier: say which of them it is, or ${way}`;
  }
  const beside = `and AWS allows no ${spec.setIdentifier} beside it`;
  if (first.SetIdentifier === undefined) return `is a record without set identifier, ${beside}: ${way}`;
  const [routing] = routedBy(spec);
  const there = routingOf(first);
  if (routing === undefined || there === undefined || there === routing) return undefined;
  return `is a group (${identifiers}) that is routed by ${there}, ${beside} by ${routing}: ${way}`;
}

/** The listing of the zone has it on the way. */
function withMarker(state: RecordState, spec: RecordSpec, records: readonly ResourceRecordSet[]): RecordState {
  const name = markerName({ name: spec.name, type: spec.type, setIdentifier: state.description.SetIdentifier });
  const marker = records.find((each) => each.Type === 'TXT' && canonicalName(each.Name ?? '') === name);
  return marker === undefined ? state : { ...state, marker };
}
